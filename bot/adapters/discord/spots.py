"""Where was that said? A channel's id alone does not tell in which channel a thread hangs, nor whether it is somebody's direct messages."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import discord

from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.rest import Rest
from bot.escalation.case import Place
from bot.escalation.words import PersonId

_REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in Discord: the server ("" for direct messages), the channel, and the thread in it."""

    guild: str
    channel: str
    thread: str | None = None

    @property
    def direct(self) -> bool:
        """Tell whether it is somebody's direct messages with Buckstop."""
        return not self.guild

    @property
    def here(self) -> int:
        """Return the id that messages there are posted to."""
        return int(self.thread or self.channel)

    def place(self, by: PersonId | None, message: int | None = None, thread: int | None = None) -> Place:
        """Return it as the handlers call it; direct messages are the person's own."""
        conversation = f"@{by}" if self.direct and by is not None else self.channel
        root = self.thread or (str(thread) if thread is not None else None)
        return Place(PLATFORM, self.guild, conversation, str(message) if message is not None else None, root)


class Spots:
    """Where things are. A thread stays in its channel, so that it is asked for once."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: OrderedDict[int, Spot] = OrderedDict()

    async def of(self, channel: Any, guild: int | None) -> Spot:
        """Return where a channel is that an event speaks of, whatever the library knows of it.

        Raises:
            discord.HTTPException: Discord does not tell.
        """
        if guild is None:
            return Spot("", str(channel.id))
        if isinstance(channel, discord.Thread):
            return Spot(str(guild), str(channel.parent_id), str(channel.id))
        if isinstance(channel, discord.abc.GuildChannel):
            return Spot(str(guild), str(channel.id))
        return await self.by_id(channel.id, guild)

    async def by_id(self, channel: int, guild: int | None) -> Spot:
        """Return where a channel is of which only the id is known."""
        if guild is None:
            return Spot("", str(channel))
        if channel not in self._known:
            there = await self._rest.client.fetch_channel(channel)
            in_thread = Spot(str(guild), str(there.parent_id), str(channel)) if isinstance(there, discord.Thread) else None
            self._known[channel] = in_thread or Spot(str(guild), str(channel))
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[channel]
