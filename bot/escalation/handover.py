"""Changing the owner. A hand-over needs two: until it is accepted, the old owner owns it and the clocks run on them."""

from typing import Any

from bot.escalation.answering import acknowledging, keep_pace
from bot.escalation.calendar import add
from bot.escalation.case import Offer
from bot.escalation.chain import above
from bot.escalation.climbing import go_up, reckon_clocks
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import HandoverAccepted, HandoverDeclined, HandoverLapsed, HandoverOffered, Taken
from bot.escalation.org import Service
from bot.escalation.pace import calendar_of
from bot.escalation.requests import Accept, Decline, HandOver, Take
from bot.escalation.roles import acts_for, in_team, is_accountable, is_owner, needs_owner
from bot.escalation.words import MessageKind, PersonId, Reason, Status, Why


def hand_over(draft: Draft, request: HandOver) -> Decision:
    """Ask a person, or the owner of another service, to take the case over."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = needs_owner(by, case, org, now, "handover")
    if refusal:
        return Decision.no(case, refusal)
    to = _asked(draft, request)
    if isinstance(to, Refusal):
        return Decision.no(case, to)
    lapses = add(calendar_of(case, to, org, now), now, case.rung.respond_within)
    offer = Offer(to, by, request.why, now, lapses, request.service)
    draft.record(HandoverOffered(to, request.why, request.service), by, offer=offer)
    draft.tell(MessageKind.OFFER, to)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)
    return draft.decided()


def _asked(draft: Draft, request: HandOver) -> PersonId | Refusal:
    case, org, now = draft.case, draft.org, draft.now
    if case.status is Status.RESOLVED:
        return Refusal(No.ALREADY_RESOLVED, "handover", who=case.keyholders)
    if case.offer is not None:
        return Refusal(No.OFFER_OPEN, "handover", who=(case.offer.to,), when=case.offer.lapses_at)
    service = org.services.get(request.service) if request.service else None
    if request.service and service is None:
        return Refusal(No.UNKNOWN_SERVICE, "handover", about={"service": request.service})
    to = org.whose_turn(service.owner, now) if service else request.to
    if to is None or to not in org.people:
        return Refusal(No.UNKNOWN_PERSON, "handover", about={"person": to or ""})
    if to == case.owner:
        return Refusal(No.OWNS_IT, "handover", who=(to,))
    # A hand-over needs two: one that the old owner would accept as the other's deputy is none.
    if to in case.concerned or org.acting(to, now) in (None, case.owner, request.by, *case.concerned):
        return Refusal(No.CANNOT_ANSWER, "handover", who=(to,))
    return to


def accept(draft: Draft, request: Accept) -> Decision:
    """The second half of a hand-over: from now on it is theirs."""
    case, by, offer = draft.case, request.by, draft.case.offer
    if offer is None:
        return Decision.no(case, Refusal(No.NO_OFFER, "accept", who=(case.owner,)))
    if not acts_for(by, offer.to, draft.org, draft.now):
        return Decision.no(case, Refusal(No.NOT_YOURS, "accept", who=(offer.to,), roles=("whoever was asked to take it over",)))
    service = draft.org.services.get(offer.service) if offer.service else None
    sets = _new_owner(draft, offer.to, counts=True) | _of_service(service)
    draft.record(HandoverAccepted(offer.to, case.owner, offer.service), by, **sets)
    return _after_change(draft, by, case.owner, case.owners)


def _of_service(service: Service | None) -> dict[str, Any]:
    # A wrong desk changes the team and the budget, not the chain: a case keeps the one that it was opened under.
    if service is None:
        return {}
    sets: dict[str, Any] = {"service": service.id, "team": service.team, "budget": service.budget}
    return sets | ({"private": True} if service.private else {})


def _new_owner(draft: Draft, owner: PersonId, *, counts: bool) -> dict[str, Any]:
    case = draft.case
    sets: dict[str, Any] = {"owner": owner, "offer": None, "owners": (*case.owners, owner)}
    if counts:
        sets |= {"handovers": case.handovers + 1, "handovers_here": case.handovers_here + 1}
    if case.level == 0:
        # Above level 0 only that level's accountable stops its response clock: a new owner does not.
        sets |= {"accountable": owner, "climbed": owner, "response": None, "owner_acknowledged": True}
        if case.status is Status.OPEN:
            sets["status"] = Status.ACKNOWLEDGED
    return sets


def _after_change(draft: Draft, by: PersonId, before: PersonId, owners: tuple[PersonId, ...]) -> Decision:
    """Carry the clocks over to the new owner's hours, tell everybody, and break a loop."""
    case = draft.case
    draft.tell(MessageKind.ASSIGNED, case.owner, but=by)
    draft.tell(MessageKind.NEWS, *case.keyholders, before, but=by)
    if case.level > 0:
        draft.tell(MessageKind.NEWS, case.accountable, but=by)
    reckon_clocks(draft)
    keep_pace(draft)
    looped = case.owner in owners or case.handovers_here >= draft.org.rules.handovers_before_escalation
    if looped and go_up(draft, Why.HANDOVER_LOOP, to=_arbiter(draft)):
        return draft.decided(Reason.HANDOVER_LOOP)
    return draft.decided()


def _arbiter(draft: Draft) -> PersonId | None:
    """Return the lowest shared manager who took no part, if they can be asked and stand above; else the usual target decides."""
    case, org = draft.case, draft.org
    shared = org.shared_manager(tuple(dict.fromkeys(case.owners)))
    if shared is None:
        return None
    passed_over = {*above(case).tried, *case.concerned}
    return None if shared in passed_over or org.acting(shared, draft.now) in (None, *passed_over) else shared


def decline_offer(draft: Draft, request: Decline) -> Decision:
    """Say no to a hand-over that was offered to you: the old owner keeps it."""
    case, offer = draft.case, draft.case.offer
    assert offer is not None
    draft.record(HandoverDeclined(offer.to, request.why, case.owner), request.by, offer=None)
    draft.tell(MessageKind.NEWS, offer.by, case.owner, *case.keyholders, but=request.by)
    return draft.decided()


def lapse(draft: Draft) -> None:
    """Nobody answered the offer in time: it counts as declined."""
    case, offer = draft.case, draft.case.offer
    assert offer is not None
    draft.record(HandoverLapsed(offer.to, case.owner), offer=None)
    draft.tell(MessageKind.NEWS, offer.by, case.owner, offer.to)


def take(draft: Draft, request: Take) -> Decision:
    """Make oneself the owner. By the team it counts as a hand-over, by the accountable it does not."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    accountable = is_accountable(by, case, org, now)
    if by == case.owner:
        return Decision.no(case, Refusal(No.OWNS_IT, "take", who=(by,)))
    if not accountable and not in_team(by, case, org):
        roles = ("whoever it has been escalated to", "anyone of the service's team")
        return Decision.no(case, Refusal(No.NOT_YOURS, "take", who=(case.accountable,), roles=roles))
    if case.status is Status.RESOLVED:
        return Decision.no(case, Refusal(No.ALREADY_RESOLVED, "take", who=case.keyholders))
    # Whoever stands in for the owner of level 0 takes as one of the team: only a real level above is the accountable's own.
    counts = case.level == 0 or not accountable
    sets = _new_owner(draft, by, counts=counts)
    if accountable and not is_owner(by, case, org, now):
        sets = acknowledging(draft, by) | sets
    draft.record(Taken(by, case.owner), by, **sets)
    if case.offer is not None:
        draft.tell(MessageKind.NEWS, case.offer.to, but=by)
    return _after_change(draft, by, case.owner, case.owners if counts else ())
