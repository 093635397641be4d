"""What the owner and the accountable do with a case while it is theirs: acknowledge, promise, ask, note; and chases and calls for help."""

from dataclasses import replace

import pytest

from bot.escalation.case import Promise, Question
from bot.escalation.decision import No
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    Ask,
    Chase,
    Escalate,
    GiveTime,
    HandOver,
    MakePromise,
    Note,
    Reckon,
    Tick,
)
from bot.escalation.words import Reason, Status, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    CLEO,
    OPENED,
    PIA,
    RITA,
    TOP,
    UP,
    WAITING,
    WHY,
    Row,
    at,
    away,
    clock,
    days,
    decided,
    play,
    ruled,
    span,
    stopped,
    text,
)

PROMISED = play(ACKED, (MakePromise(ANA, at("Tue 12:00")), at("Mon 11:00")))
MOVED = play(PROMISED, (MakePromise(ANA, at("Tue 15:00")), at("Mon 12:00")))
TO_BRUNO = {
    "level": 1,
    "accountable": BRUNO,
    "climbed": BRUNO,
    "tried": (ANA,),
    "status": Status.OPEN,
    "nags": 0,
    "escalations": 1,
    "owner_acknowledged": False,
}


def arrived(when: str, why: Why, respond: str, fix: str, nag: str, due: str | None = None) -> dict[str, object]:
    """Return what arriving at Bruno's level sets."""
    return {
        **TO_BRUNO,
        "arrived_at": at(when),
        "arrived_by": why,
        "answer_by": at(respond),
        "response": clock("2h", BRUNO, at(when), at(respond)),
        "resolution_clock": clock("1d", BRUNO, at(when), at(fix)),
        "nag_at": at(nag),
        "due": at(due or respond),
    }


ROWS = {
    "acknowledging stops the response clock and not the resolution clock": Row(
        OPENED,
        Acknowledge(ANA),
        at("Mon 10:30"),
        facts="acknowledged",
        told="news rita",
        sets={
            "status": Status.ACKNOWLEDGED,
            "response": None,
            "owner_acknowledged": True,
            "nag_at": at("Mon 14:30"),
            "due": at("Mon 14:30"),
        },
    ),
    "acknowledging twice changes nothing": Row(ACKED, Acknowledge(ANA), at("Mon 10:31"), reason=Reason.ALREADY),
    "4: above level 0 the owner's acknowledgement is recorded and told, and stops nothing": Row(
        UP,
        Acknowledge(ANA),
        at("Mon 11:30"),
        facts="acknowledged",
        told="news rita, news bruno",
        sets={"owner_acknowledged": True, "nag_at": at("Mon 15:30")},
    ),
    "4: above level 0 the accountable's stops the response clock": Row(
        UP,
        Acknowledge(BRUNO),
        at("Mon 11:30"),
        facts="acknowledged",
        told="news rita, news ana",
        sets={"status": Status.ACKNOWLEDGED, "response": None, "nag_at": at("Mon 15:30"), "due": at("Mon 15:30")},
    ),
    "4: the accountable's deputy stops it too": Row(
        UP,
        Acknowledge(BEN),
        at("Mon 11:30"),
        facts="acknowledged",
        told="news rita, news ana",
        # The deputy's absence ends on Tuesday: then the clock is Bruno's again.
        sets={"status": Status.ACKNOWLEDGED, "response": None, "nag_at": at("Mon 15:30"), "due": at("Mon 15:30")},
        org=away(BRUNO, "Mon 09:00", "Tue 09:00", BEN),
    ),
    "4: a promise acknowledges; 7: it quiets the nags until it": Row(
        OPENED,
        MakePromise(ANA, at("Tue 12:00")),
        at("Mon 10:30"),
        facts="promised",
        told="news rita",
        sets={
            "status": Status.ACKNOWLEDGED,
            "response": None,
            "owner_acknowledged": True,
            "promise": Promise(at("Tue 12:00"), ANA, 0),
            "nag_at": None,
            "due": at("Tue 12:00"),
        },
    ),
    "7: a promise beyond the resolution deadline does not hold it up": Row(
        ACKED,
        MakePromise(ANA, at("Fri 12:00")),
        at("Mon 11:00"),
        facts="promised",
        told="news rita",
        sets={"promise": Promise(at("Fri 12:00"), ANA, 0), "nag_at": None, "due": at("Wed 10:00")},
    ),
    "7: a promise that passes is broken, told, and goes up": Row(
        PROMISED,
        Tick(),
        at("Tue 12:00"),
        facts="promise_broken escalated",
        told="news rita, news ana, brief bruno",
        reason=Reason.PROMISE_BROKEN,
        sets={
            **arrived("Tue 12:00", Why.PROMISE_BROKEN, "Tue 14:00", "Wed 12:00", "Tue 16:00"),
            "promise": None,
            "broken_promises": 1,
        },
    ),
    "7: a promise may be moved once": Row(
        PROMISED,
        MakePromise(ANA, at("Tue 15:00")),
        at("Mon 12:00"),
        facts="promised",
        told="news rita",
        sets={"promise": Promise(at("Tue 15:00"), ANA, 0, moved=1), "due": at("Tue 15:00")},
    ),
    "7: moving it a second time counts as broken": Row(
        MOVED,
        MakePromise(ANA, at("Tue 17:00")),
        at("Mon 13:00"),
        facts="promise_broken promised escalated",
        told="news rita, news ana, brief bruno",
        reason=Reason.PROMISE_BROKEN,
        sets={
            **arrived("Mon 13:00", Why.PROMISE_BROKEN, "Mon 15:00", "Tue 13:00", "Mon 17:00"),
            "promise": Promise(at("Tue 17:00"), ANA, 0, moved=2),
            "broken_promises": 1,
        },
    ),
    "7: the same date again is no move": Row(PROMISED, MakePromise(ANA, at("Tue 12:00")), at("Mon 12:00"), reason=Reason.ALREADY),
    "7: more time beyond it re-dates it unbroken": Row(
        PROMISED,
        GiveTime(RITA, at("Fri 12:00")),
        at("Mon 12:00"),
        facts="time_given",
        told="news ana",
        sets={
            "promise": Promise(at("Fri 12:00"), ANA, 0),
            # Monday has 7.5 of its 8.5 hours since 10:00, Friday 3 until noon, and three whole days lie between.
            "resolution_clock": replace(clock("4d", ANA, at("Mon 12:00"), at("Fri 12:00")), allowance=days("72/17"), spent=days("4/17")),
            "due": at("Fri 12:00"),
        },
    ),
    "7: a promise survives a hand-over": Row(
        play(PROMISED, (HandOver(ANA, PIA, WHY), at("Mon 11:30"))),
        Accept(PIA),
        at("Mon 12:00"),
        facts="handover_accepted clock_moved",
        told="news rita, news ana",
        sets={
            "owner": PIA,
            "accountable": PIA,
            "climbed": PIA,
            "owners": (ANA, PIA),
            "handovers": 1,
            "handovers_here": 1,
            "offer": None,
            "resolution_clock": clock("2d", PIA, at("Mon 12:00"), at("Wed 10:00"), days("4/17")),
            "due": at("Tue 12:00"),
        },
    ),
    "1: asking stops both clocks and keeps what is left": Row(
        OPENED,
        Ask(ANA, text("Which meter?")),
        at("Mon 11:00"),
        facts="asked",
        told="question rita",
        sets={
            "status": Status.WAITING,
            "response": None,
            "owner_acknowledged": True,
            "resolution_clock": stopped("2d", ANA, days("2/17")),
            "question": Question(text("Which meter?"), ANA, at("Mon 11:00"), at("Thu 11:00")),
            "nag_at": at("Tue 11:00"),
            "due": at("Tue 11:00"),
        },
    ),
    "4: above level 0 the owner's question leaves the response clock to the accountable": Row(
        UP,
        Ask(ANA, text("Which meter?")),
        at("Mon 12:00"),
        facts="asked",
        told="question rita, news bruno",
        sets={
            "status": Status.WAITING,
            "owner_acknowledged": True,
            "response": stopped("2h", BRUNO, span("1h")),
            "resolution_clock": stopped("1d", BRUNO, days("2/17")),
            "question": Question(text("Which meter?"), ANA, at("Mon 12:00"), at("Thu 12:00")),
            "nag_at": at("Tue 12:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "5: the reporter of a waiting case is nagged": Row(
        WAITING,
        Tick(),
        at("Tue 11:00"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 11:00"), "due": at("Wed 11:00")},
    ),
    "what was asked in the future, since the machine's clock was wrong, is asked now": Row(
        WAITING,
        Reckon(),
        at("Mon 10:45"),
        facts="clock_moved",
        reason=Reason.CLOCK_MOVED,
        sets={
            "question": Question(text("Which meter?"), ANA, at("Mon 10:45"), at("Thu 10:45")),
            "nag_at": at("Tue 10:45"),
            "due": at("Tue 10:45"),
        },
    ),
    "and is so from then on": Row(
        play(WAITING, (Reckon(), at("Mon 10:45"))),
        Tick(),
        at("Tue 10:45"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 10:45"), "due": at("Wed 10:45")},
    ),
    "5: and a second time, but never a third": Row(
        play(WAITING, (Tick(), at("Tue 11:00"))),
        Tick(),
        at("Wed 11:00"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 2, "nag_at": None, "due": at("Thu 11:00")},
    ),
    "6: without an answer it goes on when the cap is used up": Row(
        play(WAITING, (Tick(), at("Tue 11:00")), (Tick(), at("Wed 11:00"))),
        Tick(),
        at("Thu 11:00"),
        facts="answered",
        told="news ana, news rita",
        reason=Reason.NO_ANSWER_CAME,
        sets={
            "status": Status.ACKNOWLEDGED,
            "question": None,
            "waited": span("3d"),
            "resolution_clock": clock("2d", ANA, at("Thu 11:00"), at("2026-03-09 10:00"), days("2/17")),
            "nags": 0,
            "nag_at": at("Thu 15:00"),
            "due": at("Thu 15:00"),
        },
    ),
    "the reporter's note is the answer, and the clock goes on with what was left": Row(
        WAITING,
        Note(RITA, text("Meter 7")),
        at("Tue 11:00"),
        facts="answered",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "question": None,
            "waited": span("1d"),
            "resolution_clock": clock("2d", ANA, at("Tue 11:00"), at("Thu 10:00"), days("2/17")),
            "nag_at": at("Tue 15:00"),
            "due": at("Tue 15:00"),
        },
    ),
    "6: the second question may wait only for what the first one left": Row(
        play(WAITING, (Answer(RITA, text("Meter 7")), at("Wed 11:00"))),
        Ask(ANA, text("Which house?")),
        at("Wed 12:00"),
        facts="asked",
        told="question rita",
        sets={
            "status": Status.WAITING,
            "question": Question(text("Which house?"), ANA, at("Wed 12:00"), at("Thu 12:00")),
            "resolution_clock": stopped("2d", ANA, days("4/17")),
            # A third of the 8.5 hours: 2 h 50 min.
            "nag_at": at("Wed 14:50"),
            "due": at("Wed 14:50"),
        },
    ),
    "6: what two questions have waited counts together": Row(
        play(WAITING, (Answer(RITA, text("Meter 7")), at("Wed 11:00")), (Ask(ANA, text("Which house?")), at("Wed 12:00"))),
        Answer(RITA, text("Number 4")),
        at("Wed 16:15"),
        facts="answered",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "question": None,
            "waited": span("2.5d"),
            "resolution_clock": clock("2d", ANA, at("Wed 16:15"), at("Fri 14:15"), days("4/17")),
            "nag_at": at("Thu 11:45"),
            "due": at("Thu 11:45"),
        },
    ),
    "7: a promise moves with the waiting": Row(
        play(PROMISED, (Ask(ANA, text("Which meter?")), at("Mon 12:00"))),
        Answer(RITA, text("Meter 7")),
        at("Tue 12:00"),
        facts="answered",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "question": None,
            "waited": span("1d"),
            "promise": Promise(at("Wed 12:00"), ANA, 0),
            "resolution_clock": clock("2d", ANA, at("Tue 12:00"), at("Thu 10:00"), days("4/17")),
            "nag_at": None,
            "due": at("Wed 12:00"),
        },
    ),
    "a note goes onto the timeline and sets nothing": Row(
        ACKED, Note(RITA, text("Any news?")), at("Mon 11:00"), facts="noted", told="news ana"
    ),
    "10: a chase is one more contact and reaches the owner at once": Row(
        ACKED, Chase(RITA), at("Mon 11:00"), facts="chased", told="news ana", sets={"contacts": 2, "chases": 1}
    ),
    "10: the third chase goes up": Row(
        play(ACKED, (Chase(RITA), at("Mon 11:00")), (Chase(RITA), at("Mon 11:05"))),
        Chase(RITA),
        at("Mon 11:10"),
        facts="chased escalated",
        told="news ana, news rita, brief bruno",
        reason=Reason.TOO_MANY_CHASES,
        sets={**arrived("Mon 11:10", Why.CHASED, "Mon 13:10", "Tue 11:10", "Mon 15:10"), "contacts": 4, "chases": 0},
    ),
    "10: chases count afresh at each level, and after them at most one level per response time": Row(
        play(ACKED, *[(Chase(RITA), at(f"Mon 11:{m:02}")) for m in (0, 5, 10, 15, 20)]),
        Chase(RITA),
        at("Mon 11:25"),
        facts="chased",
        told="news ana, news bruno",
        sets={"contacts": 7, "chases": 3},
    ),
    "10: once that time has passed the chases that waited go up by themselves": Row(
        play(ACKED, *[(Chase(RITA), at(f"Mon 11:{m:02}")) for m in (0, 5, 10, 15, 20, 25)], (Acknowledge(BRUNO), at("Mon 11:30"))),
        Tick(),
        at("Mon 13:10"),
        facts="escalated",
        told="news rita, news ana, brief cleo",
        reason=Reason.TOO_MANY_CHASES,
        sets={
            "status": Status.OPEN,
            "level": 2,
            "accountable": CLEO,
            "tried": (ANA, BRUNO),
            "escalations": 2,
            "chases": 0,
            "arrived_at": at("Mon 13:10"),
            "answer_by": at("Mon 17:10"),
            "response": clock("4h", CLEO, at("Mon 13:10"), at("Mon 17:10")),
            "resolution_clock": clock("1d", CLEO, at("Mon 13:10"), at("Tue 13:10")),
            "nag_at": at("Mon 17:10"),
            "due": at("Mon 17:10"),
        },
    ),
    "11: the reporter may escalate once the response time has passed, acknowledged or not": Row(
        ACKED,
        Escalate(RITA, WHY),
        at("Mon 11:00"),
        facts="escalated",
        told="news ana, brief bruno",
        sets=arrived("Mon 11:00", Why.ASKED_BY_REPORTER, "Mon 13:00", "Tue 11:00", "Mon 15:00"),
    ),
    "the owner asks for help at any time": Row(
        OPENED,
        Escalate(ANA, WHY),
        at("Mon 10:05"),
        facts="escalated",
        told="news rita, brief bruno",
        sets={
            name: value
            for name, value in arrived("Mon 10:05", Why.HELP_WANTED, "Mon 12:05", "Tue 10:05", "Mon 14:05").items()
            if name not in ("status", "nags", "owner_acknowledged")
        },
    ),
    "7: at the top a broken promise is counted, and there is nowhere to go": Row(
        play(TOP, (MakePromise(CLEO, at("Mon 16:00")), at("Mon 14:00"))),
        Tick(),
        at("Mon 16:00"),
        facts="promise_broken",
        told="news rita, news ana, news cleo",
        reason=Reason.PROMISE_BROKEN,
        sets={"promise": None, "broken_promises": 1, "nag_at": at("Tue 11:30"), "due": at("Tue 11:30")},
    ),
    "6: the cap is the organisation's": Row(
        ACKED,
        Ask(ANA, text("Which meter?")),
        at("Mon 11:00"),
        facts="asked",
        told="question rita",
        org=ruled(waiting_at_most=span("3h")),
        sets={
            "status": Status.WAITING,
            "resolution_clock": stopped("2d", ANA, days("2/17")),
            "question": Question(text("Which meter?"), ANA, at("Mon 11:00"), at("Mon 14:00")),
            "nag_at": at("Mon 12:00"),
            "due": at("Mon 12:00"),
        },
    ),
}


@pytest.mark.parametrize(
    ("most", "cap"),
    [
        pytest.param("1h", "Tue 12:00", id="hours where it was days: what was used begins anew"),
        pytest.param("0.5d", None, id="less than was used already: no more waiting"),
        pytest.param("2d", "Wed 11:00", id="more than was used: what is left"),
    ],
)
def test_the_rule_for_waiting_was_rewritten_under_a_case_that_has_waited(most: str, cap: str | None) -> None:
    waited_a_day = play(WAITING, (Answer(RITA, text("MX-4471")), at("Tue 11:00")))

    decision = decided(waited_a_day, Ask(ANA, text("And the old one?")), at("Tue 11:00"), ruled(waiting_at_most=span(most)))

    asked = decision.case.question if decision.case else None
    assert (asked.cap if asked else None) == (at(cap) if cap else None)
    assert (decision.refusal.no if decision.refusal else None) == (None if cap else No.WAITING_USED_UP)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_answering(row: Row) -> None:
    row.check()
