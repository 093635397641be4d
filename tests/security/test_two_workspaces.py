"""Two workspaces in which everybody and everything has the same ids: does anything of one get into the other?"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.adapters.slack.access import Access
from bot.adapters.slack.tokens import Tokens
from bot.app import Bot
from bot.chat import Pressed, Said, Submitted
from bot.clock import ManualClock
from bot.config import loads
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from bot.store.database import Database
from bot.store.delivery_tables import cards, deliveries, lanes, limits
from tests.handlers.conftest import floor_of
from tests.scenarios.slack_stage import slack_org, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.security.stage import organisation
from tests.slack.client import Workspace
from tests.unhurried import running


@dataclass
class Two:
    """One bot in two workspaces of Slack."""

    bot: Bot
    first: Workspace  # where the people of the configuration have their accounts, and the channels are
    second: Workspace
    local: LocalStage


@asynccontextmanager
async def two(database_url: str, address: str) -> AsyncIterator[Two]:
    """Run the bot in both; the configuration knows people and channels of the first alone."""
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(workspace(address)) for _ in range(2)]
        assert (first.channels, first.users) == (second.channels, second.users)
        text = slack_org(first).replace(f'workspaces = ["{first.team}"]', f'workspaces = ["{first.team}", "{second.team}"]')
        for kind in ("slack = ", "help = ", "leadership = "):
            text = text.replace(f'{kind}"', f'{kind}"{first.team}/')
        tokens = {ws.team: Tokens(ws.bot_token, ws.app_token, ws.signing_secret) for ws in (first, second)}
        config = replace(loads(text, str(ORG), {}), database_url=database_url)
        bot = await stack.enter_async_context(
            running(config, ManualClock(MONDAY), local_too=False, slack=Access(first.api_url, tokens, None))
        )
        assert config.slack is not None
        await bot.serve_slack(config.slack)
        await first.until_connected()
        await second.until_connected()
        http = await stack.enter_async_context(ClientSession())
        yield Two(bot, first, second, LocalStage(await bot.serve_local(0), http))


async def posted(ws: Workspace, where: str) -> str:
    return "\n".join(message.shown for message in await ws.messages(where) if message.bot_id)


async def test_nothing_of_one_gets_into_the_other(sqlite_url: str, slack_address: str) -> None:
    async with two(sqlite_url, slack_address) as there:
        first, second, bot = there.first, there.second, there.bot
        # The same trigger in both, as their ids say nothing of each other: neither is taken for the other come again.
        same = {"payload": {"trigger_id": "4711.42.same"}}
        assert "C-1" in (await first.command("rita", "/case report private billing: zanzibar", "@rita", forge=same)).text
        assert "C-2" in (await second.command("rita", "/case report private billing: quetzal", "@rita", forge=same)).text
        await bot.settle()

        for words in ("list", "mine", "show C-1", "confirm C-1", "withdraw C-1 mine", "note C-1 hello"):
            for who in ("rita", "ana", "ida", "cleo"):
                answer = await second.command(who, f"/case {words}", f"@{who}")
                assert "zanzibar" not in answer.text
        for words in ("list", "mine", "show C-2", "withdraw C-2 mine"):
            assert "quetzal" not in (await first.command("rita", f"/case {words}", "@rita")).text
        await there.local.wind({"to": "2026-03-03T09:00:00Z"})
        await bot.settle()

        async with bot.store.read() as reading:
            one, other = [await reading.case(CaseId(number)) for number in (1, 2)]
        assert one is not None
        assert other is not None
        newcomer = f"slack.{second.team}.{second.users['rita']}"
        assert (one.reporter, other.reporter) == ("rita", newcomer)
        assert {one.status, other.status} == {"open"}
        seen = {ws.team: "\n".join([await posted(ws, f"@{who}") for who in first.users]) for ws in (first, second)}
        assert "C-1" not in seen[second.team]
        assert "C-2" in seen[second.team]
        assert "quetzal" not in await posted(first, "@rita")
        # The digest is for the channel of the first; the second has one of the same id.
        assert await posted(first, "leadership") != ""
        assert await posted(second, "leadership") == ""
        assert await posted(second, "help") == ""
        async with bot.store.database.read() as conn:
            sent = (await conn.execute(select(deliveries.c.person, deliveries.c.lane).where(deliveries.c.lane.is_not(None)))).all()
            rows = [*await conn.scalars(select(lanes.c.lane)), *await conn.scalars(select(limits.c.name))]
    assert {lane.split(":")[1] for person, lane in sent if person == newcomer} == {second.team}
    assert {lane.split(":")[1] for person, lane in sent if person in first.users} == {first.team}
    assert all(first.team in row or second.team in row for row in rows), rows


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_the_same_thread_message_or_button_of_another_workspace_is_another(sqlite: Database, platform: str) -> None:
    floor = floor_of(sqlite, organisation())

    def place(where: str, message: str | None = None, thread: str | None = "100.1") -> Place:
        return Place(platform, where, "C0HELP", message, thread)

    async def said(where: str, key: str, text: str) -> str:
        reply = await floor.desk.handle(Said(f"{platform}/{where}/{key}", PersonId("rita"), place(where, key), text))
        return floor.text(reply)

    first = await said("W1", "1", "/case report billing: meter swapped")
    second = await said("W2", "1", "/case report billing: another meter")
    assert "C-1" in first
    assert "C-2" in second

    await said("W2", "2", "still nothing")

    assert "noted" not in await floor.names(1)
    assert "noted" in await floor.names(2)
    async with sqlite.begin() as conn:
        await conn.execute(
            cards.insert().values(
                key=f"card/C-1/{platform}:W1:C0CARDS",
                case_id=1,
                platform=platform,
                workspace="W1",
                conversation="C0CARDS",
                wanted=1,
                message="7.7",
            )
        )
    for where, noted in (("W2", 0), ("W1", 1)):
        there = Place(platform, where, "C0CARDS", "8.8", "7.7")
        await floor.desk.handle(Said(f"{platform}/{where}/3", PersonId("rita"), there, "under its card"))
        assert (await floor.names(1)).count("noted") == noted
    pressed = Pressed(f"{platform}/W2/4", PersonId(f"{platform}.W2.rita"), place("W2", "9", None), "withdraw", CaseId(1))
    sent = Submitted(f"{platform}/W2/5", PersonId(f"{platform}.W2.rita"), place("W2", None, None), "withdraw:1:0:abc", {"why": "mine"})
    assert (await floor.desk.handle(pressed)).refused
    assert (await floor.desk.handle(sent)).refused
