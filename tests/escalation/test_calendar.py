"""Working time, in every zone and over both changes of daylight-saving time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.escalation.calendar import (
    ALWAYS,
    Away,
    Calendar,
    Window,
    add,
    between,
    is_working,
    local,
    next_working,
    parse_hours,
    working_day_start,
)
from bot.escalation.span import Span
from bot.escalation.zones import MICROSECOND
from tests.escalation.walker import MINUTE, calendars, lengths, refusal, walk


def at(text: str) -> datetime:
    """`at("2026-03-27 15:00+00:00")`; a bare time is UTC."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)


def works(hours: str, zone: str = "Europe/London", *, holidays: str = "", away: str = "") -> Calendar:
    """A calendar as a sentence: holidays are dates, absences "from/to", each separated by commas."""
    gone = [Away(*map(at, entry.split("/"))) for entry in away.split(",") if entry]
    return Calendar(zone, parse_hours(hours), frozenset(map(date.fromisoformat, filter(None, holidays.split(",")))), tuple(gone))


OFFICE = "Mon-Fri 09:00-17:30"
LUNCH = "Mon-Fri 09:00-12:30 13:30-17:30"
NIGHTS = "Sun-Thu 22:00-06:00"
NEW_YORK, LORD_HOWE, ST_JOHNS = "America/New_York", "Australia/Lord_Howe", "America/St_Johns"
EASTER = "2026-04-03,2026-04-06"

ADDED = {
    # 2026-03-17 is a Tuesday.
    "within a day": (works(OFFICE), "2026-03-17 10:00+00:00", "1h30m", "2026-03-17 11:30+00:00"),
    "over the night": (works(OFFICE), "2026-03-17 17:00+00:00", "1h", "2026-03-18 09:30+00:00"),
    "over the weekend": (works(OFFICE), "2026-03-20 17:00+00:00", "1h", "2026-03-23 09:30+00:00"),
    "over Easter": (works(OFFICE, holidays=EASTER), "2026-04-02 17:00+01:00", "1h", "2026-04-07 09:30+01:00"),
    "over lunch": (works(LUNCH), "2026-03-17 12:00+00:00", "1h", "2026-03-17 14:00+00:00"),
    "over an absence": (works(OFFICE, away="2026-03-17 11:00/2026-03-18 11:00"), "2026-03-17 10:00+00:00", "2h", "2026-03-18 12:00+00:00"),
    "from early in the morning": (works(OFFICE), "2026-03-17 05:00+00:00", "1h", "2026-03-17 10:00+00:00"),
    "from a Saturday": (works(OFFICE), "2026-03-21 12:00+00:00", "1h", "2026-03-23 10:00+00:00"),
    "to the end of the day, not to the next opening": (works(OFFICE), "2026-03-17 16:30+00:00", "1h", "2026-03-17 17:30+00:00"),
    "to lunch, not to after it": (works(LUNCH), "2026-03-17 12:00+00:00", "30m", "2026-03-17 12:30+00:00"),
    "from the end of the day": (works(OFFICE), "2026-03-17 17:30+00:00", "1h", "2026-03-18 10:00+00:00"),
    "nothing, at night": (works(OFFICE), "2026-03-17 03:00+00:00", None, "2026-03-17 03:00+00:00"),
    "a second of the next day": (works(OFFICE), "2026-03-17 17:30+00:00", "1s", "2026-03-18 09:00:01+00:00"),
    "many weeks": (works(OFFICE), "2026-03-17 09:00+00:00", "425h", "2026-05-25 17:30+01:00"),
    # Days.
    "a day from its morning": (works(OFFICE), "2026-03-17 09:00+00:00", "1d", "2026-03-17 17:30+00:00"),
    "a day from its middle": (works(OFFICE), "2026-03-17 13:15+00:00", "1d", "2026-03-18 13:15+00:00"),
    "a day from its end": (works(OFFICE), "2026-03-17 17:30+00:00", "1d", "2026-03-18 17:30+00:00"),
    "two days over the weekend": (works(OFFICE), "2026-03-20 10:00+00:00", "2d", "2026-03-24 10:00+00:00"),
    "two days over a holiday": (works(OFFICE, holidays=EASTER), "2026-04-02 10:00+01:00", "2d", "2026-04-08 10:00+01:00"),
    "a day that ends in a half day": (works("Thu 09:00-17:00; Fri 09:00-13:00"), "2026-03-19 13:00+00:00", "1d", "2026-03-20 11:00+00:00"),
    "a half day is a whole day": (works("Mon-Fri 09:00-13:00"), "2026-03-17 11:00+00:00", "1d", "2026-03-18 11:00+00:00"),
    "half a day ends over lunch": (works(LUNCH), "2026-03-17 09:00+00:00", "0.5d", "2026-03-17 13:45+00:00"),
    "half a day": (works(OFFICE), "2026-03-17 09:00+00:00", "0.5d", "2026-03-17 13:15+00:00"),
    "what an absence leaves is the day": (
        works(OFFICE, away="2026-03-17 13:00/2026-03-17 20:00"), "2026-03-17 11:00+00:00", "1d", "2026-03-18 13:15+00:00",
    ),
    "a day away is no day": (
        works(OFFICE, away="2026-03-18 00:00/2026-03-19 00:00"), "2026-03-17 13:15+00:00", "1d", "2026-03-19 13:15+00:00",
    ),
    "a third of a day, rounded up": (works("Mon-Fri 09:00-10:01"), "2026-03-17 09:00+00:00", "1/7d", "2026-03-17 09:08:42.857143+00:00"),
    # Nights.
    "over a night shift's day": (works(NIGHTS), "2026-03-17 05:30+00:00", "1h", "2026-03-17 22:30+00:00"),
    "a night is one day": (works(NIGHTS), "2026-03-17 02:00+00:00", "1d", "2026-03-18 02:00+00:00"),
    "a holiday takes the whole night": (works(NIGHTS, holidays="2026-03-17"), "2026-03-17 05:00+00:00", "2h", "2026-03-18 23:00+00:00"),
    "the last night is Thursday's": (works(NIGHTS), "2026-03-20 05:00+00:00", "2h", "2026-03-22 23:00+00:00"),
    # Spring: 01:00 becomes 02:00 in London.
    "an hour shorter": (works("daily 00:00-04:00"), "2026-03-29 00:30+00:00", "2h", "2026-03-29 03:30+01:00"),
    "a shorter day is a day": (works("daily 00:00-04:00"), "2026-03-29 00:00+00:00", "1d", "2026-03-29 04:00+01:00"),
    "a window in the gap does not happen": (works("daily 01:00-02:00"), "2026-03-28 01:30+00:00", "1h", "2026-03-30 01:30+01:00"),
    "a window over the edge of the gap shrinks": (works("daily 00:30-01:30"), "2026-03-29 00:30+00:00", "1h", "2026-03-30 01:00+01:00"),
    "a night over the gap": (works(NIGHTS, NEW_YORK), "2026-03-08 22:00-04:00", "8h", "2026-03-09 06:00-04:00"),
    "a Saturday night over the gap": (works("Sat 22:00-06:00", NEW_YORK), "2026-03-07 22:00-05:00", "7h", "2026-03-08 06:00-04:00"),
    "half an hour shorter on Lord Howe": (works("daily 01:00-04:00", LORD_HOWE), "2026-10-04 01:00+10:30", "2h", "2026-10-04 03:30+11:00"),
    # Autumn: 02:00 becomes 01:00 in London.
    "an hour longer": (works("daily 00:00-04:00"), "2026-10-25 00:30+01:00", "2h", "2026-10-25 01:30+00:00"),
    "a longer day is a day": (works("daily 00:00-04:00"), "2026-10-25 00:00+01:00", "1d", "2026-10-25 04:00+00:00"),
    "a window in the overlap counts both passes": (works("daily 01:00-02:00"), "2026-10-25 01:00+01:00", "1h30m", "2026-10-25 01:30+00:00"),
    "and may have a pause between them": (works("daily 01:00-01:30"), "2026-10-25 01:00+01:00", "45m", "2026-10-25 01:15+00:00"),
    "a Saturday night over the overlap": (works("Sat 22:00-06:00", NEW_YORK), "2026-10-31 22:00-04:00", "9h", "2026-11-01 06:00-05:00"),
    "half an hour longer on Lord Howe": (
        works("daily 01:00-03:00", LORD_HOWE), "2026-04-05 01:00+11:00", "2h30m", "2026-04-05 03:00+10:30",
    ),
    "back over midnight, to the day before": (
        works("Sat 00:00-24:00", ST_JOHNS), "2010-11-06 00:00-02:30", "24h59m", "2010-11-07 00:00-03:30",
    ),
    "days that take turns over midnight": (
        works("Sun 00:00-00:01", ST_JOHNS), "2010-11-07 00:00-02:30", "2m", "2010-11-07 00:01-03:30",
    ),
    # Far from Greenwich.
    "at +14": (works(OFFICE, "Pacific/Kiritimati"), "2026-03-20 17:00+14:00", "1h", "2026-03-23 09:30+14:00"),
    "at -11": (works(OFFICE, "Pacific/Pago_Pago"), "2026-03-20 17:00-11:00", "1d", "2026-03-23 17:00-11:00"),
    "a long night at -11 ends two days later in UTC": (
        works("Mon 20:00-19:00", "Pacific/Pago_Pago"), "2026-03-16 20:00-11:00", "1d", "2026-03-17 19:00-11:00",
    ),
    "in Kathmandu": (works(OFFICE, "Asia/Kathmandu"), "2026-03-17 17:00+05:45", "1h", "2026-03-18 09:30+05:45"),
    "a date that never was": (works("daily 00:00-24:00", "Pacific/Apia"), "2011-12-29 12:00-10:00", "1d", "2011-12-31 12:00+14:00"),
    # The wall clock.
    "always: a day is 24 hours": (ALWAYS, "2026-03-20 17:00+00:00", "1d", "2026-03-21 17:00+00:00"),
    "always: weekends count": (ALWAYS, "2026-03-21 03:00+00:00", "36h", "2026-03-22 15:00+00:00"),
    "always: a third of a day": (ALWAYS, "2026-03-21 00:00+00:00", "1/3d", "2026-03-21 08:00+00:00"),
}  # fmt: skip


@pytest.mark.parametrize(("calendar", "start", "span", "end"), ADDED.values(), ids=ADDED.keys())
def test_a_span_of_working_time_ends(calendar: Calendar, start: str, span: str | None, end: str) -> None:
    length = Span.parse(span) if span else Span()

    assert add(calendar, at(start), length) == at(end)
    counted = between(calendar, at(start), at(end), "days" if length.is_days else "time")
    assert counted.time == length.time
    assert length.days <= counted.days < length.days + Fraction(1, 60_000_000)


DAYS_COUNTED = {
    "a week": (works(OFFICE), "2026-03-16 00:00", "2026-03-23 00:00", "5d"),
    "a quarter of a morning": (works("Mon-Fri 09:00-13:00"), "2026-03-17 10:00", "2026-03-17 11:00", "0.25d"),
    "backwards is nothing": (works(OFFICE), "2026-03-18 10:00", "2026-03-17 10:00", "0m"),
    "a weekend is nothing": (works(OFFICE), "2026-03-20 17:30", "2026-03-23 09:00", "0m"),
    "always": (ALWAYS, "2026-03-20 12:00", "2026-03-22 00:00", "1.5d"),
    "always backwards": (ALWAYS, "2026-03-22 12:00", "2026-03-20 00:00", "0m"),
}


@pytest.mark.parametrize(("calendar", "start", "end", "text"), DAYS_COUNTED.values(), ids=DAYS_COUNTED.keys())
def test_working_days_are_counted(calendar: Calendar, start: str, end: str, text: str) -> None:
    assert between(calendar, at(start), at(end), "days").text() == text


NEXT = {
    "now": (works(OFFICE), "2026-03-17 10:00", "2026-03-17 10:00"),
    "at the opening itself": (works(OFFICE), "2026-03-17 09:00", "2026-03-17 09:00"),
    "the end is no longer working time": (works(OFFICE), "2026-03-17 17:30", "2026-03-18 09:00"),
    "over a weekend and a holiday": (works(OFFICE, holidays="2026-03-23"), "2026-03-20 18:00", "2026-03-24 09:00"),
    "when back": (works(OFFICE, away="2026-03-17 00:00/2026-03-18 14:00"), "2026-03-17 10:00", "2026-03-18 14:00"),
    "after overlapping absences": (
        works(OFFICE, away="2026-03-17 00:00/2026-03-18 14:00,2026-03-17 12:00/2026-03-17 13:00"), "2026-03-17 10:00", "2026-03-18 14:00",
    ),
    "after a gap at the opening": (works("daily 01:00-03:00"), "2026-03-29 00:30", "2026-03-29 01:00"),
    "always": (ALWAYS, "2026-03-21 03:00", "2026-03-21 03:00"),
}  # fmt: skip


@pytest.mark.parametrize(("calendar", "start", "first"), NEXT.values(), ids=NEXT.keys())
def test_the_next_working_time(calendar: Calendar, start: str, first: str) -> None:
    assert next_working(calendar, at(start)) == at(first)
    assert is_working(calendar, at(start)) is (start == first)
    assert is_working(calendar, at(first))


DAY_STARTS = {
    "an office day": (works(OFFICE), "2026-03-17", at("2026-03-17 09:00")),
    "a summer's day": (works(OFFICE), "2026-07-17", at("2026-07-17 08:00")),
    "a Sunday": (works(OFFICE), "2026-03-22", None),
    "a holiday": (works(OFFICE, holidays=EASTER), "2026-04-03", None),
    "a day that begins with an absence": (works(OFFICE, away="2026-03-16 00:00/2026-03-17 11:00"), "2026-03-17", at("2026-03-17 11:00")),
    "a night belongs to the day it starts": (works(NIGHTS), "2026-03-17", at("2026-03-17 22:00")),
    "at +14": (works(OFFICE, "Pacific/Kiritimati"), "2026-03-17", at("2026-03-16 19:00")),
    "at -11": (works(OFFICE, "Pacific/Pago_Pago"), "2026-03-17", at("2026-03-17 20:00")),
    "a date that never was": (works("daily 00:00-24:00", "Pacific/Apia"), "2011-12-30", None),
}


@pytest.mark.parametrize(("calendar", "day", "start"), DAY_STARTS.values(), ids=DAY_STARTS.keys())
def test_a_working_day_starts(calendar: Calendar, day: str, start: datetime | None) -> None:
    assert working_day_start(calendar, date.fromisoformat(day)) == start


def test_local_time_is_what_the_persons_clock_shows() -> None:
    assert f"{local(works(OFFICE, 'Asia/Kathmandu'), at('2026-03-17 12:00')):%a %H:%M}" == "Tue 17:45"


def test_the_zone_in_which_the_start_is_given_changes_nothing() -> None:
    new_york = local(works(OFFICE, NEW_YORK), at("2026-03-07 12:00"))

    assert add(works("daily 00:00-24:00"), new_york, Span.parse("24h")) == at("2026-03-08 12:00")
    assert add(ALWAYS, new_york, Span.parse("1d")) == at("2026-03-08 12:00")
    assert add(ALWAYS, new_york, Span.parse("1d")).tzinfo is UTC


NEVER = {
    "no hours at all": (Calendar("Europe/London", ()), "no working hours (Europe/London)"),
    "away for ever": (works(OFFICE, away="2020-01-01/2099-01-01"), "Mon-Fri 09:00-17:30 (Europe/London) less absences"),
}


@pytest.mark.parametrize(("calendar", "said"), NEVER.values(), ids=NEVER.keys())
def test_a_calendar_without_working_time_is_refused(calendar: Calendar, said: str) -> None:
    start = at("2026-03-17 10:00")

    attempts: list[Callable[[], object]] = [lambda: add(calendar, start, Span.parse("1h")), lambda: next_working(calendar, start)]
    for attempt in attempts:
        assert refusal(attempt) == f"{said} has no working time after 2026-03-17 10:00 UTC"
    assert not is_working(calendar, start)
    assert between(calendar, start, start + timedelta(days=700), "days") == Span()


@pytest.mark.parametrize("text", ["100000d", "1000000h", "9" * 30 + "d", "20000000000h"])
@pytest.mark.parametrize("calendar", [works(OFFICE), works("daily 00:00-24:00"), ALWAYS], ids=["office", "daily", "always"])
def test_a_span_of_more_than_five_years_is_refused(calendar: Calendar, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text} from 2026-03-17 on is not over within five years; write a shorter time$"):
        add(calendar, at("2026-03-17 10:00"), Span.parse(text))


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"])
def test_the_ends_of_the_calendar_are_refused_like_any_other(zone: str, year: int) -> None:
    end = datetime.min.replace(tzinfo=UTC) if year == 1 else datetime.max.replace(tzinfo=UTC)
    calendar = works(OFFICE, zone)

    assert not is_working(calendar, end)
    if year == 1:
        assert next_working(calendar, end).year == 1
    for always_or_not in (calendar, ALWAYS) if year == 9999 else ():
        with pytest.raises(ValueError, match=r"has no working time after|is not over within five years"):
            add(always_or_not, end, Span.parse("1h"))


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="-1h is negative, and working time only runs forward"):
        add(works(OFFICE), at("2026-03-17 10:00"), Span(time=timedelta(hours=-1)))


FAULTS = {
    "no zone": (lambda: Calendar("Mars/Base", ()), '"Mars/Base" is no time zone; write one such as Europe/London'),
    "an empty zone": (lambda: Calendar("", ()), '"" is no time zone; write one such as Europe/London'),
    "a folder of zones": (lambda: Calendar("Europe", ()), '"Europe" is no time zone; write one such as Europe/London'),
    "hours twice": (
        lambda: Calendar("UTC", (Window(0, 540, 600), Window(0, 590, 660))),
        '"Mon 09:00-10:00" and "Mon 09:50-11:00" overlap; give each hour once',
    ),
    "an absence that ends at once": (
        lambda: Away(at("2026-03-17 10:00"), at("2026-03-17 10:00")),
        "the absence from 2026-03-17 10:00:00+00:00 to 2026-03-17 10:00:00+00:00 must end after it starts",
    ),
    "an absence at nobody's time": (
        lambda: Away(datetime.fromisoformat("2026-03-17"), datetime.fromisoformat("2026-03-18")),
        "the absence from 2026-03-17 00:00:00 to 2026-03-18 00:00:00 needs times with a zone",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_calendar_that_cannot_be_is_refused(make: Callable[[], object], said: str) -> None:
    assert refusal(make) == said


def test_calendars_that_say_the_same_are_the_same() -> None:
    one, other = works(LUNCH, holidays=EASTER), works("; ".join(reversed(LUNCH.split("; "))), holidays=EASTER)

    assert one == other
    assert hash(one) == hash(other)
    assert one != works(LUNCH, holidays=EASTER, away="2026-03-17 10:00/2026-03-18 10:00")


def test_everything_counts_always_like_a_calendar_that_is_never_closed() -> None:
    never_closed = works("daily 00:00-24:00", "UTC", holidays="1999-01-01")
    start, end = at("2026-03-17 10:11:12.131415"), at("2027-01-01 03:04:05.060708")

    for unit in ("days", "time"):
        counted = between(ALWAYS, start, end, "days" if unit == "days" else "time")
        assert counted == between(never_closed, start, end, "days" if unit == "days" else "time")
        assert add(ALWAYS, start, counted) == add(never_closed, start, counted) == end


# Against the walker, and against itself.

times = st.integers(0, 24 * 60).map(lambda minutes: Span(time=minutes * MINUTE))
days = st.fractions(0, 7, max_denominator=1000).map(lambda number: Span(days=number))
pairs = st.tuples(times, times) | st.tuples(days, days)


@settings(max_examples=40, deadline=None)
@given(calendars, st.integers(0, 4 * 1440))
def test_a_walker_finds_the_same(given_calendar: tuple[Calendar, datetime], minutes: int) -> None:
    calendar, start = given_calendar
    walked = walk(calendar, start - timedelta(days=4), start + timedelta(days=8))
    long, end = lengths(walked), start + minutes * MINUTE
    inside = [day for minute, day in walked if start <= minute < end and day is not None]

    assert [is_working(calendar, minute) for minute, _ in walked] == [day is not None for _, day in walked]
    assert between(calendar, start, end, "time") == Span(time=len(inside) * MINUTE)
    assert between(calendar, start, end, "days") == Span(days=sum((Fraction(1, long[day]) for day in inside), Fraction(0)))
    if inside:
        last = max(minute for minute, day in walked if minute < end and day is not None)
        assert add(calendar, start, Span(time=len(inside) * MINUTE)) == last + MINUTE
    for day in (start.date() + timedelta(days=step) for step in (-1, 0, 1)):
        assert working_day_start(calendar, day) == min((minute for minute, walked_day in walked if walked_day == day), default=None)


@settings(deadline=None)
@given(calendars, times | days)
def test_counting_undoes_adding(given_calendar: tuple[Calendar, datetime], span: Span) -> None:
    calendar, start = given_calendar
    end = add(calendar, start, span)

    assert end >= start
    counted = between(calendar, start, end, "days" if span.is_days else "time")
    assert counted.time == span.time
    assert span.days <= counted.days < span.days + Fraction(1, 60_000_000)


@settings(deadline=None)
@given(calendars, st.integers(1, 10 * 86_400 * 10**6), st.sampled_from(["days", "time"]))
def test_adding_undoes_counting(given_calendar: tuple[Calendar, datetime], micros: int, unit: str) -> None:
    calendar, start = given_calendar
    end = start + timedelta(microseconds=micros)
    if not is_working(calendar, end - MICROSECOND):
        # Off hours, and at an opening itself, the end of the window before is just as far.
        end = next_working(calendar, end) + MICROSECOND

    assert add(calendar, start, between(calendar, start, end, "days" if unit == "days" else "time")) == end


@settings(deadline=None)
@given(calendars, pairs)
def test_adding_twice_is_adding_the_sum(given_calendar: tuple[Calendar, datetime], pair: tuple[Span, Span]) -> None:
    (calendar, start), (first, second) = given_calendar, pair
    twice, once = add(calendar, add(calendar, start, first), second), add(calendar, start, first + second)

    if not first.is_days:
        assert twice == once
    # Each addition of days is rounded up to a microsecond, which is at most so much of a day of one minute.
    gap = between(calendar, once, twice, "days").days
    assert twice >= once
    assert gap <= Fraction(2, 60_000_000)


@settings(deadline=None)
@given(calendars, pairs, st.integers(0, 3 * 86_400))
def test_more_or_later_never_ends_earlier(given_calendar: tuple[Calendar, datetime], pair: tuple[Span, Span], seconds: int) -> None:
    (calendar, start), (span, more) = given_calendar, pair

    assert add(calendar, start, span + more) >= add(calendar, start, span)
    assert add(calendar, start + timedelta(seconds=seconds), span) >= add(calendar, start, span)
