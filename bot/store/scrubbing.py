"""Take what was erased out of the files too: a database that deletes a row only forgets where it stands."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from bot.store.database import Database

_PATIENCE = 30.0  # seconds to wait for others who are reading or writing


async def scrub(database: Database) -> bool:
    """Write the database anew without what was erased. False: somebody was reading, and the journal beside it still has it.

    On PostgreSQL the dead rows are given up. What its own journal and backups keep of them is its operator's to see to.
    """
    if database.sqlite:
        return await asyncio.to_thread(_sqlite, Path(str(database.url.database)))
    async with database.unhurried() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("VACUUM"))
    return True


def _sqlite(path: Path) -> bool:
    with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        # The index of words only notes which of them are gone; built anew it holds none that no case has.
        connection.execute("INSERT INTO likeness (likeness) VALUES ('rebuild')")
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
