"""Keep a month that was played in a store, with the digests of its days. None of it is told to anybody: it is long past."""

from collections.abc import Sequence
from datetime import datetime

from bot.config.plans import DigestPlan
from bot.escalation.decision import Decision
from bot.escalation.words import Reason, case_name
from bot.handlers.digests import next_digest, send_due_digests
from bot.handlers.history.playing import Month
from bot.ports import Store

_AT_ONCE = 20
"""Cases in one transaction: it may not take long."""

_TRIES = 10
"""So often in a row a digest may not be sent."""


class NotEmpty(Exception):
    """There are cases already, which a month that never was must not be mixed with."""


async def keep(store: Store, month: Month) -> None:
    """Write a month down: its absences, and its cases with their timelines.

    Raises:
        NotEmpty: the store has cases.
    """
    async with store.begin() as tx:
        known = (await tx.org()).absences
        for absence in month.org.absences:
            if absence not in known:
                await tx.add_absence(absence)
    numbers = sorted(month.cases)
    for first in range(0, len(numbers), _AT_ONCE):
        async with store.begin() as tx:
            for number in numbers[first : first + _AT_ONCE]:
                if await tx.next_case() != number:
                    raise NotEmpty(f"{case_name(number)} is there already")
                await tx.save(Decision(month.cases[number], Reason.DONE, tuple(month.timelines[number])))


async def send_digests(store: Store, plans: Sequence[DigestPlan], start: datetime, end: datetime) -> int:
    """Send each digest that was due from `start` to `end`, one after the other; return how many.

    Raises:
        RuntimeError: one cannot be sent; the log says why.
    """
    now, sent, tries, before = start, 0, 0, start
    while (at := await next_digest(store, plans, now)) is not None and at <= end:
        tries, before = (tries + 1 if at == before else 0), at
        # Another process may send it meanwhile; but one that cannot be sent would be tried for ever.
        if tries > _TRIES:
            raise RuntimeError(f"the digest of {at} cannot be sent")
        now = max(at, now)
        sent += await send_due_digests(store, plans, now)
    return sent
