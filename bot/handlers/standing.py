"""Where does a case's card stand? Where it was reported, and in its service's channel where that is on another platform or workspace.

So those who work on it see it where they are, and nobody sees it twice in one place. Private cases have a card nowhere.
"""

from collections.abc import Collection

from bot.escalation.case import Case, Place
from bot.handlers.turn import Turn


async def show_at_home(turn: Turn, case: Case, there: Collection[Place]) -> None:
    """Put a card into the channel of the case's service, unless one stands in that workspace already."""
    home = None if case.private else _channel(turn, case)
    if home is not None and (home.platform, home.workspace) not in {(place.platform, place.workspace) for place in there}:
        await turn.tx.show_card(case.id, home)


def _channel(turn: Turn, case: Case) -> Place | None:
    service, places = turn.org.services.get(case.service), turn.settings.places
    address = places.address(service.channel) if places is not None and service is not None and service.channel else None
    return Place(address.platform, address.workspace, address.conversation, thread=address.thread) if address else None
