"""`kill -9` of the real process while it talks to Slack: between the commit and the post, and between the post and the mark.

Slack is told to hang at that very call, so the moment is exact. After the restart each message is there once.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import RealClock
from bot.config import loads
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.scenarios.digest_queued import queued
from tests.scenarios.killed import Killed, by_itself, delivered, leases_end
from tests.scenarios.slack_stage import PEOPLE, slack_org, workspace
from tests.slack.client import Workspace
from tests.torture.processes import Nursery


def in_slack(born: Nursery, file: Path, ws: Workspace, database_url: str) -> Killed:
    """Return Buckstop for a company in Slack, not started yet."""
    settings = {"SLACK_BOT_TOKEN": ws.bot_token, "SLACK_APP_TOKEN": ws.app_token, "SLACK_API_URL": ws.api_url}
    return Killed(born, file, settings | {"BUCKSTOP_DATABASE_URL": database_url}, ws.until_connected)


@asynccontextmanager
async def company(born: Nursery, database_url: str, slack_address: str, folder: Path) -> AsyncIterator[tuple[Killed, Workspace, Database]]:
    """Run Buckstop for a company in Slack."""
    async with workspace(slack_address) as ws:
        file = folder / "config.toml"
        file.write_text(by_itself(slack_org(ws)))
        loads(file.read_text(), str(file), {})
        there, database = in_slack(born, file, ws, database_url), Database(database_url)
        try:
            yield there, ws, database
        finally:
            await there.stop()
            await database.close()


async def posted(ws: Workspace) -> Counter[str]:
    """Return the keys of all messages, with how often each was posted."""
    found: Counter[str] = Counter()
    for where in ("help", "leadership", *(f"@{person}" for person in PEOPLE)):
        found.update(m.metadata["event_payload"]["key"] for m in await ws.messages(where, deleted=True) if m.metadata)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["hang_before", "hang_after"], ids=["before the post", "before the mark"])
async def test_killed_while_it_posts_each_message_is_there_once(
    born: Nursery, database_url: str, slack_address: str, tmp_path: Path, moment: str
) -> None:
    async with company(born, database_url, slack_address, tmp_path) as (there, ws, database):
        await there.start()
        faults = [await ws.fault(moment, "chat.postMessage", where) for where in ("help", "@rita", "@ana")]
        out = await ws.command("rita", "/case report billing: meter swapped", "help")
        assert "C-1 is in" in out.text
        for fault in faults:
            await fault.hit()
        before = await posted(ws)
        assert before.total() == (3 if moment == "hang_after" else 0)

        await there.kill()
        for fault in faults:
            await fault.release(drop=True)
        await there.start()
        await leases_end(database)
        await delivered(database, 3)

        after = await posted(ws)
        assert set(after) == {f"card/C-1/slack:{ws.team}:{ws.channels['help']}", "C-1/1/receipt/rita", "C-1/1/assigned/ana"}
        assert set(after.values()) == {1}


@pytest.mark.slow
async def test_killed_before_the_acknowledgement_the_event_comes_again_and_has_one_effect(
    born: Nursery, database_url: str, slack_address: str, tmp_path: Path
) -> None:
    async with company(born, database_url, slack_address, tmp_path) as (there, ws, database):
        await ws.set(settings={"event_timeout": 20.0})
        await there.start()
        # It is committed, and hangs while it says so.
        saying = await ws.fault("hang_before", "chat.postEphemeral")
        posting = await ws.fault("hang_before", "chat.postMessage", times=9)
        said = asyncio.create_task(ws.say("rita", "@buckstop report billing: meter swapped", "help"))
        await posting.hit()
        await there.kill()
        await ws.clear_faults()
        for fault in (saying, posting):
            await fault.release(drop=True)
        await there.start()
        await said
        await leases_end(database)
        await delivered(database, 3)

        assert set((await posted(ws)).values()) == {1}
        async with SqlStore(database, loads(slack_org(ws), "x", {}).org, RealClock()).read() as reading:
            assert await reading.case(1) is not None  # type: ignore[arg-type]
            assert await reading.case(2) is None  # type: ignore[arg-type]


# --- a digest: its summary with its picture, and what follows in its thread


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "moment"),
    [("chat.postMessage", "hang_before"), ("chat.postMessage", "hang_after"), ("files.completeUploadExternal", "hang_after")],
    ids=["before its summary", "between its summary and its thread", "between its picture and its summary"],
)
async def test_killed_in_the_middle_of_a_digest_it_goes_on_where_it_was(
    born: Nursery, database_url: str, slack_address: str, tmp_path: Path, method: str, moment: str
) -> None:
    async with company(born, database_url, slack_address, tmp_path) as (there, ws, database):
        await there.start()
        hanging = await ws.fault(moment, method)
        key = await queued(SqlStore(database, loads(slack_org(ws), "x", {}).org, RealClock()), "slack:leadership")
        await hanging.hit()
        await there.kill()
        await hanging.release(drop=True)
        await there.start()
        await leases_end(database)
        await delivered(database, 3)

        assert await posted(ws) == {key: 1, f"{key}/2": 1, f"{key}/3": 1}
        summary, *thread = await ws.messages("leadership")
        assert [message.thread_ts for message in thread] == [summary.ts, summary.ts]
