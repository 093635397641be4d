"""Two keys: the owner proposes that it is fixed, the reporter confirms. Silence closes a case, and never counts as fixed."""

from typing import Any

from bot.escalation.answering import answers_here, keep_pace, moved_promise
from bot.escalation.calendar import add
from bot.escalation.case import Case, Clock, Cost, Resolution, running
from bot.escalation.climbing import go_up, pause_clocks, run_clocks, waited_by
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import (
    ClosedUnconfirmed,
    Confirmed,
    CostRecorded,
    Declined,
    Merged,
    PromiseBroken,
    PromiseKept,
    Rechecked,
    Reopened,
    Resolved,
    Withdrawn,
)
from bot.escalation.handover import decline_offer
from bot.escalation.pace import next_reporter_nag, whose_clock
from bot.escalation.requests import Absorb, Confirm, Decline, Reopen, Resolve, StillFixed, Withdraw
from bot.escalation.roles import acts_for, holds_key, is_accountable, is_owner, needs_key, needs_owner
from bot.escalation.words import Kind, MessageKind, Outcome, PersonId, Reason, Status, Why

# Nothing is asked of anybody on a closed case, so nothing of it may stay behind for a reopening to trip over.
NOTHING_OWED: dict[str, Any] = {
    "question": None,
    "offer": None,
    "confirm_by": None,
    "nag_at": None,
    "nags": 0,
    "severity_wish": None,
}


def resolve(draft: Draft, request: Resolve) -> Decision:
    """The owner's key: say what was wrong and what was done, and ask those who reported it."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = needs_owner(by, case, org, now, "resolve")
    if refusal is None and case.status is Status.RESOLVED:
        refusal = Refusal(No.ALREADY_RESOLVED, "resolve", who=case.keyholders)
    if refusal is None and not request.explanation.strip():
        refusal = Refusal(No.EMPTY, "resolve")
    if refusal is None and request.cost is not None and not (request.cost.is_finite() and request.cost >= 0):
        refusal = Refusal(No.BAD_AMOUNT, "resolve")
    if refusal:
        return Decision.no(case, refusal)
    _break_if_late(draft)
    fact = Resolved(request.explanation, request.cause, request.kind, case.level)
    draft.record(fact, by, **_resolving(draft, request))
    cap = draft.case.confirm_by
    assert cap is not None
    draft.amend(nag_at=next_reporter_nag(draft.case, cap, org, now))
    draft.tell(MessageKind.CONFIRM, *case.keyholders)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, but=by)
    if request.cost is not None:
        budget = request.budget or case.budget or ""
        draft.record(CostRecorded(request.cost, budget), by, costs=(*case.costs, Cost(request.cost, budget)))
    return draft.decided()


def _resolving(draft: Draft, request: Resolve) -> dict[str, Any]:
    case, org, now = draft.case, draft.org, draft.now
    resolution = Resolution(
        request.explanation,
        request.cause,
        request.kind,
        request.by,
        now,
        case.level,
        request.lacked,
        request.change,
        request.change_owner,
        request.change_by,
    )
    return {
        **pause_clocks(draft),
        **({"response": None} if answers_here(draft, request.by) else {}),
        **NOTHING_OWED,
        "waited": waited_by(case, org, now),
        "promise": moved_promise(draft),
        "status": Status.RESOLVED,
        "resolution": resolution,
        "answered_yes": (),
        "confirm_by": add(org.calendar(case.reporter), now, org.rules.confirm_within),
        "owner_acknowledged": case.owner_acknowledged or is_owner(request.by, case, org, now),
    }


def _break_if_late(draft: Draft) -> None:
    case = draft.case
    if case.promise is not None and case.promise.until < draft.now and case.question is None:
        # The tick that would have noticed came late; resolving after the date must not turn a broken promise into a kept one.
        draft.record(PromiseBroken(case.promise.until), promise=None, broken_promises=case.broken_promises + 1)


def confirm(draft: Draft, request: Confirm) -> Decision:
    """The reporter's key. With several reporters, each is asked; an admin may turn it for one who is gone."""
    case, by = draft.case, request.by
    if case.status is Status.CLOSED and case.recheck_asked is not None and holds_key(by, case):
        return still_fixed(draft, StillFixed(by))
    holder = _holder(draft, by)
    if holder is None:
        return Decision.no(case, Refusal(No.NOT_YOURS, "confirm", who=case.keyholders, roles=("whoever reported it",)))
    late = case.status is Status.CLOSED and case.outcome is Outcome.UNCONFIRMED
    if case.status is not Status.RESOLVED and not late:
        return _not_now(case)
    if holder in case.answered_yes and not late:
        return Decision.nothing(case, Reason.ALREADY)
    yes = (*case.answered_yes, holder)
    closes = late or all(key in yes or _gone(draft, key) for key in case.keyholders)
    fact = Confirmed(closes, self_confirmed=holder in _resolvers(case), for_gone=holder if holder != by else None)
    draft.record(fact, by, answered_yes=yes)
    if closes:
        close_fixed(draft)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, *case.affected, but=by)
    if closes:
        _keep_promise(draft)
    return draft.decided()


def _holder(draft: Draft, by: PersonId) -> PersonId | None:
    """Return whose key it is that `by` turns: their own, or, for an admin, that of a reporter who is gone."""
    case = draft.case
    if holds_key(by, case):
        return by
    gone = [key for key in case.keyholders if _gone(draft, key) and key not in case.answered_yes]
    return gone[0] if by in draft.org.admins and gone else None


def _gone(draft: Draft, person: PersonId) -> bool:
    known = draft.org.people.get(person)
    return known is None or known.gone


def _resolvers(case: Case) -> tuple[PersonId, ...]:
    return (case.owner, *((case.resolution.by,) if case.resolution else ()))


def _not_now(case: Case) -> Decision:
    if case.status is Status.CLOSED:
        done = case.outcome is Outcome.FIXED
        return Decision.nothing(case, Reason.ALREADY) if done else Decision.no(case, Refusal(No.CLOSED, "confirm"))
    return Decision.no(case, Refusal(No.NOT_RESOLVED, "confirm", who=(case.owner,)))


def close_fixed(draft: Draft) -> None:
    """Let the latest fact close the case as fixed, with its re-checks ahead."""
    asks = draft.org.rules.recheck_after if draft.case.kind is Kind.PROBLEM else ()
    sets = NOTHING_OWED | {"status": Status.CLOSED, "outcome": Outcome.FIXED, "closed_at": draft.now}
    draft.amend(**sets, rechecks=tuple(sorted(draft.now + after for after in asks)), recheck_asked=None)


def _keep_promise(draft: Draft) -> None:
    case = draft.case
    if case.promise is not None and case.resolution is not None and case.resolution.at <= case.promise.until:
        draft.record(PromiseKept(case.promise.until), promise=None, kept_promises=case.kept_promises + 1)


def never_confirmed(draft: Draft) -> Decision:
    """Nobody answered: close as unconfirmed, or as fixed if one of several reporters had confirmed and the others kept silent."""
    yes = bool(draft.case.answered_yes)
    draft.record(ClosedUnconfirmed(), status=Status.CLOSED, outcome=Outcome.UNCONFIRMED, closed_at=draft.now, **NOTHING_OWED)
    if yes:
        close_fixed(draft)
    draft.tell(MessageKind.NEWS, *draft.case.keyholders, draft.case.owner)
    _keep_promise(draft)
    return draft.decided(Reason.NEVER_CONFIRMED)


def still_fixed(draft: Draft, request: StillFixed) -> Decision:
    """The reporter's yes to a re-check."""
    case = draft.case
    refusal = needs_key(request.by, case, "confirm")
    if refusal:
        return Decision.no(case, refusal)
    if case.live:
        return Decision.no(case, Refusal(No.NOT_CLOSED, "confirm", who=(case.owner,)))
    if case.recheck_asked is None:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(Rechecked(still_fixed=True), request.by, recheck_asked=None)
    return draft.decided()


def reopen(draft: Draft, request: Reopen) -> Decision:
    """`Still broken`: a resolved case goes back to its owner, a closed one goes up a level. The clock never resets."""
    case, by = draft.case, request.by
    if case.outcome is Outcome.DUPLICATE:
        return undo_merge(draft, request)
    refusal = needs_key(by, case, "reopen")
    if refusal:
        return Decision.no(case, refusal)
    match case.status, case.outcome:
        case Status.RESOLVED, _:
            return _still_broken(draft, request)
        case Status.CLOSED, Outcome.WITHDRAWN:
            return _take_back(draft, request)
        case Status.CLOSED, Outcome.DECLINED:
            return _appeal(draft, request)
        case Status.CLOSED, _:
            return _broken_again(draft, request)
        case _:
            return Decision.no(case, Refusal(No.NOT_RESOLVED, "reopen", who=(case.owner,)))


def _reopened(draft: Draft, request: Reopen, **sets: Any) -> None:
    case = draft.case
    fact = Reopened(case.outcome, case.still_broken + 1, request.why)
    cleared = NOTHING_OWED | {"outcome": None, "closed_at": None, "rechecks": (), "recheck_asked": None, "answered_yes": ()}
    draft.record(fact, request.by, **cleared | {"resolution": None} | sets)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, but=request.by)


def _still_broken(draft: Draft, request: Reopen) -> Decision:
    case = draft.case
    again = case.still_broken >= 1
    counts = {"contacts": case.contacts + 1, "still_broken": case.still_broken + 1}
    _reopened(draft, request, status=Status.ACKNOWLEDGED, **_clocks_again(draft), **counts)
    broken = _past_promise(draft)
    keep_pace(draft)
    if again and go_up(draft, Why.STILL_BROKEN, request.by, request.why):
        return draft.decided()
    if broken and not again and go_up(draft, Why.PROMISE_BROKEN):
        return draft.decided(Reason.PROMISE_BROKEN)
    return draft.decided()


def _clocks_again(draft: Draft) -> dict[str, Any]:
    clock = run_clocks(draft)["resolution_clock"]
    return {"response": None, "resolution_clock": _at_least_one_nag(draft, clock)}


def _past_promise(draft: Draft) -> bool:
    case = draft.case
    if case.promise is None or case.promise.until > draft.now:
        return False
    draft.record(PromiseBroken(case.promise.until), promise=None, broken_promises=case.broken_promises + 1)
    return True


def _at_least_one_nag(draft: Draft, clock: Clock | None) -> Clock | None:
    """Return the clock with no less left than one nag interval: a case that comes back must not go up before anybody is told."""
    case, org, now = draft.case, draft.org, draft.now
    if clock is None or clock.deadline is None:
        return clock
    pace = running(Clock(case.rung.nag_every, whose_clock(case, org, now)), org, now)
    assert pace.deadline is not None
    return pace if clock.deadline < pace.deadline else clock


def _broken_again(draft: Draft, request: Reopen) -> Decision:
    """A case that was closed as fixed or unconfirmed: age and contacts go on, one level higher."""
    case = draft.case
    why = Why.RECHECK_FAILED if case.recheck_asked is not None else Why.STILL_BROKEN
    if why is Why.RECHECK_FAILED:
        draft.record(Rechecked(still_fixed=False), request.by, recheck_asked=None)
    counts = {"contacts": case.contacts + 1, "still_broken": case.still_broken + 1}
    _go_on_above(draft, request, why, promise=None, **counts)
    return draft.decided()


def _go_on_above(draft: Draft, request: Reopen, why: Why, **sets: Any) -> None:
    """Reopen one level higher; at the top, where there is none, the same level goes on with what was left of its time."""
    _reopened(draft, request, status=Status.ACKNOWLEDGED, **_clocks_again(draft), **sets)
    keep_pace(draft)
    go_up(draft, why, request.by, request.why)


def _take_back(draft: Draft, request: Reopen) -> Decision:
    """A withdrawn case returns to its level, with what was left of its clocks."""
    case = draft.case
    _reopened(draft, request, contacts=case.contacts + 1, **_as_it_was(draft))
    keep_pace(draft)
    return draft.decided()


def _as_it_was(draft: Draft) -> dict[str, Any]:
    """Return the state that a withdrawn or merged case goes back to."""
    case = draft.case
    status = Status.OPEN if case.response is not None else Status.ACKNOWLEDGED
    # Nobody owed it anything while it was closed: a date that passed meanwhile is no broken promise.
    promise = case.promise if case.promise and case.promise.until > draft.now else None
    return {"status": status, "promise": promise, **run_clocks(draft)}


def _appeal(draft: Draft, request: Reopen) -> Decision:
    case = draft.case
    if case.at_top or case.appeals > 0:
        return Decision.no(case, Refusal(No.FINAL, "reopen", who=(case.accountable,)))
    _go_on_above(draft, request, Why.STILL_BROKEN, contacts=case.contacts + 1, appeals=case.appeals + 1, promise=None)
    return draft.decided()


def undo_merge(draft: Draft, request: Reopen) -> Decision:
    """Take a merge back within its days: both cases go on, with what each brought."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    if not holds_key(by, case) and needs_owner(by, case, org, now, "reopen", admin=True):
        roles = ("whoever reported it", "the owner", "an admin")
        return Decision.no(case, Refusal(No.NOT_YOURS, "reopen", who=case.keyholders, roles=roles))
    assert case.closed_at is not None
    assert case.merged_into is not None
    last_day = case.closed_at + org.rules.undo_merge_within
    if now > last_day:
        return Decision.no(case, Refusal(No.TOO_LATE, "reopen", when=last_day, about={"case": case.merged_into}))
    into = case.merged_into
    sets = {"outcome": None, "closed_at": None, "merged_into": None, **_as_it_was(draft)}
    draft.record(Merged(into=into, undone=True), by, **sets)
    keep_pace(draft)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)
    draft.then(FollowUp(into, Absorb(by, case, undo=True)))
    return draft.decided()


def withdraw(draft: Draft, request: Withdraw) -> Decision:
    """The reporter no longer needs it."""
    case, by = draft.case, request.by
    refusal = needs_key(by, case, "withdraw")
    if refusal:
        return Decision.no(case, refusal)
    draft.record(Withdrawn(request.why), by, **_closing(draft, Outcome.WITHDRAWN))
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, *case.affected, but=by)
    return draft.decided()


def _closing(draft: Draft, outcome: Outcome) -> dict[str, Any]:
    waited = waited_by(draft.case, draft.org, draft.now)
    return {**pause_clocks(draft), **NOTHING_OWED, "waited": waited, "status": Status.CLOSED, "outcome": outcome, "closed_at": draft.now}


def close_as_duplicate(draft: Draft, fact: Merged, by: PersonId) -> None:
    """Close this case in favour of another one; its clocks are kept, in case the merge is undone."""
    draft.record(fact, by, **_closing(draft, Outcome.DUPLICATE), merged_into=fact.into)


def decline(draft: Draft, request: Decline) -> Decision:
    """Decline the hand-over offered to you; otherwise, from level 1 up, say that this will not be fixed, and why."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    if case.offer is not None and acts_for(by, case.offer.to, org, now):
        return decline_offer(draft, request)
    refusal = _may_not_decline(draft, by)
    if refusal is None and case.status is Status.RESOLVED:
        # The reporter has just been asked whether it is fixed: closing it over their head would take their key.
        refusal = Refusal(No.ALREADY_RESOLVED, "decline", who=case.keyholders)
    if refusal is None and not request.why.strip():
        refusal = Refusal(No.EMPTY, "decline")
    if refusal:
        return Decision.no(case, refusal)
    draft.record(Declined(request.why, case.level), by, **_closing(draft, Outcome.DECLINED))
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, *case.affected, but=by)
    return draft.decided()


def _may_not_decline(draft: Draft, by: PersonId) -> Refusal | None:
    case = draft.case
    if case.level == 0:
        return Refusal(No.LEVEL_ZERO, "decline", who=(case.owner,))
    if is_accountable(by, case, draft.org, draft.now):
        return None
    return Refusal(No.NOT_YOURS, "decline", who=(case.accountable,), roles=("whoever it has been escalated to",))
