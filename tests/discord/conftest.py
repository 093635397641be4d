"""The fake under test: one process for all of these, a fresh world for each, and bots of plain discord.py in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import discord
import pytest
import yarl

from tests.discord.bots import Bot, Start
from tests.discord.client import FakeDiscord, World
from tests.discord.quiet import Quiet
from tests.discord.rest import Rest, rest_of


@pytest.fixture
async def fake(discord_address: str) -> AsyncIterator[FakeDiscord]:
    """The fake, to make worlds in."""
    async with FakeDiscord(discord_address) as found:
        yield found


@pytest.fixture
async def world(fake: FakeDiscord) -> AsyncIterator[World]:
    """A world with three people and one guild."""
    forum = {"name": "problems", "kind": "forum", "tags": ["open", "fixed"]}
    channels = ["help", {"name": "secret", "deny": ["bruno"]}, {"name": "hidden", "bot": ["view_channel"]}, forum]
    made = await fake.world(
        users=["ana", "bruno", {"name": "rita", "global_name": "Rita"}], guilds=[{"name": "northwind", "channels": channels}]
    )
    yield made
    await made.close()


@pytest.fixture
async def rest(world: World) -> AsyncIterator[Rest]:
    """The bot's own calls, without a library."""
    async with rest_of(world) as calls:
        yield calls


@pytest.fixture
async def start(world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Start]:
    """Start bots in the world, and end them."""
    running: list[tuple[discord.Client, asyncio.Task[None]]] = []

    async def begin(bot: Bot | None = None, into: World = world) -> Bot:
        monkeypatch.setattr(discord.http.Route, "BASE", into.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(into.gateway_url))
        bot = bot or Bot()
        await bot.login(into.token)
        task = asyncio.create_task(bot.connect())
        running.append((bot, task))
        ready = asyncio.create_task(bot.wait_until_ready())
        # Whatever comes first: ready, or the reason why it never will be.
        await asyncio.wait({ready, task}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await task
        await asyncio.wait_for(ready, 1)
        return bot

    yield begin
    for bot, task in running:
        await bot.close()
        with suppress(discord.DiscordException, asyncio.CancelledError):
            await task


@pytest.fixture
async def quiet(start: Start) -> Quiet:
    """A bot with one command that a test answers."""
    bot = Quiet()
    await start(bot)
    await bot.tree.sync()
    return bot
