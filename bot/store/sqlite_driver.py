"""SQLite for SQLAlchemy's asynchronous engine: statements run where they are, only what may wait goes to a thread.

A statement takes some millionths of a second; handing it to a thread and back takes longer than that on an idle machine and a thousand
times longer on a busy one, and SQLAlchemy does so three times per statement, each time in and out of a greenlet. What may really wait is
the write lock, if another process has it, and the disk at a commit. Only these two leave the event loop, and the commits only while the
disk is slow: to hand one over takes longer than a quick one.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar, cast

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util.concurrency import await_, in_greenlet

BEGIN = "BEGIN IMMEDIATE"
QUICK = 0.002
"""Seconds. A commit that takes longer sends the next one to a thread, which must be this quick again before they come back."""

_T = TypeVar("_T")


class Connection:
    """What SQLAlchemy's dialect for aiosqlite asks of a connection, over the standard library's."""

    def __init__(self, path: Path, wait: float) -> None:
        # No isolation level: transactions begin and end where we say, not where the driver guesses.
        self._raw = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
        self._wait = int(wait * 1000)
        self._connection: sqlite3.Connection | None = self._raw  # the dialect looks here whether it is still open
        self._commits_take = 0.0  # seconds, the last time

    def cursor(self) -> sqlite3.Cursor:
        return self._raw.cursor()

    async def create_function(self, *function: Any, **options: Any) -> None:
        self._raw.create_function(*function, **options)

    def read(self) -> None:
        """Begin to read."""
        self._raw.execute("BEGIN")

    def begin_at_once(self) -> bool:
        """Take the write lock if it is free; tell whether it was."""
        try:
            self._patiently(0)
        except sqlite3.OperationalError as busy:
            if busy.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    async def begin(self) -> None:
        """Take the write lock: at once if it is free, and waiting in a thread if not."""
        if not self.begin_at_once():
            await _aside(lambda: self._patiently(self._wait))

    def _patiently(self, milliseconds: int) -> None:
        self._raw.execute(f"PRAGMA busy_timeout = {milliseconds}")
        try:
            self._raw.execute(BEGIN)
        finally:
            self._raw.execute(f"PRAGMA busy_timeout = {self._wait}")

    async def commit(self) -> None:
        if not self._raw.in_transaction:
            return
        if self._commits_take >= QUICK:
            self._commits_take = await _aside(lambda: self._commit(perf_counter))
        else:
            # By the loop's own time: one that is played, in a test, has no slow disk.
            self._commits_take = self._commit(asyncio.get_running_loop().time)

    def _commit(self, time: Callable[[], float]) -> float:
        began = time()
        self._raw.commit()
        return time() - began

    def rollback(self) -> None:
        """Undo what was not committed; of one that is closed, nothing is left."""
        if self._connection is not None:
            self._raw.rollback()

    async def close(self) -> None:
        self.stop()

    def stop(self) -> None:
        """Close at once; an open transaction is undone."""
        self._connection = None
        self._raw.close()


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """One statement and its rows, which are here once it has run."""

    __slots__ = ()
    _awaitable_cursor_close = False
    _cursor: Any  # the standard library's

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> None:
        if operation == BEGIN:
            await_(self._connection.begin())
            return
        if in_greenlet():
            await_(_nothing())  # a plain AsyncConnection insists that something was waited for
        self._cursor.execute(operation, parameters or ())
        if self._cursor.description:
            self._rows = deque(self._cursor.fetchall())

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        if in_greenlet():
            await_(_nothing())
        self._cursor.executemany(operation, seq_of_parameters)


class Adapted(AsyncAdapt_aiosqlite_connection):
    """What SQLAlchemy's dialect for aiosqlite works with, over ours."""

    __slots__ = ()
    _cursor_cls = _Cursor
    _connection: Any

    def __init__(self, dbapi: Any, connection: Connection) -> None:
        super().__init__(dbapi, cast(Any, connection))

    def rollback(self) -> None:
        self._connection.rollback()


class Direct(AsyncConnection):
    """A connection whose statements run where they are asked for, without a greenlet each: none of them waits.

    Only for what begins without waiting: a reading, or a transaction that was begun before its first statement.
    """

    __slots__ = ()

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self._proxied.execute(statement, parameters, execution_options=execution_options)

    async def rollback(self) -> None:
        self._proxied.rollback()


async def _nothing() -> None:
    """Wait for nothing."""


async def _aside(call: Callable[[], _T]) -> _T:
    """Run what may wait in a thread. Whoever is cancelled meanwhile waits for its end: a connection serves one thread at a time.

    However often: by somebody, and then by the limit of the transaction. Closed under the thread, SQLite would take the process with it.
    """
    running, cancelled = asyncio.ensure_future(asyncio.to_thread(call)), None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as again:
            cancelled = again
    if cancelled is not None:
        running.exception()  # nobody asks any more how it ended
        raise cancelled
    return running.result()
