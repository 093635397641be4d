"""Say how long something may take: "1h30m", "2 days", "half a day".

A `Span` is hours and minutes, or days, never both: a working day has no fixed number of hours, so "1d4h" would mean something
else for each person. Days are exact fractions, because a deadline that moves by rounding would not survive a recount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from bot.escalation.zones import MICROSECOND

_FORMS = 'write it like "45m", "1h30m", "2d" or "3 hours"'
_UNITS = {
    "d": ("d", "day", "days"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "w": ("w", "wk", "wks", "week", "weeks"),
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names}
_SECONDS_IN = {"h": 3600, "m": 60, "s": 1}
# Number words need the space after them: otherwise "am" would be read as "a m", one minute.
_PART = re.compile(
    r"\s*(?:and\s+|,\s*)?(?:(?P<number>[0-9]{1,40}(?:[./][0-9]{1,40})?)\s*|(?P<word>half\s+an?|an?|one)\s+)"
    r"(?:working\s+)?(?P<unit>[a-z]+)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of working time or of wall time: hours and minutes, or days, never both (DESIGN.md section 11.3).

    What is left of an overrun clock may be negative; nothing that people type ever is.
    """

    days: Fraction = Fraction(0)
    time: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.days and self.time:
            raise ValueError(f"{_days_text(self.days)}{_time_text(self.time)} mixes days and hours; write either days or hours")

    def __add__(self, other: Span) -> Span:
        self._must_match(other)
        return Span(self.days + other.days, self.time + other.time)

    def __sub__(self, other: Span) -> Span:
        self._must_match(other)
        return Span(self.days - other.days, self.time - other.time)

    def __lt__(self, other: Span) -> bool:
        self._must_match(other)
        return (self.days, self.time) < (other.days, other.time)

    def __le__(self, other: Span) -> bool:
        return self == other or self < other

    @property
    def is_zero(self) -> bool:
        return not self.days and not self.time

    @property
    def is_days(self) -> bool:
        """Whether it counts days; zero counts neither and fits both."""
        return bool(self.days)

    @property
    def is_negative(self) -> bool:
        return self.days < 0 or self.time < timedelta(0)

    def scaled(self, factor: Fraction) -> Span:
        """Stretch or shrink it; a time comes out in whole seconds and never vanishes, days stay exact."""
        if factor <= 0:
            raise ValueError(f"{factor} cannot stretch a length of time; the factor must be above zero")
        if factor == 1:
            return self  # as most are; what people write has no fractions of a second
        if not self.time:
            return Span(days=self.days * factor)
        seconds = round(Fraction(self.time // MICROSECOND, 1_000_000) * factor)
        # A stretch of 0.001 must not turn "answer within a minute" into "answer within nothing".
        return Span(time=timedelta(seconds=max(seconds, 1) if self.time > timedelta(0) else seconds))

    @staticmethod
    def parse(text: str) -> Span:
        """Read what a person or the configuration wrote; ValueError says in one sentence what would work."""
        given = _quoted(text)
        parts = _parts(text, given)
        units = "".join(unit for _, unit in parts)
        if "w" in units:
            raise ValueError(f"{given} counts weeks, which differ from person to person; write the working days, such as 5d")
        if "d" in units and units != "d":
            raise ValueError(f"{given} mixes days and hours; write either days or hours")
        # In order and each once: "30m1h" or "1h1h" is more likely a slip than a wish.
        if units not in ("d", "h", "m", "s", "hm", "hs", "ms", "hms"):
            raise ValueError(f"{given} is not a length of time; {_FORMS}")
        if not any(number for number, _ in parts):
            raise ValueError(f"{given} is no time at all; {_FORMS}")
        return Span(days=parts[0][0]) if units == "d" else Span(time=_time(parts, given))

    def text(self) -> str:
        """Say it exactly, in the form that `parse` reads back: "1h30m", "2d", "1/3d"."""
        return _days_text(self.days) if self.days else _time_text(self.time)

    def words(self, *, always: bool = False) -> str:
        """Say it to people: "1 hour 30 minutes", "2 working days", or "2 days" under the wall clock."""
        return _days_words(self.days, "day" if always else "working day") if self.days else _time_words(self.time)

    def _must_match(self, other: Span) -> None:
        if (self.days and other.time) or (self.time and other.days):
            raise ValueError(f"{self.text()} and {other.text()} cannot be reckoned together: one counts days, the other hours")


def _quoted(text: str) -> str:
    shown = " ".join(text.split())
    return f'"{shown}"' if len(shown) <= 40 else f'"{shown[:39]}…"'


def _parts(text: str, given: str) -> list[tuple[Fraction, str]]:
    if not text.strip():
        raise ValueError(f"an empty text is not a length of time; {_FORMS}")
    if text.strip().startswith(("-", "\N{MINUS SIGN}")):
        raise ValueError(f"{given} is negative, and time only runs forward; {_FORMS}")
    parts = list(_each_part(" ".join(text.lower().split())))
    if not parts or any(part is None for part in parts):
        raise ValueError(f"{given} is not a length of time; {_FORMS}")
    return [part for part in parts if part is not None]


def _each_part(text: str) -> Iterator[tuple[Fraction, str] | None]:
    """Each number with its unit; None where the text stops making sense."""
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        unit = match and _UNIT_OF.get(match["unit"])
        if match is None or unit is None:
            yield None
            return
        yield _number(match), unit
        at = match.end()


def _number(match: re.Match[str]) -> Fraction:
    if match["word"]:
        return Fraction(1, 2) if match["word"].startswith("half") else Fraction(1)
    above, _, below = match["number"].partition("/")
    # "1/0" is as much nothing as "0": it falls to the same sentence instead of a ZeroDivisionError.
    return Fraction(above) / int(below) if below.strip("0") else Fraction(0 if below else above)


def _time(parts: list[tuple[Fraction, str]], given: str) -> timedelta:
    micros = sum(number * _SECONDS_IN[unit] for number, unit in parts) * 1_000_000
    if micros != int(micros):
        raise ValueError(f"{given} is finer than a microsecond; {_FORMS}")
    try:
        return timedelta(microseconds=int(micros))
    except OverflowError:
        raise ValueError(f"{given} is longer than any calendar; {_FORMS}") from None


def _days_text(days: Fraction) -> str:
    if 1_000_000 % days.denominator:
        return f"{days.numerator}/{days.denominator}d"
    whole, micros = divmod(int(abs(days) * 1_000_000), 1_000_000)
    return ("-" if days < 0 else "") + f"{whole}.{micros:06d}".rstrip("0").rstrip(".") + "d"


def _time_text(time: timedelta) -> str:
    hours, minutes, seconds, micros = _clock(abs(time))
    decimals = f".{micros:06d}".rstrip("0").rstrip(".")
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{seconds}{decimals}s" if seconds or micros else ""]
    return ("-" if time < timedelta(0) else "") + ("".join(parts) or "0m")


def _clock(time: timedelta) -> tuple[int, int, int, int]:
    seconds, micros = divmod(time // MICROSECOND, 1_000_000)
    return seconds // 3600, seconds // 60 % 60, seconds % 60, micros


def _days_words(days: Fraction, unit: str) -> str:
    minus = "minus " if days < 0 else ""
    whole, tenths = divmod(round(abs(days) * 10), 10)
    if abs(days) == Fraction(1, 2):
        return f"{minus}half a {unit}"
    if not whole and not tenths:
        return f"{minus}under a tenth of a {unit}"
    return f"{minus}{whole}{f'.{tenths}' if tenths else ''} {unit}{'' if (whole, tenths) == (1, 0) else 's'}"


def _time_words(time: timedelta) -> str:
    if timedelta(0) < abs(time) < timedelta(seconds=0.5):
        return "under a second"
    hours, minutes, seconds, _ = _clock(abs(time) + timedelta(seconds=0.5))
    counted = ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
    said = " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counted if count)
    return ("minus " if time < timedelta(0) else "") + (said or "0 minutes")
