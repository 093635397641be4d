"""Is working time right in every zone of the world, in every minute from 2024 to the end of 2032?

`python -m tests.escalation.every_zone` (`make zones`) looks at all of it, for a quarter of an hour; the tests look at the days around
every change of the clocks, and at a few weeks drawn by lot. The walker reads a wall clock once a minute and looks the minute up in a
written timetable. It is slow, and shares nothing with what it judges: neither the hours that people type nor any sum over them.
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from bot.escalation.calendar import Away, Calendar, add, between, is_working, next_working, parse_hours, working_day_start
from bot.escalation.span import Span

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
MARGIN = 2 * DAY  # walked beyond both ends, since a working day is weighed whole
HOLIDAYS = frozenset(date(year, month, day) for year in range(2023, 2034) for month, day in ((1, 1), (3, 31), (5, 1), (10, 25), (12, 25)))
AWAY = tuple(
    (datetime(year, 3, 27, 11, 7, tzinfo=UTC), datetime(year, 3, 30, 1, 13, tzinfo=UTC)) for year in range(2023, 2034, 2)
)  # over the change of clocks of much of the world, every other year

Stretch = tuple[int, int]  # from, to: seconds since 1970
Table = Mapping[int, int]  # minute of the week -> how many days ago that working day began


def _office(weekday: int, minute: int) -> int | None:
    morning, afternoon = 9 * 60 <= minute < 12 * 60 + 30, 13 * 60 + 30 <= minute < 17 * 60 + 30
    return 0 if weekday < 5 and (morning or afternoon) else None


def _nights(weekday: int, minute: int) -> int | None:
    if minute >= 22 * 60:
        return 0 if weekday in {6, 0, 1, 2, 3} else None
    return 1 if minute < 6 * 60 and weekday in {0, 1, 2, 3, 4} else None


def _always(_weekday: int, _minute: int) -> int | None:
    return 0


TIMETABLES: Mapping[str, Callable[[int, int], int | None]] = {
    "Mon-Fri 09:00-12:30 13:30-17:30": _office,
    "Sun-Thu 22:00-06:00": _nights,
    "Mon-Sun 00:00-24:00": _always,
}


@dataclass(slots=True)
class Run:
    """Working minutes without a break, of one working day."""

    start: int
    end: int
    day: int  # ordinal of the working day's date


@dataclass(slots=True)
class Walked:
    """What the walker found in a stretch, for one timetable."""

    runs: list[Run] = field(default_factory=list)

    def minute(self, at: int, day: int) -> None:
        """Note a working minute."""
        last = self.runs[-1] if self.runs else None
        if last is not None and last.end == at and last.day == day:
            last.end = at + MINUTE
        else:
            self.runs.append(Run(at, at + MINUTE, day))


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """Return what each timetable says of every minute of a week."""
    return {
        hours: {day * 1440 + minute: ago for day in range(7) for minute in range(1440) if (ago := timetable(day, minute)) is not None}
        for hours, timetable in TIMETABLES.items()
    }


def walk(zone: str, stretch: Stretch) -> dict[str, Walked]:
    """Walk through a stretch minute by minute, and return the working time by each timetable."""
    there, found = ZoneInfo(zone), {hours: Walked() for hours in TIMETABLES}
    of_week = [(table, found[hours]) for hours, table in tables().items()]
    absent = {at for gone, back in AWAY for at in range(_seconds(gone), _seconds(back), MINUTE)}
    holidays = {day.toordinal() for day in HOLIDAYS}
    for at in range(*stretch, MINUTE):
        wall = datetime.fromtimestamp(at, there)
        minute = wall.weekday() * 1440 + wall.hour * 60 + wall.minute
        for table, walked in of_week:
            ago = table.get(minute)
            if ago is not None and at not in absent and (day := wall.toordinal() - ago) not in holidays:
                walked.minute(at, day)
    return found


# --- what is compared


def faults(zone: str, hours: str, walked: Walked, stretch: Stretch) -> Iterator[str]:
    """Yield what the calendar says otherwise than the walker, within a stretch around which more was walked."""
    calendar = Calendar(zone, parse_hours(hours), HOLIDAYS, tuple(Away(*absence) for absence in AWAY))
    weight = Counter[int]()
    for run in walked.runs:
        weight[run.day] += run.end - run.start
    inside = [run for run in walked.runs if stretch[0] <= run.start and run.end <= stretch[1]]
    for run, following in pairwise(inside):
        for what, said, true in _about(calendar, run, following, weight[run.day]):
            if said != true:
                yield f"{zone}, {hours}, {_at(run.start)}: {what} is {said}, and not {true}"
    yield from _days(calendar, inside, walked)


def _about(calendar: Calendar, run: Run, following: Run, weight: int) -> Iterator[tuple[str, object, object]]:
    start, end, minutes = _at(run.start), _at(run.end), timedelta(seconds=run.end - run.start)
    a_minute = timedelta(minutes=1)
    yield "is_working at its start", is_working(calendar, start), True
    yield "is_working in its last minute", is_working(calendar, end - a_minute), True
    yield "is_working at its end", is_working(calendar, end), following.start == run.end
    yield "next_working after it", next_working(calendar, end), _at(following.start)
    yield "its time", between(calendar, start, end, "time"), Span(time=minutes)
    yield "its share of a day", between(calendar, start, end, "days"), Span(days=Fraction(run.end - run.start, weight))
    yield "adding its time", add(calendar, start, Span(time=minutes)), end
    yield "adding a minute more", add(calendar, start, Span(time=minutes + a_minute)), _at(following.start) + a_minute
    yield "the time up to the next", between(calendar, start, _at(following.end), "time"), Span(time=minutes + _long(following))
    if following.day != run.day and run.end - run.start == weight:
        yield "adding its day", add(calendar, start, Span(days=Fraction(1))), end


def _days(calendar: Calendar, inside: Sequence[Run], walked: Walked) -> Iterator[str]:
    begins: dict[int, int] = {}
    for run in walked.runs:
        begins[run.day] = min(run.start, begins.get(run.day, run.start))
    for day in sorted({run.day for run in inside[1:-1]}):
        said = working_day_start(calendar, date.fromordinal(day))
        if said != _at(begins[day]):
            yield f"{calendar.zone}: the working day of {date.fromordinal(day)} begins at {said}, and not at {_at(begins[day])}"


def _long(run: Run) -> timedelta:
    return timedelta(seconds=run.end - run.start)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


# --- which zones, and which stretches of them


def offsets(zone: str, step: int) -> tuple[tuple[int, int], ...]:
    """Return the zone's offsets, each with the minute from which on it is shown; looked for every `step` seconds."""
    there, found = ZoneInfo(zone), list[tuple[int, int]]()

    def offset(at: int) -> int:
        return int((datetime.fromtimestamp(at, there).utcoffset() or timedelta()).total_seconds())

    for at in range(_seconds(FIRST) - MARGIN, _seconds(LAST) + MARGIN, step):
        now = offset(at)
        if not found:
            found.append((at, now))
        elif found[-1][1] != now:
            minutes = range(at - step + MINUTE, at + MINUTE, MINUTE)
            found.append((minutes[bisect_left(minutes, 1, key=lambda minute: int(offset(minute) == now))], now))
    return tuple(found)


def alike(zones: Iterable[str], step: int) -> dict[tuple[tuple[int, int], ...], list[str]]:
    """Return the zones, together where their clocks show the same all the time: these are walked through once, and each is judged."""
    groups: dict[tuple[tuple[int, int], ...], list[str]] = defaultdict(list)
    for zone in sorted(zones):
        groups[offsets(zone, step)].append(zone)
    return groups


def judged(zones: Sequence[str], stretches: Iterable[Stretch]) -> Iterator[str]:
    """Walk through stretches by the first of these zones, and yield the faults of each of them."""
    for first, last in stretches:
        for hours, walked in walk(zones[0], (first - MARGIN, last + MARGIN)).items():
            for zone in zones:
                yield from faults(zone, hours, walked, (first, last))


def around_changes(changes: tuple[tuple[int, int], ...], days: int = 1) -> list[Stretch]:
    """Return the days around each change of the clocks, in whole UTC days."""
    return [((at // DAY - days) * DAY, (at // DAY + days + 1) * DAY) for at, _ in changes[1:]]


def some_weeks(lots: random.Random, number: int) -> list[Stretch]:
    """Return weeks drawn by lot."""
    mondays = range(_seconds(FIRST) // DAY, _seconds(LAST) // DAY - 8)
    return [(day * DAY, (day + 7) * DAY) for day in lots.sample(mondays, number)]


def main() -> None:
    """Look at every minute of all zones, or of a share of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.escalation.every_zone", description="Walk through every minute of every zone.")
    asked.add_argument("--share", default="1/1", help="2/4: the second of four shares, to let several processes work")
    part, parts = map(int, asked.parse_args().share.split("/"))
    zones = available_timezones()
    groups = list(alike(zones, HOUR).values())[part - 1 :: parts]
    found = 0
    for number, together in enumerate(groups, start=1):
        for fault in judged(together, [(_seconds(FIRST), _seconds(LAST))]):
            found += 1
            print(fault, flush=True)
        print(f"{number}/{len(groups)} {together[0]} and {len(together) - 1} like it", file=sys.stderr, flush=True)
    minutes = (_seconds(LAST) - _seconds(FIRST)) // MINUTE
    judged_ones = sum(map(len, groups))
    print(f"{judged_ones} of {len(zones)} zones, {minutes:,} minutes each, {len(TIMETABLES)} timetables: {found} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
