"""The passing of time. What was missed happens once: after an outage each level still gets its full time."""

from bot.escalation.answering import go_on
from bot.escalation.case import Clock, moved, running
from bot.escalation.chain import above, arrive
from bot.escalation.climbing import chased_enough, go_up, landing, record_skips, strand
from bot.escalation.decision import Decision
from bot.escalation.draft import Draft
from bot.escalation.facts import ClockMoved, Nagged, PromiseBroken, Rechecked, Skipped, Taken
from bot.escalation.handover import lapse
from bot.escalation.keys import never_confirmed
from bot.escalation.org import Person
from bot.escalation.pace import next_nag, next_reporter_nag, who_owes, whose_clock
from bot.escalation.words import MessageKind, Reason, SkipWhy, Status, Why


def tick(draft: Draft) -> Decision:
    """Decide what is due now; an early tick changes nothing."""
    case = draft.case
    if case.due is None or draft.now < case.due:
        # Wake-ups are hints. The stored due time is the truth, which is what makes a doubled or early tick safe.
        return Decision.nothing(case, Reason.NOT_YET_DUE)
    match case.status:
        case Status.CLOSED:
            return _recheck(draft)
        case Status.RESOLVED:
            return _resolved(draft)
        case Status.WAITING:
            return _waiting(draft)
        case _:
            return _working(draft)


def _recheck(draft: Draft) -> Decision:
    case = draft.case
    later = tuple(at for at in case.rechecks if at > draft.now)
    draft.record(Rechecked(None), rechecks=later, recheck_asked=case.version + 1)
    draft.tell(MessageKind.RECHECK, *case.keyholders)
    return draft.decided(Reason.RECHECK_ASKED)


def _resolved(draft: Draft) -> Decision:
    case = draft.case
    if case.confirm_by is not None and case.confirm_by <= draft.now:
        return never_confirmed(draft)
    return _nag(draft)


def _waiting(draft: Draft) -> Decision:
    case = draft.case
    if case.offer is not None and case.offer.lapses_at <= draft.now:
        lapse(draft)
    if case.question is not None and case.question.cap <= draft.now:
        return go_on(draft, None, None)
    return _nag(draft) if _nag_is_due(draft) else draft.decided(Reason.HANDOVER_LAPSED)


def _working(draft: Draft) -> Decision:
    """An open or acknowledged case: at most one move up, for the earliest reason; else a nag."""
    reckon_clocks(draft)
    reason = Reason.CLOCK_MOVED
    if draft.case.offer is not None and draft.case.offer.lapses_at <= draft.now:
        lapse(draft)
        reason = Reason.HANDOVER_LAPSED
    why = _first_missed(draft)
    _break_promise(draft)
    if why is not None and go_up(draft, why):
        return draft.decided(_REASON[why])
    decision = chased_enough(draft)
    if decision is not None:
        return decision
    if _nag_is_due(draft):
        return _nag(draft)
    return draft.decided(reason)


_REASON = {
    Why.UNANSWERED: Reason.NOBODY_ANSWERED,
    Why.UNRESOLVED: Reason.NOT_RESOLVED_IN_TIME,
    Why.PROMISE_BROKEN: Reason.PROMISE_BROKEN,
}


def _first_missed(draft: Draft) -> Why | None:
    case = draft.case
    missed = [
        (case.promise.until if case.promise else None, Why.PROMISE_BROKEN),
        (case.response.deadline if case.response else None, Why.UNANSWERED),
        (case.resolution_clock.deadline if case.resolution_clock else None, Why.UNRESOLVED),
    ]
    passed = [(at, why) for at, why in missed if at is not None and at <= draft.now]
    return min(passed, key=lambda entry: entry[0])[1] if passed else None


def _break_promise(draft: Draft) -> None:
    case = draft.case
    if case.promise is None or case.promise.until > draft.now:
        return
    draft.record(PromiseBroken(case.promise.until), promise=None, broken_promises=case.broken_promises + 1)
    draft.amend(nag_at=next_nag(draft.case, draft.org, draft.now))
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable)


def _nag_is_due(draft: Draft) -> bool:
    return draft.case.nag_at is not None and draft.case.nag_at <= draft.now


def _nag(draft: Draft) -> Decision:
    """Remind whoever owes the next move. Reminders that piled up are one, and the next is counted from now."""
    case, org, now = draft.case, draft.org, draft.now
    people, owed = who_owes(case, now)
    asked = (case.offer.to,) if case.offer else ()
    draft.record(Nagged(tuple(dict.fromkeys((*people, *asked))), owed), nags=case.nags + 1)
    draft.tell(MessageKind.NAG, *people, *asked)
    cap = case.question.cap if case.question else case.confirm_by
    if case.status in (Status.WAITING, Status.RESOLVED) and cap is not None:
        draft.amend(nag_at=next_reporter_nag(draft.case, cap, org, now))
    else:
        draft.amend(nag_at=next_nag(draft.case, org, now))
    return draft.decided(Reason.NAGGED)


def reckon(draft: Draft) -> Decision:
    """The organisation changed: see to it that whoever is named can be reached, and that the clocks run on the right hours."""
    if not draft.case.live:
        return Decision.nothing(draft.case, Reason.NOTHING_DUE)
    _replace_who_is_lost(draft)
    if draft.case.status in (Status.OPEN, Status.ACKNOWLEDGED):
        reckon_clocks(draft)
    return draft.decided(Reason.CLOCK_MOVED)


def reckon_clocks(draft: Draft) -> None:
    """Carry the clocks over to whoever answers now; what is left of them stays."""
    case = draft.case
    before = case.resolution_clock
    after, response = _reckoned(draft, before), _reckoned(draft, case.response)
    if after == before and response == case.response:
        return
    whose = whose_clock(case, draft.org, draft.now)
    fact = ClockMoved(whose, before.calendar if before else None, after.deadline if after else None)
    draft.record(fact, resolution_clock=after, response=response)
    draft.amend(nag_at=next_nag(draft.case, draft.org, draft.now) if case.nag_at is not None and case.nag_at > draft.now else case.nag_at)


def _reckoned(draft: Draft, clock: Clock | None) -> Clock | None:
    if clock is None or clock.since is None:
        return clock
    org, now = draft.org, draft.now
    whose = whose_clock(draft.case, org, now)
    if whose != clock.calendar:
        return moved(clock, whose, org, now)
    # The same person: only a change of their hours or absences moves the deadline, and only a clock that has not run out.
    if clock.deadline is not None and clock.deadline <= now:
        return clock
    there = running(clock, org, clock.since)
    return clock if there.deadline == clock.deadline else moved(clock, whose, org, now)


def _replace_who_is_lost(draft: Draft) -> None:
    """An accountable who is gone or cannot be reached is skipped; an owner who is gone is replaced by the first one above."""
    org = draft.org
    lost = _lost(org.people.get(draft.case.accountable))
    if lost is not None and draft.case.status is not Status.RESOLVED:
        _skip_present_level(draft, lost)
    owner = org.people.get(draft.case.owner)
    if (owner is None or owner.gone) and org.acting(draft.case.accountable, draft.now) is not None:
        case = draft.case
        owners = (*case.owners, case.accountable)
        draft.record(Taken(case.accountable, case.owner), owner=case.accountable, owners=owners, offer=None)
        draft.tell(MessageKind.ASSIGNED, case.accountable)
        draft.tell(MessageKind.NEWS, *case.keyholders)


def _lost(known: Person | None) -> SkipWhy | None:
    if known is None or known.gone:
        return SkipWhy.GONE
    return None if known.reachable else SkipWhy.UNREACHABLE


def _skip_present_level(draft: Draft, why: SkipWhy) -> None:
    case = draft.case
    if case.at_top:
        return
    arrival = arrive(above(case), draft.org, draft.now)
    record_skips(draft, (Skipped(case.level, case.accountable, why), *arrival.skips))
    if arrival.accountable is None:
        strand(draft)
        return
    draft.amend(**landing(draft, arrival, None))
    draft.tell(MessageKind.BRIEF, arrival.accountable)
    draft.tell(MessageKind.NEWS, *case.keyholders)
