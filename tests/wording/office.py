"""A small organisation and the means to play stories in it: the real engine, so that what is worded is what it decides."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.escalation.advance import advance
from bot.escalation.calendar import Calendar
from bot.escalation.case import Case
from bot.escalation.decision import Decision, Message
from bot.escalation.facts import Fact
from bot.escalation.hours import parse_hours
from bot.escalation.org import Absence, Chain, Level, Org, Person, Route, Rules, Service, Severity
from bot.escalation.requests import Report, Request, Tick
from bot.escalation.span import Span
from bot.escalation.words import CaseId, ChainId, PersonId, RouteId, ServiceId, Text

ZONE = "Europe/London"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOURS = Calendar(ZONE, parse_hours("Mon-Fri 09:00-17:00"))


def person(id: str, name: str, manager: str | None = None, deputy: str | None = None, team: str | None = None) -> Person:
    return Person(PersonId(id), name, HOURS, PersonId(manager) if manager else None, PersonId(deputy) if deputy else None, team)


PEOPLE = (
    person("rita", "Rita"),
    person("ed", "Ed"),
    person("ana", "Ana", "bruno", team="billing"),
    person("amir", "Amir", "bruno", team="billing"),
    person("ben", "Ben", "bruno", team="metering"),
    person("bruno", "Bruno", "cleo", deputy="cara"),
    person("cara", "Cara", "cleo"),
    person("cleo", "Cleo"),
    person("ida", "Ida"),
)
STANDARD = Chain(
    ChainId("standard"),
    (
        Level("owner", Span.parse("1h"), Span.parse("2d"), Span.parse("4h")),
        Level("manager", Span.parse("2h"), Span.parse("1d"), Span.parse("2h")),
        Level("manager", Span.parse("2h"), Span.parse("1d"), Span.parse("2h")),
    ),
)
ORG = Org(
    name="Northlight",
    zone=ZONE,
    calendar_default=HOURS,
    people={p.id: p for p in PEOPLE},
    services={
        ServiceId("billing"): Service(ServiceId("billing"), "Billing", PersonId("ana"), STANDARD.id, "billing", "billing", default=True),
        ServiceId("metering"): Service(ServiceId("metering"), "Metering", PersonId("ben"), STANDARD.id, "metering", "metering"),
    },
    chains={STANDARD.id: STANDARD},
    severities={
        "low": Severity("low", 0, stretch=Fraction(2)),
        "normal": Severity("normal", 1, default=True),
        "critical": Severity("critical", 2, stretch=Fraction(1, 4)),
    },
    routes={
        RouteId("website"): Route(
            RouteId("website"), "Contact form", "web", "https://northlight.example/contact", PersonId("ana"), ServiceId("billing")
        )
    },
    admins=(PersonId("ida"),),
    leaders=(PersonId("cleo"),),
    rules=Rules(),
)


def away(person: str, start: datetime, end: datetime, org: Org = ORG) -> Org:
    """The same organisation with one absence more."""
    return replace(org, absences=(*org.absences, Absence(PersonId(person), start, end)))


def report(title: str = "Meter swapped, bill is 9,000", by: str = "rita", **more: object) -> Report:
    values: dict[str, object] = {"id": CaseId(1), "text": Text(title)} | more
    return Report(by=PersonId(by), service=ServiceId("billing"), title=Text(title), **values)  # type: ignore[arg-type]


@dataclass
class Told:
    """One message with everything it is drawn from."""

    message: Message
    fact: Fact
    case: Case
    now: datetime
    org: Org


@dataclass
class Play:
    """One case, played step by step; it remembers what was decided and who was told."""

    org: Org = ORG
    now: datetime = MONDAY
    case: Case | None = None
    facts: list[Fact] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    decisions: list[tuple[Request, Decision, datetime]] = field(default_factory=list)

    def do(self, request: Request, **later: float) -> "Play":
        """Move the clock on, then ask."""
        self.now += timedelta(**later)
        decision = advance(self.case, request, self.org, self.now)
        self.decisions.append((request, decision, self.now))
        self.case = decision.case or self.case
        self.facts += decision.facts
        by_number = {fact.n: fact for fact in decision.facts}
        assert self.case is not None
        self.told += [Told(m, by_number[m.fact], self.case, self.now, self.org) for m in decision.messages]
        return self

    def wait(self) -> "Play":
        """Let the time pass until something is due, and let that happen."""
        assert self.case is not None
        assert self.case.due is not None
        self.now = max(self.now, self.case.due)
        return self.do(Tick())

    @property
    def there(self) -> Case:
        assert self.case is not None
        return self.case

    @property
    def last(self) -> Decision:
        return self.decisions[-1][1]
