"""Can anything be written? Tried by writing something: a reading finds nothing wrong with a full disk."""

import asyncio

from sqlalchemy.exc import DBAPIError

from bot.store.database import Database, behind
from bot.store.inserts import upsert
from bot.store.tables import counters

_ROW = "tried"
_WITHIN = 10.0  # seconds for a commit, which a disk that hangs may keep for ever


class Trying:
    """Tries one database again and again. A try that hangs is waited for, not made twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tries = 0
        self._hanging: asyncio.Task[None] | None = None

    async def trouble(self) -> str | None:
        """Return why nothing can be written, in a few words; None if it can."""
        self._hanging = self._hanging or asyncio.create_task(self._write())
        await asyncio.wait([self._hanging], timeout=_WITHIN)
        if not self._hanging.done():
            return "the disk does not answer"
        done, self._hanging = self._hanging, None
        fault = done.exception()
        return _words(fault) if fault is not None else None

    async def stop(self) -> None:
        """Try no more."""
        if self._hanging is not None:
            self._hanging.cancel()
            await asyncio.gather(self._hanging, return_exceptions=True)

    async def _write(self) -> None:
        self._tries += 1
        with behind():  # nobody waits for it
            await self._written()

    async def _written(self) -> None:
        async with self._database.begin() as conn:
            # Another value each time: what changes nothing need not reach the disk.
            await conn.execute(upsert(conn, counters, {"name": _ROW, "value": self._tries}, {"value": self._tries}))


def _words(fault: BaseException) -> str:
    cause = fault.__cause__ or fault
    if isinstance(cause, TimeoutError):
        return "it is locked, or too slow"
    if isinstance(cause, DBAPIError):
        # What the database says of itself, without the statement; asyncpg's errors begin with their class.
        return str(cause.orig).splitlines()[0].rpartition(">: ")[2]
    return f"it does not answer ({type(cause).__name__})"
