"""The emergency brake: nothing happens by itself, people are answered, and afterwards nothing comes as an avalanche."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot.adapters import health
from bot.app import Bot
from bot.clock import ManualClock, machine_time
from bot.config import Config, load
from bot.operations import paused, resumed
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import World


@pytest.fixture
def config(database_url: str) -> Config:
    """The organisation on a fresh database of each kind."""
    return replace(load(ORG, {}), database_url=database_url)


@pytest.fixture
async def bot(config: Config) -> AsyncIterator[Bot]:
    """A bot on a Monday at nine."""
    async with running(config, ManualClock(MONDAY)) as there:
        await there.wind(MONDAY)
        yield there


@pytest.fixture
async def world(bot: Bot) -> AsyncIterator[World]:
    """The world around the bot."""
    async with ClientSession() as http:
        yield World(LocalStage(await bot.serve_local(0), http))


async def test_while_it_is_on_nothing_happens_by_itself_and_people_are_answered(config: Config, world: World) -> None:
    case = await world.report("rita", "billing: meter swapped")
    told = {who: await world.told(who) for who in ("rita", "ana", "bruno", "cleo", "ida")}

    said = await paused(config, "wrong managers imported")

    assert said.startswith("Paused since Monday 2 March 2026, 09:00 (Europe/London): wrong managers imported\n")
    assert await world.wait("50h") == 0
    assert [fact for _, fact in await world.facts(case)] == ["reported"]
    assert "C-2" in (await world.say("tom", "/case report billing: another one")).text
    assert not (await world.say("ana", f"/case ack {case}")).refused
    assert (await world.case(case))["status"] == "acknowledged"
    assert {who: await world.told(who) for who in told} == told
    assert await world.posted("leadership") == []


async def test_afterwards_nothing_avalanches(config: Config, world: World) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await paused(config, "wrong managers imported")
    await world.wait("50h")

    assert await resumed(config) == "It goes on. It was paused since Monday 2 March 2026, 09:00 (Europe/London): wrong managers imported"
    await world.wait("1m")

    # Two working days were missed: one step up, with that level's full time, one message about it, and one digest for the whole span.
    shown = await world.case(case)
    assert [fact for _, fact in await world.facts(case)] == ["reported", "escalated"]
    assert (shown["level"], shown["accountable"]) == (1, "bruno")
    assert len([text for text in await world.told("bruno") if case in text]) == 1
    assert len(await world.digests()) == 1
    await world.wait("118m")
    assert (await world.case(case))["level"] == 1
    await world.wait("2m")
    assert (await world.case(case))["level"] == 2


async def test_what_was_queued_before_waits_too(config: Config, bot: Bot, world: World) -> None:
    await paused(config, "Slack is down")
    await world.report("rita", "billing: meter swapped")
    assert await world.told("ana") == []
    assert await bot.next_event() is None

    await resumed(config)
    await bot.settle()

    assert len(await world.told("ana")) == 1


async def test_the_log_says_once_that_it_is_on_and_once_that_it_is_off(config: Config, bot: Bot) -> None:
    with capture_logs() as logged:
        for _ in range(3):
            await bot.beat()
        await paused(config, "a reason")
        for _ in range(3):
            await bot.beat()
        await resumed(config)
        for _ in range(3):
            await bot.beat()

    assert [(entry["event"], entry.get("why")) for entry in logged] == [("bot.paused", "a reason"), ("bot.resumed", None)]


async def test_a_restart_does_not_take_it_off(config: Config) -> None:
    async with running(config, ManualClock(MONDAY)):
        await paused(config, "a reason")
    async with running(config, ManualClock(MONDAY)) as bot:
        assert await bot.next_event() is None
        assert (await bot.store.health(MONDAY)).paused is not None


async def test_pausing_again_changes_the_reason_and_not_the_time(config: Config, world: World) -> None:
    await paused(config, "one reason")
    await world.wait("1h")

    assert (await paused(config, "another")).startswith("Paused since Monday 2 March 2026, 09:00 (Europe/London): another\n")
    assert (await resumed(config)).endswith(": another")
    assert await resumed(config) == "It was not paused."


async def test_whoever_watches_sees_it_and_no_alarm(config: Config, bot: Bot, world: World) -> None:
    await world.report("rita", "billing: meter swapped")
    pages = health.make_app(bot.store, bot.clock, machine_time, health.Metrics())
    async with TestClient(TestServer(pages)) as client:
        body = await (await client.get("/healthz")).json()
        assert (body["ok"], body["paused"]) == (True, None)
        assert "buckstop_paused 0.0" in await (await client.get("/metrics")).text()

        await paused(config, "a reason")
        await world.wait("50h")

        answer = await client.get("/healthz")
        body = await answer.json()
        assert (answer.status, body["ok"], body["paused"]) == (200, True, {"why": "a reason", "since": "2026-03-02T09:00:00+00:00"})
        assert body["due_late_seconds"] > 0
        assert "buckstop_paused 1.0" in await (await client.get("/metrics")).text()

        await resumed(config)
        assert (await client.get("/healthz")).status == 503
