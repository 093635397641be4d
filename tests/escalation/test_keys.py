"""Two keys: resolve, confirm, still broken, unconfirmed, withdrawn, declined, and the questions that come after."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.escalation.case import Cost, Promise, Resolution
from bot.escalation.decision import No
from bot.escalation.facts import ClockMoved, Confirmed, Escalated
from bot.escalation.requests import (
    Ask,
    Confirm,
    Decline,
    Escalate,
    MakePromise,
    Note,
    Reckon,
    RecordCost,
    Reopen,
    Resolve,
    StillFixed,
    Tick,
    Withdraw,
)
from bot.escalation.words import FixKind, Outcome, Reason, Status, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BRUNO,
    CLEO,
    DECLINED,
    FIX,
    FIXED,
    IDA,
    OFFERED,
    OPENED,
    RESOLVED,
    RITA,
    TOM,
    TOP,
    UNCONFIRMED,
    UP,
    UP_ACKED,
    WAITING,
    WHY,
    WITHDRAWN,
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
    ruled,
    span,
    stopped,
    text,
    told,
)

RESOLUTION = Resolution(FIX.explanation, "process", FixKind.FIX, ANA, at("Mon 12:00"), 0)
CLOSED = {"status": Status.CLOSED, "confirm_by": None, "nag_at": None}
ASKED_AGAIN = (at("Mon 15:00") + timedelta(days=7), at("Mon 15:00") + timedelta(days=30))
UNASKED = play(RESOLVED, (Tick(unasked=True), at("Tue 12:00")))
RECHECKED = play(FIXED, (Tick(), FIXED.rechecks[0]))
REOPENED = {"outcome": None, "closed_at": None, "rechecks": (), "resolution": None, "answered_yes": (), "confirm_by": None}
PROMISED = play(ACKED, (MakePromise(ANA, at("Tue 12:00")), at("Mon 11:00")))


def bruno_from(when: str, why: Why, respond: str, fix: str, nag: str, **more: Any) -> dict[str, Any]:
    """Return what arriving at Bruno's level sets on a case that had been closed or resolved."""
    return {
        "status": Status.OPEN,
        "level": 1,
        "accountable": BRUNO,
        "climbed": BRUNO,
        "tried": (ANA,),
        "arrived_at": at(when),
        "arrived_by": why,
        "answer_by": at(respond),
        "response": clock("2h", BRUNO, at(when), at(respond)),
        "resolution_clock": clock("1d", BRUNO, at(when), at(fix)),
        "owner_acknowledged": False,
        "nags": 0,
        "nag_at": at(nag),
        "due": min(at(respond), at(nag)),
        "escalations": 1,
    } | more


ROWS = {
    "4: resolving acknowledges, stops the clocks, and asks the reporter": Row(
        OPENED,
        replace(FIX, cost=Decimal(900), budget="billing", lacked="access"),
        at("Mon 10:30"),
        facts="resolved cost_recorded",
        told="confirm rita",
        sets={
            "status": Status.RESOLVED,
            "response": None,
            "owner_acknowledged": True,
            "resolution_clock": stopped("2d", ANA, days("1/17")),
            "resolution": replace(RESOLUTION, at=at("Mon 10:30"), lacked="access"),
            "costs": (Cost(Decimal(900), "billing"),),
            "confirm_by": at("Thu 10:30"),
            "nag_at": at("Tue 10:30"),
            "due": at("Tue 10:30"),
        },
    ),
    "4: above level 0 the owner's resolution leaves the response clock to the accountable": Row(
        UP,
        FIX,
        at("Mon 12:00"),
        facts="resolved",
        told="confirm rita, news bruno, lacked ana",
        sets={
            "status": Status.RESOLVED,
            "owner_acknowledged": True,
            "response": stopped("2h", BRUNO, span("1h")),
            "resolution_clock": stopped("1d", BRUNO, days("2/17")),
            "resolution": replace(RESOLUTION, level=1),
            "confirm_by": at("Thu 12:00"),
            "nag_at": at("Tue 12:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "resolving answers the open question, and what was waited counts": Row(
        WAITING,
        FIX,
        at("Tue 11:00"),
        facts="resolved",
        told="confirm rita",
        sets={
            "status": Status.RESOLVED,
            "question": None,
            "waited": span("1d"),
            "resolution": replace(RESOLUTION, at=at("Tue 11:00")),
            "confirm_by": at("Fri 11:00"),
            "nag_at": at("Wed 11:00"),
            "due": at("Wed 11:00"),
        },
    ),
    "resolving takes an offered hand-over back": Row(
        OFFERED,
        FIX,
        at("Mon 12:00"),
        facts="resolved",
        told="confirm rita",
        sets={
            "status": Status.RESOLVED,
            "offer": None,
            "resolution": RESOLUTION,
            "resolution_clock": stopped("2d", ANA, days("4/17")),
            "confirm_by": at("Thu 12:00"),
            "nag_at": at("Tue 12:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "5: the reporter is nagged to confirm": Row(
        RESOLVED,
        Tick(),
        at("Tue 12:00"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 12:00"), "due": at("Wed 12:00")},
    ),
    "the reporter confirms: fixed, with two re-checks ahead": Row(
        RESOLVED,
        Confirm(RITA),
        at("Mon 15:00"),
        facts="confirmed",
        told="news ana, outcome rita",
        sets={
            **CLOSED,
            "outcome": Outcome.FIXED,
            "outcomes_asked": True,
            "answered_yes": (RITA,),
            "closed_at": at("Mon 15:00"),
            "rechecks": ASKED_AGAIN,
            "due": ASKED_AGAIN[0],
        },
    ),
    "confirming twice changes nothing": Row(FIXED, Confirm(RITA), at("Mon 15:01"), reason=Reason.ALREADY),
    "7: a promise is kept once the reporter says that it is fixed": Row(
        play(PROMISED, (FIX, at("Mon 12:00"))),
        Confirm(RITA),
        at("Wed 15:00"),
        facts="confirmed promise_kept",
        told="news ana, outcome rita",
        sets={
            **CLOSED,
            "outcome": Outcome.FIXED,
            "outcomes_asked": True,
            "answered_yes": (RITA,),
            "closed_at": at("Wed 15:00"),
            "rechecks": (at("Wed 15:00", 1), at("2026-04-03 16:00")),
            "due": at("Wed 15:00", 1),
            "promise": None,
            "kept_promises": 1,
        },
    ),
    "silence closes as unconfirmed, never as fixed": Row(
        play(RESOLVED, (Tick(), at("Tue 12:00")), (Tick(), at("Wed 12:00"))),
        Tick(),
        at("Thu 12:00"),
        facts="closed_unconfirmed",
        told="news rita, news ana",
        reason=Reason.NEVER_CONFIRMED,
        sets={**CLOSED, "outcome": Outcome.UNCONFIRMED, "closed_at": at("Thu 12:00"), "nags": 0, "due": None},
    ),
    "whoever never had the question is not reminded of it: the time to answer begins now": Row(
        RESOLVED,
        Tick(unasked=True),
        at("Tue 12:00"),
        facts="clock_moved",
        told="news ana",
        reason=Reason.CLOCK_MOVED,
        sets={"asked_from": at("Tue 12:00"), "confirm_by": at("Fri 12:00"), "nag_at": at("Wed 12:00"), "due": at("Wed 12:00")},
    ),
    "and again as long as nobody has it, of which the owner is told once": Row(
        UNASKED,
        Tick(unasked=True),
        at("Wed 12:00"),
        facts="clock_moved",
        reason=Reason.CLOCK_MOVED,
        sets={"asked_from": at("Wed 12:00"), "confirm_by": at("Mon 12:00", 1), "nag_at": at("Thu 12:00"), "due": at("Thu 12:00")},
    ),
    "once they have it they are reminded as if it had been resolved then": Row(
        UNASKED,
        Tick(),
        at("Wed 12:00"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Thu 12:00"), "due": at("Thu 12:00")},
    ),
    "and their silence closes it when that time is over": Row(
        play(UNASKED, (Tick(), at("Wed 12:00")), (Tick(), at("Thu 12:00"))),
        Tick(),
        at("Fri 12:00"),
        facts="closed_unconfirmed",
        told="news rita, news ana",
        reason=Reason.NEVER_CONFIRMED,
        sets={**CLOSED, "asked_from": None, "outcome": Outcome.UNCONFIRMED, "closed_at": at("Fri 12:00"), "nags": 0, "due": None},
    ),
    "a question that may have come, and was never seen to, closes nothing at the end": Row(
        play(RESOLVED, (Tick(), at("Tue 12:00")), (Tick(), at("Wed 12:00"))),
        Tick(unasked=True),
        at("Thu 12:00"),
        facts="clock_moved",
        told="news ana",
        reason=Reason.CLOCK_MOVED,
        sets={"asked_from": at("Thu 12:00"), "confirm_by": at("Tue 12:00", 1), "nag_at": None, "due": at("Tue 12:00", 1)},
    ),
    "nor for ever": Row(
        replace(RESOLVED, due=at("2026-04-01 13:00")),
        Tick(unasked=True),
        at("2026-04-01 13:00"),
        facts="closed_unconfirmed",
        told="news rita, news ana",
        reason=Reason.NEVER_CONFIRMED,
        sets={**CLOSED, "outcome": Outcome.UNCONFIRMED, "closed_at": at("2026-04-01 13:00"), "due": None},
    ),
    "but for less than thirty days": Row(
        replace(RESOLVED, due=at("2026-04-01 12:59")),
        Tick(unasked=True),
        at("2026-04-01 12:59"),
        facts="clock_moved",
        told="news ana",
        reason=Reason.CLOCK_MOVED,
        sets={
            "asked_from": at("2026-04-01 12:59"),
            "confirm_by": at("2026-04-08 12:59"),
            "nag_at": at("2026-04-02 12:59"),
            "due": at("2026-04-02 12:59"),
        },
    ),
    "where somebody has said yes, it is not waited for the others": Row(
        play(replace(RESOLVED, keyholders=(RITA, TOM)), (Confirm(RITA), at("Mon 13:00"))),
        Tick(unasked=True),
        at("Tue 12:00"),
        facts="nagged",
        told="nag tom",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 12:00"), "due": at("Wed 12:00")},
    ),
    "what was resolved in the future, since the machine's clock was wrong, was resolved now": Row(
        RESOLVED,
        Reckon(),
        at("Mon 11:00"),
        facts="clock_moved",
        reason=Reason.CLOCK_MOVED,
        sets={
            "resolution": replace(RESOLUTION, at=at("Mon 11:00")),
            "confirm_by": at("Thu 11:00"),
            "nag_at": at("Tue 11:00"),
            "due": at("Tue 11:00"),
        },
    ),
    "and what was not asked in the future, not now": Row(
        UNASKED,
        Reckon(),
        at("Mon 15:00"),
        facts="clock_moved",
        reason=Reason.CLOCK_MOVED,
        sets={"asked_from": at("Mon 15:00"), "confirm_by": at("Thu 15:00"), "nag_at": at("Tue 15:00"), "due": at("Tue 15:00")},
    ),
    "and is so from then on": Row(
        play(RESOLVED, (Reckon(), at("Mon 11:00"))),
        Tick(),
        at("Tue 11:00"),
        facts="nagged",
        told="nag rita",
        reason=Reason.NAGGED,
        sets={"nags": 1, "nag_at": at("Wed 11:00"), "due": at("Wed 11:00")},
    ),
    "16: unconfirmed may be confirmed later": Row(
        UNCONFIRMED,
        Confirm(RITA),
        at("Fri 12:00"),
        facts="confirmed",
        told="news ana, outcome rita",
        sets={
            "outcome": Outcome.FIXED,
            "outcomes_asked": True,
            "answered_yes": (RITA,),
            "closed_at": at("Fri 12:00"),
            "rechecks": (at("Fri 12:00", 1), at("2026-04-05 13:00")),
            "due": at("Fri 12:00", 1),
        },
    ),
    "9: still broken: back to its owner with the time that was left, one more contact": Row(
        RESOLVED,
        Reopen(RITA, WHY),
        at("Mon 15:00"),
        facts="reopened",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "contacts": 2,
            "still_broken": 1,
            "resolution": None,
            "confirm_by": None,
            "resolution_clock": clock("2d", ANA, at("Mon 15:00"), at("Wed 13:00"), days("4/17")),
            "nag_at": at("Tue 10:30"),
            "due": at("Tue 10:30"),
        },
    ),
    "9: it leaves at least one nag": Row(
        play(ACKED, (FIX, at("Wed 09:30"))),
        Reopen(RITA),
        at("Wed 10:00"),
        facts="reopened",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "contacts": 2,
            "still_broken": 1,
            "resolution": None,
            "confirm_by": None,
            "resolution_clock": clock("4h", ANA, at("Wed 10:00"), at("Wed 14:00")),
            "nag_at": at("Wed 14:00"),
            "due": at("Wed 14:00"),
        },
    ),
    "9: the second time moves up": Row(
        play(RESOLVED, (Reopen(RITA), at("Mon 13:00")), (FIX, at("Mon 14:00"))),
        Reopen(RITA),
        at("Mon 15:00"),
        facts="reopened escalated",
        told="news ana, brief bruno",
        sets=bruno_from("Mon 15:00", Why.STILL_BROKEN, "Mon 17:00", "Tue 15:00", "Tue 10:30")
        | {"contacts": 3, "still_broken": 2, "resolution": None, "confirm_by": None},
    ),
    "9: at the top it stays, with what was left and at least one nag": Row(
        play(TOP, (FIX, at("Tue 12:00")), (Confirm(RITA), at("Tue 12:30"))),
        Reopen(RITA),
        at("Wed 12:00"),
        facts="reopened",
        told="news ana, news cleo",
        sets={
            **REOPENED,
            "status": Status.ACKNOWLEDGED,
            "contacts": 2,
            "still_broken": 1,
            "response": None,
            "resolution_clock": clock("4h", CLEO, at("Wed 12:00"), at("Wed 16:00")),
            "nag_at": at("Wed 16:00"),
            "due": at("Wed 16:00"),
        },
    ),
    "9: a fixed case that is reopened goes one level up and keeps age and contacts": Row(
        FIXED,
        Reopen(RITA, WHY),
        at("Tue 15:00"),
        facts="reopened escalated",
        told="news ana, brief bruno",
        sets=bruno_from("Tue 15:00", Why.STILL_BROKEN, "Tue 17:00", "Wed 15:00", "Wed 10:30")
        | {"contacts": 2, "still_broken": 1, **{k: v for k, v in REOPENED.items() if k != "confirm_by"}},
    ),
    "9: and so does an unconfirmed one": Row(
        UNCONFIRMED,
        Reopen(RITA),
        at("Fri 15:00"),
        facts="reopened escalated",
        told="news ana, brief bruno",
        sets=bruno_from("Fri 15:00", Why.STILL_BROKEN, "Fri 17:00", "2026-03-09 15:00", "2026-03-09 10:30")
        | {"contacts": 2, "still_broken": 1, "outcome": None, "closed_at": None, "resolution": None},
    ),
    "withdrawing closes it and stops its clocks": Row(
        ACKED,
        Withdraw(RITA, WHY),
        at("Mon 12:00"),
        facts="withdrawn",
        told="news ana",
        sets={
            "status": Status.CLOSED,
            "outcome": Outcome.WITHDRAWN,
            "closed_at": at("Mon 12:00"),
            "resolution_clock": stopped("2d", ANA, days("4/17")),
            "nag_at": None,
            "due": None,
        },
    ),
    "withdrawing twice changes nothing": Row(WITHDRAWN, Withdraw(RITA, WHY), at("Mon 12:01"), reason=Reason.ALREADY),
    "9: a withdrawn case returns to its level": Row(
        WITHDRAWN,
        Reopen(RITA),
        at("Fri 12:00"),
        facts="reopened",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "outcome": None,
            "closed_at": None,
            "contacts": 2,
            "resolution_clock": clock("2d", ANA, at("Fri 12:00"), at("2026-03-10 10:00"), days("4/17")),
            "nag_at": at("Fri 16:00"),
            "due": at("Fri 16:00"),
        },
    ),
    "7: a date that passed while it was withdrawn is no broken promise": Row(
        play(PROMISED, (Withdraw(RITA, WHY), at("Mon 12:00"))),
        Reopen(RITA),
        at("Fri 12:00"),
        facts="reopened",
        told="news ana",
        sets={
            "status": Status.ACKNOWLEDGED,
            "outcome": None,
            "closed_at": None,
            "contacts": 2,
            "promise": None,
            "resolution_clock": clock("2d", ANA, at("Fri 12:00"), at("2026-03-10 10:00"), days("4/17")),
            "nag_at": at("Fri 16:00"),
            "due": at("Fri 16:00"),
        },
    ),
    "declining from level 1 up closes it, with the reason told": Row(
        UP_ACKED,
        Decline(BRUNO, WHY),
        at("Mon 12:00"),
        facts="declined",
        told="news rita, news ana",
        sets={
            "status": Status.CLOSED,
            "outcome": Outcome.DECLINED,
            "closed_at": at("Mon 12:00"),
            "resolution_clock": stopped("1d", BRUNO, days("2/17")),
            "nag_at": None,
            "due": None,
        },
    ),
    "16: a declined reporter may reopen once, to the level above": Row(
        DECLINED,
        Reopen(RITA, WHY),
        at("Tue 10:00"),
        facts="reopened escalated",
        told="news ana, news bruno, brief cleo",
        sets={
            "status": Status.OPEN,
            "outcome": None,
            "closed_at": None,
            "contacts": 2,
            "appeals": 1,
            "level": 2,
            "accountable": CLEO,
            "tried": (ANA, BRUNO),
            "arrived_at": at("Tue 10:00"),
            "arrived_by": Why.STILL_BROKEN,
            "answer_by": at("Tue 14:00"),
            "response": clock("4h", CLEO, at("Tue 10:00"), at("Tue 14:00")),
            "resolution_clock": clock("1d", CLEO, at("Tue 10:00"), at("Wed 10:00")),
            "escalations": 2,
            "nag_at": at("Tue 14:00"),
            "due": at("Tue 14:00"),
        },
    ),
    "15: after 7 days it asks whether it is still fixed": Row(
        FIXED,
        Tick(),
        at("Mon 15:00", 1),
        facts="rechecked",
        told="recheck rita",
        reason=Reason.RECHECK_ASKED,
        sets={"rechecks": ASKED_AGAIN[1:], "recheck_asked": FIXED.version + 1, "due": ASKED_AGAIN[1]},
    ),
    "15: after an outage over both it asks once": Row(
        FIXED,
        Tick(),
        at("2026-05-01 12:00"),
        facts="rechecked",
        told="recheck rita",
        reason=Reason.RECHECK_ASKED,
        sets={"rechecks": (), "recheck_asked": FIXED.version + 1, "due": None},
    ),
    "15: silence changes nothing": Row(RECHECKED, Tick(), at("Fri 12:00", 2), reason=Reason.NOT_YET_DUE),
    "the reporter says that it is still fixed": Row(
        RECHECKED, StillFixed(RITA), at("Tue 12:00", 1), facts="rechecked", sets={"recheck_asked": None}
    ),
    "no to a re-check goes one level up": Row(
        RECHECKED,
        Reopen(RITA),
        at("Tue 12:00", 1),
        facts="rechecked reopened escalated",
        told="news ana, brief bruno",
        sets=bruno_from("2026-03-10 12:00", Why.RECHECK_FAILED, "2026-03-10 14:00", "2026-03-11 12:00", "2026-03-10 16:00")
        | {"contacts": 2, "still_broken": 1, "recheck_asked": None}
        | {k: v for k, v in REOPENED.items() if k != "confirm_by"},
    ),
    "a cost may be recorded after closing": Row(
        FIXED,
        RecordCost(IDA, Decimal("12.50"), "goodwill"),
        at("Fri 12:00"),
        facts="cost_recorded",
        sets={"costs": (Cost(Decimal("12.50"), "goodwill"),)},
    ),
    "a note may be written after closing": Row(FIXED, Note(RITA, text("Thanks")), at("Fri 12:00"), facts="noted", told="news ana"),
    "16: reporter and owner are one person: both keys are theirs": Row(
        play(opened(by=ANA), (FIX, at("Mon 12:00"))),
        Confirm(ANA),
        at("Mon 15:00"),
        facts="confirmed",
        sets={
            **CLOSED,
            "outcome": Outcome.FIXED,
            "answered_yes": (ANA,),
            "closed_at": at("Mon 15:00"),
            "rechecks": ASKED_AGAIN,
            "due": ASKED_AGAIN[0],
        },
    ),
    "an admin confirms for a reporter who is gone": Row(
        RESOLVED,
        Confirm(IDA),
        at("Mon 15:00"),
        facts="confirmed",
        told="news ana, news rita",
        org=changed(RITA, gone=True),
        sets={
            **CLOSED,
            "outcome": Outcome.FIXED,
            "answered_yes": (RITA,),
            "closed_at": at("Mon 15:00"),
            "rechecks": ASKED_AGAIN,
            "due": ASKED_AGAIN[0],
        },
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keys(row: Row) -> None:
    row.check()


def test_what_the_confirmation_says() -> None:
    """16 and section 4: turned by oneself, or for somebody who is gone, it says so."""
    own = decided(play(opened(by=ANA), (FIX, at("Mon 12:00"))), Confirm(ANA), at("Mon 15:00"))
    for_gone = decided(RESOLVED, Confirm(IDA), at("Mon 15:00"), changed(RITA, gone=True))
    assert own.facts[0].what == Confirmed(closes=True, self_confirmed=True)
    assert for_gone.facts[0].what == Confirmed(closes=True, for_gone=RITA)


def test_the_time_to_confirm_is_the_reporters_own() -> None:
    """16: three of Rita's working days, less the two on which she is away."""
    org = away(RITA, "Tue 09:00", "Thu 09:00")
    assert play(ACKED, (FIX, at("Mon 12:00")), org=org).confirm_by == at("Mon 12:00", 1)


def test_a_promise_made_before_a_question_is_kept_when_resolved_while_waiting() -> None:
    """7: it moves with waiting, so resolving after its old date is in time."""
    case = play(PROMISED, (Ask(ANA, text("Which?")), at("Mon 12:00")), (FIX, at("Wed 09:30")))
    assert case.promise == Promise(at("Thu 09:30"), ANA, 0)
    assert names(decided(case, Confirm(RITA), at("Wed 10:00"))) == ["confirmed", "promise_kept"]


def test_a_promise_is_not_kept_by_resolving_late() -> None:
    """7: the tick that would have noticed came late."""
    assert names(decided(PROMISED, FIX, at("Tue 12:30"))) == ["promise_broken", "resolved"]


def test_a_promise_is_broken_if_it_passed_and_it_is_still_broken() -> None:
    case = play(PROMISED, (FIX, at("Tue 11:00")))
    decision = decided(case, Reopen(RITA), at("Tue 15:00"))
    assert names(decision) == ["reopened", "promise_broken", "escalated"]
    assert decision.reason is Reason.PROMISE_BROKEN


def test_each_further_time_it_is_still_broken_it_goes_up() -> None:
    """9: the second and each later one."""
    case = play(RESOLVED, (Reopen(RITA), at("Mon 13:00")), (FIX, at("Mon 13:10")), (Reopen(RITA), at("Mon 13:20")), (FIX, at("Mon 13:30")))
    decision = decided(case, Reopen(RITA, WHY), at("Mon 13:40"))
    assert decision.case is not None
    assert (decision.case.level, decision.case.still_broken, decision.case.contacts) == (2, 3, 4)
    assert decision.facts[-1].what == Escalated(2, CLEO, 1, Why.STILL_BROKEN, WHY)


REFUSED = {
    "resolving twice": (RESOLVED, FIX, No.ALREADY_RESOLVED),
    "resolving without a word": (ACKED, Resolve(ANA, text(" "), "process"), No.EMPTY),
    "resolving for less than nothing": (ACKED, Resolve(ANA, text("Done"), "process", cost=Decimal(-1)), No.BAD_AMOUNT),
    "confirming what is not resolved": (ACKED, Confirm(RITA), No.NOT_RESOLVED),
    "confirming what was declined": (DECLINED, Confirm(RITA), No.CLOSED),
    "still broken before it is resolved": (ACKED, Reopen(RITA), No.NOT_RESOLVED),
    "declining at level 0": (ACKED, Decline(ANA, WHY), No.LEVEL_ZERO),
    "declining without a reason": (UP, Decline(BRUNO, text("")), No.EMPTY),
    "declining over the reporter's key": (play(UP, (FIX, at("Mon 12:00"))), Decline(BRUNO, WHY), No.ALREADY_RESOLVED),
    "16: reopening what the top declined": (play(TOP, (Decline(CLEO, WHY), at("Mon 14:00"))), Reopen(RITA), No.FINAL),
    "16: reopening a second time what was declined": (
        play(DECLINED, (Reopen(RITA), at("Mon 12:10")), (Decline(CLEO, WHY), at("Mon 12:20"))),
        *(Reopen(RITA), No.FINAL),
    ),
    "an admin confirming for a reporter who is there": (RESOLVED, Confirm(IDA), No.NOT_YOURS),
    "a stranger answering a re-check": (RECHECKED, StillFixed(BRUNO), No.NOT_YOURS),
    "a re-check's answer that nobody asked for": (ACKED, StillFixed(RITA), No.NOT_CLOSED),
    "escalating what is resolved": (RESOLVED, Escalate(RITA, WHY), No.ALREADY_RESOLVED),
    "acting on a closed case": (FIXED, FIX, No.CLOSED),
    "withdrawing what is fixed": (FIXED, Withdraw(RITA, WHY), No.CLOSED),
}


@pytest.mark.parametrize(("before", "request_", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(before: Any, request_: Any, no: No) -> None:
    decision = decided(before, request_, max(at("Mon 15:00"), before.closed_at or at("Mon 15:00")))
    assert decision.case == before
    assert (decision.reason, told(decision)) == (Reason.REFUSED, set())
    assert decision.refusal is not None
    assert decision.refusal.no is no


def test_an_organisation_may_ask_at_other_times_or_never() -> None:
    case = play(RESOLVED, (Confirm(RITA), at("Mon 15:00")), org=ruled(recheck_after=()))
    assert (case.rechecks, case.due) == ((), None)


def test_the_timeline_knows_that_nobody_could_be_asked() -> None:
    moved = ClockMoved(RITA, RITA, at("Fri 12:00"), unasked=True)
    assert [fact.what for fact in decided(RESOLVED, Tick(unasked=True), at("Tue 12:00")).facts] == [moved]
