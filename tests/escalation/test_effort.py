"""Minutes spent: at which level they count, who may say so, and how many a person can have spent."""

from dataclasses import replace

import pytest

from bot.escalation.case import Case, Effort
from bot.escalation.decision import No
from bot.escalation.effort import MOST_MINUTES
from bot.escalation.requests import Confirm, RecordTime, Resolve
from bot.escalation.words import PersonId
from tests.escalation.world import (
    ACKED,
    ANA,
    BRUNO,
    FIX,
    FIXED,
    IDA,
    RITA,
    TOP,
    UP,
    UP_ACKED,
    Row,
    at,
    decided,
    names,
    opened,
    play,
)

UP_FIXED = play(UP_ACKED, (replace(FIX, by=BRUNO, minutes=20), at("Mon 12:00")), (Confirm(RITA), at("Mon 15:00")))

ROWS = {
    "at level 0": Row(ACKED, RecordTime(ANA, 45), at("Mon 12:00"), facts="time_spent", sets={"efforts": (Effort(0, 45),)}),
    "at the level at which it is, whoever spent them": Row(
        UP, RecordTime(ANA, 5), at("Mon 12:00"), facts="time_spent", sets={"efforts": (Effort(1, 5),)}
    ),
    "at the top": Row(TOP, RecordTime(IDA, 1), at("Mon 14:00"), facts="time_spent", sets={"efforts": (Effort(2, 1),)}),
    "after closing, at the level at which it was fixed": Row(
        UP_FIXED,
        RecordTime(BRUNO, MOST_MINUTES),
        at("Tue 10:00"),
        facts="time_spent",
        sets={"efforts": (Effort(1, 20), Effort(1, MOST_MINUTES))},
    ),
    "twice the same is twice the time": Row(
        play(FIXED, (RecordTime(ANA, 10), at("Tue 10:00"))),
        RecordTime(ANA, 10),
        at("Tue 10:01"),
        facts="time_spent",
        sets={"efforts": (Effort(0, 10), Effort(0, 10))},
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_effort(row: Row) -> None:
    row.check()


def test_a_resolution_brings_its_minutes_along_and_none_are_no_fact() -> None:
    up = decided(UP_ACKED, replace(FIX, by=BRUNO, minutes=20), at("Mon 12:00"))

    assert names(up) == ["resolved", "time_spent"]
    assert up.case is not None
    assert up.case.efforts == (Effort(1, 20),)
    assert names(decided(ACKED, replace(FIX, minutes=0), at("Mon 12:00"))) == ["resolved"]


REFUSED: dict[str, tuple[Case, RecordTime | Resolve, No]] = {
    "none": (ACKED, RecordTime(ANA, 0), No.BAD_AMOUNT),
    "less than none": (ACKED, RecordTime(ANA, -5), No.BAD_AMOUNT),
    "more than a month has": (ACKED, RecordTime(ANA, MOST_MINUTES + 1), No.BAD_AMOUNT),
    "by whoever reported it": (ACKED, RecordTime(RITA, 5), No.NOT_YOURS),
    "by an admin who is left out of it": (opened(concerned=(IDA,)), RecordTime(IDA, 5), No.NOT_YOURS),
    "by somebody of the team": (ACKED, RecordTime(PersonId("pia"), 5), No.NOT_YOURS),
    "with a resolution: less than none": (ACKED, replace(FIX, minutes=-1), No.BAD_AMOUNT),
    "with a resolution: too many": (ACKED, replace(FIX, minutes=MOST_MINUTES + 1), No.BAD_AMOUNT),
}


@pytest.mark.parametrize(("case", "said", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(case: Case, said: RecordTime | Resolve, no: No) -> None:
    decision = decided(case, said, at("Mon 12:00"))

    assert decision.refusal is not None
    assert decision.refusal.no is no
    assert (decision.case, decision.facts) == (case, ())
