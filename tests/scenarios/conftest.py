"""The stories are told on every stage, the local workspace, Slack in both transports and Discord, and on both databases.

Not each with each: a stage knows nothing of the database under it, nor the other way round, and what concerns one of them alone is in the
contracts. So Slack's transports share the databases between them, and each other stage has one. `BUCKSTOP_EVERYWHERE=1` tells each story
on all of them.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from bot.ports import Prober
from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import Transport, slack_world
from tests.scenarios.stages import local_world
from tests.world import World

EVERYWHERE = ("local", "slack-socket", "slack-http", "discord")
ON_SQLITE, ON_POSTGRESQL = (EVERYWHERE, EVERYWHERE) if os.environ.get("BUCKSTOP_EVERYWHERE") else (EVERYWHERE[:2], EVERYWHERE[2:])
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
