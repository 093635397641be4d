"""Planned changes: who may announce one, when people are told again, and which cases it explains."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.announcing import (
    Announcement,
    accountables,
    explaining,
    is_unannounced,
    may_announce,
    owners_of,
    remind_at,
)
from bot.escalation.calendar import ALWAYS, Calendar, between, parse_hours
from bot.escalation.case import Case
from bot.escalation.decision import No
from bot.escalation.org import Rules
from bot.escalation.requests import Confirm, Resolve
from bot.escalation.words import Kind, Outcome, ServiceId, Text
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BILLING,
    BRUNO,
    CLEO,
    DANA,
    DESK,
    EVERYBODY,
    FIXED,
    IDA,
    METERING,
    ORG,
    PIA,
    RITA,
    at,
    away,
    chained,
    level,
    play,
)

NIGHT = Announcement(1, BILLING, ANA, at("Fri 18:00"), at("Sat 06:00"), Text("the meters are read anew"), at("Mon 09:00"))
RULES = Rules(announcement_after=timedelta(days=1))
MICROSECOND = timedelta(microseconds=1)

# --- which cases it explains

EXPLAINS = {
    "before it": (at("Fri 18:00") - MICROSECOND, False),
    "as it begins": (at("Fri 18:00"), True),
    "in it": (at("Sat 01:00"), True),
    "as it ends": (at("Sat 06:00"), True),
    "a while after it": (at("Sun 06:00") - MICROSECOND, True),
    "later": (at("Sun 06:00"), False),
}


@pytest.mark.parametrize(("when", "explains"), EXPLAINS.values(), ids=EXPLAINS.keys())
def test_a_window_begins_with_it_and_ends_a_while_after_it(when: datetime, explains: bool) -> None:
    assert NIGHT.explains(when, RULES) is explains
    assert not replace(NIGHT, withdrawn_at=at("Tue 09:00")).explains(when, RULES)


def test_of_several_the_one_that_began_last_explains_and_only_for_its_service() -> None:
    later = replace(NIGHT, id=2, start=at("Fri 20:00"))
    twin = replace(later, id=3)
    now = at("Fri 21:00")
    assert explaining([NIGHT, later], BILLING, now, RULES) == later
    assert explaining([later, NIGHT], BILLING, now, RULES) == later
    assert explaining([twin, later], BILLING, now, RULES) == twin
    assert explaining([NIGHT, later], BILLING, at("Fri 19:00"), RULES) == NIGHT
    assert explaining([NIGHT], METERING, now, RULES) is None
    assert explaining([], BILLING, now, RULES) is None


# --- who may

MAY = {BILLING: {ANA, BRUNO, CLEO, IDA}, METERING: {BEN, BRUNO, CLEO, IDA}, DESK: {BEN, DANA, BRUNO, CLEO, IDA}}


@pytest.mark.parametrize("service", MAY)
def test_the_owner_whom_its_cases_go_up_to_and_the_admins(service: ServiceId) -> None:
    asked = ORG.services[service]
    allowed = {person for person in EVERYBODY if may_announce(person, asked, ORG, at("Mon 10:00")) is None}
    assert allowed == MAY[service]


def test_a_refusal_names_the_owner() -> None:
    refusal = may_announce(RITA, ORG.services[BILLING], ORG, at("Mon 10:00"))
    assert refusal is not None
    assert (refusal.no, refusal.verb, refusal.who) == (No.NOT_YOURS, "announce", (ANA,))


def test_a_deputy_may_while_the_owner_is_away() -> None:
    gone = away(ANA, "Mon 09:00", "Wed 09:00", PIA)
    assert may_announce(PIA, ORG.services[BILLING], gone, at("Tue 10:00")) is None
    assert may_announce(PIA, ORG.services[BILLING], gone, at("Wed 10:00")) is not None


def test_a_chain_climbs_from_each_owner_and_may_name_people_and_turns() -> None:
    org = chained(level("owner", "1h", "2d", "4h"), level("manager", "1h", "2d", "4h"), level("desk", "1h", "2d", "4h"))
    assert accountables(org.services[BILLING], org) == (BRUNO, BEN, DANA)
    assert owners_of(org.services[DESK], org) == (BEN, DANA)


# --- when they are told again

OFFICE = Calendar("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))
REMINDED = {
    "an hour before, within the day": ("Tue 15:00", "Tue 14:00"),
    "in the evening, an hour before work ends": ("Tue 18:00", "Tue 16:30"),
    "at the weekend, on Friday": ("Sun 12:00", "Fri 16:30"),
    "in the morning, the day before": ("Tue 09:00", "Mon 16:30"),
    "half an hour after work begins, half of it the day before": ("Tue 09:30", "Mon 17:00"),
}


@pytest.mark.parametrize(("start", "told"), REMINDED.values(), ids=REMINDED.keys())
def test_people_are_told_again_one_working_hour_before(start: str, told: str) -> None:
    assert remind_at(at(start), OFFICE, at("Mon 09:00")) == at(told)


def test_where_that_hour_has_begun_once_is_enough() -> None:
    assert remind_at(at("Tue 15:00"), OFFICE, at("Tue 14:00")) is None
    assert remind_at(at("Tue 15:00"), OFFICE, at("Tue 13:59")) == at("Tue 14:00")


def test_who_works_always_or_never_is_told_an_hour_before_by_the_clock() -> None:
    assert remind_at(at("Sun 03:00"), ALWAYS, at("Mon 09:00")) == at("Sun 02:00")
    assert remind_at(at("Sun 03:00"), Calendar("Europe/London", ()), at("Mon 09:00")) == at("Sun 02:00")


@given(st.integers(0, 60 * 24 * 20), st.sampled_from(["Mon-Fri 09:00-17:30", "Mon 22:00-24:00", "Sat 10:00-10:45", "Mon-Sun 00:00-24:00"]))
def test_it_is_the_last_minute_at_which_an_hour_is_left(minutes: int, hours: str) -> None:
    calendar, start = Calendar("Europe/London", parse_hours(hours)), at("Mon 09:00", week=2) + timedelta(minutes=minutes)
    told = remind_at(start, calendar, at("Mon 09:00", week=-3))
    assert told is not None
    assert between(calendar, told, start, "time").time >= timedelta(hours=1)
    assert between(calendar, told + timedelta(minutes=1), start, "time").time < timedelta(hours=1)


# --- what the digest counts

BY_CHANGE = play(ACKED, (Resolve(ANA, Text("undone"), "  Change "), at("Mon 12:00")))
COUNTED = {
    "a change that nobody announced": (BY_CHANGE, True),
    "confirmed as well": (play(BY_CHANGE, (Confirm(RITA), at("Mon 13:00"))), True),
    "one that was announced": (replace(BY_CHANGE, announced="A-1"), False),
    "another cause": (FIXED, False),
    "no cause yet": (ACKED, False),
    "withdrawn": (replace(BY_CHANGE, outcome=Outcome.WITHDRAWN), False),
    "a duplicate": (replace(BY_CHANGE, outcome=Outcome.DUPLICATE), False),
    "no problem": (replace(BY_CHANGE, kind=Kind.CHANGE), False),
}


@pytest.mark.parametrize(("case", "surprise"), COUNTED.values(), ids=COUNTED.keys())
def test_a_case_counts_as_surprise_or_not(case: Case, surprise: bool) -> None:
    assert is_unannounced(case) is surprise
