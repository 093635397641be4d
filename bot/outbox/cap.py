"""May a person be nagged once more today?

`rules.nags_per_day` counts the messages of one local day, the person's own. What exceeds it waits for the start of their next working
day and then comes as one list.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.escalation.calendar import working_day_start
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import PersonId

_LOOK_AHEAD = 366


def zone_of(org: Org, person: PersonId | None) -> str:
    """Return the zone that a person reads times in; the organisation's for a channel, or somebody nobody knows any more."""
    known = org.people.get(person) if person is not None else None
    return known.calendar.zone if known else org.zone


def day_start(org: Org, person: PersonId, now: datetime) -> datetime:
    """Return when the person's local day began."""
    zone = ZoneInfo(zone_of(org, person))
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def next_list(org: Org, person: PersonId, now: datetime) -> datetime:
    """Return the start of the person's next working day; without one within a year, this time tomorrow."""
    calendar = org.calendar(person)
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    starts = (working_day_start(calendar, today + timedelta(days=ahead)) for ahead in range(1, _LOOK_AHEAD))
    return next((start for start in starts if start is not None and start > now), now + timedelta(days=1))


def exempt(case: Case, org: Org) -> bool:
    """Tell whether a case is so severe that its nags are not capped."""
    return case.severity == org.rules.exempt_severity
