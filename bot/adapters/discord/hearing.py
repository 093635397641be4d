"""What Discord tells by events of what people say: messages, what was changed in them, and reactions.

Only what may concern a case is looked at any closer. Discord tells of each once, so what cannot be kept now is tried again (patience.py);
what was missed while there was no connection is found again by catching_up.py, and counts once, since everything is known by its message.
"""

from dataclasses import dataclass

import discord
import structlog

from bot.adapters.discord import calls, inbound
from bot.adapters.discord.answering import Answers
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.inbound import Message
from bot.adapters.discord.patience import NotKept, Patience
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import Room
from bot.adapters.discord.spots import Spot
from bot.chat import Reply
from bot.escalation.words import PersonId

log = structlog.get_logger()

_UNREADABLE = frozenset({calls.UNKNOWN_CHANNEL, calls.UNKNOWN_MESSAGE, calls.MISSING_ACCESS, calls.MISSING_PERMISSION})


@dataclass(frozen=True, slots=True)
class Mark:
    """A reaction: which emoji, whose, under which message; both as Discord shows them, where it did already."""

    emoji: str
    user: int
    channel: int
    message: int
    guild: int | None  # None in direct messages
    by: discord.abc.User | None = None
    under: discord.Message | None = None

    @property
    def key(self) -> str:
        """Return what it is known by."""
        return f"{PLATFORM}/reaction/{self.channel}/{self.message}/{self.user}/{self.emoji}"


class Events:
    """What is said in all servers. Each returns False if it cannot be kept now, and has to be asked for again."""

    def __init__(self, room: Room, answers: Answers) -> None:
        self._room = room
        self._answers = answers
        self.patience = Patience(room.there.machine_time)

    async def message(self, message: discord.Message, *, changed: bool = False) -> bool:
        """Somebody wrote something, or changed it."""
        if not self._room.ours(message.guild.id if message.guild is not None else None) or message.author.bot:
            return True
        with self._room.working():
            return await self.patience.kept(lambda: self._message(message, changed), message.channel.id)

    async def _message(self, message: discord.Message, changed: bool) -> None:
        spot = await self._room.spots.of(message.channel, message.guild.id if message.guild is not None else None)
        written = inbound.written(message, spot, changed=changed)
        if written is None:
            return
        post = written.edited is None and written.opens_its_thread and self._room.is_forum(spot.channel)
        to_us = post or self._is_said_to_us(message, written)
        if not to_us and not await self._is_about_a_case(written):
            return
        # Whoever is not known yet is on no case, so that what they say in a thread is none of our business.
        by = await (self._room.who(message.author, direct=spot.direct) if to_us else self._room.known(message.author))
        if by is not None:
            await self._said(message, written, by, post=post)
        elif to_us and spot.direct and await self._first(written.key):
            self._room.later(self._answers.to_a_stranger(message))

    async def _said(self, message: discord.Message, written: Message, by: PersonId, *, post: bool) -> None:
        if written.spot.direct:
            await self._room.wrote_directly(message.author.id)
        name_of = await self._room.name_of(message)
        said = inbound.posted(written, by, await self._title(message), name_of) if post else inbound.said(written, by, name_of)
        reply = await self._room.handled(said)
        if reply.again:
            raise NotKept
        if reply != Reply() and await self._first(written.key):
            self._room.later(self._answers.to_a_message(message, reply, by))

    async def _first(self, key: str) -> bool:
        """Tell whether nobody has answered this yet: any event may be found a second time, by another process too."""
        return await self._room.there.people.acquaintance.once(f"{key}/answered")

    async def _title(self, message: discord.Message) -> str:
        channel = message.channel
        if not isinstance(channel, discord.Thread):
            found = await self._room.rest.client.fetch_channel(channel.id)
            return found.name if isinstance(found, discord.Thread) else ""
        return channel.name

    def _is_said_to_us(self, message: discord.Message, written: Message) -> bool:
        return written.spot.direct or (written.edited is None and inbound.mentions(message, self._room.rest.me))

    async def _is_about_a_case(self, written: Message) -> bool:
        """Tell whether a message is in the thread of a case, or was reported; nobody else's is looked at any closer."""
        root = written.root or (written.id if written.edited else None)
        return root is not None and await self._room.is_a_case(written.spot, root)

    async def reaction(self, event: discord.RawReactionActionEvent) -> bool:
        """Somebody reacted to a message."""
        return await self.reacted(Mark(event.emoji.name, event.user_id, event.channel_id, event.message_id, event.guild_id, event.member))

    async def reacted(self, mark: Mark) -> bool:
        """Somebody reacted, now or while nobody listened."""
        if mark.user == self._room.rest.me or not self._room.ours(mark.guild) or not self._means_something(mark.emoji):
            return True
        with self._room.working():
            return await self.patience.kept(lambda: self._reaction(mark), mark.message)

    async def reactions_under(self, message: discord.Message, guild: int) -> bool:
        """Take the reactions under a message as if they had just been heard. Who reacted is asked only where it matters."""
        whole = True
        for reaction in message.reactions:
            emoji = reaction.emoji if isinstance(reaction.emoji, str) else reaction.emoji.name
            if self._means_something(emoji) and await self._matters(emoji, message, guild):
                async for user in reaction.users():
                    mark = Mark(emoji, user.id, message.channel.id, message.id, guild, user, message)
                    whole = await self.reacted(mark) and whole
        return whole

    def _means_something(self, emoji: str) -> bool:
        settings = self._room.there.settings()
        return settings.reports(PLATFORM, emoji) or settings.undoes(emoji)

    async def _matters(self, emoji: str, message: discord.Message, guild: int) -> bool:
        """Tell whether a reaction changes something: a message is reported once, and only what was reported can be taken back."""
        spot = await self._room.spots.by_id(message.channel.id, guild)
        return self._room.there.settings().undoes(emoji) == await self._is_reported(spot, message.id)

    async def _is_reported(self, spot: Spot, message: int) -> bool:
        """Tell whether a message is a case, or stands in the thread of one: there, it is the thread that is known."""
        return await self._room.is_a_case(spot, int(spot.thread or message))

    async def _reaction(self, mark: Mark) -> None:
        spot = await self._room.spots.by_id(mark.channel, mark.guild)
        # A cross on somebody's lunch is no case that is taken back.
        if self._room.there.settings().undoes(mark.emoji) and not await self._is_reported(spot, mark.message):
            return
        given = mark.under or await self._read(mark.channel, mark.message)
        account = mark.by or await self._account(mark.user)
        by = await self._room.who(account, direct=spot.direct) if account is not None else None
        if by is not None and given is not None:
            await self._marked(mark, given, spot, by)

    async def _marked(self, mark: Mark, given: discord.Message, spot: Spot, by: PersonId) -> None:
        found = inbound.found(given, spot)
        author = await self._room.who(given.author) if found.user else None
        text = found.in_words(await self._room.name_of(given))
        reply = await self._room.handled(inbound.reacted(mark.key, by, found, mark.emoji, text, author))
        if reply.again:
            raise NotKept
        if reply != Reply() and await self._first(mark.key):
            self._room.later(self._answers.to_a_reaction(mark.user, reply, by))

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
