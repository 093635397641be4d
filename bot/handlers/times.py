"""When did they mean? Times as people type them, read in their own zone and working time, and said back to them in full.

The library reads dates and clock times. What it gets wrong (tests/handlers/test_times.py is the table) is put right before it
sees the text: lengths of time, the end of a day or week, "Friday 15" for the fifteenth. What it cannot read is None, never a guess.

Hours count on the wall clock ("in 2 hours" is said by somebody who looks at one), days in the person's working time. A local time
that the spring change leaves out is moved on by the gap; one that comes twice in autumn is the first of the two.
"""

import re
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.escalation.calendar import HORIZON, Calendar, add, local, working_day_start
from bot.escalation.span import Span

EXAMPLES = ("Friday 15:00", "tomorrow 9am", "in 2 hours", "2d", "24 December 17:00", "end of week")
LONGEST = 80

_LAST_MINUTE = time(23, 59)
_LEADING = re.compile(r"^(?:(?:by|on|until|till|til|before|at|for|the|this|coming|latest|around|about|from)\s+)+")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|today|tomorrow"
_WORDS = (
    (re.compile(r"\b(?:midday|12 noon|noon)\b"), "12:00"),
    (re.compile(r"\b(?:12 midnight|midnight)\b"), "23:59"),  # the end of the day that it is said of, not its beginning
    (re.compile(r"(?<![0-9:.])([0-9]{1,2})\s*(?:uhr|o'?clock)\b"), r"\1:00"),
    (re.compile(r"(?<=[0-9])\s*(?:uhr|o'?clock)\b"), ""),
    (re.compile(rf"\b({_DAY})\.?,?\s+(?:at\s+)?([0-9]{{1,2}})\s*h?$"), r"\1 \2:00"),
    (re.compile(rf"^([0-9]{{1,2}})\s+({_DAY})$"), r"\2 \1:00"),
)
_END_OF_DAY = re.compile(r"\b(?:end of (?:the )?(?:working |business )?day|end of today|close of business|eod|cob)\b")
_END_OF_WEEK = re.compile(r"(?:the )?(?:end of (?:the |this )?week|eow|week|weekend)|(?:the )?(?:end of )?(next) week")
# Month first is American; the library cannot know the zone's habit.
_MONTH_FIRST = re.compile(
    r"US/|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Anchorage|Detroit|Boise|Indiana/|Kentucky/|North_Dakota/)|Pacific/Honolulu"
)


def read_time(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    """Return the time that is meant, in UTC; it may be past. A day without a time is the end of the working hours of that day."""
    plain = _plain(text)
    if not plain or len(plain) > LONGEST:
        return None
    try:
        at = _iso(plain, calendar) or _after(plain, calendar, now) or _week_end(plain, calendar, now) or _dated(plain, calendar, now)
    except (ValueError, OverflowError):
        return None  # "31 February", or the year 10000
    return at if at is not None and at - now <= HORIZON else None


def read_span(text: str) -> Span | None:
    """Return a length of time ("2d", "in 3 hours"), or None if it is not one."""
    try:
        return Span.parse(_plain(text).removeprefix("in ").removesuffix(" from now").removesuffix(" more"))
    except ValueError:
        return None


def _plain(text: str) -> str:
    plain = _LEADING.sub("", " ".join(text.lower().split()).strip(" ,;!?")).strip()
    for pattern, meaning in _WORDS:
        plain = pattern.sub(meaning, plain)
    return plain


def _iso(text: str, calendar: Calendar) -> datetime | None:
    """What a form's time field or a program writes. The library would take 2026-02-03 for the second of March, in some places."""
    try:
        read = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if len(text) <= len("2026-12-24"):
        return _day_end(read, calendar)
    return _instant(read, calendar)


def _after(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    span = read_span(text)
    if span is None:
        return None
    return add(calendar, now, span) if span.is_days else now + span.time


def _week_end(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    """The end of the last working day of this week, or of the next."""
    named = _END_OF_WEEK.fullmatch(text)
    if named is None:
        return None
    today = local(calendar, now).replace(tzinfo=None)
    monday = today - timedelta(days=today.weekday() - (7 if named[1] else 0))
    days = [monday + timedelta(days=day) for day in range(6, -1, -1)]
    last = next((day for day in days if working_day_start(calendar, day.date()) is not None), days[2])
    return _day_end(last, calendar)


def _dated(text: str, calendar: Calendar, now: datetime) -> datetime | None:
    rest, ends = _END_OF_DAY.subn("", text)
    words = rest.strip(" ,") or "today"
    # A number alone could be an hour, a day or a case.
    if ends == 0 and not re.search(r"[a-z:./-]", words):
        return None
    read, what = _library(words, local(calendar, now).replace(tzinfo=None), bool(_MONTH_FIRST.match(calendar.zone)))
    if read is None or what in ("month", "year") or (what == "week" and not re.search("[0-9]", words)):
        return None
    return _instant(read, calendar) if what in ("time", "part_of_day") and not ends else _day_end(read, calendar)


def _library(text: str, base: datetime, month_first: bool) -> tuple[datetime | None, str]:
    """Ask dateparser: what it read, and whether that was a time, a day, a week, a month or a year."""
    read = _reader()(
        languages=["en"],
        settings={
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": base,
            "DATE_ORDER": "MDY" if month_first else "DMY",
            "RETURN_TIME_AS_PERIOD": True,
        },
    ).get_date_data(text)
    return read.date_obj, read.period


@lru_cache(maxsize=1)
def _reader() -> Any:
    # 150 ms and a hundred regular expressions: only a process that reads times pays for it.
    from dateparser.date import DateDataParser

    return DateDataParser


def _instant(read: datetime, calendar: Calendar) -> datetime:
    aware = read if read.tzinfo is not None else read.replace(tzinfo=ZoneInfo(calendar.zone), fold=0)
    return aware.astimezone(UTC)


def _day_end(read: datetime, calendar: Calendar) -> datetime:
    """The end of the working hours of that date; where it has none, or none that end that day, its last minute."""
    last = _instant(datetime.combine(read.date(), _LAST_MINUTE), calendar)
    start = working_day_start(calendar, read.date())
    return last if start is None else min(last, add(calendar, start, Span(days=Fraction(1))))
