"""Who is who: people, services, rotations, chains and rules, as they are at this moment.

An `Org` is a value. The configuration makes one, and what people said since (absences, accounts that went) is laid over it
before each decision, so the engine never asks anybody anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from bot.escalation.calendar import ALWAYS, Away, Calendar
from bot.escalation.span import Span
from bot.escalation.words import ChainId, PersonId, RotationId, RouteId, ServiceId

_FIRST_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a person's on a platform. A workspace is what the platform keeps apart by: the same id elsewhere is somebody else."""

    platform: str
    workspace: str
    id: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reports, owns or decides. `calendar` has no absences: `Org.calendar` adds them."""

    id: PersonId
    name: str
    calendar: Calendar
    manager: PersonId | None = None
    deputy: PersonId | None = None
    team: str | None = None
    gone: bool = False
    reachable: bool = True
    accounts: tuple[Account, ...] = ()
    closed: tuple[Account, ...] = ()  # those of them that their platform has deactivated
    email: str | None = None  # by which a platform may know them
    prefers: str | None = None  # the platform where messages go first
    configured: bool = True  # False: known by an account alone


@dataclass(frozen=True, slots=True)
class Absence:
    """A person is away in [start, end), and who answers for them meanwhile, if it is not their usual deputy."""

    person: PersonId
    start: datetime
    end: datetime
    covered_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """People who take turns by the week, changing on a weekday at a local time."""

    id: RotationId
    people: tuple[PersonId, ...]
    weekday: int
    at: timedelta
    zone: str

    def turns(self, now: datetime) -> tuple[PersonId, ...]:
        """Return everybody in order, beginning with whose turn it is at `now`."""
        local = now.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) - self.at
        weeks = (local.date() - _FIRST_MONDAY - timedelta(days=self.weekday)).days // 7
        first = weeks % len(self.people)
        return self.people[first:] + self.people[:first]


@dataclass(frozen=True, slots=True)
class Service:
    """What cases are about: whose it is, and by which chain it climbs."""

    id: ServiceId
    name: str
    owner: PersonId | RotationId
    chain: ChainId
    team: str | None = None
    budget: str | None = None
    channel: str | None = None
    keywords: tuple[str, ...] = ()
    default: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A way in which people reach a service, and who sees to it that it works."""

    id: RouteId
    name: str
    kind: Literal["web", "mail", "phone", "channel"]
    address: str
    owner: PersonId | RotationId
    service: ServiceId
    probe_every: timedelta | None = None  # None: nobody looks but people


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a chain: to whom, and how long it may stay there."""

    to: str  # "owner", "manager", a person's id or a rotation's id
    respond_within: Span
    resolve_within: Span
    nag_every: Span

    def stretched(self, factor: Fraction) -> "Level":
        """Return this level with its times multiplied by `factor`."""
        return replace(
            self,
            respond_within=self.respond_within.scaled(factor),
            resolve_within=self.resolve_within.scaled(factor),
            nag_every=self.nag_every.scaled(factor),
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """Ordered levels, level 0 first; `always` counts the wall clock instead of working time."""

    id: ChainId
    levels: tuple[Level, ...]
    always: bool = False

    @property
    def top(self) -> int:
        """The number of the last level."""
        return len(self.levels) - 1


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is: another chain, or the same one with its times stretched. Ranks rise with badness."""

    id: str
    rank: int
    chain: ChainId | None = None
    stretch: Fraction = Fraction(1)
    affected: int | None = None  # so many people with the same problem make it this severe
    default: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers that an organisation may set for itself."""

    chases_before_escalation: int = 3
    handovers_before_escalation: int = 3
    waiting_at_most: Span = field(default_factory=lambda: Span(days=Fraction(3)))
    confirm_within: Span = field(default_factory=lambda: Span(days=Fraction(3)))
    nags_per_day: int = 8
    recheck_after: tuple[timedelta, ...] = (timedelta(days=7), timedelta(days=30))
    undo_merge_within: timedelta = timedelta(days=7)
    undo_report_within: timedelta = timedelta(minutes=10)
    reports_per_hour: int = 300
    keep_answers_for: timedelta = timedelta(days=30)  # to inbound events
    keep_deliveries_for: timedelta = timedelta(days=90)  # once they have ended; cases and timelines are kept for ever
    exempt_severity: str = "critical"  # its nags are not capped by `nags_per_day`
    workaround_expires: timedelta = timedelta(days=30)  # a workaround that names no date
    cause_cases: int = 3  # so many cases of one service and cause ...
    cause_within: timedelta = timedelta(days=30)  # ... within so many days propose a case of kind `cause`
    again_within: timedelta = timedelta(days=90)  # so long after closing, the same report may be the same problem again
    rates: tuple[Decimal, ...] = ()  # what an hour costs, by level; the last one counts for those above it
    announcement_after: timedelta = timedelta(days=1)  # so long after a planned change a new case is still put down to it
    probe_closes_routes: bool = False  # a probe that succeeds closes what a probe has found, without the second key


@dataclass(frozen=True)
class Org:
    """The organisation at this moment."""

    name: str
    zone: str
    calendar_default: Calendar
    people: Mapping[PersonId, Person]
    services: Mapping[ServiceId, Service]
    chains: Mapping[ChainId, Chain]
    severities: Mapping[str, Severity]
    rotations: Mapping[RotationId, Rotation] = field(default_factory=dict)
    routes: Mapping[RouteId, Route] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    admins: tuple[PersonId, ...] = ()
    leaders: tuple[PersonId, ...] = ()
    rules: Rules = field(default_factory=Rules)
    aliases: Mapping[PersonId, PersonId] = field(default_factory=dict)  # ids that people had before: who that is

    def who_is(self, person: PersonId) -> PersonId:
        """Return the id that a person has now, by whatever id they were written down."""
        return self.aliases.get(person, person)

    def ids_of(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return every id under which something may have been written down about a person, the present one first."""
        now = self.who_is(person)
        return (now, *(before for before, who in self.aliases.items() if who == now))

    def name_of(self, person: PersonId) -> str:
        """Return what to call a person; their id, if nobody knows them any more, but not one that only says where they had an account."""
        known = self.people.get(self.who_is(person))
        return known.name if known else "somebody" if "." in person else str(person)

    @cached_property
    def _calendars(self) -> dict[PersonId, Calendar]:
        return {}

    @cached_property
    def _holders(self) -> dict[Account, PersonId]:
        holders: dict[Account, PersonId] = {}
        for person in self.people.values():
            for account in person.accounts:
                holders.setdefault(account, person.id)
        return holders

    def holder(self, account: Account) -> PersonId | None:
        """Return whose account this is; the configuration's people go before newcomers."""
        return self._holders.get(account)

    def account(self, person: PersonId, platform: str, workspace: str) -> str | None:
        """Return the id of a person's account in a workspace; of several there, one that is not deactivated."""
        known = self.people.get(self.who_is(person))
        there = [a for a in known.accounts if (a.platform, a.workspace) == (platform, workspace)] if known else []
        return next((a.id for a in sorted(there, key=lambda a: known is not None and a in known.closed)), None)

    def has_left(self, person: PersonId, platform: str, workspace: str) -> bool:
        """Tell whether the accounts that a person had in a workspace are all deactivated."""
        known = self.people.get(self.who_is(person))
        there = {a for a in known.accounts if (a.platform, a.workspace) == (platform, workspace)} if known else set()
        return known is not None and bool(there) and there <= set(known.closed)

    def calendar(self, person: PersonId | None) -> Calendar:
        """Return a person's working time less their absences; nobody's (None) is the wall clock."""
        if person is None:
            return ALWAYS
        if person not in self._calendars:
            known = self.people.get(person)
            away = tuple(Away(a.start, a.end) for a in self.absences_of(person))
            base = known.calendar if known else self.calendar_default
            self._calendars[person] = replace(base, away=away)
        return self._calendars[person]

    def absences_of(self, person: PersonId) -> tuple[Absence, ...]:
        """Return a person's absences, earliest first."""
        return tuple(sorted((a for a in self.absences if a.person == person), key=lambda a: a.start))

    def absence(self, person: PersonId, now: datetime) -> Absence | None:
        """Return the absence that a person is in at `now`."""
        return next((a for a in self.absences_of(person) if a.start <= now < a.end), None)

    def can_answer(self, person: PersonId, now: datetime) -> bool:
        """Tell whether a message to this person at `now` would reach somebody who is there."""
        known = self.people.get(person)
        return known is not None and not known.gone and known.reachable and self.absence(person, now) is None

    def acting(self, person: PersonId, now: datetime) -> PersonId | None:
        """Return who answers for a person at `now`: themselves, else their deputies, each followed once; else nobody."""
        seen: set[PersonId] = set()
        candidate: PersonId | None = person
        while candidate is not None and candidate not in seen:
            if self.can_answer(candidate, now):
                return candidate
            seen.add(candidate)
            candidate = self._deputy(candidate, now)
        return None

    def _deputy(self, person: PersonId, now: datetime) -> PersonId | None:
        absence = self.absence(person, now)
        known = self.people.get(person)
        usual = known.deputy if known else None
        return (absence.covered_by or usual) if absence else None

    def next_change(self, person: PersonId, now: datetime) -> datetime | None:
        """Return when somebody else may next begin or stop answering for this person."""
        followed: set[PersonId] = set()
        deputies: list[PersonId | None] = [person]
        while deputies:
            deputy = deputies.pop()
            if deputy is None or deputy in followed:
                continue
            followed.add(deputy)
            known = self.people.get(deputy)
            deputies += [known.deputy if known else None, *(a.covered_by for a in self.absences_of(deputy))]
        edges = (edge for a in self.absences if a.person in followed for edge in (a.start, a.end))
        return min((edge for edge in edges if edge > now), default=None)

    def manager(self, person: PersonId) -> PersonId | None:
        """Return a person's manager."""
        known = self.people.get(person)
        return known.manager if known else None

    def managers(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return everybody above a person, nearest first; a circle ends the list."""
        above: list[PersonId] = []
        manager = self.manager(person)
        while manager is not None and manager not in above and manager != person:
            above.append(manager)
            manager = self.manager(manager)
        return tuple(above)

    def shared_manager(self, people: tuple[PersonId, ...]) -> PersonId | None:
        """Return the lowest manager of all these people who is not one of them."""
        lines = [self.managers(person) for person in people]
        return next((m for m in lines[0] if m not in people and all(m in line for line in lines)), None) if lines else None

    def whose_turn(self, target: str, now: datetime) -> PersonId:
        """Return the person behind a person's or a rotation's id; in a rotation, the first in turn who is there."""
        rotation = self.rotations.get(RotationId(target))
        if rotation is None:
            return PersonId(target)
        turns = rotation.turns(now)
        return next((person for person in turns if self.acting(person, now) is not None), turns[0])

    def default_severity(self) -> Severity:
        """Return the severity of a report that names none."""
        return next((s for s in self.severities.values() if s.default), Severity("normal", rank=0))

    def chain_for(self, service: ServiceId, severity: str) -> tuple[Chain, Fraction]:
        """Return the chain that a case of this service and severity climbs, and how its times are stretched."""
        rule = self.severities.get(severity, Severity(severity, rank=0))
        return self.chains[rule.chain or self.services[service].chain], rule.stretch
