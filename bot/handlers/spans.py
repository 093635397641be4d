"""Which span do they ask about? Days, weeks, months and years as people type them, in the digest's zone, from midnight to midnight."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

YEARS = (1970, 2200)  # what lies before or after is a slip, and further out the calendar ends

Days = tuple[date, date]  # the first day, and the one after the last

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_RANGE = re.compile(r"\s+(?:to|until|till|through|bis|-|–)\s+|\s*\.\.+\s*")  # noqa: RUF001 - people type the long dash
_LEADING = re.compile(r"^(?:from|of|for|in|on|since)\s+")
_LAST = re.compile(r"(?:the )?(?:last|past) ([0-9]{1,4}) days")
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _week(day: date) -> Days:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + _WEEK


def _month(day: date) -> Days:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _year(day: date) -> Days:
    return day.replace(month=1, day=1), day.replace(year=day.year + 1, month=1, day=1)


_NAMED: Mapping[str, Callable[[date], Days]] = {
    "today": lambda today: (today, today + _DAY),
    "yesterday": lambda today: (today - _DAY, today),
    "this week": _week,
    "last week": lambda today: _week(today - _WEEK),
    "this month": _month,
    "last month": lambda today: _month(today.replace(day=1) - _DAY),
    "this year": _year,
    "last year": lambda today: _year(today.replace(month=1, day=1) - _DAY),
}


def read_days(text: str, today: date) -> Days | None:
    """Return the days that are meant by "2026-10", "yesterday" or "2026-10-01 to 2026-10-15"; None if it names none.

    The last day may come before the first one: then it was typed the wrong way round.
    """
    plain = _LEADING.sub("", " ".join(text.casefold().split()))
    ends = _RANGE.split(plain)
    try:
        parts = [_one(part, today) for part in ends]
    except (ValueError, OverflowError):
        return None  # "2026-02-31", or the year 9999
    if len(parts) > 2 or not all(parts):
        return None
    first, last = parts[0], parts[-1]
    return (first[0], last[1]) if first and last else None


def _one(text: str, today: date) -> Days | None:
    if text in _NAMED:
        return _NAMED[text](today)
    if text in _WEEKDAYS:
        day = today - _DAY * ((today.weekday() - _WEEKDAYS.index(text)) % 7)
        return day, day + _DAY
    if found := _LAST.fullmatch(text):
        return today - _DAY * int(found[1]), today
    if (month := _month_named(text, today)) is not None:
        return _month(month)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        day = a_day(text)
        return day, day + _DAY
    if re.fullmatch(r"[0-9]{4}-w[0-9]{2}", text):
        return _week(_sane(date.fromisocalendar(int(text[:4]), int(text[6:]), 1)))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        return _month(_sane(date.fromisoformat(f"{text}-01")))
    return _year(_sane(date(int(text), 1, 1))) if re.fullmatch(r"[0-9]{4}", text) else None


def _month_named(text: str, today: date) -> date | None:
    """Return the first day of "October", the latest that has begun, or of "October 2026"; three letters do."""
    name, _, year = text.partition(" ")
    found = [number for number, month in enumerate(_MONTHS, 1) if name in (month, month[:3])]
    if not found or not re.fullmatch(r"(?:[0-9]{4})?", year):
        return None
    return _sane(date(int(year) if year else today.year - (found[0] > today.month), found[0], 1))


def a_day(text: str) -> date:
    """Return the day that is written like 2026-03-04.

    Raises:
        ValueError: it is none, or out of all reason.
    """
    return _sane(date.fromisoformat(text))


def _sane(day: date) -> date:
    """Return a day that somebody may mean.

    Raises:
        ValueError: its year is out of all reason.
    """
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError(f"{day.year} is not within {YEARS[0]} to {YEARS[1]}")
    return day


def moments(days: Days, zone: str) -> tuple[datetime, datetime]:
    """Return from when to when these days last in a zone: a midnight that is left out or comes twice is the first of the two."""
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in days)
    return start, end


def apart(text: str, today: date) -> tuple[Days | None, str]:
    """Return the longest part of what somebody typed that names days, and the rest of it."""
    words = text.split()
    for length in range(len(words), 0, -1):
        for begin in range(len(words) - length + 1):
            found = read_days(" ".join(words[begin : begin + length]), today)
            if found is not None:
                return found, " ".join(words[:begin] + words[begin + length :])
    return None, " ".join(words)
