"""Which ways are there to a person or a channel in Discord?"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from bot.adapters.discord.people import PLATFORM
from bot.config import DiscordChannel
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address


class DiscordDirectory:
    """Direct messages first, then the case's thread: for everybody who has an account."""

    def __init__(self, guilds: AbstractSet[str]) -> None:
        self._guilds = guilds

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the ways to a person."""
        known = org.people.get(person)
        if known is None or known.gone or org.account(person, PLATFORM, "") is None:
            return ()
        direct = Address(PLATFORM, "", f"@{person}")
        if thread is None or thread.platform != PLATFORM or thread.workspace not in self._guilds:
            return (direct,)
        return direct, Address(PLATFORM, thread.workspace, thread.conversation, thread.thread or thread.message)


class DiscordPlaces:
    """The channels of the configuration's `[discord]` part."""

    def __init__(self, channels: Mapping[str, DiscordChannel]) -> None:
        self._channels = channels

    def address(self, channel: str) -> Address | None:
        """Return the address of `discord:leadership`; None if it is of another platform or not configured."""
        platform, _, name = channel.partition(":")
        found = self._channels.get(name) if platform == PLATFORM else None
        return Address(PLATFORM, found.guild, found.id) if found else None
