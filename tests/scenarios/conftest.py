"""The stories are told on every stage, the local workspace, Slack in both transports and Discord, and on both databases.

Not each with each: a story that holds on two stages over one database, and on one of them over the other, has been told everywhere. Slack's
transports share the databases between them; what concerns a database alone is in the contracts, on both.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from bot.ports import Prober
from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import Transport, slack_world
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
    async with told_on(request) as there:
        yield there


def told_on(request: pytest.FixtureRequest, lines: str = "", prober: Prober | None = None) -> AbstractAsyncContextManager[World]:
    """Return the world of a fixture's stage and database, with these lines more in its configuration."""
    stage, _, database = str(request.param).rpartition("-")
    url: str = request.getfixturevalue("sqlite_url" if database == "sqlite" else "postgres_url")
    match stage:
        case "local":
            return local_world(url, lines=lines, prober=prober)
        case "discord":
            return discord_world(url, request.getfixturevalue("discord_address"), lines=lines, prober=prober)
        case _:
            transport: Transport = "socket" if stage == "slack-socket" else "http"
            return slack_world(url, request.getfixturevalue("slack_address"), transport, lines=lines, prober=prober)
