"""What will change, on which service, when: who may say so, whom it concerns, and which cases fall into it.

A change that was announced explains the cases that come with it; one that nobody announced is a cause that the digest counts.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.escalation.calendar import Calendar, between
from bot.escalation.case import Case
from bot.escalation.decision import No, Refusal
from bot.escalation.lasting import cause_key
from bot.escalation.org import Org, Rules, Service
from bot.escalation.roles import acts_for
from bot.escalation.story import Stood
from bot.escalation.words import Kind, Outcome, PersonId, RotationId, ServiceId, Text

LONGEST = timedelta(days=92)
_HOUR = timedelta(hours=1)
_FURTHEST = 14 * 24 * 60  # minutes before its start in which that hour is looked for
CHANGE = "change"  # the cause of a case that a change has brought about


@dataclass(frozen=True, slots=True)
class Announcement:
    """A planned change. `version` counts what was said of it; `remind_at` is None once there is nothing more to say."""

    id: int
    service: ServiceId
    by: PersonId
    start: datetime
    end: datetime
    text: Text
    made_at: datetime
    version: int = 1
    withdrawn_at: datetime | None = None
    remind_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return what people call it."""
        return f"A-{self.id}"

    def explains(self, at: datetime, rules: Rules) -> bool:
        """Tell whether a case opened at this time falls into its window."""
        return self.withdrawn_at is None and self.start <= at < self.end + rules.announcement_after


def explaining(announcements: Iterable[Announcement], service: ServiceId, at: datetime, rules: Rules) -> Announcement | None:
    """Return the announcement whose window a case of this service falls into; of several, the one that began last."""
    fitting = [one for one in announcements if one.service == service and one.explains(at, rules)]
    return max(fitting, key=lambda one: (one.start, one.id), default=None)


# --- who may ---------------------------------------------------------------------------------------------------------------------


def may_announce(by: PersonId, service: Service, org: Org, now: datetime) -> Refusal | None:
    """Return the refusal for anyone but the service's owner, whom its cases go up to, and the admins."""
    owners, above = owners_of(service, org), accountables(service, org)
    if by in org.admins or by in above or any(acts_for(by, person, org, now) for person in owners):
        return None
    roles = ("the service's owner", "whoever its cases go up to", "an admin")
    return Refusal(No.NOT_YOURS, "announce", who=owners, roles=roles)


def owners_of(service: Service, org: Org) -> tuple[PersonId, ...]:
    """Return who owns a service: one person, or everybody who takes turns."""
    rotation = org.rotations.get(RotationId(service.owner))
    return rotation.people if rotation else (PersonId(service.owner),)


def accountables(service: Service, org: Org) -> tuple[PersonId, ...]:
    """Return whom the levels above 0 of a service's chain go to, for each of its owners."""
    found: list[PersonId] = []
    for owner in owners_of(service, org):
        climbed = owner
        for level in org.chains[service.chain].levels[1:]:
            if level.to != "manager":
                rotation = org.rotations.get(RotationId(level.to))
                found += rotation.people if rotation else (PersonId(level.to),)
            elif (manager := org.manager(climbed)) is not None:
                climbed = manager
                found.append(manager)
    return tuple(dict.fromkeys(found))


# --- when ------------------------------------------------------------------------------------------------------------------------


def remind_at(start: datetime, calendar: Calendar, now: datetime) -> datetime | None:
    """Return the last minute at which one working hour is left until `start`; None if that is past, and the first telling must do."""

    def left(minutes: int) -> timedelta:
        return between(calendar, start - timedelta(minutes=minutes), start, "time").time

    before = bisect_left(range(_FURTHEST + 1), _HOUR, key=left)
    # Nobody works in that time: an hour by the clock.
    at = start - timedelta(minutes=before if before <= _FURTHEST else 60)
    return at if at > now else None


# --- what it comes to ------------------------------------------------------------------------------------------------------------


def is_unannounced(case: Case | Stood) -> bool:
    """Tell whether it is a problem whose cause was a change that nobody had announced, as far as its resolution says so."""
    # A duplicate is counted where it went; what was withdrawn was no problem.
    counts = case.kind is Kind.PROBLEM and case.outcome not in (Outcome.DUPLICATE, Outcome.WITHDRAWN)
    return counts and case.announced is None and case.resolution is not None and cause_key(case.resolution.cause) == CHANGE
