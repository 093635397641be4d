"""Who gets in, and what whoever does not belong there can do in Discord: nothing. Servers, members, shards, and what is forged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import Bot, Failure
from bot.clock import ManualClock
from bot.config import loads
from bot.escalation.case import Case
from bot.ports import Where
from tests.discord.client import FakeDiscord, Message
from tests.discord.client import World as There
from tests.scenarios.discord_stage import PEOPLE, DiscordStage, access, discord_org, discord_world, in_discord, northwind, sync
from tests.scenarios.stages import MONDAY, ORG
from tests.unhurried import running
from tests.world import World

OTHER = {"name": "elsewhere", "channels": ["lounge"]}


@pytest.fixture
async def world(sqlite_url: str, discord_address: str) -> AsyncIterator[World]:
    """A world in Discord on a Monday at nine, with one case in it."""
    async with discord_world(sqlite_url, discord_address) as there:
        await there.report("rita", "billing: meter swapped")
        yield there


@pytest.fixture
def stage(world: World) -> DiscordStage:
    """The stage of this world."""
    assert isinstance(world.stage, DiscordStage)
    return world.stage


async def done(there: There, *bots: Bot) -> None:
    """Wait until all that was heard is done, and what follows is delivered."""
    await there.settle()
    for bot in bots:
        assert bot.discord is not None
        await bot.discord.settle()
        await bot.settle()


async def everything(stage: DiscordStage) -> Any:
    """Return all that anything could change: cases, their timelines, and what was posted for others to see."""
    await done(stage.there, stage.bot)
    cases = [await stage.case(case["id"]) for case in await stage.cases()]
    posted = [
        (m.id, m.shown, m.deleted)
        for where in ("help", "leadership", *(f"@{p}" for p in PEOPLE))
        for m in await stage.there.messages(where)
    ]
    return cases, posted


async def ours(there: There, where: str) -> list[Message]:
    """Return what Buckstop has written somewhere."""
    return [message for message in await there.messages(where) if message.author == there.bot_user_id]


async def cases(bot: Bot) -> list[Case]:
    """Return all cases, the oldest first."""
    async with bot.store.read() as reading:
        return sorted(await reading.cases(Where(limit=100)), key=lambda case: case.id)


LONG = "x" * 100_000
PRESSES: dict[str, dict[str, Any]] = {
    "somebody else's button": {"user.id": "tom"},
    "a case that does not exist": {"data.custom_id": "b:ack:C-77:1"},
    "a verb that does not exist": {"data.custom_id": "b:fire:C-1:1"},
    "a verb that is no button": {"data.custom_id": "b:undo:C-1:1"},
    "a number beyond all numbers": {"data.custom_id": "b:ack:C-999999999999999999:999999999999999999"},
    "a version to come, in the wrong hands": {"data.custom_id": "b:confirm:C-1:99"},
    "no custom id": {"data.custom_id": ""},
    "a custom id of another kind": {"data.custom_id": 17},
    "a custom id beyond all measure": {"data.custom_id": f"b:{LONG}"},
    "a draft of nobody's": {"data.custom_id": "g:s/1"},
    "a draft with a path": {"data.custom_id": "g:o/../../x"},
    "an account that is a program's": {"user.bot": True, "user.id": "100000000000000009"},
    "a message that is none of ours": {"message.id": "1", "data.custom_id": "b:confirm:C-1:1"},
}


@pytest.mark.parametrize("forged", PRESSES.values(), ids=PRESSES.keys())
async def test_a_forged_press_has_no_effect(stage: DiscordStage, forged: dict[str, Any]) -> None:
    before = await everything(stage)
    forge = {name: stage.there.users.get(value, value) if isinstance(value, str) else value for name, value in forged.items()}
    await stage.there.set(settings={"interaction_timeout": 1.0})
    with capture_logs() as logged:
        await stage.there.press("ana", "Acknowledge", "@ana", forge=forge)
        await done(stage.there, stage.bot)
    assert await everything(stage) == before
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


FORMS: dict[str, dict[str, Any]] = {
    "another person": {"user.id": "tom"},
    "another case": {"data.custom_id": "m:0:-:ask:C-77:1:abc"},
    "another verb, which the person may not": {"data.custom_id": "m:0:-:confirm:C-1:1:abc"},
    "no such verb": {"data.custom_id": "m:0:-:fire:C-1:1:abc"},
    "no custom id": {"data.custom_id": ""},
    "a custom id that is none": {"data.custom_id": "m:x:-:ask:C-1:1:abc"},
    "a page that is none": {"data.custom_id": "m:99999999999999999999:-:fire:1:1:abc"},
    "a draft of nobody's": {"data.custom_id": "m:1:nothing:fire:1:1:abc"},
    "no components": {"data.components": []},
    "components of the wrong kind": {"data.components": "all of them"},
    "components within components": {"data.components": [{"type": 18, "component": {"type": 1, "components": [None, 3, {"type": 4}]}}]},
    "a value of the wrong kind": {"data.components": [{"type": 18, "component": {"type": 4, "custom_id": "question", "value": {"a": 1}}}]},
    "a value beyond all measure": {"data.components": [{"type": 18, "component": {"type": 4, "custom_id": "question", "value": LONG}}]},
    "accounts that are none": {
        "data.components": [{"type": 18, "component": {"type": 5, "custom_id": "to", "values": ["1"]}}],
        "data.resolved": [1, 2],
        "data.custom_id": "m:0:-:handover:1:1:abc",
    },
}


@pytest.mark.parametrize("forged", FORMS.values(), ids=FORMS.keys())
async def test_a_forged_form_has_no_effect(stage: DiscordStage, forged: dict[str, Any]) -> None:
    opened = await stage.there.press("ana", "Ask the reporter", "@ana")
    assert opened.modal is not None
    before = await everything(stage)
    forge = {name: stage.there.users.get(value, value) if isinstance(value, str) else value for name, value in forged.items()}
    with capture_logs() as logged:
        out = await stage.there.submit("ana", {"question": "forged?"}, forge=forge)
    assert out.ok
    assert await everything(stage) == before
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_who_may_is_said_and_the_refusal_is_on_record(stage: DiscordStage) -> None:
    with capture_logs() as logged:
        out = await stage.there.command("tom", "case ack", {"case": "C-1"}, "help")
    assert "Ana" in out.text
    refused = [entry for entry in logged if entry["event"] == "discord.answered_no"]
    assert [(entry["by"], entry["case"]) for entry in refused] == [("tom", 1)]


async def test_a_server_that_is_not_configured_is_told_so_and_learns_nothing(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there:
        await there.do("add_guild", **OTHER)
        await there.do("add_user", name="mallory", guild="elsewhere")
        config = replace(loads(discord_org(there), str(ORG), {}), database_url=sqlite_url)
        async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)) as bot, in_discord(bot, there):
            await there.command("rita", "case report", {"what": "our secret", "service": "billing"}, "help")
            await done(there, bot)
            outs = [
                await there.command("mallory", "case list", {}, "elsewhere/lounge"),
                await there.command("mallory", "case show", {"case": "C-1"}, "elsewhere/lounge"),
                await there.command("mallory", "case report", {"what": "mine", "service": "billing"}, "elsewhere/lounge"),
                await there.command("mallory", "case list", {}, None),
            ]
            offered = await there.autocomplete("mallory", "case show", {"case": ""}, "case", "elsewhere/lounge")
            directly = await there.autocomplete("mallory", "case show", {"case": ""}, "case", None)
            said = await there.say("mallory", "@buckstop report billing: mine", "elsewhere/lounge")
            await there.react("mallory", "elsewhere/lounge", str(said.message), "🎫")
            await there.say("mallory", "list")
            await done(there, bot)

            assert all("not set up for this server" in out.text for out in outs[:3])
            assert "you are in none of them" in outs[3].text
            assert (offered.choices, directly.choices) == ([], [])
            assert len(await cases(bot)) == 1
            assert await ours(there, "elsewhere/lounge") == []
            assert [m.shown for m in await ours(there, "@mallory")] == [
                "Buckstop works for the members of some servers, and you are in none of them. Join one, and write again."
            ]
            async with bot.store.read() as reading:
                assert [person for person in (await reading.org()).people if "." in person] == []

            # Whoever joins is let in.
            await there.do("join", user="mallory", guild="northwind")
            await there.say("mallory", "report billing: may I?")
            await done(there, bot)
            assert len(await cases(bot)) == 2


@asynccontextmanager
async def two_servers(there: There, url: str, lines: str = "", sessions: int = 1) -> AsyncIterator[Bot]:
    """Run Buckstop in two servers."""
    text = discord_org(there, lines).replace(
        f'guilds = ["{there.guilds["northwind"]}"]', f'guilds = ["{there.guilds["northwind"]}", "{there.guilds["elsewhere"]}"]'
    )
    for name in ("help", "leadership"):
        text = text.replace(f'{name} = "{there.channels[name]}"', f'{name} = "{there.guilds["northwind"]}/{there.channels[name]}"')
    config = replace(loads(text, str(ORG), {}), database_url=url)
    async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)) as bot:
        assert bot.discord is not None
        bot.discord.connect()
        await there.until_connected(sessions)
        await bot.discord.catching_up.caught_up()
        yield bot


@asynccontextmanager
async def two_guilds(address: str, **more: Any) -> AsyncIterator[There]:
    """A Discord with two servers, whose ids are of different shards; rita, ana and ida are in both."""
    users = [{"name": name, "global_name": name.capitalize()} for name in PEOPLE]
    guilds = [
        {"name": "northwind", "id": str(300_000_000_000 << 22), "channels": ["help", "leadership"]},
        {"name": "elsewhere", "id": str(300_000_000_001 << 22), "channels": ["lounge"], "members": ["rita", "ana", "ida"]},
    ]
    async with FakeDiscord(address) as discord:
        there = await discord.world(users=users, guilds=guilds, **more)
        try:
            yield there
        finally:
            await there.close()


async def test_a_case_of_one_server_is_worked_on_in_the_other(sqlite_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address) as there, two_servers(there, sqlite_url) as bot:
        await sync(bot)
        said = await there.say("rita", "@buckstop report billing: bill is wrong", "elsewhere/lounge")
        await done(there, bot)
        assert [thread.id for thread in await there.threads("elsewhere/lounge")] == [said.message]
        acked = await there.command("ana", "case ack", {"case": "C-1"}, "northwind/help")
        await done(there, bot)
        assert acked.ok
        assert "acknowledged" in (await ours(there, str(said.message)))[0].shown


async def test_whoever_leaves_one_server_is_there_as_long_as_another_has_them(sqlite_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address) as there, two_servers(there, sqlite_url) as bot:
        await there.say("tom", "@buckstop report billing: bill is wrong", "northwind/help")
        await done(there, bot)
        await there.do("leave", user="ana", guild="northwind")
        await done(there, bot)
        assert [case.owner for case in await cases(bot)] == ["ana"]

        await there.fault("status_503", "GET /guilds/{guild_id}/members/{user_id}")  # tried again, and not forgotten
        await there.do("leave", user="ana", guild="elsewhere")
        await done(there, bot)
        async with bot.store.read() as reading:
            assert [person.id for person in (await reading.org()).people.values() if person.gone] == ["ana"]
        assert [case.accountable for case in await cases(bot)] == ["bruno"]
        assert any("Ana" in m.shown and "left" in m.shown for m in await ours(there, "@ida"))


async def test_the_admins_hear_that_buckstop_was_removed_from_a_server(sqlite_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address) as there, two_servers(there, sqlite_url) as bot:
        with capture_logs() as logged:
            await there.do("kick_bot", guild="northwind")
            await done(there, bot)
        assert [entry["guild"] for entry in logged if entry["event"] == "discord.shut_out"] == [there.guilds["northwind"]]
        told = "\n".join(m.shown for m in await ours(there, "@ida"))
        assert "help" in told
        assert "Buckstop was removed from the server" in told
        # In the other one it goes on.
        await there.say("rita", "@buckstop report billing: still here", "elsewhere/lounge")
        await done(there, bot)
        assert [case.title for case in await cases(bot)] == ["still here"]


async def test_two_processes_share_the_servers_by_their_shards(database_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address, shards=2) as there, AsyncExitStack() as stack:
        bots = [
            await stack.enter_async_context(two_servers(there, database_url, f"shards = {{ ids = [{shard}], of = 2 }}", shard + 1))
            for shard in range(2)
        ]
        await sync(bots[0])
        sessions = (await there.do("sessions"))["sessions"]
        assert sorted((one["shard"], one["shards"]) for one in sessions) == [(0, 2), (1, 2)]
        await there.say("rita", "@buckstop report billing: on the first", "northwind/help")
        await there.say("rita", "@buckstop report billing: on the second", "elsewhere/lounge")
        await there.say("tom", "report billing: directly")
        out = await there.command("ana", "case mine", {}, "elsewhere/lounge")
        await done(there, *bots)

        assert out.ok
        assert {case.title for case in await cases(bots[0])} == {"on the first", "on the second", "directly"}
        assert len([m for m in await ours(there, "@tom") if "thank you" in m.shown]) == 1


async def test_each_shard_catches_up_with_what_is_its_own(sqlite_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address, shards=2) as there:
        async with AsyncExitStack() as stack:
            for shard in range(2):
                await stack.enter_async_context(two_servers(there, sqlite_url, f"shards = {{ ids = [{shard}], of = 2 }}", shard + 1))
        await there.say("rita", "@buckstop report billing: on the first", "northwind/help")
        await there.say("rita", "@buckstop report billing: on the second", "elsewhere/lounge")
        await there.say("ida", "report billing: directly")
        async with two_servers(there, sqlite_url, "shards = { ids = [1], of = 2 }") as bot:
            await done(there, bot)
            assert {case.title for case in await cases(bot)} == {"on the second"}
        async with two_servers(there, sqlite_url, "shards = { ids = [0], of = 2 }") as bot:
            await done(there, bot)
            assert {case.title for case in await cases(bot)} == {"on the first", "on the second", "directly"}


@pytest.mark.slow
async def test_what_was_missed_is_found_when_the_shards_are_shared_out_anew(sqlite_url: str, discord_address: str) -> None:
    async with two_guilds(discord_address, shards=2) as there:
        async with two_servers(there, sqlite_url, "shards = 2", sessions=2):
            pass
        await there.say("rita", "@buckstop report billing: on the second", "elsewhere/lounge")
        async with two_servers(there, sqlite_url, "shards = { ids = [1], of = 2 }") as bot:
            await done(there, bot)
            assert {case.title for case in await cases(bot)} == {"on the second"}


async def test_a_token_that_is_not_valid_is_said_at_the_start(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there:
        config = replace(loads(discord_org(there), str(ORG), {}), database_url=sqlite_url)
        await there.do("revoke")
        with pytest.raises(Failure, match="DISCORD_TOKEN") as failed:
            async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)):
                pass
        assert there.token not in str(failed.value)


async def test_intents_that_are_switched_off_are_said_at_the_start(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address, privileged=["presences"]) as there:
        config = replace(loads(discord_org(there), str(ORG), {}), database_url=sqlite_url)
        with pytest.raises(Failure, match='"Message Content Intent" and "Server Members Intent"'):
            async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)):
                pass


async def test_nothing_that_is_logged_shows_the_token_or_what_people_wrote(sqlite_url: str, discord_address: str) -> None:
    with capture_logs() as logged:
        async with discord_world(sqlite_url, discord_address) as world:
            stage = world.stage
            assert isinstance(stage, DiscordStage)
            await world.report("rita", "billing: a secret matter")
            await stage.there.say("rita", "another secret matter, buckstop")
            await stage.there.press("ana", "Acknowledge", "@ana", forge={"data.custom_id": "b:fire:C-1:1"})
            await asyncio.gather(*(stage.there.command(person, "case show", {"case": "C-1"}, "help") for person in ("tom", "eve")))
            await done(stage.there, stage.bot)
            token = stage.there.token
    assert token not in str(logged)
    assert "secret matter" not in str(logged)
