"""Copy a whole database to another address: from SQLite to PostgreSQL when one machine is no longer enough, and back.

The copy is there as a whole or not at all: PostgreSQL makes it in one transaction, SQLite in a file beside, which gets its name at the end.
Before that, every row is read again and compared, and every timeline is checked. Nobody may work on the source meanwhile, and afterwards
it is paused: whatever both databases still have to send would be sent twice.
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alone import alone_on
from bot.store.database import Database, DatabaseFault
from bot.store.delivery_tables import deliveries
from bot.store.migrate import make_tables
from bot.store.pausing import paused, put_on
from bot.store.transfer import COPIED_TO, Sum, carry, count, make_findable, number_on, sum_of, tables
from bot.store.verify import verify_over

Say = Callable[[str], None]

_FAULTS = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'buckstop' AND pid <> :own"


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied."""

    to: str  # the address without its password
    rows: Mapping[str, int]  # by table
    unsent: int  # deliveries that the copy has still to send
    faults: tuple[str, ...]  # of timelines, which the source has as well


async def copy(source: Database, to: str, now: datetime, say: Say = lambda _: None) -> Copied:
    """Copy all of a database into an empty one, and pause the one that was copied.

    Args:
        source: what is copied: of this program's version, and nobody works on it.
        to: the address of the other one: an empty PostgreSQL database, or an SQLite file that is not there yet.
        now: the time of the cases, for the pause.
        say: is told how far it is, a line each time.

    Raises:
        DatabaseFault: it cannot be done, and nothing is left of it.
    """
    async with _target(to) as (target, named):
        try:
            done = await _copied(source, target, named, say)
        except _FAULTS as fault:
            why = fault.__cause__ or fault
            raise DatabaseFault(f"The copy to {named} was not made, and nothing is left of it: {why}") from fault
    async with source.begin() as conn:
        if await paused(conn) is None:
            await put_on(conn, f"{COPIED_TO}{named}", now)
    return done


async def _copied(source: Database, target: Database, named: str, say: Say) -> Copied:
    async with target.unhurried() as there, source.read(patient=True) as here:
        await make_tables(there, named)
        await _nobody_works_on(source, here)
        sums = {table: await _table(here, there, table, say) for table in tables()}
        await number_on(here, there)
        await make_findable(there)
        await _compare(there, sums)
        faults = await _faults(here, there, say)
        unsent = await there.scalar(select(func.count()).where(deliveries.c.state.in_(("waiting", "flying"))))
        # Whoever began to work on it meanwhile has taken in what is not in the copy.
        await _nobody_works_on(source, here)
        await there.commit()
    return Copied(named, {table.name: total.rows for table, total in sums.items()}, unsent or 0, faults)


async def _nobody_works_on(source: Database, conn: AsyncConnection) -> None:
    if source.sqlite:
        with alone_on(f"sqlite:///{source.url.database}") as alone:
            others = 0 if alone else 1
    else:
        own = await conn.scalar(text("SELECT pg_backend_pid()"))
        others = await conn.scalar(text(_OTHERS), {"own": own}) or 0
    if others:
        raise DatabaseFault(
            f"Buckstop works on {source.name}; stop it first: what it takes in meanwhile would be missing in the copy, and what it"
            " sends would be sent again"
        )


async def _table(here: AsyncConnection, there: AsyncConnection, table: Table, say: Say) -> Sum:
    total, rows = await carry(here, there, table), await count(here, table)
    if total.rows != rows:
        raise DatabaseFault(f"The table {table.name} has {rows} rows, of which {total.rows} can be read in their order; it is damaged")
    if rows:
        say(f"{table.name}: {rows:,}")
    return total


async def _compare(there: AsyncConnection, sums: Mapping[Table, Sum]) -> None:
    """Read the copy, and refuse one that is not row for row what was read from the source."""
    if there.dialect.name == "postgresql":
        await there.execute(text("ANALYZE"))  # what was filled a moment ago would be searched as if it were empty
    for table, total in sums.items():
        if table.name != "counters" and await sum_of(there, table) != total:
            raise DatabaseFault(f"The table {table.name} is not the same in the copy; nothing is left of it")


async def _faults(here: AsyncConnection, there: AsyncConnection, say: Say) -> tuple[str, ...]:
    """Return the faults of the timelines in the copy; refuse one that has others than its source."""
    faults = [str(fault) async for fault in verify_over(there)]
    if faults and faults != [str(fault) async for fault in verify_over(here)]:
        raise DatabaseFault(f"The timelines are not the same in the copy, and nothing is left of it: {faults[0]}")
    say("Every row was compared, and every timeline checked.")
    return tuple(faults)


@asynccontextmanager
async def _target(address: str) -> AsyncIterator[tuple[Database, str]]:
    """Give the database to copy into, and its name. An SQLite file gets that name only once all is in it."""
    asked = Database(address, called="--to")
    if not asked.sqlite:
        try:
            yield asked, asked.name
        finally:
            await asked.close()
        return
    await asked.close()
    file = Path(str(asked.url.database))
    with _beside(file) as part:
        database = Database(f"sqlite:///{part}")
        try:
            yield database, str(file)
        finally:
            await database.close()


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give a file beside this one; it takes its place once all has gone well, and is removed if not."""
    part = file.with_name(f"{file.name}.part")
    _must_be_new(file)
    try:
        part.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise DatabaseFault(f"{part} is there: another copy is being made, or one was cut short; if none is, remove it") from None
    except OSError as fault:
        raise DatabaseFault(f"{part} cannot be written: {fault.strerror}") from fault
    try:
        yield part
        _in_one_file(part)
        _must_be_new(file)
        part.rename(file)
    finally:
        for left in (part, *(part.with_name(f"{part.name}{end}") for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)


def _must_be_new(file: Path) -> None:
    if file.exists():
        raise DatabaseFault(f"{file} exists already; name a new file, a copy never overwrites one")


def _in_one_file(part: Path) -> None:
    """Bring what SQLite still keeps beside the file into it, and onto the disk."""
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with part.open("rb") as written:
        os.fsync(written.fileno())
