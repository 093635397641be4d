"""A small organisation, and decisions about cases in it, made by the engine itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal

from bot.escalation.advance import advance
from bot.escalation.calendar import ALWAYS
from bot.escalation.case import Case, Place
from bot.escalation.org import Chain, Level, Org, Person, Service, Severity
from bot.escalation.requests import Report, Request
from bot.escalation.span import Span
from bot.escalation.words import CaseId, ChainId, PersonId, ServiceId, Text
from bot.ports import Tx
from bot.store.database import Database
from bot.store.store import SqlStore

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
RITA, ANA, BRUNO, CLEO, IDA, SAM = map(PersonId, ("rita", "ana", "bruno", "cleo", "ida", "sam"))
BILLING = ServiceId("billing")


def at(hours: float = 0) -> datetime:
    """Return a time so many hours after Monday morning."""
    return MONDAY + timedelta(hours=hours)


def _level(to: str, hours: int) -> Level:
    return Level(to, Span(time=timedelta(hours=hours)), Span(days=Fraction(2)), Span(time=timedelta(hours=4)))


_MANAGERS = {RITA: BRUNO, ANA: BRUNO, BRUNO: CLEO, SAM: BRUNO}

ORG = Org(
    name="Acme",
    zone="UTC",
    calendar_default=ALWAYS,
    people={p: Person(p, p.title(), ALWAYS, manager=_MANAGERS.get(p), team="billing") for p in (RITA, ANA, BRUNO, CLEO, IDA, SAM)},
    services={
        BILLING: Service(BILLING, "Billing", ANA, ChainId("standard"), team="billing", budget="billing"),
        ServiceId("doors"): Service(ServiceId("doors"), "Doors", SAM, ChainId("standard"), team="house"),
    },
    chains={ChainId("standard"): Chain(ChainId("standard"), (_level("owner", 1), _level("manager", 2), _level(CLEO, 4)))},
    severities={"normal": Severity("normal", 0, default=True), "critical": Severity("critical", 1, stretch=Fraction(1, 3))},
    admins=(IDA, CLEO),
    leaders=(CLEO,),
)


@dataclass
class Manual:
    """A clock that a test winds."""

    time: datetime = MONDAY
    kind: Literal["manual", "real", "fast"] = "manual"

    def now(self) -> datetime:
        return self.time


def stored(database: Database, clock: Manual | None = None) -> SqlStore:
    """Return a store for this organisation."""
    return SqlStore(database, ORG, clock or Manual())


async def opened(
    tx: Tx,
    title: str = "Meter swapped",
    by: PersonId = RITA,
    service: ServiceId = BILLING,
    hours: float = 0,
    place: Place | None = None,
    text: str = "The bill is 9,000.",
    affected: Sequence[PersonId] = (),
) -> Case:
    """Report something, and return the case as it was saved."""
    report = Report(await tx.next_case(), by, service, Text(title), Text(text), place=place, affected=tuple(affected))
    return await decided(tx, None, report, hours)


async def decided(tx: Tx, case: Case | None, request: Request, hours: float = 0) -> Case:
    """Let the engine decide, save it, and return the case."""
    decision = advance(case, request, await tx.org(), at(hours))
    assert decision.facts, decision
    await tx.save(decision)
    assert decision.case is not None
    return decision.case


async def opened_in(store: SqlStore, title: str = "Meter swapped", by: PersonId = RITA, hours: float = 0) -> Case:
    """Report something in a transaction of its own."""
    async with store.begin() as tx:
        return await opened(tx, title, by, hours=hours)


async def done(store: SqlStore, case: CaseId, request: Request, hours: float = 0) -> Case:
    """Do something to a case in a transaction of its own."""
    async with store.begin() as tx:
        return await decided(tx, await tx.case(case), request, hours)
