"""What will happen to a case next, by itself: the data behind the standing fate line."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.chain import above, arrive
from bot.escalation.org import Org
from bot.escalation.pace import change_of_hands, chases_go_up_at, reckoned, who_owes
from bot.escalation.roles import answering
from bot.escalation.words import NagFor, PersonId, Status, Why


@dataclass(frozen=True, slots=True)
class Fate:
    """Who has it, and what comes when if nobody does anything."""

    status: Status
    owner: PersonId
    level: int
    accountable: PersonId
    answering: PersonId | None  # the deputy who acts for whoever owes the move, if it is not they themselves
    nag_at: datetime | None
    nag_to: tuple[PersonId, ...]
    nag_for: NagFor | None
    goes_at: datetime | None  # when it moves up, and to whom and why; None at the top
    goes_to: PersonId | None
    goes_why: Why | None
    at_top: bool
    promise_until: datetime | None
    offered_to: PersonId | None
    offer_lapses_at: datetime | None
    waits_until: datetime | None  # `waiting`: when it goes on without the answer
    confirm_by: datetime | None  # `resolved`: when it closes as unconfirmed
    recheck_at: datetime | None


def fate(case: Case, org: Org, now: datetime) -> Fate:
    """Return what happens next to a case, as the engine would decide it if nobody did anything."""
    people, owed = who_owes(case, now)
    nagged = case.nag_at if case.live else None
    goes_at, why = _next_move(_as_it_will_be(case, org, now), org)
    goes_to = _target(case, org, goes_at) if goes_at else None
    answers = answering(org, people[0], now) if people else None
    return Fate(
        status=case.status,
        owner=case.owner,
        level=case.level,
        accountable=case.accountable,
        answering=answers if people and answers != people[0] else None,
        nag_at=nagged,
        nag_to=people,
        nag_for=owed if case.live else None,
        goes_at=goes_at if goes_to else None,
        goes_to=goes_to,
        goes_why=why if goes_to else None,
        at_top=case.at_top or (goes_at is not None and goes_to is None),
        promise_until=case.promise.until if case.promise else None,
        offered_to=case.offer.to if case.offer else None,
        offer_lapses_at=case.offer.lapses_at if case.offer else None,
        waits_until=case.question.cap if case.question else None,
        confirm_by=case.confirm_by,
        recheck_at=case.rechecks[0] if case.rechecks else None,
    )


def _as_it_will_be(case: Case, org: Org, now: datetime) -> Case:
    """Return the case with its clocks as they will run: a deputy's hours count from when they take over."""
    while case.status in (Status.OPEN, Status.ACKNOWLEDGED):
        edge = change_of_hands(case, org, now)
        goes_at, _ = _next_move(case, org)
        if edge is None or goes_at is None or goes_at <= edge:
            break
        now = edge
        clocks = {"response": reckoned(case, case.response, org, now), "resolution_clock": reckoned(case, case.resolution_clock, org, now)}
        case = replace(case, response=clocks["response"], resolution_clock=clocks["resolution_clock"])
    return case


def _next_move(case: Case, org: Org) -> tuple[datetime | None, Why | None]:
    if case.at_top or case.status not in (Status.OPEN, Status.ACKNOWLEDGED):
        return None, None
    moves = [
        (case.promise.until if case.promise else None, Why.PROMISE_BROKEN),
        (case.response.deadline if case.response else None, Why.UNANSWERED),
        (case.resolution_clock.deadline if case.resolution_clock else None, Why.UNRESOLVED),
        (chases_go_up_at(case, org), Why.CHASED),
    ]
    return min(((at, why) for at, why in moves if at is not None), key=lambda move: move[0], default=(None, None))


def _target(case: Case, org: Org, at: datetime) -> PersonId | None:
    return arrive(above(case), org, at).accountable
