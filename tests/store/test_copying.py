"""Is a copy the same database, on whatever kind it was and is? And does Buckstop go on from it as if nothing had happened?"""

import asyncio
import io
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.clock import ManualClock
from bot.config import loads
from bot.escalation.words import PersonId
from bot.handlers.exporting import write_jsonl
from bot.handlers.history.generating import month
from bot.handlers.history.keeping import keep, send_digests
from bot.outbox.plan import lane_of
from bot.ports import Address, Plan
from bot.store.copying import copy
from bot.store.database import Database, DatabaseFault
from bot.store.deliveries import SqlOutbox
from bot.store.store import SqlStore
from bot.store.tables import metadata
from bot.store.transfer import tables
from bot.store.verify import verify
from tests import postgres
from tests.conftest import BOTH
from tests.scenarios.stages import MONDAY, ORG, local_world

CONFIG = loads(ORG.read_text("utf-8"), str(ORG), {})
ANA, BEN = PersonId("ana"), PersonId("ben")
_OTHER = "import sys; from bot.store.alone import alone_on\nwith alone_on(sys.argv[1]): print(flush=True); sys.stdin.read()"
Rows = dict[str, Counter[tuple[str, ...]]]


@pytest.fixture
def empty(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    postgres_server.run("CREATE DATABASE copied_to TEMPLATE template0")
    yield postgres_server.url("copied_to")
    postgres_server.run("DROP DATABASE copied_to WITH (FORCE)")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlStore]:
    """Open a store on a database."""
    database = await Database.open(url, limit=30)
    try:
        yield SqlStore(database, CONFIG.org, ManualClock(MONDAY))
    finally:
        await database.close()


async def lived_in(url: str) -> None:
    """Let a week of cases lie behind, some of today before, one message be on its way and others wait."""
    async with opened(url) as store:
        begin = MONDAY - timedelta(days=7)
        await keep(store, month(CONFIG.org, 11, begin, 7, cases=15))
        await send_digests(store, CONFIG.digests, MONDAY - timedelta(days=4), MONDAY)
    async with local_world(url) as world:
        case = await world.report("rita", "billing: the pump in Ross Street sings 🆘")
        await world.say("ana", "/case away tomorrow")
        await world.say("tom", f"/case metoo {case}")
    async with opened(url) as store:
        for key, whom in (("flies", ANA), ("waits", BEN), ("waits behind it", ANA)):
            async with store.begin() as tx:
                await tx.notify(key, whom, (f"{key} as it was",))
        await begin_to_send(store.database)
        async with store.begin() as tx:
            await tx.next_case()  # a number that was given, and whose case never came about


async def begin_to_send(database: Database) -> None:
    """Be a process that dies when it has begun to send the first message."""
    outbox = SqlOutbox(database)
    loads = await outbox.claim("dead", MONDAY, ["local"], lambda to, route: lane_of(to, Address("local", "", f"@{to.person}")), 1)
    assert await outbox.commit("dead", [Plan(load.lane, (load.deliveries[0].id,)) for load in loads])


def files(folder: Path, begin: str) -> list[str]:
    """Return the names of the files that begin like this."""
    return sorted(file.name for file in folder.glob(f"{begin}*"))


async def rows(url: str) -> Rows:
    """Return every row of every table, the pause and what only SQLite counts apart, and the words of cases with them."""
    async with opened(url) as store, store.database.read() as conn:
        found = {
            table.name: Counter(tuple(map(repr, row)) for row in await conn.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in ("pause", "counters")
        }
        words = "rowid, terms" if store.database.sqlite else "case_id, array_to_string(tsvector_to_array(terms), ' ')"
        likeness = await conn.execute(text(f"SELECT {words} FROM likeness"))
        return found | {"likeness": Counter((str(number), *sorted(terms.split())) for number, terms in likeness)}


async def exported(url: str) -> str:
    """Return everything as `buckstop export` has it."""
    written = io.StringIO()
    async with opened(url) as store:
        await write_jsonl(store, written)
        assert [str(fault) async for fault in verify(store.database)] == []
    return written.getvalue()


async def copied(source: str, to: str) -> list[str]:
    """Copy, and return what is said meanwhile."""
    said: list[str] = []
    async with opened(source) as store:
        await copy(store.database, to, MONDAY, said.append)
    return said


@pytest.mark.postgres
@pytest.mark.slow
async def test_there_and_back_again_it_is_the_same(sqlite_url: str, empty: str, tmp_path: Path) -> None:
    back = f"sqlite:///{tmp_path}/back.db"
    await lived_in(sqlite_url)
    before = await rows(sqlite_url)
    assert all(before[name] for name in ("cases", "facts", "texts", "deliveries", "lanes", "digests", "anchors", "letters", "absences"))
    assert {row[9] for row in before["deliveries"]} >= {"'waiting'", "'flying'", "'delivered'"}

    said = await copied(sqlite_url, empty)
    assert await rows(empty) == before
    await copied(empty, back)
    assert await rows(back) == before

    assert await exported(sqlite_url) == await exported(empty) == await exported(back)
    assert said[-1] == "Every row was compared, and every timeline checked."
    assert f"facts: {before['facts'].total():,}" in said
    assert (tmp_path / "back.db").stat().st_mode & 0o777 == 0o600
    assert files(tmp_path, "back.db") == ["back.db"]
    # What each of them gives next is what the first one would have given.
    for url in (empty, back):
        await goes_on(url, max(int(row[0]) for row in before["cases"]) + 2)


async def goes_on(url: str, number: int) -> None:
    """See that what was on its way and what waited arrives once, and that the next case has this number and finds its like."""
    async with opened(url) as store:
        await store.resume()
        async with store.database.begin() as conn:
            await conn.execute(text("UPDATE lanes SET lease_until = 1 WHERE token IS NOT NULL"))
    async with local_world(url) as world:
        assert Counter((await world.told("ana"))[-2:]) == Counter(["flies as it was", "waits behind it as it was"])
        assert (await world.told("ben"))[-1] == "waits as it was"
        answer = await world.say("eve", "/case report billing: the pump in Ross Street sings again")
        assert answer.case == f"C-{number}"
        assert f"C-{number - 2}" in answer.text


async def test_a_copy_of_the_same_kind_is_one_too(database_url: str, postgres_server: postgres.Server, tmp_path: Path) -> None:
    sqlite = database_url.startswith("sqlite")
    to = f"sqlite:///{tmp_path}/second.db" if sqlite else postgres_server.url("second")
    if not sqlite:
        postgres_server.run("CREATE DATABASE second TEMPLATE template0")
    async with opened(database_url) as store:
        await keep(store, month(CONFIG.org, 3, MONDAY, 3, cases=4))
    before = await rows(database_url)

    await copied(database_url, to)

    assert await rows(to) == before
    if not sqlite:
        postgres_server.run("DROP DATABASE second WITH (FORCE)")


# --- what was copied stands still


async def test_what_was_copied_is_paused_and_its_copy_is_not(sqlite_url: str, tmp_path: Path) -> None:
    first, second = f"sqlite:///{tmp_path}/first.db", f"sqlite:///{tmp_path}/second.db"
    await copied(sqlite_url, first)
    await copied(sqlite_url, second)

    async with opened(sqlite_url) as source, opened(first) as one, opened(second) as other:
        for store, why in ((source, f"copied to {tmp_path}/first.db"), (one, None), (other, None)):
            pause = (await store.health(MONDAY)).paused
            assert (pause and pause.why) == why


async def test_a_pause_of_the_people_s_own_goes_with_it(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as source:
        await source.pause("wrong managers imported", MONDAY)
    await copied(sqlite_url, f"sqlite:///{tmp_path}/copy.db")

    for url in (sqlite_url, f"sqlite:///{tmp_path}/copy.db"):
        async with opened(url) as store:
            pause = (await store.health(MONDAY)).paused
            assert pause is not None
            assert pause.why == "wrong managers imported"


# --- what is refused


async def refused(source: str, to: str) -> str:
    """Return why it cannot be copied, and see that the source goes on."""
    async with opened(source) as store:
        with pytest.raises(DatabaseFault) as why:
            await copy(store.database, to, MONDAY)
        assert (await store.health(MONDAY)).paused is None
    return str(why.value)


async def test_a_file_that_is_there_is_not_written_over(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("something of somebody's")
    assert "there.db exists already" in await refused(sqlite_url, f"sqlite:///{tmp_path}/there.db")
    assert (tmp_path / "there.db").read_text() == "something of somebody's"
    assert "exists already" in await refused(sqlite_url, sqlite_url)
    (tmp_path / "new.db.part").touch()
    assert "one was cut short" in await refused(sqlite_url, f"sqlite:///{tmp_path}/new.db")
    assert "cannot be written" in await refused(sqlite_url, f"sqlite:///{tmp_path}/no/such/folder.db")
    assert "--to is not an address" in await refused(sqlite_url, "nowhere")


@pytest.mark.postgres
async def test_a_database_that_is_not_empty_is_left_alone(sqlite_url: str, postgres_url: str, empty: str) -> None:
    assert "is not empty (it has the tables absences, " in await refused(sqlite_url, postgres_url)
    assert "is not empty" in await refused(postgres_url, postgres_url)
    async with opened(postgres_url) as store:
        assert await store.database.revision() is not None
    why = await refused(sqlite_url, "postgresql://bot:hunter2@127.0.0.1:1/none")
    assert "was not made, and nothing is left of it" in why
    assert "hunter2" not in why


@pytest.mark.parametrize("kind", BOTH)
async def test_nothing_is_copied_under_somebody_s_hands(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    if kind == "sqlite":
        other = await asyncio.create_subprocess_exec(sys.executable, "-c", _OTHER, url, stdin=PIPE, stdout=PIPE)
        assert other.stdout is not None
        await other.stdout.readline()
        why = await refused(url, f"sqlite:///{tmp_path}/copy.db")
        other.kill()
        await other.wait()
    else:
        async with opened(url):
            why = await refused(url, f"sqlite:///{tmp_path}/copy.db")
    assert "stop it first" in why
    assert files(tmp_path, "copy.db") == []


# --- what goes wrong


async def test_a_copy_that_is_cut_short_leaves_nothing(
    sqlite_url: str, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_url) as store:
        await keep(store, month(CONFIG.org, 3, MONDAY, 2, cases=2))

    async def torn(*_: object) -> None:
        raise OSError("the line was cut")

    monkeypatch.setattr("bot.store.copying.make_findable", torn)
    for to in (empty, f"sqlite:///{tmp_path}/copy.db"):
        assert "nothing is left of it: the line was cut" in await refused(sqlite_url, to)
    assert files(tmp_path, "copy.db") == []
    monkeypatch.undo()
    await copied(sqlite_url, empty)  # as empty as before


async def test_a_copy_that_is_not_the_same_is_none(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(sqlite_url) as store:
        async with store.begin() as tx:
            await tx.notify("k", ANA, ("as it was",))
        [table] = [one for one in tables() if one.name == "deliveries"]

    async def spoiled(conn: Any) -> None:
        await conn.execute(table.update().values(attempts=table.c.attempts + 1))

    monkeypatch.setattr("bot.store.copying.make_findable", spoiled)
    assert "The table deliveries is not the same in the copy" in await refused(sqlite_url, f"sqlite:///{tmp_path}/copy.db")


async def test_what_was_tampered_with_is_copied_as_it_is_and_told(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as store:
        await keep(store, month(CONFIG.org, 3, MONDAY, 2, cases=2))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE texts SET text = 'said later' WHERE case_id = 1 AND n = 1")
        database.commit()

    async with opened(sqlite_url) as store:
        done = await copy(store.database, f"sqlite:///{tmp_path}/copy.db", MONDAY)

    assert "C-1, fact 1: a text in it was changed" in done.faults


@pytest.mark.parametrize(("revision", "words"), [("0001", "run: buckstop db upgrade"), ("9999", "install a newer Buckstop")])
async def test_another_version_s_database_is_not_copied(sqlite_url: str, revision: str, words: str) -> None:
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()
    with pytest.raises(DatabaseFault, match=words):
        await Database.open(sqlite_url)
