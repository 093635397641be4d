"""Weekly hours: what an administrator writes is understood, said back, or refused with a sentence that helps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.hours import Window, hours_text, parse_hours
from tests.escalation.walker import refusal, weeks


def windows(*days: int, hours: str) -> list[Window]:
    """`windows(0, 1, hours="9-12:30")`: the same hours, in minutes, on each of these weekdays."""
    start, end = (int(hour) * 60 + int(minute or 0) for hour, _, minute in (time.partition(":") for time in hours.split("-")))
    return [Window(day, start, end) for day in days]


READ = {
    "Mon-Fri 09:00-17:30": (windows(0, 1, 2, 3, 4, hours="9-17:30"), "Mon-Fri 09:00-17:30"),
    "Mon-Fri 09:00-12:00, 13:00-17:30": (
        windows(0, 1, 2, 3, 4, hours="9-12") + windows(0, 1, 2, 3, 4, hours="13-17:30"),
        "Mon-Fri 09:00-12:00 13:00-17:30",
    ),
    "Mon-Thu 09:00-12:30 13:30-18:00; Fri 09:00-14:00": (
        windows(0, 1, 2, 3, hours="9-12:30") + windows(0, 1, 2, 3, hours="13:30-18") + windows(4, hours="9-14"),
        "Mon-Thu 09:00-12:30 13:30-18:00; Fri 09:00-14:00",
    ),
    "Mon 9:00-12:00, Tue 10:00-12:00": (windows(0, hours="9-12") + windows(1, hours="10-12"), "Mon 09:00-12:00; Tue 10:00-12:00"),
    "Mon,Wed,Fri 10:00-16:00": (windows(0, 2, 4, hours="10-16"), "Mon,Wed,Fri 10:00-16:00"),
    "mondays, Wednesday & FRI: 10.00 \u2013 16.00": (windows(0, 2, 4, hours="10-16"), "Mon,Wed,Fri 10:00-16:00"),
    "Tues and Thurs 10:00 to 16:00": (windows(1, 3, hours="10-16"), "Tue,Thu 10:00-16:00"),
    "daily 00:00-24:00": (windows(0, 1, 2, 3, 4, 5, 6, hours="0-24"), "daily 00:00-24:00"),
    "every day 00:00-24:00": (windows(0, 1, 2, 3, 4, 5, 6, hours="0-24"), "daily 00:00-24:00"),
    "weekdays 9:00-17:00 weekends 10:00-12:00": (
        windows(0, 1, 2, 3, 4, hours="9-17") + windows(5, 6, hours="10-12"),
        "Mon-Fri 09:00-17:00; Sat-Sun 10:00-12:00",
    ),
    "Sat-Mon 10:00-16:00": (windows(0, 5, 6, hours="10-16"), "Sat-Mon 10:00-16:00"),
    "Sun-Thu 22:00-06:00": (windows(0, 1, 2, 3, 6, hours="22-30"), "Sun-Thu 22:00-06:00"),
    "Mon 20:00-24:00": (windows(0, hours="20-24"), "Mon 20:00-24:00"),
}


@pytest.mark.parametrize(("text", "week", "said"), [(key, *row) for key, row in READ.items()], ids=READ.keys())
def test_hours_are_read_and_said_back(text: str, week: list[Window], said: str) -> None:
    assert parse_hours(text) == tuple(sorted(week))
    assert hours_text(week) == said


def test_hours_may_come_as_a_list() -> None:
    assert parse_hours(["Mon-Thu 09:00-17:00", "Fri 09:00-14:00"]) == parse_hours("Mon-Thu 09:00-17:00; Fri 09:00-14:00")


FORMS = 'write them like "Mon-Fri 09:00-17:30"'
NO_DAY = "is no day; write Mon, Tue, Wed, Thu, Fri, Sat, Sun, a range such as Mon-Fri, or daily"
RUNS = "is no time of day; hours run from 00:00 to 24:00, and a night is written 22:00-06:00"
REFUSED = {
    "": f"no hours are given; {FORMS}",
    " ; ": f"no hours are given; {FORMS}",
    "09:00-17:30": f'"09:00-17:30" names no day before its hours; {FORMS}',
    "Mon-Fri": f'"Mon-Fri" has no hours after its days; {FORMS}',
    "Mon; Tue 09:00-10:00": f'"Mon" has no hours after its days; {FORMS}',
    "Mon 9:00-10:00 Tue": f'"Mon 9:00-10:00 Tue" has no hours after its days; {FORMS}',
    "Moonday 09:00-10:00": f'"moonday" {NO_DAY}',
    "m 09:00-10:00": f'"m" {NO_DAY}',
    "Mon-Fri-Sat 09:00-10:00": f'"fri-sat" {NO_DAY}',
    "Mon 9-17": '"9-17" in "Mon 9-17" is no time of day; write it like 09:00-17:30',
    "Mon 25:00-26:00": f'"25:00-26:00" {RUNS}',
    "Mon 24:00-02:00": f'"24:00-02:00" {RUNS}',
    "Mon 09:60-10:00": f'"09:60-10:00" {RUNS}',
    "Mon 22:00-30:00": f'"22:00-30:00" {RUNS}',
    "Mon 09:00-09:00": '"09:00-09:00" begins and ends at the same time; for a whole day write 00:00-24:00',
    "Mon-Fri 09:00-17:00; Fri 16:00-18:00": '"Fri 09:00-17:00" and "Fri 16:00-18:00" overlap; give each hour once',
    "Mon 22:00-06:00; Tue 05:59-12:00": '"Mon 22:00-06:00" and "Tue 05:59-12:00" overlap; give each hour once',
    "Sun 22:00-06:00; Mon 05:00-07:00": '"Sun 22:00-06:00" and "Mon 05:00-07:00" overlap; give each hour once',
}


@pytest.mark.parametrize(("text", "said"), REFUSED.items(), ids=REFUSED.keys())
def test_impossible_hours_are_refused_with_the_cure(text: str, said: str) -> None:
    assert refusal(lambda: parse_hours(text)) == said


def test_hours_that_only_touch_are_fine() -> None:
    week = parse_hours("Sun 22:00-06:00; Mon 06:00-07:00 07:00-08:00")

    assert week == (Window(0, 360, 420), Window(0, 420, 480), Window(6, 1320, 1800))


def test_no_hours_are_said_as_such() -> None:
    assert hours_text(()) == "no working hours"


@pytest.mark.parametrize(("weekday", "start", "end"), [(7, 0, 60), (-1, 0, 60), (0, 60, 60), (0, -1, 60), (0, 1440, 1500), (0, 1, 1441)])
def test_a_window_that_no_day_has_is_refused(weekday: int, start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is no window of a day"):
        Window(weekday, start, end)


@given(weeks)
def test_hours_text_and_parse_hours_are_each_others_inverse(week: tuple[Window, ...]) -> None:
    assert parse_hours(hours_text(week)) == week


@given(st.text() | st.text(alphabet="MonTueFri dailyto-\u2013,;:.&0129 "))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        week = parse_hours(text)
    except ValueError as refused:
        said = str(refused)
    else:
        assert parse_hours(hours_text(week)) == week
        return
    assert "\n" not in said
    assert "; " in said
