"""What do people type? `/case report ...`: one after the other, each about something else, with a trigger of its own.

So many people take turns that nobody comes to the reports that one person may make in an hour.
"""

import random
from collections.abc import Iterator
from itertools import count

from tests.bench.company import OWNERS, REPORTERS
from tests.bench.path import CHANNELS
from tests.slack.client import Workspace

_THINGS = ("bill", "meter", "invoice", "crane", "valve", "ticket", "pump", "lorry", "roof", "badge", "printer", "gate")
_PLACES = ("harbour", "north yard", "office", "line four", "canteen", "depot", "school", "mill", "store", "lab", "garage", "tower")
_FAULTS = ("leaks", "is wrong again", "was sent twice", "does not open", "shows an error", "is cold", "has vanished", "is loud")


def commands(ws: Workspace) -> Iterator[dict[str, str]]:
    """Yield the fields of such commands, without end."""
    lots = random.Random(1)
    for n in count():
        staff, place = f"staff-{n % REPORTERS}", f"help-{n % CHANNELS}"
        yield {
            "token": "unused",
            "team_id": ws.team,
            "team_domain": ws.domain,
            "channel_id": ws.channels[place],
            "channel_name": place,
            "user_id": ws.users[staff],
            "user_name": staff,
            "command": "/case",
            # Drawn by lot: in turn, all that are about services with many open cases would come one after the other.
            "text": f"report service-{lots.randrange(OWNERS)}: {_problem(lots, n)}",
            "api_app_id": ws.app_id,
            "is_enterprise_install": "false",
            "response_url": f"{ws.api_url}unused/{n}",
            "trigger_id": f"{n}.{lots.getrandbits(40)}.{lots.getrandbits(128):032x}",
        }


def _problem(lots: random.Random, number: int) -> str:
    said = (f"the {lots.choice(_THINGS)} of the {lots.choice(_PLACES)} {lots.choice(_FAULTS)}" for _ in range(3))
    return f"{', and '.join(said)}; order {number} waits for it."
