"""A small organisation to play cases in, and the words that a row of a table is made of.

Rita and Tom report. Ana owns billing, Bruno manages her, Cleo is the chief executive. Ben and Dana read meters under Bruno; Pia is
in Ana's team. Ida is the admin. Kenji works in Tokyo. Unless a row says otherwise everything happens in the week of 2 March 2026.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from bot.escalation.advance import advance
from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.case import Case, Clock
from bot.escalation.decision import Decision
from bot.escalation.facts import apply
from bot.escalation.org import Absence, Chain, Level, Org, Person, Rotation, Rules, Service, Severity
from bot.escalation.requests import (
    Acknowledge,
    Ask,
    Confirm,
    Decline,
    HandOver,
    Report,
    Request,
    Resolve,
    Tick,
    Withdraw,
)
from bot.escalation.span import Span
from bot.escalation.words import CaseId, ChainId, PersonId, Reason, RotationId, ServiceId, Text

LONDON = "Europe/London"
OFFICE = parse_hours("Mon-Fri 09:00-17:30")
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28)})
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

RITA, TOM, ANA, PIA = PersonId("rita"), PersonId("tom"), PersonId("ana"), PersonId("pia")
BRUNO, CLEO, BEN, DANA = PersonId("bruno"), PersonId("cleo"), PersonId("ben"), PersonId("dana")
IDA, KENJI = PersonId("ida"), PersonId("kenji")
EVERYBODY = (RITA, TOM, ANA, PIA, BRUNO, CLEO, BEN, DANA, IDA, KENJI)

BILLING, METERING, PAYROLL, DESK = ServiceId("billing"), ServiceId("metering"), ServiceId("payroll"), ServiceId("desk")


def at(when: str, week: int = 0) -> datetime:
    """Read "Mon 10:00", in London, of the week of 2 March 2026 or so many weeks later; or "2026-03-29 01:30"."""
    day, time = when.split()
    hour, minute = (int(part) for part in time.split(":"))
    on = date(2026, 3, 2) + timedelta(days=_DAYS.index(day) + 7 * week) if day in _DAYS else date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(LONDON)).astimezone(ZoneInfo("UTC"))


def span(text: str) -> Span:
    return Span.parse(text)


def _person(id: PersonId, manager: PersonId | None = CLEO, team: str | None = None, zone: str = LONDON) -> Person:
    return Person(id, str(id).title(), Calendar(zone, OFFICE, HOLIDAYS), manager, team=team)


def level(to: str, respond: str, resolve: str, nag: str) -> Level:
    return Level(to, span(respond), span(resolve), span(nag))


STANDARD = Chain(
    ChainId("standard"), (level("owner", "1h", "2d", "4h"), level("manager", "2h", "1d", "4h"), level("cleo", "4h", "1d", "4h"))
)
URGENT = Chain(
    ChainId("urgent"),
    (level("owner", "15m", "4h", "30m"), level("manager", "30m", "4h", "1h"), level("cleo", "1h", "1d", "2h")),
    always=True,
)

ORG = Org(
    name="Northlight",
    zone=LONDON,
    calendar_default=Calendar(LONDON, OFFICE, HOLIDAYS),
    people={
        person.id: person
        for person in (
            _person(RITA),
            _person(TOM),
            _person(ANA, BRUNO, "billing"),
            _person(PIA, BRUNO, "billing"),
            _person(BRUNO),
            _person(CLEO, None),
            _person(BEN, BRUNO, "metering"),
            _person(DANA, BRUNO, "metering"),
            _person(IDA),
            _person(KENJI, zone="Asia/Tokyo"),
        )
    },
    services={
        BILLING: Service(BILLING, "Billing", ANA, STANDARD.id, team="billing", budget="billing", default=True),
        METERING: Service(METERING, "Metering", BEN, STANDARD.id, team="metering", budget="metering"),
        PAYROLL: Service(PAYROLL, "Payroll", ANA, STANDARD.id, team="billing", private=True),
        DESK: Service(DESK, "Desk", RotationId("desk"), STANDARD.id, team="metering"),
    },
    chains={STANDARD.id: STANDARD, URGENT.id: URGENT},
    severities={
        "low": Severity("low", 0, stretch=Fraction(2)),
        "normal": Severity("normal", 1, default=True),
        "high": Severity("high", 2, stretch=Fraction(1, 2), affected=4),
        "critical": Severity("critical", 3, chain=URGENT.id),
    },
    rotations={RotationId("desk"): Rotation(RotationId("desk"), (BEN, DANA), 0, timedelta(hours=9), LONDON)},
    admins=(IDA,),
    leaders=(CLEO,),
    rules=Rules(),
)


def away(person: PersonId, start: str, end: str, by: PersonId | None = None, *, org: Org = ORG) -> Org:
    """Return the organisation with that person away from Mon or so until a day of the next week at the most."""
    until = at(end) if at(end) > at(start) else at(end, week=1)
    return replace(org, absences=(*org.absences, Absence(person, at(start), until, by)))


def changed(person: PersonId, org: Org = ORG, **what: Any) -> Org:
    """Return the organisation with something else about one person: `gone=True`, `manager=None`."""
    return replace(org, people={**org.people, person: replace(org.people[person], **what)})


def ruled(org: Org = ORG, **rules: Any) -> Org:
    return replace(org, rules=replace(org.rules, **rules))


def chained(*levels: Level, always: bool = False, org: Org = ORG) -> Org:
    """Return the organisation with another standard chain."""
    return replace(org, chains={**org.chains, STANDARD.id: Chain(STANDARD.id, levels, always)})


def text(words: str) -> Text:
    return Text(words)


def report(by: PersonId = RITA, service: ServiceId = BILLING, id: int = 42, **more: Any) -> Report:
    return Report(CaseId(id), by, service, Text("Bill"), Text("Meter swapped, bill is 9,000"), **more)


def decided(case: Case | None, request: Request, now: datetime, org: Org = ORG) -> Decision:
    """Decide, and hold the engine to its promises on the way: pure, folded from its facts, keys unlike each other."""
    decision = advance(case, request, org, now)
    assert advance(case, request, org, now) == decision
    folded = case
    for fact in decision.facts:
        assert fact.n == (folded.version if folded else 0) + 1
        folded = apply(folded, fact)
    assert folded == decision.case
    assert len({message.key for message in decision.messages}) == len(decision.messages)
    if decision.case is not None and decision.case.live:
        assert decision.case.owner
        assert decision.case.due is not None
    return decision


def play(case: Case | None, *steps: tuple[Request, datetime], org: Org = ORG) -> Case:
    """Return the case after these steps, none of which may be refused."""
    for request, now in steps:
        decision = decided(case, request, now, org)
        assert decision.refusal is None, decision.refusal
        case = decision.case
    assert case is not None
    return case


def opened(when: str = "Mon 10:00", org: Org = ORG, **more: Any) -> Case:
    return play(None, (report(**more), at(when)), org=org)


def clock(allowance: str, whose: PersonId | None, since: datetime | None, until: datetime | None, spent: Span = Span()) -> Clock:
    return Clock(span(allowance), whose, spent, since, until)


def stopped(allowance: str, whose: PersonId | None, spent: Span) -> Clock:
    return Clock(span(allowance), whose, spent)


def days(part: str) -> Span:
    """Return a part of a working day: "2/17" is an hour of the office's eight and a half."""
    return Span(days=Fraction(part))


def told(decision: Decision) -> set[str]:
    """Return who was told what: "nag ana"."""
    return {f"{message.kind} {message.to}" for message in decision.messages}


def names(decision: Decision) -> list[str]:
    return [fact.what.name for fact in decision.facts]


@dataclass(frozen=True)
class Row:
    """One line of a table: what was, what was asked and when, and all that it comes to."""

    before: Case | None
    request: Request
    now: datetime
    facts: str = ""
    told: str = ""
    reason: Reason = Reason.DONE
    org: Org = ORG
    sets: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        decision = decided(self.before, self.request, self.now, self.org)
        assert decision.refusal is None
        assert names(decision) == self.facts.split()
        assert told(decision) == {line.strip() for line in self.told.split(",") if line.strip()}
        assert decision.reason is self.reason
        assert self.before is not None
        sets = {**self.sets, "version": self.before.version + len(decision.facts)}
        # The differences first, because they are what one wants to read when a row fails.
        assert differences(self.before, decision.case) == differences(self.before, replace(self.before, **sets))
        assert decision.case == replace(self.before, **sets)


def differences(before: Case, after: Case | None) -> dict[str, Any]:
    """Return the fields in which two cases differ, as the later one has them."""
    assert after is not None
    return {name: getattr(after, name) for name in Case.__dataclass_fields__ if getattr(after, name) != getattr(before, name)}


WHY = Text("because")
FIX = Resolve(ANA, Text("The reading was wrong"), "process")

# Where most rows begin. Billing's chain: Ana 1h/2d, Bruno 2h/1d, Cleo 4h/1d, each nagged every 4h.
OPENED = opened()  # Mon 10:00: Ana, to answer by 11:00, to fix by Wed 10:00
ACKED = play(OPENED, (Acknowledge(ANA), at("Mon 10:30")))
UP = play(OPENED, (Tick(), at("Mon 11:00")))  # Bruno, to answer by 13:00, to fix by Tue 11:00
UP_ACKED = play(UP, (Acknowledge(BRUNO), at("Mon 11:30")))
TOP = play(UP, (Tick(), at("Mon 13:00")))  # Cleo, to answer by 17:00, to fix by Tue 13:00
WAITING = play(ACKED, (Ask(ANA, Text("Which meter?")), at("Mon 11:00")))  # until Thu 11:00; Ana has 7.5 hours of Monday left
RESOLVED = play(ACKED, (FIX, at("Mon 12:00")))  # to be confirmed by Thu 12:00
FIXED = play(RESOLVED, (Confirm(RITA), at("Mon 15:00")))
UNCONFIRMED = play(RESOLVED, (Tick(), at("Tue 12:00")), (Tick(), at("Wed 12:00")), (Tick(), at("Thu 12:00")))
WITHDRAWN = play(ACKED, (Withdraw(RITA, WHY), at("Mon 12:00")))
DECLINED = play(UP_ACKED, (Decline(BRUNO, WHY), at("Mon 12:00")))
OFFERED = play(ACKED, (HandOver(ANA, BEN, WHY), at("Mon 11:00")))  # lapses Mon 12:00
