"""Two keys: the owner proposes that it is fixed, the reporter confirms. Silence closes a case, and never counts as fixed."""

from typing import Any

from bot.escalation.answering import answers_here, moved_promise
from bot.escalation.calendar import add
from bot.escalation.case import Case, Cost, Resolution
from bot.escalation.causes import offer_to_linked
from bot.escalation.climbing import pause_clocks, waited_by
from bot.escalation.closing import NOTHING_OWED, close_fixed
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.effort import MOST_MINUTES, spend
from bot.escalation.facts import (
    ClosedUnconfirmed,
    Confirmed,
    CostRecorded,
    Declined,
    Merged,
    PromiseBroken,
    PromiseKept,
    Rechecked,
    Resolved,
    Withdrawn,
)
from bot.escalation.handover import decline_offer
from bot.escalation.lasting import ask_what_lacked, date_refused, open_change, open_debt
from bot.escalation.outcomes import ask_outcomes
from bot.escalation.pace import next_reporter_nag
from bot.escalation.requests import Confirm, Decline, Resolve, StillFixed, Withdraw
from bot.escalation.roles import acts_for, holds_key, is_accountable, is_owner, needs_key, needs_owner
from bot.escalation.words import MessageKind, Outcome, PersonId, Reason, Status


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
    refusal = refusal or date_refused(request.change_by, now, "resolve") or date_refused(request.expires, now, "resolve")
    if refusal is None and request.minutes is not None and not 0 <= request.minutes <= MOST_MINUTES:
        refusal = Refusal(No.BAD_AMOUNT, "resolve")
    if refusal:
        return Decision.no(case, refusal)
    propose(draft, request, by)
    if request.cost is not None:
        budget = request.budget or case.budget or ""
        draft.record(CostRecorded(request.cost, budget), by, costs=(*case.costs, Cost(request.cost, budget)))
    if request.minutes:
        spend(draft, request.minutes, by)
    _what_lasts(draft, request)
    return draft.decided()


def propose(draft: Draft, request: Resolve, by: PersonId | None) -> None:
    """Record that it is said to be fixed, and ask those who hold a key. `by` is None where a probe says so, in the owner's place."""
    case = draft.case
    _break_if_late(draft)
    fact = Resolved(request.explanation, request.cause, request.kind, case.level)
    draft.record(fact, by, **_resolving(draft, request))
    cap = draft.case.confirm_by
    assert cap is not None
    draft.amend(nag_at=next_reporter_nag(draft.case, cap, draft.org, draft.now))
    draft.tell(MessageKind.CONFIRM, *case.keyholders)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, but=by)


def _what_lasts(draft: Draft, request: Resolve) -> None:
    """Have what keeps the next case away opened as a case of its own; ask for it, if it was not said."""
    resolution = draft.case.resolution
    assert resolution is not None
    open_change(draft, resolution)
    open_debt(draft, resolution, request.expires)
    ask_what_lacked(draft)


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
        ask_outcomes(draft)
        offer_to_linked(draft, by)
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
        ask_outcomes(draft)
        offer_to_linked(draft, None)
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
