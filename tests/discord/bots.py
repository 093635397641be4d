"""Bots of plain discord.py, with which the fake is tested."""

from collections.abc import Awaitable, Callable

import discord
from discord import app_commands

INTENTS = discord.Intents(guilds=True, members=True, messages=True, message_content=True, reactions=True)


class Bot(discord.Client):
    """A client that notes what it hears; a test adds what it answers."""

    def __init__(self, intents: discord.Intents = INTENTS, **more: object) -> None:
        # Without this a client waits two seconds for further guilds before it is ready.
        super().__init__(intents=intents, guild_ready_timeout=0.05, max_messages=None, **more)  # type: ignore[arg-type]
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.resumed = 0

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait the five seconds that a client usually waits before it identifies again."""

    async def on_message(self, message: discord.Message) -> None:
        """Note a message of somebody else."""
        if message.author != self.user:
            self.heard.append(message)

    async def on_resumed(self) -> None:
        """Count resumes."""
        self.resumed += 1

    def channel(self, id: str) -> discord.TextChannel:
        """Return a channel of a guild."""
        found = self.get_channel(int(id))
        assert isinstance(found, discord.TextChannel)
        return found


Start = Callable[..., Awaitable[Bot]]
