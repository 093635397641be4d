"""What changes about people, channels and servers: who comes and leaves, what is deleted, where Buckstop is shut out.

What cannot be kept now is tried again; what was missed is found out in the nightly look.
"""

import discord
import structlog

from bot.adapters.discord.patience import Patience
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import Room

log = structlog.get_logger()


class Moves:
    """The moves in all servers."""

    def __init__(self, room: Room, patience: Patience) -> None:
        self._room = room
        self._patience = patience

    async def left(self, user: discord.abc.User, guild: int) -> None:
        """Somebody left a server. As long as they are in another one of ours, they can be reached."""
        if self._room.ours(guild) and not user.bot:
            with self._room.working():
                await self._patience.kept(lambda: self._left(user, guild), user.id)

    async def _left(self, user: discord.abc.User, guild: int) -> None:
        if not await self._room.is_member(user.id, besides=str(guild)):
            await self._room.there.people.gone(user)

    async def came(self, user: discord.abc.User, guild: int) -> None:
        """Somebody came into a server."""
        if self._room.ours(guild):
            with self._room.working():
                await self._patience.kept(lambda: self._room.there.people.there(user), user.id)

    async def deleted(self, channel: int) -> None:
        """A channel was deleted."""
        await self._dead([name for name, found in self._room.there.plan.channels.items() if found.id == str(channel)], "it was deleted")

    async def shut_out(self, guild: int) -> None:
        """Buckstop was removed from a server. Admins hear of it as long as there is another way to them."""
        if self._room.ours(guild):
            log.error("discord.shut_out", guild=str(guild))
            lost = [name for name, found in self._room.there.plan.channels.items() if found.guild == str(guild)]
            await self._dead(lost, f"Buckstop was removed from the server {guild}")

    async def _dead(self, channels: list[str], why: str) -> None:
        for name in channels:
            await self._room.there.people.acquaintance.channel_is_dead(PLATFORM, name, why)
