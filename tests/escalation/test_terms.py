"""What a case runs under: severity by its reporter or with their consent, more time, cost, and who has the same problem."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.case import Case, Cost, SeverityWish
from bot.escalation.decision import No
from bot.escalation.org import Chain
from bot.escalation.requests import Acknowledge, GiveTime, MakePromise, MeToo, RecordCost, Resolve, SetSeverity, TakeKey
from bot.escalation.span import Span
from bot.escalation.words import ChainId, Reason
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    DANA,
    IDA,
    LONDON,
    OPENED,
    ORG,
    RESOLVED,
    RITA,
    STANDARD,
    TOM,
    URGENT,
    WAITING,
    Row,
    at,
    changed,
    clock,
    days,
    decided,
    level,
    opened,
    play,
    span,
    stopped,
    text,
)

HALF = Fraction(1, 2)
SEVEN_MINUTES = timedelta(microseconds=4 * 3_600_000_000 // 34)  # a thirty-fourth of four hours
HIGH = {
    "severity": "high",
    "stretch": HALF,
    "answer_by": at("Mon 10:30"),
    "response": clock("30m", ANA, at("Mon 10:15"), at("Mon 10:30"), span("15m")),
    # One day from ten o'clock.
    "resolution_clock": clock("1d", ANA, at("Mon 10:15"), at("Tue 10:00"), days("1/34")),
    "nag_at": at("Mon 12:15"),
    "due": at("Mon 10:30"),
}

WRITTEN_BY_TOM = play(opened(author=TOM), (Acknowledge(ANA), at("Mon 10:10")))

ROWS = {
    "the reporter sets the severity, and what was spent stays spent": Row(
        OPENED, SetSeverity(RITA, "high"), at("Mon 10:15"), facts="severity_changed", told="news ana", sets=HIGH
    ),
    "the reporter may make it slower": Row(
        OPENED,
        SetSeverity(RITA, "low"),
        at("Mon 10:15"),
        facts="severity_changed",
        told="news ana",
        sets={
            "severity": "low",
            "stretch": Fraction(2),
            "answer_by": at("Mon 12:00"),
            "response": clock("2h", ANA, at("Mon 10:15"), at("Mon 12:00"), span("15m")),
            "resolution_clock": clock("4d", ANA, at("Mon 10:15"), at("Fri 10:00"), days("1/34")),
            "nag_at": at("Tue 09:45"),
            "due": at("Mon 12:00"),
        },
    ),
    "what is spent beyond a shorter allowance has run out": Row(
        ACKED,
        SetSeverity(RITA, "high"),
        at("Tue 12:00"),
        facts="severity_changed",
        told="news ana",
        sets={
            "severity": "high",
            "stretch": HALF,
            "answer_by": at("Mon 10:30"),
            "resolution_clock": clock("1d", ANA, at("Tue 12:00"), at("Tue 12:00"), span("1d")),
            "nag_at": at("Tue 14:00"),
            "due": at("Tue 12:00"),
        },
    ),
    "the owner may make it faster": Row(
        OPENED, SetSeverity(ANA, "high"), at("Mon 10:15"), facts="severity_changed", told="news rita", sets=HIGH
    ),
    "the owner's wish to make it slower waits for the reporter's consent": Row(
        OPENED,
        SetSeverity(ANA, "low"),
        at("Mon 10:15"),
        facts="severity_changed",
        told="consent rita",
        sets={"severity_wish": SeverityWish("low", ANA)},
    ),
    "also while the clocks stand still": Row(
        WAITING,
        SetSeverity(ANA, "low"),
        at("Mon 12:00"),
        facts="severity_changed",
        told="consent rita",
        sets={"severity_wish": SeverityWish("low", ANA)},
    ),
    "and the consent carries it out": Row(
        play(OPENED, (SetSeverity(ANA, "low"), at("Mon 10:10"))),
        SetSeverity(RITA, "low"),
        at("Mon 10:15"),
        facts="severity_changed",
        told="news ana",
        sets={
            "severity": "low",
            "stretch": Fraction(2),
            "severity_wish": None,
            "answer_by": at("Mon 12:00"),
            "response": clock("2h", ANA, at("Mon 10:15"), at("Mon 12:00"), span("15m")),
            "resolution_clock": clock("4d", ANA, at("Mon 10:15"), at("Fri 10:00"), days("1/34")),
            "nag_at": at("Tue 09:45"),
            "due": at("Mon 12:00"),
        },
    ),
    "another chain's units under a running clock: the same share is spent": Row(
        OPENED,
        SetSeverity(RITA, "critical"),
        at("Mon 10:30"),
        facts="severity_changed",
        told="news ana",
        sets={
            "severity": "critical",
            "chain": URGENT,
            "answer_by": at("Mon 10:15"),
            # Half of the hour, so half of the fifteen minutes; a thirty-fourth of the two days, so 7:03.5 of the four hours.
            "response": clock("15m", None, at("Mon 10:30"), at("Mon 10:37") + timedelta(seconds=30), span("7m30s")),
            "resolution_clock": clock("4h", None, at("Mon 10:30"), at("Mon 14:30") - SEVEN_MINUTES, Span(time=SEVEN_MINUTES)),
            "nag_at": at("Mon 11:00"),
            "due": at("Mon 10:37") + timedelta(seconds=30),
        },
    ),
    "the reporter gives more time": Row(
        ACKED,
        GiveTime(RITA, at("Fri 10:00")),
        at("Mon 12:00"),
        facts="time_given",
        told="news ana",
        sets={
            "resolution_clock": clock("4d", ANA, at("Mon 12:00"), at("Fri 10:00"), days("4/17")),
            "nag_at": at("Mon 16:00"),
            "due": at("Mon 16:00"),
        },
    ),
    "or so many days more": Row(
        ACKED,
        GiveTime(RITA, more=span("1d")),
        at("Mon 12:00"),
        facts="time_given",
        told="news ana",
        sets={
            "resolution_clock": clock("3d", ANA, at("Mon 12:00"), at("Thu 10:00"), days("4/17")),
            "nag_at": at("Mon 16:00"),
            "due": at("Mon 16:00"),
        },
    ),
    "while waiting, the clock that stands still gets longer": Row(
        WAITING,
        GiveTime(RITA, more=span("1d")),
        at("Mon 11:00"),
        facts="time_given",
        told="news ana",
        sets={"resolution_clock": stopped("3d", ANA, days("2/17"))},
    ),
    "19: whoever wrote the message takes the key; whoever pointed at it stays on the case": Row(
        WRITTEN_BY_TOM,
        TakeKey(TOM),
        at("Mon 11:00"),
        facts="joined",
        told="news rita, news ana",
        sets={"reporter": TOM, "keyholders": (TOM,), "affected": (RITA,)},
    ),
    "19: and is asked at once, if it is said to be fixed": Row(
        play(WRITTEN_BY_TOM, (Resolve(ANA, text("Credited."), "process"), at("Mon 10:30"))),
        TakeKey(TOM),
        at("Mon 11:00"),
        facts="joined",
        told="news rita, news ana, confirm tom",
        sets={"reporter": TOM, "keyholders": (TOM,), "affected": (RITA,)},
    ),
    "19: a second time nothing happens": Row(
        play(WRITTEN_BY_TOM, (TakeKey(TOM), at("Mon 11:00"))), TakeKey(TOM), at("Mon 11:01"), reason=Reason.ALREADY
    ),
    "me too: affected, and the owner hears it": Row(
        ACKED, MeToo(TOM), at("Mon 11:00"), facts="joined", told="news ana", sets={"affected": (TOM,)}
    ),
    "10: me too is no contact, and once is enough": Row(
        play(ACKED, (MeToo(TOM), at("Mon 11:00"))), MeToo(TOM), at("Mon 11:01"), reason=Reason.ALREADY
    ),
    "so many with the same problem make it more severe": Row(
        play(OPENED, (MeToo(TOM), at("Mon 10:05")), (MeToo(BEN), at("Mon 10:06"))),
        MeToo(DANA),
        at("Mon 10:15"),
        facts="joined severity_changed",
        told="news ana, news rita",
        sets={**HIGH, "affected": (TOM, BEN, DANA)},
    ),
    "what it cost, and whose budget": Row(
        ACKED,
        RecordCost(ANA, Decimal("9000.00"), "metering"),
        at("Mon 11:00"),
        facts="cost_recorded",
        sets={"costs": (Cost(Decimal("9000.00"), "metering"),)},
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_terms(row: Row) -> None:
    row.check()


REFUSED: dict[str, tuple[Case, Any, No]] = {
    "19: the key, by somebody who did not write it": (WRITTEN_BY_TOM, TakeKey(BEN), No.NOT_YOURS),
    "a severity that does not exist": (ACKED, SetSeverity(RITA, "dire"), No.UNKNOWN_SEVERITY),
    "the severity that it has": (ACKED, SetSeverity(RITA, "normal"), No.SAME_SEVERITY),
    "a severity by somebody else": (ACKED, SetSeverity(TOM, "high"), No.NOT_YOURS),
    "time from the owner": (ACKED, GiveTime(ANA, more=span("1d")), No.NOT_YOURS),
    "no more time than there is": (ACKED, GiveTime(RITA, at("Wed 10:00")), No.NOT_LATER),
    "time for what is resolved": (RESOLVED, GiveTime(RITA, more=span("1d")), No.ALREADY_RESOLVED),
    "time for ever": (ACKED, GiveTime(RITA, at("2045-01-02 09:00")), No.TOO_LATE),
    "days for ever": (ACKED, GiveTime(RITA, more=span("9000d")), No.TOO_LATE),
    "a promise for ever": (ACKED, MakePromise(ANA, at("2045-01-02 09:00")), No.TOO_LATE),
    "a promise for yesterday": (ACKED, MakePromise(ANA, at("Mon 09:00")), No.IN_THE_PAST),
    "a cost that is no number": (ACKED, RecordCost(ANA, Decimal("NaN"), "billing"), No.BAD_AMOUNT),
    "a cost below nothing": (ACKED, RecordCost(IDA, Decimal(-1), "billing"), No.BAD_AMOUNT),
    "a cost by the reporter": (ACKED, RecordCost(RITA, Decimal(1), "billing"), No.NOT_YOURS),
}


@pytest.mark.parametrize(("before", "request_", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(before: Case, request_: Any, no: No) -> None:
    decision = decided(before, request_, at("Mon 12:30"))
    assert decision.case == before
    assert decision.refusal is not None
    assert decision.refusal.no is no


def test_1_a_new_level_runs_under_the_severity_too() -> None:
    case = play(OPENED, (SetSeverity(RITA, "high"), at("Mon 10:15")))
    up = play(case, (SetSeverity(RITA, "low"), at("Mon 10:20")))
    assert (case.rung.nag_every, up.rung.nag_every) == (span("2h"), span("8h"))


def test_3_half_days_are_whole_days_for_whoever_works_half_days() -> None:
    org = changed(ANA, calendar=Calendar(LONDON, parse_hours("Mon-Fri 09:00-13:00")))
    assert opened("Mon 10:00", org=org).resolution_clock == clock("2d", ANA, at("Mon 10:00"), at("Wed 10:00"))


def test_a_slower_level_above_needs_the_reporters_consent_too() -> None:
    """The present level's times are the same, but no deadline may move later unasked, not even one that is still to come."""
    patient = Chain(ChainId("patient"), (STANDARD.levels[0], level("cleo", "2d", "9d", "1d")))
    low = replace(ORG.severities["low"], chain=patient.id, stretch=Fraction(1))
    org = replace(ORG, chains={**ORG.chains, patient.id: patient}, severities={**ORG.severities, "low": low})
    decision = decided(ACKED, SetSeverity(ANA, "low"), at("Mon 11:00"), org)
    assert decision.case == replace(ACKED, version=ACKED.version + 1, severity_wish=SeverityWish("low", ANA))
