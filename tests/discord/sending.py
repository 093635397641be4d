"""How is a payload forged, sent again, or sent as it is?"""

import copy
from typing import Any

from tests.discord.acting import verb
from tests.discord.events import emit, passed
from tests.discord.knobs import Event
from tests.discord.words import Impossible, Json
from tests.discord.world import World


def forged(payload: Json, changes: Json | None) -> Json:
    """Return a payload with values set at paths such as `member.user.id` or `data.custom_id`."""
    if not changes:
        return payload
    told: Any = copy.deepcopy(payload)
    for path, value in changes.items():
        *way, last = path.split(".")
        at: Any = told
        for part in way:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if isinstance(at, list):
            at[int(last)] = value
        else:
            at[last] = value
    forged_one: Json = told
    return forged_one


@verb
async def replay(world: World, n: int) -> Json:
    """Send again the event that the journal has under this number."""
    entry = world.journal.entry(n)
    if entry is None or entry["kind"] != "event":
        raise Impossible(f"no event was sent under the number {n}")
    emit(world, Event(entry["event"], entry["data"], entry["guild"], entry["intent"], entry["veiled"]))
    await passed(world)
    return {"n": world.journal.n}


@verb
async def send(world: World, event: str, data: Json, guild: str | None = None) -> Json:
    """Send any event to the sessions."""
    emit(world, Event(event, data, world.guild(guild).id if guild else None))
    await passed(world)
    return {"n": world.journal.n}
