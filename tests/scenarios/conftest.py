"""The stories are told on every stage, the local workspace, Slack in both transports and Discord, and on both databases.

Not each with each: a story that holds on two stages over one database, and on one of them over the other, has been told everywhere. Slack's
transports share the databases between them; what concerns a database alone is in the contracts, on both.
"""

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import slack_world
from tests.scenarios.stages import local_world
from tests.world import World

ON_SQLITE, ON_POSTGRESQL = ("local", "slack-socket", "discord"), ("local", "slack-http", "discord")
TOLD = (
    *(f"{stage}-sqlite" for stage in ON_SQLITE),
    *(pytest.param(f"{stage}-postgresql", marks=pytest.mark.postgres) for stage in ON_POSTGRESQL),
)


@pytest.fixture(params=TOLD)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A world on a Monday at nine."""
    stage, _, database = str(request.param).rpartition("-")
    url: str = request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")
    match stage:
        case "local":
            told = local_world(url)
        case "discord":
            told = discord_world(url, request.getfixturevalue("discord_address"))
        case _:
            told = slack_world(url, request.getfixturevalue("slack_address"), "socket" if stage == "slack-socket" else "http")
    async with told as there:
        yield there
