"""Forget what nobody needs any more, once a day and a few rows at a time: old answers to inbound events, old deliveries.

Cases and their timelines are kept for ever: each fact's hash stands on the one before it. Cards are kept too, since they are edited in
place, and so is whatever has not been delivered yet.
"""

from datetime import date, datetime
from typing import Protocol

from bot.escalation.org import Rules


class Attic(Protocol):
    """Where old things lie."""

    async def prune_inbox(self, before: datetime, most: int) -> int:
        """Forget up to `most` answers to events from before this time, which no platform sends again; return how many."""

    async def prune_deliveries(self, before: datetime, after: int, most: int) -> int | None:
        """Look at the next `most` deliveries after this id, and forget those that ended before this time.

        Return the id to go on after; None when nothing older is left.
        """


class Tidying:
    """One process's share: several may tidy the same database, the later one finds nothing left."""

    def __init__(self, attic: Attic, at_once: int = 1000) -> None:
        self._attic = attic
        self._at_once = at_once
        self._done: date | None = None
        self._last = 0

    async def step(self, rules: Rules, now: datetime) -> bool:
        """Forget a few, if today's work is not done yet; tell whether it is. Small steps, so that nobody's report has to wait for it."""
        if self._done == now.date():
            return True
        if await self._attic.prune_inbox(now - rules.keep_answers_for, self._at_once) == self._at_once:
            return False
        last = await self._attic.prune_deliveries(now - rules.keep_deliveries_for, self._last, self._at_once)
        self._last = last or 0
        self._done = now.date() if last is None else None
        return last is None
