"""A small organisation for the tests of words: two services, four people, one severity beside the usual."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.org import Chain, Level, Org, Person, Route, Service, Severity
from bot.escalation.span import Span
from bot.escalation.words import ChainId, PersonId, RouteId, ServiceId

NOW = datetime(2026, 3, 3, 10, 7, tzinfo=UTC)  # a Tuesday
LONDON = Calendar("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))
RITA, ANA, BEN, BRUNO, CLEO = (PersonId(name) for name in ("rita", "ana", "ben", "bruno", "cleo"))


def level(to: str) -> Level:
    return Level(to, Span.parse("1h"), Span.parse("2d"), Span.parse("4h"))


def person(id: PersonId, name: str, manager: PersonId | None = None, team: str | None = None) -> Person:
    return Person(id, name, LONDON, manager=manager, team=team)


ORG = Org(
    name="Harbour",
    zone="Europe/London",
    calendar_default=LONDON,
    people={
        p.id: p
        for p in (
            person(RITA, "Rita Lund"),
            person(ANA, "Ana Díaz", BRUNO, "billing"),
            person(BEN, "Ben Okoro", BRUNO, "metering"),
            person(BRUNO, "Bruno Weiss", CLEO),
            person(CLEO, "Cleo Martin"),
        )
    },
    services={
        s.id: s
        for s in (
            Service(
                ServiceId("billing"), "Bills and payments", ANA, ChainId("standard"), "billing", "billing", keywords=("bill", "invoice")
            ),
            Service(ServiceId("metering"), "Metering", BEN, ChainId("standard"), "metering", keywords=("meter", "meter reading")),
            Service(ServiceId("desk"), "Help desk", BRUNO, ChainId("standard"), default=True),
        )
    },
    chains={ChainId("standard"): Chain(ChainId("standard"), (level("owner"), level("manager"), level("cleo")))},
    severities={"normal": Severity("normal", 0, default=True), "critical": Severity("critical", 1, stretch=Fraction(1, 4))},
    routes={
        RouteId("website"): Route(
            RouteId("website"), "Contact form", "web", "https://harbour.example/contact", BEN, ServiceId("billing"), timedelta(hours=1)
        )
    },
    admins=(BRUNO,),
    leaders=(CLEO,),
)
