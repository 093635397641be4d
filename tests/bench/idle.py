"""What does a bot take that has nothing to do? Its share of a core, and its memory, on a database with very many open cases."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.store.database import Database
from tests.bench import company
from tests.bench.door import used
from tests.bench.figures import Table, thousands
from tests.bench.processes import environment, healthy, running
from tests.bench.targets import held
from tests.ports import free_port

SHARE, MEMORY = 0.01, 150.0
"""Of a core; MiB."""
_CALM, _PATIENCE = 0.05, 60
"""Of a core, in one second: then what a start brings along, the first digest's picture say, is done. And seconds that it may take."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Of one process: which share of a core it used, and how many MiB it held."""

    share: float
    memory: float


async def measure(folder: Path, database: Database, local_port: int, seconds: float) -> Idle | None:
    """Let `buckstop run` be idle for so many seconds; None where the system does not say what it used.

    `local_port` is that of the configuration in force: with another one, its start would reckon the clocks of all cases.
    """
    health = free_port()
    file = folder / "idle.toml"
    company.write(file, health, local_port)
    url = {"BUCKSTOP_DATABASE_URL": database.url.render_as_string(hide_password=False)}
    await database.close()  # it opens again by itself
    async with running("bot", "run", "--config", str(file), environment=environment(folder) | url) as process:
        await healthy(health, process)
        await _calm(process.pid)
        before, began = used(process.pid), perf_counter()
        await asyncio.sleep(seconds)
        after, memory = used(process.pid, before), _memory(process.pid)
        lasted = perf_counter() - began
    return Idle(after / lasted, memory) if after is not None and memory is not None else None


async def _calm(pid: int) -> None:
    """Wait until a process has done what its start brings along."""
    before = used(pid) or 0.0
    for _ in range(_PATIENCE):
        await asyncio.sleep(1)
        now = used(pid) or 0.0
        if now - before <= _CALM:
            return
        before = now


def _memory(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    return next(int(line.split()[1]) / 1024 for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS:"))


def table(seconds: float) -> Table:
    """Return the table without rows."""
    about = f"`buckstop run` with nothing due, watched for {seconds:g} seconds."
    return Table("An idle process", ("database", "open cases", "of a core", "target", "resident memory", "target"), about)


def add_row(to: Table, kind: str, size: int, idle: Idle | None) -> None:
    """Put one database's figures into the table."""
    if idle is None:
        to.rows.append((kind, thousands(size), *["not said here"] * 4))
        return
    share = (f"{idle.share:.2%}", held(idle.share, SHARE, "{:.0%}".format))
    to.rows.append((kind, thousands(size), *share, f"{idle.memory:.0f} MiB", held(idle.memory, MEMORY, "{:.0f} MiB".format)))
