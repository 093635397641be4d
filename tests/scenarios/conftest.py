"""The stories are told on every stage, the local workspace, Slack and Discord, and on both databases.

Not each with each: a stage knows nothing of the database under it, nor the other way round, and what concerns one of them alone is in the
contracts. So a story that is told in Slack on one database is told in Discord on the other, and half of them in each of Slack's transports.
`BUCKSTOP_EVERYWHERE=1` tells each story on all of them.
"""

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from zlib import crc32

import pytest

from bot.ports import Prober
from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import Transport, slack_world
from tests.scenarios.stages import local_world
from tests.world import World

_HERE = Path(__file__).parent
STAGES = ("local", "slack-socket", "slack-http", "discord")
TOLD = (
    *(f"{stage}-sqlite" for stage in STAGES),
    *(pytest.param(f"{stage}-postgresql", marks=pytest.mark.postgres) for stage in STAGES),
)
HALVES = (
    {"local-sqlite", "slack-socket-sqlite", "discord-postgresql"},
    {"local-sqlite", "slack-http-postgresql", "discord-sqlite"},
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out where a story is not told, unless it says itself where it is."""
    if os.environ.get("BUCKSTOP_EVERYWHERE"):
        return
    told, left_out = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        (left_out if _is_told_elsewhere(item) else told).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = told


def _is_told_elsewhere(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec") or _HERE not in item.path.parents:
        return False
    if any(mark.args[0] == "world" for mark in item.iter_markers("parametrize")):
        return False
    where = item.callspec.params.get("world")
    half = HALVES[crc32(f"{item.path.name} {item.originalname}".encode()) % 2]
    return isinstance(where, str) and where.startswith(STAGES) and where not in half


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
