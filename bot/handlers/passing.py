"""What has come due? Let the engine decide each such case, in any number of processes, however late the call.

The stored due time is the truth: a sweep that comes early, twice or after an outage does no harm. A case that the engine cannot
decide is set aside and the admins are told; the others go on.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.requests import Tick
from bot.escalation.words import CaseId
from bot.handlers.backlog import backlog
from bot.handlers.turn import Deciding
from bot.ports import Coming, NotSaved, Store, Tx

BATCH = 5
"""Cases in one transaction. They take about 5 ms, and whoever wants to be answered waits for that; more would hardly be quicker."""
MOST_STEPS = 100
"""How often one sweep decides the same case. Each step of a case is later than the one before, so more is a case going in circles."""

log = structlog.get_logger()


async def sweep(
    store: Store, now: datetime, batch: int = BATCH, after_each: Callable[[], None] = lambda: None, *, first: datetime | None = None
) -> int:
    """Decide every case that is due at `now`, and return how many decisions changed something.

    Args:
        store: where the cases are.
        now: the time.
        batch: how many cases one transaction takes.
        after_each: is called after each transaction, for whoever tells people about it.
        first: what is due first, which has come, and nothing is paused: the caller has just seen it.
    """
    sweeping, most = _Sweep(store, now), batch
    sweeping.behind = await backlog(store, now, first)
    looked = first is not None
    while looked or await _anything_due(store, now):
        looked = False
        sweeping.cases = []
        try:
            async with store.begin() as tx:
                await sweeping.some(tx, batch)
        except Exception as fault:  # noqa: BLE001 - one bad case must not stop the others; what is left is raised in `give_up`
            if batch == 1:
                await sweeping.give_up(fault)
            # Too much for one transaction, another process that came first, or one bad case: find out which, one at a time.
            batch = 1
            continue
        sweeping.done()
        sweeping.fired += sweeping.changed
        after_each()
        if sweeping.saw_all(batch):
            break  # what is left, others have
        # Back to many by and by: one transaction that was too slow must not make all of a backlog as slow as one case each.
        batch = min(most, 2 * batch)
        # On SQLite a transaction does not wait for anything: it is others' turn.
        await asyncio.sleep(0)
    return sweeping.fired


def following(coming: Coming, *more: datetime | None) -> datetime | None:
    """Return the earliest of what comes; None while everything is paused."""
    if coming.paused is not None:
        return None
    times = (coming.case, coming.reminder, coming.postponed, *more)
    return min((at for at in times if at is not None), default=None)


async def _anything_due(store: Store, now: datetime) -> bool:
    # Most beats find nothing: they must not queue up behind whoever writes.
    async with store.read() as reading:
        due = await reading.next_due()
        # Asked each time: the brake must hold in the middle of a long backlog too.
        return due is not None and due <= now and await reading.paused() is None


class _Sweep:
    """One call of `sweep`: what it has done, and which cases the present transaction holds."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store = store
        self.now = now
        self.fired = 0
        self.changed = 0
        self.still_due = False  # a case that was decided in the present transaction
        self.cases: list[Case] = []
        self.behind: list[CaseId] = []  # of the backlog, what is still to be decided
        self._taken = 0  # of these, by the present transaction
        self._steps: Counter[CaseId] = Counter()

    async def some(self, tx: Tx, batch: int) -> None:
        """Decide the next few cases."""
        self.changed, self.still_due = 0, False
        self._taken = min(batch, len(self.behind))
        some = self.behind[: self._taken]
        self.cases = await (tx.due_of(some, self.now) if some else tx.due(self.now, batch))
        deciding = Deciding(tx=tx, org=await tx.org(), now=self.now, held={case.id: case for case in self.cases})
        for case in self.cases:
            why = await self._decide(deciding, case)
            self.changed += why is None
            after = deciding.held.get(case.id, case).due
            self.still_due |= why is None and after is not None and after <= self.now
            if why is not None:
                log.error("case.parked", case=case.id, why=why)
                await tx.park(case.id, why)

    def done(self) -> None:
        """Go on with what comes after the cases of the transaction that was committed."""
        del self.behind[: self._taken]

    def saw_all(self, batch: int) -> bool:
        """Tell whether the transaction held all that was due. Of a backlog it only held those that it asked for."""
        return not self._taken and len(self.cases) < batch and not self.still_due

    async def give_up(self, fault: Exception) -> None:
        """Set the one case aside that cannot be kept; what is wrong with the database itself is raised."""
        if isinstance(fault, NotSaved) or not self.cases:
            raise fault
        log.error("case.parked", case=self.cases[0].id, exc_info=fault)
        async with self.store.begin() as tx:
            await tx.park(self.cases[0].id, _said(fault))

    async def _decide(self, deciding: Deciding, case: Case) -> str | None:
        """Decide one case and keep it; return why it cannot be decided."""
        tick = Tick(unasked=await _unasked(deciding, case))
        try:
            decision = advance(case, tick, deciding.org, deciding.now)
        except Exception as fault:
            log.exception("case.undecided", case=case.id)
            return _said(fault)
        self._steps[case.id] += 1
        if not decision.facts or self._steps[case.id] > MOST_STEPS:
            return f"it is due, and deciding it leads nowhere ({decision.reason})"
        await deciding.keep(decision)
        return None


async def _unasked(deciding: Deciding, case: Case) -> bool:
    if case.resolution is None or case.confirm_by is None:  # it is not said to be fixed
        return False
    # A reminder is as good as the question. At the end nobody counts as silent to whom nothing is known to have come.
    return await deciding.tx.unasked(case.id, case.resolution.at, surely=deciding.now < case.confirm_by)


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
