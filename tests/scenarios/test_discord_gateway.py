"""Discord's gateway breaks, forgets, repeats and stays away; what people say meanwhile is found again, and counts once."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.adapters.discord.catching_up import SLACK, part
from bot.adapters.discord.patience import Patience
from bot.app import Bot
from bot.clock import ManualClock
from bot.config import loads
from bot.escalation.case import Case
from bot.escalation.facts import Noted
from bot.ports import Where
from bot.store.database import Database
from bot.store.heard import SqlHeard
from bot.store.tables import cases as cases_table
from tests.discord.client import World
from tests.patience import PATIENT
from tests.scenarios.discord_stage import access, discord_org, northwind, sync
from tests.scenarios.stages import MONDAY, ORG
from tests.scenarios.test_discord_kill import in_discord, listened, written
from tests.torture.processes import Nursery
from tests.unhurried import running
from tests.world import Json

FORUM = {"name": "problems", "kind": "forum", "tags": ["open"]}


@pytest.fixture
async def there(discord_address: str) -> AsyncIterator[World]:
    """A Discord with a forum, in which nobody listens yet."""
    async with northwind(discord_address, channels=[FORUM]) as made:
        yield made


@asynccontextmanager
async def built(there: World, url: str, lines: str = "") -> AsyncIterator[Bot]:
    """Run Buckstop without a connection to the gateway."""
    text = discord_org(there, f'forums = ["problems"]\n{lines}', ["problems"])
    config = replace(loads(text, str(ORG), {}), database_url=url)
    async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)) as bot:
        yield bot


@asynccontextmanager
async def listening(there: World, url: str, lines: str = "", sessions: int = 1) -> AsyncIterator[Bot]:
    """Run Buckstop, and wait until it has heard all that there was."""
    async with built(there, url, lines) as bot:
        await connected(there, bot, sessions)
        yield bot


async def connected(there: World, bot: Bot, sessions: int = 1) -> None:
    """Connect, and wait until all is heard."""
    assert bot.discord is not None
    bot.discord.connect()
    await there.until_connected(sessions)
    await bot.discord.catching_up.caught_up()


async def done(there: World, *bots: Bot) -> None:
    """Wait until all that was heard is done, and what follows is delivered."""
    await there.settle()
    for bot in bots:
        assert bot.discord is not None
        await bot.discord.settle()
        await bot.settle()


async def cases(bot: Bot) -> list[Case]:
    """Return all cases, the oldest first."""
    async with bot.store.read() as reading:
        return sorted(await reading.cases(Where(limit=100)), key=lambda case: case.id)


async def told(there: World, where: str) -> list[str]:
    """Return the first line of what Buckstop has written somewhere."""
    return [one.shown.partition("\n")[0] for one in await there.messages(where) if one.author == there.bot_user_id]


async def ready(there: World, bot: Bot, *, is_so: bool = True) -> None:
    """Wait until events come in, or (not `is_so`) do not."""
    assert bot.discord is not None
    gateway = bot.discord.gateway

    async def look() -> bool:
        return gateway.ready is is_so

    await there.until(look)


async def logged_by(there: World, logged: list[Any], event: str, words: str = "") -> None:
    """Wait until this is in the log."""

    async def look() -> bool:
        return any(entry["event"] == event and words in str(entry) for entry in logged)

    await there.until(look)


async def test_commands_are_not_registered_at_a_start(there: World, sqlite_url: str) -> None:
    async with listening(there, sqlite_url):
        pass
    assert await there.calls("* /applications/*") == []


@pytest.mark.slow
async def test_a_first_connection_that_is_refused_is_tried_again(there: World, sqlite_url: str) -> None:
    await there.do("refuse_gateway")
    async with built(there, sqlite_url) as bot:
        assert bot.discord is not None
        bot.discord.connect()
        with capture_logs() as logged:
            await logged_by(there, logged, "discord.library")
        assert not bot.discord.gateway.ready
        await there.do("refuse_gateway", refuse=False)
        await there.until_connected()
        await bot.discord.catching_up.caught_up()
        assert bot.discord.gateway.ready


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"revoke": {}}, "DISCORD_TOKEN"), ({"set": {"privileged": ["presences"]}}, "buckstop manifest discord")],
    ids=["the token was reset", "an intent was switched off"],
)
async def test_what_somebody_has_to_mend_is_said_and_delivering_goes_on(
    there: World, sqlite_url: str, wrong: dict[str, Json], words: str
) -> None:
    async with built(there, sqlite_url) as bot:
        assert bot.discord is not None
        for verb, how in wrong.items():
            await there.do(verb, **how)
        with capture_logs() as logged:
            bot.discord.connect()
            await logged_by(there, logged, "discord.shut_out", words)
        assert not bot.discord.gateway.ready
        assert there.token not in str(logged)


@pytest.mark.slow
async def test_too_few_shards_are_said(there: World, sqlite_url: str) -> None:
    await there.set(shards=4)
    async with built(there, sqlite_url, "shards = 2") as bot:
        assert bot.discord is not None
        with capture_logs() as logged:
            bot.discord.connect()
            await logged_by(there, logged, "discord.shut_out", "raise `of`")


BREAKS: dict[str, tuple[str, Json]] = {
    "cut": ("cut_gateway", {}),
    "asked to reconnect": ("ask_to_reconnect", {}),
    "closed": ("close_gateway", {"code": 4000}),
}


@pytest.mark.parametrize(("broken", "how"), BREAKS.values(), ids=BREAKS.keys())
async def test_a_session_goes_on_after_a_break_and_nothing_is_asked_for(there: World, sqlite_url: str, broken: str, how: Json) -> None:
    async with listening(there, sqlite_url) as bot:
        n = (await there.do("changed", since=-1))["n"]
        with capture_logs() as logged:
            await there.do(broken, **how)
            await there.say("rita", "@buckstop report billing: said while it was broken", "help", wait=False)
            await logged_by(there, logged, "discord.resumed")
        await done(there, bot)

        assert [case.title for case in await cases(bot)] == ["said while it was broken"]
        assert await told(there, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]
        assert await there.calls("GET /guilds/*", since=n) == []


@pytest.mark.slow
@pytest.mark.parametrize(("broken", "how"), BREAKS.values(), ids=BREAKS.keys())
async def test_what_is_said_until_a_refused_connection_works_again_is_asked_for(
    there: World, sqlite_url: str, broken: str, how: Json
) -> None:
    async with listening(there, sqlite_url) as bot:
        assert bot.discord is not None
        await there.do("refuse_gateway")
        await there.do(broken, **how)
        await ready(there, bot, is_so=False)
        await there.say("rita", "@buckstop report billing: said while it was broken", "help")
        await there.do("refuse_gateway", refuse=False)
        await ready(there, bot)
        await bot.discord.catching_up.caught_up()
        await done(there, bot)

        assert [case.title for case in await cases(bot)] == ["said while it was broken"]
        assert await told(there, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]


@pytest.mark.slow
async def test_a_session_that_is_not_valid_any_more_is_begun_anew_and_what_it_missed_is_asked_for(there: World, sqlite_url: str) -> None:
    async with listening(there, sqlite_url) as bot:
        assert bot.discord is not None
        await there.deliver_events(drop=True)
        await there.say("rita", "@buckstop report billing: never told of", "help")
        await there.deliver_events()
        await there.do("invalid_session", resumable=False)
        await there.until(lambda: there.calls("GET */messages"))
        await bot.discord.catching_up.caught_up()
        await done(there, bot)
        assert [case.title for case in await cases(bot)] == ["never told of"]


async def test_a_gateway_that_does_not_answer_heartbeats_is_left(discord_address: str, sqlite_url: str) -> None:
    async with northwind(discord_address, channels=[FORUM], settings={"heartbeat_interval": 0.2}) as there, built(there, sqlite_url) as bot:
        await connected(there, bot)
        assert bot.discord is not None
        # Discord's own patience is a minute; nothing else is other than it is.
        bot.discord.gateway._client._connection.heartbeat_timeout = 0.5  # type: ignore[union-attr]
        await there.do("cut_gateway")
        await there.until_connected()
        n = (await there.do("changed", since=-1))["n"]
        await there.do("stop_acknowledging_heartbeats")

        async def resumed() -> list[Json]:
            return [one for one in await there.journal("gateway", since=n) if one.get("op") == 6 or one.get("what") == "resume"]

        await there.until(resumed)


async def everything_is_said(there: World, thread: str, message: str) -> None:
    """Say something in every way that there is."""
    await there.say("rita", "@buckstop report billing: said in a channel", "help")
    await there.say("tom", "report metering: said directly")
    await there.post("eve", "problems", "said in a forum", "and nobody was there")
    await there.react("dana", "help", message, "🎫")
    await there.say("rita", "said in the thread", thread)
    await there.say("ben", "among ourselves", "help")


async def everything_is_there(there: World, bot: Bot, thread: str) -> None:
    """Look whether all of it is there, and everybody was told of it, once."""
    found = await cases(bot)
    assert Counter(case.title for case in found) == Counter(
        ["an old one", "seen before", "said in a channel", "said directly", "said in a forum"]
    )
    async with bot.store.read() as reading:
        timeline = await reading.timeline(found[0].id)
    assert [fact.what.text for fact in timeline if isinstance(fact.what, Noted)] == ["said in the thread"]
    for person in ("rita", "tom", "eve", "dana"):
        assert set(Counter(await told(there, f"@{person}")).values()) == {1}
    assert len([one for one in await told(there, "@tom") if "thank you, it is in" in one]) == 1
    [note] = [one for one in await there.messages(thread) if "said in the thread" in one.shown]
    assert list(note.reactions) == ["📝"]


@asynccontextmanager
async def before_the_break(there: World, url: str) -> AsyncIterator[tuple[Bot, str, str]]:
    """Run Buckstop with a case that has a thread, and a message; tom has written directly before."""
    async with listening(there, url) as bot:
        said = await there.say("rita", "@buckstop report billing: an old one", "help")
        lunch = await there.say("tom", "seen before", "help")
        await there.say("tom", "help")
        await done(there, bot)
        yield bot, str(said.message), str(lunch.message)


@pytest.mark.slow
async def test_a_connection_that_the_library_does_not_mend_is_begun_anew(there: World, sqlite_url: str) -> None:
    async with built(there, sqlite_url) as bot:
        assert bot.discord is not None
        bot.discord.gateway.mended_within = 0.2
        await connected(there, bot)
        with capture_logs() as logged:
            await there.do("gone")
            await logged_by(there, logged, "discord.not_connected")
        await there.say("rita", "@buckstop report billing: said meanwhile", "help")
        await there.do("gone", gone=False)
        await ready(there, bot)
        await bot.discord.catching_up.caught_up()
        await done(there, bot)
        assert [case.title for case in await cases(bot)] == ["said meanwhile"]


async def test_what_may_not_be_read_is_not_asked_for(discord_address: str, sqlite_url: str) -> None:
    hidden = {"name": "board", "bot": ["view_channel"]}
    unread = {"name": "past", "bot": ["read_message_history"]}
    async with northwind(discord_address, channels=[FORUM, hidden, unread]) as there:
        async with listening(there, sqlite_url):
            pass
        for channel in ("board", "past", "help"):
            await there.say("rita", "@buckstop report billing: said meanwhile", channel)
        refused = await there.refused()
        async with listening(there, sqlite_url) as bot:
            await done(there, bot)
            assert [case.title for case in await cases(bot)] == ["said meanwhile"]
        assert await there.refused() == refused


@pytest.mark.slow
async def test_what_is_said_while_the_gateway_is_gone_is_found_once(there: World, sqlite_url: str) -> None:
    async with before_the_break(there, sqlite_url) as (bot, thread, message):
        assert bot.discord is not None
        await there.do("gone")
        await ready(there, bot, is_so=False)
        await everything_is_said(there, thread, message)
        await there.do("gone", gone=False)
        await ready(there, bot)
        await bot.discord.catching_up.caught_up()
        await done(there, bot)
        await everything_is_there(there, bot, thread)


async def test_what_is_said_between_two_runs_is_found_once(there: World, sqlite_url: str) -> None:
    async with before_the_break(there, sqlite_url) as (_, thread, message):
        pass
    await everything_is_said(there, thread, message)
    for _ in range(2):  # once more changes nothing
        async with listening(there, sqlite_url) as bot:
            await done(there, bot)
            await everything_is_there(there, bot, thread)


async def test_what_is_found_again_that_was_heard_counts_once(there: World, sqlite_url: str) -> None:
    async with before_the_break(there, sqlite_url) as (bot, thread, message):
        await everything_is_said(there, thread, message)
        await done(there, bot)
        await everything_is_there(there, bot, thread)
        n = (await there.do("changed", since=-1))["n"]
    async with listening(there, sqlite_url) as bot:
        await done(there, bot)
        await everything_is_there(there, bot, thread)
        assert await there.journal("message", since=n) == []


async def test_after_a_break_little_is_asked(there: World, sqlite_url: str) -> None:
    async with before_the_break(there, sqlite_url) as (bot, _thread, _message):
        for number in range(10):
            said = await there.say("tom", f"problem {number}", "help")
            await there.react("rita", "help", str(said.message), "🎫")
        await done(there, bot)
    n = (await there.do("changed", since=-1))["n"]
    async with listening(there, sqlite_url) as bot:
        await done(there, bot)
    asked = Counter(call["route"] for call in await there.calls("GET *", since=n))
    assert [route for route in asked if "reactions" in route] == []  # they are cases already
    assert asked["GET /guilds/{guild_id}/channels"] == asked["GET /guilds/{guild_id}/threads/active"] == 1


@pytest.mark.slow
async def test_while_nothing_comes_in_nobody_notes_that_all_was_heard(there: World, sqlite_url: str) -> None:
    async with listening(there, sqlite_url) as bot:
        assert bot.discord is not None
        assert bot.config.discord is not None
        heard, name = SqlHeard(bot.database), part(bot.config.discord.shards)
        await there.do("gone")
        await ready(there, bot, is_so=False)
        before = await heard.until(name)
        await bot.discord.catching_up.note()
        assert await heard.until(name) == before
        await there.do("gone", gone=False)
        await ready(there, bot)
        await bot.discord.catching_up.caught_up()
        await bot.discord.catching_up.note()
        after = await heard.until(name)
        assert before is not None
        assert after is not None
        assert before < after < bot.discord.room.there.machine_time() - SLACK + timedelta(seconds=1)


@pytest.mark.slow
async def test_what_cannot_be_kept_for_long_is_asked_for_again(there: World, sqlite_url: str) -> None:
    async with listening(there, sqlite_url) as bot:
        assert bot.discord is not None
        catching_up = bot.discord.catching_up
        bot.discord._ears.patience = Patience(bot.discord.room.there.machine_time, (0.01, 0.01))
        with capture_logs() as logged:
            async with bot.database.begin():  # somebody else writes, for longer than an event is tried
                bot.database.limit = 0.05
                await there.say("rita", "@buckstop report billing: said to a busy database", "help")
                await logged_by(there, logged, "discord.not_caught_up", "NotKept")
                await catching_up.note()
            bot.database.limit = PATIENT
            assert [entry["event"] for entry in logged if entry["log_level"] == "error"] == []
        await catching_up.caught_up()
        await done(there, bot)

        assert [case.title for case in await cases(bot)] == ["said to a busy database"]
        assert await told(there, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]


@pytest.mark.slow
async def test_killed_before_anything_was_kept_an_event_is_found_again(
    there: World, born: Nursery, sqlite_url: str, tmp_path: Path
) -> None:
    killed, database = in_discord(born, written(there, tmp_path), there, sqlite_url), Database(sqlite_url)
    await killed.start()
    await listened(database)
    async with database.begin():  # so that it hears, and can keep nothing
        await there.say("rita", "@buckstop report billing: heard and not kept", "help")
        await there.settle()
        await killed.kill()
    async with database.read() as conn:
        assert (await conn.execute(select(cases_table.c.id))).all() == []

    async with listening(there, sqlite_url) as bot:
        await done(there, bot)
        assert [case.title for case in await cases(bot)] == ["heard and not kept"]
        assert await told(there, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]
    await database.close()


async def test_doubled_and_shuffled_events_have_one_effect(there: World, sqlite_url: str) -> None:
    async with listening(there, sqlite_url) as bot:
        lunch = await there.say("ben", "the website is slow", "help")
        await done(there, bot)
        await there.deliver_events(copies=3, hold=True)
        for number in range(3):
            await there.say("rita", f"@buckstop report billing: number {number}", "help", wait=False)
            await there.say("tom", f"report metering: directly {number}", wait=False)
        await there.react("eve", "help", str(lunch.message), "🎫", wait=False)
        await there.release_events(seed=7)
        await there.deliver_events()
        await done(there, bot)

        titles = Counter(case.title for case in await cases(bot))
        assert titles == Counter([*(f"number {n}" for n in range(3)), *(f"directly {n}" for n in range(3)), "the website is slow"])
        for person in ("rita", "tom", "eve"):
            assert set(Counter(await told(there, f"@{person}")).values()) == {1}


async def test_two_processes_that_hear_the_same_answer_once(there: World, database_url: str) -> None:
    async with AsyncExitStack() as stack:
        bots = [await stack.enter_async_context(built(there, database_url)) for _ in range(2)]
        for number, bot in enumerate(bots):
            await connected(there, bot, number + 1)
        await sync(bots[0])
        said = await there.say("rita", "@buckstop report billing: heard twice", "help")
        await there.say("tom", "@buckstop list", "help")
        await there.react("eve", "help", (await there.say("ben", "slow", "help")).message or "", "🎫")
        pressed = await there.command("dana", "case report", {"what": "commanded", "service": "billing"}, "help")
        await done(there, *bots)

        assert Counter(case.title for case in await cases(bots[0])) == Counter(["heard twice", "slow", "commanded"])
        assert pressed.ok
        assert "is in" in pressed.text
        assert len(await there.ephemeral("help", "dana")) == 1
        assert len(await told(there, "@tom")) == 1
        assert [len(await told(there, f"@{person}")) for person in ("rita", "eve", "dana")] == [1, 1, 1]
        assert len(await told(there, str(said.message))) == 1
