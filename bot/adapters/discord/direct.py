"""Where does one write to a person directly? Discord has a channel for each, which is opened once and stays the same.

Opening many at once is what Discord takes for spam, so those that are open are remembered, and the opening of others has a budget.
"""

import discord

from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.rest import Rest
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address


class NoAccount(Exception):
    """Nobody in Discord is this person."""


class Direct:
    """Direct messages that are open."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._open: dict[str, tuple[str, int]] = {}  # by conversation: whose account, and the channel

    def is_open(self, address: Address) -> bool:
        """Tell whether an address can be written to without anything being opened, as far as is known."""
        return not address.conversation.startswith("@") or address.conversation in self._open

    async def channel(self, address: Address, org: Org) -> int:
        """Return the channel of a conversation; a person's direct messages are opened first.

        Raises:
            NoAccount: the person has none.
        """
        who = address.conversation
        if not who.startswith("@"):
            return int(who)
        user = org.account(PersonId(who.removeprefix("@")), PLATFORM, "")
        if user is None:
            raise NoAccount("there is no account in Discord that is known to be theirs")
        known = self._open.get(who)
        if known is None or known[0] != user:
            known = self._open[who] = user, (await self._rest.client.create_dm(discord.Object(int(user)))).id
        return known[1]
