"""The database goes away: before a transaction, in the middle of one, in the middle of its commit. What are people told?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Reply, Said
from bot.escalation.case import Place
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.desk import Desk
from bot.ports import Away, Reading, Tx, Unsure
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.store.make import ORG, RITA, Manual

NOBODY = "postgresql://bot:hunter2@127.0.0.1:1/none"


@pytest.fixture
async def postgresql(postgres_url: str) -> AsyncIterator[Database]:
    """A fresh PostgreSQL database."""
    opened = await Database.open(postgres_url, limit=30)
    yield opened
    await opened.close()


async def cut(conn: AsyncConnection, database: Database) -> None:
    """Have the server cut this connection."""
    own = await conn.scalar(text("SELECT pg_backend_pid()"))
    async with database.begin() as other:
        await other.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})


@pytest.mark.postgres
async def test_a_connection_that_is_cut_says_that_nothing_was_kept(postgresql: Database) -> None:
    with pytest.raises(Away):  # noqa: PT012 - the transaction is what fails
        async with postgresql.begin() as conn:
            await cut(conn, postgresql)
            await conn.execute(text("SELECT 1"))
    with pytest.raises(Away):  # noqa: PT012 - the transaction is what fails
        async with postgresql.read() as conn:
            await cut(conn, postgresql)
            await conn.execute(text("SELECT 1"))


@pytest.mark.postgres
async def test_one_that_is_cut_in_the_middle_of_the_commit_says_that_nobody_knows(postgresql: Database) -> None:
    with pytest.raises(Unsure):
        async with postgresql.begin() as conn:
            await cut(conn, postgresql)


@pytest.mark.postgres
async def test_one_that_is_cut_after_all_was_read_harms_nobody(postgresql: Database) -> None:
    async with postgresql.read() as conn:
        assert await conn.scalar(text("SELECT 1")) == 1
        await cut(conn, postgresql)


async def test_a_server_that_is_not_there_is_away() -> None:
    nobody = Database(NOBODY)
    with pytest.raises(Away):
        async with nobody.begin():
            pass
    with pytest.raises(Away):
        async with nobody.read():
            pass
    await nobody.close()


# --- what people are told


class Torn(SqlStore):
    """A store whose database goes away: `tears` times in a commit that was kept, and as often as `away` says instead of an answer."""

    def __init__(self, database: Database, tears: int = 0, away: int = 0) -> None:
        super().__init__(database, ORG, Manual())
        self.tears, self.away = tears, away

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        self._look()
        async with super().begin() as tx:
            yield tx
        if self.tears:
            self.tears -= 1
            raise Unsure

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        self._look()
        async with super().read() as reading:
            yield reading

    def _look(self) -> None:
        if self.away:
            self.away -= 1
            raise Away


async def said(store: SqlStore, key: str, words: str) -> Reply:
    """Say something."""
    return await Desk(store, Manual()).handle(Said(key, RITA, Place("local", "local", "help"), words))


async def cases(database: Database) -> int:
    """Return how many cases there are."""
    async with database.read() as conn:
        return await conn.scalar(text("SELECT count(*) FROM cases")) or 0


async def test_a_report_whose_commit_was_torn_off_is_found_and_answered_as_what_it_is(sqlite: Database) -> None:
    reply = await said(Torn(sqlite, tears=1), "k", "/case report billing: bill too high")

    assert (reply.refused, reply.case, await cases(sqlite)) == (False, 1, 1)


async def test_one_that_has_no_key_cannot_be_looked_for_and_says_so(sqlite: Database) -> None:
    reply = await said(Torn(sqlite, tears=1), "", "/case report billing: bill too high")

    assert (reply.refused, await cases(sqlite)) == (True, 1)
    assert "I cannot tell whether this was saved" in str(reply.lines)


@pytest.mark.parametrize("words", ["/case report billing: bill too high", "/case list"])
async def test_while_it_is_away_people_are_told(sqlite: Database, words: str) -> None:
    reply = await said(Torn(sqlite, away=1), "k", words)

    assert (reply.refused, reply.again) == (True, True)
    assert reply.lines == (("The database does not answer, please try again.",),)
    assert await cases(sqlite) == 0


async def test_who_is_who_is_still_known_while_it_is_away(sqlite: Database) -> None:
    store = Torn(sqlite)
    known = Acquaintance(store, Manual())
    before = await known.org()
    store.away = 2

    assert await known.org() is before
    with pytest.raises(Away):
        await Acquaintance(store, Manual()).org()
