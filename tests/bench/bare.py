"""The floor under lateness: the same statements at the same pace, on the same rows, without anything of Buckstop.

Whatever is due is taken in one transaction: each case gets another due time, a fact and a message, and the commit is on the disk.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from bot.clock import RealClock
from bot.escalation.words import CaseId
from bot.store.database import Database
from bot.store.tables import WAITS, micros
from tests.bench.figures import Lateness
from tests.bench.filling import connect

_HOUR = 3_600_000_000
_DUE = f"SELECT id, version, state FROM cases WHERE {WAITS} AND due <= {{0}} ORDER BY due, id LIMIT 50"
_CHANGE = "UPDATE cases SET due = {0}, version = {1}, state = {2} WHERE id = {3} AND version = {4}"
_FACT = "INSERT INTO facts (case_id, n, name, at, body, hash) VALUES ({0}, {1}, 'nagged', {2}, {3}, {4})"
_MESSAGE = (
    "INSERT INTO deliveries (key, kind, priority, person, case_id, fact, queued_at)"
    " VALUES ({0}, 'nag', 5, 'nobody', {1}, {2}, {3}) ON CONFLICT DO NOTHING"
)
_AWAY = "DELETE FROM deliveries WHERE person = 'nobody'"
_BODY, _HASH = b"{}" * 150, b"0" * 32
Rows = list[tuple[int, int, str]]


async def measure(database: Database, due: Mapping[CaseId, datetime]) -> Lateness:
    """Return how late these cases were committed."""
    done: dict[int, datetime] = {}
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = FULL")
            await _all(lambda now: _in_sqlite(file, now), due, done)
            file.execute(_AWAY)
    else:
        connection = await connect(database)
        try:
            await _all(lambda now: _in_postgresql(connection, now), due, done)
            await connection.execute(_AWAY)
        finally:
            await connection.close()
    late = tuple((done[case] - at).total_seconds() for case, at in due.items() if case in done)
    return Lateness(late, len(due) - len(late))


async def _all(take: Callable[[int], Awaitable[Rows]], due: Mapping[CaseId, datetime], done: dict[int, datetime]) -> None:
    clock = RealClock()
    for at in sorted(due.values()):
        while (wait := (at - clock.now()).total_seconds()) > 0:  # noqa: ASYNC110 - a sleep may end early
            await asyncio.sleep(wait)
        rows = await take(micros(clock.now()))
        now = clock.now()
        for case, _, _ in rows:
            done.setdefault(case, now)


async def _in_sqlite(file: sqlite3.Connection, now: int) -> Rows:
    file.execute("BEGIN IMMEDIATE")
    rows: Rows = file.execute(_DUE.format("?"), (now,)).fetchall()
    for case, version, state in rows:
        for statement, values in _written(case, version, state, now):
            file.execute(statement.format(*"?" * len(values)), values)
    file.execute("COMMIT")
    return rows


async def _in_postgresql(connection: Any, now: int) -> Rows:
    async with connection.transaction():
        found = await connection.fetch(f"{_DUE.format('$1')} FOR UPDATE SKIP LOCKED", now)
        for case, version, state in found:
            for statement, values in _written(case, version, state, now):
                await connection.execute(statement.format(*(f"${n}" for n in range(1, len(values) + 1))), *values)
    return [(case, version, state) for case, version, state in found]


def _written(case: int, version: int, state: str, now: int) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    n = version + 1
    return (
        (_CHANGE, (now + _HOUR, n, state, case, version)),
        (_FACT, (case, n, now, _BODY, _HASH)),
        (_MESSAGE, (f"bare/{case}/{n}", case, n, now)),
    )
