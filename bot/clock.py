"""What time is it? This is the one module that reads it; everybody else is told.

The cases run on one of three clocks: the real one, a fast one for watching, and a manual one that only moves when it is wound.
None of them ever goes back.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Literal

FAST = 300  # a fast second is five minutes: a working day passes in under two minutes


class RealClock:
    """The machine's own time."""

    kind: Literal["manual", "real", "fast"] = "real"

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.now(UTC)


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


def elapsed() -> float:
    """Return seconds that only ever grow, the time for which the process was stopped or the machine slept included."""
    # The event loop's clock stands still while a machine sleeps, and a lease does not.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def machine_time() -> datetime:
    """Return the machine's time, which leases, back-off and rate limits use whatever clock the cases run on."""
    return datetime.now(UTC)
