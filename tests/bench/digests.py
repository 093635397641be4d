"""How long does the digest of a day take, among how many cases, and for how long does it hold up everybody else?

The last month is the same at every size, played through the engine; what grows is what lies before it: cases with their facts over
three years, none of which the day is about.
"""

import asyncio
import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from time import perf_counter

from sqlalchemy import text

from bot.clock import RealClock
from bot.config import Config
from bot.config.plans import DigestPlan
from bot.handlers import digests
from bot.handlers.history.generating import month
from bot.handlers.history.keeping import keep
from bot.handlers.history.playing import Month
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.tables import facts, micros
from tests.bench.figures import Spread, Table, duration, growth, thousands
from tests.bench.filling import add_far, connect

DAYS = 30
FIRST = 10_000_000
"""The number of the first case from before: those of the month have the small ones."""

PLAN = DigestPlan(("local:leadership",), "0 9 * * *", "UTC")
_NAMES = ("reported", "resolved", "confirmed")
_COLUMNS = ("case_id", "n", "name", "at", "body", "hash")
_YEARS = 3 * 365 * 86_400
_AT_ONCE = 50_000
_BEAT = 0.001


@dataclass(frozen=True, slots=True)
class Took:
    """How long each digest took, and the longest that others had to wait meanwhile."""

    times: Spread
    held_up: float
    told: int


def played(config: Config, now: datetime, cases: int) -> Month:
    """Return the month that ends now."""
    return month(config.org, 7, now - timedelta(days=DAYS), DAYS, cases)


async def fill(database: Database, config: Config, last: Month, size: int, now: datetime) -> None:
    """Keep so many cases from before, with their facts, and the month."""
    await add_far(database, config.org, range(FIRST, FIRST + size), now)
    rows = _facts(size, now - timedelta(days=2 * DAYS))
    index = next(index for index in facts.indexes if index.name == "facts_told")
    async with database.writer.begin() as connection:
        await connection.run_sync(index.drop)
    if database.sqlite:
        await database.close()
        await asyncio.to_thread(_into_sqlite, str(database.url.database), rows)
    else:
        await _into_postgresql(database, rows)
    async with database.writer.begin() as connection:
        await connection.run_sync(index.create)
    await keep(SqlStore(database, config.org, RealClock()), last)
    if not database.sqlite:
        async with database.writer.begin() as connection:
            await connection.execute(text("ANALYZE"))


def _facts(size: int, before: datetime) -> Iterator[tuple[object, ...]]:
    for case in range(size):
        at = micros(before - timedelta(seconds=_YEARS * (case / size)))
        yield from ((FIRST + case, n, name, at, b"{}", b"") for n, name in enumerate(_NAMES, 1))


def _into_sqlite(file: str, rows: Iterator[tuple[object, ...]]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO facts ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")


async def _into_postgresql(database: Database, rows: Iterator[tuple[object, ...]]) -> None:
    connection = await connect(database)
    try:
        for some in iter(lambda: list(islice(rows, _AT_ONCE)), []):
            await connection.copy_records_to_table("facts", records=some, columns=_COLUMNS)
    finally:
        await connection.close()


async def measure(database: Database, config: Config, runs: int, now: datetime) -> Took:
    """Compute the digest of the last day so many times."""
    store = SqlStore(database, config.org, RealClock())
    times, told = list[float](), 0
    gc.collect()
    gc.freeze()  # what it was filled from is not the bot's to look through
    waiting = asyncio.create_task(_held_up())
    for _ in range(runs):
        began = perf_counter()
        async with store.read() as reading:
            content = await digests.compute(reading, PLAN, PLAN.to[0], now - timedelta(days=1), now)
        times.append(perf_counter() - began)
        told = content["figures"]["fixes"]
    waiting.cancel()
    (late,) = await asyncio.gather(waiting)
    gc.unfreeze()
    return Took(Spread(tuple(times)), late, told)


async def _held_up() -> float:
    """Return the longest time for which nobody else's turn came, once told to stop."""
    longest, began = 0.0, perf_counter()
    try:
        while True:
            began = perf_counter()
            await asyncio.sleep(_BEAT)
            longest = max(longest, perf_counter() - began - _BEAT)
    except asyncio.CancelledError:
        return max(longest, perf_counter() - began - _BEAT)


def table(cases: int) -> Table:
    """Return the empty table."""
    return Table(
        "The digest of a day, among how many cases",
        ("database", "cases before", "takes", "holds up others at most"),
        f"A day of a month with {cases:,} cases, and its trend over thirty days: the same month each time; what lies before it grows.",
    )


def add_rows(to: Table, kind: str, found: dict[int, Took]) -> None:
    """Add what was measured, and how the time grows."""
    for size, took in found.items():
        to.rows.append((kind, thousands(size), str(took.times), duration(took.held_up)))
    to.notes.append(
        f"{kind}: from the smallest to the largest, the time grows by the factor {growth([took.times for took in found.values()])}."
    )
