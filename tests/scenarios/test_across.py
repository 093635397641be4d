"""One case, two platforms: reported in Discord, owned in Slack, escalated to somebody in Discord, fixed, and confirmed in Discord."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.clock import ManualClock
from bot.config import loads
from tests.scenarios.crossing import Both, both, meeting, org
from tests.scenarios.discord_stage import northwind
from tests.scenarios.slack_stage import SlackStage, access, in_slack, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.scenarios.test_discord_failures import POSTS
from tests.unhurried import running
from tests.world import World

IN_SLACK, IN_DISCORD = ("ana", "ben", "dana", "eve", "ida"), ("rita", "tom", "bruno", "cleo")


@pytest.fixture
async def company(database_url: str, slack_address: str, discord_address: str) -> AsyncIterator[Both]:
    """Those who help are in Slack; those who report, and those who lead, in Discord."""
    async with both(database_url, slack_address, discord_address, IN_SLACK, IN_DISCORD) as there:
        yield there


async def told(company: Both) -> Counter[tuple[str, str]]:
    """Return every delivery that is there, deleted or not, by platform and key, with how often it is."""
    found: Counter[tuple[str, str]] = Counter()
    for where in ("help", "leadership", *(f"@{name}" for name in company.ws.users)):
        found.update(("slack", m.metadata["event_payload"]["key"]) for m in await company.ws.messages(where, deleted=True) if m.metadata)
    discord = [*await company.there.messages("help"), *await company.there.messages("leadership")]
    for person in company.there.users:
        discord += await company.there.messages(f"@{person}")
    for thread in await company.there.threads("help"):
        discord += await company.there.messages(thread.id)
    found.update(("discord", str(m.nonce)) for m in discord if m.author == company.there.bot_user_id and len(m.nonce or "") == 24)
    return found


async def test_a_case_crosses_both_platforms_and_back(company: Both) -> None:
    slack, discord = company.slack, company.discord

    # Reported in Discord: the receipt is there, the owner hears of it in Slack, and each platform has its card.
    case = await discord.report("rita", "billing: meter swapped, bill is 9,000")
    assert "Ana owns it" in (await discord.told("rita"))[-1]
    assert f"{case}: new." in (await slack.told("ana"))[-1]
    assert await slack.told("rita") == []
    [card] = await discord.posted("help")
    assert "Owner: Ana" in card

    # Nobody answers in Slack, so it comes up to Bruno, who is in Discord.
    await slack.wait("1h")
    assert any(f"{case} has come to you" in text for text in await discord.told("bruno"))
    assert not any("has come to you" in text for text in await slack.told("bruno"))
    assert "Bruno" in (await discord.told("rita"))[-1]

    # He acknowledges there, she asks from Slack, Rita answers in Discord.
    await discord.press("bruno", "ack", case)
    await slack.say("ana", f"/case ask {case} what is the meter number?")
    assert any("what is the meter number?" in text for text in await discord.told("rita"))
    await discord.say("rita", f"/case answer {case} it is 4711")
    assert any("4711" in text for text in await slack.told("ana"))

    # Fixed in Slack, confirmed in Discord.
    await slack.say("ana", f"/case resolve {case} fix process: reading corrected, bill reissued")
    await discord.press("rita", "confirm", case)
    closed = await company.case_of(case)
    assert (closed["status"], closed["outcome"]) == ("closed", "fixed")
    assert "fixed" in (await discord.posted("help"))[0]

    every = await told(company)
    assert set(every.values()) == {1}
    assert await company.faults() == []


async def test_the_digest_of_one_platform_tells_of_a_case_that_lived_on_both(company: Both) -> None:
    case = await company.discord.report("rita", "billing: meter swapped")
    await company.slack.wait("1h")
    await company.discord.say("bruno", f"/case resolve {case} fix process: bill reissued")
    await company.discord.press("rita", "confirm", case)

    await company.slack.until("2026-03-03T09:00:00Z")

    [digest] = await company.slack.digests()
    assert case in digest


async def test_what_waits_for_a_platform_that_is_taken_out_comes_by_the_other(
    database_url: str, slack_address: str, discord_address: str
) -> None:
    async with workspace(slack_address) as ws, northwind(discord_address) as there:
        async with meeting(database_url, ws, there, IN_SLACK, ("ana",)) as company:
            await company.slack.say("ana", "/case prefer discord")
            await there.fault("ratelimited", POSTS, times=99, retry_after=3600.0)
            case = await company.slack.report("ben", "billing: meter swapped")
            assert case not in " ".join([*await company.slack.told("ana"), *await company.discord.told("ana")])

        config = replace(loads(org(ws, None, IN_SLACK, ()), str(ORG), {}), database_url=database_url)
        made = running(config, ManualClock(MONDAY + timedelta(minutes=50)), local_too=False, slack=access(ws))
        async with made as bot, in_slack(bot, ws, config), ClientSession() as http:
            slack = World(SlackStage(bot, ws, LocalStage(await bot.serve_local(0), http)))
            await slack.wait("5m")  # it may still be a restart that others follow
            assert case not in " ".join(await slack.told("ana"))

            await slack.wait("5h")
            assert len([text for text in await slack.told("ana") if f"{case}: new." in text]) == 1
            assert (await bot.store.health(bot.clock.now())).deliveries_waiting == 0
