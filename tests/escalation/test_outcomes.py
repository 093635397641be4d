"""What came of it: who is asked the three questions, what may be answered, and that the last answer counts."""

from dataclasses import replace

import pytest

from bot.escalation.case import Case, Outcomes
from bot.escalation.decision import No
from bot.escalation.facts import OutcomeSaid
from bot.escalation.requests import Absorb, Confirm, Merge, Reopen, SayOutcome, Tick
from bot.escalation.words import Outcome, Reason
from tests.escalation.world import (
    ACKED,
    ANA,
    FIX,
    FIXED,
    OPENED,
    RESOLVED,
    RITA,
    TOM,
    UNCONFIRMED,
    WHY,
    WITHDRAWN,
    Row,
    at,
    changed,
    decided,
    opened,
    play,
    told,
)

TWO = play(OPENED, (Absorb(ANA, play(opened(by=TOM, id=43), (Merge(ANA, OPENED), at("Mon 10:05")))), at("Mon 10:05")))
TWO_RESOLVED = play(TWO, (FIX, at("Mon 12:00")))

ROWS = {
    "needed": Row(FIXED, SayOutcome(RITA, "needed", 0), at("Tue 10:00"), facts="outcome_said", sets={"outcomes": Outcomes(needed=False)}),
    "process": Row(FIXED, SayOutcome(RITA, "process", 5), at("Tue 10:00"), facts="outcome_said", sets={"outcomes": Outcomes(process=5)}),
    "the last answer counts, and leaves the others": Row(
        play(FIXED, (SayOutcome(RITA, "prevented", 0), at("Tue 10:00")), (SayOutcome(RITA, "process", 1), at("Tue 10:00"))),
        SayOutcome(RITA, "prevented", 1),
        at("Tue 10:01"),
        facts="outcome_said",
        sets={"outcomes": Outcomes(process=1, prevented=True)},
    ),
    "the same again changes nothing": Row(
        play(FIXED, (SayOutcome(RITA, "needed", 1), at("Tue 10:00"))),
        SayOutcome(RITA, "needed", 1),
        at("Tue 10:01"),
        reason=Reason.ALREADY,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_outcomes(row: Row) -> None:
    row.check()


def test_the_fact_says_what_was_answered() -> None:
    (fact,) = decided(FIXED, SayOutcome(RITA, "process", 4), at("Tue 10:00")).facts

    assert (fact.by, fact.what) == (RITA, OutcomeSaid("process", 4))


def test_they_are_asked_once() -> None:
    reopened = play(FIXED, (Reopen(RITA, WHY), at("Tue 10:00")), (replace(FIX, by=ANA), at("Tue 11:00")))
    again = decided(reopened, Confirm(RITA), at("Tue 12:00"))

    assert FIXED.outcomes_asked
    assert "outcome rita" not in told(again)
    assert "news ana" in told(again)


def test_each_of_several_reporters_is_asked_once_it_is_closed() -> None:
    first = decided(TWO_RESOLVED, Confirm(TOM), at("Mon 13:00"))
    assert told(first) == {"news ana", "news rita"}
    assert first.case is not None

    assert told(decided(first.case, Confirm(RITA), at("Mon 14:00"))) == {"news ana", "outcome rita", "outcome tom"}


def test_closed_by_the_silence_of_the_others_asks_those_who_spoke() -> None:
    first = play(TWO_RESOLVED, (Confirm(TOM), at("Mon 13:00")), (Tick(), at("Tue 12:00")), (Tick(), at("Wed 12:00")))
    closed = decided(first, Tick(), at("Thu 12:00"))

    assert closed.case is not None
    assert closed.case.outcome is Outcome.FIXED
    assert told(closed) == {"outcome tom", "news rita", "news ana"}


def test_whoever_has_left_or_fixed_it_themselves_is_not_asked() -> None:
    own = play(opened(by=ANA), (FIX, at("Mon 12:00")))
    gone = changed(TOM, gone=True)
    yes = play(TWO_RESOLVED, (Confirm(TOM), at("Mon 13:00")))

    assert told(decided(own, Confirm(ANA), at("Mon 13:00"))) == set()
    assert told(decided(yes, Confirm(RITA), at("Mon 14:00"), gone)) >= {"outcome rita"}
    assert "outcome tom" not in told(decided(yes, Confirm(RITA), at("Mon 14:00"), gone))


REFUSED: dict[str, tuple[Case, SayOutcome, No]] = {
    "somebody else": (FIXED, SayOutcome(TOM, "needed", 1), No.NOT_YOURS),
    "still open": (ACKED, SayOutcome(RITA, "needed", 1), No.NOT_FIXED),
    "not confirmed yet": (RESOLVED, SayOutcome(RITA, "needed", 1), No.NOT_FIXED),
    "never confirmed": (UNCONFIRMED, SayOutcome(RITA, "needed", 1), No.NOT_FIXED),
    "withdrawn": (WITHDRAWN, SayOutcome(RITA, "needed", 1), No.NOT_FIXED),
    "neither yes nor no": (FIXED, SayOutcome(RITA, "needed", 2), No.BAD_AMOUNT),
    "less than nothing": (FIXED, SayOutcome(RITA, "prevented", -1), No.BAD_AMOUNT),
    "worse than 1": (FIXED, SayOutcome(RITA, "process", 0), No.BAD_AMOUNT),
    "better than 5": (FIXED, SayOutcome(RITA, "process", 6), No.BAD_AMOUNT),
    "no such question": (FIXED, SayOutcome(RITA, "polite", 1), No.BAD_AMOUNT),
}


@pytest.mark.parametrize(("case", "said", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(case: Case, said: SayOutcome, no: No) -> None:
    decision = decided(case, said, at("Fri 12:00"))

    assert decision.refusal is not None
    assert decision.refusal.no is no
    assert (decision.case, decision.facts) == (case, ())
