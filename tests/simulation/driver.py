"""How does the store reach its SQLite file in a simulation? By the driver of the production code, with the simulation's time under it.

The database's own clock is the virtual one; waiting for another process's write takes virtual time; and when a process is killed its
connections are closed under it, which undoes whatever it had not committed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.database import Database, sqlite_engines
from bot.store.sqlite_driver import BEGIN, Connection

_TRY_AGAIN = 0.004  # seconds between two looks whether the other one has finished writing
_BUSY = "database is locked"
_UNIX = 2440587.5  # 1970 as SQLite counts days
_DAY = 86400.0


class DiskFault(sqlite3.OperationalError):
    """The disk does not take it, for a while."""


class Disk:
    """The one file of a seed, as all its processes see it."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self.file = file
        self.now = now
        self.full = False  # nothing can be committed
        self.locked = False  # somebody else holds the write lock
        self.committed: Callable[[], None] = lambda: None  # told after each commit


class Wire(Connection):
    """One connection of one process."""

    def __init__(self, path: Path, wait: float, disk: Disk) -> None:
        super().__init__(path, 0)  # nothing here may wait in real time
        self._disk = disk
        self._patience = wait
        self._before = 0
        self._raw.create_function("julianday", 1, lambda _: disk.now().timestamp() / _DAY + _UNIX)

    @property
    def writing(self) -> bool:
        """Tell whether the write lock may be held here."""
        return self._connection is not None and self._raw.in_transaction

    def begin_at_once(self) -> bool:
        """Take the write lock if it is free; tell whether it was."""
        if self._disk.locked:
            return False
        try:
            self._raw.execute(BEGIN)
        except sqlite3.OperationalError as busy:
            if str(busy) != _BUSY:
                raise
            return False
        self._before = self._raw.total_changes
        return True

    async def begin(self) -> None:
        """Take the write lock, or wait for it as long as the driver would."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while not self.begin_at_once():
            if loop.time() >= until:
                raise sqlite3.OperationalError(_BUSY)
            await asyncio.sleep(_TRY_AGAIN)

    async def commit(self) -> None:
        """Commit, after as long as the disk takes; whoever is killed meanwhile has not committed."""
        if not self._raw.in_transaction:
            return
        if self._disk.full and self._raw.total_changes != self._before:
            raise DiskFault("database or disk is full")
        await self._to_disk()
        if self._raw.total_changes != self._before:
            self._before = self._raw.total_changes
            self._disk.committed()

    async def _to_disk(self) -> None:
        running = asyncio.ensure_future(asyncio.to_thread(self._raw.commit))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise


class Mortal(Database):
    """One process's database. Its engines, and what they have compiled, are used again by the next process in the same slot."""

    def __init__(self, slot: int, disk: Disk) -> None:
        self.wires: list[Wire] = []
        self.disk = disk
        self._slot = (str(disk.file), slot)
        super().__init__(f"sqlite:///{disk.file}", engines=self._used_again)

    def _used_again(self, url: URL, limit: float) -> tuple[AsyncEngine, AsyncEngine]:
        if self._slot not in _ENGINES:
            _ENGINES[self._slot] = sqlite_engines(url, limit, partial(_connected, self._slot))
        _PRESENT[self._slot] = self
        for engine in _ENGINES[self._slot]:
            engine.sync_engine.dispose(close=False)  # those of the process before are closed, or die with it
        return _ENGINES[self._slot]

    def connected(self, path: Path, wait: float) -> Wire:
        """Return one more connection of this process."""
        wire = Wire(path, wait, self.disk)
        self.wires.append(wire)
        return wire

    def cut(self) -> None:
        """Close everything at once: what was not committed never happened."""
        for wire in self.wires:
            wire.stop()


def _connected(slot: tuple[str, int], path: Path, wait: float) -> Wire:
    return _PRESENT[slot].connected(path, wait)


_ENGINES: dict[tuple[str, int], tuple[AsyncEngine, AsyncEngine]] = {}
_PRESENT: dict[tuple[str, int], Mortal] = {}
