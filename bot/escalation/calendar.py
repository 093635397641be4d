"""Decide which time counts as working time, and when a span of it is over.

An instant is working time exactly when its local wall time lies in one of the person's windows, that date is no holiday, and
they are not away: in every zone and over both changes of daylight-saving time. `add` and `between` are each other's inverse, so
that a clock which is stopped and started a hundred times loses nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Literal, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.escalation.hours import Window, hours_text, must_not_overlap, parse_hours
from bot.escalation.span import Span
from bot.escalation.zones import DAY, EPOCH, MICROSECOND, MINUTE, instant, micros, must_be_a_zone, offsets

__all__ = [
    "ALWAYS", "HORIZON", "Away", "Calendar", "Holidays", "NoHolidays", "Window",
    "add", "between", "hours_text", "is_working", "local", "next_working", "parse_hours", "working_day_start",
]  # fmt: skip

HORIZON = timedelta(days=5 * 366)
"""How far ahead `add` and `next_working` look: further off is a mistake in the hours or the absences, not a deadline."""

_EPOCH_DAY = EPOCH.toordinal()
# Dates beyond these have no neighbours on both sides; nothing is working time there.
_FIRST_DAY, _LAST_DAY = date.min.toordinal() - _EPOCH_DAY + 3, date.max.toordinal() - _EPOCH_DAY - 3


class Holidays(Hashable, Protocol):
    """The dates on which nobody of that country or region works; equal ones must hash alike and never change."""

    def __contains__(self, day: date, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class NoHolidays:
    """Holidays for somebody who has none."""

    def __contains__(self, day: date, /) -> bool:
        return False


@dataclass(frozen=True, slots=True, order=True)
class Away:
    """An absence, from its start up to but not including its end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"the absence from {self.start} to {self.end} needs times with a zone")
        if self.end <= self.start:
            raise ValueError(f"the absence from {self.start} to {self.end} must end after it starts")


@dataclass(frozen=True)
class Calendar:
    """When one person works: their zone, weekly hours, holidays and absences."""

    zone: str
    week: tuple[Window, ...]
    holidays: Holidays = NoHolidays()
    away: tuple[Away, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        must_be_a_zone(self.zone)
        must_not_overlap(self.week)
        object.__setattr__(self, "week", tuple(sorted(self.week)))
        object.__setattr__(self, "away", tuple(sorted(self.away)))
        # The calendar is the key of every cache below; hashing its windows and absences each time would cost more than the sums.
        object.__setattr__(self, "_hash", hash((self.zone, self.week, self.holidays, self.away)))

    def __hash__(self) -> int:
        return self._hash


ALWAYS = Calendar("UTC", tuple(Window(day, 0, 24 * 60) for day in range(7)))
"""The wall clock: every instant counts and a day is 24 hours."""


def local(calendar: Calendar, at: datetime) -> datetime:
    """The same instant as the person's own clock shows it."""
    return at.astimezone(ZoneInfo(calendar.zone))


def is_working(calendar: Calendar, at: datetime) -> bool:
    """Whether this instant is working time."""
    now = micros(at)
    return any(piece.start <= now < piece.end for piece in _pieces(calendar, now // DAY))


def next_working(calendar: Calendar, at: datetime) -> datetime:
    """The first instant from `at` on that is working time; ValueError if there is none within five years."""
    start = micros(at)
    for piece in _from(calendar, start):
        return at if piece.start <= start else instant(piece.start)
    raise _no_working_time(calendar, at)


def working_day_start(calendar: Calendar, day: date) -> datetime | None:
    """The first instant of that working day, None if nothing of it is working time.

    A night window belongs to the day it starts: the working day of Monday begins at 22:00, though Sunday's shift ends in it.
    """
    number = day.toordinal() - _EPOCH_DAY
    starts = [piece.start for utc_day in _around(number) for piece in _pieces(calendar, utc_day) if piece.day == number]
    return instant(min(starts)) if starts else None


def add(calendar: Calendar, start: datetime, span: Span) -> datetime:
    """The instant by which that much working time has passed; nothing to pass gives `start` itself.

    What ends exactly with a window ends then (17:30), not at the next opening. One day is the whole working time of one
    local date, whatever its length: when an absence or a change of the clocks takes part of it, what remains is that day.
    """
    if span.is_zero:
        return start
    if span.is_negative:
        raise ValueError(f"{span.text()} is negative, and working time only runs forward")
    if calendar == ALWAYS:
        return _wall_add(start, span)
    left: Fraction | int = span.days or span.time // MICROSECOND
    piece = None
    for piece in _from(calendar, micros(start)):
        size = piece.share if span.is_days else piece.end - piece.start
        if left <= size:
            # Upwards: a deadline may come a microsecond late, but never before its time has passed.
            return instant(piece.start + ceil(left * piece.length if span.is_days else left))
        left -= size
    raise _no_working_time(calendar, start) if piece is None else _too_long(start, span)


def between(calendar: Calendar, start: datetime, end: datetime, unit: Literal["days", "time"]) -> Span:
    """The working time from `start` up to `end`, in days or as time; nothing if `end` is not later."""
    first, last = micros(start), micros(end)
    if last <= first:
        return Span()
    if calendar == ALWAYS:
        return Span(days=Fraction(last - first, DAY)) if unit == "days" else Span(time=(last - first) * MICROSECOND)
    inside = [
        _clipped(piece, first, last)
        for day in range(first // DAY, (last - 1) // DAY + 1)
        for piece in _pieces(calendar, day)
        if piece.end > first and piece.start < last
    ]
    if unit == "days":
        return Span(days=sum((piece.share for piece in inside), Fraction(0)))
    return Span(time=sum(piece.end - piece.start for piece in inside) * MICROSECOND)


class _Piece(NamedTuple):
    """Working time without a break, within one UTC day; `day` is the local working day that it is part of."""

    start: int
    end: int
    day: int
    length: int = 0
    """Working time of that whole day."""
    share: Fraction = Fraction(0)
    """The part of that day which this piece is."""


def _clipped(piece: _Piece, first: int, last: int) -> _Piece:
    if first <= piece.start and piece.end <= last:
        return piece
    start, end = max(piece.start, first), min(piece.end, last)
    return _Piece(start, end, piece.day, piece.length, Fraction(end - start, piece.length))


def _from(calendar: Calendar, start: int) -> Iterator[_Piece]:
    """The working time from that instant on, in order, as far as the horizon."""
    horizon = start + HORIZON // MICROSECOND
    for day in range(start // DAY, horizon // DAY + 1 if calendar.week else 0):
        for piece in _pieces(calendar, day):
            if piece.end > start:
                yield _clipped(piece, start, piece.end)


@lru_cache(maxsize=16_384)
def _pieces(calendar: Calendar, utc_day: int) -> tuple[_Piece, ...]:
    """The working time of one UTC day, in order, with what share of its working day each piece is.

    By UTC days, since local dates do not come in order: where clocks go back over midnight, Sunday is followed by Saturday.
    """
    return tuple(
        _Piece(start, end, day, length := _length(calendar, day), Fraction(end - start, length))
        for start, end, day, *_ in _unweighed(calendar, utc_day)
    )


@lru_cache(maxsize=4096)
def _length(calendar: Calendar, day: int) -> int:
    """The working time of one local working day."""
    return sum(piece.end - piece.start for utc in _around(day) for piece in _unweighed(calendar, utc) if piece.day == day)


def _around(day: int) -> range:
    """The UTC days that a local working day can reach into: zones differ by up to a day, and a night ends a day later."""
    return range(day - 1, day + 3)


@lru_cache(maxsize=4096)
def _unweighed(calendar: Calendar, utc_day: int) -> tuple[_Piece, ...]:
    if not _FIRST_DAY <= utc_day <= _LAST_DAY:
        return ()
    found: list[_Piece] = []
    for begin, end, offset in offsets(calendar.zone, utc_day):
        for day in range((begin + offset) // DAY - 1, (end + offset - 1) // DAY + 1):
            for window in _windows(calendar, day):
                start = max(begin, day * DAY + window.start * MINUTE - offset)
                stop = min(end, day * DAY + window.end * MINUTE - offset)
                found += _present(calendar, _Piece(start, stop, day))
    return tuple(found)


def _windows(calendar: Calendar, day: int) -> tuple[Window, ...]:
    if date.fromordinal(day + _EPOCH_DAY) in calendar.holidays:
        return ()
    weekday = (day + _EPOCH_DAY - 1) % 7
    return tuple(window for window in calendar.week if window.weekday == weekday)


def _present(calendar: Calendar, piece: _Piece) -> Iterator[_Piece]:
    """What absences leave of a piece."""
    start = piece.start
    for gone, back in _absences(calendar.away):
        if back > start and gone < piece.end:
            if start < gone:
                yield piece._replace(start=start, end=gone)
            start = back
    if start < piece.end:
        yield piece._replace(start=start)


@lru_cache(maxsize=1024)
def _absences(away: tuple[Away, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((micros(absence.start), micros(absence.end)) for absence in away)


def _wall_add(start: datetime, span: Span) -> datetime:
    length = ceil(span.days * DAY) if span.is_days else span.time // MICROSECOND
    try:
        if length <= HORIZON // MICROSECOND:
            # By UTC: Python adds to a local datetime by its wall clock, an hour wrong over a change of daylight-saving time.
            return instant(micros(start) + length)
    except OverflowError:
        pass
    raise _too_long(start, span)


def _no_working_time(calendar: Calendar, at: datetime) -> ValueError:
    away = " less absences" if calendar.away else ""
    return ValueError(f"{hours_text(calendar.week)} ({calendar.zone}){away} has no working time after {at:%Y-%m-%d %H:%M %Z}")


def _too_long(start: datetime, span: Span) -> ValueError:
    return ValueError(f"{span.text()} from {start:%Y-%m-%d} on is not over within five years; write a shorter time")
