"""Walk through working time minute by minute: slow, and too simple to be wrong.

What the calendar computes is checked against this, over days on which clocks change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from bot.escalation.calendar import Away, Calendar, Window

MINUTE = timedelta(minutes=1)

CHANGES = {
    "Europe/London": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),  # by half an hour
    "Antarctica/Troll": ("2026-03-29", "2026-10-25"),  # by two hours
    "America/Havana": ("2026-03-08", "2026-11-01"),  # from 00:00, and back to 00:00
    "America/Sao_Paulo": ("2018-11-04", "2018-02-18"),  # from 00:00, and back to 23:00 of the day before
    "America/St_Johns": ("2010-03-14", "2010-11-07"),  # back at 00:01 to 23:01 of the day before
    "Africa/Casablanca": ("2026-02-15", "2026-03-22"),  # for Ramadan
    "Pacific/Apia": ("2011-12-30", "2011-12-31"),  # a date that never was
    "Pacific/Kwajalein": ("1993-08-21", "1993-08-22"),  # likewise
    "Pacific/Kiritimati": ("2026-01-01",),
    "Pacific/Pago_Pago": ("2026-01-01",),
    "Pacific/Chatham": ("2026-04-05", "2026-09-27"),
    "Asia/Kathmandu": ("2026-01-01", "1985-12-31"),
}


def working_day(calendar: Calendar, instant: datetime) -> date | None:
    """The working day that this minute is part of, None if it is not working time."""
    wall = instant.astimezone(ZoneInfo(calendar.zone))
    if any(absence.start <= instant < absence.end for absence in calendar.away):
        return None
    for nights in (0, 1):
        day = wall.date() - timedelta(days=nights)
        minute = wall.hour * 60 + wall.minute + nights * 24 * 60
        inside = any(window.weekday == day.weekday() and window.start <= minute < window.end for window in calendar.week)
        if inside and day not in calendar.holidays:
            return day
    return None


def walk(calendar: Calendar, start: datetime, end: datetime) -> list[tuple[datetime, date | None]]:
    """Every minute in [start, end) with its working day."""
    minutes = (start + step * MINUTE for step in range((end - start) // MINUTE))
    return [(minute, working_day(calendar, minute)) for minute in minutes]


def lengths(walked: list[tuple[datetime, date | None]]) -> Counter[date]:
    """The minutes of each working day."""
    return Counter(day for _, day in walked if day is not None)


def refusal(attempt: Callable[[], object]) -> str:
    """The sentence with which this is refused."""
    with pytest.raises(ValueError, match=r".") as refused:
        attempt()
    return str(refused.value)


@st.composite
def _weeks(draw: st.DrawFn) -> tuple[Window, ...]:
    """Weekly hours that do not overlap, nights included, over the end of the week included."""
    marks = sorted(draw(st.sets(st.integers(0, 7 * 24 * 4 - 1), min_size=2, max_size=20)))
    turn = draw(st.integers(0, 6))
    pairs = [(start * 15, end * 15) for start, end in pairwise(marks) if end - start < 24 * 4]
    chosen = pairs[:: draw(st.integers(1, 2))] or [(marks[0] * 15, marks[0] * 15 + 60)]
    return tuple(sorted(Window((start // 1440 + turn) % 7, start % 1440, start % 1440 + end - start) for start, end in chosen))


weeks = _weeks()


@st.composite
def _calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = datetime.fromisoformat(draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    around = st.integers(-3 * 1440, 3 * 1440).map(lambda minutes: change + minutes * MINUTE)
    absences = st.builds(lambda start, length: Away(start, start + length * MINUTE), around, st.integers(1, 2000))
    holidays = st.frozensets(around.map(datetime.date), max_size=2)
    return Calendar(zone, draw(weeks), draw(holidays), tuple(draw(st.lists(absences, max_size=2)))), draw(around)


calendars = _calendars()
"""A calendar, and an instant near a change of its zone's offset."""
