"""Which other cases does a decision concern? The change that did not keep this one away, the debt that it leans on, what came of it.

The engine says what happens to each; here they are looked up and locked, in the same transaction. A private case touches no public one
and no public one it, since the link alone would tell of it (DESIGN.md section 11.20).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.facts import Resolved
from bot.escalation.lasting import cause_of, did_not_help
from bot.escalation.requests import CameBack, Link, Report
from bot.escalation.words import CaseId, Kind
from bot.ports import Where

if TYPE_CHECKING:
    from bot.handlers.turn import Deciding

MOST_LOOKED_AT = 50  # changes or debts of one service and cause; the newest


async def take_up(deciding: "Deciding", decision: Decision) -> None:
    """Take up again every change of this cause that was made, if the case that is resolved had to be escalated all the same."""
    case = decision.case
    if case is None or case.kind is not Kind.PROBLEM or not any(isinstance(fact.what, Resolved) for fact in decision.facts):
        return
    made = await _alike(deciding, case, Where(kind=Kind.CHANGE, live=False)) if case.escalations and cause_of(case) else []
    timeline = await deciding.tx.timeline(case.id) if made else []
    for change in await _locked(deciding, [change for change in made if did_not_help(change, timeline)]):
        deciding.beside.append((await deciding.decide(change, CameBack(case.id))).case or change)


async def open_or_lean(deciding: "Deciding", report: Report) -> Decision:
    """Open what comes of a case, or let it lean on the live debt that there is for its cause; both cases say so."""
    debt = await _debt(deciding, report)
    if debt is None:
        decision = await deciding.decide(None, replace(report, id=await deciding.tx.next_case()))
    else:
        decision = await deciding.decide(debt, Link(None, report.origin, kind=Kind.PROBLEM))
    if decision.case is not None and decision.refusal is None:
        deciding.beside.append(decision.case)
        await _say_on_origin(deciding, report, decision.case)
    return decision


async def _say_on_origin(deciding: "Deciding", report: Report, came: Case) -> None:
    (origin,) = await deciding.lock(report.origin) if report.origin is not None else (None,)
    if origin is not None:
        await deciding.decide(origin, Link(None, came.id, kind=came.kind))


async def _debt(deciding: "Deciding", report: Report) -> Case | None:
    """Return the oldest debt of the same service and cause that is not put right yet."""
    if report.kind is not Kind.DEBT or report.private or not report.cause_of:
        return None
    where = Where(kind=Kind.DEBT, live=True, service=report.service, cause=report.cause_of, limit=MOST_LOOKED_AT)
    there = [debt for debt in await deciding.tx.cases(where) if not debt.private]
    held = await _locked(deciding, there[-1:])
    return next((debt for debt in held if debt.live), None)


async def _alike(deciding: "Deciding", case: Case, where: Where) -> Sequence[Case]:
    found = await deciding.tx.cases(replace(where, service=case.service, cause=cause_of(case), limit=MOST_LOOKED_AT))
    return [other for other in found if not (other.private or case.private) or other.origin == case.id]


async def _locked(deciding: "Deciding", cases: Sequence[Case]) -> list[Case]:
    numbers: list[CaseId] = sorted(case.id for case in cases)
    return [case for case in await deciding.lock(*numbers) if case is not None]
