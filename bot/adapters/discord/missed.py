"""What was said while nobody listened? Asked is as little as will do: Discord allows so many calls, and people are waiting meanwhile.

Everything found is handled as its event would have been, and is known by its message: what was heard after all counts once. Asked are the
channels and open threads with something new, the direct messages of those who are on live cases or wrote there before, and, in the
configured channels, the reactions under what was said lately. Not found are changes of older messages, reactions under them elsewhere, and
what was said where Buckstop sees nothing.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord
import structlog

from bot.adapters.discord.calls import code_of
from bot.adapters.discord.hearing import Events
from bot.adapters.discord.patience import NotKept
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import WROTE, Room

log = structlog.get_logger()

_MOST = 5000  # messages of one channel
_LOOKED_AT = 100  # messages of a configured channel whose reactions are looked at
_WROTE_WITHIN = timedelta(days=90)  # whoever has not written directly for so long is not asked for
_ENOUGH = 3  # messages that could not be kept, after which it is no use to go on now
_NOT_THERE = (400, 403, 404)  # where Buckstop may not read, or where nothing is written
_SHARD = 22  # bits of a server's id that do not count for its shard


class Missed:
    """Asks for what was missed."""

    def __init__(self, room: Room, ears: Events) -> None:
        self._room = room
        self._ears = ears
        self._not_kept = 0

    async def ask(self, since: datetime, oldest: datetime) -> int:
        """Handle what was said since then, and reactions to what was said since `oldest`; return how many messages were new.

        Raises:
            NotKept: some of it has to be asked for again.
            Exception: Discord or the database does not answer.
        """
        self._not_kept = count = 0
        async for channel, guild in self._places(since):
            async for message in self._said_in(channel, since):
                count += 1
                self._counted(await self._ears.message(message))
                if guild is not None:
                    self._counted(await self._ears.reactions_under(message, guild))
        await self._reactions(oldest)
        if self._not_kept:
            raise NotKept
        return count

    def _counted(self, kept: bool) -> None:
        self._not_kept += not kept
        if self._not_kept >= _ENOUGH:
            raise NotKept

    async def _said_in(self, channel: discord.abc.Messageable, since: datetime) -> AsyncIterator[discord.Message]:
        count = 0
        try:
            async for message in channel.history(limit=_MOST, after=since, oldest_first=True):
                count += 1
                yield message
        except discord.HTTPException as fault:
            if fault.status not in _NOT_THERE:
                raise
            log.info("discord.not_readable", code=code_of(fault))
        if count == _MOST:
            log.error("discord.not_all_asked", channel=getattr(channel, "id", None), messages=count)

    async def _places(self, since: datetime) -> AsyncIterator[tuple[discord.abc.Messageable, int | None]]:
        """Yield where something may be new, with its server; None for direct messages."""
        mark = discord.utils.time_snowflake(since)
        for guild in [int(guild) for guild in self._room.there.plan.guilds if self._is_mine(int(guild))]:
            async for channel in self._channels(guild):
                if (getattr(channel, "last_message_id", None) or 0) >= mark:
                    yield channel, guild
        if self._is_mine(0):  # the first shard has the direct messages
            for user in await self._who_may_have_written(since):
                there = await self._direct(user)
                if there is not None:
                    yield there, None

    def _is_mine(self, guild: int) -> bool:
        """Tell whether this process listens to a server."""
        shards = self._room.there.plan.shards
        return not shards.ids or (guild >> _SHARD) % shards.of in shards.ids

    async def _channels(self, number: int) -> AsyncIterator[discord.abc.Messageable]:
        """Yield the channels and open threads of a server that Buckstop is in, as far as it may read what is written there.

        Discord tells of channels that a bot may not read, too; to ask for what is new there would be a refusal for each.
        """
        me = self._room.rest.me
        try:
            guild = await self._room.rest.client.fetch_guild(number, with_counts=False)
            member = await guild.fetch_member(me or 0)
            channels, threads = await guild.fetch_channels(), await guild.active_threads()
        except discord.HTTPException as fault:
            if fault.status not in _NOT_THERE:
                raise
            log.info("discord.not_readable", guild=str(number), code=code_of(fault))
            return
        readable = {channel.id for channel in channels if _may_read(channel.permissions_for(member))}
        for channel in channels:
            if channel.id in readable and isinstance(channel, discord.abc.Messageable):
                yield channel
        for thread in threads:
            if thread.parent_id in readable:
                yield thread

    async def _who_may_have_written(self, since: datetime) -> list[str]:
        """Return the accounts of those who are on live cases, of the admins, and of whoever wrote directly before."""
        org = await self._room.there.people.acquaintance.org()
        people = {*await self._room.there.people.acquaintance.on_live(), *org.admins}
        accounts = {account for person in people if (account := org.account(person, PLATFORM, "")) is not None}
        wrote = await self._room.there.heard.under(f"{WROTE}/")
        return sorted(accounts | {name.removeprefix(f"{WROTE}/") for name, at in wrote.items() if at >= since - _WROTE_WITHIN})

    async def _direct(self, user: str) -> discord.DMChannel | None:
        try:
            return await self._room.rest.client.create_dm(discord.Object(int(user)))
        except discord.HTTPException as fault:
            if fault.status not in _NOT_THERE:
                raise
            return None  # an account that is gone

    async def _reactions(self, since: datetime) -> None:
        channels = self._room.there.plan.channels
        for found in [found for name, found in channels.items() if not self._room.is_forum(found.id) and self._is_mine(int(found.guild))]:
            channel = self._room.rest.client.get_partial_messageable(int(found.id), guild_id=int(found.guild))
            try:
                async for message in channel.history(limit=_LOOKED_AT, after=since, oldest_first=False):
                    self._counted(await self._ears.reactions_under(message, int(found.guild)))
            except discord.HTTPException as fault:
                if fault.status not in _NOT_THERE:
                    raise


def _may_read(allowed: discord.Permissions) -> bool:
    return allowed.view_channel and allowed.read_message_history
