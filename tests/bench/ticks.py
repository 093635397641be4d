"""What does a beat cost in which nothing is due, and what does it cost to take what is due, among how many open cases?

Beside each stands the bare floor: the same queries without anything of ours in between. The databases of all sizes exist at once and
are measured in turn, so that whatever else the machine does falls on all of them.
"""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from bot.clock import RealClock
from bot.config import Config
from bot.handlers.passing import sweep
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.tables import WAITS, micros
from tests.bench.figures import Spread, Table, duration, growth, thousands, times
from tests.bench.filling import add_due, connect, due_at
from tests.bench.scale import Scale

Bare = Callable[[int, int], Awaitable[int]]  # now, limit: how many rows

_COLUMNS = "id, version, head, state, text"
_NEXT = f"SELECT min(due) FROM cases WHERE {WAITS}"


@dataclass
class Sized:
    """A database with so many open cases."""

    size: int
    database: Database
    store: SqlStore
    bare: Bare


@dataclass(frozen=True, slots=True)
class Measured:
    """What it took with one size, ours and bare."""

    size: int
    ours: Spread
    bare: Spread


@asynccontextmanager
async def sized(found: Sequence[tuple[int, Database]], config: Config) -> AsyncIterator[list[Sized]]:
    """Open a store and a bare connection on each database."""
    async with AsyncExitStack() as stack:
        yield [
            Sized(size, database, SqlStore(database, config.org, RealClock()), await stack.enter_async_context(_bare(database)))
            for size, database in found
        ]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on one database."""

    idle: list[Measured]
    claims: list[Measured]
    sweeps: dict[int, float]  # seconds until all that was due was decided and saved, by size


async def measure(all_sizes: Sequence[Sized], config: Config, scale: Scale, now: datetime) -> Figures:
    """Measure idle ticks, then taking what is due, and at last how long the sweep takes that decides all of it."""
    run = scale.ticks
    idle = await _in_turn(all_sizes, scale.runs, lambda one: _ticks(one.store, run, now), lambda one: _bare_ticks(one, run, now))
    for one in all_sizes:
        await add_due(one.database, (due_at(config.org, one.size + n, now - timedelta(seconds=n)) for n in range(1, scale.due + 1)))
    due = scale.due
    claims = await _in_turn(all_sizes, scale.runs, lambda one: _claim(one.store, due, now), lambda one: _bare_claim(one, due, now))
    return Figures(idle, claims, {one.size: await _sweep(one.store, due, now) for one in all_sizes})


async def _sweep(store: SqlStore, due: int, now: datetime) -> float:
    began = perf_counter()
    decided = await sweep(store, now)
    assert decided >= due, f"of {due} due cases only {decided} were decided"
    return perf_counter() - began


Timed = Callable[[Sized], Awaitable[float]]


async def _in_turn(all_sizes: Sequence[Sized], runs: int, ours: Timed, bare: Timed) -> list[Measured]:
    taken: dict[int, tuple[list[float], list[float]]] = {one.size: ([], []) for one in all_sizes}
    for one in all_sizes:
        await ours(one)  # once unmeasured: connections, plans and pages
    for _ in range(runs):
        for one in all_sizes:
            taken[one.size][0].append(await ours(one))
            taken[one.size][1].append(await bare(one))
    return [Measured(size, Spread(tuple(mine)), Spread(tuple(floor))) for size, (mine, floor) in taken.items()]


async def _ticks(store: SqlStore, ticks: int, now: datetime) -> float:
    """Return the time of one tick: when is something due next, and is anything due now?"""
    began = perf_counter()
    for _ in range(ticks):
        async with store.read() as reading:
            await reading.next_due()
        assert await sweep(store, now) == 0
    return (perf_counter() - began) / ticks


async def _bare_ticks(one: Sized, ticks: int, now: datetime) -> float:
    at, began = micros(now), perf_counter()
    for _ in range(ticks):
        assert await one.bare(at, 50) == 0
    return (perf_counter() - began) / ticks


async def _claim(store: SqlStore, due: int, now: datetime) -> float:
    began = perf_counter()
    async with store.begin() as tx:
        assert len(await tx.due(now, due)) == due
    return perf_counter() - began


async def _bare_claim(one: Sized, due: int, now: datetime) -> float:
    at, began = micros(now), perf_counter()
    assert await one.bare(at, due) == due
    return perf_counter() - began


@asynccontextmanager
async def _bare(database: Database) -> AsyncIterator[Bare]:
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as file:
            yield _sqlite(file)
        return
    connection = await connect(database)
    try:
        yield await _postgresql(connection)
    finally:
        await connection.close()


def _sqlite(file: sqlite3.Connection) -> Bare:
    due = f"SELECT {_COLUMNS} FROM cases WHERE {WAITS} AND due <= ? ORDER BY due, id LIMIT ?"

    async def look(now: int, limit: int) -> int:
        file.execute(_NEXT).fetchone()
        file.execute("BEGIN IMMEDIATE")
        rows = file.execute(due, (now, limit)).fetchall()
        file.execute("COMMIT")
        return len(rows)

    return look


async def _postgresql(connection: Any) -> Bare:
    following = await connection.prepare(_NEXT)
    due = f"SELECT {_COLUMNS} FROM cases WHERE {WAITS} AND due <= $1 ORDER BY due, id LIMIT $2 FOR UPDATE SKIP LOCKED"
    found = await connection.prepare(due)

    async def look(now: int, limit: int) -> int:
        await following.fetchval()
        async with connection.transaction():
            return len(await found.fetch(now, limit))

    return look


def idle_table() -> Table:
    """Return the table of idle ticks, without rows."""
    about = "Nothing is due: what one beat asks (when is something due next, and is anything due now)."
    return Table("An idle tick", ("database", "open cases", "one tick", "bare queries", "ours / bare"), about)


def claim_table(due: int) -> Table:
    """Return the table of claims, without rows."""
    about = f"Locking and reading {thousands(due)} due cases as the engine's own values, the earliest first, in one transaction."
    return Table(f"Claiming {thousands(due)} due cases", ("database", "open cases", "claim", "bare rows", "ours / bare"), about)


def add_rows(table: Table, kind: str, measured: Sequence[Measured]) -> None:
    """Put one database's figures into a table."""
    for one in measured:
        table.rows.append((kind, thousands(one.size), one.ours, one.bare, times(one.ours.median / one.bare.median)))
    table.rows.append(
        (kind, "largest / smallest time", growth([m.ours for m in measured]), growth([m.bare for m in measured], flagged=False), "")
    )


def sweep_note(kind: str, due: int, sweeps: Mapping[int, float]) -> str:
    """Say how long it took to decide and save what was claimed."""
    said = ", ".join(f"{duration(taken)} among {thousands(size)}" for size, taken in sweeps.items())
    return f"{kind}: deciding and saving all {thousands(due)} (`sweep`) took {said}."
