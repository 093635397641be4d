"""Carry every row of one database into another, of the same kind or not, without loading any table as a whole.

Values are carried as they are stored, not as they are meant: a text that is hashed must arrive with the same bytes. What each kind of
database keeps in a way of its own, the numbers that it gives next and the words by which cases are found, is made anew.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, TypeDecorator, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import delivery_tables  # noqa: F401 - its tables stand in the same metadata
from bot.store.inserts import upsert
from bot.store.likeness import fill
from bot.store.tables import case_numbers, cases, counters, metadata

COPIED_TO = "copied to "
"""How the reason begins for which a database that was copied is paused; that pause is not carried over when it is copied again."""

_AT_ONCE = 2000

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows there are and what they add up to, in whatever order they come."""

    rows: int = 0
    of: int = 0

    def plus(self, rows: Sequence[Row]) -> "Sum":
        return Sum(self.rows + len(rows), (self.of + sum(_number(row) for row in rows)) % 2**256)


def _number(row: Row) -> int:
    return int.from_bytes(sha256(repr(row).encode()).digest())


def tables() -> list[Table]:
    """Return all tables, those first that others refer to, with the types of the databases instead of our own."""
    plain = MetaData()
    return [Table(table.name, plain, *(_plain(column) for column in table.columns)) for table in metadata.sorted_tables]


def _plain(column: Column[Any]) -> Column[Any]:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return Column(column.name, kind, primary_key=column.primary_key, autoincrement=False)


async def carry(here: AsyncConnection, there: AsyncConnection, table: Table) -> Sum:
    """Write all rows of a table into the other database, where it is empty; return what they add up to."""
    total = Sum()
    async for rows in _slices(here, table):
        await _write(there, table, rows)
        total = total.plus(rows)
    return total


async def sum_of(conn: AsyncConnection, table: Table) -> Sum:
    """Return what the rows of a table add up to."""
    total = Sum()
    async for rows in _slices(conn, table):
        total = total.plus(rows)
    return total


async def count(conn: AsyncConnection, table: Table) -> int:
    """Return how many rows there are to carry, counted by the database."""
    return await conn.scalar(_rows(table).with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _rows(table: Table) -> Any:
    rows = select(table)
    return rows.where(~table.c.why.startswith(COPIED_TO)) if table.name == "pause" else rows


async def _slices(conn: AsyncConnection, table: Table) -> AsyncIterator[list[Row]]:
    """Yield all rows in the order of their keys, some at a time."""
    keys = list(table.primary_key.columns)
    place = [list(table.columns).index(key) for key in keys]
    part = _rows(table).order_by(*keys).limit(_AT_ONCE)
    found = [tuple(row) for row in await conn.execute(part)]
    while found:
        yield found
        last = tuple(found[-1][n] for n in place)
        found = [tuple(row) for row in await conn.execute(part.where(tuple_(*keys) > last))]


async def _write(conn: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.columns]
    if conn.dialect.name == "sqlite":
        await conn.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
        return
    # PostgreSQL's own way for many rows, over the connection and in the transaction that we have: five times as fast as inserting.
    driver: Any = (await conn.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(table.name, records=rows, columns=names)


async def number_on(here: AsyncConnection, there: AsyncConnection) -> None:
    """Let the other database give the numbers next that this one would have given."""
    given = await _last_case(here)
    if there.dialect.name == "sqlite":
        if given:
            await there.execute(upsert(there, counters, {"name": "cases", "value": given}, {"value": given}))
        return
    if given:
        await there.execute(select(func.setval(case_numbers.name, given)))
    for table in metadata.sorted_tables:
        for key in table.primary_key.columns:
            if isinstance(key.type, BigInteger) and not key.foreign_keys:
                # Where the column has no sequence, or the table no row, there is nothing to set, and nothing happens.
                sequence = func.pg_get_serial_sequence(table.name, key.name)
                await there.execute(select(func.setval(sequence, func.max(key))))


async def _last_case(conn: AsyncConnection) -> int:
    """Return the last number that a case was given; numbers are never used twice, so those of cases that never came about count too."""
    given = [await conn.scalar(select(func.max(cases.c.id))), await conn.scalar(select(counters.c.value).where(counters.c.name == "cases"))]
    if conn.dialect.name == "postgresql":
        given.append(await conn.scalar(text(f"SELECT last_value FROM {case_numbers.name} WHERE is_called")))  # noqa: S608 - our own name
    return max((number for number in given if number is not None), default=0)


async def make_findable(conn: AsyncConnection) -> None:
    """Keep the words of all cases, in the way of this database."""
    await conn.run_sync(fill)
