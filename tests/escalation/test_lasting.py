"""Changes and debts: opened by a resolution, held to their dates, renewed, linked, and taken up again; and what level 0 lacked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.calendar import HORIZON
from bot.escalation.case import Case, Clock, Promise, Resolution, lasting_until, running
from bot.escalation.decision import FollowUp, No, Refusal
from bot.escalation.facts import Escalated, Fact, Lacked, Linked, Renewed, Reopened
from bot.escalation.lasting import cause_key, cause_of, did_not_help, next_up
from bot.escalation.requests import (
    Acknowledge,
    Ask,
    CameBack,
    Confirm,
    Escalate,
    Link,
    MakePromise,
    Reckon,
    Renew,
    Reopen,
    Report,
    Resolve,
    SayLacked,
    Tick,
)
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, Kind, Outcome, PersonId, Reason, ServiceId, Status, Text, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BILLING,
    BRUNO,
    CLEO,
    DANA,
    FIX,
    FIXED,
    IDA,
    KENJI,
    OPENED,
    ORG,
    RESOLVED,
    RITA,
    TOP,
    UNCONFIRMED,
    UP_ACKED,
    WHY,
    Row,
    at,
    away,
    changed,
    clock,
    days,
    decided,
    names,
    opened,
    play,
    report,
    ruled,
    span,
    text,
    told,
)

LIMIT = text("Let clerks correct bills up to 10,000\nand tell them so")
FIX_UP = replace(FIX, by=BRUNO)
UP_RESOLVED = play(UP_ACKED, (FIX_UP, at("Mon 12:00")))
UP_FIXED = play(UP_RESOLVED, (Confirm(RITA), at("Mon 15:00")))
TOLD = Resolution(FIX.explanation, "process", FixKind.FIX, BRUNO, at("Mon 12:00"), 1)


def change(**more: Any) -> Report:
    """The change that came of C-42: Dana makes it, Ana says that it is done."""
    values: dict[str, Any] = {
        "kind": Kind.CHANGE,
        "owner": DANA,
        "origin": CaseId(42),
        "cause_of": "process",
        "linked": (CaseId(42),),
        "wanted_by": at("Fri 12:00"),
    }
    return Report(CaseId(43), ANA, BILLING, text("Let clerks correct bills up to 10,000"), LIMIT, **values | more)


def debt(**more: Any) -> Report:
    """The workaround of C-42: Ana puts it right, Rita says that she did."""
    values: dict[str, Any] = {
        "kind": Kind.DEBT,
        "owner": ANA,
        "origin": CaseId(42),
        "cause_of": "process",
        "linked": (CaseId(42),),
        "wanted_by": at("Fri 12:00"),
    }
    return Report(CaseId(44), RITA, BILLING, text("Restarted it"), text("Restarted it"), **values | more)


CHANGE = play(None, (change(), at("Mon 10:00")))
CHANGE_MADE = play(CHANGE, (Acknowledge(DANA), at("Mon 10:30")), (replace(FIX, by=DANA), at("Tue 10:00")))
CHANGED = play(CHANGE_MADE, (Confirm(ANA), at("Tue 12:00")))
DEBT = play(None, (debt(), at("Mon 10:00")), (Acknowledge(ANA), at("Mon 10:30")))
DEBT_TOP = play(DEBT, (Escalate(ANA, WHY), at("Mon 11:00")), (Escalate(ANA, WHY), at("Mon 11:00")))

# --- what a resolution opens -----------------------------------------------------------------------------------------------------


def follow_ups(case: Case, request: Any, org: Any = ORG, when: str = "Mon 12:00") -> list[Report]:
    decision = decided(case, request, at(when), org)
    assert decision.refusal is None
    found = []
    for follow_up in decision.follow_ups:
        assert isinstance(follow_up.request, Report)
        assert follow_up == FollowUp(CaseId(0), follow_up.request)
        found.append(follow_up.request)
    return found


NAMED = replace(FIX, change=LIMIT, change_owner=DANA, change_by=at("Fri 12:00"))
ROUND = replace(FIX, kind=FixKind.WORKAROUND, explanation=Text("Restarted it"), cause="  Old   Gateway ")


def test_a_named_change_becomes_a_case_with_a_name_and_a_date() -> None:
    """Its second key is the owner's at level 0, who has to live with it (ruling 11.17)."""
    assert follow_ups(ACKED, NAMED) == [replace(change(), id=CaseId(0))]
    assert follow_ups(UP_ACKED, replace(NAMED, by=BRUNO)) == [replace(change(), id=CaseId(0))]


def test_a_change_that_names_nobody_is_the_services_owners() -> None:
    nobody = replace(NAMED, change_owner=None, change_by=None)
    # Ana cannot hold the second key to her own change: the next one up does.
    assert follow_ups(ACKED, nobody) == [replace(change(), id=CaseId(0), owner=ANA, by=BRUNO, wanted_by=None)]


def test_a_workaround_becomes_a_debt_that_expires() -> None:
    """Its owner is the case's, its second key the reporter's."""
    usual = replace(debt(cause_of="old gateway"), id=CaseId(0), wanted_by=at("Mon 12:00") + timedelta(days=30))
    assert follow_ups(ACKED, ROUND) == [usual]
    assert follow_ups(ACKED, replace(ROUND, expires=at("Fri 12:00"))) == [replace(usual, wanted_by=at("Fri 12:00"))]
    assert follow_ups(ACKED, ROUND, ruled(workaround_expires=timedelta(days=2))) == [replace(usual, wanted_by=at("Wed 12:00"))]
    own = opened(by=ANA)
    assert follow_ups(own, ROUND) == [replace(usual, by=BRUNO)]


def test_both_may_come_of_one_case_and_nothing_of_a_plain_fix() -> None:
    both = follow_ups(ACKED, replace(NAMED, kind=FixKind.WORKAROUND))

    assert [report.kind for report in both] == [Kind.CHANGE, Kind.DEBT]
    assert follow_ups(ACKED, FIX) == []


@pytest.mark.parametrize("case", [CHANGE, DEBT], ids=["a change", "a debt"])
def test_what_came_of_a_case_opens_nothing_itself(case: Case) -> None:
    assert follow_ups(case, replace(NAMED, by=case.owner, kind=FixKind.WORKAROUND)) == []


def test_a_private_case_has_private_ones_that_leave_out_the_same_people() -> None:
    private = opened(private=True, concerned=(BRUNO,))
    of_it = follow_ups(private, replace(NAMED, kind=FixKind.WORKAROUND))

    assert [(report.private, report.concerned) for report in of_it] == [(True, (BRUNO,))] * 2


def test_a_service_that_is_no_more_does_not_stop_a_resolution() -> None:
    rest = {name: service for name, service in ORG.services.items() if name != ServiceId("desk")}
    case = opened(service=ServiceId("desk"))
    org = replace(ORG, services=rest)

    assert [report.service for report in follow_ups(case, replace(NAMED, by=case.owner), org)] == [BILLING]
    without = {name: replace(service, default=False) for name, service in rest.items()}
    assert [report.service for report in follow_ups(case, replace(NAMED, by=case.owner), replace(ORG, services=without))] == [BILLING]


def test_a_long_or_many_lined_change_has_a_short_title() -> None:
    (long,) = follow_ups(ACKED, replace(NAMED, change=text("x" * 300)))

    assert (len(long.title), long.title[-1], long.text) == (120, "…", "x" * 300)
    (exact,) = follow_ups(ACKED, replace(NAMED, change=text("y" * 120)))
    assert exact.title == "y" * 120


NEXT_UP = {
    "the manager": (ANA, ORG, BRUNO),
    "whoever has none: an admin": (CLEO, ORG, IDA),
    "an admin without a manager: a leader": (IDA, changed(IDA, manager=None), CLEO),
    "a manager who is not known: an admin": (ANA, changed(ANA, manager=PersonId("zoe")), IDA),
    "nobody at all: themselves": (CLEO, replace(ORG, admins=(), leaders=()), CLEO),
    "somebody unknown: an admin": (PersonId("zoe"), ORG, IDA),
}


@pytest.mark.parametrize(("person", "org", "above"), NEXT_UP.values(), ids=NEXT_UP.keys())
def test_the_next_one_up(person: PersonId, org: Any, above: PersonId) -> None:
    assert next_up(person, org) == above


@given(st.text())
def test_a_cause_is_the_same_however_it_is_written(cause: str) -> None:
    assert cause_key(cause_key(cause)) == cause_key(cause)
    assert cause_key(f"  {cause} ") == cause_key(cause)
    assert cause_key("Wrong\n  DATA") == "wrong data"


def test_the_cause_of_a_case_is_what_was_said_of_it() -> None:
    assert cause_of(play(ACKED, (replace(FIX, cause="  Old Gateway"), at("Mon 12:00")))) == "old gateway"
    assert cause_of(ACKED) == ""
    # What a change is about, whatever its own resolution says.
    assert cause_of(play(CHANGE, (replace(FIX, by=DANA, cause="training"), at("Mon 12:00")))) == "process"


# --- a case with a date ----------------------------------------------------------------------------------------------------------


def test_a_change_is_held_to_its_date_as_to_a_promise() -> None:
    decision = decided(None, change(), at("Mon 10:00"))

    case = decision.case
    assert case is not None
    assert (case.owner, case.accountable, case.reporter, case.keyholders) == (DANA, DANA, ANA, (ANA,))
    assert (case.kind, case.origin, case.cause_of, case.linked) == (Kind.CHANGE, 42, "process", (42,))
    assert (case.wanted_by, case.promise) == (at("Fri 12:00"), Promise(at("Fri 12:00"), DANA, 0, 0))
    assert case.resolution_clock == Clock(days("4") + days("4/17"), DANA, Span(), at("Mon 10:00"), at("Fri 12:00"))
    assert case.response == clock("1h", DANA, at("Mon 10:00"), at("Mon 11:00"))
    assert (case.severity, case.nag_at, case.due) == ("normal", None, at("Mon 11:00"))
    assert told(decision) == {"receipt ana", "assigned dana"}


def test_it_keeps_its_date_when_somebody_looks_at_it_and_goes_up_when_it_passes() -> None:
    """A clock that showed another deadline than its allowance gives would be put right by the first tick, days too early."""
    acked = play(CHANGE, (Acknowledge(DANA), at("Mon 10:30")))
    assert acked.due == at("Fri 12:00")
    assert decided(acked, Reckon(), at("Thu 10:00")).facts == ()

    late = decided(acked, Tick(), at("Fri 12:00"))

    assert names(late) == ["promise_broken", "escalated"]
    assert late.reason is Reason.PROMISE_BROKEN
    assert (late.case.level, late.case.accountable, late.case.broken_promises) == (1, BRUNO, 1) if late.case else False


def test_a_date_before_the_levels_time_counts_and_one_without_leaves_the_levels_time() -> None:
    soon = play(None, (change(wanted_by=at("Tue 10:00")), at("Mon 10:00")))
    none = play(None, (change(wanted_by=None), at("Mon 10:00")))

    assert soon.promise == Promise(at("Tue 10:00"), DANA, 0, 0)
    assert soon.resolution_clock == none.resolution_clock == clock("2d", DANA, at("Mon 10:00"), at("Wed 10:00"))
    assert none.promise is None


@pytest.mark.parametrize("kind", [Kind.CHANGE, Kind.DEBT])
def test_the_date_goes_up_with_it_and_an_earlier_promise_stands(kind: Kind) -> None:
    """Nobody looks at it, so it goes up: the next level has until that day too, and not its own day only."""
    case = play(None, (change(kind=kind), at("Mon 10:00")), (Tick(), at("Mon 11:00")), (Acknowledge(BRUNO), at("Mon 11:30")))
    assert (case.level, case.accountable, case.promise) == (1, BRUNO, Promise(at("Fri 12:00"), DANA, 1, 0))
    assert case.resolution_clock is not None
    assert case.resolution_clock.deadline == at("Fri 12:00")
    assert case.due == at("Fri 12:00")

    promised = play(None, (change(kind=kind), at("Mon 10:00")), (MakePromise(DANA, at("Thu 12:00")), at("Mon 10:10")))
    up = play(promised, (Escalate(DANA, WHY), at("Mon 10:20")))
    assert (up.level, up.promise) == (1, Promise(at("Thu 12:00"), DANA, 0, 1))


def test_a_date_on_a_day_off_is_not_missed_before_it_has_come() -> None:
    case = play(None, (change(wanted_by=at("Sat 12:00")), at("Mon 10:00")), (Acknowledge(DANA), at("Mon 10:30")))

    assert case.due == at("Sat 12:00")
    assert case.resolution_clock is not None
    assert case.resolution_clock.deadline is not None
    assert at("Sat 12:00") < case.resolution_clock.deadline < at("Mon 09:10", 1)
    assert names(decided(case, Tick(), at("Sat 12:00"))) == ["promise_broken", "escalated"]


def test_whoever_is_named_and_away_still_owns_it_and_one_who_has_left_does_not() -> None:
    absent = play(None, (change(), at("Mon 10:00")), org=away(DANA, "Mon 09:00", "Fri 17:00"))
    gone = play(None, (change(), at("Mon 10:00")), org=changed(DANA, gone=True))
    unknown = play(None, (change(owner=PersonId("zoe")), at("Mon 10:00")))

    assert (absent.owner, absent.accountable, absent.level) == (DANA, BRUNO, 1)
    assert absent.promise == Promise(at("Fri 12:00"), DANA, 1, 0)
    assert gone.owner == BRUNO
    assert unknown.owner == ANA


@given(
    unit=st.sampled_from(["2d", "16h"]),
    whose=st.sampled_from([DANA, KENJI, None]),
    begins=st.integers(0, 400),
    later=st.integers(1, 60 * 24 * 60),
    looked=st.integers(0, 2000),
)
def test_a_clock_lasts_until_its_date_and_hardly_longer(unit: str, whose: PersonId | None, begins: int, later: int, looked: int) -> None:
    start = at("Mon 00:00") + timedelta(hours=begins)
    now = start + timedelta(minutes=looked)
    until = now + timedelta(minutes=later)
    before = running(Clock(span(unit), whose), ORG, start)

    lasting = lasting_until(before, until, ORG, now)

    assert lasting.deadline is not None
    assert until <= lasting.deadline
    # Soon after a weekend or a holiday: the calendar says that nobody works in between.
    again = running(Clock(lasting.allowance, whose, lasting.spent), ORG, now)
    assert lasting == again
    assert lasting.deadline - until <= timedelta(days=5)
    assert whose is not None or lasting.deadline == until


# --- what level 0 lacked ---------------------------------------------------------------------------------------------------------

ROWS = {
    "a case that had come up: whoever fixed it is asked what was missing": Row(
        UP_ACKED,
        FIX_UP,
        at("Mon 12:00"),
        facts="resolved",
        told="confirm rita, news ana, lacked bruno",
        sets={
            "status": Status.RESOLVED,
            "resolution": TOLD,
            "resolution_clock": Clock(span("1d"), BRUNO, days("2/17")),
            "confirm_by": at("Thu 12:00"),
            "nag_at": at("Tue 12:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "who said both is not asked": Row(
        UP_ACKED,
        replace(FIX_UP, lacked="authority", change=LIMIT),
        at("Mon 12:00"),
        facts="resolved",
        told="confirm rita, news ana",
        sets={
            "status": Status.RESOLVED,
            "resolution": replace(TOLD, lacked="authority", change=LIMIT),
            "resolution_clock": Clock(span("1d"), BRUNO, days("2/17")),
            "confirm_by": at("Thu 12:00"),
            "nag_at": at("Tue 12:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "what was lacking is said": Row(
        UP_RESOLVED,
        SayLacked(BRUNO, "authority"),
        at("Mon 13:00"),
        facts="lacked",
        sets={"resolution": replace(TOLD, lacked="authority")},
    ),
    "also after closing, with what must change": Row(
        UP_FIXED,
        SayLacked(BRUNO, "authority", LIMIT, DANA, at("Fri 12:00")),
        at("Tue 10:00"),
        facts="lacked",
        sets={"resolution": replace(TOLD, lacked="authority", change=LIMIT, change_owner=DANA, change_by=at("Fri 12:00"))},
    ),
    "the owner may say it too": Row(
        UP_FIXED, SayLacked(ANA, "access"), at("Tue 10:00"), facts="lacked", sets={"resolution": replace(TOLD, lacked="access")}
    ),
    "a word may be put right; a change that was named goes on in its own case": Row(
        play(UP_FIXED, (SayLacked(BRUNO, "time", LIMIT), at("Tue 10:00"))),
        SayLacked(BRUNO, "access", text("something else"), DANA, at("Fri 12:00")),
        at("Tue 11:00"),
        facts="lacked",
        sets={"resolution": replace(TOLD, lacked="access", change=LIMIT)},
    ),
    "the same again changes nothing": Row(
        play(UP_FIXED, (SayLacked(BRUNO, "time"), at("Tue 10:00"))),
        SayLacked(BRUNO, "time", text(" ")),
        at("Tue 11:00"),
        reason=Reason.ALREADY,
    ),
    # --- workarounds
    "a renewal goes a level up with its reason, and is held to the new date": Row(
        DEBT,
        Renew(ANA, at("Wed 12:00", 1), WHY),
        at("Tue 10:00"),
        facts="renewed escalated",
        told="brief bruno, news rita",
        reason=Reason.RENEWED,
        sets={
            "status": Status.OPEN,
            "wanted_by": at("Wed 12:00", 1),
            "renewals": 1,
            "promise": Promise(at("Wed 12:00", 1), ANA, 1, 0),
            "level": 1,
            "accountable": BRUNO,
            "climbed": BRUNO,
            "tried": (ANA,),
            "arrived_at": at("Tue 10:00"),
            "arrived_by": Why.RENEWED,
            "answer_by": at("Tue 12:00"),
            "response": clock("2h", BRUNO, at("Tue 10:00"), at("Tue 12:00")),
            "resolution_clock": Clock(days("6") + days("4/17"), BRUNO, Span(), at("Tue 10:00"), at("Wed 12:00", 1)),
            "owner_acknowledged": False,
            "nag_at": None,
            "due": at("Tue 12:00"),
            "escalations": 1,
        },
    ),
    "at the top it is renewed where it is": Row(
        play(DEBT_TOP, (Acknowledge(CLEO), at("Mon 12:00"))),
        Renew(CLEO, at("Wed 12:00", 1), WHY),
        at("Mon 13:00"),
        facts="renewed",
        told="news rita, news ana",
        reason=Reason.RENEWED,
        sets={
            "wanted_by": at("Wed 12:00", 1),
            "renewals": 1,
            "promise": Promise(at("Wed 12:00", 1), CLEO, 2, 0),
            "resolution_clock": Clock(days("7") + days("2/17"), CLEO, days("4/17"), at("Mon 13:00"), at("Wed 12:00", 1)),
            "nag_at": at("Wed 12:00", 1),
            "due": at("Wed 12:00", 1),
        },
    ),
    "at the top, while an answer is waited for, the clocks go on standing still": Row(
        play(DEBT_TOP, (Ask(CLEO, WHY), at("Mon 12:00"))),
        Renew(CLEO, at("Wed 12:00", 1), WHY),
        at("Mon 13:00"),
        facts="renewed",
        told="news rita, news ana",
        reason=Reason.RENEWED,
        sets={"wanted_by": at("Wed 12:00", 1), "renewals": 1, "promise": Promise(at("Wed 12:00", 1), CLEO, 2, 0)},
    ),
    # --- what hangs together
    "another case leans on it": Row(
        DEBT, Link(None, CaseId(57), kind=Kind.PROBLEM), at("Tue 10:00"), facts="linked", sets={"linked": (CaseId(42), CaseId(57))}
    ),
    "which leans on it already": Row(DEBT, Link(None, CaseId(42)), at("Tue 10:00"), reason=Reason.ALREADY),
    "a case belongs to a cause": Row(
        FIXED, Link(IDA, under=CaseId(60), kind=Kind.CAUSE), at("Tue 10:00"), facts="linked", sets={"under": CaseId(60)}
    ),
    "to which it belongs already": Row(
        play(FIXED, (Link(IDA, under=CaseId(60)), at("Tue 09:00"))), Link(None, under=CaseId(60)), at("Tue 10:00"), reason=Reason.ALREADY
    ),
    "a link to nothing changes nothing": Row(OPENED, Link(IDA), at("Tue 10:00"), reason=Reason.ALREADY),
    # --- a change that did not work
    "a change that did not keep the next case away is taken up again, one level higher": Row(
        CHANGED,
        CameBack(CaseId(57)),
        at("Thu 10:00"),
        facts="reopened escalated",
        told="news ana, news dana, brief bruno",
        reason=Reason.CAME_BACK,
        sets={
            "status": Status.OPEN,
            "outcome": None,
            "closed_at": None,
            "answered_yes": (),
            "resolution": None,
            "promise": None,
            "wanted_by": None,
            "linked": (CaseId(42), CaseId(57)),
            "still_broken": 1,
            "level": 1,
            "accountable": BRUNO,
            "climbed": BRUNO,
            "tried": (DANA,),
            "arrived_at": at("Thu 10:00"),
            "arrived_by": Why.CAME_BACK,
            "answer_by": at("Thu 12:00"),
            "response": clock("2h", BRUNO, at("Thu 10:00"), at("Thu 12:00")),
            "resolution_clock": clock("1d", BRUNO, at("Thu 10:00"), at("Fri 10:00")),
            "owner_acknowledged": False,
            "nag_at": at("Thu 14:00"),
            "due": at("Thu 12:00"),
            "escalations": 1,
        },
    ),
    "one that is still being made is not": Row(CHANGE_MADE, CameBack(CaseId(57)), at("Thu 10:00"), reason=Reason.ALREADY),
    "nor one that was declined": Row(
        replace(CHANGED, outcome=Outcome.DECLINED), CameBack(CaseId(57)), at("Thu 10:00"), reason=Reason.ALREADY
    ),
    "nor anything but a change": Row(FIXED, CameBack(CaseId(57)), at("Thu 10:00"), reason=Reason.ALREADY),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_lasting(row: Row) -> None:
    row.check()


def test_saying_what_must_change_opens_the_change_once() -> None:
    said = SayLacked(BRUNO, "authority", LIMIT, DANA, at("Fri 12:00"))

    assert follow_ups(UP_FIXED, said, when="Tue 10:00") == [replace(change(), id=CaseId(0))]
    named = play(UP_FIXED, (said, at("Tue 10:00")))
    assert follow_ups(named, SayLacked(BRUNO, "time", text("another")), when="Tue 11:00") == []


def test_an_unconfirmed_change_comes_back_too_and_at_the_top_it_stays_there() -> None:
    unconfirmed = play(CHANGE_MADE, (Tick(), at("Wed 10:00")), (Tick(), at("Thu 10:00")), (Tick(), at("Fri 10:00")))
    assert unconfirmed.outcome is Outcome.UNCONFIRMED
    assert names(decided(unconfirmed, CameBack(CaseId(57)), at("Mon 10:00", 1))) == ["reopened", "escalated"]
    top = play(CHANGE, (Escalate(DANA, WHY), at("Mon 11:00")), (Escalate(DANA, WHY), at("Mon 11:00")))
    done = play(top, (replace(FIX, by=CLEO), at("Mon 12:00")), (Confirm(ANA), at("Mon 13:00")))

    again = decided(done, CameBack(CaseId(42)), at("Thu 10:00"))

    assert names(again) == ["reopened"]
    assert told(again) == {"news dana", "news cleo", "news ana"}
    assert again.case is not None
    assert (again.case.level, again.case.status, again.case.linked) == (2, Status.ACKNOWLEDGED, (42,))
    assert again.case.due == at("Thu 14:00")


def test_the_facts_say_what_was_said() -> None:
    lacked = decided(UP_FIXED, SayLacked(BRUNO, "authority", LIMIT), at("Tue 10:00")).facts[0]
    renewed = decided(DEBT, Renew(ANA, at("Wed 12:00", 1), WHY), at("Tue 10:00")).facts
    linked = decided(DEBT, Link(None, CaseId(57), kind=Kind.PROBLEM), at("Tue 10:00")).facts[0]
    back = decided(CHANGED, CameBack(CaseId(57)), at("Thu 10:00")).facts[0]

    assert (lacked.by, lacked.what) == (BRUNO, Lacked("authority", LIMIT))
    assert (renewed[0].by, renewed[0].what) == (ANA, Renewed(at("Wed 12:00", 1), at("Fri 12:00"), WHY))
    assert renewed[1].what == Escalated(1, BRUNO, 0, Why.RENEWED, WHY)
    assert (linked.by, linked.what) == (None, Linked(CaseId(57), None, Kind.PROBLEM))
    assert (back.by, back.what) == (None, Reopened(Outcome.FIXED, 1, None, CaseId(57)))


PAST, FAR = at("Mon 09:00"), at("Mon 12:00") + HORIZON
REFUSED = {
    "only who fixed it, the owner and the accountable say what lacked": (UP_FIXED, SayLacked(RITA, "time"), No.NOT_YOURS),
    "nothing was lacking that anybody knows of": (RESOLVED, SayLacked(ANA, "time"), No.NEVER_UP),
    "it is not fixed yet": (UP_ACKED, SayLacked(BRUNO, "time"), No.NOT_RESOLVED),
    "a change for yesterday": (UP_FIXED, SayLacked(BRUNO, None, LIMIT, DANA, PAST), No.IN_THE_PAST),
    "a change for another century": (UP_FIXED, SayLacked(BRUNO, None, LIMIT, DANA, FAR), No.TOO_LATE),
    "resolved with a change for yesterday": (ACKED, replace(NAMED, change_by=PAST), No.IN_THE_PAST),
    "resolved with a workaround until yesterday": (ACKED, replace(ROUND, expires=PAST), No.IN_THE_PAST),
    "resolved with a workaround for ever": (ACKED, replace(ROUND, expires=FAR), No.TOO_LATE),
    "a problem is not renewed": (ACKED, Renew(ANA, at("Fri 12:00"), WHY), No.NOT_A_DEBT),
    "a renewal without a reason": (DEBT, Renew(ANA, at("Fri 16:00"), text(" ")), No.EMPTY),
    "a renewal that is no later": (DEBT, Renew(ANA, at("Fri 12:00"), WHY), No.NOT_LATER),
    "a renewal into the past": (DEBT, Renew(ANA, PAST, WHY), No.IN_THE_PAST),
    "a renewal for ever": (DEBT, Renew(ANA, FAR, WHY), No.TOO_LATE),
    "a promise past its day is a renewal without a reason": (DEBT, MakePromise(ANA, at("Fri 12:01")), No.STANDS_UNTIL),
    "a renewal by the reporter": (DEBT, Renew(RITA, at("Fri 16:00"), WHY), No.NOT_YOURS),
    "a renewal of what is put right": (play(DEBT, (FIX, at("Mon 11:00"))), Renew(ANA, at("Fri 16:00"), WHY), No.ALREADY_RESOLVED),
}


@pytest.mark.parametrize(("case", "request_", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(case: Case, request_: Any, no: No) -> None:
    decision = decided(case, request_, at("Tue 12:00") if case is not ACKED else at("Mon 12:00"))

    assert isinstance(decision.refusal, Refusal)
    assert decision.refusal.no is no
    assert (decision.case, decision.facts, decision.messages, decision.follow_ups) == (case, (), (), ())


def test_a_renewal_counts_from_the_day_that_was_agreed_not_from_a_promise() -> None:
    """The owner's own promise is replaced: the date of the workaround is what holds."""
    promised = play(DEBT, (MakePromise(ANA, at("Thu 12:00")), at("Mon 11:00")))
    renewed = play(promised, (Renew(ANA, at("Fri 16:00"), WHY), at("Tue 10:00")))

    assert renewed.promise == Promise(at("Fri 16:00"), ANA, 1, 0)
    assert (renewed.broken_promises, renewed.kept_promises) == (0, 0)


def test_no_one_of_a_change_is_asked_what_came_of_it_nor_again_later() -> None:
    closed = decided(CHANGE_MADE, Confirm(ANA), at("Tue 12:00"))

    assert told(closed) == {"news dana"}
    assert closed.case is not None
    assert (closed.case.rechecks, closed.case.due, closed.case.kept_promises) == ((), None, 1)


def test_what_came_of_an_unconfirmed_case_can_still_be_said() -> None:
    up = play(UP_RESOLVED, (Tick(), at("Tue 12:00")), (Tick(), at("Wed 12:00")), (Tick(), at("Thu 12:00")))
    assert up.outcome is UNCONFIRMED.outcome
    assert names(decided(up, SayLacked(BRUNO, "time"), at("Fri 12:00"))) == ["lacked"]


def test_a_case_that_goes_on_lacks_nothing_yet() -> None:
    reopened = play(UP_RESOLVED, (Reopen(RITA, WHY), at("Mon 13:00")))
    refusal = decided(reopened, SayLacked(BRUNO, "time"), at("Mon 14:00")).refusal

    assert refusal is not None
    assert refusal.no is No.NOT_RESOLVED


def test_at_the_top_whoever_fixed_it_there_is_asked() -> None:
    assert "lacked cleo" in told(decided(TOP, Resolve(CLEO, WHY, "process"), at("Mon 14:00")))


def timeline(*steps: tuple[Any, Any], first: Any = None) -> list[Fact]:
    facts: list[Fact] = []
    case = None
    for request, now in ((first or report(id=57), at("Mon 10:00", 1)), *steps):
        decision = decided(case, request, now)
        facts += decision.facts
        case = decision.case
    return facts


LATER = (Tick(), at("Mon 11:00", 1))
NOT_HELPED = {
    "a case that left level 0 after it was made": (CHANGED, timeline(LATER), True),
    "a case that stayed at level 0": (CHANGED, timeline((Acknowledge(ANA), at("Mon 10:30", 1))), False),
    "a case that had left level 0 before, and goes further": (
        replace(CHANGED, closed_at=at("Mon 11:00", 1)),
        timeline(LATER, (Tick(), at("Mon 13:00", 1))),
        False,
    ),
    "a case that had left level 0 before, was closed, and came back": (
        replace(CHANGED, closed_at=at("Mon 16:00", 1)),
        timeline(LATER, (FIX_UP, at("Mon 12:00", 1)), (Confirm(RITA), at("Mon 15:00", 1)), (Reopen(RITA), at("Tue 10:00", 1))),
        True,
    ),
    "a change that was never confirmed": (replace(CHANGED, outcome=Outcome.UNCONFIRMED), timeline(LATER), True),
    "one that was withdrawn": (replace(CHANGED, outcome=Outcome.WITHDRAWN), timeline(LATER), False),
    "one that was declined": (replace(CHANGED, outcome=Outcome.DECLINED), timeline(LATER), False),
    "one that is being made": (CHANGE_MADE, timeline(LATER), False),
}


@pytest.mark.parametrize(("change_", "facts", "says"), NOT_HELPED.values(), ids=NOT_HELPED.keys())
def test_what_shows_that_a_change_did_not_help(change_: Case, facts: list[Fact], says: bool) -> None:
    assert did_not_help(change_, facts) is says
