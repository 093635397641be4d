"""May processes of the version before go on while this one's tables are made, and after? Only if nothing is taken from them."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from bot.handlers.passing import sweep
from bot.store.database import Database, revisions
from bot.store.migrate import config
from bot.store.writing import Outdated
from tests.store.make import at, opened, stored


def shape(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return every table's columns by name."""
    found = inspect(connection)
    return {table: {column["name"]: column for column in found.get_columns(table)} for table in found.get_table_names()}


def upgraded(connection: Connection, to: str) -> None:
    """Bring the database up to a revision."""
    command.upgrade(config(connection), to)


def taken_away(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> list[str]:
    """Return what a program that knows only the tables of before could not read or write any more."""
    found = [f"the table {table}" for table in before if table not in after]
    for table in before.keys() & after.keys():
        old, new = before[table], after[table]
        found += [f"{table}.{name}" for name in old if name not in new or repr(old[name]["type"]) != repr(new[name]["type"])]
        found += [f"{table}.{name} must be given" for name in new.keys() - old.keys() if not _may_be_left_out(new[name])]
    return found


def _may_be_left_out(column: dict[str, Any]) -> bool:
    return column["nullable"] or column["default"] is not None


async def test_no_migration_takes_anything_from_the_version_before(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    async with database.writer.connect() as connection:
        before: dict[str, dict[str, Any]] = {}
        for revision in revisions():
            await connection.run_sync(upgraded, revision)
            after = await connection.run_sync(shape)
            assert taken_away(before, after) == [], f"{revision} cannot be rolled out under running processes"
            before = after
    await database.close()


def test_what_is_taken_away_is_seen() -> None:
    text_, number = {"type": "TEXT", "nullable": True, "default": None}, {"type": "INT", "nullable": False, "default": None}
    before = {"cases": {"a": text_, "b": text_, "c": text_}, "facts": {}}
    after = {"cases": {"a": text_, "b": number, "d": number, "e": text_}}
    assert taken_away(before, after) == ["the table facts", "cases.b", "cases.c", "cases.d must be given"]


async def test_what_a_newer_version_wrote_is_left_to_it(database: Database) -> None:
    store = stored(database)
    async with store.begin() as tx:
        await opened(tx, "bill too high")
    async with database.begin() as conn:
        await conn.execute(text('UPDATE cases SET state = \'{"mood": "new"}\', due = 1'))
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Outdated):
        await sweep(store, at(hours=1))

    assert (await store.health(at())).parked == 0
    async with database.begin() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = :mine"), {"mine": revisions()[-1]})
    await sweep(store, at(hours=1))
    assert (await store.health(at())).parked == 1
