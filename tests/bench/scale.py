"""How much is measured: the whole, a quick look, or hardly anything (to test that it measures)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of all measurements."""

    open_cases: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    due: int = 1_000
    runs: int = 7
    ticks: int = 100  # in one run
    a_second: int = 100
    seconds: float = 20
    rival_seconds: float = 10
    reports: int = 400
    door_seconds: float = 3
    reminders: int = 10_000
    starts: int = 3
    drained: int = 1_000
    looked_up: int = 60
    idle_seconds: float = 10
    storm_seconds: float = 60
    month: int = 400  # cases of the month that a digest is computed of
    overdue: int = 100_000
    acknowledging: float = 20  # seconds
    facts: int = 1_000_000
    beating: float = 20  # seconds that an idle process is watched


WHOLE = Scale()
QUICK = Scale(
    (10_000, 100_000),
    runs=3,
    looked_up=20,
    seconds=5,
    rival_seconds=5,
    reports=150,
    door_seconds=1,
    reminders=1_000,
    starts=2,
    idle_seconds=3,
    storm_seconds=15,
    overdue=20_000,
    acknowledging=5,
    facts=100_000,
    beating=5,
)
TINY = Scale(
    (20, 60), due=5, runs=2, ticks=3, a_second=50, seconds=0.4, rival_seconds=0.4, reports=6, door_seconds=0.2, reminders=5, starts=1,
    drained=20, looked_up=3, idle_seconds=0.1, storm_seconds=0.5, month=20,
    overdue=30, acknowledging=0.2, facts=200, beating=0.2,
)  # fmt: skip
