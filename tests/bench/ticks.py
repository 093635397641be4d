"""What does a beat cost in which nothing is due, and what does it cost to take what is due, among how many open cases?

Beside each stands the bare floor: the same queries without anything of ours in between. The databases of all sizes exist at once and
are measured in turn, so that whatever else the machine does falls on all of them.
"""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from bot.app import Bot, running
from bot.clock import RealClock
from bot.config import Config
from bot.handlers.passing import sweep
from bot.store.database import Database
from bot.store.delivery_tables import WAITING
from bot.store.store import SqlStore
from bot.store.tables import WAITS, micros
from tests.bench.figures import Spread, Table, duration, growth, thousands, times
from tests.bench.filling import add_due, connect, due_at
from tests.bench.scale import Scale
from tests.bench.targets import held

Bare = Callable[[int, int], Awaitable[int]]  # now, limit: how many rows

TICK = {"SQLite": 100e-6, "PostgreSQL": 1e-3}
"""Seconds that an idle tick may take."""
_COLUMNS = "id, version, head, state, text"
_NEXT = f"SELECT min(due) FROM cases WHERE {WAITS}"
_BEAT = (
    f"SELECT ({_NEXT}), (SELECT min(remind_at) FROM announcements WHERE remind_at IS NOT NULL),"
    f" (SELECT min(after) FROM deliveries WHERE {WAITING} AND after > {{now}}), (SELECT why FROM pause), (SELECT since FROM pause)"
)


@dataclass
class Sized:
    """A database with so many open cases."""

    size: int
    database: Database
    store: SqlStore
    bot: Bot
    bare: Bare
    bare_beat: Callable[[], Awaitable[None]]


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
        yield [await _sized(stack, size, database, config) for size, database in found]


async def _sized(stack: AsyncExitStack, size: int, database: Database, config: Config) -> Sized:
    there = replace(config, database_url=database.url.render_as_string(hide_password=False))
    bot = await stack.enter_async_context(running(there, RealClock()))
    bare, beat = await stack.enter_async_context(_bare(database))
    return Sized(size, database, SqlStore(database, config.org, RealClock()), bot, bare, beat)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on one database."""

    idle: list[Measured]
    claims: list[Measured]
    sweeps: dict[int, float]  # seconds until all that was due was decided and saved, by size


async def measure(all_sizes: Sequence[Sized], config: Config, scale: Scale, now: datetime) -> Figures:
    """Measure idle ticks, then taking what is due, and at last how long the sweep takes that decides all of it."""
    run = scale.ticks
    idle = await _in_turn(all_sizes, scale.runs, lambda one: _ticks(one.bot, run), lambda one: _bare_ticks(one, run))
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


async def _ticks(bot: Bot, ticks: int) -> float:
    """Return the time of one beat, as the timer calls it every second."""
    began = perf_counter()
    for _ in range(ticks):
        await bot.beat()
    return (perf_counter() - began) / ticks


async def _bare_ticks(one: Sized, ticks: int) -> float:
    began = perf_counter()
    for _ in range(ticks):
        await one.bare_beat()
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
async def _bare(database: Database) -> AsyncIterator[tuple[Bare, Callable[[], Awaitable[None]]]]:
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as file:
            yield _sqlite(file)
        return
    connection = await connect(database)
    try:
        yield await _postgresql(connection)
    finally:
        await connection.close()


def _sqlite(file: sqlite3.Connection) -> tuple[Bare, Callable[[], Awaitable[None]]]:
    due = f"SELECT {_COLUMNS} FROM cases WHERE {WAITS} AND due <= ? ORDER BY due, id LIMIT ?"

    async def look(now: int, limit: int) -> int:
        file.execute(_NEXT).fetchone()
        file.execute("BEGIN IMMEDIATE")
        rows = file.execute(due, (now, limit)).fetchall()
        file.execute("COMMIT")
        return len(rows)

    async def beat() -> None:
        file.execute(_BEAT.format(now="?"), (0,)).fetchone()

    return look, beat


async def _postgresql(connection: Any) -> tuple[Bare, Callable[[], Awaitable[None]]]:
    following, coming = await connection.prepare(_NEXT), await connection.prepare(_BEAT.format(now="$1"))
    due = f"SELECT {_COLUMNS} FROM cases WHERE {WAITS} AND due <= $1 ORDER BY due, id LIMIT $2 FOR UPDATE SKIP LOCKED"
    found = await connection.prepare(due)

    async def look(now: int, limit: int) -> int:
        await following.fetchval()
        async with connection.transaction():
            return len(await found.fetch(now, limit))

    async def beat() -> None:
        await coming.fetchrow(0)

    return look, beat


def idle_table() -> Table:
    """Return the table of idle ticks, without rows."""
    about = "Nothing is due: one beat of the running bot, as the timer has it every second. Bare: its one query, with nothing of ours."
    return Table("An idle tick", ("database", "open cases", "one tick", "bare query", "ours / bare", "target"), about)


def claim_table(due: int) -> Table:
    """Return the table of claims, without rows."""
    about = f"Locking and reading {thousands(due)} due cases as the engine's own values, the earliest first, in one transaction."
    return Table(f"Claiming {thousands(due)} due cases", ("database", "open cases", "claim", "bare rows", "ours / bare"), about)


def add_idle(table: Table, kind: str, measured: Sequence[Measured]) -> None:
    """Put one database's idle ticks into their table, with their target."""
    add_rows(table, kind, measured, [held(one.ours.median, TICK[kind], duration) for one in measured])


def add_rows(table: Table, kind: str, measured: Sequence[Measured], more: Sequence[str] = ()) -> None:
    """Put one database's figures into a table; `more`: what stands in a last column of each row."""
    for n, one in enumerate(measured):
        table.rows.append((kind, thousands(one.size), one.ours, one.bare, times(one.ours.median / one.bare.median), *more[n : n + 1]))
    last = ("", *(("",) if more else ()))
    table.rows.append(
        (kind, "largest / smallest time", growth([m.ours for m in measured]), growth([m.bare for m in measured], flagged=False), *last)
    )


def sweep_note(kind: str, due: int, sweeps: Mapping[int, float]) -> str:
    """Say how long it took to decide and save what was claimed."""
    said = ", ".join(f"{duration(taken)} among {thousands(size)}" for size, taken in sweeps.items())
    return f"{kind}: deciding and saving all {thousands(due)} (`sweep`) took {said}."
