"""What a case runs under, and what it adds up to: severity, more time, cost, who is affected."""

from dataclasses import replace
from datetime import datetime

from bot.escalation.calendar import HORIZON, Calendar, add, between
from bot.escalation.case import Case, Clock, Cost, SeverityWish, running
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import CostRecorded, Joined, SeverityChanged, TimeGiven
from bot.escalation.pace import calendar_of, next_nag, proportion, whose_clock
from bot.escalation.requests import GiveTime, MeToo, RecordCost, SetSeverity, TakeKey
from bot.escalation.roles import holds_key, needs_key, needs_owner, on_it
from bot.escalation.span import Span
from bot.escalation.words import MessageKind, PersonId, Reason, Status

FURTHEST = HORIZON / 2
"""The latest date that anybody may name: a clock needs room behind it, since the calendar looks ahead only so far."""


def set_severity(draft: Draft, request: SetSeverity) -> Decision:
    """The reporter sets it; the owner's wish waits for the reporter's consent where a deadline would move later."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = None if holds_key(by, case) else needs_owner(by, case, org, now, "severity")
    if refusal is None and request.severity not in org.severities:
        refusal = Refusal(No.UNKNOWN_SEVERITY, "severity", about={"severity": request.severity, "known": tuple(org.severities)})
    if refusal is None and request.severity == case.severity:
        refusal = Refusal(No.SAME_SEVERITY, "severity", about={"severity": request.severity})
    if refusal:
        return Decision.no(case, refusal)
    after = _under(draft, request.severity)
    if holds_key(by, case) or not _later(draft, after):
        _change(draft, after, by)
        return draft.decided()
    draft.record(SeverityChanged(case.severity, request.severity, wish=True), by, severity_wish=SeverityWish(request.severity, by))
    draft.tell(MessageKind.CONSENT, *case.keyholders)
    return draft.decided()


def _change(draft: Draft, after: Case, by: PersonId | None) -> None:
    case = draft.case
    names = ("severity", "chain", "stretch", "response", "resolution_clock", "answer_by", "nag_at")
    draft.record(SeverityChanged(case.severity, after.severity), by, severity_wish=None, **{name: getattr(after, name) for name in names})
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable, but=by)


def _under(draft: Draft, severity: str) -> Case:
    """Return the case as it would run under another severity, with the same share of each clock used up."""
    case, org, now = draft.case, draft.org, draft.now
    chain, stretch = org.chain_for(case.service, severity)
    after = replace(case, severity=severity, chain=chain, stretch=stretch)
    rung = after.rung
    after = replace(
        after,
        response=_rescaled(draft, after, case.response, rung.respond_within),
        resolution_clock=_rescaled(draft, after, case.resolution_clock, rung.resolve_within),
        answer_by=add(calendar_of(after, case.accountable, org, now), case.arrived_at, rung.respond_within),
    )
    paced = after.status in (Status.OPEN, Status.ACKNOWLEDGED)
    return replace(after, nag_at=next_nag(after, org, now)) if paced else after


def _rescaled(draft: Draft, after: Case, clock: Clock | None, allowance: Span) -> Clock | None:
    if clock is None:
        return None
    org, now = draft.org, draft.now
    whose = whose_clock(after, org, now)
    spent = clock.allowance - clock.left(org, now)
    if (spent.is_days != allowance.is_days and not spent.is_zero) or whose != clock.calendar:
        spent = proportion(spent, clock.allowance, allowance)
    still = Clock(allowance, whose, min(spent, allowance) if not spent.is_zero else Span())
    return running(still, org, now) if clock.since is not None else still


def _later(draft: Draft, after: Case) -> bool:
    """Tell whether some deadline, of this level or of one above it, could come later than it does now."""
    before, org = draft.case, draft.org
    ranks = [org.severities[s].rank if s in org.severities else 0 for s in (before.severity, after.severity)]
    pairs = ((before.response, after.response), (before.resolution_clock, after.resolution_clock))
    # Clocks that stand still are compared by when they would end if they went on now.
    ends = [(_end(b, draft), _end(a, draft)) for b, a in pairs if b and a]
    return ranks[1] < ranks[0] or after.answer_by > before.answer_by or any(end > was for was, end in ends)


def _end(clock: Clock, draft: Draft) -> datetime:
    end = clock.deadline or running(clock, draft.org, draft.now).deadline
    assert end is not None
    return end


def give_time(draft: Draft, request: GiveTime) -> Decision:
    """The reporter moves the resolution deadline of the present level, and with it a promise that it passes."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = needs_key(by, case, "moretime")
    clock = case.resolution_clock
    if refusal is None and (case.status is Status.RESOLVED or clock is None):
        refusal = Refusal(No.ALREADY_RESOLVED, "moretime", who=case.keyholders)
    if refusal or clock is None:
        return Decision.no(case, refusal or Refusal(No.NOT_RESOLVED, "moretime"))
    calendar = org.calendar(clock.calendar)
    ends = clock.deadline or add(calendar, now, clock.left(org, now))
    until = request.until or _later_by(calendar, max(ends, now), request.more or Span())
    if until is None or until > now + FURTHEST:
        return Decision.no(case, Refusal(No.TOO_LATE, "moretime", when=now + FURTHEST))
    if until <= max(ends, now):
        return Decision.no(case, Refusal(No.NOT_LATER, "moretime", when=ends))
    longer = _until(clock, until, draft)
    promise = case.promise
    if promise is not None and until > promise.until:
        promise = replace(promise, until=until)
    draft.record(TimeGiven(until), by, resolution_clock=longer, promise=promise)
    if case.status in (Status.OPEN, Status.ACKNOWLEDGED):
        draft.amend(nag_at=next_nag(draft.case, org, now))
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, but=by)
    return draft.decided()


def _later_by(calendar: Calendar, start: datetime, more: Span) -> datetime | None:
    try:
        return add(calendar, start, more)
    except ValueError:  # further off than the calendar looks ahead
        return None


def _until(clock: Clock, until: datetime, draft: Draft) -> Clock:
    org, now = draft.org, draft.now
    spent = clock.allowance - clock.left(org, now)
    rest = between(org.calendar(clock.calendar), now, until, "days" if clock.allowance.is_days else "time")
    still = Clock(spent + rest, clock.calendar, spent)
    return running(still, org, now) if clock.since is not None else still


def me_too(draft: Draft, request: MeToo) -> Decision:
    """Somebody else has the same problem. So many of them can make it more severe."""
    case, by, org = draft.case, request.by, draft.org
    if case.private and not on_it(by, case, org, draft.now):
        return Decision.no(case, Refusal(No.NOT_YOURS, "metoo", who=(), roles=("those on the case",)))
    if by in case.affected or holds_key(by, case):
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(Joined(by), by, affected=(*case.affected, by))
    draft.tell(MessageKind.NEWS, case.owner, but=by)
    _raise_by_number(draft)
    return draft.decided()


def take_key(draft: Draft, request: TakeKey) -> Decision:
    """The author of a message that somebody else reported becomes its reporter, key and all; whoever pointed at it stays on the case."""
    case, by = draft.case, request.by
    if holds_key(by, case):
        return Decision.nothing(case, Reason.ALREADY)
    if by != case.author:
        who = (case.author,) if case.author else case.keyholders
        return Decision.no(case, Refusal(No.NOT_YOURS, "key", who=who, roles=("whoever wrote the message that was reported",)))
    holders = tuple(by if key == case.reporter else key for key in case.keyholders)
    affected = tuple(dict.fromkeys((*(person for person in case.affected if person != by), case.reporter)))
    said = tuple(key for key in case.answered_yes if key in holders)
    draft.record(Joined(by, keyholder=True), by, reporter=by, keyholders=holders, affected=affected, answered_yes=said)
    draft.tell(MessageKind.NEWS, case.reporter, case.owner, but=by)
    if case.status is Status.RESOLVED:
        draft.tell(MessageKind.CONFIRM, by)
    return draft.decided()


def _raise_by_number(draft: Draft) -> None:
    case, org = draft.case, draft.org
    people = len(case.affected) + len(case.keyholders)
    now_at = org.severities.get(case.severity)
    rank = now_at.rank if now_at else 0
    reached = [s for s in org.severities.values() if s.affected is not None and people >= s.affected and s.rank > rank]
    if reached:
        _change(draft, _under(draft, max(reached, key=lambda s: s.rank).id), None)


def record_cost(draft: Draft, request: RecordCost) -> Decision:
    """What it has cost, and whose budget paid; also after closing."""
    case, by = draft.case, request.by
    refusal = needs_owner(by, case, draft.org, draft.now, "cost", admin=True)
    if refusal is None and not (request.amount.is_finite() and request.amount >= 0):
        refusal = Refusal(No.BAD_AMOUNT, "cost")
    if refusal:
        return Decision.no(case, refusal)
    draft.record(CostRecorded(request.amount, request.budget), by, costs=(*case.costs, Cost(request.amount, request.budget)))
    return draft.decided()
