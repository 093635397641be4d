"""Read the hours that somebody works: "Mon-Thu 09:00-12:30 13:30-18:00; Fri 09:00-14:00".

What is read is said back by `hours_text` in the same language, so that a person can check what was understood. Every fault is
a ValueError of one sentence with its cure, because it ends up in front of whoever wrote the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

DAY = 24 * 60
WEEK = 7 * DAY

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {"daily": range(7), "everyday": range(7), "weekdays": range(5), "weekends": range(5, 7), "weekend": range(5, 7)}
_FORMS = 'write them like "Mon-Fri 09:00-17:30"'
_WINDOW = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})-([0-9]{1,2})[:.]([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Working hours of one weekday (Monday = 0), in minutes after local midnight.

    The end may go beyond 24:00: a night shift belongs to the day on which it starts.
    """

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        within_a_day = self.start < self.end < self.start + DAY or (self.start, self.end) == (0, DAY)
        if not (0 <= self.weekday < 7 and 0 <= self.start < DAY and within_a_day):
            raise ValueError(f"weekday {self.weekday} from minute {self.start} to {self.end} is no window of a day; {_FORMS}")

    @property
    def text(self) -> str:
        return f"{_NAMES[self.weekday]} {_window_text(self)}"


def parse_hours(text: str | Sequence[str]) -> tuple[Window, ...]:
    """Read weekly hours, sorted; days and times in one text or in several, separated by ";"."""
    entries = text.split(";") if isinstance(text, str) else [part for entry in text for part in entry.split(";")]
    week = sorted(window for entry in entries if entry.strip() for window in _entry(entry))
    if not week:
        raise ValueError(f"no hours are given; {_FORMS}")
    must_not_overlap(week)
    return tuple(week)


def must_not_overlap(week: Sequence[Window]) -> None:
    """Refuse hours that would count twice, the night from Sunday to Monday included."""
    spans = [(window.weekday * DAY + window.start, window.weekday * DAY + window.end, window) for window in sorted(week)]
    around = [*spans, (spans[0][0] + WEEK, spans[0][1] + WEEK, spans[0][2])] if spans else []
    for (_, end, earlier), (start, _, later) in pairwise(around):
        if start < end:
            raise ValueError(f'"{earlier.text}" and "{later.text}" overlap; give each hour once')


def hours_text(week: Sequence[Window]) -> str:
    """Say weekly hours in the language that `parse_hours` reads, days with the same hours together."""
    if not week:
        return "no working hours"
    by_day: dict[int, list[str]] = {}
    for window in sorted(week):
        by_day.setdefault(window.weekday, []).append(_window_text(window))
    by_hours: dict[str, set[int]] = {}
    for day, windows in by_day.items():
        by_hours.setdefault(" ".join(windows), set()).add(day)
    return "; ".join(f"{_days_text(days)} {hours}" for hours, days in by_hours.items())


def _entry(entry: str) -> Iterator[Window]:
    """The windows of one "days times" text; a day after a time starts the next such group."""
    days: set[int] = set()
    open_days = False
    for word in _words(entry):
        if word[0].isdigit():
            start, end = _times(word, entry)
            if not days:
                raise ValueError(f'"{_short(entry)}" names no day before its hours; {_FORMS}')
            yield from (Window(day, start, end) for day in sorted(days))
            open_days = False
        else:
            days = (days if open_days else set()) | set(_days(word))
            open_days = True
    if open_days or not days:
        raise ValueError(f'"{_short(entry)}" has no hours after its days; {_FORMS}')


def _words(entry: str) -> list[str]:
    plain = " ".join(entry.lower().split()).replace("every day", "daily")
    plain = re.sub(r" ?(?:[-\u2010-\u2015\u2212]|\bto\b) ?", "-", plain)
    words = (word.strip(":.") for word in re.split(r"[ ,&]+", plain))
    return [word for word in words if word and word != "and"]


def _days(word: str) -> Iterator[int]:
    if word in _GROUPS:
        yield from _GROUPS[word]
        return
    first, dash, last = word.partition("-")
    start = _day(first)
    # "Sat-Mon" and "Sun-Thu" run over the end of the week.
    yield from ((start + step) % 7 for step in range((_day(last) - start) % 7 + 1 if dash else 1))


def _day(word: str) -> int:
    name = word.removesuffix("s")
    for day, full in enumerate(_FULL):
        if len(name) >= 3 and full.startswith(name):
            return day
    raise ValueError(f'"{_short(word)}" is no day; write {", ".join(_NAMES)}, a range such as Mon-Fri, or daily')


def _times(word: str, entry: str) -> tuple[int, int]:
    match = _WINDOW.fullmatch(word)
    if match is None:
        raise ValueError(f'"{_short(word)}" in "{_short(entry)}" is no time of day; write it like 09:00-17:30')
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or start >= DAY or end > DAY:
        raise ValueError(f'"{word}" is no time of day; hours run from 00:00 to 24:00, and a night is written 22:00-06:00')
    if start == end:
        raise ValueError(f'"{word}" begins and ends at the same time; for a whole day write 00:00-24:00')
    return (start, end) if start < end else (start, end + DAY)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


def _window_text(window: Window) -> str:
    end = window.end if window.end <= DAY else window.end - DAY
    return f"{window.start // 60:02}:{window.start % 60:02}-{end // 60:02}:{end % 60:02}"


def _days_text(days: set[int]) -> str:
    if len(days) == 7:
        return "daily"
    runs = []
    for first in sorted(day for day in days if (day - 1) % 7 not in days):
        length = next(step for step in range(1, 8) if (first + step) % 7 not in days)
        last = (first + length - 1) % 7
        runs.append(_NAMES[first] if length == 1 else f"{_NAMES[first]}-{_NAMES[last]}")
    return ",".join(runs)
