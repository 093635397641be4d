"""Tell how far the clocks of a zone are from UTC, stretch by stretch.

Instants are whole microseconds since 1970: exact, and several times faster than datetimes, whose arithmetic within one zone
ignores changes of its offset.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def must_be_a_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        raise ValueError(f'"{name}" is no time zone; write one such as Europe/London') from None


@lru_cache(maxsize=4096)
def offsets(zone: str, utc_day: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches of one UTC day with one offset each: (from, to, local minus UTC).

    One change a day is all that is looked for: the nearest two of the whole zone database are 95 hours apart.
    """
    first, last = utc_day * DAY, (utc_day + 1) * DAY
    before, after = _offset(zone, first), _offset(zone, last)
    if before == after:
        return ((first, last, before),)
    same, changed = first, last
    while changed - same > SECOND:
        middle = (same + changed) // 2 // SECOND * SECOND
        same, changed = (middle, changed) if _offset(zone, middle) == before else (same, middle)
    return ((first, changed, before), (changed, last, after)) if changed < last else ((first, last, before),)


def _offset(zone: str, number: int) -> int:
    offset = instant(number).astimezone(ZoneInfo(zone)).utcoffset()
    return (offset or timedelta(0)) // MICROSECOND
