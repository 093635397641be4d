"""In which order is a backlog decided, after an outage or a step of the clock?

One person after the other, so that each gets one message about all of it, and gets it soon: the outbox keeps a person's reminders back
while more of their cases have to be decided (`bot/store/lanes.py`). Whoever has been waiting at a higher level comes first.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from bot.escalation.words import CaseId
from bot.ports import BEHIND, Overdue, Store

_AT_ONCE = 5_000  # read at once: on SQLite, nothing else happens meanwhile


async def backlog(store: Store, now: datetime, first: datetime | None = None) -> list[CaseId]:
    """Return all cases that are due, in the order in which to decide them; none if there is no backlog.

    `first`: what is due first, where somebody has just seen it.
    """
    if first is None:
        async with store.read() as reading:
            first = await reading.next_due()
    if first is None or first > now - BEHIND:
        return []
    found = list[Overdue]()
    while True:
        async with store.read() as reading:
            some = await reading.overdue(now, found[-1] if found else None, _AT_ONCE)
        found += some
        if len(some) < _AT_ONCE:
            return in_order(found)
        await asyncio.sleep(0)


def in_order(found: Iterable[Overdue]) -> list[CaseId]:
    """Return cases by the person who is accountable: whoever has the highest level first, then whoever has waited longest."""
    of_each = dict[object, list[Overdue]]()
    for one in found:
        of_each.setdefault(one.accountable, []).append(one)
    groups = [sorted(group, key=_urgency) for group in of_each.values()]
    return [one.case for group in sorted(groups, key=lambda group: _urgency(group[0])) for one in group]


def _urgency(one: Overdue) -> tuple[int, datetime, CaseId]:
    return (-one.level, one.due, one.case)
