"""How single values of the file are read: each function takes what TOML gave and returns what it means, or raises `Unfit`
with one sentence that says what is wrong and what would work."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from unicodedata import category
from zoneinfo import ZoneInfo, available_timezones

from bot.config.faults import did_you_mean, listed, shown
from bot.config.public_holidays import public_holidays
from bot.escalation.calendar import Holidays, NoHolidays
from bot.escalation.hours import Window, parse_hours
from bot.escalation.span import Span


class Unfit(ValueError):
    """A value that cannot be meant; its text is a sentence with the cure."""


ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST_ROUTE = 30
RESERVED = ("owner", "manager", "buckstop", "all")
LONGEST = Span(days=Fraction(100)), Span(time=timedelta(days=100))
SHORTEST_KEPT, LONGEST_KEPT = timedelta(days=2), timedelta(days=3653)
SHORTEST = Span(days=Fraction(1, 100)), Span(time=timedelta(minutes=1))


def text(value: object) -> str:
    """Read a text that is not empty and on one line."""
    if not isinstance(value, str):
        raise Unfit(f"{shown(value)} is not text; write it in quotes")
    if not value.strip():
        raise Unfit("is empty; write something, or leave the key out")
    # By category: `isprintable` would refuse the joiners that Persian names and many emoji are written with.
    if len(value) > 300 or any(category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in value):
        raise Unfit(f"{shown(value)} is over 300 letters or not on one line; write it shorter")
    return value.strip()


def texts(value: object) -> list[str]:
    """Read a list of texts; a single one may stand without the brackets. What stands twice counts once."""
    if isinstance(value, str):
        return [text(value)]
    if not isinstance(value, list):
        raise Unfit(f'{shown(value)} is not a list of texts; write it like ["one", "two"]')
    return list(dict.fromkeys(text(entry) for entry in value))


def some_texts(value: object) -> list[str]:
    """Read a list with something in it."""
    read = texts(value)
    if not read:
        raise Unfit("is an empty list; name at least one")
    return read


def ident(value: object) -> str:
    """Read the id of something: what people type and other places of the file refer to."""
    given = text(value)
    if not ID.fullmatch(given):
        near = re.sub(r"[^a-z0-9_]+", "-", given.lower()).lstrip("0123456789_-").rstrip("-")[:40]
        such = f', such as "{near}"' if near else ""
        raise Unfit(f"{shown(given)} is no id; use up to 40 small letters, digits, - and _, beginning with a letter{such}")
    return given


def person_id(value: object) -> str:
    """Read the id of a person or a rotation: none of the words that mean somebody else."""
    given = ident(value)
    if given in RESERVED:
        raise Unfit(f'"{given}" has a meaning of its own; choose another id than {listed(RESERVED)}')
    return given


def service_id(value: object) -> str:
    """Read the id of a service."""
    given = ident(value)
    if given == "private":
        raise Unfit('"private" has a meaning of its own: `/case report private ...` reports a private case; choose another id')
    return given


def route_id(value: object) -> str:
    """Read the id of a contact route: short, since the button that reports it carries it."""
    given = ident(value)
    if len(given) > LONGEST_ROUTE:
        raise Unfit(f"{shown(given)} has {len(given)} letters; an id of a route has at most {LONGEST_ROUTE}")
    return given


def probe_every(value: object) -> timedelta | None:
    """Read how often a web address is looked at, from once a minute to once a week; "never" is None."""
    if isinstance(value, str) and value.strip().lower() == "never":
        return None
    if not isinstance(value, str):
        raise Unfit(f'{shown(value)} is not a length of time; write it in quotes, such as "1h", or "never"')
    every = wall_span(value)
    if not timedelta(minutes=1) <= every <= timedelta(days=7):
        raise Unfit(f'{shown(value)} is out of range; write a length of time from 1m to 7d, or "never"')
    return every


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Unfit(f"{shown(value)} is neither true nor false; write one of them without quotes")
    return value


def whole(lowest: int, highest: int) -> Callable[[object], int]:
    """Return a reader of whole numbers in a range, both ends included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unfit(f"{shown(value)} is not a whole number; write one from {lowest} to {highest}, without quotes")
        if not lowest <= value <= highest:
            raise Unfit(f"{shown(value)} is out of range; write a whole number from {lowest} to {highest}")
        return value

    return read


def one_of(*words: str) -> Callable[[object], str]:
    """Return a reader of one of a few words."""

    def read(value: object) -> str:
        if value not in words:
            raise Unfit(f"{shown(value)} is none of {listed(words)}; {did_you_mean(value, words, 'write one of them')}")
        return str(value)

    return read


def span(value: object) -> Span:
    """Read a length of time, neither shorter than a minute nor longer than 100 days."""
    if not isinstance(value, str):
        raise Unfit(f'{shown(value)} is not a length of time; write it in quotes, such as "45m", "4h" or "2d"')
    read = Span.parse(value)
    place = 0 if read.is_days else 1
    if not SHORTEST[place] <= read <= LONGEST[place]:
        raise Unfit(f"{shown(value)} is out of range; write a length of time from 1m to 100d")
    return read


def wall_span(value: object) -> timedelta:
    """Read a length of time by the wall clock, up to a year: a day is 24 hours."""
    if not isinstance(value, str):
        raise Unfit(f'{shown(value)} is not a length of time; write it in quotes, such as "10m" or "7d"')
    read = Span.parse(value)
    if read.days > 366 or read.time > timedelta(days=366):
        raise Unfit(f"{shown(value)} is over a year; write a shorter time")
    return read.time + timedelta(seconds=float(read.days * 86400))


def keeping(value: object) -> timedelta:
    """Read how long something is kept: from two days, since a day's reminders are counted by it, up to ten years."""
    if not isinstance(value, str):
        raise Unfit(f'{shown(value)} is not a length of time; write it in quotes, such as "30d"')
    read = Span.parse(value)
    kept = read.time + timedelta(seconds=float(min(read.days, Fraction(LONGEST_KEPT.days + 1)) * 86400))
    if not SHORTEST_KEPT <= kept <= LONGEST_KEPT:
        raise Unfit(f"{shown(value)} is out of range; write a length of time from 2d to {LONGEST_KEPT.days}d")
    return kept


def wall_spans(value: object) -> tuple[timedelta, ...]:
    """Read several lengths of time, the shortest first; an empty list is none."""
    if not isinstance(value, list):
        raise Unfit(f'{shown(value)} is not a list of lengths of time; write it like ["7d", "30d"]')
    return tuple(sorted({wall_span(entry) for entry in value}))


DEAREST = 1_000_000


def rates(value: object) -> tuple[Decimal, ...]:
    """Read what an hour costs at each level, level 0 first."""
    if not isinstance(value, list):
        raise Unfit(f"{shown(value)} is not a list of amounts; write what an hour costs at each level, such as [40, 65, 120]")
    return tuple(_rate(entry) for entry in value)


def _rate(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not isfinite(value)):
        raise Unfit(f"{shown(value)} is not an amount; write a number such as 40 or 62.5, without quotes")
    if not 0 <= value <= DEAREST:
        raise Unfit(f"{shown(value)} is out of range; write an amount from 0 to {DEAREST}")
    return Decimal(str(value))


def stretch(value: object) -> Fraction:
    """Read by how much times are multiplied."""
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not isfinite(value)):
        raise Unfit(f"{shown(value)} is not a number; write one such as 0.25, without quotes")
    if not 0.01 <= value <= 10:
        raise Unfit(f"{shown(value)} is out of range; below 1 makes times shorter, above 1 longer: write a number from 0.01 to 10")
    # By its digits: the float 0.1 is not a tenth, and a deadline should not show that.
    return Fraction(str(value))


def zone(value: object) -> str:
    """Read an IANA time zone."""
    given = text(value)
    try:
        ZoneInfo(given)
    except (ValueError, LookupError, OSError):
        cities = {name.rpartition("/")[2].lower(): name for name in sorted(available_timezones())}
        found = cities.get(given.lower().replace(" ", "_")) or _nearest_zone(given)
        cure = f'did you mean "{found}"?' if found else 'write one such as "Europe/London"'
        raise Unfit(f"{shown(given)} is no time zone; {cure}") from None
    return given


def _nearest_zone(given: str) -> str | None:
    by_lower = {name.lower(): name for name in available_timezones()}
    answer = did_you_mean(given, by_lower, "")
    return by_lower[answer.split('"')[1]] if answer else None


def hours(value: object) -> tuple[Window, ...]:
    """Read weekly hours, from one text or a list of them."""
    if not isinstance(value, str | list) or (isinstance(value, list) and not all(isinstance(entry, str) for entry in value)):
        raise Unfit(f'{shown(value)} is not hours; write them like "Mon-Fri 09:00-17:30"')
    return parse_hours(value)


def holidays(value: object) -> Holidays:
    """Read whose public holidays are kept; "none" and "" are nobody's."""
    if not isinstance(value, str):
        raise Unfit(f'{shown(value)} is not a country; write one such as "FR", a part of one such as "GB-ENG", or "none"')
    return NoHolidays() if value.strip().lower() in ("", "none") else public_holidays(value)


def time_of_day(value: object) -> time:
    """Read a local time, to the minute."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Unfit(f'{shown(value)} is no time of day; write it like "09:00"')
    return time(int(match[1]), int(match[2]))


def weekdays(value: object) -> tuple[int, ...]:
    """Read days of the week, Monday = 0: "Mon-Fri", "weekdays", "daily" or a list of days."""
    given = " ".join(texts(value))
    if re.search(r"[0-9;]", given):
        raise Unfit(f'{shown(given)} is not days; write them like "Mon-Fri" or "daily", and the time as "at"')
    return tuple(sorted({window.weekday for window in parse_hours(f"{given} 00:00-24:00")}))


def hand_over(value: object) -> tuple[int, time]:
    """Read at which time of which day of the week a rotation changes: "Mon 09:00"."""
    day, _, at = value.strip().rpartition(" ") if isinstance(value, str) else ("", "", "")
    try:
        days, moment = weekdays(day), time_of_day(at)
    except ValueError:
        days, moment = (), time()
    if len(days) != 1:
        raise Unfit(f'{shown(value)} is not a day and a time; write it like "Mon 09:00"')
    return days[0], moment


def day_or_moment(value: object) -> date | datetime:
    """Read a date, or a date with a time: in the person's own zone if it names none."""
    read = _iso(value) if isinstance(value, str) else value
    if not isinstance(read, date):
        raise Unfit(f"{shown(value)} is no date; write it like 2026-08-03, or with a time 2026-08-03T12:00:00, without quotes")
    if not 2000 <= read.year < 2200:
        raise Unfit(f"{shown(value)} is out of range; write a year from 2000 to 2199")
    return read


def _iso(given: str) -> object:
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(given.strip())
        except ValueError:
            continue
    return None


def idents(value: object) -> list[str]:
    """Read a list of ids."""
    return [ident(entry) for entry in texts(value)]
