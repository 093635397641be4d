"""How is a measurement said? Medians with their extremes, times in the unit that fits, tables in Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

MOST_RATIO = 1.5
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True, slots=True)
class Spread:
    """The same thing measured several times, in seconds."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.times)

    def __str__(self) -> str:
        if len(self.times) == 1:
            return duration(self.median)
        return f"{duration(self.median)} ({duration(min(self.times))} - {duration(max(self.times))})"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late things happened, in seconds; `missing` of them never did."""

    late: tuple[float, ...]
    missing: int = 0

    def at(self, share: float) -> float:
        """Return how late this share of them was at most."""
        return sorted(self.late)[min(len(self.late) - 1, int(share * len(self.late)))]

    def cells(self) -> tuple[str, str, str]:
        """Return p50, p99 and the latest."""
        if not self.late:
            return ("never", "never", "never")
        return (duration(self.at(0.5)), duration(self.at(0.99)), duration(max(self.late)))


@dataclass
class Table:
    """One topic, as Markdown."""

    title: str
    head: Sequence[str]
    about: str = ""
    rows: list[Sequence[object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"## {self.title}", ""]
        lines += [self.about, ""] if self.about else []
        lines += [_line(self.head), _line(["---"] * len(self.head)), *map(_line, self.rows)]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)])


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def duration(seconds: float) -> str:
    """Return a time with two or three digits that count."""
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            return f"{_digits(seconds / size)} {unit}"
    return f"{_digits(seconds / 1e-6)} µs"


def _digits(number: float) -> str:
    return f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"


def thousands(number: int) -> str:
    """Return a number that can be read."""
    return f"{number:,}"


def times(ratio: float) -> str:
    """Return a ratio."""
    return f"{_digits(ratio)}x"


def growth(spreads: Sequence[Spread], *, flagged: bool = True) -> str:
    """Say how the slowest size compares with the quickest, and whether that is more than it may be. For the bare floor it is noise."""
    medians = [spread.median for spread in spreads]
    ratio = max(medians) / min(medians)
    return f"{ratio:.2f}" if ratio <= MOST_RATIO or not flagged else f"**{ratio:.2f}: more than {MOST_RATIO}**"
