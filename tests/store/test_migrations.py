"""Do the migrations make exactly the tables that the program reads and writes?"""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text

from bot.store import delivery_tables  # noqa: F401 - its tables stand in the same metadata
from bot.store.database import Database, DatabaseFault, revisions
from bot.store.migrate import config, upgrade
from bot.store.tables import metadata


def differences(connection: Connection) -> list[Any]:
    """Return what would have to change in the database. The words of cases stand in a table that each database has its own way for."""
    options = {"compare_type": True, "compare_server_default": True, "include_name": lambda name, *_: not str(name).startswith("likeness")}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


def checks(connection: Connection) -> set[str]:
    """Return the names of all conditions; Alembic does not compare those."""
    found = inspect(connection)
    return {str(check["name"]) for table in found.get_table_names() for check in found.get_check_constraints(table)}


async def test_the_migrated_tables_are_those_of_the_program(database: Database) -> None:
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
        declared = {str(c.name) for table in metadata.tables.values() for c in table.constraints if isinstance(c, CheckConstraint)}
        assert await connection.run_sync(checks) == declared


async def test_an_index_is_partial_where_it_is_meant_to_be(database: Database) -> None:
    catalogue = "SELECT sql FROM sqlite_master" if database.sqlite else "SELECT indexdef FROM pg_indexes"
    async with database.read() as connection:
        written = [sql or "" for sql in await connection.scalars(text(catalogue))]

    partial = [sql for sql in written if "INDEX" in sql and "WHERE" in sql]
    assert len(partial) == sum(bool(i.dialect_options["sqlite"]["where"] is not None) for t in metadata.tables.values() for i in t.indexes)


async def test_upgrading_again_changes_nothing(database: Database) -> None:
    await upgrade(database)

    assert await database.revision() == revisions()[-1]


async def test_an_older_database_keeps_what_is_in_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    async with database.writer.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "0001"))
        await connection.execute(text("INSERT INTO deliveries (key, kind, priority, person) VALUES ('k', 'notice', 2, 'ana')"))
        await connection.commit()
    with pytest.raises(DatabaseFault, match=r"is older \(0001\) than this program \(\d+\); run: buckstop db upgrade"):
        await database.check()

    await upgrade(database)

    await database.check()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT key, queued_at FROM deliveries"))).all() == [("k", None)]
    await database.close()


async def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    with pytest.raises(DatabaseFault, match=r"has no tables yet; make them with: buckstop db upgrade"):
        await Database.open(f"sqlite:///{tmp_path}/empty.db")


async def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"There is no database at .*typo\.db; make it with: buckstop db upgrade"):
        await Database.open(f"sqlite:///{tmp_path}/typo.db")

    assert not (tmp_path / "typo.db").exists()


async def test_a_newer_database_is_left_alone(database: Database, database_url: str) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseFault, match=r"is newer \(9999\) than this program \(\d+\); install a newer Buckstop"):
        await Database.open(database_url)
    with pytest.raises(DatabaseFault, match="is newer"):
        await upgrade(database)
