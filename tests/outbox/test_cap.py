"""When may a person be nagged again, once today's messages are used up?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.org import Absence
from bot.escalation.words import PersonId
from bot.outbox.cap import day_start, next_list, zone_of
from tests.outbox.office import ANA, ORG, TOKYO, at

TOMO = PersonId("tomo")
NIGHT = PersonId("nadia")
NIGHTS = Calendar("Europe/London", parse_hours("Mon-Fri 22:00-06:00"))
WORLD = replace(
    ORG,
    people={
        **ORG.people,
        TOMO: replace(ORG.people[ANA], id=TOMO, calendar=TOKYO),
        NIGHT: replace(ORG.people[ANA], id=NIGHT, calendar=NIGHTS),
    },
    absences=(Absence(TOMO, at("0:00", 7), at("0:00", 14)),),
)

DAYS = {
    "mid-morning in London": (ANA, at("10:00"), at("0:00"), at("9:00", 1)),
    "Friday evening is followed by Monday": (ANA, at("18:00", 4), at("0:00", 4), at("9:00", 7)),
    "before work the list is still tomorrow's": (ANA, at("6:00"), at("0:00"), at("9:00", 1)),
    # 15:30 UTC is half past midnight in Tokyo, already the next day
    "after midnight in Tokyo": (TOMO, at("15:30"), at("15:00"), at("0:00", 2)),
    "over a week away": (TOMO, at("1:00", 4), at("15:00", 3), at("0:00", 14)),
    "the night of the night shift": (NIGHT, at("23:00"), at("0:00"), at("22:00", 1)),
    "somebody nobody knows any more": (PersonId("gone"), at("10:00"), at("0:00"), at("9:00", 1)),
}


@pytest.mark.parametrize(("person", "now", "began", "then"), DAYS.values(), ids=DAYS.keys())
def test_days(person: PersonId, now: datetime, began: datetime, then: datetime) -> None:
    assert day_start(WORLD, person, now) == began
    assert next_list(WORLD, person, now) == then


def test_the_day_that_loses_an_hour_begins_at_its_midnight() -> None:
    spring = datetime(2026, 3, 29, 12, tzinfo=UTC)

    assert day_start(ORG, ANA, spring) == datetime(2026, 3, 29, 0, tzinfo=UTC)
    assert day_start(ORG, ANA, datetime(2026, 3, 30, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 23, tzinfo=UTC)


def test_who_never_works_again_gets_the_list_a_day_later() -> None:
    away = replace(ORG, absences=(Absence(ANA, at("0:00"), at("0:00", 5000)),))

    assert next_list(away, ANA, at("10:00")) == at("10:00", 1)


def test_a_channel_reads_times_in_the_zone_of_the_organisation() -> None:
    assert (zone_of(WORLD, None), zone_of(WORLD, TOMO)) == ("Europe/London", "Asia/Tokyo")
