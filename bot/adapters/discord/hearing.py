"""What Discord tells by events: messages, reactions, who left, what was deleted.

Only what may concern a case is looked at any closer. Discord tells of each once, so what cannot be kept now is tried again here; what was
missed while there was no connection is found again by catching_up.py, and counts once, since everything is known by its message.
"""

import asyncio
from collections.abc import Awaitable, Callable

import discord
import structlog

from bot.adapters.discord import calls, inbound
from bot.adapters.discord.answering import Answers
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.inbound import Message
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import Room

log = structlog.get_logger()

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between the tries of one event
_UNREADABLE = frozenset({calls.UNKNOWN_CHANNEL, calls.UNKNOWN_MESSAGE, calls.MISSING_ACCESS, calls.MISSING_PERMISSION})


class NotKept(Exception):
    """Nothing was kept of an event."""


class Events:
    """The events of all servers."""

    def __init__(self, room: Room, answers: Answers) -> None:
        self._room = room
        self._answers = answers

    async def message(self, message: discord.Message, *, changed: bool = False) -> None:
        """Somebody wrote something, or changed it."""
        if not self._room.ours(message.guild.id if message.guild is not None else None) or message.author.bot:
            return
        await self._patiently(lambda: self._message(message, changed), message.channel.id)

    async def _message(self, message: discord.Message, changed: bool) -> None:
        spot = await self._room.spots.of(message.channel, message.guild.id if message.guild is not None else None)
        written = inbound.written(message, spot, changed=changed)
        if written is None:
            return
        post = written.edited is None and written.opens_its_thread and self._room.is_forum(spot.channel)
        if not post and not await self._is_for_us(message, written):
            return
        by = await self._room.who(message.author)
        if by is None:
            return
        name_of = await self._room.name_of(message)
        wanted = inbound.posted(written, by, await self._title(message), name_of) if post else inbound.said(written, by, name_of)
        reply = await self._room.handled(wanted)
        if reply.again:
            raise NotKept
        # Any event may be found a second time, by another process too: it is answered once.
        if await self._room.there.people.acquaintance.once(f"{written.key}/answered"):
            self._room.later(self._answers.to_a_message(message, reply, by))

    async def _title(self, message: discord.Message) -> str:
        channel = message.channel
        if not isinstance(channel, discord.Thread):
            found = await self._room.rest.client.fetch_channel(channel.id)
            return found.name if isinstance(found, discord.Thread) else ""
        return channel.name

    async def _is_for_us(self, message: discord.Message, written: Message) -> bool:
        """Tell whether a message is said to Buckstop, or in the thread of a case; nobody else's is looked at any closer."""
        if written.spot.direct or (inbound.mentions(message, self._room.rest.me) and written.edited is None):
            return True
        root = written.root or (written.id if written.edited else None)
        return root is not None and await self._room.is_a_case(written, root)

    async def reaction(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody reacted to a message."""
        await self.reacted(event.emoji.name, event.user_id, event.channel_id, event.message_id, event.guild_id)

    async def reacted(self, emoji: str, user: int, channel: int, message: int, guild: int | None) -> None:
        """Somebody reacted with an emoji to a message, in a channel of a server or (None) in direct messages."""
        if user != self._room.rest.me and self._room.ours(guild):
            await self._patiently(lambda: self._reaction(emoji, user, channel, message, guild), channel)

    async def _reaction(self, emoji: str, user: int, channel: int, message: int, guild: int | None) -> None:
        settings = self._room.there.settings()
        reports = settings.reports(PLATFORM, emoji)
        if not reports and not settings.undoes(emoji):
            return
        spot = await self._room.spots.by_id(channel, guild)
        # Most reactions mean nothing to us, and a cross on somebody's lunch is no case that is taken back.
        if not reports and not await self._room.is_a_case(Message(message, "", spot, ""), message):
            return
        given = await self._read(channel, message)
        account = await self._account(user)
        by = await self._room.who(account) if account is not None else None
        if by is None or given is None:
            return
        found = inbound.found(given, spot)
        author = await self._room.who(given.author) if found.user else None
        key = f"{PLATFORM}/reaction/{channel}/{message}/{user}/{emoji}"
        reply = await self._room.handled(inbound.reacted(key, by, found, emoji, found.in_words(await self._room.name_of(given)), author))
        if reply.again:
            raise NotKept
        if await self._room.there.people.acquaintance.once(f"{key}/answered"):
            self._room.later(self._answers.directly(str(user), reply, by))

    async def _read(self, channel: int, message: int) -> discord.Message | None:
        try:
            return await self._room.rest.client.get_partial_messageable(channel).fetch_message(message)
        except discord.HTTPException as fault:
            if code_of(fault) not in _UNREADABLE:
                raise  # a limit or a hiccup: it is tried again, and nothing is lost
            log.info("discord.not_readable", code=code_of(fault))
            return None

    async def _account(self, user: int) -> discord.User | None:
        try:
            return await self._room.rest.client.fetch_user(user)
        except discord.NotFound:
            return None

    async def left(self, user: discord.abc.User, guild: int) -> None:
        """Somebody left a server. As long as they are in another one of ours, they can be reached."""
        others = [other for other in self._room.there.plan.guilds if other != str(guild)]
        if not self._room.ours(guild) or user.bot or any([await self._is_in(int(other), user.id) for other in others]):
            return
        await self._patiently(lambda: self._room.there.people.gone(user), user.id)

    async def _is_in(self, guild: int, user: int) -> bool:
        try:
            there = await self._room.rest.client.fetch_guild(guild, with_counts=False)
            await there.fetch_member(user)
        except discord.HTTPException as fault:
            if fault.status in (403, 404):
                return False
            raise
        return True

    async def came(self, user: discord.abc.User, guild: int) -> None:
        """Somebody came into a server, or is called differently now."""
        if self._room.ours(guild):
            await self._patiently(lambda: self._room.there.people.there(user), user.id)

    async def deleted(self, channel: int) -> None:
        """A channel was deleted."""
        named = [name for name, found in self._room.there.plan.channels.items() if found.id == str(channel)]
        for name in named:
            await self._room.there.people.acquaintance.channel_is_dead(PLATFORM, name, "it was deleted")

    async def shut_out(self, guild: int) -> None:
        """Buckstop was removed from a server."""
        if str(guild) in self._room.there.plan.guilds:
            log.error("discord.shut_out", guild=str(guild))

    async def _patiently(self, work: Callable[[], Awaitable[None]], channel: int) -> None:
        """Do what an event asks for, one after the other in a channel; try again what could not be kept."""
        with self._room.working():
            await self._in_turn(work, channel)

    async def _in_turn(self, work: Callable[[], Awaitable[None]], channel: int) -> None:
        async with self._room.in_turn(channel):
            for wait in (*_WAITS, None):
                try:
                    await work()
                except Exception as fault:
                    if wait is None or (isinstance(fault, discord.HTTPException) and fault.status in (400, 403, 404)):
                        log.exception("discord.event_lost", error=type(fault).__name__, code=code_of(fault))
                        return
                    log.warning("discord.event_tried_again", error=type(fault).__name__, code=code_of(fault), again=wait)
                    await asyncio.sleep(wait)
                else:
                    return
