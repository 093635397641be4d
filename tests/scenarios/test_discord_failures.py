"""Discord drops connections, refuses, forgets and shuts out; what has to be told is told once, in its place, or an admin hears why."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.discord.welcome import Welcome
from bot.escalation.words import PersonId
from tests.discord.client import Message
from tests.patience import PATIENT
from tests.scenarios.discord_posts import posted, settled
from tests.scenarios.discord_stage import DiscordStage, discord_world
from tests.world import World

POSTS, EDITS = "POST */messages", "PATCH */messages/*"


@pytest.fixture
async def world(sqlite_url: str, discord_address: str) -> AsyncIterator[World]:
    """A world in Discord on a Monday at nine."""
    async with discord_world(sqlite_url, discord_address) as there:
        yield there


@pytest.fixture
def stage(world: World) -> DiscordStage:
    """The stage of this world."""
    assert isinstance(world.stage, DiscordStage)
    return world.stage


async def reported(stage: DiscordStage, what: str = "meter swapped") -> None:
    """Report something by a command, and wait for nothing but the answer."""
    out = await stage.there.command("rita", "case report", {"what": what, "service": "billing"}, "help")
    assert "is in" in out.text


async def ours(stage: DiscordStage, where: str) -> list[Message]:
    """Return what Buckstop has written somewhere."""
    return [message for message in await stage.there.messages(where) if message.author == stage.there.bot_user_id]


def card(stage: DiscordStage) -> str:
    """Return the key of the first case's card in #help."""
    return f"card/C-1/discord:{stage.there.guilds['northwind']}:{stage.there.channels['help']}"


def of_a_report(stage: DiscordStage) -> dict[str, int]:
    """Return what a report brings about, each once."""
    return {"C-1/1/receipt/rita": 1, "C-1/1/assigned/ana": 1, card(stage): 1}


# --- an answer that is lost

LOST = ("drop_before", "drop_after", "status_502", "status_502_after", "status_503", "status_503_after", "hang_before", "hang_after")


@pytest.mark.parametrize("fault", LOST)
async def test_a_post_whose_answer_got_lost_is_there_once(stage: DiscordStage, fault: str) -> None:
    assert stage.bot.discord is not None
    if fault.startswith("hang"):
        stage.bot.discord.rest.calls.patience = timedelta(seconds=0.5)
    await stage.there.fault(fault, POSTS, times=3)
    await reported(stage)

    assert await settled(stage) == of_a_report(stage)
    assert [message.shown[:20] for message in await ours(stage, "help")] == ["C-1: meter swapped\nB"]


async def test_words_under_a_card_of_which_it_is_not_known_yet_where_it_stands_are_heard(world: World, stage: DiscordStage) -> None:
    await stage.there.fault("drop_after", POSTS, "help")
    await reported(stage)
    await stage.bot.settle()
    [card] = await ours(stage, "help")
    await stage.there.start_thread("ana", "help", "talk", card.id)
    heard = asyncio.create_task(stage.there.say("ana", "it is the red one", thread=card.id))
    assert await settled(stage) == of_a_report(stage)
    await heard

    async with asyncio.timeout(PATIENT):
        while not await world.facts("C-1", "noted"):  # noqa: ASYNC110 - Discord is not told that it was heard
            await asyncio.sleep(0.1)
    assert await world.facts("C-1", "noted") == [("2026-03-02T09:00:00Z", "noted")]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_503_after", "hang_after"])
async def test_when_discord_has_forgotten_the_nonce_the_history_knows(stage: DiscordStage, fault: str) -> None:
    assert stage.bot.discord is not None
    if fault.startswith("hang"):
        stage.bot.discord.rest.calls.patience = timedelta(seconds=0.5)
    await stage.there.set(settings={"nonce_window": 0.0})
    await stage.there.fault(fault, POSTS, times=3)
    await reported(stage)

    assert await settled(stage) == of_a_report(stage)
    assert len(await stage.there.calls("GET */messages")) >= 3


async def test_where_nothing_can_be_read_back_the_nonce_is_trusted_for_as_long_as_it_holds(
    stage: DiscordStage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.there.do("set_permissions", channel="help", deny=["read_message_history"])
    await stage.there.fault("drop_after", POSTS, "help")
    await reported(stage)
    assert await settled(stage) == of_a_report(stage)

    # Past that, an empty history proves nothing: the message waits until somebody mends it, and is not doubled.
    monkeypatch.setattr("bot.adapters.discord.outbound._NONCE_HOLDS", timedelta())
    await stage.there.set(settings={"nonce_window": 0.0})
    await stage.there.fault("drop_after", POSTS, "help")
    await reported(stage, "a second one")
    await until_told(world, "ida", "Read Message History")
    assert len(await ours(stage, "help")) == 2
    assert (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting == 1

    await stage.there.do("set_permissions", channel="help", allow=["read_message_history"])
    await stage.bot.outbox.hurry()
    assert set((await settled(stage)).values()) == {1}


async def until_told(world: World, who: str, words: str) -> None:
    """Wait until somebody has been told this."""
    stage: Any = world.stage

    async def told() -> bool:
        await stage.bot.settle()
        return any(words in text for text in await world.told(who))

    await stage.there.until(told)


async def test_an_edit_whose_answer_got_lost_is_made_again(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await stage.there.fault("drop_after", EDITS, times=2)
    await world.press("ana", "ack")
    await settled(stage)

    [shown] = await world.posted("help")
    assert "Billing, acknowledged." in shown


async def test_what_goes_with_a_post_does_not_post_it_again(stage: DiscordStage) -> None:
    await stage.there.set(settings={"nonce_window": 0.0})
    for fault in ("ratelimited", "status_503", "drop_before", "error:40001"):
        await stage.there.fault(fault, "POST */threads", via=False, retry_after=600)
    for number in range(4):
        await reported(stage, f"number {number}")
    there = await settled(stage)

    assert len(await ours(stage, "help")) == 4
    assert set(there.values()) == {1}


# --- somebody who cannot be reached


async def test_whose_direct_messages_are_closed_is_called_in_the_thread(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    [stands] = await ours(stage, "help")
    await stage.there.do("close_dms", user="bruno")

    await world.wait("1h")

    [brief] = await ours(stage, stands.id)
    assert brief.notified == [stage.there.users["bruno"]]
    assert brief.shown.startswith("@Bruno ")
    assert "has come to you" in brief.shown
    assert any("The usual way to Bruno is dead" in text for text in await world.told("ida"))
    # Others read along, and only he may press.
    button = next(one.custom_id for one in brief.buttons if one.custom_id.startswith("b:ack:"))
    refused = await stage._answer("tom", await stage.there.press("tom", button, stands.id, brief.id), stands.id)
    assert "Bruno" in refused["reply"]["text"]
    await stage._answer("bruno", await stage.there.press("bruno", button, stands.id, brief.id), stands.id)
    assert (await world.case(case))["status"] == "acknowledged"


@pytest.mark.parametrize("error", [50007, 50278])
async def test_who_is_reached_by_nothing_is_skipped_and_admins_are_told(world: World, stage: DiscordStage, error: int) -> None:
    await world.say("rita", "/case report private billing: about my manager")  # no card, so no thread to be called in
    fault = await stage.there.fault(f"error:{error}", POSTS, "@bruno", times=99)

    await world.wait("1h")

    case = await world.case("C-1")
    assert (case["level"], case["accountable"]) == (2, "cleo")
    assert [fact["text"] for fact in case["timeline"] if fact["fact"] == "skipped"]
    assert any("Could not reach Bruno" in text for text in await world.told("ida"))

    # Whoever speaks can be reached again.
    await fault.release()
    await stage.there.clear_faults()
    await world.say("bruno", "/case mine")
    async with stage.bot.store.read() as reading:
        assert (await reading.org()).people[PersonId("bruno")].reachable


async def test_an_account_that_is_gone_is_noticed_and_the_case_goes_on(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")

    await stage.there.do("delete_user", user="ana")
    assert stage.bot.discord is not None
    await stage.bot.discord.settle()
    await stage.bot.settle()

    shown = await world.case(case)
    assert shown["owner"] == shown["accountable"] == "bruno"
    assert any("has no account on Discord any more" in text for text in await world.told("ida"))
    assert any(case in text for text in await world.told("bruno"))


async def test_opening_too_many_direct_messages_is_waited_for(stage: DiscordStage) -> None:
    await stage.there.fault("error:40003", "POST /users/@me/channels", times=2)
    await reported(stage)
    waiting = (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting
    await stage.bot.settle()
    assert waiting >= 2

    await stage.bot.outbox.hurry()
    assert await settled(stage) == of_a_report(stage)


# --- channels, cards and threads


@pytest.mark.parametrize(("lacking", "why"), [("send_messages", "lacks a permission"), ("view_channel", "may not see the channel")])
async def test_a_channel_that_buckstop_may_not_write_in_holds_up_nobody(world: World, stage: DiscordStage, lacking: str, why: str) -> None:
    await stage.there.do("set_permissions", channel="help", deny=[lacking])
    await world.say("rita", "/case report billing: meter swapped", None)
    await world.say("tom", "/case report billing: another", "leadership")

    assert await ours(stage, "help") == []
    assert any("C-1: thank you" in text for text in await world.told("rita"))
    assert [message.shown.partition("\n")[0] for message in await ours(stage, "leadership")] == ["C-2: another"]
    assert [why in text for text in await world.told("ida") if "Could not reach" in text] == [True]
    assert (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting == 0


async def test_a_deleted_channel_is_told_and_its_cases_go_on(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.there.do("delete_channel", channel="help")
    await world.press("ana", "ack")

    assert (await world.case(case))["status"] == "acknowledged"
    assert any("there is no such channel" in text for text in await world.told("ida"))
    assert (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting == 0


async def test_a_deleted_card_is_put_up_again(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    for who, command, shows in (
        ("ana", "ack", "Billing, acknowledged."),
        ("tom", "metoo", "Affected: 2."),
        ("rita", "chase", "Contacts: 2."),
    ):
        [stands] = await ours(stage, "help")
        await stage.there.do("delete_message", channel="help", message=stands.id)
        await world.say(who, f"/case {command} C-1")

        # Within the nonce's window, in which Discord would not take it anew.
        [anew] = await ours(stage, "help")
        assert anew.id != stands.id
        assert shows in anew.shown
        assert [thread.name for thread in await stage.there.threads("help")][-1] == "C-1: meter swapped"


async def test_what_people_write_under_a_card_of_a_command_has_a_place(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", f"billing: {'the bill is wrong, ' * 10}")
    [stands] = await ours(stage, "help")
    [thread] = await stage.there.threads("help")
    assert (thread.id, len(thread.name)) == (stands.id, 100)
    assert thread.name.startswith("C-1: the bill is wrong, the bill")

    await world.say("rita", "and so is the next one", "help", thread.id)
    assert await world.facts(case, "noted") == [("2026-03-02T09:00:00Z", "noted")]


async def test_a_deleted_thread_is_made_again_when_something_is_said_in_it(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    [stands] = await ours(stage, "help")
    await stage.there.do("delete_channel", channel=stands.id)
    await stage.there.do("close_dms", user="bruno")
    await world.wait("1h")

    [thread] = await stage.there.threads("help")
    assert (thread.id, thread.name) == (stands.id, "C-1")
    assert len(await ours(stage, thread.id)) == 1


async def test_a_thread_that_was_folded_away_is_opened_for_its_card(world: World, stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "the website is down", "help")
    await world.react("rita", str(said.message))
    [thread] = await stage.there.threads("help")
    await stage.there.do("archive_thread", thread=thread.id)
    await world.press("ana", "ack")

    [stands] = await ours(stage, thread.id)
    assert "Billing, acknowledged." in stands.shown
    assert [one.archived for one in await stage.there.threads("help")] == [False]


async def test_a_card_that_was_locked_away_is_put_up_beside_it_once(world: World, stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "the website is down", "help")
    await world.react("rita", str(said.message))
    await stage.there.do("set_permissions", channel="help", deny=["manage_threads"])
    [thread] = await stage.there.threads("help")
    await stage.there.do("archive_thread", thread=thread.id, locked=True)
    await world.press("ana", "ack")

    [stands] = await ours(stage, "help")
    assert "Billing, acknowledged." in stands.shown
    assert stands.raw["message_reference"]["message_id"] == said.message
    await world.say("ana", "/case promise C-1 Friday 15:00")
    [still] = await ours(stage, "help")
    assert (still.id, "15:00" in still.shown) == (stands.id, True)


@pytest.mark.parametrize("how", ["a permission", "no history either", "a voice channel", "a lock"])
async def test_where_there_can_be_no_thread_the_card_stands_beside_it(sqlite_url: str, discord_address: str, how: str) -> None:
    async with discord_world(sqlite_url, discord_address, channels=[{"name": "talk", "kind": "voice"}]) as world:
        stage = world.stage
        assert isinstance(stage, DiscordStage)
        where = "talk" if how == "a voice channel" else "help"
        said = await stage.there.say("tom", "the website is down", where)
        if how == "a lock":
            await stage.there.start_thread("tom", "help", "mine", said.message)
            await stage.there.do("set_permissions", channel="help", deny=["manage_threads"])
            await stage.there.do("archive_thread", thread=str(said.message), locked=True, archived=False)
        if how in ("a permission", "no history either"):
            await stage.there.do("set_permissions", channel="help", deny=["create_public_threads"])
        reacted = await stage.there.react("rita", where, str(said.message), "🎫")
        await stage._answer("rita", reacted, None, said=True)
        if how == "no history either":
            await stage.there.do("set_permissions", channel="help", deny=["read_message_history"])
        [stands] = await ours(stage, where)
        assert stands.shown.startswith("C-1: the website is down")
        assert stands.raw["message_reference"]["message_id"] == said.message
        await world.press("ana", "ack")
        assert ["Billing, acknowledged." in message.shown for message in await ours(stage, where)] == [True]
        assert set((await posted(stage.there, stage.bot.database, ("help", "leadership", "talk"))).values()) == {1}


# --- shut out


async def test_a_revoked_token_loses_nothing_and_makes_nobody_count_as_gone(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.there.do("revoke")
    before = await stage.there.refused()
    await world.wait("1h")

    for _ in range(5):
        await stage.bot.settle()
    # The gateway asks once for itself; of all that waits, one message asks for all.
    assert await stage.there.refused() - before <= 4
    async with stage.bot.store.read() as reading:
        assert all(person.reachable for person in (await reading.org()).people.values())
    assert (await world.case(case))["level"] == 1
    [stands] = await ours(stage, "help")
    assert await ours(stage, stands.id) == []  # nobody else reads along

    await stage.there.do("revoke", revoked=False)
    assert stage.bot.discord is not None
    stage.bot.discord.rest.welcome = Welcome()  # as a minute later, when it asks again
    await stage.bot.outbox.hurry()
    there = await settled(stage)
    assert set(there.values()) == {1}
    assert {key for key in there if key.startswith("shut_out")} == {
        "shut_out/discord:/2026-03-02/ida",
        f"shut_out/discord:{stage.there.guilds['northwind']}/2026-03-02/ida",
    }
