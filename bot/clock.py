"""What time is it? This is the one module that reads it; everybody else is told.

The cases run on one of three clocks: the real one, a fast one for watching, and a manual one that only moves when it is wound.
None of them ever goes back, except the real one, where the machine's was wrong: a step is believed once it has lasted.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

FAST = 300  # a fast second is five minutes: a working day passes in under two minutes


STEP = timedelta(minutes=1)  # less is an ordinary correction, which is followed at once
LASTS = timedelta(minutes=2)  # how long a step must last to be believed


def machine_time() -> datetime:
    """Return the machine's time, which leases, back-off and rate limits use whatever clock the cases run on."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Return seconds that only ever grow, the time for which the process was stopped or the machine slept included."""
    # The event loop's clock stands still while a machine sleeps, and a lease does not.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def steady_time() -> timedelta:
    """Return the same: a time that nobody sets, since some beginning."""
    return timedelta(seconds=elapsed())


class RealClock:
    """The machine's own time. A step of it is not believed before it has lasted: what is set wrong is mostly set right again soon.

    Time that passed while the machine slept is no step.
    """

    kind: Literal["manual", "real", "fast"] = "real"

    def __init__(self, wall: Callable[[], datetime] = machine_time, steady: Callable[[], timedelta] = steady_time) -> None:
        self._wall = wall
        self._steady = steady
        self._began = wall() - steady()  # what is believed of when the steady time began
        self._doubted: tuple[datetime, timedelta] | None = None  # what it would be after a step, and since when that is so
        self._back = False

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        wall, steady = self._wall(), self._steady()
        began = wall - steady
        if abs(began - self._began) > STEP and not self._lasting(began, steady):
            return self._began + steady
        self._back = self._back or began < self._began - STEP
        self._began, self._doubted = began, None
        return wall

    def went_back(self) -> bool:
        """Tell, once, whether a step back was believed: what was decided in between lies in the future."""
        back, self._back = self._back, False
        return back

    def _lasting(self, began: datetime, steady: timedelta) -> bool:
        if self._doubted is None or abs(began - self._doubted[0]) > STEP:
            self._doubted = (began, steady)
        return steady - self._doubted[1] >= LASTS


class FastClock:
    """Time that runs `factor` times as fast as the machine's, from `start` on."""

    kind: Literal["manual", "real", "fast"] = "fast"

    def __init__(self, start: datetime, factor: int = FAST) -> None:
        self._start = start
        self._factor = factor
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self._factor)


class ManualClock:
    """Time that stands still until it is set."""

    kind: Literal["manual", "real", "fast"] = "manual"

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._now

    def set(self, to: datetime) -> None:
        """Move on to a later time.

        Raises:
            ValueError: it is earlier than now.
        """
        if to < self._now:
            raise ValueError(f"the clock never goes back: it is {self._now.isoformat()}, not {to.isoformat()}")
        self._now = to
