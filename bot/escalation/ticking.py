"""The passing of time. What was missed happens once: after an outage each level still gets its full time."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.escalation.answering import go_on
from bot.escalation.calendar import add
from bot.escalation.case import Case, Clock
from bot.escalation.causes import ask_again
from bot.escalation.chain import above, arrive
from bot.escalation.climbing import chased_enough, go_up, landing, reckon_clocks, record_skips, strand, waiting_left
from bot.escalation.decision import Decision
from bot.escalation.draft import Draft
from bot.escalation.facts import ClockMoved, Nagged, PromiseBroken, Rechecked, Skipped, Taken
from bot.escalation.handover import lapse
from bot.escalation.keys import never_confirmed
from bot.escalation.org import Org, Person
from bot.escalation.pace import next_nag, next_reporter_nag, who_owes
from bot.escalation.words import MessageKind, PersonId, Reason, SkipWhy, Status, Why

_ASKED_WITHIN = timedelta(days=30)  # so long, at most, a case waits for the question whether it is fixed to be delivered


def tick(draft: Draft, *, unasked: bool = False) -> Decision:
    """Decide what is due now; an early tick changes nothing. `unasked` as in `Tick`."""
    case = draft.case
    if case.due is None or draft.now < case.due:
        # Wake-ups are hints. The stored due time is the truth, which is what makes a doubled or early tick safe.
        return Decision.nothing(case, Reason.NOT_YET_DUE)
    if case.cause_asks and case.cause_asks[0] <= draft.now:
        return ask_again(draft)
    match case.status:
        case Status.CLOSED:
            return _recheck(draft)
        case Status.RESOLVED:
            return _not_asked_yet(draft) if unasked and _may_wait(draft) else _resolved(draft)
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
    _reckon_caps(draft)
    if draft.case.confirm_by is not None and draft.case.confirm_by <= draft.now:
        return never_confirmed(draft)
    return _nag(draft) if _nag_is_due(draft) else draft.decided(Reason.CLOCK_MOVED)


def _may_wait(draft: Draft) -> bool:
    """Tell whether there is nobody's yes yet, and silence need not count: a case must not rest for ever because a platform does."""
    case = draft.case
    return not case.answered_yes and case.resolution is not None and draft.now - case.resolution.at < _ASKED_WITHIN


def _not_asked_yet(draft: Draft) -> Decision:
    """Whoever never had the question is not silent, nor to be reminded of it: the time to answer begins now."""
    case, org, now = draft.case, draft.org, draft.now
    cap = add(org.calendar(case.reporter), now, org.rules.confirm_within)
    _move_cap(draft, cap, unasked=True, asked_from=now, confirm_by=cap)
    if case.asked_from is None:
        # They were told another date. Once is enough: it moves until something can be sent again.
        draft.tell(MessageKind.NEWS, case.owner, case.accountable)
    return draft.decided(Reason.CLOCK_MOVED)


def _waiting(draft: Draft) -> Decision:
    _reckon_caps(draft)
    reason = _lapse_if_due(draft)
    question = draft.case.question
    if question is not None and question.cap <= draft.now:
        return go_on(draft, None, None)
    return _nag(draft) if _nag_is_due(draft) else draft.decided(reason)


def _lapse_if_due(draft: Draft) -> Reason:
    offer = draft.case.offer
    if offer is None or offer.lapses_at > draft.now:
        return Reason.CLOCK_MOVED
    lapse(draft)
    return Reason.HANDOVER_LAPSED


def _working(draft: Draft) -> Decision:
    """An open or acknowledged case: at most one move up, for the earliest reason; else a nag."""
    lost = _pass_over_who_is_lost(draft)
    reckon_clocks(draft)
    if lost:
        return draft.decided(Reason.ROUTE_DEAD)
    reason = _lapse_if_due(draft)
    why = _first_missed(draft)
    if _break_promise(draft):
        reason = Reason.PROMISE_BROKEN
    if why is not None and not draft.case.at_top:
        return draft.decided(_REASON[why] if go_up(draft, why) else Reason.ROUTE_DEAD)
    decision = chased_enough(draft)
    if decision is not None:
        return decision
    return _nag(draft) if _nag_is_due(draft) else draft.decided(reason)


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


def _break_promise(draft: Draft) -> bool:
    case = draft.case
    if case.promise is None or case.promise.until > draft.now:
        return False
    draft.record(PromiseBroken(case.promise.until), promise=None, broken_promises=case.broken_promises + 1)
    draft.amend(nag_at=next_nag(draft.case, draft.org, draft.now))
    if case.at_top:
        # Below the top it goes up at once, and the news of that says why: one message, not two.
        draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable)
    return True


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
    lost = _pass_over_who_is_lost(draft)
    before = draft.case.resolution_clock
    reckon_clocks(draft)
    if _later(before, draft.case.resolution_clock) and not lost:
        # Whoever reported it counts on the old deadline; now they know why it moved, and may send the case up instead.
        draft.tell(MessageKind.NEWS, *draft.case.keyholders)
    _reckon_caps(draft)
    decision = draft.decided(Reason.ROUTE_DEAD if lost else Reason.CLOCK_MOVED)
    return decision if decision.facts else Decision.nothing(draft.case, Reason.NOTHING_DUE)


def _later(before: Clock | None, after: Clock | None) -> bool:
    deadlines = (before.deadline if before else None, after.deadline if after else None)
    return deadlines[0] is not None and deadlines[1] is not None and deadlines[1] > deadlines[0]


def _reckon_caps(draft: Draft) -> None:
    """The reporter's time to answer is their working time less absences: one that began later counts too."""
    case, org = draft.case, draft.org
    calendar = org.calendar(case.reporter)
    cap = before = None
    sets: dict[str, Any] = {}
    if case.question is not None:
        # What began in the future began while the machine's clock was wrong: it begins now.
        before, at = case.question.cap, min(case.question.at, draft.now)
        cap = add(calendar, at, waiting_left(case, org))
        sets = {"question": replace(case.question, at=at, cap=cap)}
    elif case.resolution is not None and case.confirm_by is not None:
        before, at = case.confirm_by, min(case.resolution.at, draft.now)
        since = min(case.asked_from or at, draft.now)
        cap = add(calendar, since, org.rules.confirm_within)
        sets = {"resolution": replace(case.resolution, at=at), "asked_from": case.asked_from and since, "confirm_by": cap}
    if cap is not None and cap != before:
        _move_cap(draft, cap, **sets)


def _move_cap(draft: Draft, cap: datetime, *, unasked: bool = False, **sets: Any) -> None:
    """Give the reporter until `cap` to answer, and remind them within what is left until then."""
    reporter = draft.case.reporter
    draft.record(ClockMoved(reporter, reporter, cap, unasked=unasked), **sets)
    draft.amend(nag_at=next_reporter_nag(draft.case, cap, draft.org, draft.now))


def _pass_over_who_is_lost(draft: Draft) -> bool:
    """An accountable who cannot be reached is skipped, an owner who is gone replaced by the first one above; tell whether."""
    before = draft.case
    lost = _lost(draft.org.people.get(before.accountable))
    if lost is not None and before.status is not Status.RESOLVED:
        _skip_present_level(draft, lost)
    if _lost(draft.org.people.get(draft.case.owner)) is SkipWhy.GONE:
        _replace_owner(draft)
    return draft.case is not before


def _replace_owner(draft: Draft) -> None:
    case = draft.case
    successor = _successor(case, draft.org, draft.now)
    if successor is None:
        return
    sets: dict[str, Any] = {"owner": successor, "owners": (*case.owners, successor), "offer": None}
    if case.accountable == case.owner:
        sets["accountable"] = successor
    draft.record(Taken(successor, case.owner), **sets)
    draft.tell(MessageKind.ASSIGNED, successor)
    draft.tell(MessageKind.NEWS, *case.keyholders)


def _successor(case: Case, org: Org, now: datetime) -> PersonId | None:
    """Return who is accountable, or comes next above, or, where nobody is left there, an admin or a leader."""
    above_it = arrive(above(case), org, now).accountable
    candidates = (case.accountable, above_it, *org.admins, *org.leaders)
    return next((p for p in candidates if p and p not in case.concerned and org.acting(p, now) is not None), None)


def _lost(known: Person | None) -> SkipWhy | None:
    if known is None or known.gone:
        return SkipWhy.GONE
    return None if known.reachable else SkipWhy.UNREACHABLE


def _skip_present_level(draft: Draft, why: SkipWhy) -> None:
    case = draft.case
    if case.stranded:
        return
    arrival = arrive(above(case), draft.org, draft.now)
    record_skips(draft, (Skipped(case.level, case.accountable, why), *arrival.skips))
    if arrival.accountable is None:
        strand(draft)
        return
    draft.amend(**landing(draft, arrival, None))
    draft.tell(MessageKind.BRIEF, arrival.accountable)
    draft.tell(MessageKind.NEWS, *case.keyholders, *(() if case.owner == case.accountable else (case.owner,)))
