"""Where does a case's card stand? Where it was reported, and in its service's channel where that is on another platform or workspace.

So those who work on it see it where they are, and nobody sees it twice in one place. Private cases have a card nowhere.
"""

from collections.abc import Collection

from bot.escalation.case import Case, Place
from bot.escalation.org import Org
from bot.handlers.turn import Turn
from bot.ports import Places


async def show_at_home(turn: Turn, case: Case, there: Collection[Place]) -> None:
    """Put a card into the channel of the case's service, unless one stands in that workspace already."""
    home = home_of(case, turn.org, turn.settings.places)
    if home is not None and (home.platform, home.workspace) not in {(place.platform, place.workspace) for place in there}:
        await turn.tx.show_card(case.id, home)


def home_of(case: Case, org: Org, places: Places | None) -> Place | None:
    """Return the channel of a case's service; None for a private case, or where no platform here has it."""
    service = org.services.get(case.service)
    if case.private or places is None or service is None or not service.channel:
        return None
    address = places.address(service.channel)
    return Place(address.platform, address.workspace, address.conversation, thread=address.thread) if address else None
