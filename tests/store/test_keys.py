"""Is the key that stands for a person in what is hashed the same in every process?"""

import asyncio

import pytest

from bot.store.database import Database
from bot.store.timeline import keys_of
from tests.store.waiting import until_somebody_waits


async def test_whoever_has_a_key_keeps_it_and_newcomers_get_one(database: Database) -> None:
    async with database.begin() as conn:
        first = await keys_of(conn, ["ben", "ana"])
    async with database.begin() as conn:
        second = await keys_of(conn, ["cleo", "ana", "ben", "ana"])

    assert second == {**first, "cleo": second["cleo"]}
    assert len(set(second.values())) == 3


@pytest.mark.postgres
async def test_a_key_that_another_process_makes_at_this_moment_is_waited_for(postgres_url: str) -> None:
    database = await Database.open(postgres_url, limit=60)

    async def others() -> dict[str, int]:
        async with database.begin() as conn:
            return dict(await keys_of(conn, ["ana", "ben"]))

    async with asyncio.TaskGroup() as both, database.begin() as conn:
        mine = await keys_of(conn, ["ana"])
        theirs = both.create_task(others())
        await until_somebody_waits(database)

    assert theirs.result()["ana"] == mine["ana"] != theirs.result()["ben"]
    await database.close()
