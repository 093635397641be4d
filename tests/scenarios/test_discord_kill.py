"""`kill -9` of the real process while it talks to Discord: between the commit and the post, the post and the mark, a card and its thread;
and a start that cannot be one.

Discord is told to hang at that very call, so the moment is exact. After the restart each message is there once.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.adapters.discord.commands import tree
from bot.adapters.discord.rest import Rest
from bot.clock import RealClock
from bot.config import loads
from bot.store.database import Database
from bot.store.heard import SqlHeard
from bot.store.store import SqlStore
from tests.discord.client import World as There
from tests.patience import PATIENT
from tests.scenarios.digest_queued import queued
from tests.scenarios.discord_posts import posted
from tests.scenarios.discord_stage import access, discord_org, northwind
from tests.scenarios.killed import Killed, by_itself, delivered, leases_end
from tests.torture.processes import ROOT, Nursery, environment

POSTS = "POST */messages"


def in_discord(born: Nursery, file: Path, there: There, database_url: str) -> Killed:
    """Return Buckstop for a community in Discord, not started yet."""
    return Killed(born, file, settings(there, database_url), there.until_connected)


def settings(there: There, database_url: str, token: str | None = None) -> dict[str, str]:
    """Return what the environment says of this Discord and this database."""
    addresses = {"DISCORD_API_URL": there.api_url, "DISCORD_GATEWAY_URL": there.gateway_url}
    return addresses | {"DISCORD_TOKEN": token or there.token, "BUCKSTOP_DATABASE_URL": database_url}


def written(there: There, folder: Path) -> Path:
    """Write the configuration as a community would."""
    file = folder / "config.toml"
    file.write_text(by_itself(discord_org(there)))
    loads(file.read_text(), str(file), {})
    return file


@asynccontextmanager
async def community(born: Nursery, database_url: str, address: str, folder: Path) -> AsyncIterator[tuple[Killed, There, Database]]:
    """Run Buckstop for a community in Discord."""
    async with northwind(address) as there:
        rest = Rest(access(there))
        await rest.begin()
        await tree(rest.client).sync()
        await rest.close()
        killed, database = in_discord(born, written(there, folder), there, database_url), Database(database_url)
        try:
            yield killed, there, database
        finally:
            await killed.stop()
            await database.close()


async def listened(database: Database) -> None:
    """Wait until it is kept that everything has been heard so far: before its very first note nothing can have been missed."""
    async with asyncio.timeout(PATIENT):
        while True:
            if await SqlHeard(database).under("discord"):
                return
            await asyncio.sleep(0.1)


def of_a_report(there: There) -> dict[str, int]:
    """Return what a report brings about, each once."""
    return {f"card/C-1/discord:{there.guilds['northwind']}:{there.channels['help']}": 1, "C-1/1/receipt/rita": 1, "C-1/1/assigned/ana": 1}


@pytest.mark.slow
@pytest.mark.parametrize("window", [180.0, 0.0], ids=["the nonce is known", "the nonce is forgotten"])
@pytest.mark.parametrize("moment", ["hang_before", "hang_after"], ids=["before the post", "before the mark"])
async def test_killed_while_it_posts_each_message_is_there_once(
    born: Nursery, database_url: str, discord_address: str, tmp_path: Path, moment: str, window: float
) -> None:
    async with community(born, database_url, discord_address, tmp_path) as (killed, there, database):
        await there.set(settings={"nonce_window": window})
        await killed.start()
        faults = [await there.fault(moment, POSTS, where) for where in ("help", "@rita", "@ana")]
        out = await there.command("rita", "case report", {"what": "meter swapped", "service": "billing"}, "help")
        assert "C-1 is in" in out.text
        for fault in faults:
            await fault.hit()
        assert (await posted(there, database)).total() == (3 if moment == "hang_after" else 0)

        await killed.kill()
        for fault in faults:
            await fault.release(drop=True)
        await killed.start()
        await leases_end(database)
        await delivered(database, 3)

        assert await posted(there, database) == of_a_report(there)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["hang_before", "hang_after"], ids=["before the thread", "after the thread"])
async def test_killed_between_a_card_and_its_thread_it_has_one(
    born: Nursery, database_url: str, discord_address: str, tmp_path: Path, moment: str
) -> None:
    async with community(born, database_url, discord_address, tmp_path) as (killed, there, database):
        await killed.start()
        opening = await there.fault(moment, "POST */threads", "help")
        await there.command("rita", "case report", {"what": "meter swapped", "service": "billing"}, "help")
        await opening.hit()
        await killed.kill()
        await opening.release(drop=True)
        await killed.start()
        await leases_end(database)
        await delivered(database, 3)

        assert await posted(there, database) == of_a_report(there)
        [card] = [message for message in await there.messages("help") if message.author == there.bot_user_id]
        assert [(thread.id, thread.name) for thread in await there.threads("help")] == [(card.id, "C-1: meter swapped")]


@pytest.mark.slow
async def test_killed_before_an_event_is_done_with_it_is_found_again_and_has_one_effect(
    born: Nursery, database_url: str, discord_address: str, tmp_path: Path
) -> None:
    async with community(born, database_url, discord_address, tmp_path) as (killed, there, database):
        await killed.start()
        await listened(database)
        posting = await there.fault("hang_before", POSTS, times=9)
        await there.say("rita", "@buckstop report billing: meter swapped", "help")
        await posting.hit()
        await killed.kill()
        await there.clear_faults()
        await posting.release(drop=True)
        await there.say("rita", "@buckstop report metering: while it was away", "help")
        await killed.start()
        await leases_end(database)
        await delivered(database, 6)

        assert set((await posted(there, database)).values()) == {1}
        async with database.read() as conn:
            assert sorted(await conn.scalars(text("SELECT id FROM cases"))) == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "moment"),
    [(POSTS, "hang_before"), (POSTS, "hang_after"), ("POST */threads", "hang_after")],
    ids=["before its summary", "between its summary and its thread", "once its thread is open"],
)
async def test_killed_in_the_middle_of_a_digest_it_goes_on_where_it_was(
    born: Nursery, database_url: str, discord_address: str, tmp_path: Path, call: str, moment: str
) -> None:
    async with community(born, database_url, discord_address, tmp_path) as (killed, there, database):
        await killed.start()
        hanging = await there.fault(moment, call, "leadership")
        key = await queued(SqlStore(database, loads(discord_org(there), "x", {}).org, RealClock()), "discord:leadership")
        await hanging.hit()
        await killed.kill()
        await hanging.release(drop=True)
        await killed.start()
        await leases_end(database)
        await delivered(database, 3)

        assert await posted(there, database) == {key: 1, f"{key}/2": 1, f"{key}/3": 1}
        [thread] = await there.threads("leadership")
        [summary] = [message for message in await there.messages("leadership") if message.author == there.bot_user_id]
        assert (thread.id, len(summary.raw["attachments"])) == (summary.id, 1)


# --- a start that cannot be one

WRONG = "MTE0NDI4ODk4ODkzNDIwMDMyMDA.GabcDE.no-such-token-no-such-token-no-such-token"
UNFIT: dict[str, tuple[dict[str, object], str | None, str]] = {
    "a token that is not valid": ({}, WRONG, "Discord refuses the bot token: DISCORD_TOKEN holds none that is valid."),
    "an intent that is off": ({"privileged": ["members"]}, None, 'switch on "Message Content Intent" in the developer portal'),
    "both intents off": ({"privileged": []}, None, '"Message Content Intent" and "Server Members Intent"'),
}


@pytest.mark.slow
@pytest.mark.parametrize(("world", "token", "sentence"), UNFIT.values(), ids=UNFIT.keys())
async def test_a_start_that_cannot_be_one_says_what_to_mend(
    sqlite_url: str, discord_address: str, tmp_path: Path, world: dict[str, object], token: str | None, sentence: str
) -> None:
    async with northwind(discord_address, **world) as there:
        command = (sys.executable, "-m", "bot", "run", "--config", str(written(there, tmp_path)))
        given = environment(settings(there, sqlite_url, token))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=given, stderr=PIPE)
        async with asyncio.timeout(PATIENT):
            _, said = await process.communicate()

    assert process.returncode == 2
    assert sentence in said.decode()
    assert "Traceback" not in said.decode()
    assert there.token not in said.decode()
