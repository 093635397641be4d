"""Times that people type, as a table: the text, and what it means to Ana in London on Tuesday 3 March 2026 at 10:07."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.calendar import ALWAYS, Calendar, parse_hours
from bot.handlers.times import EXAMPLES, read_span, read_time

LONDON = Calendar("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))
NEW_YORK = Calendar("America/New_York", parse_hours("Mon-Fri 09:00-17:00"))
NIGHTS = Calendar("Europe/London", parse_hours("Mon-Fri 22:00-06:00"))
NOW = datetime(2026, 3, 3, 10, 7, tzinfo=UTC)

MEANT = {
    # a day and a time
    "Friday 15:00": "2026-03-06 15:00",
    "friday at 3 pm": "2026-03-06 15:00",
    "Fri 3pm": "2026-03-06 15:00",
    "by Friday, 15:00": "2026-03-06 15:00",
    "15:00 Friday": "2026-03-06 15:00",
    "friday 15.30": "2026-03-06 15:30",
    "Friday noon": "2026-03-06 12:00",
    "Friday midnight": "2026-03-06 23:59",
    "next Tuesday 10:00": "2026-03-10 10:00",
    "today 17:00": "2026-03-03 17:00",
    "tomorrow 9am": "2026-03-04 09:00",
    "9 am tomorrow": "2026-03-04 09:00",
    "tomorrow 10": "2026-03-04 10:00",
    "tomorrow at 10": "2026-03-04 10:00",
    "10 tomorrow": "2026-03-04 10:00",
    "today 16": "2026-03-03 16:00",
    "24.12. 15:00": "2026-12-24 15:00",
    "24.12.2026 15:00": "2026-12-24 15:00",
    "24th of December 9:30": "2026-12-24 09:30",
    "3/4 14:00": "2026-04-03 14:00",
    "Monday morning": "2026-03-09 09:00",
    # which the library takes for the fifteenth and the ninth
    "friday 15": "2026-03-06 15:00",
    "Fri. 15h": "2026-03-06 15:00",
    "Monday at 9": "2026-03-09 09:00",
    "9 monday": "2026-03-09 09:00",
    # a time alone is today, or tomorrow if it is past
    "17:00": "2026-03-03 17:00",
    "at 17:00": "2026-03-03 17:00",
    "09:00": "2026-03-04 09:00",
    "9am": "2026-03-04 09:00",
    "noon": "2026-03-03 12:00",
    "midday": "2026-03-03 12:00",
    "midnight": "2026-03-03 23:59",
    "15 uhr": "2026-03-03 15:00",
    "Friday 15:30 Uhr": "2026-03-06 15:30",
    "3 o'clock friday": "2026-03-06 03:00",
    # a day alone is the end of that day's working hours
    "friday": "2026-03-06 17:30",
    "this Friday": "2026-03-06 17:30",
    "until Friday": "2026-03-06 17:30",
    "tomorrow": "2026-03-04 17:30",
    "today": "2026-03-03 17:30",
    "Tuesday": "2026-03-10 17:30",
    "24 December": "2026-12-24 17:30",
    "24.12.": "2026-12-24 17:30",
    "the 24th": "2026-03-24 17:30",
    "day after tomorrow": "2026-03-05 17:30",
    "in 3 weeks": "2026-03-24 17:30",
    "Saturday": "2026-03-07 23:59",
    # the end of something
    "end of day": "2026-03-03 17:30",
    "EOD": "2026-03-03 17:30",
    "by close of business": "2026-03-03 17:30",
    "end of day tomorrow": "2026-03-04 17:30",
    "Thursday EOD": "2026-03-05 17:30",
    "end of week": "2026-03-06 17:30",
    "by the end of the week": "2026-03-06 17:30",
    "next week": "2026-03-13 17:30",
    "end of next week": "2026-03-13 17:30",
    # lengths: hours by the wall clock, days in working time
    "in 2 hours": "2026-03-03 12:07",
    "2h": "2026-03-03 12:07",
    "12h": "2026-03-03 22:07",
    "in half an hour": "2026-03-03 10:37",
    "1h30m": "2026-03-03 11:37",
    "2d": "2026-03-05 10:07",
    "in 4 days": "2026-03-09 10:07",
    # what programs write
    "2026-12-24": "2026-12-24 17:30",
    "2026-02-03": "2026-02-03 17:30",
    "2026-12-24T15:00": "2026-12-24 15:00",
    "2026-12-24T15:00:00": "2026-12-24 15:00",
    "2026-12-24 15:00": "2026-12-24 15:00",
    "2026-12-24T15:00+01:00": "2026-12-24 14:00",
    "2026-12-24T15:00Z": "2026-12-24 15:00",
    "Friday 15:00 UTC": "2026-03-06 15:00",
    # nothing that could be guessed at
    "": None,
    "soon": None,
    "asap": None,
    "blah": None,
    "5": None,
    "10": None,
    "may": None,
    "next month": None,
    "31.2.": None,
    "31 February": None,
    "25:00": None,
    "friday monday": None,
    "9999-12-31": None,
    "in 99999999 years": None,
    "friday " * 40: None,
}


@pytest.mark.parametrize(("text", "meant"), MEANT.items(), ids=MEANT.keys())
def test_what_is_typed_is_what_is_meant(text: str, meant: str | None) -> None:
    read = read_time(text, LONDON, NOW)

    assert read == (meant and datetime.fromisoformat(meant).replace(tzinfo=ZoneInfo("Europe/London")))


def test_every_example_that_is_offered_can_be_read() -> None:
    assert all((at := read_time(example, LONDON, NOW)) is not None and at > NOW for example in EXAMPLES)


def test_a_time_is_in_the_persons_own_zone() -> None:
    assert read_time("Friday 15:00", NEW_YORK, NOW) == datetime(2026, 3, 6, 20, tzinfo=UTC)
    assert read_time("Friday", NEW_YORK, NOW) == datetime(2026, 3, 6, 22, tzinfo=UTC)
    # 23:30 on Monday in New York is already Tuesday in London.
    assert read_time("tomorrow 9am", NEW_YORK, datetime(2026, 3, 3, 4, 30, tzinfo=UTC)) == datetime(2026, 3, 3, 14, tzinfo=UTC)


def test_americans_write_the_month_first() -> None:
    assert read_time("3/4 14:00", NEW_YORK, NOW) == datetime(2026, 3, 4, 19, tzinfo=UTC)
    assert read_time("12/24/2026", NEW_YORK, NOW) == datetime(2026, 12, 24, 22, tzinfo=UTC)


def test_the_hour_that_spring_leaves_out_is_moved_on() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert read_time("tomorrow 01:30", LONDON, before) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # shown as 02:30


def test_the_hour_that_autumn_repeats_is_the_first_one() -> None:
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)

    assert read_time("tomorrow 01:30", LONDON, before) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_hours_are_hours_over_the_change() -> None:
    assert read_time("in 3 hours", LONDON, datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == datetime(2026, 3, 29, 3, 30, tzinfo=UTC)


def test_a_night_shift_promises_until_its_day_ends() -> None:
    assert read_time("friday", NIGHTS, NOW) == datetime(2026, 3, 6, 23, 59, tzinfo=UTC)
    assert read_time("friday", ALWAYS, NOW) == datetime(2026, 3, 6, 23, 59, tzinfo=UTC)


@given(st.text(max_size=90) | st.sampled_from(sorted(filter(None, MEANT))).flatmap(lambda a: st.text(max_size=8).map(lambda b: a + b)))
def test_no_text_breaks_it(text: str) -> None:
    read = read_time(text, LONDON, NOW)

    assert read is None or read.tzinfo is not None
    assert read_span(text) is None or not text.isspace()
