"""Is each figure what its definition says? Compared with the slow computation over an export, every day of a month, and of random ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("day", range(3, DAYS, 5))
def test_a_past_day_says_the_same_whatever_came_later(played: Month, day: int) -> None:
    end = START + timedelta(days=day)
    then = {number: [fact for fact in facts if fact.at < end] for number, facts in played.timelines.items()}

    assert quick(played, end - timedelta(days=1), end) == quick(replace(played, timelines=then), end - timedelta(days=1), end)


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
