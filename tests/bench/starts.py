"""How long until it answers, and how much memory it keeps, as a process of its own."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from time import perf_counter

from aiohttp import ClientError, ClientSession

from tests.bench import company
from tests.bench.figures import Spread, Table

SETTLE = 1.0
"""Seconds after which a process that has started is idle."""
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Started:
    """What a command needs until it answers, and what it holds when it is idle."""

    command: str
    until: str
    took: Spread
    resident: tuple[int, ...]  # bytes; empty where the system does not say


async def bot(folder: Path, url: str, starts: int) -> Started:
    """Start `buckstop run` several times; the first start makes the tables and is not counted."""
    health, local = _free_port(), _free_port()
    file = folder / "run.toml"
    company.write(file, health, local)
    environment = _environment(folder) | {"BUCKSTOP_DATABASE_URL": url}
    took, resident = list[float](), list[int]()
    for turn in range(starts + 1):
        began = perf_counter()
        async with _process(["run", "--config", str(file)], environment) as process:
            await _healthy(f"http://127.0.0.1:{health}/healthz")
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
        async with _process(["demo", "--port", "0", "--no-browser"], _environment(folder)) as process:
            assert process.stdout is not None
            async with asyncio.timeout(PATIENCE):
                line = await process.stdout.readline()
            assert line.startswith(b"http://"), line
            answered = perf_counter() - began
            if turn:
                took.append(answered)
                resident += await _idle_memory(process)
    return Started("buckstop demo", "until it prints its address, tables made", Spread(tuple(took)), tuple(resident))


@asynccontextmanager
async def _process(words: list[str], environment: dict[str, str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *words, stdout=PIPE, stderr=DEVNULL, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def _environment(folder: Path) -> dict[str, str]:
    # With compiled modules kept, as on any machine that has not switched that off: without, each start takes more than twice as long.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BUCKSTOP_", "PYTHONDONTWRITEBYTECODE"))}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _free_port() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _healthy(address: str) -> None:
    async with asyncio.timeout(PATIENCE), ClientSession() as http:
        while True:
            try:
                async with http.get(address) as answer:
                    if answer.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.005)


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
