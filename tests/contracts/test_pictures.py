"""A picture on Slack and on Discord, over the wire: seen with its words, and left out where it cannot be had, without a word lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.chat import Card
from bot.clock import ManualClock
from bot.config import loads
from bot.ports import Address, Delivered, Messenger, Parcel, Picture
from bot.wording.chart import chart
from bot.wording.chart_png import png
from tests.discord.client import World
from tests.scenarios.discord_stage import access as discord_access
from tests.scenarios.discord_stage import discord_org, northwind
from tests.scenarios.slack_stage import access as slack_access
from tests.scenarios.slack_stage import slack_org, workspace
from tests.scenarios.stages import MONDAY, ORG
from tests.slack.client import Workspace
from tests.unhurried import running
from tests.wording.digests import END, FULL
from tests.wording.office import ZONE

CHART = chart(FULL, ZONE)
assert CHART is not None
ALT = CHART.alt
PICTURE = Picture(png(CHART), ALT)
CARD = Card(("6 cases got fixed only because they were escalated.",), (("Figures:",),), chart=CHART)
WORDS = "6 cases got fixed only because they were escalated.\n\nFigures:"


def parcel(address: Address) -> Parcel:
    return Parcel("digest/x/2026-11-25", address, CARD, ZONE, END, picture=PICTURE)


# --- Slack ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def slack(slack_address: str, sqlite_url: str) -> AsyncIterator[tuple[Workspace, Messenger, Address]]:
    """A workspace, its messenger, and #help."""
    async with workspace(slack_address) as ws:
        config = replace(loads(slack_org(ws), str(ORG), {}), database_url=sqlite_url)
        async with running(config, ManualClock(MONDAY), slack=slack_access(ws)) as bot:
            yield ws, bot.worker.messenger("slack"), Address("slack", ws.team, ws.channels["help"])


async def in_slack(ws: Workspace) -> tuple[list[str], list[str | None]]:
    """Return what stands in #help, and the files of the pictures in it."""
    found = await ws.messages("help")
    shown = [block["slack_file"]["id"] for message in found for block in message.blocks if block["type"] == "image"]
    return [message.shown for message in found], shown


async def test_slack_shows_it_under_the_words_from_a_file_of_its_own(slack: tuple[Workspace, Messenger, Address]) -> None:
    ws, messenger, channel = slack
    assert isinstance(await messenger.send(parcel(channel)), Delivered)

    [file] = (await ws.do("files"))["files"]
    assert file == {"id": file["id"], "name": "chart.png", "title": "chart.png", "alt": ALT, "bytes": len(PICTURE.png)}
    texts, shown = await in_slack(ws)
    assert (texts, shown) == ([f"{WORDS}\n[{ALT}]"], [file["id"]])
    uploads = await ws.calls("files.completeUploadExternal")
    assert [call["args"].get("channel_id") for call in uploads] == [None]  # it is shown by the message, and posted by nothing else


async def test_slack_may_take_its_time_to_look_at_the_file(slack: tuple[Workspace, Messenger, Address]) -> None:
    ws, messenger, channel = slack
    await ws.set(settings={"looks_at_files_after": 3})
    assert isinstance(await messenger.send(parcel(channel)), Delivered)

    texts, shown = await in_slack(ws)
    assert (len(texts), len(shown)) == (1, 1)
    assert len(await ws.calls("files.getUploadURLExternal")) == 1


SPOILT: dict[str, dict[str, Any]] = {
    "Slack never looks at the file": {"settings": {"looks_at_files_after": 99}},
    "the app was installed before it might": {"without": "files:write"},
    "the address is refused": {"fault": ("error:internal_error", "files.getUploadURLExternal")},
    "the upload fails": {"fault": ("status_500", "upload")},
    "the connection breaks at the end of it": {"fault": ("drop_after", "files.completeUploadExternal")},
}


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT.keys())
async def test_in_slack_the_words_go_without_it(slack: tuple[Workspace, Messenger, Address], spoilt: dict[str, Any]) -> None:
    ws, messenger, channel = slack
    if "settings" in spoilt:
        await ws.set(settings=spoilt["settings"])
    if "without" in spoilt:
        await ws.do("change_scopes", without=[spoilt["without"]])
    if "fault" in spoilt:
        await ws.fault(*spoilt["fault"])

    assert isinstance(await messenger.send(parcel(channel)), Delivered)
    assert await in_slack(ws) == ([WORDS], [])


async def test_what_slack_may_have_taken_is_looked_up_not_posted_without(slack: tuple[Workspace, Messenger, Address]) -> None:
    ws, messenger, channel = slack
    await ws.fault("drop_after", "chat.postMessage")
    outcome = await messenger.send(parcel(channel))

    assert not isinstance(outcome, Delivered)
    assert await messenger.find(parcel(channel)) is not None
    assert [len(part) for part in await in_slack(ws)] == [1, 1]


# --- Discord -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def discord(discord_address: str, sqlite_url: str) -> AsyncIterator[tuple[World, Messenger, Address]]:
    """A server, its messenger, and #help."""
    async with northwind(discord_address) as world:
        config = replace(loads(discord_org(world), str(ORG), {}), database_url=sqlite_url)
        async with running(config, ManualClock(MONDAY), discord=discord_access(world)) as bot:
            yield world, bot.worker.messenger("discord"), Address("discord", world.guilds["northwind"], world.channels["help"])


async def in_discord(world: World) -> tuple[list[str], list[tuple[str, int]]]:
    """Return what stands in #help, and the files in it with their sizes."""
    found = await world.messages("help")
    files = [(one["filename"], one["size"]) for message in found for one in message.raw["attachments"]]
    return [message.shown for message in found], files


async def test_discord_shows_it_under_the_words(discord: tuple[World, Messenger, Address]) -> None:
    world, messenger, channel = discord
    assert isinstance(await messenger.send(parcel(channel)), Delivered)

    texts, files = await in_discord(world)
    assert files == [("chart.png", len(PICTURE.png))]
    assert [ALT in text for text in texts] == [True]


async def test_in_discord_the_words_go_without_it(discord: tuple[World, Messenger, Address]) -> None:
    world, messenger, channel = discord
    await world.do("set_permissions", channel="help", who="bot", deny=["attach_files"])
    assert isinstance(await messenger.send(parcel(channel)), Delivered)

    texts, files = await in_discord(world)
    assert (len(texts), files) == (1, [])
    assert "6 cases got fixed" in texts[0]
    assert ALT not in texts[0]


async def test_what_discord_may_have_taken_is_looked_up_not_posted_without(discord: tuple[World, Messenger, Address]) -> None:
    world, messenger, channel = discord
    await world.fault("drop_after", route="POST /channels/{channel_id}/messages", times=1)
    outcome = await messenger.send(parcel(channel))

    found = await messenger.find(parcel(channel))
    assert found is not None
    assert not isinstance(outcome, Delivered) or outcome.message == found
    assert [len(part) for part in await in_discord(world)] == [1, 1]
