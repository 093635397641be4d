"""Slack drops connections, limits, refuses, repeats and forgets; what has to be told is told once, or an admin hears why not."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.adapters.slack.access import Pace
from bot.app import Bot
from bot.clock import ManualClock, RealClock
from bot.config import loads
from bot.escalation.words import PersonId
from tests.patience import PATIENT
from tests.scenarios.killed import without_digests
from tests.scenarios.slack_stage import SlackStage, access, in_slack, slack_org, slack_world, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.slack.client import Workspace
from tests.unhurried import running
from tests.world import World


@pytest.fixture
async def world(database_url: str, slack_address: str) -> AsyncIterator[World]:
    """A world in Slack on a Monday at nine."""
    async with slack_world(database_url, slack_address, "socket") as there:
        yield there


@pytest.fixture
def stage(world: World) -> SlackStage:
    """The stage of this world."""
    assert isinstance(world.stage, SlackStage)
    return world.stage


async def keys(ws: Workspace) -> Counter[str]:
    """Return the keys of everything that was posted and is there, with how often."""
    found: Counter[str] = Counter()
    for channel in ("help", "leadership", *(f"@{name}" for name in ws.users)):
        found.update(m.metadata["event_payload"]["key"] for m in await ws.messages(channel, deleted=True) if m.metadata)
    return found


async def settled(stage: SlackStage) -> Counter[str]:
    """Wait until everything is delivered, with as many tries as that takes, and return what is there."""
    async with asyncio.timeout(PATIENT):
        await stage.bot.settle()
        while (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting:
            await until_a_moment_has_passed()
            await stage.bot.settle()
    return await keys(stage.ws)


async def until_a_moment_has_passed() -> None:
    """Let the machine's time go on: between two tries of the outbox there is a second or so, and nothing tells when it is over."""
    await asyncio.sleep(0.05)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_500", "status_500_after"])
async def test_a_post_whose_answer_got_lost_is_there_once(world: World, stage: SlackStage, fault: str) -> None:
    await stage.ws.fault(fault, "chat.postMessage", times=3)
    await stage._answer("rita", await stage.ws.command("rita", "/case report billing: meter swapped", "help"))

    there = await settled(stage)
    assert set(there) == {"C-1/1/receipt/rita", "C-1/1/assigned/ana", there_card(stage)}
    assert set(there.values()) == {1}
    looked = [call["method"] for call in await stage.ws.calls() if call["method"] in ("conversations.history", "conversations.replies")]
    assert len(looked) >= 3


def there_card(stage: SlackStage) -> str:
    """Return the key of the first case's card in #help."""
    return f"card/C-1/slack:{stage.ws.team}:{stage.ws.channels['help']}"


async def test_words_under_a_card_of_which_it_is_not_known_yet_where_it_stands_are_heard(world: World, stage: SlackStage) -> None:
    await stage.ws.set(settings={"event_retry_delays": [0.3] * 20})
    await stage.ws.fault("drop_after", "chat.postMessage", "help")
    await stage._answer("rita", await stage.ws.command("rita", "/case report billing: meter swapped", "help"))
    [card] = [message for message in await stage.ws.messages("help") if message.bot_id]
    heard = asyncio.create_task(stage.ws.say("ana", "it is the red one", "help", card.ts))

    assert set((await settled(stage)).values()) == {1}
    await heard
    await settled(stage)
    assert await world.facts("C-1", "noted") == [("2026-03-02T09:00:00Z", "noted")]


async def test_an_edit_whose_answer_got_lost_is_made_again(world: World, stage: SlackStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await stage.ws.fault("drop_after", "chat.update", times=2)
    await world.press("ana", "ack")
    await settled(stage)

    [card] = await world.posted("help")
    assert "acknowledged" in card


@pytest.mark.parametrize("error", ["user_not_found", "cannot_dm_bot", "cannot_send_message", "channel_not_found"])
async def test_whose_direct_messages_are_closed_is_called_in_the_thread(world: World, stage: SlackStage, error: str) -> None:
    case = await world.report("rita", "billing: meter swapped")
    [card] = [m for m in await stage.ws.messages("help") if m.bot_id]
    await stage.ws.fault(f"error:{error}", "chat.postMessage", "@bruno", times=9)

    await world.wait("1h")

    [brief] = [m for m in await stage.ws.messages("help") if m.bot_id and m.ts != card.ts]
    assert (brief.thread_ts, brief.notified) == (card.ts, [stage.ws.users["bruno"]])
    assert "has come to you" in brief.shown
    assert any("The usual way to Bruno is dead" in text for text in await world.told("ida"))
    # Others read along, and only he may press.
    refused = await stage._answer("tom", await stage.ws.press("tom", f"ack:{case}", "help", brief.ts), where="help")
    assert "Bruno" in refused["reply"]["text"]
    await stage._answer("bruno", await stage.ws.press("bruno", f"ack:{case}", "help", brief.ts), where="help")
    assert (await world.case(case))["status"] == "acknowledged"


async def test_who_is_reached_by_nothing_is_skipped_and_admins_are_told(world: World, stage: SlackStage) -> None:
    await world.say("rita", "/case report private billing: about my manager")  # no card, so no thread to be called in
    await stage.ws.do("close_dms", user="bruno", closed="cannot_send_message")

    await world.wait("1h")

    case = await world.case("C-1")
    assert (case["level"], case["accountable"]) == (2, "cleo")
    assert [fact["text"] for fact in case["timeline"] if fact["fact"] == "skipped"]
    assert any("Could not reach Bruno" in text for text in await world.told("ida"))

    # Whoever speaks can be reached again.
    await stage.ws.do("close_dms", user="bruno", closed=False)
    await world.say("bruno", "/case mine")
    async with stage.bot.store.read() as reading:
        assert (await reading.org()).people[PersonId("bruno")].reachable


async def test_a_deactivated_account_is_noticed_and_the_case_goes_on(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")

    await stage.ws.do("change_user", user="ana", deleted=True)
    await stage.bot.settle()

    shown = await world.case(case)
    assert shown["owner"] == shown["accountable"] == "bruno"
    assert any("has no account on Slack any more" in text for text in await world.told("ida"))
    assert any(case in text for text in await world.told("bruno"))


async def test_an_archived_channel_is_noticed_and_its_digest_is_not_lost_in_silence(world: World, stage: SlackStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await stage.ws.do("archive", channel="leadership", by="ida")
    await stage.bot.settle()
    assert any("leadership" in text and "archived" in text for text in await world.told("ida"))

    await world.until("2026-03-03T09:00:00Z")
    told = [text for text in await world.told("ida") if "Could not reach slack:leadership: the channel is archived" in text]
    assert len(told) == 1


async def test_a_revoked_token_loses_nothing_and_makes_nobody_count_as_gone(world: World, stage: SlackStage) -> None:
    await stage.ws.fault("error:token_revoked", "chat.postMessage", times=4)
    await stage._answer("rita", await stage.ws.command("rita", "/case report billing: meter swapped", "help"))
    assert await keys(stage.ws) == Counter()
    health = await stage.bot.store.health(stage.bot.clock.now())
    assert health.deliveries_waiting >= 3

    async with stage.bot.store.read() as reading:
        assert all(person.reachable for person in (await reading.org()).people.values())
    await stage.ws.clear_faults()
    await stage.bot.outbox.hurry()
    there = await settled(stage)
    assert set(there.values()) == {1}
    assert [key for key in there if not key.startswith("C-1/")] == [
        there_card(stage),
        "shut_out/slack:" + stage.ws.team + "/2026-03-02/ida",
    ]


async def test_nobody_is_silent_who_could_not_be_asked(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.fault("error:token_revoked", "chat.postMessage", times=1000)
    await stage._answer("ana", await stage.ws.command("ana", f"/case resolve {case} fix process: reading corrected", "help"))

    await world.wait("5d")  # the rules give three
    assert (await world.case(case))["status"] == "resolved"
    assert await world.facts(case, "nagged") == []

    await stage.ws.clear_faults()
    await stage.bot.outbox.hurry()
    await settled(stage)
    assert f"Is {case} fixed?" in (await world.told("rita"))[-1]
    assert any("nobody could be asked yet whether it is fixed" in text for text in await world.told("ana"))

    await world.wait("1w")
    assert (await world.case(case))["outcome"] == "unconfirmed"
    # Asked on Saturday at nine: three working days from then on, and two reminders.
    assert (await world.facts(case, "clock_moved", "nagged", "closed_unconfirmed"))[-4:] == [
        ("2026-03-06T17:30:00Z", "clock_moved"),
        ("2026-03-09T17:30:00Z", "nagged"),
        ("2026-03-10T17:30:00Z", "nagged"),
        ("2026-03-11T17:30:00Z", "closed_unconfirmed"),
    ]


async def test_every_event_three_times_in_any_order_has_one_effect(world: World, stage: SlackStage) -> None:
    first = await stage.ws.say("tom", "the website is down", "help")
    await stage.ws.deliver_events(copies=3, hold=True)
    for number in range(4):
        await stage.ws.say("rita", f"@buckstop report billing: number {number}", "help", wait=False)
    await stage.ws.react("eve", "help", str(first.ts), "ticket", wait=False)
    await stage.ws.say("ben", "report metering: said directly, and long enough", wait=False)
    for seed in range(3):
        await stage.ws.release_events(seed=seed, together=True)
    await stage._answer("rita", await stage.ws.command("rita", "/case list", "help"))

    cases = await stage.cases()
    assert sorted(case["title"] for case in cases) == [
        *(f"number {number}" for number in range(4)),
        "said directly, and long enough",
        "the website is down",
    ]
    assert set((await keys(stage.ws)).values()) == {1}


async def test_a_request_seen_before_has_no_second_effect(database_url: str, slack_address: str) -> None:
    async with slack_world(database_url, slack_address, "http") as world:
        stage = world.stage
        assert isinstance(stage, SlackStage)
        out = await stage.ws.command("rita", "/case report billing: meter swapped", "help")
        again = await stage.ws.do("replay", n=out.n)
        assert again["body"]["text"] == out.body["text"]
        assert [case["id"] for case in await stage.cases()] == ["C-1"]


# --- at Slack's pace, on real time


@dataclass
class Running:
    """A bot that runs by itself, in Slack."""

    bot: Bot
    stage: SlackStage


@asynccontextmanager
async def runs(database_url: str, ws: Workspace, pace: Pace) -> AsyncIterator[Running]:
    config = replace(loads(without_digests(slack_org(ws)), str(ORG), {}), database_url=database_url)
    async with (
        ClientSession() as http,
        running(config, RealClock(), local_too=False, slack=access(ws, pace)) as bot,
        in_slack(bot, ws, config),
    ):
        bot.run_by_itself()
        yield Running(bot, SlackStage(bot, ws, LocalStage(await bot.serve_local(0), http)))


FAST = Pace(rest=timedelta(milliseconds=50), posts=(timedelta(milliseconds=1), 1000), edits=(timedelta(milliseconds=1), 1000))


async def test_a_burst_to_one_channel_arrives_in_order_and_once_and_holds_up_no_other(database_url: str, slack_address: str) -> None:
    # A burst of two: what came late is made up for, which Slack allows.
    limits = {"chat.postMessage": {"rate": 20, "burst": 2, "by": "channel"}}
    async with workspace(slack_address, limits=limits, exact_limits=True) as ws, runs(database_url, ws, FAST) as there:
        for number in range(20):
            async with there.bot.store.begin() as tx:
                await tx.notify(f"burst/{number:02}", PersonId("ana"), (f"number {number:02}",))
        async with there.bot.store.begin() as tx:
            await tx.notify("other", PersonId("ben"), ("to somebody else",))
        there.bot.worker.nudge()

        other = await ws.until_said("@ben", "to somebody else")
        last = await ws.until_said("@ana", "number 19")
        posted = [m.shown for m in await ws.messages("@ana")]
        assert posted == [f"number {number:02}" for number in range(20)]
        assert float(other.ts) < float(last.ts)
        refused = [call for call in await ws.calls("chat.postMessage") if call["status"] == 429]
        assert len(refused) <= 1


async def test_a_limit_on_one_channel_is_waited_for_as_long_as_slack_says(database_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ws, runs(database_url, ws, FAST) as there:
        await ws.fault("ratelimited", "chat.postMessage", "@ana", times=1, retry_after=1)
        for person in ("ana", "ben"):
            async with there.bot.store.begin() as tx:
                await tx.notify(f"to {person}", PersonId(person), (f"to {person}",))
        there.bot.worker.nudge()

        ben = await ws.until_said("@ben", "to ben")
        ana = await ws.until_said("@ana", "to ana")
        assert float(ana.ts) - float(ben.ts) > 0.5
        assert [call["status"] for call in await ws.calls("chat.postMessage", channel=ana.channel)] == [429, 200]


async def test_two_processes_on_one_app_make_one_case_a_report_and_one_message_each(postgres_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ws, runs(postgres_url, ws, FAST) as one, runs(postgres_url, ws, FAST):
        await ws.until_connected(2)
        await ws.deliver_events(copies=4)
        for number in range(5):
            await ws.say("rita", f"@buckstop report billing: number {number}", "help")
            await ws.command("tom", f"/case report metering: command {number}", "help")
        there = await settled(one.stage)

        assert len(await one.stage.cases()) == 10
        assert (len(there), set(there.values())) == (30, {1})


async def test_a_connection_that_breaks_is_made_again(database_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ws:
        await ws.do("refuse_sockets", refuse=True)
        config = replace(loads(without_digests(slack_org(ws)), str(ORG), {}), database_url=database_url)
        async with running(config, ManualClock(MONDAY), local_too=False, slack=access(ws)) as bot:
            assert config.slack is not None
            await bot.serve_slack(config.slack)
            await ws.do("refuse_sockets", refuse=False)
            await ws.until_connected()
            assert "C-1" in (await ws.command("rita", "/case report billing: the first", "help")).text

            before = len(await ws.journal("socket"))
            await ws.do("ask_to_reconnect")

            async def reconnected() -> bool:
                return any(entry["what"] == "open" for entry in (await ws.journal("socket"))[before:])

            await ws.until(reconnected)
            assert "C-2" in (await ws.command("rita", "/case report billing: the second", "help")).text


async def test_who_left_unnoticed_is_found_out_in_the_night(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.deliver_events(drop=True)
    await stage.ws.do("change_user", user="ana", deleted=True)
    await stage.ws.do("archive", channel="leadership", by="ida")
    assert (await world.case(case))["owner"] == "ana"

    for _ in range(3):
        await stage.bot.beat()

    async def found_out() -> bool:
        return bool((await world.case(case))["owner"] == "bruno")

    await stage.ws.until(found_out)
    assert stage.bot.slack is not None
    await stage.bot.slack.rest()
    await stage.bot.settle()
    told = await world.told("ida")
    assert [len([text for text in told if words in text]) for words in ("has no account on Slack any more", "The channel leadership")] == [
        1,
        1,
    ]
