"""Moving a case up: by time, by a broken promise, by chases, by a loop, or because somebody asked. Levels never fall."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from bot.escalation.calendar import add, between
from bot.escalation.case import Case, Promise, lasting_until, paused, running
from bot.escalation.chain import Arrival, above, arrive
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Chased, ClockMoved, Escalated, Noted, RouteDead, Skipped
from bot.escalation.org import Org
from bot.escalation.pace import calendar_of, chases_go_up_at, fresh_clock, next_nag, reckoned, whose_clock
from bot.escalation.requests import Chase, Escalate
from bot.escalation.roles import holds_key, is_accountable, is_owner
from bot.escalation.span import Span
from bot.escalation.words import MessageKind, PersonId, Reason, SkipWhy, Status, Text, Why

DEAD = (SkipWhy.GONE, SkipWhy.UNREACHABLE)


def go_up(draft: Draft, why: Why, by: PersonId | None = None, words: Text | None = None, to: PersonId | None = None) -> bool:
    """Move the case one level up, to `to` or to the first target that can answer; False if nobody is left above."""
    if draft.case.at_top:
        return False
    arrival = _straight_to(draft, to) if to else arrive(above(draft.case), draft.org, draft.now)
    record_skips(draft, arrival.skips)
    if arrival.accountable is None:
        strand(draft)
        return False
    before = draft.case.level
    fact = Escalated(arrival.level, arrival.accountable, before, why, words)
    draft.record(fact, by, escalations=draft.case.escalations + 1, **landing(draft, arrival, why))
    _tell_of_the_move(draft, before, by)
    return True


def _straight_to(draft: Draft, to: PersonId) -> Arrival:
    case = draft.case
    return Arrival(case.level + 1, to, to, above(case).tried, ())


def landing(draft: Draft, arrival: Arrival, why: str | None) -> dict[str, Any]:
    """Return what arriving at a level sets: its accountable, fresh clocks, fresh counts."""
    assert arrival.accountable is not None
    case, org, now = draft.case, draft.org, draft.now
    there = replace(
        case,
        level=arrival.level,
        accountable=arrival.accountable,
        climbed=arrival.climbed or case.owner,
        tried=arrival.tried,
        arrived_at=now,
        arrived_by=why,
        chases=0,
        owners=(case.owner,),
        handovers_here=0,
        owner_acknowledged=False,
    )
    return _changes(case, afresh(there, org, now))


def afresh(case: Case, org: Org, now: datetime) -> Case:
    """Return the case open at its level with fresh clocks; a question that was open is dropped, what it waited is kept."""
    rung = case.rung
    case = replace(
        case,
        status=Status.OPEN,
        outcome=None,
        closed_at=None,
        rechecks=(),
        recheck_asked=None,
        question=None,
        waited=waited_by(case, org, now),
        resolution=None,
        answered_yes=(),
        confirm_by=None,
        asked_from=None,
        nags=0,
        response=fresh_clock(case, rung.respond_within, org, now),
        resolution_clock=fresh_clock(case, rung.resolve_within, org, now),
        answer_by=add(calendar_of(case, case.accountable, org, now), now, rung.respond_within),
    )
    return _still_held(replace(case, nag_at=next_nag(case, org, now)), org, now)


def _still_held(case: Case, org: Org, now: datetime) -> Case:
    """Return a case that comes to a level with the date that it has: no fresh clock ends before it. An earlier promise stands."""
    held = replace(case, **held_to(case, case.owner, org, now))
    if case.promise is None or held.promise is None or held.promise.until <= case.promise.until:
        return held
    held = replace(held, promise=case.promise)
    return replace(held, nag_at=next_nag(held, org, now))


def held_to(case: Case, by: PersonId, org: Org, now: datetime) -> dict[str, Any]:
    """Return what a date sets on a case that has one: the owner is held to it as to a promise, and the level's time ends with it."""
    until, clock = case.wanted_by, case.resolution_clock
    if until is None or until <= now:
        return {}
    promise = Promise(until, by, case.level, 0)
    if clock is None or clock.deadline is None:
        return {"promise": promise}
    dated = clock if clock.deadline >= until else lasting_until(clock, until, org, now)
    promised = replace(case, promise=promise, resolution_clock=dated)
    return {"promise": promise, "resolution_clock": dated, "nag_at": next_nag(promised, org, now)}


def waited_by(case: Case, org: Org, now: datetime) -> Span:
    """Return how much of the waiting allowance is used up at this moment."""
    if case.question is None:
        return case.waited
    unit: Literal["days", "time"] = "days" if org.rules.waiting_at_most.is_days else "time"
    this_time = between(org.calendar(case.reporter), case.question.at, now, unit)
    return this_time if _rewritten(case, org) else case.waited + this_time


def waiting_left(case: Case, org: Org) -> Span:
    """Return how much more a case may wait after what it waited before the present question; never less than nothing."""
    most = org.rules.waiting_at_most
    if _rewritten(case, org):
        return most
    return most - case.waited if case.waited < most else Span()


def _rewritten(case: Case, org: Org) -> bool:
    """Tell whether the rule now counts in days what it counted in hours, or the other way round: what was used begins anew."""
    return not case.waited.is_zero and case.waited.is_days != org.rules.waiting_at_most.is_days


def _changes(before: Case, after: Case) -> dict[str, Any]:
    return {name: getattr(after, name) for name in Case.__dataclass_fields__ if getattr(after, name) != getattr(before, name)}


def record_skips(draft: Draft, skips: tuple[Skipped, ...]) -> None:
    """Put each level that was passed over on the timeline, and tell the admins where the route is dead."""
    for skip in skips:
        draft.record(skip)
        if skip.why in DEAD:
            draft.record(RouteDead(skip.level, skip.person, skip.why))
            draft.tell(MessageKind.ADMIN, *draft.org.admins)


def strand(draft: Draft) -> None:
    """Nobody is left above: the case stays, is treated as at the top, and the admins are told."""
    draft.record(RouteDead(draft.case.level, None, SkipWhy.NOBODY), stranded=True)
    draft.amend(nag_at=next_nag(draft.case, draft.org, draft.now))
    draft.tell(MessageKind.ADMIN, *draft.org.admins)


def _tell_of_the_move(draft: Draft, before: int, by: PersonId | None) -> None:
    case = draft.case
    if case.accountable != by:
        draft.tell(MessageKind.BRIEF, case.accountable)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)


def chase(draft: Draft, request: Chase) -> Decision:
    """The reporter had to ask again: one more contact, the owner hears it now, and the third one at a level goes up."""
    case, by = draft.case, request.by
    if not (holds_key(by, case) or by in case.affected):
        return Decision.no(case, Refusal(No.NOT_YOURS, "chase", who=case.keyholders, roles=("whoever reported it", "those affected")))
    if case.status is Status.RESOLVED:
        return Decision.no(case, Refusal(No.ALREADY_RESOLVED, "chase", who=case.keyholders))
    draft.record(Chased(case.chases + 1, request.why), by, contacts=case.contacts + 1, chases=case.chases + 1)
    draft.tell(MessageKind.NEWS, case.owner, but=by)
    if case.level > 0:
        draft.tell(MessageKind.NEWS, case.accountable, but=by)
    return chased_enough(draft) or draft.decided()


def chased_enough(draft: Draft) -> Decision | None:
    """Move the case up if it has been chased often enough, and not too soon after the last time."""
    since = chases_go_up_at(draft.case, draft.org)
    if since is None or since > draft.now or not go_up(draft, Why.CHASED):
        return None
    return draft.decided(Reason.TOO_MANY_CHASES)


def escalate(draft: Draft, request: Escalate) -> Decision:
    """Next level now: for the reporter once the response time has passed, for owner and accountable at any time."""
    case, by, now = draft.case, request.by, draft.now
    helping = is_owner(by, case, draft.org, now) or is_accountable(by, case, draft.org, now)
    if not helping and not holds_key(by, case):
        roles = ("whoever reported it", "the owner", "whoever it has been escalated to")
        who = tuple(dict.fromkeys((*case.keyholders, case.owner, case.accountable)))
        return Decision.no(case, Refusal(No.NOT_YOURS, "escalate", who=who, roles=roles))
    if case.status is Status.RESOLVED:
        return Decision.no(case, Refusal(No.ALREADY_RESOLVED, "escalate", who=case.keyholders))
    if case.at_top:
        return Decision.no(case, Refusal(No.AT_TOP, "escalate", who=(case.accountable,)))
    if not helping and now < case.answer_by:
        return Decision.no(case, Refusal(No.TOO_EARLY, "escalate", who=(case.owner,), when=case.answer_by))
    why = Why.HELP_WANTED if helping else Why.ASKED_BY_REPORTER
    if not go_up(draft, why, by, request.why):
        # Nobody above can be told of it, but that it was said, and by whom, is not lost.
        put_on_record(draft, request.why, by)
        return draft.decided(Reason.ROUTE_DEAD)
    return draft.decided()


def put_on_record(draft: Draft, words: Text, by: PersonId | None) -> None:
    """Note what somebody said, and tell the others on the case."""
    case = draft.case
    draft.record(Noted(words), by)
    above = (case.accountable,) if case.level > 0 else ()
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, *above, but=by)


def pause_clocks(draft: Draft) -> dict[str, Any]:
    """Return the present level's clocks standing still, for a `record`."""
    case, org, now = draft.case, draft.org, draft.now
    clocks = {"response": case.response, "resolution_clock": case.resolution_clock}
    return {name: paused(clock, org, now) if clock else None for name, clock in clocks.items()}


def run_clocks(draft: Draft) -> dict[str, Any]:
    """Return the present level's clocks running again with what was left of them, for a `record`."""
    case, org, now = draft.case, draft.org, draft.now
    # Whoever answers may have changed while they stood still.
    clocks = {"response": reckoned(case, case.response, org, now), "resolution_clock": reckoned(case, case.resolution_clock, org, now)}
    return {name: running(clock, org, now) if clock else None for name, clock in clocks.items()}


def reckon_clocks(draft: Draft) -> None:
    """Carry the clocks over to whoever answers now, with a fact if one was running; what is left of them stays."""
    case, org, now = draft.case, draft.org, draft.now
    before = case.resolution_clock
    after, response = reckoned(case, before, org, now), reckoned(case, case.response, org, now)
    if after == before and response == case.response:
        return
    if case.status not in (Status.OPEN, Status.ACKNOWLEDGED):
        return  # they stand still, and are carried over when they go on
    fact = ClockMoved(whose_clock(case, org, now), before.calendar if before else None, after.deadline if after else None)
    draft.record(fact, resolution_clock=after, response=response)
    if case.nag_at is not None and case.nag_at > now:
        draft.amend(nag_at=next_nag(draft.case, org, now))
