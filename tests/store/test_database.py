"""Is the file private, does a second writer wait, is an address that cannot work refused with its cure, is a copy whole?"""

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from bot.ports import NotSaved
from bot.store.backup import backup
from bot.store.database import Database, DatabaseFault
from bot.store.migrate import upgrade
from bot.store.sqlite_driver import Connection
from bot.store.tables import counters
from tests.patience import PATIENT
from tests.store.make import opened_in, stored


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_the_files_are_their_owners_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    await upgrade(database)

    async with database.read() as conn:
        await conn.execute(select(counters))
        assert {file.name: mode(file) for file in tmp_path.iterdir()} == dict.fromkeys(("new.db", "new.db-wal", "new.db-shm"), 0o600)  # noqa: ASYNC240
    await database.close()


async def test_commits_are_on_the_disk_before_anybody_is_told(sqlite: Database) -> None:
    async with sqlite.begin() as conn:
        settings = [(await conn.execute(text(f"PRAGMA {name}"))).scalar_one() for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert settings == ["wal", 2, 1]


async def test_a_reading_cannot_write(database: Database) -> None:
    async with database.read() as conn:
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            await conn.execute(insert(counters).values(name="x", value=1))


async def test_a_disk_that_fails_at_the_beginning_may_work_again(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise fault

    monkeypatch.setattr(Connection, "_patiently", broken)
    with pytest.raises(NotSaved):
        async with sqlite.begin():
            pass
    monkeypatch.undo()

    async with sqlite.begin() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1


async def test_after_a_commit_that_failed_the_next_one_writes(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Connection) -> None:
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise fault

    monkeypatch.setattr(Connection, "commit", broken)
    with pytest.raises(NotSaved):
        await count_up(sqlite)
    monkeypatch.undo()

    await count_up(sqlite)
    async with sqlite.read() as connection:
        assert await connection.scalar(select(counters.c.value).where(counters.c.name == "x")) == 1


async def test_a_writer_holds_the_lock_from_its_beginning(sqlite: Database, sqlite_url: str) -> None:
    async with sqlite.begin() as conn:
        await conn.execute(select(counters))
        with (
            closing(sqlite3.connect(str(sqlite.url.database), timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_whoever_is_cancelled_while_waiting_for_the_lock_holds_nothing(sqlite_url: str, times: int) -> None:
    database = await Database.open(sqlite_url, limit=0.3)
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(count_up(database))
        await asyncio.wait([waiting], timeout=0.05)
        for _ in range(times):
            waiting.cancel()
            await asyncio.wait([waiting], timeout=0.01)  # by its transaction's limit, too: the thread that waits is still at it
        with pytest.raises(asyncio.CancelledError):
            await waiting
        other.rollback()
        other.execute("BEGIN IMMEDIATE")  # nobody else has taken it
        other.rollback()

    await count_up(database)
    await database.close()


@pytest.mark.parametrize("after", [0, 1, 4])
async def test_whoever_is_cancelled_twice_gives_the_connection_back(database: Database, after: int) -> None:
    async def at_work() -> None:
        async with database.begin() as conn:
            await conn.execute(insert(counters).values(name="x", value=1))
            await conn.execute(text("SELECT 1" if database.sqlite else "SELECT pg_sleep(5)"))
            await asyncio.sleep(5)

    pool = cast(QueuePool, database.writer.sync_engine.pool)
    before = pool.checkedout()  # those that are kept open
    working = asyncio.create_task(at_work())
    await asyncio.wait([working], timeout=0.1)
    working.cancel()
    for _ in range(after):
        await asyncio.sleep(0)
    working.cancel()
    await asyncio.wait([working], timeout=PATIENT)
    async with asyncio.timeout(PATIENT):
        while pool.checkedout() > before:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

    assert working.cancelled()
    await count_up(database)


async def count_up(database: Database) -> None:
    async with database.begin() as conn:
        await conn.execute(insert(counters).values(name="x", value=1))


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", r"is not an address; write one such as"),
        ("buckstop.db", r"is not an address; write one such as"),
        ("mysql://localhost/cases", r'"mysql" is not known here; use sqlite'),
        ("sqlite://", r"SQLite needs a file"),
        ("sqlite:///:memory:", r"SQLite needs a file"),
    ],
)
def test_an_address_that_cannot_work_is_refused(url: str, fault: str) -> None:
    with pytest.raises(DatabaseFault, match=fault):
        Database(url)


async def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"The folder .*missing of the database does not exist"):
        await upgrade(Database(f"sqlite:///{tmp_path}/missing/buckstop.db"))


async def test_a_server_that_does_not_answer_is_said_so_without_the_password() -> None:
    with pytest.raises(DatabaseFault, match=r"does not answer") as fault:
        await Database.open("postgresql://buckstop:secret@127.0.0.1:1/cases")

    assert "secret" not in str(fault.value)


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+aiosqlite"])
async def test_both_spellings_of_an_address_open_it(sqlite_url: str, driver: str) -> None:
    database = await Database.open(sqlite_url.replace("sqlite:", f"{driver}:"))
    await database.close()


# --- copies


async def test_a_copy_is_whole_and_private(sqlite: Database, tmp_path: Path) -> None:
    case = await opened_in(stored(sqlite))
    await backup(sqlite, tmp_path / "copy.db")

    assert mode(tmp_path / "copy.db") == 0o600
    copy = await Database.open(f"sqlite:///{tmp_path}/copy.db")
    assert [found async for found, _ in stored(copy).export()] == [case]
    await copy.close()


async def test_a_copy_overwrites_nothing(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(DatabaseFault, match=r"copy\.db exists already; name a new file"):
        await backup(sqlite, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_a_copy_that_cannot_be_written_says_why(sqlite: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match=r"cannot be written: No such file or directory"):
        await backup(sqlite, tmp_path / "nowhere" / "copy.db")


@pytest.mark.postgres
async def test_postgresql_has_its_own_way(postgres_url: str, tmp_path: Path) -> None:
    database = await Database.open(postgres_url)
    with pytest.raises(DatabaseFault, match="pg_dump"):
        await backup(database, tmp_path / "copy")
    await database.close()


class Woken(Exception):
    """It goes on."""


@pytest.mark.postgres
@pytest.mark.parametrize("half", [False, True], ids=["between two statements", "in the middle of one"])
async def test_whoever_stands_still_in_a_transaction_loses_its_locks(postgres_url: str, half: bool) -> None:
    frozen, other = Database(postgres_url, limit=0.1), Database(postgres_url, limit=10)
    frozen.limit = 60  # a process that stands still does not look at its own clock
    same = insert(counters).values(name="same", value=1)

    async def stands_still() -> None:
        async with frozen.begin() as conn:
            await conn.execute(same)
            if half:  # the server has been sent the statement, and not yet that it is to be done
                driver = (await conn.get_raw_connection()).driver_connection
                assert driver is not None
                await driver.prepare("SELECT value FROM counters WHERE name = $1")
            async with other.begin() as there:
                await there.execute(same)
            raise Woken

    with pytest.raises(Woken):
        await stands_still()

    async with frozen.begin() as conn:
        assert list(await conn.scalars(select(counters.c.value).where(counters.c.name == "same"))) == [1]
    await frozen.close()
    await other.close()


@pytest.mark.postgres
async def test_what_goes_through_everything_takes_as_long_as_it_takes(postgres_url: str) -> None:
    database = Database(postgres_url, limit=0.02)
    async with database.read(patient=True) as reading, database.unhurried() as lent:
        for conn in (reading, lent):
            assert await conn.scalar(text("SELECT 1 FROM pg_sleep(0.2)")) == 1
    await database.close()
