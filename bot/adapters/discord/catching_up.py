"""What was said while nobody listened? After a break that Discord does not tell of, channels are asked for what is new in them.

Everything found is handled as its event would have been, and is known by its message: what was heard after all counts once. Asked are the
channels and open threads with something new, the direct messages of those who are on live cases, and, in the configured channels, the
reactions. Not found are changes of older messages, and reactions and messages in places that Buckstop does not see.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import discord
import structlog

from bot.adapters.discord.calls import code_of
from bot.adapters.discord.hearing import Events
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.rest import NotKnownYet
from bot.adapters.discord.room import Room
from bot.ports import Heard

log = structlog.get_logger()

_SLACK = timedelta(minutes=2)  # before the time up to which all was heard: an event may have been under way
_EVERY = 30.0  # seconds between two notes of how far we are
_LONGEST = timedelta(days=14)  # what is older is not asked for
_MOST = 2000  # messages of one channel
_LOOKED_AT = 100  # messages of a configured channel whose reactions are looked at
_FIRST, _LAST = 2.0, 300.0  # seconds between the tries


class CatchingUp:
    """Knows up to when everything was heard, and asks for what came after a break."""

    def __init__(
        self, room: Room, ears: Events, heard: Heard, name: str, now: Callable[[], datetime], listening: Callable[[], bool]
    ) -> None:
        """`name` is which part of Discord this process listens to, `now` the machine's time, `listening` whether events come in."""
        self._room = room
        self._ears = ears
        self._heard = heard
        self._name = f"{PLATFORM}/{name}"
        self._now = now
        self._listening = listening
        self._wanted = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Go on until told to stop."""
        self._tasks = [asyncio.create_task(self._catch_up()), asyncio.create_task(self._note())]

    def missed(self) -> None:
        """Something may have been missed."""
        self._done.clear()
        self._wanted.set()

    async def caught_up(self) -> None:
        """Wait until nothing is left to be asked for."""
        await self._done.wait()

    async def close(self) -> None:
        """Stop, and keep how far we are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listening() and self._done.is_set():
            await self._heard.keep(self._name, self._now() - _SLACK)

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            if self._listening() and self._done.is_set():
                try:
                    await self._heard.keep(self._name, self._now() - _SLACK)
                except Exception as fault:  # noqa: BLE001 - the next time is soon
                    log.warning("discord.not_kept", error=type(fault).__name__)

    async def _catch_up(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            began, wait = self._now(), _FIRST
            while not await self._tried():
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LAST)
            await self._heard.keep(self._name, began - _SLACK)
            if not self._wanted.is_set():
                self._done.set()

    async def _tried(self) -> bool:
        try:
            since = await self._heard.until(self._name)
            if since is not None:  # at the very first start nothing was missed
                count = await self._ask(max(since, self._now() - _LONGEST))
                log.info("discord.caught_up", since=since.isoformat(), messages=count)
        except NotKnownYet:
            return False
        except Exception as fault:  # noqa: BLE001 - a network that is away, a database that is busy: it is tried again
            log.warning("discord.not_caught_up", error=type(fault).__name__, code=code_of(fault))
            return False
        return True

    async def _ask(self, since: datetime) -> int:
        count = 0
        async for channel in self._with_news(since):
            async for message in channel.history(limit=_MOST, after=since, oldest_first=True):
                count += 1
                await self._ears.message(message)
        for found in self._room.there.plan.channels.values():
            await self._reactions(int(found.id), int(found.guild))
        return count

    async def _with_news(self, since: datetime) -> AsyncIterator[discord.abc.Messageable]:
        client, mark = self._room.rest.client, discord.utils.time_snowflake(since)
        for number in self._room.there.plan.guilds:
            guild = await client.fetch_guild(int(number), with_counts=False)
            channels = [channel for channel in await guild.fetch_channels() if isinstance(channel, discord.abc.Messageable)]
            for channel in [*channels, *await guild.active_threads()]:
                if (getattr(channel, "last_message_id", None) or 0) >= mark and self._room.may_be_read(channel):
                    yield (
                        client.get_partial_messageable(channel.id, guild_id=guild.id)
                        if not isinstance(channel, discord.Thread)
                        else channel
                    )
        for user in await self._who_may_have_written():
            yield await client.create_dm(discord.Object(int(user)))

    async def _who_may_have_written(self) -> list[str]:
        """Return the accounts of those who are on live cases, and of the admins."""
        org = await self._room.there.people.acquaintance.org()
        people = {*await self._room.there.people.acquaintance.on_live(), *org.admins}
        return sorted(account for person in people if (account := org.account(person, PLATFORM, "")) is not None)

    async def _reactions(self, channel: int, guild: int) -> None:
        settings = self._room.there.settings()
        history = self._room.rest.client.get_partial_messageable(channel).history(limit=_LOOKED_AT)
        try:
            async for message in history:
                for reaction in message.reactions:
                    emoji = reaction.emoji if isinstance(reaction.emoji, str) else reaction.emoji.name
                    if settings.reports(PLATFORM, emoji) or settings.undoes(emoji):
                        async for user in reaction.users():
                            await self._ears.reacted(emoji, user.id, channel, message.id, guild)
        except discord.HTTPException as fault:
            if fault.status not in (403, 404):
                raise
