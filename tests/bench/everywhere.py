"""Slack, Discord and the local workspace in one process: how much memory is that, and does anything hold the others up?"""

import json
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import company
from tests.bench.company import PEOPLE, Everywhere
from tests.bench.databases import Place
from tests.bench.figures import Lateness, Table, duration, thousands
from tests.bench.processes import environment, running
from tests.bench.scale import Scale
from tests.discord.client import FakeDiscord
from tests.ports import free_port
from tests.slack.client import FakeSlack


@dataclass(frozen=True, slots=True)
class Drained:
    """What came of it."""

    idle: float | None  # MiB
    late: Lateness  # of the loop
    took: float


async def measure(there: Place, slack: FakeSlack, discord: FakeDiscord, scale: Scale) -> Drained:
    """Let so many messages drain, half of them into Slack and half into Discord."""
    staff = [person for person, _, _ in PEOPLE]
    ws = await slack.workspace(users=staff, channels=[])
    world = await discord.world(users=staff, guilds=[{"name": "northwind", "channels": ["help"]}])
    url, file = there.new(), there.folder / "everywhere.toml"
    try:
        company.write_everywhere(file, free_port(), free_port(), Everywhere(ws.team, world.guilds["northwind"], ws.users, world.users))
        secrets = {
            "SLACK_BOT_TOKEN": ws.bot_token,
            "SLACK_APP_TOKEN": ws.app_token,
            "SLACK_API_URL": ws.api_url,
            "DISCORD_TOKEN": world.token,
            "DISCORD_API_URL": world.api_url,
            "DISCORD_GATEWAY_URL": world.gateway_url,
            "BUCKSTOP_DATABASE_URL": url,
        }
        return await _drained(file, environment(there.folder) | secrets, scale)
    finally:
        there.drop(url)
        await ws.close()
        await world.close()


async def _drained(file: Path, env: dict[str, str], scale: Scale) -> Drained:
    async with running("tests.bench.draining", str(file), str(scale.drained), str(scale.idle_seconds), environment=env) as process:
        found = await _told(process)
    return Drained(found["idle"], Lateness(tuple(max(late, 1e-6) for late in found["late"])), found["took"])


async def _told(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "it ended before it was done"
    told: dict[str, Any] = json.loads(line)
    return told


def table() -> Table:
    """Return the table without rows."""
    return Table(
        "Everywhere at once",
        ("database", "messages", "resident when idle", "drained in", "loop late, p50", "p99", "longest"),
        "Slack, Discord and the local workspace in one process; messages as fast as the platforms took them, half of them each.",
    )


def add_row(to: Table, kind: str, messages: int, found: Drained) -> None:
    """Put one run into the table."""
    idle = f"{found.idle:.0f} MiB" if found.idle is not None else "not said here"
    to.rows.append((kind, thousands(messages), idle, duration(found.took), *found.late.cells()))
