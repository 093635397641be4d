"""Does the digest tell exactly the cases that only got fixed because they were escalated, and nothing that it must not?"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import pytest

from bot.escalation.case import Case
from bot.escalation.digest import Spans, digest
from bot.escalation.entries import About
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Chase,
    Confirm,
    Decline,
    HandOver,
    MakePromise,
    RecordCost,
    Reopen,
    Request,
    Resolve,
    SayOutcome,
    Tick,
)
from bot.escalation.words import FixKind, ServiceId
from tests.escalation.world import ANA, BEN, BRUNO, CLEO, LONDON, ORG, PAYROLL, PIA, RITA, at, away, decided, report, text

Steps = Sequence[tuple[Request, datetime]]
Timeline = tuple[Case, list[Fact]]

MONDAY, TUESDAY = at("Mon 09:00"), at("Tue 09:00")


def timeline(*steps: tuple[Request, datetime], org: Org = ORG) -> Timeline:
    """Return a case with its facts after these steps, none of which may be refused."""
    case, facts = None, list[Fact]()
    for request, now in steps:
        decision = decided(case, request, now, org)
        assert decision.refusal is None, decision.refusal
        case, facts = decision.case, [*facts, *decision.facts]
    assert case is not None
    return case, facts


def fixed_by(who: Any, when: datetime, **more: Any) -> tuple[Request, datetime]:
    return Resolve(who, text("reading corrected"), "process", FixKind.FIX, **more), when


def to_the_top(id: int = 42, **more: Any) -> Steps:
    """Nobody answers: reported 10:00, to Bruno 11:00, to Cleo 13:00."""
    return ((report(id=id, **more), at("Mon 10:00")), (Tick(), at("Mon 11:00")), (Tick(), at("Mon 13:00")))


ESCALATED = timeline(
    *to_the_top(asked_before=2),
    (Acknowledge(CLEO), at("Mon 13:30")),
    (Chase(RITA), at("Mon 14:00")),
    fixed_by(CLEO, at("Mon 15:00"), cost=Decimal(500), lacked="authority", change=text("Check readings before a swap")),
    (Confirm(RITA), at("Mon 16:00")),
)
PAID: dict[str, Any] = {
    "cost_by_budget": {"billing": 500},
    "cost_by_service": [{"service": "billing", "budget": "billing", "paid_by": "billing", "amount": 500}],
    "cost_by_cause": [{"service": "billing", "cause": "process", "cases": 1, "paid": 500, "minutes": 0, "total": 500, "at_level_0": 0}],
}
AT_LEVEL_0 = timeline((report(id=43), at("Mon 10:00")), fixed_by(ANA, at("Mon 10:30")), (Confirm(RITA), at("Mon 11:00")))
STUCK = timeline(*to_the_top(44))

NO_ODDS: dict[str, Any] = {"cases": 0, "within_target": 0, "share": None}
NONE: dict[str, Any] = {"yes": 0, "no": 0}
NO_FIGURES: dict[str, Any] = {
    "reported": 0,
    "fixes": 0,
    "escalated_fixes": 0,
    "share_escalated": None,
    "contacts_per_resolution": None,
    "median_hours_below": None,
    "median_hours_above": None,
    "odds": {"process": NO_ODDS, "by_request": NO_ODDS, "gap": None},
    "self_confirmed": 0,
    "unconfirmed": 0,
    "reopened": 0,
    "workarounds": 0,
    "lacked": {},
    "promises_kept": 0,
    "promises_broken": 0,
    "handover_loops": 0,
    "cost_by_budget": {},
    "cost_by_service": [],
    "effort_by_level": {},
    "cost_by_cause": [],
    "outcomes": {"needed": NONE, "prevented": NONE, "still_fixed": NONE, "process": {"median": None, "answers": 0}},
    "outcome_beside_speed": {"in_time_good": 0, "in_time_bad": 0, "late_good": 0, "late_bad": 0},
    "private": {"escalated_fixes": 0, "stuck": 0},
    "declined": [],
}
NOTHING: dict[str, Any] = {
    "channel": "local:leadership",
    "from": "2026-03-02T09:00:00Z",
    "to": "2026-03-03T09:00:00Z",
    "escalated_fixes": [],
    "stuck": [],
    "figures": NO_FIGURES,
    "disagreements": [],
    "combustion_points": [],
    "changes": [],
    "debts": [],
    "corrections": [],
    "silent_sufferers": [],
    "routes": [],
    "unannounced": [],
    "private": {"declined": 0, "changes": 0, "debts": 0, "corrections": 0},
}
APART = ("cases", "trends", "days")  # what is held against the figures, and has tests of its own


def whole(
    *cases: Timeline,
    start: datetime = MONDAY,
    end: datetime = TUESDAY,
    names: Literal["teams", "people"] = "teams",
    org: Org = ORG,
    services: tuple[ServiceId, ...] = (),
) -> dict[str, Any]:
    """Return the digest of these cases."""
    about = About("local:leadership", names, services)
    return digest(Spans(start, end, LONDON), about, [facts for _, facts in cases], org)


def told(*cases: Timeline, **how: Any) -> dict[str, Any]:
    """Return the digest of these cases without what its figures are held against."""
    return {name: value for name, value in whole(*cases, **how).items() if name not in APART}


def figures(**changed: Any) -> dict[str, Any]:
    return NO_FIGURES | changed


def one_of(within: int, cases: int) -> dict[str, Any]:
    return {"cases": cases, "within_target": within, "share": round(within / cases, 3)}


def in_process(within: int, cases: int) -> dict[str, Any]:
    return {"process": one_of(within, cases), "by_request": NO_ODDS, "gap": None}


def test_a_day_without_cases_tells_nothing() -> None:
    assert told() == NOTHING


def test_a_fix_that_needed_escalating_is_told_with_its_price_and_its_lesson() -> None:
    assert told(ESCALATED) == NOTHING | {
        "escalated_fixes": [
            {
                "case": "C-42",
                "title": "Bill",
                "service": "billing",
                "team": "billing",
                "days_below": 0.0417,
                "fixed_at_level": 2,
                "hours_after": 2,
                "contacts": 4,
                "handovers": 0,
                "cost": 500,
                "budget": "billing",
                "cause": "process",
                "lacked": "authority",
                "change": "Check readings before a swap",
            }
        ],
        "figures": figures(
            reported=1,
            fixes=1,
            escalated_fixes=1,
            share_escalated=1.0,
            contacts_per_resolution={"median": 4, "mean": 4},
            median_hours_above=5,
            odds=in_process(1, 1),
            lacked={"authority": 1},
            **PAID,
        ),
    }


def test_who_fixed_it_is_named_only_where_that_is_wanted() -> None:
    entry = told(ESCALATED, names="people")["escalated_fixes"][0]

    assert entry == told(ESCALATED)["escalated_fixes"][0] | {"fixed_by": "cleo"}


def test_a_fix_at_level_0_is_only_counted() -> None:
    assert told(AT_LEVEL_0) == NOTHING | {
        "figures": figures(
            reported=1,
            fixes=1,
            share_escalated=0.0,
            contacts_per_resolution={"median": 1, "mean": 1},
            median_hours_below=0.5,
            odds=in_process(1, 1),
        )
    }


def test_what_is_at_the_top_stays_in_each_digest_until_it_is_closed() -> None:
    entry = {
        "case": "C-44",
        "title": "Bill",
        "service": "billing",
        "team": "billing",
        "status": "open",
        "level": 2,
        "since": "2026-03-02T10:00:00Z",
        "days_open": 0.9583,
        "at_top_since": "2026-03-02T13:00:00Z",
        "owner_team": "billing",
        "contacts": 1,
        "handovers": 0,
        "broken_promises": 0,
    }

    assert told(STUCK) == NOTHING | {"stuck": [entry], "figures": figures(reported=1)}
    assert told(STUCK, start=at("Wed 09:00"), end=at("Thu 09:00"))["stuck"] == [entry | {"days_open": 2.9583}]
    assert told(STUCK, names="people")["stuck"] == [entry | {"owner": "ana", "accountable": "cleo"}]


def test_the_figures_of_several_cases() -> None:
    answer = told(ESCALATED, AT_LEVEL_0, STUCK)

    assert answer["figures"] == figures(
        reported=3,
        fixes=2,
        escalated_fixes=1,
        share_escalated=0.5,
        contacts_per_resolution={"median": 2.5, "mean": 2.5},
        median_hours_below=0.5,
        median_hours_above=5,
        odds=in_process(2, 2),
        lacked={"authority": 1},
        **PAID,
    )


OTHERS = {
    "proposed, not yet confirmed": timeline(*to_the_top(), fixed_by(CLEO, at("Mon 15:00"))),
    "confirmed, and reopened in the same span": (
        timeline(*to_the_top(), fixed_by(CLEO, at("Mon 15:00")), (Confirm(RITA), at("Mon 16:00")), (Reopen(RITA), at("Mon 17:00")))
    ),
    "confirmed after the span": timeline(*to_the_top(), fixed_by(CLEO, at("Mon 15:00")), (Confirm(RITA), at("Tue 09:00"))),
    "confirmed before the span": (
        timeline((report(), at("2026-02-26 10:00")), (Tick(), at("2026-02-26 11:00")), fixed_by(BRUNO, at("2026-02-26 12:00")))[0],
        timeline(
            (report(), at("2026-02-26 10:00")),
            (Tick(), at("2026-02-26 11:00")),
            fixed_by(BRUNO, at("2026-02-26 12:00")),
            (Confirm(RITA), at("2026-02-26 13:00")),
        )[1],
    ),
    "level 0 left only by a skip": timeline(
        (report(), at("Mon 10:00")),
        fixed_by(BRUNO, at("Mon 11:00")),
        (Confirm(RITA), at("Mon 12:00")),
        org=away(ANA, "Mon 09:00", "Fri 09:00"),
    ),
}


@pytest.mark.parametrize("case", OTHERS.values(), ids=OTHERS.keys())
def test_no_escalated_fix_is(case: Timeline) -> None:
    answer = told(case)

    assert (answer["escalated_fixes"], answer["figures"]["escalated_fixes"]) == ([], 0)


def test_a_case_that_was_closed_unconfirmed_is_no_fix() -> None:
    silent = timeline((report(), at("Mon 10:00")), fixed_by(ANA, at("Mon 10:30")), (Tick(), at("Thu 10:30")))

    assert told(silent, start=at("Thu 09:00"), end=at("Fri 09:00")) == NOTHING | {
        "from": "2026-03-05T09:00:00Z",
        "to": "2026-03-06T09:00:00Z",
        "figures": figures(unconfirmed=1, odds=in_process(0, 1)),
    }


def test_a_past_day_reads_the_same_whatever_came_later() -> None:
    later = timeline(
        *to_the_top(asked_before=2),
        (Acknowledge(CLEO), at("Mon 13:30")),
        (Chase(RITA), at("Mon 14:00")),
        fixed_by(CLEO, at("Mon 15:00"), cost=Decimal(500), lacked="authority", change=text("Check readings before a swap")),
        (Confirm(RITA), at("Mon 16:00")),
        (RecordCost(CLEO, Decimal(70), text("goodwill")), at("Wed 10:00")),
        (Reopen(RITA), at("Wed 11:00")),
    )

    assert told(later) == told(ESCALATED)


def test_a_private_case_is_counted_and_never_told() -> None:
    private = timeline(
        *to_the_top(50, service=PAYROLL, asked_before=7),
        fixed_by(CLEO, at("Mon 15:00"), change=text("Secret change")),
        (Confirm(RITA), at("Mon 16:00")),
        (SayOutcome(RITA, "process", 1), at("Mon 17:00")),
    )
    stuck = timeline(*to_the_top(51, private=True))

    assert told(private, stuck) == NOTHING | {
        "figures": figures(
            reported=2,
            fixes=1,
            escalated_fixes=1,
            share_escalated=1.0,
            odds=in_process(1, 1),
            private={"escalated_fixes": 1, "stuck": 1},
        )
    }
    assert [day["contacts"] for day in whole(private)["days"]] == [None] * 30


def test_promises_loops_and_self_confirmation_are_counted() -> None:
    kept = timeline(
        (report(id=60), at("Mon 10:00")),
        (MakePromise(ANA, at("Mon 15:00")), at("Mon 10:10")),
        fixed_by(ANA, at("Mon 14:00")),
        (Confirm(RITA), at("Mon 16:00")),
    )
    broken = timeline((report(id=61), at("Mon 10:00")), (MakePromise(ANA, at("Mon 15:00")), at("Mon 10:10")), (Tick(), at("Mon 15:00")))
    loop = timeline(
        (report(id=62), at("Mon 10:00")),
        (HandOver(ANA, PIA, text("hers")), at("Mon 10:01")),
        (Accept(PIA), at("Mon 10:02")),
        (HandOver(PIA, ANA, text("no, hers")), at("Mon 10:03")),
        (Accept(ANA), at("Mon 10:04")),
    )
    own = timeline((report(ANA, id=63), at("Mon 10:00")), fixed_by(ANA, at("Mon 14:00")), (Confirm(ANA), at("Mon 16:00")))

    counted = told(kept, broken, loop, own)["figures"]

    assert {name: counted[name] for name in ("promises_kept", "promises_broken", "handover_loops", "self_confirmed", "fixes")} == {
        "promises_kept": 1,
        "promises_broken": 1,
        "handover_loops": 1,
        "self_confirmed": 1,
        "fixes": 2,
    }


def test_what_was_declined_is_told_with_its_reason() -> None:
    declined = timeline(*to_the_top(), (Decline(CLEO, text("The tariff ends in May")), at("Mon 14:00")))

    about = {"case": "C-42", "title": "Bill", "service": "billing", "team": "billing", "why": "The tariff ends in May"}
    assert told(declined) == NOTHING | {"figures": figures(reported=1, odds=in_process(0, 1), declined=[about])}


def test_the_longest_below_comes_first_and_what_comes_back_is_a_combustion_point() -> None:
    slow = timeline(
        (report(id=70), at("Mon 10:00")),
        (Acknowledge(ANA), at("Mon 10:10")),
        (Tick(), at("Wed 10:00")),
        fixed_by(BRUNO, at("Wed 11:00")),
        (Confirm(RITA), at("Wed 12:00")),
    )
    answer = told(ESCALATED, slow, end=at("Thu 09:00"))

    assert [(entry["case"], entry["days_below"]) for entry in answer["escalated_fixes"]] == [("C-70", 2), ("C-42", 0.0417)]
    assert answer["combustion_points"] == [{"service": "billing", "cause": "process", "cases": ["C-42", "C-70"]}]


def test_handovers_count_across_teams_and_the_budget_is_whose_paid() -> None:
    passed = timeline(
        (report(), at("Mon 10:00")),
        (HandOver(ANA, BEN, text("meter")), at("Mon 10:10")),
        (Accept(BEN), at("Mon 10:20")),
        (Tick(), at("Wed 10:00")),
        fixed_by(BRUNO, at("Wed 11:00"), cost=Decimal("12.50"), budget="goodwill"),
        (Confirm(RITA), at("Wed 12:00")),
    )
    entry = told(passed, end=at("Thu 09:00"))["escalated_fixes"][0]

    assert (entry["handovers"], entry["cost"], entry["budget"], entry["lacked"]) == (1, 12.5, "goodwill", None)
    assert "change" not in entry
