"""Does a migration let those go first who work on the tables, and get through all the same?"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from alembic import command
from sqlalchemy import text

from bot.store.database import Database, DatabaseFault, revisions
from bot.store.migrate import config, upgrade
from tests import postgres
from tests.store.waiting import until_somebody_waits

pytestmark = pytest.mark.postgres


@pytest.fixture
def empty_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    postgres_server.run("CREATE DATABASE in_use")
    yield postgres_server.url("in_use")
    postgres_server.run("DROP DATABASE in_use WITH (FORCE)")


@pytest.fixture
async def old(empty_url: str) -> AsyncIterator[Database]:
    """A database as the first version left it: what is missing are columns of deliveries, then of people, then of cases."""
    database = Database(empty_url, limit=30)
    async with database.writer.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "0001"))
        await connection.commit()
    yield database
    await database.close()


async def test_who_needs_what_a_waiting_migration_holds_gets_it(old: Database) -> None:
    async with asyncio.TaskGroup() as both, old.begin() as theirs:
        await theirs.execute(text("SELECT id FROM people"))
        both.create_task(upgrade(old))
        await until_somebody_waits(old)
        # Held by the migration, which waits for this transaction: one of the two must give way.
        assert (await theirs.execute(text("SELECT id FROM deliveries"))).all() == []

    assert await old.revision() == revisions()[-1]


async def test_what_is_used_all_the_time_is_left_as_it_was(old: Database) -> None:
    async with old.read() as theirs:
        await theirs.execute(text("SELECT id FROM people"))
        with pytest.raises(DatabaseFault, match=r"is as it was: others use its tables without a break\. Run it again once they have ended"):
            await upgrade(old, patience=0)
        assert await old.revision() == "0001"

    await upgrade(old, patience=0)
