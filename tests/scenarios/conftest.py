"""The stories are told on every stage, the local workspace and Slack in both transports and Discord, and on both databases."""

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import slack_world
from tests.scenarios.stages import local_world
from tests.world import World

STAGES = ("local", "slack-socket", "slack-http", "discord")


@pytest.fixture(params=STAGES)
async def world(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[World]:
    """A world on a Monday at nine."""
    if request.param == "local":
        async with local_world(database_url) as there:
            yield there
        return
    if request.param == "discord":
        async with discord_world(database_url, request.getfixturevalue("discord_address")) as there:
            yield there
        return
    address = request.getfixturevalue("slack_address")
    async with slack_world(database_url, address, "socket" if request.param == "slack-socket" else "http") as there:
        yield there
