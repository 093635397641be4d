"""A small office whose cases are told by the real engine, and the time as people say it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.escalation.advance import advance
from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.case import Case
from bot.escalation.decision import Decision, Message
from bot.escalation.facts import Fact
from bot.escalation.org import Chain, Level, Org, Person, Rules, Service, Severity
from bot.escalation.requests import Report, Request, Tick
from bot.escalation.span import Span
from bot.escalation.words import CaseId, ChainId, MessageKind, PersonId, ServiceId, Text

RITA, ANA, BEN, BRUNO, CLEO, IDA = (PersonId(name) for name in ("rita", "ana", "ben", "bruno", "cleo", "ida"))
LONDON = Calendar("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))
TOKYO = Calendar("Asia/Tokyo", parse_hours("Mon-Fri 09:00-17:30"))
BILLING = ServiceId("billing")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # London is on UTC then


def at(time: str, days: int = 0) -> datetime:
    """Return a time of that Monday, or so many days later."""
    hours, minutes = time.split(":")
    return MONDAY + timedelta(days=days, hours=int(hours), minutes=int(minutes))


def _level(to: str) -> Level:
    return Level(to, respond_within=Span.parse("2h"), resolve_within=Span.parse("2d"), nag_every=Span.parse("30m"))


def _person(id: PersonId, name: str, manager: PersonId | None = None, calendar: Calendar = LONDON) -> Person:
    return Person(id, name, calendar, manager=manager, team="billing")


ORG = Org(
    name="Office",
    zone="Europe/London",
    calendar_default=LONDON,
    people={
        person.id: person
        for person in (
            _person(RITA, "Rita"),
            _person(ANA, "Ana", BRUNO),
            _person(BEN, "Ben", BRUNO),
            _person(BRUNO, "Bruno", CLEO),
            _person(CLEO, "Cleo"),
            _person(IDA, "Ida"),
        )
    },
    services={BILLING: Service(BILLING, "Billing", ANA, ChainId("standard"), team="billing")},
    chains={ChainId("standard"): Chain(ChainId("standard"), (_level("owner"), _level("manager"), _level("cleo")))},
    severities={
        "minor": Severity("minor", 0, stretch=Fraction(2)),
        "normal": Severity("normal", 1, default=True),
        "critical": Severity("critical", 2),
    },
    admins=(IDA,),
    rules=Rules(nags_per_day=2),
)


@dataclass
class Told:
    """A case, told step by step by the engine, with everything that was said about it."""

    org: Org = ORG
    id: CaseId = field(default=CaseId(42))
    case: Case | None = None
    facts: dict[int, Fact] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def now(self) -> Case:
        """The case as it stands."""
        assert self.case is not None
        return self.case

    def report(self, when: datetime, severity: str = "normal", *, private: bool = False) -> Decision:
        """Open the case."""
        return self.does(Report(self.id, RITA, BILLING, Text("The meter"), Text("It is wrong"), severity, private=private), when)

    def does(self, request: Request, when: datetime) -> Decision:
        """Let somebody do something."""
        decision = advance(self.case, request, self.org, when)
        assert decision.refusal is None, decision.refusal
        self.case = decision.case
        self.facts |= {fact.n: fact for fact in decision.facts}
        self.messages += decision.messages
        self.decisions.append(decision)
        return decision

    def wait(self, until: datetime) -> None:
        """Let time pass; everything due happens at its own time."""
        while self.now.due is not None and self.now.due <= until:
            self.does(Tick(), self.now.due)

    def last(self, kind: MessageKind, to: PersonId) -> tuple[Message, Fact]:
        """Return the last message of a kind to a person, with its fact."""
        message = [m for m in self.messages if (m.kind, m.to) == (kind, to)][-1]
        return message, self.facts[message.fact]


Steps = Sequence[tuple[Request, datetime]]


def told(steps: Steps, until: datetime | None = None, severity: str = "normal") -> Told:
    """Return a case reported on Monday at 9, after these steps, with all that happened by itself up to `until`."""
    story = Told()
    story.report(at("9:00"), severity)
    for request, when in steps:
        story.wait(when)
        story.does(request, when)
    if until is not None:
        story.wait(until)
    return story
