"""Buckstop as those run it who use it: a process of its own, which can be killed and started again."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from sqlalchemy import text

from bot.store.database import Database
from tests.torture.processes import Life, Nursery, environment


def without_digests(configuration: str) -> str:
    """Return a configuration of the stories for the real clock: a digest could fall into the test, or not, as the hour has it."""
    head, _, tail = configuration.partition("[[digests]]")
    return head + tail[tail.index("[local]") :]


def by_itself(configuration: str, operation: str = "port = 0") -> str:
    """Return a configuration of the stories for a process of its own, which serves no local workspace."""
    alone = without_digests(configuration).replace("[local]\nenabled = true", "[local]\nenabled = false")
    return f"{alone}\n[operation]\n{operation}\n"


class Killed:
    """A process on a configuration and a database."""

    def __init__(self, born: Nursery, file: Path, settings: Mapping[str, str], connected: Callable[[], Awaitable[None]]) -> None:
        """`connected` waits until the platform has it."""
        self._born = born
        self._file = file
        self._environment = environment(settings)
        self._connected = connected
        self._log = file.with_name("stderr.log")
        self._life: Life | None = None

    @property
    def life(self) -> Life:
        """The process."""
        assert self._life is not None
        return self._life

    async def start(self) -> None:
        """Start it, and wait until the platform has it."""
        self._life = self._born.start(["run", "--config", str(self._file)], self._environment, self._log)
        try:
            await self._connected()
        except AssertionError:
            raise AssertionError(self._log.read_text()) from None

    async def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        await self.life.end()

    async def stop(self) -> None:
        """End it as an operator does."""
        if self._life is not None and not self._life.over.is_set():
            await self._life.end(signal.SIGTERM)
            assert '"bot.stopped"' in self._log.read_text(), self._log.read_text()


async def leases_end(database: Database) -> None:
    """Let a lease's time pass, which on PostgreSQL no process can know to be over before."""
    if not database.sqlite:
        async with database.begin() as conn:
            await conn.execute(text("UPDATE lanes SET lease_until = 1 WHERE token IS NOT NULL"))


async def delivered(database: Database, number: int) -> None:
    """Wait until so many messages are marked as delivered."""
    async with asyncio.timeout(60):
        while True:
            async with database.read() as conn:
                states = Counter(await conn.scalars(text("SELECT state FROM deliveries")))
            if states["delivered"] >= number and states["delivered"] == states.total():
                return
            await asyncio.sleep(0.1)
