"""How long until it answers, and how much memory it keeps, as a process of its own."""

import asyncio
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench import company
from tests.bench.figures import Spread, Table
from tests.bench.processes import PATIENCE, environment, healthy, running
from tests.ports import free_port

SETTLE = 1.0
"""Seconds after which a process that has started is idle."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a command needs until it answers, and what it holds when it is idle."""

    command: str
    until: str
    took: Spread
    resident: tuple[int, ...]  # bytes; empty where the system does not say


async def bot(folder: Path, url: str, starts: int) -> Started:
    """Start `buckstop run` several times; the first start makes the tables and is not counted."""
    health, local = free_port(), free_port()
    file = folder / "run.toml"
    company.write(file, health, local)
    there = environment(folder) | {"BUCKSTOP_DATABASE_URL": url}
    took, resident = list[float](), list[int]()
    for turn in range(starts + 1):
        began = perf_counter()
        async with running("bot", "run", "--config", str(file), environment=there) as process:
            await healthy(health, process)
            answered = perf_counter() - began
            if turn:
                took.append(answered)
                resident += await _idle_memory(process)
    return Started("buckstop run", "until /healthz says that all is well", Spread(tuple(took)), tuple(resident))


async def demo(folder: Path, starts: int) -> Started:
    """Start `buckstop demo` several times, each with a new database; the first start is not counted."""
    took, resident = list[float](), list[int]()
    for turn in range(starts + 1):
        began = perf_counter()
        async with running("bot", "demo", "--port", "0", "--no-browser", environment=environment(folder)) as process:
            assert process.stdout is not None
            async with asyncio.timeout(PATIENCE):
                line = await process.stdout.readline()
            assert line.startswith(b"http://"), line
            answered = perf_counter() - began
            if turn:
                took.append(answered)
                resident += await _idle_memory(process)
    return Started("buckstop demo", "until it prints its address, tables made", Spread(tuple(took)), tuple(resident))


async def _idle_memory(process: Process) -> list[int]:
    """Return the resident memory of a process that has come to rest."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():  # only Linux says it in a file  # noqa: ASYNC240
        return []
    await asyncio.sleep(SETTLE)
    lines = status.read_text(encoding="ascii").splitlines()  # noqa: ASYNC240
    return [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")]


def table() -> Table:
    """Return the table without rows."""
    return Table("Starting", ("command", "database", "answers after", "counted", "resident memory when idle"))


def add_row(to: Table, kind: str, started: Started) -> None:
    """Put one command into the table."""
    memory = f"{sorted(started.resident)[len(started.resident) // 2] / 1e6:.0f} MB" if started.resident else "not said here"
    to.rows.append((f"`{started.command}`", kind, started.took, started.until, memory))
