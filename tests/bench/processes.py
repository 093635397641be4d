"""Programs that run as processes of their own, with nothing of ours in their environment."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientError, ClientSession

PATIENCE = 60.0
_ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def running(*words: str, environment: Mapping[str, str]) -> AsyncIterator[Process]:
    """Run `python -m` with these words, and end it with the block. What it prints can be read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, stdout=PIPE, stderr=DEVNULL, env=dict(environment), cwd=_ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


def environment(folder: Path) -> dict[str, str]:
    """Return the environment without any setting of Buckstop's or Slack's."""
    # With compiled modules kept, as on any machine that has not switched that off: without, each start takes more than twice as long.
    ours = ("BUCKSTOP_", "SLACK_", "DISCORD_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "PYTHONPYCACHEPREFIX": str(folder / "compiled")
    }


async def healthy(port: int, process: Process) -> None:
    """Wait until this process' /healthz says that all is well."""
    async with asyncio.timeout(PATIENCE), ClientSession() as http:
        while True:
            assert process.returncode is None, f"it has ended, with {process.returncode}"
            try:
                async with http.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    if answer.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.005)


async def listening(port: int) -> None:
    """Wait until somebody listens on a port."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return
