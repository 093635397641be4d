"""Which time is believed when the machine's own jumps?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import LASTS, STEP, RealClock

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY, YEARS = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400, 522 * 7 * 86_400))  # ten years, to a Monday


@dataclass
class Machine:
    """A machine whose clock can be set, and which can be put to sleep."""

    wall: datetime = NINE
    steady: timedelta = 3 * DAY

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.wall += time
        self.steady += time

    def clock(self) -> RealClock:
        """Return the bot's clock on it."""
        return RealClock(lambda: self.wall, lambda: self.steady)


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY, YEARS, -YEARS, STEP + SECOND, -STEP - SECOND])
def test_a_step_is_believed_once_it_has_lasted(step: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += step
    assert clock.now() == NINE
    machine.passes(LASTS - SECOND)
    assert (clock.now(), clock.went_back()) == (NINE + LASTS - SECOND, False)

    machine.passes(SECOND)
    assert clock.now() == NINE + step + LASTS
    assert [clock.went_back(), clock.went_back()] == [step < timedelta(), False]


@pytest.mark.parametrize("step", [HOUR, -HOUR, YEARS, -YEARS])
def test_a_step_that_is_taken_back_was_none(step: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    for _ in range(3):
        machine.wall += step
        clock.now()
        machine.passes(LASTS - SECOND)
        clock.now()
        machine.wall -= step
        machine.passes(SECOND)
        assert clock.now() == machine.wall
    assert not clock.went_back()


def test_another_step_on_top_of_one_begins_the_wait_anew() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += HOUR
    clock.now()
    machine.passes(MINUTE)
    machine.wall += DAY
    assert clock.now() == NINE + MINUTE
    machine.passes(LASTS - SECOND)
    assert clock.now() == NINE + MINUTE + LASTS - SECOND
    machine.passes(SECOND)
    assert clock.now() == NINE + HOUR + DAY + MINUTE + LASTS


def test_a_machine_that_slept_wakes_up_at_the_right_time() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.passes(2 * HOUR)

    assert clock.now() == NINE + 2 * HOUR


def test_small_corrections_are_followed_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    for correction in (STEP, -STEP, 30 * SECOND, -MINUTE):
        machine.wall += correction
        assert clock.now() == machine.wall
    assert not clock.went_back()
