"""Slack and Discord in one company: two stages around one Buckstop, on which people meet who never see each other's platform."""

import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import ClientSession

from bot.app import Bot
from bot.clock import ManualClock
from bot.config import loads
from bot.store.verify import verify
from tests.discord.client import World as Discord
from tests.scenarios import discord_stage, slack_stage
from tests.scenarios.discord_stage import DiscordStage, in_discord, northwind
from tests.scenarios.slack_stage import SlackStage, in_slack, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.slack.client import Workspace
from tests.unhurried import running
from tests.world import Json, World

PEOPLE = slack_stage.PEOPLE


@dataclass(frozen=True)
class Both:
    """One Buckstop, and both worlds around it."""

    bot: Bot
    slack: World
    discord: World
    ws: Workspace
    there: Discord

    async def case_of(self, case: str) -> Json:
        """Return a case as it stands."""
        return await self.slack.case(case)

    async def everything(self) -> str:
        """Return all that can be read on both platforms."""
        said: list[str] = []
        for where in ("help", "leadership", *(f"@{person}" for person in PEOPLE)):
            for world in (self.slack, self.discord):
                said += [message["text"] for message in await world.stage.messages(where)]
        return "\n".join(said)

    async def faults(self) -> list[str]:
        """Return what `buckstop verify` finds."""
        return [str(fault) async for fault in verify(self.bot.database)]


def org(ws: Workspace, there: Discord | None, in_slack_: Collection[str], in_discord_: Collection[str]) -> str:
    """Return the organisation of the stories, whose desk is in Slack, with the accounts of those who are known on each platform.

    Without a Discord, it is not used.
    """
    text = ORG.read_text("utf-8").replace('"local:', '"slack:')
    for person in PEOPLE:
        slack = f'slack = "{ws.users[person]}"\n' if person in in_slack_ else ""
        discord = f'discord = "{there.users[person]}"\n' if there is not None and person in in_discord_ else ""
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\n{slack}{discord}')
    slack_channels = ", ".join(f'{name} = "{ws.channels[name]}"' for name in slack_stage.CHANNELS)
    slack_part = f'[slack]\nworkspaces = ["{ws.team}"]\nchannels = {{ {slack_channels} }}\nreactions = ["ticket"]\nport = 0'
    if there is None:
        return f"{text}\n{slack_part}\n"
    channels = ", ".join(f'{name} = "{there.channels[name]}"' for name in discord_stage.CHANNELS)
    guild = there.guilds[discord_stage.GUILD]
    return f'{text}\n{slack_part}\n[discord]\nguilds = ["{guild}"]\nchannels = {{ {channels} }}\nreactions = ["🎫"]\n'


@asynccontextmanager
async def both(
    database_url: str, slack_address: str, discord_address: str, in_slack_: Collection[str], in_discord_: Collection[str] = ()
) -> AsyncIterator[Both]:
    """Run Buckstop on this database in a Slack and a Discord of its own."""
    async with (
        workspace(slack_address) as ws,
        northwind(discord_address) as there,
        meeting(database_url, ws, there, in_slack_, in_discord_) as met,
    ):
        yield met


@asynccontextmanager
async def meeting(
    database_url: str, ws: Workspace, there: Discord, in_slack_: Collection[str], in_discord_: Collection[str]
) -> AsyncIterator[Both]:
    """Run Buckstop on this database in this Slack and in this Discord."""
    config = replace(loads(org(ws, there, in_slack_, in_discord_), str(ORG), {}), database_url=database_url)
    ways = {"slack": slack_stage.access(ws), "discord": discord_stage.access(there)}
    async with (
        ClientSession() as http,
        running(config, ManualClock(MONDAY), local_too=False, **ways) as bot,  # type: ignore[arg-type]  # each by its name
        in_slack(bot, ws, config),
        in_discord(bot, there),
    ):
        await bot.settle()
        local = LocalStage(await bot.serve_local(0), http)
        yield Both(bot, World(SlackStage(bot, ws, local)), World(DiscordStage(bot, there, local)), ws, there)


def ids_in(text: str) -> list[str]:
    """Return the ids of newcomers that somebody would read; people are called by their names."""
    return re.findall(r"(?:slack|discord)\.[A-Z0-9]*\.[A-Z0-9]+", text)
