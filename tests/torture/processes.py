"""Buckstop as a process that can be killed at any moment and started again, by a fork or anew."""

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import PATIENT

if TYPE_CHECKING:
    from tests.torture.dying import Death

ROOT = Path(__file__).parents[2]
OURS = ("BUCKSTOP_", "SLACK_", "DISCORD_")


def environment(secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with these settings of Buckstop's and no others."""
    # With compiled modules kept: without, each start takes more than twice as long.
    there = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "PYTHONDONTWRITEBYTECODE"))}
    return there | dict(secrets) | {"PYTHONPATH": str(ROOT)}


class Life:
    """One process, from its start to its end."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._process = os.pidfd_open(number)  # its number may be another one's once it is dead; this may not
        self.over = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._process, self._ended)

    def _ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process)
        os.close(self._process)
        self.over.set()

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, and wait until it is over."""
        if not self.over.is_set():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, how)
        async with asyncio.timeout(PATIENT):
            await self.over.wait()


class Nursery:
    """Starts processes by forking one that has imported everything."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def start(self, words: list[str], env: Mapping[str, str], log: Path, death: "Death | None" = None) -> Life:
        """Start `buckstop` with these words; it dies at that point, if there is one. To fork takes some milliseconds."""
        asked = {
            "words": words,
            "environment": dict(env),
            "log": str(log),
            "stray": str(log.with_name("stray")),
            "death": asdict(death) if death is not None else None,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        self._process.stdin.flush()
        return Life(int(self._process.stdout.readline()))


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Run a nursery; whatever it bore ends with it."""
    command = (sys.executable, "-m", "tests.torture.nursery")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment({})) as process:
        yield Nursery(process)


def end_with_us() -> None:
    """Have the kernel kill this process when whoever started it is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


async def anew(words: list[str], env: Mapping[str, str], log: Path) -> Life:
    """Start `python -m bot` with these words."""
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, cwd=ROOT, env=dict(env), stderr=written, preexec_fn=end_with_us
        )
    return Life(process.pid)
