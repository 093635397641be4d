"""How hard is it tried to keep what an event asks for? Discord tells of each once.

What one channel tells is taken in its order. What cannot be kept now is tried again for half a minute, and then put off: whoever asks gets
to know that something is still to be asked for. What is in hand is remembered with its time, so that nobody notes that all was heard.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from weakref import WeakValueDictionary

import discord
import structlog

from bot.adapters.discord.calls import code_of

log = structlog.get_logger()

_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between the tries of one event
_FEW = 2  # tries more of what fails by a fault of our own: trying does not mend it, and others of its channel wait meanwhile
_OURS = (LookupError, TypeError, AttributeError, AssertionError, ValueError)
_FOR_GOOD = (400, 403, 404)


class NotKept(Exception):
    """Nothing was kept of an event."""


class Patience:
    """What is being done about events."""

    def __init__(self, now: Callable[[], datetime], waits: Sequence[float] = _WAITS) -> None:
        """`now` is the machine's time, `waits` the seconds between the tries."""
        self._now = now
        self._waits = waits
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._in_hand: dict[object, datetime] = {}

    def since(self) -> datetime:
        """Return since when something is in hand; now, if nothing is."""
        return min(self._in_hand.values(), default=self._now())

    async def kept(self, work: Callable[[], Awaitable[None]], turn: int) -> bool:
        """Do what an event asks for, after everything else that has the same turn. False: not now, it is to be asked for again."""
        event = object()
        self._in_hand[event] = self._now()
        async with self._in_turn(turn):
            kept = await self._tried(work)
        # Nothing of this happens where it was cancelled: the process ends, and the next one asks for it.
        del self._in_hand[event]
        return kept

    @asynccontextmanager
    async def _in_turn(self, turn: int) -> AsyncIterator[None]:
        """Take what is said in one channel one after the other: the answer to a post must not come before it."""
        lock = self._turns.get(turn)
        if lock is None:
            lock = self._turns[turn] = asyncio.Lock()
        async with lock:
            yield

    async def _tried(self, work: Callable[[], Awaitable[None]]) -> bool:
        for number, wait in enumerate((*self._waits, None)):
            try:
                await work()
            except Exception as fault:
                if _hopeless(fault, number):
                    log.exception("discord.event_lost", error=type(fault).__name__, code=code_of(fault))
                    return True
                log.warning("discord.event_tried_again", error=type(fault).__name__, code=code_of(fault), again=wait)
                if wait is not None:
                    await asyncio.sleep(wait)
            else:
                return True
        return False


def _hopeless(fault: Exception, tried: int) -> bool:
    if isinstance(fault, discord.HTTPException):
        return fault.status in _FOR_GOOD
    return isinstance(fault, _OURS) and tried >= _FEW
