"""When something happens next to a case by itself: its nags, its deadlines and its one due time."""

from datetime import datetime, timedelta
from fractions import Fraction

from bot.escalation.calendar import ALWAYS, Calendar, add, between
from bot.escalation.case import Case, Clock, moved, running
from bot.escalation.org import Org
from bot.escalation.roles import answering
from bot.escalation.span import Span
from bot.escalation.words import NagFor, PersonId, Status, Why

REPORTER_NAGS = 2  # DESIGN.md section 11.5: "the reporter, twice at most"


def calendar_of(case: Case, person: PersonId, org: Org, now: datetime) -> Calendar:
    """Return the calendar that a wait for this person runs on: whoever answers for them, or the wall clock under `always`."""
    return ALWAYS if case.chain.always else org.calendar(answering(org, person, now))


def whose_clock(case: Case, org: Org, now: datetime) -> PersonId | None:
    """Return whose working time the clocks of the present level run on; None is the wall clock."""
    return None if case.chain.always else answering(org, case.accountable, now)


def reckoned(case: Case, clock: Clock | None, org: Org, now: datetime) -> Clock | None:
    """Return a clock of the present level as it runs on whoever answers now; what is left of it stays."""
    if clock is None:
        return None
    whose = whose_clock(case, org, now)
    if whose != clock.calendar or (clock.since is not None and clock.since > now):
        # What began in the future began while the machine's clock was wrong: it begins now.
        return moved(clock, whose, org, now)
    if clock.since is None or clock.deadline is None or clock.deadline <= now:
        return clock
    # The same person: only a change of their hours or absences moves the deadline, and only a clock that has not run out.
    unchanged = running(clock, org, clock.since).deadline == clock.deadline
    return clock if unchanged else moved(clock, whose, org, now)


def fresh_clock(case: Case, allowance: Span, org: Org, now: datetime) -> Clock:
    """Return a clock of the present level that begins to run at `now`."""
    return running(Clock(allowance, whose_clock(case, org, now)), org, now)


def quiet_until(case: Case, now: datetime) -> datetime | None:
    """Return until when a promise keeps the nags quiet: until it, or the resolution deadline if that is earlier."""
    if case.promise is None or case.promise.level != case.level or case.promise.until <= now:
        return None
    deadline = case.resolution_clock.deadline if case.resolution_clock else None
    quiet = case.promise.until if deadline is None else min(case.promise.until, deadline)
    return quiet if quiet > now else None


def who_owes(case: Case, now: datetime) -> tuple[tuple[PersonId, ...], NagFor]:
    """Return who is nagged in the present state, and for what (DESIGN.md section 11.5)."""
    if case.status is Status.WAITING:
        return (case.reporter,), NagFor.ANSWER
    if case.status is Status.RESOLVED:
        return tuple(p for p in case.keyholders if p not in case.answered_yes), NagFor.CONFIRMATION
    overdue_at_top = case.at_top and case.resolution_clock is not None and _passed(case.resolution_clock.deadline, now)
    if overdue_at_top:
        return tuple(dict.fromkeys((case.owner, case.accountable))), NagFor.FIX
    if case.status is Status.OPEN:
        return (case.accountable,), NagFor.ACKNOWLEDGEMENT
    return (case.owner,), NagFor.FIX


def next_nag(case: Case, org: Org, now: datetime) -> datetime | None:
    """Return when the next nag is due, counted from `now` in the working time of whoever is nagged."""
    quiet = quiet_until(case, now)
    if quiet is not None:
        return quiet if case.at_top else None  # below the top, the promise or the deadline does more than nag
    people, _ = who_owes(case, now)
    # Of owner and accountable the accountable sets the pace: an owner on leave must not silence the top.
    return add(calendar_of(case, people[-1], org, now), now, case.rung.nag_every)


def next_reporter_nag(case: Case, cap: datetime, org: Org, now: datetime) -> datetime | None:
    """Return when to remind the reporter: at each third of what is left until `cap`, in their working time; twice at most."""
    if case.nags >= REPORTER_NAGS:
        return None
    calendar = org.calendar(case.reporter)
    share = between(calendar, now, cap, "time").time / (REPORTER_NAGS + 1 - case.nags)
    return add(calendar, now, Span(time=timedelta(seconds=max(1, round(share.total_seconds())))))


def chases_go_up_at(case: Case, org: Org) -> datetime | None:
    """Return from when enough chases raise the case; None while there are too few, or no level above.

    Chases raise at most one level per response time (DESIGN.md section 11.10).
    """
    if case.at_top or case.chases < org.rules.chases_before_escalation:
        return None
    return case.answer_by if case.arrived_by == Why.CHASED else case.arrived_at


def next_due(case: Case, org: Org, now: datetime) -> datetime | None:
    """Return the earliest time at which something happens by itself; None only for a closed case with nothing to re-check."""
    match case.status:
        case Status.CLOSED:
            return min((*case.rechecks[:1], *case.cause_asks[:1]), default=None)
        case Status.WAITING:
            times = [case.question.cap if case.question else None, case.nag_at]
        case Status.RESOLVED:
            times = [case.confirm_by, case.nag_at]
        case _:
            times = [case.nag_at, *_deadlines(case, org), change_of_hands(case, org, now)]
    times += [case.offer.lapses_at if case.offer else None, *case.cause_asks[:1]]
    return min(time for time in times if time is not None)


def _deadlines(case: Case, org: Org) -> list[datetime | None]:
    promise = case.promise.until if case.promise else None
    if case.at_top:
        return [promise]
    clocks = [clock.deadline for clock in (case.response, case.resolution_clock) if clock]
    return [promise, chases_go_up_at(case, org), *clocks]


def change_of_hands(case: Case, org: Org, now: datetime) -> datetime | None:
    """Return when a deputy next takes over or hands back, so that the clocks move to the right person's hours in time."""
    if case.chain.always:
        return None
    edge = org.next_change(case.accountable, now)
    while edge is not None and answering(org, case.accountable, edge) == answering(org, case.accountable, now):
        edge = org.next_change(case.accountable, edge)
    return edge


def _passed(deadline: datetime | None, now: datetime) -> bool:
    return deadline is not None and deadline <= now


def proportion(spent: Span, old: Span, new: Span) -> Span:
    """Return the same share of a new allowance as `spent` was of the old one, for when units change under a running clock."""
    if old.is_zero:
        return new
    used = (
        spent.days / old.days
        if old.is_days
        else Fraction(spent.time / timedelta(microseconds=1)) / Fraction(old.time / timedelta(microseconds=1))
    )
    if new.is_days:
        return Span(days=new.days * min(used, Fraction(1)))
    return Span(time=timedelta(microseconds=int(new.time / timedelta(microseconds=1) * min(used, Fraction(1)))))
