"""A few rows at a time: once a day, forget what nobody needs any more; every hour, send another way what would wait for good.

Forgotten are old answers to inbound events, and old deliveries. Another way goes what waits for a platform that is not used any more.

Cases and their timelines are kept for ever: each fact's hash stands on the one before it. Cards are kept too, since they are edited in
place, and so is whatever has not been delivered yet.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from bot.escalation.org import Rules

log = structlog.get_logger()

_EVERY = timedelta(hours=1)
"""Longer than two configurations are in use side by side, of which one has a platform that the other has not."""
_FEW = 50  # lanes


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

    async def stranded(self, used: Collection[str]) -> dict[str, int]:
        """Return the lanes of other platforms than those used that hold something which could go another way, with the first of it."""

    async def reroute(self, lanes: Sequence[str], most: int) -> int:
        """Take up to `most` deliveries out of lanes that nobody serves, to go the first way that there is now; return how many."""


class Tidying:
    """One process's share: several may tidy the same database, the later one finds nothing left."""

    def __init__(self, attic: Attic, queue: Queue, platforms: Collection[str], at_once: int = 1000) -> None:
        """`platforms` are those that this process delivers to."""
        self._attic = attic
        self._queue = queue
        self._platforms = platforms
        self._at_once = at_once
        self._looked: datetime | None = None
        self._seen: dict[str, int] = {}
        self._left = list[str]()  # lanes that nobody serves, to be emptied
        self._done: date | None = None
        self._last = 0

    async def step(self, rules: Rules, now: datetime) -> bool:
        """Do a little, if not all is done yet; tell whether it is. Small steps, so that nobody's report has to wait for it."""
        if self._looked is None or abs(now - self._looked) >= _EVERY:
            await self._look(now)
        if self._left:
            # A few, as long as they hold more than one transaction should take.
            if await self._queue.reroute(self._left[:_FEW], self._at_once) < self._at_once:
                del self._left[:_FEW]
            return False
        if self._done == now.date():
            return True
        if await self._attic.prune_inbox(now - rules.keep_answers_for, self._at_once) == self._at_once:
            return False
        last = await self._attic.prune_deliveries(now - rules.keep_deliveries_for, self._last, self._at_once)
        self._last = last or 0
        self._done = now.date() if last is None else None
        return last is None

    async def _look(self, now: datetime) -> None:
        """Look for lanes in which the same has waited since the last look: before that, a process that serves them may yet end or begin."""
        found = await self._queue.stranded(self._platforms)
        self._left = [lane for lane, first in sorted(found.items()) if self._seen.get(lane) == first]
        self._looked, self._seen = now, found
        if self._left:
            log.warning("outbox.platform_not_used", conversations=len(self._left))
