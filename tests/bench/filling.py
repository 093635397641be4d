"""A million open cases in seconds: rows by the real codec from real decisions, copied with another number and another due time.

Cases that come due while something is measured are not copies: the engine decides each of them by itself.
"""

import asyncio
import gc
import random
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import asyncpg
from sqlalchemy import text

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.requests import Acknowledge, Report, Tick
from bot.escalation.words import CaseId, PersonId, ServiceId, Text
from bot.store.codec import write_case
from bot.store.database import Database
from bot.store.tables import case_people, cases, compact, micros
from bot.store.timeline import seed
from bot.store.writing import columns_of, moves
from tests.bench.company import OWNERS, REPORTERS

Row = tuple[Any, ...]

BILL = "The meter was swapped in March. Since then the bill says 9,000 where it should say 90, and nobody answers the phone."
TEMPLATES = 40
_AT_ONCE = 50_000
_COLUMNS = tuple(column.name for column in cases.columns if column.name != "anchored")
_PEOPLE = tuple(column.name for column in case_people.columns)
_INDICES = (*cases.indexes, *case_people.indexes)


def reported(org: Org, number: int, at: datetime) -> Case:
    """Return a case as the engine opens it; the next one is another reporter's, about another service."""
    by, service = PersonId(f"staff-{number % REPORTERS}"), ServiceId(f"service-{number % OWNERS}")
    opened = advance(None, Report(CaseId(number), by, service, Text(f"Bill {number} is wrong"), Text(BILL)), org, at).case
    assert opened is not None
    return opened


def due_at(org: Org, number: int, due: datetime) -> Case:
    """Return a case whose first due time is this one: a nag for every other service, for the rest a move up."""
    waits = reported(org, number, due).due
    assert waits is not None
    case = reported(org, number, due - (waits - due))
    assert case.due == due, f"C-{number} is due at {case.due}, not at {due}"
    return case


def template(org: Org, number: int, at: datetime) -> Case:
    """Return a case in the middle of its life: opened, acknowledged, nagged, or gone up a level or two."""
    case = reported(org, number, at)
    assert case.owner is not None
    if number % 4 == 1:
        case = advance(case, Acknowledge(case.owner), org, at + timedelta(minutes=5)).case or case
    for _ in range(number % 4):
        assert case.due is not None
        case = advance(case, Tick(), org, case.due).case or case
    return case


def row(case: Case) -> Row:
    """Return a case's row as the store writes it, in the order of the table."""
    values = columns_of(case) | {"id": case.id, "text": case.text, "head": seed(case.id), "state": compact(write_case(case))}
    return tuple(micros(value) if isinstance(value, datetime) else value for value in map(values.get, _COLUMNS))


@dataclass(frozen=True, slots=True)
class Copies:
    """A template cut where its number and its due time stand."""

    before: tuple[Any, ...]
    state: tuple[str, str, str]
    people: tuple[tuple[str, bool], ...]

    due: datetime

    @classmethod
    def of(cls, case: Case) -> "Copies":
        """Cut a case."""
        parts = re.fullmatch(r'(.*"due":")[^"]+(".*,"id":)\d+(,.*)', compact(write_case(case)), re.DOTALL)
        assert parts is not None, "the case's JSON has another shape now"
        before, *state = row(case), *parts.groups()
        return cls(before, (state[0], state[1], state[2]), tuple(moves(case).items()), case.due or case.opened_at)

    def same(self, number: int) -> Row:
        """Return the row of the template under this number, due when it is."""
        return self.row(number, self.due)

    def row(self, number: int, due: datetime) -> Row:
        """Return the row of the template under this number, due at this time."""
        head, middle, tail = self.state
        state = f"{head}{due.isoformat(timespec='microseconds')}{middle}{number}{tail}"
        whole = self.before
        return (number, *whole[1:_DUE], micros(due), *whole[_DUE + 1 : _STATE], state, *whole[_STATE + 1 :])


_DUE, _STATE = _COLUMNS.index("due"), _COLUMNS.index("state")


def far(org: Org, numbers: range, now: datetime) -> Iterator[tuple[Row, list[Row]]]:
    """Yield cases that are due in one to ninety days, each with the rows of its people."""
    templates = [Copies.of(template(org, number, now - timedelta(days=1))) for number in range(TEMPLATES)]
    lots = random.Random(1)
    start, span = now + timedelta(days=1), 89 * 86_400
    for number in numbers:
        copies = templates[number % TEMPLATES]
        people = [(person, number, moving) for person, moving in copies.people]
        yield copies.row(number, start + timedelta(seconds=int(span * lots.random()))), people


async def add_far(database: Database, org: Org, numbers: range, now: datetime) -> None:
    """Fill an empty database with open cases that are not due for a day."""
    await _dropped(database)
    gc.disable()  # it would look at every row again and again, and there is nothing to collect
    try:
        await _add(database, far(org, numbers, now), anew=True)
    finally:
        gc.enable()
    await _made(database)


async def add_due(database: Database, found: Iterable[Case]) -> None:
    """Add cases as they are."""
    await _add(database, ((row(case), [(person, case.id, moving) for person, moving in moves(case).items()]) for case in found))


def overdue(org: Org, numbers: range, now: datetime) -> Iterator[tuple[Row, list[Row]]]:
    """Yield cases that came due within the hours before, a minute after one another for each service, with the rows of their people."""
    kinds = [Copies.of(case) for case in (due_at(org, n, now - timedelta(minutes=1 + n)) for n in range(OWNERS))]
    for number in numbers:
        copies = kinds[number % OWNERS]
        yield copies.same(number), [(person, number, moving) for person, moving in copies.people]


async def add_overdue(database: Database, org: Org, numbers: range, now: datetime) -> None:
    """Add cases to an open database that should have been decided while nothing ran."""
    await _add(database, overdue(org, numbers, now))


async def _dropped(database: Database) -> None:
    """Drop the indices: to make them once at the end is several times faster than to keep them up to date by the row."""
    async with database.writer.begin() as connection:
        for index in _INDICES:
            await connection.run_sync(index.drop)


async def _made(database: Database) -> None:
    async with database.writer.begin() as connection:
        for index in _INDICES:
            await connection.run_sync(index.create)
        if not database.sqlite:
            await connection.execute(text("ANALYZE"))  # PostgreSQL does it by itself, a minute later


async def _add(database: Database, rows: Iterator[tuple[Row, list[Row]]], *, anew: bool = False) -> None:
    if database.sqlite:
        await database.close()  # it opens again by itself; what is filled anew is filled without a journal, by one connection alone
        await asyncio.to_thread(_into_sqlite, str(database.url.database), rows, "OFF" if anew else "WAL")
        return
    connection = await connect(database)
    try:
        await connection.execute("SET session_replication_role = replica")  # no look at the other table for each row
        async with connection.transaction():
            if anew:
                await connection.execute(f"TRUNCATE {cases.name} CASCADE")
            for some in iter(lambda: list(islice(rows, _AT_ONCE)), []):
                for table, columns, records in _tables(some):
                    await connection.copy_records_to_table(table, records=records, columns=columns)
    finally:
        await connection.close()


async def connect(database: Database) -> Any:
    """Return a connection to PostgreSQL with nothing of ours in between."""
    url = database.url
    return await asyncpg.connect(user=url.username, database=url.database, host=url.host or url.query["host"], port=url.port)


def _into_sqlite(file: str, rows: Iterator[tuple[Row, list[Row]]], journal: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        # One that breaks off while it is filled is thrown away, so nothing needs to reach the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("BEGIN")
        for some in iter(lambda: list(islice(rows, _AT_ONCE)), []):
            for table, columns, records in _tables(some):
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", records)
        connection.execute("COMMIT")


def _tables(some: Sequence[tuple[Row, list[Row]]]) -> Iterator[tuple[str, tuple[str, ...], list[Row]]]:
    yield "cases", _COLUMNS, [case for case, _ in some]
    yield "case_people", _PEOPLE, [person for _, people in some for person in people]
