"""Which days are meant by what somebody types after `digest`?"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.spans import apart, moments, read_days

TODAY = date(2026, 11, 4)  # a Wednesday

READ = {
    "2026-10": (date(2026, 10, 1), date(2026, 11, 1)),
    "2026-12": (date(2026, 12, 1), date(2027, 1, 1)),
    "2026-10-05": (date(2026, 10, 5), date(2026, 10, 6)),
    "2026": (date(2026, 1, 1), date(2027, 1, 1)),
    "2026-W41": (date(2026, 10, 5), date(2026, 10, 12)),
    "today": (date(2026, 11, 4), date(2026, 11, 5)),
    "Yesterday": (date(2026, 11, 3), date(2026, 11, 4)),
    "this week": (date(2026, 11, 2), date(2026, 11, 9)),
    "last week": (date(2026, 10, 26), date(2026, 11, 2)),
    "last month": (date(2026, 10, 1), date(2026, 11, 1)),
    "last year": (date(2025, 1, 1), date(2026, 1, 1)),
    "2026-10-01 to 2026-10-15": (date(2026, 10, 1), date(2026, 10, 16)),
    "from 2026-10-01 until yesterday": (date(2026, 10, 1), date(2026, 11, 4)),
    "2026-09..2026-10": (date(2026, 9, 1), date(2026, 11, 1)),
    "last 7 days": (date(2026, 10, 28), date(2026, 11, 4)),
    "October 2026": (date(2026, 10, 1), date(2026, 11, 1)),
    "in october": (date(2026, 10, 1), date(2026, 11, 1)),
    "Dec": (date(2025, 12, 1), date(2026, 1, 1)),
    "Monday": (date(2026, 11, 2), date(2026, 11, 3)),
    "on wednesday": (date(2026, 11, 4), date(2026, 11, 5)),
    "thursday": (date(2026, 10, 29), date(2026, 10, 30)),
    "monday to today": (date(2026, 11, 2), date(2026, 11, 5)),
    "2026-10-15 to 2026-10-01": (date(2026, 10, 15), date(2026, 10, 2)),  # for whoever asked to turn round
}


@pytest.mark.parametrize(("text", "days"), READ.items())
def test_read(text: str, days: tuple[date, date]) -> None:
    assert read_days(text, TODAY) == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "billing",
        "2026-13",
        "2026-02-31",
        "9999",
        "0001",
        "1000-01",
        "2201-01-01",
        "0000",
        "a to b to c",
        "to",
        "october 1",
        "last 0x days",
    ],
)
def test_names_no_days(text: str) -> None:
    assert read_days(text, TODAY) is None


APART = {
    "2026-10 billing": (READ["2026-10"], "billing"),
    "billing 2026-10": (READ["2026-10"], "billing"),
    "2026-10 for billing": (READ["2026-10"], "for billing"),
    "leadership 2026-10-01 to 2026-10-15 website": (READ["2026-10-01 to 2026-10-15"], "leadership website"),
    "last week": (READ["last week"], ""),
    "billing": (None, "billing"),
    "": (None, ""),
}


@pytest.mark.parametrize(("text", "found"), APART.items())
def test_days_stand_anywhere(text: str, found: object) -> None:
    assert apart(text, TODAY) == found


def test_a_day_is_as_long_as_the_clocks_make_it() -> None:
    day = read_days("2026-10-25", TODAY)
    assert day is not None
    assert moments(day, "Europe/London") == (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_not(text: str) -> None:
    found = read_days(text, TODAY)

    assert found is None or found[0] < found[1]
