"""Several platforms as one: every way to a person, and every channel that a platform has."""

from collections.abc import Mapping, Sequence

from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address, Directory, Places


class Directories:
    """The ways of all platforms, the person's own preference first, threads of cases last."""

    def __init__(self, platforms: Mapping[str, Directory]) -> None:
        """The platforms stand in the order in which they are tried."""
        self._platforms = platforms

    def addresses(self, person: PersonId, org: Org, threads: Sequence[Place]) -> tuple[Address, ...]:
        """Return the ways to a person."""
        known = org.people.get(person)
        prefers = known.prefers if known else None
        every = (
            way for directory in self._platforms.values() for thread in (None, *threads) for way in directory.addresses(person, org, thread)
        )
        return tuple(sorted(dict.fromkeys(every), key=lambda way: (not way.conversation.startswith("@"), way.platform != prefers)))


class AllPlaces:
    """The channels of all platforms."""

    def __init__(self, platforms: Sequence[Places]) -> None:
        self._platforms = platforms

    def address(self, channel: str) -> Address | None:
        """Return the address of a channel on whichever platform has it."""
        found = (places.address(channel) for places in self._platforms)
        return next((address for address in found if address is not None), None)
