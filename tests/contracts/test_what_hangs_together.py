"""Cases are found by their kind, by service and cause, and by the case that they came of: on each of the two databases."""

import importlib
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.escalation.requests import Confirm, Reopen, Report, Resolve
from bot.escalation.words import CaseId, FixKind, Kind, PersonId, ServiceId, Text
from bot.ports import Where
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.verify import verify
from tests.contracts.asking import asked
from tests.store.make import ANA, BILLING, RITA, SAM, at, decided, done, opened, opened_in, stored

DOORS = ServiceId("doors")


def because(cause: str, by: PersonId = ANA) -> Resolve:
    return Resolve(by, Text("done"), cause, FixKind.FIX)


@pytest.fixture
async def store(database: Database) -> SqlStore:
    """1 is open; 2 and 3 are of one cause, 3 closed; 4 is the change of 2, 5 its debt, at another service 6 has the same cause."""
    there = stored(database)
    for _ in range(3):
        await opened_in(there)
    async with there.begin() as tx:
        for kind in (Kind.CHANGE, Kind.DEBT):
            came = Report(await tx.next_case(), RITA, BILLING, Text("x"), Text("x"), kind=kind, origin=CaseId(2), cause_of="old gateway")
            await decided(tx, None, came)
        await opened(tx, by=SAM, service=DOORS)
    for number, cause in ((2, "Old  Gateway"), (3, "old gateway\n"), (6, "old gateway")):
        await done(there, CaseId(number), because(cause, SAM if number == 6 else ANA), 1)
    await done(there, CaseId(3), Confirm(RITA), 2)
    return there


QUERIES: dict[str, tuple[Callable[[], Where], list[int]]] = {
    "a kind": (lambda: Where(kind=Kind.PROBLEM), [6, 3, 2, 1]),
    "changes": (lambda: Where(kind=Kind.CHANGE), [4]),
    "a cause": (lambda: Where(service=BILLING, cause="old gateway"), [5, 4, 3, 2]),
    "problems of a cause that are live": (lambda: Where(service=BILLING, cause="old gateway", kind=Kind.PROBLEM, live=True), [2]),
    "another service's": (lambda: Where(service=DOORS, cause="old gateway"), [6]),
    "a cause that nobody named": (lambda: Where(service=BILLING, cause="new gateway"), []),
    "what came of a case": (lambda: Where(origin=CaseId(2)), [5, 4]),
    "the debt that came of it": (lambda: Where(origin=CaseId(2), kind=Kind.DEBT), [5]),
    "nothing came of it": (lambda: Where(origin=CaseId(3)), []),
}


@pytest.mark.parametrize(("where", "found"), QUERIES.values(), ids=QUERIES.keys())
async def test_found(store: SqlStore, where: Callable[[], Where], found: list[int]) -> None:
    async with store.read() as reading:
        assert [case.id for case in await reading.cases(where())] == found


async def test_a_case_that_goes_on_has_no_cause_yet(store: SqlStore) -> None:
    await done(store, CaseId(3), Reopen(RITA), 3)

    async with store.read() as reading:
        assert [case.id for case in await reading.cases(Where(service=BILLING, cause="old gateway", kind=Kind.PROBLEM))] == [2]


async def test_an_older_database_is_filled(store: SqlStore, database: Database) -> None:
    migration = importlib.import_module("bot.store.migrations.versions.0005_what_hangs_together")
    async with database.begin() as conn:
        await conn.execute(text("UPDATE cases SET cause = NULL, origin = NULL"))
    assert [fault async for fault in verify(database)]

    async with database.begin() as conn:
        await conn.run_sync(migration._fill)

    assert [fault async for fault in verify(database)] == []
    async with store.read() as reading:
        assert [case.id for case in await reading.cases(Where(service=BILLING, cause="old gateway"))] == [5, 4, 3, 2]
        assert [case.id for case in await reading.cases(Where(origin=CaseId(2)))] == [5, 4]


async def test_both_are_found_by_an_index(store: SqlStore, database: Database) -> None:
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
    async with database.begin() as conn:
        if not database.sqlite:
            await conn.execute(text("SET LOCAL enable_seqscan = off"))
        for where, index in (("service = 'billing' AND cause = 'x' AND kind = 'debt'", "cases_cause"), ("origin = 2", "cases_origin")):
            plan = await conn.execute(text(f"{explain}SELECT id FROM cases WHERE {where}"))
            assert index in str(plan.all())


@pytest.mark.parametrize("where", [Where(live=True, kind=Kind.ROUTE), Where(live=False, kind=Kind.ROUTE, closed_from=at(0))])
async def test_the_routes_that_a_digest_asks_for_are_found_by_an_index(store: SqlStore, database: Database, where: Where) -> None:
    with asked(database) as said:
        async with store.read() as reading:
            assert await reading.cases(where) == []
    query, values = said[-1]

    async with database.begin() as conn:
        if not database.sqlite:
            await conn.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await conn.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if database.sqlite else ''}{query}", values)

    assert "cases_routes" in str(plan.all())
