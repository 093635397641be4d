"""Is a delivery there already? Its key is looked for in the history, where every message of ours carries it in the ids of its components.

A history is read from when the message may have been sent, and where a look had to be broken off, the next one goes on from there.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord

from bot.adapters.discord import calls
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.layout import carries
from bot.adapters.discord.rest import Rest

_MOST_LOOKED_THROUGH = 10_000  # messages of a history, where it is not known since when
_CLOCKS_APART = timedelta(minutes=2)  # between the database's clock and Discord's
_REMEMBERED = 1000  # looks that were broken off


class Unreadable(Exception):
    """Discord shows an empty history to whoever may not read it. Nothing can be said of what is in it."""


class History:
    """What is to be read back in channels, threads and direct messages."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._so_far: OrderedDict[tuple[int, str], int] = OrderedDict()

    async def find(self, channel: int, key: str, since: datetime | None) -> str | None:
        """Return the id of the message with this key; None if it is not there.

        Raises:
            Unreadable: that cannot be known.
        """
        look, seen = (channel, key), 0
        try:
            async for message in self._from(look, since):
                seen += 1
                self._remember(look, message.id)
                if message.author.id == self._rest.me and carries(message, key):
                    return str(message.id)
        except discord.NotFound:
            return None
        # What was seen the time before counts: it could be read then.
        if self._so_far.pop(look, None) is None and not await self._readable(channel):
            raise Unreadable
        if since is None and seen >= _MOST_LOOKED_THROUGH:
            raise LookupError("the conversation's history is too long to be looked through")
        return None

    def _from(self, look: tuple[int, str], since: datetime | None) -> AsyncIterator[discord.Message]:
        there = self._rest.client.get_partial_messageable(look[0])
        if since is None:
            return there.history(limit=_MOST_LOOKED_THROUGH)
        so_far = self._so_far.get(look)
        begin = discord.Object(so_far) if so_far is not None else since - _CLOCKS_APART
        return there.history(limit=None, after=begin, oldest_first=True)

    def _remember(self, look: tuple[int, str], message: int) -> None:
        self._so_far[look] = message
        while len(self._so_far) > _REMEMBERED:
            self._so_far.popitem(last=False)

    async def _readable(self, channel: int) -> bool:
        """Tell whether a history that shows nothing is empty. A single message is refused in so many words, whether it is there or not."""
        try:
            await self._rest.client.get_partial_messageable(channel).fetch_message(channel)
        except discord.HTTPException as fault:
            if code_of(fault) in (calls.MISSING_ACCESS, calls.MISSING_PERMISSION):
                return False
            if code_of(fault) != calls.UNKNOWN_MESSAGE:
                raise
        return True
