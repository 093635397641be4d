"""How does a test answer an interaction itself, without a library that does it?"""

import asyncio
from typing import Any

import discord

from tests.discord.bots import Bot
from tests.discord.client import World
from tests.patience import PATIENT


class Quiet(Bot):
    """A bot that answers nothing by itself; a test answers for it over REST."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: asyncio.Queue[discord.Interaction] = asyncio.Queue()

        @self.tree.command(description="Report")
        async def report(interaction: discord.Interaction) -> None:
            self.asked.put_nowait(interaction)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Keep what came by a button or a modal."""
        if interaction.type is not discord.InteractionType.application_command:
            self.asked.put_nowait(interaction)


async def asked(world: World, quiet: Quiet) -> tuple[asyncio.Task[Any], discord.Interaction]:
    """Let ana use the command; return what waits for the outcome, and the interaction."""
    outcome = asyncio.create_task(world.command("ana", "report", {}, "help"))
    return outcome, await asyncio.wait_for(quiet.asked.get(), PATIENT)


def callback(interaction: discord.Interaction) -> str:
    """Return where an interaction is answered."""
    return f"/interactions/{interaction.id}/{interaction.token}/callback"


def hook(interaction: discord.Interaction, message: str = "") -> str:
    """Return where more is said about it."""
    return f"/webhooks/{interaction.application_id}/{interaction.token}{message and '/messages/' + message}"
