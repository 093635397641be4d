"""Bring a database's tables up to this program.

On PostgreSQL that may happen under processes that work on it, and they come first: a migration that waits for a table holds others, for
which they wait. It lets go of everything while they can still wait, and begins anew a moment later.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import IN_USE, Database, DatabaseFault, revisions

_SCRIPTS = Path(__file__).parent / "migrations"
_UPGRADES = 4_201_042  # PostgreSQL's lock under which processes that start together upgrade one after the other
# Milliseconds for which a migration waits for a table. After a second PostgreSQL looks for a deadlock and ends one of the two, so it waits
# less at first; that look is also what has an autovacuum give way.
_WAITS = (500, 500, 500, 1500)
_REST = 1.0  # second between two tries, in which those who waited get on
_PATIENCE = 120.0  # seconds; an export of a million facts reads for half a minute


async def upgrade(database: Database, patience: float = _PATIENCE) -> None:
    """Make or change the tables, all of it or nothing.

    Args:
        database: which.
        patience: seconds after which it is not begun anew, if others use a table that it must change; a few times it is in any case.

    Raises:
        DatabaseFault: the database is newer than this program, does not answer, or is used by somebody all the time.
    """
    loop = asyncio.get_running_loop()
    until, tries = loop.time() + patience, 1
    try:
        while not await _upgraded(database, _WAITS[min(tries, len(_WAITS)) - 1]):
            # Its own work counts too, which may take longer than that: a few tries it has in any case.
            if tries >= len(_WAITS) and loop.time() >= until:
                raise DatabaseFault(
                    f"The database {database.name} could not be upgraded, and is as it was: others use its tables without a break. "
                    "Run it again once they have ended (an export, say), or stop what works on it"
                )
            await asyncio.sleep(_REST)
            tries += 1
    except (OSError, DBAPIError) as fault:
        raise DatabaseFault(f"The database {database.name} could not be upgraded, and is as it was: {fault.__cause__ or fault}") from fault


async def _upgraded(database: Database, wait: int) -> bool:
    """Try to upgrade, and wait so many milliseconds for a table; tell whether it went, or nothing was done because one is in use."""
    # Over the writer and without its limit of time: a migration takes as long as it takes.
    async with database.unhurried() as connection:
        if not database.sqlite:
            await connection.execute(text("SET LOCAL lock_timeout = 0"))
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADES})"))
            await connection.execute(text(f"SET LOCAL lock_timeout = {wait}"))
        try:
            await connection.run_sync(_upgrade, database.name)
        except DBAPIError as fault:
            if getattr(fault.orig, "sqlstate", None) in IN_USE:
                return False
            raise
        await connection.commit()
        return True


async def make_tables(connection: AsyncConnection, name: str) -> None:
    """Make the tables in a database that has none, in the connection's transaction: they are there once that commits.

    Raises:
        DatabaseFault: there is something in it.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADES})"))
    # After the lock: somebody else may have made them while it was waited for.
    there = await connection.run_sync(lambda sync: sorted(inspect(sync).get_table_names()))
    if there:
        named = ", ".join(there[:3]) + (", ..." if len(there) > 3 else "")
        raise DatabaseFault(f"The database {name} is not empty (it has the tables {named}); give one that is")
    await connection.run_sync(_upgrade, name)


def _upgrade(connection: Connection, name: str) -> None:
    found = current(connection)
    if found is not None and found not in revisions():
        raise DatabaseFault(f"The database {name} is newer ({found}) than this program ({revisions()[-1]}); install a newer Buckstop")
    command.upgrade(config(connection), "head")


def current(connection: Connection) -> str | None:
    """Return the migration that the database stands at; None before the first."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def config(connection: Connection) -> Config:
    """Return what Alembic needs: our scripts, and the connection that they run over."""
    alembic = Config()
    alembic.set_main_option("script_location", str(_SCRIPTS))
    alembic.attributes["connection"] = connection
    return alembic
