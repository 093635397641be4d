"""A full disk, a database that another program locks, a file system that has become read-only: nothing false is said, nothing is lost.

The disk of a real process becomes full by its limit on file sizes, which can be set from outside and taken back. Of PostgreSQL a server
that refuses writes is tried; a full disk under it is not, since its process is none of ours: it answers with another code, handled alike.
"""

import asyncio
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout
from structlog.testing import capture_logs

from bot.handlers.vigil import PATIENCE, Vigil
from bot.store.database import Database
from bot.store.trying import Trying
from bot.store.verify import verify
from tests import postgres
from tests.ports import free_port
from tests.scenarios.killed import Killed, by_itself
from tests.scenarios.slack_stage import SlackStage, slack_org, slack_world, workspace
from tests.scenarios.test_slack_kill import in_slack, posted
from tests.slack.client import Workspace
from tests.torture.processes import Nursery
from tests.world import World

pytestmark = pytest.mark.timeout(180)

Switch = Callable[[bool], Awaitable[None]]


async def read_only(stage: SlackStage, server: postgres.Server | None, broken: bool) -> None:
    """Let SQLite refuse what a read-only file system does, with the same code; or PostgreSQL every transaction that writes."""
    database = stage.bot.database
    if server is not None:
        server.run(f"ALTER DATABASE {database.url.database} SET default_transaction_read_only = {'on' if broken else 'off'}")
    elif broken:
        async with database.begin() as conn:
            await conn.exec_driver_sql("PRAGMA query_only = ON")
    if server is not None or not broken:
        await database.close()  # connections that were open before know nothing of it; new ones are opened when they are needed


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def test_a_database_that_takes_no_writes_is_told_of_once_and_loses_nothing(
    request: pytest.FixtureRequest, slack_address: str, kind: str
) -> None:
    server: postgres.Server | None = request.getfixturevalue("postgres_server") if kind == "postgresql" else None
    url = request.getfixturevalue("sqlite_url" if server is None else "postgres_url")
    with capture_logs():
        async with slack_world(url, slack_address, "socket") as world:
            stage = world.stage
            assert isinstance(stage, SlackStage)

            async def switch(broken: bool) -> None:
                assert isinstance(stage, SlackStage)
                await read_only(stage, server, broken)

            await through_an_outage(world, stage, switch)


async def test_a_locked_database_is_told_of_and_loses_nothing(sqlite_url: str, slack_address: str) -> None:
    with capture_logs(), closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        async with slack_world(sqlite_url, slack_address, "socket") as world:
            stage = world.stage
            assert isinstance(stage, SlackStage)

            async def switch(broken: bool) -> None:
                other.execute("BEGIN IMMEDIATE" if broken else "ROLLBACK")

            await through_an_outage(world, stage, switch)


async def through_an_outage(world: World, stage: SlackStage, switch: Switch) -> None:
    """Report something, break the database, try to do things, mend it, and go on."""
    trying = Trying(stage.bot.database)
    vigil = Vigil(trying.trouble, stage.bot.direct_line, "database/1")
    case = await world.report("rita", "billing: meter swapped")
    await vigil.look(0)
    before = await posted(stage.ws)

    await switch(True)
    refused = [await world.say("ana", f"/case ack {case}"), await world.say("tom", "/case report metering: the display is dark")]
    for at in (100.0, 100 + PATIENCE, 200.0):
        await vigil.look(at)

    assert all(answer.refused and "Not saved" in answer.text for answer in refused), refused
    assert "Nothing can be written to the database" in str(vigil.fault)
    assert await posted(stage.ws) - before == {"database/1/1/broken/ida": 1}
    assert "cannot write to its database" in (await world.told("ida"))[-1]

    await switch(False)
    await vigil.look(700.0)
    assert str(vigil.fault) == "None"
    assert "can write to its database again, after about 10 minutes" in (await world.told("ida"))[-1]
    assert [one["id"] for one in await stage.cases()] == [case]
    assert (await world.case(case))["status"] == "open"  # what was refused did not happen
    await world.wait("61m")
    assert len([text for text in await world.told("bruno") if f"{case} has come to you" in text]) == 1
    await world.say("bruno", f"/case ack {case}")
    assert (await world.case(case))["status"] == "acknowledged"


# --- a real process whose disk is full


@dataclass
class Watched:
    """Buckstop as a company runs it, whose health is asked for, and whose disk can be filled."""

    there: Killed
    port: int

    def disk_is_full(self, full: bool) -> None:
        """Let no file grow any more, or again."""
        number = self.there.life.number
        _, most = resource.prlimit(number, resource.RLIMIT_FSIZE)
        resource.prlimit(number, resource.RLIMIT_FSIZE, (0 if full else most, most))

    async def health(self) -> tuple[int, str]:
        """Return what the health page says."""
        async with ClientSession(timeout=ClientTimeout(total=10)) as http, http.get(f"http://127.0.0.1:{self.port}/healthz") as answer:
            return answer.status, str((await answer.json())["why"])


@asynccontextmanager
async def watched(born: Nursery, database_url: str, slack_address: str, folder: Path) -> AsyncIterator[tuple[Watched, Workspace]]:
    """Run Buckstop for a company in Slack."""
    async with workspace(slack_address) as ws:
        file, port = folder / "config.toml", free_port()
        file.write_text(by_itself(slack_org(ws), f"port = {port}"))
        there = in_slack(born, file, ws, database_url)
        await there.start()
        try:
            yield Watched(there, port), ws
        finally:
            await there.stop()


async def turns(there: Watched, status: int) -> float:
    """Wait until the health page has this status; return after how many seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(60):
        while (await there.health())[0] != status:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.2)
    return loop.time() - began


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process can be set on Linux only")
async def test_a_full_disk_turns_health_red_tells_an_admin_and_loses_nothing(
    born: Nursery, sqlite_url: str, slack_address: str, tmp_path: Path
) -> None:
    async with watched(born, sqlite_url, slack_address, tmp_path) as (there, ws):
        assert "C-1" in (await ws.command("rita", "/case report billing: before", "help")).text
        await ws.until_said("@ana", "C-1")
        there.disk_is_full(True)
        assert "Not saved" in (await ws.command("tom", "/case report billing: lost and told so", "help")).text
        red_after = await turns(there, 503)
        assert "Nothing can be written to the database" in (await there.health())[1]
        await ws.until_said("@ida", "cannot write to its database")

        there.disk_is_full(False)
        await turns(there, 200)
        await ws.until_said("@ida", "can write to its database again")
        assert "C-2" in (await ws.command("tom", "/case report billing: after", "help")).text
        await ws.until_said("@ana", "C-2")
        assert set((await posted(ws)).values()) == {1}
        assert not there.there.life.over.is_set()
    print(f"red after {red_after:.1f} s")
    await sound(sqlite_url)


async def sound(database_url: str) -> None:
    """Look whether all timelines are whole."""
    database = Database(database_url)
    try:
        assert [fault async for fault in verify(database)] == []
    finally:
        await database.close()
