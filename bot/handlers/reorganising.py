"""The configuration was changed, while the bot was down or by a reload: let every live case's clocks run on as it says now.

People's hours, deputies and accounts are looked up anew at each move anyway; what would be wrong without this is only the time at which
a case is looked at next.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.escalation.advance import advance
from bot.escalation.effects import Change, Effect, compared
from bot.escalation.org import Org
from bot.escalation.requests import Reckon
from bot.escalation.words import CaseId
from bot.ports import Clock, Reading, Store, Tx, Where

log = structlog.get_logger()

_AT_ONCE = 100


async def reckon_all(store: Store, clock: Clock) -> int:
    """Set the clocks of all live cases by the present organisation; return how many changed. What is right already stays as it is."""
    changed = 0
    last: CaseId | None = None
    while True:
        async with store.begin() as tx:
            found = await tx.cases(Where(live=True, before=last, limit=_AT_ONCE))
            if not found:
                return changed
            last = found[-1].id
            changed += await _reckon(tx, [case.id for case in found], clock.now())


async def effect(reading: Reading, old: Org | None, new: Org, now: datetime) -> Effect:
    """Compare what happens next under two organisations; without an old one, with what stands in the cases."""
    live, changes = 0, list[Change]()
    last: CaseId | None = None
    while found := await reading.cases(Where(live=True, before=last, limit=_AT_ONCE)):
        last = found[-1].id
        live += len(found)
        changes += [change for case in found if (change := compared(case, old, new, now)) is not None]
    return Effect(live, tuple(sorted(changes, key=lambda change: (change.because, change.case))))


async def _reckon(tx: Tx, cases: Sequence[CaseId], now: datetime) -> int:
    org, changed = await tx.org(), 0
    for case in (await tx.locked(cases)).values():
        try:
            decision = advance(case, Reckon(), org, now)
        except Exception as fault:
            # One case that the new organisation breaks must keep neither the others from it nor the bot from starting.
            log.exception("case.undecided", case=case.id)
            await tx.park(case.id, f"{type(fault).__name__}: {fault}")
            continue
        if decision.facts:
            await tx.save(decision)
            changed += 1
    return changed
