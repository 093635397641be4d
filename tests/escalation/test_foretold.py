"""What is foretold comes true: the fate line of one case, and the simulation of a whole chain."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.facts import Escalated, Nagged, Skipped
from bot.escalation.fate import fate
from bot.escalation.org import Org
from bot.escalation.requests import Acknowledge, Chase, MakePromise, Request, Tick
from bot.escalation.simulate import Foretold, simulate
from bot.escalation.words import NagFor, PersonId, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    CLEO,
    DANA,
    FIXED,
    KENJI,
    OFFERED,
    OPENED,
    ORG,
    PIA,
    RESOLVED,
    RITA,
    TOP,
    UP,
    WAITING,
    at,
    away,
    chained,
    changed,
    decided,
    level,
    opened,
    play,
    report,
)


def line(event: Foretold) -> str:
    return f"{event.at.astimezone(at('Mon 10:00').tzinfo):%a %H:%M} {event.level} {event.kind} {' '.join(event.to)} {event.why}"


def test_the_whole_way_up() -> None:
    assert [line(event) for event in simulate(report(), ORG, at("Mon 10:00"))] == [
        "Mon 10:00 0 receipt ana reported",
        "Mon 11:00 1 escalation bruno unanswered",
        "Mon 13:00 2 escalation cleo unanswered",
        "Mon 17:00 2 nag cleo acknowledgement",
        "Tue 12:30 2 nag cleo acknowledgement",
        "Tue 16:30 2 nag ana cleo fix",
    ]


def test_over_a_weekend_with_somebody_away() -> None:
    org = away(BRUNO, "Fri 12:00", "Wed 09:00")
    assert [line(event) for event in simulate(report(), org, at("Fri 17:00"))] == [
        "Fri 17:00 0 receipt ana reported",
        "Mon 09:30 1 skip bruno away",
        "Mon 09:30 2 escalation cleo unanswered",
        "Mon 13:30 2 nag cleo acknowledgement",
        "Mon 17:30 2 nag cleo acknowledgement",
        "Tue 13:00 2 nag ana cleo fix",
    ]


def test_under_the_wall_clock_over_the_spring_change() -> None:
    """At 01:00 the clocks go forward: what is shown is UTC, and a quarter of an hour is one."""
    told = simulate(report(severity="critical"), ORG, at("2026-03-29 00:40"))
    assert [line(event) for event in told[:4]] == [
        "Sun 00:40 0 receipt ana reported",
        "Sun 00:55 1 escalation bruno unanswered",
        "Sun 01:25 2 escalation cleo unanswered",
        "Sun 03:25 2 nag cleo acknowledgement",
    ]


def test_a_report_that_would_be_refused_is_not_simulated() -> None:
    with pytest.raises(ValueError, match="unknown_severity"):
        simulate(report(severity="dire"), ORG, at("Mon 10:00"))


STARTS = st.integers(0, 60 * 24 * 280).map(lambda minutes: at("2026-02-27 16:00") + timedelta(minutes=minutes))
ORGS = st.sampled_from(
    [
        ORG,
        away(BRUNO, "Mon 09:00", "Fri 09:00"),
        away(BRUNO, "Tue 11:00", "Fri 09:00", DANA),
        away(ANA, "Mon 12:00", "Thu 09:00", KENJI),
        changed(BRUNO, gone=True),
        changed(ANA, manager=None),
        chained(level("owner", "2h", "1d", "3h"), level("manager", "1d", "1d", "4h"), level("cleo", "1h", "2d", "1d")),
    ]
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(start=STARTS, org=ORGS, severity=st.sampled_from(["low", "normal", "high", "critical"]))
def test_what_is_simulated_happens(start: datetime, org: Org, severity: str) -> None:
    """Minute by minute, as a timer would tick: the moves up and their targets come when they were foretold."""
    expected = [(e.at, e.level, e.why) for e in simulate(report(severity=severity), org, start) if e.kind in ("escalation", "skip")]
    case, happened = opened_at(start, org, severity)
    end = max([at_ for at_, _, _ in expected], default=start)
    now = start
    while now < end:
        assert case.due is not None
        # Woken a little early now and then; the stored due time is what counts.
        assert advance(case, Tick(), org, case.due - timedelta(seconds=1)).facts == ()
        now = case.due
        decision = decided(case, Tick(), now, org)
        assert decision.case is not None
        case = decision.case
        happened += [(f.at, f.what.level, str(f.what.why)) for f in decision.facts if isinstance(f.what, Escalated | Skipped)]
    assert happened == expected


def opened_at(start: datetime, org: Org, severity: str) -> tuple[Case, list[tuple[datetime, int, str]]]:
    decision = decided(None, report(severity=severity), start, org)
    assert decision.case is not None
    return decision.case, [(f.at, f.what.level, str(f.what.why)) for f in decision.facts if isinstance(f.what, Skipped)]


BEFORE = st.lists(st.sampled_from(["ack", "promise", "chase", "chase", "chase", "tick"]), max_size=6)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(steps=BEFORE, org=ORGS, start=STARTS, severity=st.sampled_from(["normal", "high", "critical"]))
def test_the_fate_line_comes_true(steps: list[str], org: Org, start: datetime, severity: str) -> None:
    """If nobody does anything, the case goes up when, to whom and why its fate line said, and is nagged when it said."""
    case, _ = opened_at(start, org, severity)
    now = start
    for step in steps:
        now += timedelta(minutes=25)
        asked: dict[str, Request] = {
            "ack": Acknowledge(case.accountable),
            "promise": MakePromise(case.owner, now + timedelta(hours=20)),
            "chase": Chase(RITA),
            "tick": Tick(),
        }
        case = advance(case, asked[step], org, now).case or case
    while case.due is not None and case.due <= now:
        case = play(case, (Tick(), now), org=org)
    said = fate(case, org, now)
    _wait_for_it(case, org, said.goes_at, said.goes_to, said.goes_why)


def _wait_for_it(case: Case, org: Org, goes_at: datetime | None, goes_to: PersonId | None, goes_why: Why | None) -> None:
    for _ in range(40):
        assert case.due is not None
        now = case.due
        said = fate(case, org, now - timedelta(microseconds=1))
        decision = decided(case, Tick(), now, org)
        ups = [fact.what for fact in decision.facts if isinstance(fact.what, Escalated)]
        nags = [fact.what for fact in decision.facts if isinstance(fact.what, Nagged)]
        assert decision.case is not None
        if nags:
            assert (said.nag_at, nags[0].to[: len(said.nag_to)]) == (now, said.nag_to) or said.at_top
        if ups:
            assert (now, decision.case.accountable, ups[0].why) == (goes_at, goes_to, goes_why)
            return
        case = decision.case
        if case.at_top:
            assert goes_at is None
            return
    assert goes_at is None


ACK = NagFor.ACKNOWLEDGEMENT
FATES = {
    "open": (OPENED, at("Mon 10:30"), (at("Mon 11:00"), BRUNO, Why.UNANSWERED), (at("Mon 14:00"), ("ana",), ACK)),
    "acknowledged": (ACKED, at("Mon 10:30"), (at("Wed 10:00"), BRUNO, Why.UNRESOLVED), (at("Mon 14:30"), ("ana",), NagFor.FIX)),
    "with the manager": (
        UP,
        at("Mon 11:30"),
        (at("Mon 13:00"), CLEO, Why.UNANSWERED),
        (at("Mon 15:00"), ("bruno",), ACK),
    ),
    "at the top": (TOP, at("Mon 14:00"), (None, None, None), (at("Mon 17:00"), ("cleo",), ACK)),
    "waiting": (WAITING, at("Mon 14:00"), (None, None, None), (at("Tue 11:00"), ("rita",), NagFor.ANSWER)),
    "resolved": (RESOLVED, at("Mon 14:00"), (None, None, None), (at("Tue 12:00"), ("rita",), NagFor.CONFIRMATION)),
}


@pytest.mark.parametrize(("case", "now", "goes", "nag"), FATES.values(), ids=FATES.keys())
def test_fate(case: Case, now: datetime, goes: object, nag: object) -> None:
    said = fate(case, ORG, now)
    assert (said.goes_at, said.goes_to, said.goes_why) == goes
    assert (said.nag_at, said.nag_to, said.nag_for) == nag


def test_the_rest_of_the_fate() -> None:
    assert (fate(OFFERED, ORG, at("Mon 11:00")).offered_to, fate(OFFERED, ORG, at("Mon 11:00")).offer_lapses_at) == (BEN, at("Mon 12:00"))
    assert fate(WAITING, ORG, at("Mon 11:00")).waits_until == at("Thu 11:00")
    assert fate(RESOLVED, ORG, at("Mon 12:00")).confirm_by == at("Thu 12:00")
    assert fate(TOP, ORG, at("Mon 14:00")).at_top
    closed = fate(FIXED, ORG, at("Mon 16:00"))
    assert (closed.nag_at, closed.nag_for, closed.recheck_at) == (None, None, at("Mon 15:00", 1))
    assert fate(ACKED, away(ANA, "Mon 09:00", "Fri 09:00", PIA), at("Mon 12:00")).answering == PIA


def test_the_fate_knows_of_a_deputy_who_takes_over_before() -> None:
    """Ana leaves at noon until Friday, and Pia's hours count from then on: it still goes up on Wednesday."""
    org = away(ANA, "Mon 12:00", "Fri 09:00", PIA)
    case = play(opened(org=org), (Acknowledge(ANA), at("Mon 10:30")), org=org)
    said = fate(case, org, at("Mon 10:30"))
    assert said.goes_to == BRUNO
    while not case.level:
        assert case.due is not None
        case = play(case, (Tick(), case.due), org=org)
    assert said.goes_at == case.arrived_at
