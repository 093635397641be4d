"""Open the database, and begin transactions that keep their promises.

A commit is on the disk before anybody is told that it happened. SQLite is written to by one transaction at a time, which takes the
write lock when it begins: a plain `BEGIN` would let two transactions read the same row and lose one of the two updates.
"""

import asyncio
import math
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.ports import Away, NotSaved, Unsure
from bot.store.sqlite_driver import BEGIN, Adapted, Connection, Direct
from bot.store.turns import Turns

LIMIT = 2.5
"""Seconds after which a transaction is undone: platforms give up on an answer after three."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_READERS = 4
_STANDS = 1.0  # second for which a connection to a server is taken to stand still
_CONNECTIONS = 10
_FROZEN = 4  # times as long as a transaction may take: a process that stands still in the middle of one must not keep its locks
_ENDS_TRANSACTIONS = 17  # the first PostgreSQL that has `transaction_timeout`
_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
Driver = Callable[[Path, float], Connection]  # a file, and how many seconds to wait for another process's write
Engines = Callable[[URL, float], tuple[AsyncEngine, AsyncEngine]]
IN_USE = {"40P01", "55P03"}
"""What PostgreSQL answers where somebody else holds what is wanted: a deadlock, a lock that did not come."""
# PostgreSQL: a lost serialisation, a statement that was cut off. All of them may work the next time.
_TRY_AGAIN = IN_USE | {"40001", "57014"}
# What lies under the database, not what was to be written: a full disk, no memory, a server that takes no writes for now.
_TRY_AGAIN |= {"53100", "53200", "53400", "25006"}
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
# The server ends, somebody cut the connection, it begins, or it has waited too long for a process that stood still.
_GOING = {"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"}


_behind = ContextVar("behind", default=False)


@contextmanager
def behind() -> Iterator[None]:
    """Let whoever waits for an answer write first, before all that is done in this block: it happens by itself, and has time."""
    before = _behind.set(True)
    try:
        yield
    finally:
        _behind.reset(before)


class DatabaseFault(Exception):
    """The database cannot be used as it is; one sentence says why and what mends it."""


class Database:
    """One database: where to write, where to read, and how long a transaction may take."""

    def __init__(self, url: str, limit: float = LIMIT, called: str = "database.url", engines: Engines | None = None) -> None:
        """Know a database; nothing is opened yet.

        Args:
            url: its address.
            limit: seconds that a transaction may take.
            called: what the address is called where somebody wrote it.
            engines: makes the two that write and read; a simulation has its own, with its own time under them.
        """
        self.url = _checked(url, called)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.limit = limit
        self.writer, self.reader = (engines or (sqlite_engines if self.sqlite else _postgresql))(self.url, limit)
        # The turn is taken here and not in the pool: there, on Python 3.11, a cancelled wait can swallow the connection.
        self._writing = asyncio.Semaphore(1 if self.sqlite else _CONNECTIONS)
        self._reading = asyncio.Semaphore(_READERS)
        self._turns = Turns()
        rest = math.inf if self.sqlite else _STANDS
        alone = self.reader if self.sqlite else self.writer.execution_options(isolation_level="AUTOCOMMIT")
        self._glances = _Kept(alone, rest)
        self._writers, self._readers = _Kept(self.writer, rest, most=limit * _FROZEN), _Kept(self.reader, rest, most=0.0)

    @classmethod
    async def open(cls, url: str, limit: float = LIMIT) -> "Database":
        """Open a database whose tables are those of this program.

        Raises:
            DatabaseFault: it is not there, not set up, older or newer than this program.
        """
        database = cls(url, limit)
        try:
            await database.check()
        except BaseException:
            await database.close()
            raise
        return database

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that may write; it commits at the end and is undone by an exception.

        Raises:
            NotSaved: it took too long, or another one was in the way.
            Away: the database does not answer.
            Unsure: the connection broke in the middle of the commit.
        """
        async with self._turns.back() if _behind.get() else self._turns.front(), self._transaction() as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        committing = False
        try:
            async with asyncio.timeout(self.limit) as limit, self._writing, self._writers.connection() as connection:
                transaction = await connection.begin()
                yield connection
                # A commit that is cut off half-way may have happened or not; so it is not cut off.
                limit.reschedule(None)
                committing = True
                await transaction.commit()
        except TimeoutError as late:
            raise NotSaved from late
        except DBAPIError as fault:
            if _may_work_again(fault):
                gone = _went_away(fault)
                raise (Unsure if committing and gone else Away if gone else NotSaved) from fault
            raise

    @asynccontextmanager
    async def read(self, *, patient: bool = False) -> AsyncIterator[AsyncConnection]:
        """Begin a reading that sees one moment and writes nothing; `patient`: one that goes through everything, at its own pace.

        Raises:
            Away: the database does not answer.
        """
        with _away_if_gone():
            async with self._reading, self._readers.connection() as connection:
                if patient and not self.sqlite:
                    await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """Ask single questions, each at its own moment: on PostgreSQL, a transaction around one takes twice as long as it does.

        Raises:
            Away: the database does not answer.
        """
        with _away_if_gone():
            async with self._reading, self._glances.connection() as connection:
                yield connection

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection for what takes as long as it takes: a migration, a copy, making room."""
        async with self.writer.connect() as connection:
            await _may_last(connection, 0.0)
            yield connection

    async def check(self) -> None:
        """Refuse a database that is not there, not set up, older or newer than this program."""
        if self.sqlite:
            _must_exist(Path(str(self.url.database)))
        found, known = await self.revision(), revisions()
        if found is None:
            raise DatabaseFault(f"The database {self.name} has no tables yet; make them with: buckstop db upgrade")
        if found not in known:
            raise DatabaseFault(f"The database {self.name} is newer ({found}) than this program ({known[-1]}); install a newer Buckstop")
        if found != known[-1]:
            raise DatabaseFault(f"The database {self.name} is older ({found}) than this program ({known[-1]}); run: buckstop db upgrade")

    async def revision(self) -> str | None:
        """Return the migration that the database stands at; None before the first."""
        exists = (
            "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'" if self.sqlite else "SELECT to_regclass('alembic_version')::text"
        )
        try:
            async with self.read() as connection:
                if await connection.scalar(text(exists)) is None:
                    return None
                return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))
        except (Away, DBAPIError) as fault:
            raise DatabaseFault(f"The database {self.name} does not answer: {fault.__cause__ or fault}") from fault

    @property
    def name(self) -> str:
        """The address without its password."""
        return str(self.url.database) if self.sqlite else self.url.set(drivername="postgresql").render_as_string(hide_password=True)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._writers.close()
        await self._readers.close()
        await self._glances.close()
        await self.writer.dispose()
        await self.reader.dispose()


@contextmanager
def _away_if_gone() -> Iterator[None]:
    try:
        yield
    except DBAPIError as fault:
        if _went_away(fault):
            raise Away from fault
        raise


class _Kept:
    """Connections that stay open between two uses: to fetch one from SQLAlchemy's pool takes as long as a query.

    One that has rested may have been cut off meanwhile, so it goes back to the pool, which asks it first. To a file none is.
    """

    def __init__(self, engine: AsyncEngine, rest: float, most: float | None = None) -> None:
        """`rest` is in seconds, and so is `most`: how long a transaction may last, 0 without a limit; None where it makes no difference."""
        self._engine = engine
        self._rest = rest
        self._most = most
        self._idle: list[tuple[float, AsyncConnection]] = []  # the last used comes last

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection; what it has begun and not committed is undone at the end."""
        connection = await self._fresh() or await self._opened()
        try:
            yield connection
        except BaseException:
            await _closed(connection)
            raise
        try:
            await connection.rollback()
        except DBAPIError:  # it broke once all was read, or committed: that harms nobody
            await _closed(connection)
            return
        except BaseException:
            await _closed(connection)
            raise
        self._idle.append((asyncio.get_running_loop().time(), connection))

    async def _opened(self) -> AsyncConnection:
        connection = await _opened(self._engine)
        if self._most is not None:
            try:
                await _may_last(connection, self._most)
            except BaseException:
                await _closed(connection)
                raise
        return connection

    async def _fresh(self) -> AsyncConnection | None:
        now = asyncio.get_running_loop().time()
        while self._idle and self._idle[0][0] < now - self._rest:
            await _closed(self._idle.pop(0)[1])
        return self._idle.pop()[1] if self._idle else None

    async def close(self) -> None:
        """Close those that are not in use."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(_closed(connection) for _, connection in idle))


async def _opened(engine: AsyncEngine) -> AsyncConnection:
    connection = Direct(engine) if engine.dialect.name == "sqlite" else engine.connect()
    try:
        return await connection.start()
    except (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as nobody:
        # No server, or one that is just starting or ending; what is not wrapped yet is raised as it is.
        if engine.dialect.name == "sqlite":
            raise
        raise Away from nobody


async def _may_last(connection: AsyncConnection, seconds: float) -> None:
    """Have the server end a transaction that lasts longer, whatever it is waiting for; 0: none.

    A process that stands still between two halves of a statement is not idle to the server, which would wait for it for good, and so would
    all that want its locks. Servers before PostgreSQL 17 cannot be told.
    """
    if connection.dialect.name != "postgresql":
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if driver.get_server_version().major < _ENDS_TRANSACTIONS:
        return
    try:
        await driver.execute(f"SET transaction_timeout = {int(seconds * 1000)}")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as gone:
        raise Away from gone


async def _closed(connection: AsyncConnection) -> None:
    """Close a connection, to its end: whoever is cancelled meanwhile must not leave it open."""
    with suppress(DBAPIError):  # a connection that broke; what was to be undone is undone with it
        await asyncio.shield(asyncio.ensure_future(_ended(connection)))


async def _ended(connection: AsyncConnection) -> None:
    try:
        # Or SQLAlchemy would give back a connection whose commit failed with its transaction still open, for whoever writes next.
        await connection.rollback()
    finally:
        await connection.close()


async def newer(connection: AsyncConnection) -> bool:
    """Tell whether the database was brought to a newer version since this program began to work on it."""
    return await connection.scalar(text("SELECT version_num FROM alembic_version")) not in revisions()


def revisions() -> tuple[str, ...]:
    """Return the migrations that this program knows, the first first. Their files begin with their number."""
    return tuple(sorted(file.stem.partition("_")[0] for file in _MIGRATIONS.glob("[0-9]*.py")))


def _checked(address: str, called: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise DatabaseFault(f'{called} is not an address; write one such as "sqlite:///buckstop.db"') from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise DatabaseFault(f'{called}: "{url.get_backend_name()}" is not known here; use sqlite:///... or postgresql://...')
    if driver.startswith("sqlite") and (not url.database or url.database == ":memory:" or url.database.startswith("file:")):
        raise DatabaseFault(f'{called}: cases must outlive the program, so SQLite needs a file: "sqlite:///buckstop.db"')
    return url.set(drivername=driver)


def sqlite_engines(url: URL, limit: float, driver: Driver = Connection) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes to a SQLite file, and the one that reads from it."""
    path = Path(str(url.database))
    # How long to wait for another process's write: a little less than our own limit, since to be refused says more than to be cut off.
    wait = limit * 0.9

    def connect(dialect: Any, _record: Any, _args: Any, _more: Any) -> Adapted:
        _private_file(path)
        return Adapted(dialect.loaded_dbapi, driver(path, wait))

    # One more than is kept, for whoever goes to the engine itself: a migration.
    def engine(size: int, begin: Callable[[Any], None], *settings: str) -> AsyncEngine:
        # `hide_parameters`: otherwise an error in the log would quote what people typed.
        made = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, pool_size=size, max_overflow=1, hide_parameters=True)
        event.listen(made.sync_engine, "do_connect", connect)
        event.listen(made.sync_engine, "connect", lambda connection, _record: _set(connection, settings))
        event.listen(made.sync_engine, "begin", begin)
        return made

    # WAL lets readers go on beside the writer. FULL: with NORMAL a power cut may take back a commit that was already acknowledged.
    writer = engine(1, _begin, "foreign_keys = ON", "trusted_schema = OFF", "journal_mode = WAL", "synchronous = FULL")
    return writer, engine(2 * _READERS, _read, "foreign_keys = ON", "trusted_schema = OFF", "query_only = ON")


def _begin(connection: Any) -> None:
    # Past SQLAlchemy, which takes ten times as long for it as SQLite does. Only if the lock is not free, somebody must wait.
    # A fault of the disk is asked for once more as well, so that it comes as SQLAlchemy's.
    with suppress(sqlite3.OperationalError):
        if connection.connection.driver_connection.begin_at_once():
            return
    connection.exec_driver_sql(BEGIN)


def _read(connection: Any) -> None:
    connection.connection.driver_connection.read()


def _set(connection: Any, settings: tuple[str, ...]) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _must_exist(path: Path) -> None:
    # SQLite would make an empty one, and a typing error in the address would look like a day without cases.
    if not path.exists():
        raise DatabaseFault(f"There is no database at {path}; make it with: buckstop db upgrade")


def _private_file(path: Path) -> None:
    """Make the file before SQLite does, readable by its owner only; the files beside it (-wal, -shm) get the same mode."""
    if not path.parent.is_dir():
        raise DatabaseFault(f"The folder {path.parent} of the database does not exist; make it, or change database.url")
    path.touch(mode=0o600)
    path.chmod(0o600)


def _postgresql(url: URL, limit: float) -> tuple[AsyncEngine, AsyncEngine]:
    waits = {
        "application_name": "buckstop",
        "lock_timeout": str(int(limit * 900)),  # as on SQLite: to be refused says more than to be cut off
        "idle_in_transaction_session_timeout": str(int(limit * 1000 * _FROZEN)),
    }
    connect = {"server_settings": waits}
    sizes: dict[str, Any] = {"pool_size": _CONNECTIONS + 2 * _READERS, "max_overflow": 0}
    writer = create_async_engine(url, **sizes, pool_pre_ping=True, hide_parameters=True, connect_args=connect)
    return writer, writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _may_work_again(fault: DBAPIError) -> bool:
    if isinstance(fault, OperationalError) and "database is locked" in str(fault.orig):
        return True
    if isinstance(fault.orig, sqlite3.Error) and getattr(fault.orig, "sqlite_errorcode", 0) & 0xFF in _DISK:
        return True
    return _went_away(fault) or getattr(fault.orig, "sqlstate", None) in _TRY_AGAIN


def _went_away(fault: DBAPIError) -> bool:
    """Tell whether the connection broke: by itself, or because the server ends or somebody cut it."""
    state = str(getattr(fault.orig, "sqlstate", None) or "")
    return fault.connection_invalidated or state.startswith("08") or state in _GOING
