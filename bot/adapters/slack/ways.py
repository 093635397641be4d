"""Which ways are there to a person or a channel in Slack?"""

from collections.abc import Mapping, Sequence

from bot.adapters.slack.people import PLATFORM
from bot.config import SlackChannel
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address


class SlackDirectory:
    """Direct messages first, in each workspace where a person has an account or may be found by e-mail; then the case's thread."""

    def __init__(self, workspaces: Sequence[str]) -> None:
        self._workspaces = workspaces

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the ways to a person."""
        known = org.people.get(person)
        if known is None or known.gone:
            return ()
        # Always the same list in the same order: a way is known by its place in it, and finding an account must not move it.
        there = [w for w in self._workspaces if known.email is not None or org.account(person, PLATFORM, w) is not None]
        direct = tuple(Address(PLATFORM, workspace, f"@{person}") for workspace in there)
        here = thread is not None and thread.platform == PLATFORM and not thread.conversation.startswith("@")
        if thread is None or not here or thread.workspace not in there:
            return direct
        return (*direct, Address(PLATFORM, thread.workspace, thread.conversation, thread.thread))


class SlackPlaces:
    """The channels of the configuration's `[slack]` part."""

    def __init__(self, channels: Mapping[str, SlackChannel]) -> None:
        self._channels = channels

    def address(self, channel: str) -> Address | None:
        """Return the address of `slack:leadership`; None if it is of another platform or not configured."""
        platform, _, name = channel.partition(":")
        found = self._channels.get(name) if platform == PLATFORM else None
        return Address(PLATFORM, found.workspace, found.id) if found else None
