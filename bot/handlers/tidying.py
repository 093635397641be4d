"""A few rows at a time: once a day, forget what nobody needs any more; every hour, send another way what would wait for good.

Forgotten are old answers to inbound events, and old deliveries. Another way goes what waits for a platform that is not used any more.

Cases and their timelines are kept for ever: each fact's hash stands on the one before it. Cards are kept too, since they are edited in
place, and so is whatever has not been delivered yet.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from bot.escalation.org import Rules

log = structlog.get_logger()

_EVERY = timedelta(hours=1)


class Attic(Protocol):
    """Where old things lie."""

    async def prune_inbox(self, before: datetime, most: int) -> int:
        """Forget up to `most` answers to events from before this time, which no platform sends again; return how many."""

    async def prune_deliveries(self, before: datetime, after: int, most: int) -> int | None:
        """Look at the next `most` deliveries after this id, and forget those that ended before this time.

        Return the id to go on after; None when nothing older is left.
        """


class Queue(Protocol):
    """What is still to be delivered."""

    async def reroute(self, used: Collection[str], now: datetime, most: int) -> int:
        """Empty up to `most` lanes of other platforms than those used, of what has waited there for long; return how many."""


class Tidying:
    """One process's share: several may tidy the same database, the later one finds nothing left."""

    def __init__(self, attic: Attic, queue: Queue, platforms: Collection[str], at_once: int = 1000) -> None:
        """`platforms` are those that this process delivers to."""
        self._attic = attic
        self._queue = queue
        self._platforms = platforms
        self._at_once = at_once
        self._rerouted: datetime | None = None
        self._done: date | None = None
        self._last = 0

    async def step(self, rules: Rules, now: datetime) -> bool:
        """Do a little, if not all is done yet; tell whether it is. Small steps, so that nobody's report has to wait for it."""
        if self._rerouted is None or abs(now - self._rerouted) >= _EVERY:
            left = await self._queue.reroute(self._platforms, now, self._at_once)
            if left:
                log.warning("outbox.platform_not_used", conversations=left)
            if left == self._at_once:
                return False
            self._rerouted = now
        if self._done == now.date():
            return True
        if await self._attic.prune_inbox(now - rules.keep_answers_for, self._at_once) == self._at_once:
            return False
        last = await self._attic.prune_deliveries(now - rules.keep_deliveries_for, self._last, self._at_once)
        self._last = last or 0
        self._done = now.date() if last is None else None
        return last is None
