"""Discord limits, bans and goes away; what is to be said waits as long as that takes, in order, and nothing else waits with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.adapters.discord.access import Pace
from bot.adapters.discord.brake import Brake
from bot.adapters.discord.welcome import Welcome
from bot.app import Bot
from bot.clock import ManualClock, RealClock
from bot.config import loads
from bot.escalation.words import PersonId
from tests.discord.client import World as There
from tests.scenarios.discord_posts import posted, settled
from tests.scenarios.discord_stage import DiscordStage, access, discord_org, in_discord, northwind
from tests.scenarios.killed import without_digests
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running

POSTS, EDITS = "POST */messages", "PATCH */messages/*"
FAST = Pace(
    rest=timedelta(milliseconds=50),
    posts=(timedelta(milliseconds=1), 1000),
    edits=(timedelta(milliseconds=1), 1000),
    opened=(timedelta(milliseconds=1), 1000),
    doubt=timedelta(milliseconds=100),
)


@dataclass
class Running:
    """A bot that runs by itself, in Discord."""

    bot: Bot
    stage: DiscordStage

    async def say(self, key: str, who: str, words: str) -> None:
        """Queue a message to somebody."""
        async with self.bot.store.begin() as tx:
            await tx.notify(key, PersonId(who), (words,))
        self.bot.worker.nudge()


@asynccontextmanager
async def runs(database_url: str, there: There, pace: Pace = FAST) -> AsyncIterator[Running]:
    """Run a bot in Discord, with the gateway, on the time of the day."""
    config = replace(loads(without_digests(discord_org(there)), str(ORG), {}), database_url=database_url)
    async with (
        ClientSession() as http,
        running(config, RealClock(), local_too=False, discord=access(there, pace)) as bot,
        in_discord(bot, there),
    ):
        bot.run_by_itself()
        yield Running(bot, DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http)))


@asynccontextmanager
async def works(database_url: str, there: There, pace: Pace = FAST) -> AsyncIterator[Running]:
    """Run a worker, which has no gateway."""
    config = replace(loads(without_digests(discord_org(there)), str(ORG), {}), database_url=database_url)
    async with running(config, RealClock(), local_too=False, discord=access(there, pace)) as bot, ClientSession() as http:
        bot.run_by_itself()
        yield Running(bot, DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http)))


async def statuses(there: There, where: str) -> list[int]:
    """Return how the posts to somebody's direct messages ended."""
    [channel] = {message.channel for message in await there.messages(where)}
    return [call["status"] for call in await there.calls(POSTS, channel=channel)]


@pytest.mark.parametrize("via", [True, False], ids=["the library waits", "we wait"])
async def test_a_limit_on_one_channel_is_waited_for_and_holds_up_no_other(sqlite_url: str, discord_address: str, via: bool) -> None:
    async with northwind(discord_address) as there, works(sqlite_url, there) as bot:
        await there.fault("ratelimited", POSTS, "@ana", retry_after=1, via=via)
        await bot.say("to ana", "ana", "to ana")
        await bot.say("to ana too", "ana", "to ana too")
        await bot.say("to ben", "ben", "to ben")

        ben = await there.until_said("@ben", "to ben")
        last = await there.until_said("@ana", "to ana too")
        assert moment(last) - moment(ben) > 0.5
        assert [message.shown for message in await there.messages("@ana")] == ["to ana", "to ana too"]
        assert await statuses(there, "@ana") == [429, 200, 200]


def moment(message: Any) -> float:
    """Return when a message was posted, in seconds: its id says so."""
    return float((int(message.id) >> 22) / 1000)


async def test_a_limit_on_everything_is_asked_about_once(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there, works(sqlite_url, there) as bot:
        await there.fault("ratelimited", POSTS, "@ana", retry_after=1, scope="global")
        await bot.say("to ana", "ana", "to ana")
        await there.until(lambda: there.calls(POSTS, status=429))
        for person in ("ben", "dana", "bruno", "eve"):
            await bot.say(f"to {person}", person, f"to {person}")
        for person in ("ana", "ben", "dana", "bruno", "eve"):
            await there.until_said(f"@{person}", f"to {person}")

        # Nobody else tried while it lasted.
        assert sorted(call["status"] for call in await there.calls(POSTS)) == [200] * 5 + [429]
        assert await there.refused() == 1


@pytest.mark.parametrize("kind", ["ratelimited", "error:30046"], ids=["a limit", "an hour old"])
async def test_a_limit_on_edits_holds_up_no_post(sqlite_url: str, discord_address: str, kind: str) -> None:
    async with northwind(discord_address) as there, runs(sqlite_url, there):
        await there.command("rita", "case report", {"what": "meter swapped", "service": "billing"}, "help")
        card = await there.until_said("help", "C-1: meter swapped")
        await there.fault(kind, EDITS, "help", times=1, retry_after=30)
        await there.command("ana", "case ack", {"case": "C-1"}, "help")
        await there.until(lambda: there.calls(EDITS, status=429))
        await there.command("tom", "case report", {"what": "another", "service": "billing"}, "help")
        await there.until_said("help", "C-2: another")
        await there.command("ana", "case ack", {"case": "C-2"}, "help")
        await there.until_said("@tom", "acknowledged")

        # It is not tried again before its time, by any card of the channel.
        assert len(await there.calls(EDITS)) == 1
        [still] = [message for message in await there.messages("help") if message.id == card.id]
        assert still.shown == card.shown


async def test_forty_reports_at_once_arrive_each_once_and_in_order(sqlite_url: str, discord_address: str) -> None:
    limits = {
        "global": {"limit": 50, "per": 1.0},
        "POST /channels/{channel_id}/messages": {"limit": 5, "per": 0.25},
        "PATCH /channels/{channel_id}/messages/{message_id}": {"limit": 5, "per": 0.25},
        "POST /channels/{channel_id}/messages/{message_id}/threads": {"limit": 5, "per": 0.25},
    }
    # A twentieth of Discord's times, and of ours.
    pace = replace(FAST, rest=timedelta(milliseconds=55), posts=(timedelta(milliseconds=50), 10), edits=(timedelta(milliseconds=100), 5))
    async with northwind(discord_address, limits=limits) as there, runs(sqlite_url, there, pace) as bot:
        for number in range(40):
            out = await there.command("rita", "case report", {"what": f"number {number:02}", "service": "billing"}, "help")
            assert out.ok, out.failure
        await there.until_said("@rita", "number 39")
        await there.until_said("help", "number 39")
        await there.until_said("@ana", "number 39")

        told = [message.shown for message in await there.messages("@rita") if "thank you, it is in" in message.shown]
        assert [f"number {number:02}" in text for number, text in enumerate(told)] == [True] * 40
        cards = [message.shown for message in await there.messages("help")]
        assert [f"number {number:02}" in text for number, text in enumerate(cards)] == [True] * 40
        assert set((await posted(there, bot.bot.database)).values()) == {1}
        # A limit is left alone before it is hit.
        assert await there.refused() <= 2


async def test_refusals_stop_it_long_before_a_ban_and_it_goes_on_by_itself(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address, settings={"ban_after": 30, "ban_window": 600.0}) as there, works(sqlite_url, there) as bot:
        assert bot.bot.discord is not None
        bot.bot.discord.rest.welcome = Welcome(Brake(most=4, window=timedelta(seconds=2)))
        await there.fault("error:50013", POSTS, times=4)
        with capture_logs() as log:
            for number, person in enumerate(("ana", "ben", "dana", "bruno", "eve", "cleo", "tom", "rita")):
                await bot.say(f"{number}", person, f"to {person}")
            for person in ("eve", "cleo", "tom", "rita"):
                await there.until_said(f"@{person}", f"to {person}")

        assert await there.refused() == 4
        assert len([entry for entry in log if entry["event"] == "discord.braked"]) == 1


async def test_a_limit_that_others_used_up_is_not_held_against_us(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there, works(sqlite_url, there) as bot:
        assert bot.bot.discord is not None
        bot.bot.discord.rest.welcome = Welcome(Brake(most=2, window=timedelta(seconds=60)))
        await there.fault("ratelimited", POSTS, times=3, retry_after=0.1, scope="shared")
        await bot.say("one", "ana", "to ana")
        await there.until_said("@ana", "to ana")

        assert await statuses(there, "@ana") == [429, 429, 429, 200]
        await bot.say("two", "ben", "to ben")
        await there.until_said("@ben", "to ben")


async def test_two_processes_on_one_bot_say_each_thing_once(postgres_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there, runs(postgres_url, there) as one, works(postgres_url, there):
        await there.deliver_events(copies=3)
        for number in range(5):
            await there.say("rita", f"@buckstop report billing: number {number}", "help")
            await there.command("tom", "case report", {"what": f"command {number}", "service": "metering"}, "help")
        there_now = await settled(one.stage)

        assert len(await one.stage.cases()) == 10
        assert (len(there_now), set(there_now.values())) == (30, {1})


async def test_a_start_while_discord_is_away_loses_nothing(sqlite_url: str, discord_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.discord.rest._ASK_AGAIN", 0.01)
    async with northwind(discord_address) as there, ClientSession() as http:
        config = replace(loads(without_digests(discord_org(there)), str(ORG), {}), database_url=sqlite_url)
        await there.fault("status_503", "GET /users/@me", times=99)
        with capture_logs() as log:
            async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there)) as bot:
                async with bot.store.begin() as tx:
                    await tx.notify("early", PersonId("ana"), ("said while it was away",))
                await bot.settle()
                assert await there.calls(POSTS) == []

                await there.until(lambda: often_asked(there))
                await there.clear_faults()
                stage = DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http))
                assert bot.discord is not None
                await there.until(lambda: known(bot))
                await bot.outbox.hurry()
                assert await settled(stage) == {"early": 1}
        # At the start, and once more when it was asked beside the work, however often.
        assert [entry["why"] for entry in log if entry["event"] == "discord.no_answer"] == ["Discord had a fault of its own (503)"] * 2


async def often_asked(there: There) -> bool:
    """Tell whether Discord was asked several times who we are."""
    return len(await there.calls("GET /users/@me")) >= 5


async def known(bot: Bot) -> bool:
    """Tell whether the bot knows who it is."""
    return bot.discord is not None and bot.discord.rest.me is not None
