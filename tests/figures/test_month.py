"""Is each figure what its definition says? Compared with the slow computation over an export, every day of a month, and of random ones."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.case import Case
from bot.escalation.facts import Escalated, Fact, Noted, apply
from bot.escalation.words import Kind, Text, Why
from bot.handlers.history.generating import month
from bot.handlers.history.playing import Month
from tests.figures import slow
from tests.figures.comparing import ZONE, book, example, exported, quick

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS, CASES = 30, 400


@pytest.fixture(scope="module")
def played() -> Month:
    return month(example(), 7, START, DAYS, CASES)


@pytest.fixture(scope="module")
def ledger(played: Month) -> slow.Book:
    return book(exported(played), played.org)


@pytest.mark.parametrize("day", range(1, DAYS + 1))
def test_every_day_of_the_month(played: Month, ledger: slow.Book, day: int) -> None:
    end = START + timedelta(days=day)

    assert quick(played, end - timedelta(days=1), end) == slow.digest(ledger, end - timedelta(days=1), end, ZONE)


def test_each_figure_and_each_list_has_something_to_tell_in_the_month(played: Month) -> None:
    days = [quick(played, START + timedelta(days=day - 1), START + timedelta(days=day)) for day in range(1, DAYS + 1)]
    told = {name for one in days for name, value in {**one, **one["figures"]}.items() if value}
    private = {name for one in days for name, count in {**one["private"], **one["figures"]["private"]}.items() if count}

    assert {*days[0], *days[0]["figures"]} <= told
    assert {"escalated_fixes", "stuck"} <= private
    assert {case.kind for case in played.cases.values()} == {*Kind}
    assert {fact.what.why for facts in played.timelines.values() for fact in facts if isinstance(fact.what, Escalated)} >= {
        Why.CHASED,
        Why.HANDOVER_LOOP,
        Why.ASKED_BY_REPORTER,
    }


def hidden(played: Month, day: int) -> Month:
    """Return the month in which some of the cases became private on a day, whether there was anything to tell of them or not."""
    at = START + timedelta(days=day)
    cases, timelines = dict(played.cases), dict(played.timelines)
    for number, case in sorted(played.cases.items()):
        # What came of a private case is private as well.
        of_one = case.origin is not None and cases[case.origin].private and not played.cases[case.origin].private
        facts = timelines[number]
        if not of_one and (facts[0].at >= at or number % 5 or case.origin is not None):
            continue
        before = sum(fact.at < at for fact in facts)
        became = Fact(number, before + 1, at, None, Noted(Text("It concerns somebody")), {"private": True})
        timelines[number] = (
            [*facts[:before], became, *(replace(fact, n=fact.n + 1) for fact in facts[before:])]
            if before
            else [replace(facts[0], sets={**facts[0].sets, "private": True}), *facts[1:]]
        )
        cases[number] = replace(cases[number], private=True)
    return replace(played, cases=cases, timelines=timelines)


@pytest.mark.parametrize("day", [9, 23])
def test_what_becomes_private_later_was_never_told(played: Month, day: int) -> None:
    later, end = hidden(played, 20), START + timedelta(days=day)
    found = quick(later, end - timedelta(days=1), end)

    assert found == slow.digest(book(exported(later), later.org), end - timedelta(days=1), end, ZONE)
    named = {int(name) for name in re.findall(r'"C-(\d+)"', json.dumps(found))}
    assert named
    assert not named & {number for number, case in later.cases.items() if case.private}


def folded(facts: list[Fact]) -> Case:
    """Return the case that facts add up to."""
    case = reduce(apply, facts, cast(Case | None, None))
    assert case is not None
    return case


@pytest.mark.parametrize("day", range(3, DAYS, 5))
def test_a_past_day_says_the_same_whatever_came_later(played: Month, day: int) -> None:
    end = START + timedelta(days=day)
    then = {number: [fact for fact in facts if fact.at < end] for number, facts in played.timelines.items()}
    # What became private since is told of no day any more: see the test above.
    hidden_since = {n for n, facts in then.items() if facts and folded(facts).private != played.cases[n].private}
    now, before = (
        replace(played, timelines={n: facts for n, facts in every.items() if n not in hidden_since}) for every in (played.timelines, then)
    )

    assert quick(now, end - timedelta(days=1), end) == quick(before, end - timedelta(days=1), end)


@given(
    seed=st.integers(0, 10**6),
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    days=st.integers(1, 12),
    cases=st.integers(0, 60),
    begins=st.integers(0, 300),
    hours=st.integers(1, 24 * 40),
    rates=st.booleans(),
    zone=st.sampled_from([ZONE, "Asia/Tokyo", "America/St_Johns", "Pacific/Apia"]),
)
def test_any_span_of_any_month(seed: int, minutes: int, days: int, cases: int, begins: int, hours: int, rates: bool, zone: str) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    played = month(example() if rates else example(()), seed, start, days, cases)
    since = start + timedelta(hours=begins)
    until = since + timedelta(hours=hours)

    assert quick(played, since, until, zone) == slow.digest(book(exported(played), played.org), since, until, zone)
