"""Up to when was everything heard, and is something to be asked for?

After a break that Discord does not tell of, channels are asked for what is new in them (missed.py). Up to when all was heard is kept where
a restart finds it, some minutes back, and never past what is still in hand: a process may be killed at any moment.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.adapters.discord.calls import code_of
from bot.adapters.discord.hearing import Events
from bot.adapters.discord.missed import Missed
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.rest import NotKnownYet
from bot.adapters.discord.room import Room
from bot.config import Shards

log = structlog.get_logger()

# Before the time up to which all was heard: an event may have been under way, or a connection dead without anybody knowing it yet.
SLACK = timedelta(minutes=2)
_EVERY = 30.0  # seconds between two notes of how far we are
_LONGEST = timedelta(days=14)  # what is older is not asked for
_MARGIN = timedelta(hours=1)
_FIRST, _LAST = 2.0, 300.0  # seconds between the tries


class CatchingUp:
    """Knows up to when everything was heard, and asks for what came after a break."""

    def __init__(self, room: Room, ears: Events, listening: Callable[[], bool]) -> None:
        """`listening` tells whether events come in."""
        self._room = room
        self._ears = ears
        self._listening = listening
        self._heard, self._now = room.there.heard, room.there.machine_time
        self._missed = Missed(room, ears)
        self._name = part(room.there.plan.shards)
        self._wanted, self._done = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Go on until told to stop."""
        self._tasks = [asyncio.create_task(self._catch_up()), asyncio.create_task(self._note_now_and_then())]

    def missed(self) -> None:
        """Something may have been missed."""
        self._done.clear()
        self._wanted.set()

    async def caught_up(self) -> None:
        """Wait until events come in, and nothing is left to be asked for."""
        await self._done.wait()

    async def close(self) -> None:
        """Stop, and keep how far we are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.note()

    async def note(self) -> None:
        """Keep how far we are, if there is nothing before that to be asked for."""
        if not self._listening() or not self._done.is_set():
            return
        try:
            await self._heard.keep(self._name, self._so_far())
        except Exception as fault:  # noqa: BLE001 - it only means that more is asked for
            log.warning("discord.not_kept", error=type(fault).__name__)

    def _so_far(self) -> datetime:
        return self._ears.patience.since() - SLACK

    async def _note_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self.note()

    async def _catch_up(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            began, wait = self._so_far(), _FIRST
            while not await self._tried(began):
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LAST)
            if not self._wanted.is_set():
                self._done.set()

    async def _tried(self, began: datetime) -> bool:
        try:
            since = await self._since()
            if since is not None:  # at the very first start nothing was missed
                oldest = await self._oldest()
                since = max(since, oldest)
                count = await self._missed.ask(since, oldest)
                log.info("discord.caught_up", since=since.isoformat(), messages=count)
            await self._heard.keep(self._name, began)
        except NotKnownYet:
            return False
        except Exception as fault:  # noqa: BLE001 - a network that is away, a database that is busy: it is tried again
            log.warning("discord.not_caught_up", error=type(fault).__name__, code=code_of(fault))
            return False
        return True

    async def _since(self) -> datetime | None:
        """Return up to when everything was heard."""
        heard = await self._heard.until(self._name)
        if heard is None:  # the shards are shared out anew: then it is what the least of the parts had heard
            heard = min((await self._heard.under(f"{PLATFORM}/")).values(), default=None)
        return heard

    async def _oldest(self) -> datetime:
        """Return how far back anything is asked for: what was done with a message must still be known, or it would be done again."""
        org = await self._room.there.people.acquaintance.org()
        return self._now() - min(_LONGEST, org.rules.keep_answers_for - _MARGIN)


def part(shards: Shards) -> str:
    """Return by which name it is kept what a process with these shards has heard."""
    return f"{PLATFORM}/{shards.of}/{','.join(map(str, shards.ids)) or 'all'}"
