"""Which cases may one cause be behind? Asked whenever the cause of a case is said, in the same transaction; answered by one tap.

No private case is ever looked at: a link alone would tell of it (DESIGN.md section 11.20).
"""

from typing import TYPE_CHECKING

from bot.escalation.case import Case
from bot.escalation.causes import cause_refused, cause_report, may_hang, none_to_hang, one_cause, workaround
from bot.escalation.decision import Decision, Refusal
from bot.escalation.facts import Resolved
from bot.escalation.lasting import cause_of
from bot.escalation.requests import AnswerCause, Link, ProposeCause
from bot.escalation.words import CaseId, Kind
from bot.ports import Reading, Where

if TYPE_CHECKING:
    from bot.handlers.turn import Deciding

MOST_LOOKED_AT = 200  # problems of one service and cause; the newest


async def look(deciding: "Deciding", decision: Decision) -> None:
    """Hang a case under the cause that is known to be behind it, or propose one, once there are enough of its kind."""
    case = decision.case
    if case is None or case.kind is not Kind.PROBLEM or case.private or not any(isinstance(fact.what, Resolved) for fact in decision.facts):
        return
    if not cause_of(case):
        return
    known = await _known(deciding, case)
    if known is not None:
        await link(deciding, case.id, known)
        return
    others = await deciding.tx.cases(Where(kind=Kind.PROBLEM, service=case.service, cause=cause_of(case), limit=MOST_LOOKED_AT))
    found = one_cause(case, others, deciding.org, deciding.now)
    if found:
        await deciding.decide(case, ProposeCause(found))


async def link(deciding: "Deciding", number: CaseId, under: CaseId) -> None:
    """Hang a problem under a cause; both say so."""
    case, cause = await deciding.lock(number, under)
    if case is not None and cause is not None:
        await deciding.decide(cause, Link(None, case.id, kind=Kind.PROBLEM))
        await deciding.decide(case, Link(None, under=cause.id, kind=Kind.CAUSE))


async def _known(deciding: "Deciding", case: Case) -> CaseId | None:
    """Return the live cause of a case's service and cause; of several, the oldest."""
    found = await deciding.tx.cases(Where(kind=Kind.CAUSE, live=True, service=case.service, cause=cause_of(case), limit=MOST_LOOKED_AT))
    return min((cause.id for cause in found if not cause.private), default=None)


async def open_for(deciding: "Deciding", case: Case) -> Case | Refusal:
    """Hang those that were proposed with a case under their cause: the one that there is, or else one that is opened for them."""
    held = [other for other in await deciding.lock(*sorted(case.cause_proposed)) if other is not None]
    free = may_hang(case, held)
    if not free:
        return none_to_hang(held)
    known = await _known(deciding, case)
    if known is not None:
        for other in free:
            await link(deciding, other.id, known)
        return deciding.held[known]
    number = await deciding.tx.next_case()
    opened = await deciding.decide(None, cause_report(number, case, free, deciding.org, deciding.now))
    assert opened.case is not None
    for other in free:
        await deciding.decide(deciding.held.get(other.id, other), Link(None, under=number, kind=Kind.CAUSE))
    return opened.case


async def answered(deciding: "Deciding", case: Case, request: AnswerCause) -> tuple[AnswerCause, Decision]:
    """Take the answer to a proposal; a yes opens the case that it asks for, which the request then names."""
    allowed = cause_refused(case, request.by, deciding.org, deciding.now) is None
    if not (request.one and allowed) or case.cause_one is True:
        return request, await deciding.decide(case, request)
    cause = await open_for(deciding, case)
    if isinstance(cause, Refusal):
        return request, Decision.no(case, cause)
    deciding.beside.append(cause)
    said = AnswerCause(request.by, one=True, cause=cause.id)
    return said, await deciding.decide(deciding.held.get(case.id, case), said)


async def got_round(reading: Reading, alike: list[Case]) -> tuple[Case, Case] | None:
    """Return the live cause behind one of these cases, and the case whose workaround is the latest there is for it."""
    for under in dict.fromkeys(case.under for case in alike if case.under is not None):
        cause = await reading.case(under)
        while cause is not None and not cause.live and cause.merged_into is not None:
            cause = await reading.case(cause.merged_into)
        if cause is None or not cause.live or cause.private:
            continue
        linked = [await reading.case(number) for number in cause.linked[-MOST_LOOKED_AT:]]
        by = workaround([cause, *(case for case in linked if case is not None)])
        if by is not None:
            return cause, by
    return None
