"""A Discord without a network, whose client can be looked at (simcord)."""

from contextlib import AbstractAsyncContextManager

import discord
import simcord
from discord.http import Route
from simcord.env import Env


def simulated(bot: discord.Client) -> AbstractAsyncContextManager[Env]:
    """Let the bot into it. discord.py keeps an address for its whole process, which may be another test's; simcord knows Discord's own."""
    Route.BASE = f"https://discord.com/api/v{discord.http.INTERNAL_API_VERSION}"
    return simcord.run(bot)
