"""Every zone of the world around each change of its clocks, and in weeks drawn by lot, against a walk minute by minute.

All minutes from 2024 to the end of 2032 are looked at by `make zones`.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest

from tests.escalation.every_zone import DAY, alike, around_changes, judged, some_weeks

Together = tuple[tuple[tuple[int, int], ...], Sequence[str]]
PARTS = 3


@pytest.fixture(scope="module")
def groups() -> list[Together]:
    """The zones of the world, together where their clocks show the same."""
    return list(alike(available_timezones(), DAY).items())


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_working_time_is_right_around_every_change_of_every_zone(groups: list[Together], part: int) -> None:
    mine = groups[part::PARTS]
    found = [fault for changes, together in mine for fault in judged(together, around_changes(changes))]

    assert sum(len(changes) - 1 for changes, _ in mine) > 100
    assert found[:20] == []


def test_working_time_is_right_in_weeks_drawn_by_lot(groups: list[Together]) -> None:
    lots = random.Random(2032)
    sample = lots.sample(groups, 30)

    assert [fault for _, together in sample for fault in judged([lots.choice(together)], some_weeks(lots, 2))][:20] == []


def test_the_walk_finds_a_zone_that_takes_no_notice_of_summer_time(groups: list[Together]) -> None:
    changes = next(changes for changes, together in groups if "Europe/London" in together)
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) in [datetime.fromtimestamp(at, UTC) for at, _ in changes]

    found = list(judged(["Europe/London", "Africa/Abidjan"], around_changes(changes)[:1]))

    assert len(found) > 5
    assert all(fault.startswith("Africa/Abidjan") for fault in found)
