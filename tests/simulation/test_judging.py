"""Do the judges see what they are there for? Each is shown a broken promise, and the same kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tests.simulation.clocks import _allowed, _worked
from tests.simulation.company import Company, company
from tests.simulation.demands import demanded
from tests.simulation.judging import _untrue
from tests.simulation.thresholds import digest_after
from tests.simulation.timelines import Entry

_CASE: dict[str, Any] = {
    "status": "open",
    "level": 0,
    "reporter": "rita",
    "owner": "ana",
    "accountable": "ana",
    "keyholders": ["rita"],
    "offer": None,
}


def entry(name: str, what: dict[str, Any] | None = None, by: str | None = None, **after: Any) -> Entry:
    """Return one fact of a case that was open at level 0."""
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    return Entry(1, 2, at, by, name, what or {}, after, _CASE, _CASE | after, commit=5, moment=0.0)


@pytest.fixture
def london() -> Company:
    """A company in London where everybody works from nine to half past five."""
    return replace(company(0), zone="Europe/London", hours=(540, 1050), same_hours=True, digest_at=9)


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (entry("reported", by="rita"), [("receipt", "rita"), ("assigned", "ana")]),
        (entry("escalated", accountable="bruno", level=1), [("brief", "bruno"), ("news", "rita"), ("news", "ana")]),
        (entry("nagged", {"to": ["ana", "ben"], "owed": "fix"}), [("nag", "ana"), ("nag", "ben")]),
        (entry("resolved", by="ana", status="resolved"), [("confirm", "rita")]),
        (entry("chased", by="ana"), []),  # whoever did it knows it
        (entry("noted", by="rita"), []),
    ],
)
def test_who_must_be_told(fact: Entry, told: list[tuple[str, str]]) -> None:
    assert demanded(fact) == told


@pytest.mark.parametrize(
    ("kind", "owed", "status", "untrue"),
    [
        ("nag", "acknowledgement", "open", None),
        ("nag", "acknowledgement", "acknowledged", "it was acknowledged"),
        ("nag", "fix", "closed", "the case was closed"),
        ("nag", "answer", "acknowledged", "the case was acknowledged"),
        ("question", None, "waiting", None),
        ("question", None, "acknowledged", "the case was acknowledged"),
        ("confirm", None, "closed", "the case was closed"),
        ("brief", None, "closed", "the case was closed at level 0"),
        ("news", None, "closed", None),
    ],
)
def test_what_may_not_be_said_any_more(kind: str, owed: str | None, status: str, untrue: str | None) -> None:
    assert _untrue(kind, entry("nagged", {"owed": owed}), _CASE | {"status": status}) == untrue


def test_working_time_is_counted_over_a_weekend_and_a_change_of_the_clocks(london: Company) -> None:
    friday, monday = datetime(2026, 3, 27, 17, tzinfo=UTC), datetime(2026, 3, 30, 9, tzinfo=UTC)

    assert _worked(london, friday, monday, always=False) == timedelta(minutes=30 + 60)  # summer time: nine UTC is ten in London
    assert _worked(london, friday, monday, always=True) == monday - friday


def test_allowances_are_read_as_they_are_written(london: Company) -> None:
    assert _allowed(london, 3_600_000_000, Fraction(1), always=False) == timedelta(hours=1)
    assert _allowed(london, "2", Fraction(1), always=False) == timedelta(hours=17)
    assert _allowed(london, "2", Fraction(1), always=True) == timedelta(days=2)


def test_a_digest_is_awaited_at_its_local_hour(london: Company) -> None:
    assert digest_after(london, datetime(2026, 3, 28, 9, tzinfo=UTC)) == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert digest_after(london, datetime(2026, 3, 28, 8, 59, tzinfo=UTC)) == datetime(2026, 3, 28, 9, tzinfo=UTC)
