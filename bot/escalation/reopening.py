"""`Still broken`, and its kin: whatever was resolved or closed comes back. The clock never resets, and levels never fall."""

from typing import Any

from bot.escalation.answering import keep_pace
from bot.escalation.case import Clock, running
from bot.escalation.climbing import go_up, run_clocks
from bot.escalation.closing import NOTHING_OWED
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Merged, PromiseBroken, Rechecked, Reopened
from bot.escalation.pace import whose_clock
from bot.escalation.requests import Absorb, Reopen
from bot.escalation.roles import holds_key, needs_key, needs_owner
from bot.escalation.words import MessageKind, Outcome, PersonId, Reason, Status, Why


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
    _reopened(draft, request, status=Status.ACKNOWLEDGED, **clocks_again(draft), **counts)
    broken = _past_promise(draft)
    keep_pace(draft)
    if again and go_up(draft, Why.STILL_BROKEN, request.by, request.why):
        return draft.decided()
    if broken and not again and go_up(draft, Why.PROMISE_BROKEN):
        return draft.decided(Reason.PROMISE_BROKEN)
    return draft.decided()


def clocks_again(draft: Draft) -> dict[str, Any]:
    """Return what acknowledges a case that comes back, for a `record`: its clock goes on, for no less than one nag."""
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
    _above(draft, request, draft.case.contacts + 1)
    return draft.decided()


def over_again(draft: Draft, by: PersonId) -> None:
    """Reopen a closed case that somebody has reported anew: one level higher. The contact that this was stands on the new report."""
    _above(draft, Reopen(by), draft.case.contacts)


def _above(draft: Draft, request: Reopen, contacts: int) -> None:
    case = draft.case
    why = Why.RECHECK_FAILED if case.recheck_asked is not None else Why.STILL_BROKEN
    if why is Why.RECHECK_FAILED:
        draft.record(Rechecked(still_fixed=False), request.by, recheck_asked=None)
    _go_on_above(draft, request, why, promise=None, contacts=contacts, still_broken=case.still_broken + 1)


def _go_on_above(draft: Draft, request: Reopen, why: Why, **sets: Any) -> None:
    """Reopen one level higher; at the top, where there is none, the same level goes on with what was left of its time."""
    _reopened(draft, request, status=Status.ACKNOWLEDGED, **clocks_again(draft), **sets)
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
    draft.record(Merged(into=into, undone=True, why=request.why), by, **sets)
    keep_pace(draft)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)
    draft.then(FollowUp(into, Absorb(by, case, undo=True)))
    return draft.decided()
