"""Moving up by time, and past whoever cannot answer: outages, skips, deputies, dead routes, the top, weekends and changes of the clocks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.escalation.decision import No
from bot.escalation.org import Org
from bot.escalation.requests import Accept, Acknowledge, Escalate, HandOver, MakePromise, Reckon, Tick
from bot.escalation.words import PersonId, Reason, ServiceId, Status, Text, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    CLEO,
    DANA,
    DESK,
    KENJI,
    OPENED,
    ORG,
    PIA,
    RESOLVED,
    RITA,
    TOP,
    UP,
    WAITING,
    WHY,
    Row,
    at,
    away,
    chained,
    changed,
    clock,
    days,
    decided,
    level,
    names,
    opened,
    play,
    report,
    span,
    told,
)

TO_BRUNO = {"level": 1, "accountable": BRUNO, "climbed": BRUNO, "tried": (ANA,)}


def arrived(who: PersonId, when: str, why: Why | None, respond: str, fix: str, nag: str, **more: Any) -> dict[str, Any]:
    """Return the clocks of arriving at a level of the standard chain."""
    times = {BRUNO: ("2h", "1d"), CLEO: ("4h", "1d")}.get(who, ("2h", "1d"))
    return {
        "accountable": who,
        "arrived_at": at(when),
        "arrived_by": why,
        "answer_by": at(respond),
        "response": clock(times[0], who, at(when), at(respond)),
        "resolution_clock": clock(times[1], who, at(when), at(fix)),
        "nag_at": at(nag),
        "due": min(at(respond), at(nag)),
    } | more


UNANSWERED = arrived(BRUNO, "Mon 11:00", Why.UNANSWERED, "Mon 13:00", "Tue 11:00", "Mon 15:00")
TO_CLEO = {"level": 2, "accountable": CLEO, "tried": (ANA, BRUNO)}
CLEO_11 = arrived(CLEO, "Mon 11:00", Why.UNANSWERED, "Mon 15:00", "Tue 11:00", "Mon 15:00")
NO_MANAGER = changed(ANA, manager=None)
CIRCLE = changed(ANA, manager=BRUNO, org=changed(BRUNO, manager=ANA))
LONELY = chained(level("owner", "1h", "2d", "4h"), level("manager", "2h", "1d", "4h"), org=NO_MANAGER)
RING = chained(level("owner", "1h", "2d", "4h"), *[level("manager", "2h", "1d", "4h")] * 2, org=CIRCLE)

ROWS = {
    "an early wake-up changes nothing": Row(OPENED, Tick(), at("Mon 10:59"), reason=Reason.NOT_YET_DUE),
    "a missed response goes to the manager": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="escalated",
        told="brief bruno, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        sets={**TO_BRUNO, **UNANSWERED, "escalations": 1},
    ),
    "a missed resolution goes to the manager, acknowledged or not": Row(
        play(ACKED, (MakePromise(ANA, at("Thu 09:30")), at("Mon 11:00"))),
        Tick(),
        at("Wed 10:00"),
        facts="escalated",
        told="brief bruno, news ana, news rita",
        reason=Reason.NOT_RESOLVED_IN_TIME,
        sets={
            **TO_BRUNO,
            **arrived(BRUNO, "Wed 10:00", Why.UNRESOLVED, "Wed 12:00", "Thu 10:00", "Wed 14:00"),
            "status": Status.OPEN,
            "owner_acknowledged": False,
            "escalations": 1,
        },
    ),
    "both missed in an outage: one level, for the first reason, with fresh clocks from now": Row(
        OPENED,
        Tick(),
        at("Fri 16:30"),
        facts="escalated",
        told="brief bruno, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        sets={
            **TO_BRUNO,
            **arrived(BRUNO, "Fri 16:30", Why.UNANSWERED, "2026-03-09 10:00", "2026-03-09 16:30", "2026-03-09 12:00"),
            "escalations": 1,
        },
    ),
    "nags that piled up become one, and the next is counted from now": Row(
        ACKED,
        Tick(),
        at("Tue 17:00"),
        facts="nagged",
        told="nag ana",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 12:30"), "due": at("Wed 10:00")},
    ),
    "5: an open case nags the accountable": Row(
        opened(org=chained(level("owner", "2d", "5d", "4h"), level("manager", "2h", "1d", "4h"))),
        Tick(),
        at("Mon 14:00"),
        facts="nagged",
        told="nag ana",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Tue 09:30"), "due": at("Tue 09:30")},
    ),
    "5: an acknowledged case above level 0 nags the owner, at the level's pace": Row(
        play(UP, (Acknowledge(BRUNO), at("Mon 11:30"))),
        Tick(),
        at("Mon 15:30"),
        facts="nagged",
        told="nag ana",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Tue 11:00"), "due": at("Tue 11:00")},
    ),
    "5: an offered hand-over nags also the one who was asked": Row(
        play(ACKED, (HandOver(ANA, BEN, WHY), at("Mon 14:00"))),
        Tick(),
        at("Mon 14:30"),
        facts="nagged",
        told="nag ana, nag ben",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Tue 10:00"), "due": at("Mon 15:00")},
    ),
    "a manager who is away without deputy is skipped at once, with the reason": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="skipped escalated",
        told="brief cleo, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=away(BRUNO, "Mon 09:00", "Fri 09:00"),
        sets={**TO_CLEO, **CLEO_11, "climbed": BRUNO, "escalations": 1},
    ),
    "13: a manager who is away with a deputy keeps the name, and the deputy gets the brief": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="escalated",
        told="brief dana, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=away(BRUNO, "Mon 09:00", "Fri 09:00", DANA),
        sets={
            **TO_BRUNO,
            **UNANSWERED,
            "response": clock("2h", DANA, at("Mon 11:00"), at("Mon 13:00")),
            "resolution_clock": clock("1d", DANA, at("Mon 11:00"), at("Tue 11:00")),
            "escalations": 1,
        },
    ),
    "13: a deputy who has had the case is no new pair of eyes": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="skipped escalated",
        told="brief cleo, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=away(BRUNO, "Mon 09:00", "Fri 09:00", ANA),
        sets={**TO_CLEO, **CLEO_11, "climbed": BRUNO, "escalations": 1},
    ),
    "a manager who is gone is skipped, and the admins hear of the dead route": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="skipped route_dead escalated",
        told="admin ida, brief cleo, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=changed(BRUNO, gone=True),
        sets={**TO_CLEO, **CLEO_11, "climbed": BRUNO, "escalations": 1},
    ),
    "a manager whose direct messages are closed is skipped likewise": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="skipped route_dead escalated",
        told="admin ida, brief cleo, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=changed(BRUNO, reachable=False),
        sets={**TO_CLEO, **CLEO_11, "climbed": BRUNO, "escalations": 1},
    ),
    "13: no manager: the level is skipped, and nobody's name is on the skip": Row(
        OPENED,
        Tick(),
        at("Mon 11:00"),
        facts="skipped escalated",
        told="brief cleo, news ana, news rita",
        reason=Reason.NOBODY_ANSWERED,
        org=NO_MANAGER,
        sets={"level": 2, "tried": (ANA,), **CLEO_11, "escalations": 1},
    ),
    "13: managers in a circle: whoever has been tried is skipped": Row(
        play(opened(org=RING), (Tick(), at("Mon 11:00")), org=RING),
        Tick(),
        at("Mon 13:00"),
        facts="skipped route_dead",
        told="admin ida",
        reason=Reason.ROUTE_DEAD,
        org=RING,
        sets={"stranded": True, "nag_at": at("Mon 17:00"), "due": at("Mon 17:00")},
    ),
    "13: nobody is left above: it stays, is treated as the top, and the admins are told": Row(
        opened(org=LONELY),
        Tick(),
        at("Mon 11:00"),
        facts="skipped route_dead",
        told="admin ida",
        reason=Reason.ROUTE_DEAD,
        org=LONELY,
        sets={"stranded": True, "nag_at": at("Mon 15:00"), "due": at("Mon 15:00")},
    ),
    "13: help that is asked of nobody, since nobody is left above: what was said is kept, and told to the others": Row(
        opened(org=LONELY),
        Escalate(ANA, Text("I cannot do this alone")),
        at("Mon 10:00"),
        facts="skipped route_dead noted",
        told="admin ida, news rita",
        reason=Reason.ROUTE_DEAD,
        org=LONELY,
        sets={"stranded": True, "nag_at": at("Mon 14:00"), "due": at("Mon 14:00")},
    ),
    "5: at the top, before its time has run out, the accountable is nagged": Row(
        TOP,
        Tick(),
        at("Mon 17:00"),
        facts="nagged",
        told="nag cleo",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Tue 12:30"), "due": at("Tue 12:30")},
    ),
    "5: at the top, after it, owner and accountable are, and it never stops": Row(
        TOP,
        Tick(),
        at("Tue 13:00"),
        facts="nagged",
        told="nag cleo, nag ana",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Tue 17:00"), "due": at("Tue 17:00")},
    ),
    "2: an absence with a deputy begins under a running clock: what is left goes over to the deputy": Row(
        ACKED,
        Reckon(),
        at("Tue 09:00"),
        facts="clock_moved",
        told="news rita",
        reason=Reason.CLOCK_MOVED,
        org=away(ANA, "Tue 09:00", "Fri 09:00", KENJI),
        # Nine in the morning in London is half past five in Tokyo's evening: Kenji has a day and a ninth of his own days left.
        sets={
            "resolution_clock": clock("2d", KENJI, at("Tue 09:00"), at("Thu 01:00"), days("15/17")),
            # The nag that was due on Monday stays due.
        },
    ),
    "2: an absence without deputy: the clock stands still, and the deadline moves": Row(
        ACKED,
        Reckon(),
        at("Mon 12:00"),
        facts="clock_moved",
        told="news rita",
        reason=Reason.CLOCK_MOVED,
        org=away(ANA, "Mon 13:00", "Wed 09:00"),
        sets={
            # Her Monday shrinks to four hours, two of which are spent: half a day. An hour of it is a quarter more; then
            # Wednesday, and a quarter of Thursday.
            "resolution_clock": clock("2d", ANA, at("Mon 12:00"), at("Thu 11:07") + timedelta(seconds=30), days("1/2")),
            "nag_at": at("Wed 12:00"),
            "due": at("Wed 12:00"),
        },
    ),
    "2: nothing changed, so nothing is recorded": Row(ACKED, Reckon(), at("Mon 12:00"), reason=Reason.NOTHING_DUE),
    "2: nor for a closed case": Row(
        play(RESOLVED, (Tick(), at("Thu 12:00"))), Reckon(), at("Fri 12:00"), reason=Reason.NOTHING_DUE, org=changed(ANA, gone=True)
    ),
    "13: an accountable who goes is skipped at once": Row(
        UP,
        Reckon(),
        at("Mon 12:00"),
        facts="skipped route_dead",
        told="admin ida, brief cleo, news rita, news ana",
        reason=Reason.ROUTE_DEAD,
        org=changed(BRUNO, gone=True),
        sets={**TO_CLEO, **arrived(CLEO, "Mon 12:00", None, "Mon 16:00", "Tue 12:00", "Mon 16:00")},
    ),
    "13: an owner who is gone for good is replaced by the first reachable one above": Row(
        ACKED,
        Reckon(),
        at("Mon 12:00"),
        facts="skipped route_dead taken",
        told="admin ida, brief bruno, news rita, assigned bruno",
        reason=Reason.ROUTE_DEAD,
        org=changed(ANA, gone=True),
        sets={
            **TO_BRUNO,
            **arrived(BRUNO, "Mon 12:00", None, "Mon 14:00", "Tue 12:00", "Mon 16:00"),
            "status": Status.OPEN,
            "owner_acknowledged": False,
            "owner": BRUNO,
            "owners": (ANA, BRUNO),
        },
    ),
    "13: at the top, one who goes leaves a dead route, told once": Row(
        TOP,
        Reckon(),
        at("Mon 14:00"),
        facts="skipped route_dead route_dead",
        told="admin ida",
        reason=Reason.ROUTE_DEAD,
        org=changed(CLEO, gone=True),
        sets={"stranded": True, "nag_at": at("Tue 09:30"), "due": at("Tue 09:30")},
    ),
    "16: a reporter who goes away while asked has as long as before": Row(
        RESOLVED,
        Reckon(),
        at("Mon 13:00"),
        facts="clock_moved",
        reason=Reason.CLOCK_MOVED,
        org=away(RITA, "Tue 09:00", "Thu 09:00"),
        # Thursday noon was three days on; two of them are gone. 28 hours of hers are left, a third of 25.5 - 1.
        sets={"confirm_by": at("2026-03-09 12:00"), "nag_at": at("Thu 12:40"), "due": at("Thu 12:40")},
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_levels(row: Row) -> None:
    row.check()


OPENINGS = {
    "an owner who is there": (ORG, "Mon 10:00", 0, "ana", "ana", "reported", "receipt rita, assigned ana"),
    "13: an owner away without deputy: level 0 is skipped, the name stays": (
        *(away(ANA, "Mon 09:00", "Fri 09:00"), "Mon 10:00", 1, "ana", "bruno"),
        *("reported skipped", "receipt rita, assigned ana, brief bruno"),
    ),
    "13: an owner away with a deputy: the deputy is told": (
        *(away(ANA, "Mon 09:00", "Fri 09:00", PIA), "Mon 10:00", 0, "ana", "ana", "reported", "receipt rita, assigned pia"),
    ),
    "13: a deputy's deputy": (
        *(away(PIA, "Mon 09:00", "Tue 09:00", DANA, org=away(ANA, "Mon 09:00", "Fri 09:00", PIA)), "Mon 10:00", 0, "ana", "ana"),
        *("reported", "receipt rita, assigned dana"),
    ),
    "13: deputies in a circle: nobody": (
        *(away(PIA, "Mon 09:00", "Tue 09:00", ANA, org=away(ANA, "Mon 09:00", "Fri 09:00", PIA)), "Mon 10:00", 1, "ana", "bruno"),
        *("reported skipped", "receipt rita, assigned ana, brief bruno"),
    ),
    "13: an owner who is gone: the first one above gets it": (
        *(changed(ANA, gone=True), "Mon 10:00", 1, "bruno", "bruno"),
        *("reported skipped route_dead", "receipt rita, brief bruno, admin ida"),
    ),
    "nobody on the whole chain can answer: an admin gets it": (
        *(changed(ANA, gone=True, org=changed(BRUNO, gone=True, org=changed(CLEO, gone=True))), "Mon 10:00", 2, "ida", "ida"),
        *("reported skipped route_dead skipped route_dead skipped route_dead route_dead", "receipt rita, brief ida, admin ida"),
    ),
}


@pytest.mark.parametrize(("org", "when", "stands", "owner", "accountable", "facts", "heard"), OPENINGS.values(), ids=OPENINGS.keys())
def test_opening(org: Org, when: str, stands: int, owner: str, accountable: str, facts: str, heard: str) -> None:
    decision = decided(None, report(), at(when), org)
    case = decision.case

    assert case is not None
    assert (case.level, case.owner, case.accountable) == (stands, owner, accountable)
    assert (names(decision), told(decision)) == (facts.split(), set(heard.split(", ")))
    # 14: a level left only by a skip is no escalation.
    assert case.escalations == 0


def test_the_whole_case_as_it_opens() -> None:
    case = opened(asked_before=2, affected=(PersonId("tom"), RITA))
    assert (case.contacts, case.affected, case.status, case.severity) == (3, ("tom",), Status.OPEN, "normal")
    assert (case.team, case.budget, case.private) == ("billing", "billing", False)
    assert case.response == clock("1h", ANA, at("Mon 10:00"), at("Mon 11:00"))
    assert case.resolution_clock == clock("2d", ANA, at("Mon 10:00"), at("Wed 10:00"))
    assert (case.nag_at, case.answer_by, case.due) == (at("Mon 14:00"), at("Mon 11:00"), at("Mon 11:00"))


REFUSED_REPORTS = {
    "a service that does not exist": (report(service=ServiceId("teas")), No.UNKNOWN_SERVICE),
    "a severity that does not exist": (report(severity="dire"), No.UNKNOWN_SEVERITY),
    "having asked less than never": (report(asked_before=-1), No.BAD_AMOUNT),
}


@pytest.mark.parametrize(("request_", "no"), REFUSED_REPORTS.values(), ids=REFUSED_REPORTS.keys())
def test_refused_reports(request_: Any, no: No) -> None:
    decision = decided(None, request_, at("Mon 10:00"))
    assert decision.case is None
    assert decision.refusal is not None
    assert decision.refusal.no is no


def test_a_rotation_takes_turns_on_monday_at_nine() -> None:
    """The turn changes in the rotation's own zone, over the change of the clocks too."""
    owners = [
        opened(when, service=DESK).owner for when in ("Mon 08:59", "Mon 09:00", "2026-03-09 09:00", "2026-03-30 08:59", "2026-03-30 09:00")
    ]
    assert owners == [BEN, DANA, BEN, BEN, DANA]


def test_a_rotation_passes_over_whoever_is_away() -> None:
    turn = opened("Mon 10:00", service=DESK).owner
    other = BEN if turn == DANA else DANA
    assert opened("Mon 10:00", service=DESK, org=away(turn, "Mon 09:00", "Tue 09:00")).owner == other


def test_a_rotation_as_a_level() -> None:
    org = chained(level("owner", "1h", "2d", "4h"), level("desk", "2h", "1d", "4h"))
    case = play(opened(org=org), (Tick(), at("Mon 11:00")), org=org)
    assert case.accountable == opened("Mon 11:00", service=DESK).owner
    assert case.climbed == ANA


TIMES = {
    "over a weekend": ("Fri 17:00", "2026-03-09 09:30", "2026-03-10 17:00"),
    "opened on a Sunday": ("Sun 12:00", "2026-03-09 10:00", "2026-03-10 17:30"),
    "over Good Friday and Easter Monday": ("2026-04-02 17:00", "2026-04-07 09:30", "2026-04-08 17:00"),
    "when the clocks go forward": ("2026-03-27 17:00", "2026-03-30 09:30", "2026-03-31 17:00"),
    "when they go back": ("2026-10-23 17:00", "2026-10-26 09:30", "2026-10-27 17:00"),
}


@pytest.mark.parametrize(("when", "answer", "fix"), TIMES.values(), ids=TIMES.keys())
def test_working_time(when: str, answer: str, fix: str) -> None:
    case = opened(when)
    assert case.response is not None
    assert case.resolution_clock is not None
    assert (case.response.deadline, case.resolution_clock.deadline) == (at(answer), at(fix))


def test_the_wall_clock_does_not_sleep() -> None:
    """A night with a change of the clocks lasts an hour less by the wall, not by the time that passes."""
    case = opened("2026-03-28 22:00", severity="critical")
    assert case.response == clock("15m", None, at("2026-03-28 22:00"), at("2026-03-28 22:15"))
    assert case.resolution_clock == clock("4h", None, at("2026-03-28 22:00"), at("2026-03-29 03:00"))


def test_everybody_works_in_their_own_zone() -> None:
    """Kenji's nine in the morning is midnight in London."""
    org = replace(ORG, services={**ORG.services, DESK: replace(ORG.services[DESK], owner=KENJI)})
    case = opened("Mon 10:00", service=DESK, org=org)
    assert case.response == clock("1h", KENJI, at("Mon 10:00"), at("Tue 01:00"))


def test_an_outage_gives_each_level_its_full_time() -> None:
    """A month of silence and one tick: one level, and the next one has its two hours."""
    case = play(OPENED, (Tick(), at("2026-04-01 10:00")))
    assert (case.level, case.due) == (1, at("2026-04-01 12:00"))


def test_a_deputy_takes_over_at_the_minute_the_absence_begins() -> None:
    """The due time itself is when hands change, so nothing waits for a nag."""
    org = away(ANA, "Mon 13:00", "Wed 09:00", PIA)
    case = opened(org=org)
    case = play(case, (Acknowledge(ANA), at("Mon 10:30")), org=org)
    assert case.due == at("Mon 13:00")
    after = decided(case, Tick(), at("Mon 13:00"), org)
    assert names(after) == ["clock_moved"]
    assert after.case is not None
    assert after.case.resolution_clock is not None
    assert after.case.resolution_clock.calendar == PIA


def test_an_escalation_drops_the_question_and_counts_its_waiting() -> None:
    """6: what was waited before a move up is not given back."""
    case = play(WAITING, (Escalate(RITA, WHY), at("Tue 11:00")))
    assert (case.status, case.question, case.waited) == (Status.OPEN, None, span("1d"))
    assert case.due == at("Tue 13:00")


def test_a_past_owner_is_not_asked_again_above() -> None:
    """13: who had it at a lower level has been tried: Bruno handed it to Pia, and her manager is Bruno."""
    org = replace(ORG, services={**ORG.services, DESK: replace(ORG.services[DESK], owner=BRUNO)})
    case = opened(service=DESK, org=org)
    case = play(case, (HandOver(BRUNO, PIA, WHY), at("Mon 10:10")), (Accept(PIA), at("Mon 10:20")), org=org)
    after = decided(case, Tick(), at("Wed 17:00"), org)
    assert names(after) == ["skipped", "escalated"]
    assert after.case is not None
    assert after.case.accountable == CLEO
