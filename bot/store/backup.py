"""Copy the whole database while the bot goes on."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.database import Database, DatabaseFault


async def backup(database: Database, path: Path) -> None:
    """Write a copy of an SQLite database to a new file, readable by its owner only.

    Raises:
        DatabaseFault: there is a file already, it cannot be written, or the database is PostgreSQL, which has its own way.
    """
    if not database.sqlite:
        raise DatabaseFault(f'PostgreSQL is backed up by its own tool: pg_dump --format=custom --file={path} "$BUCKSTOP_DATABASE_URL"')
    await asyncio.to_thread(_copy, Path(str(database.url.database)), path)


def _copy(source: Path, target: Path) -> None:
    try:
        target.touch(mode=0o600, exist_ok=False)
        # One moment of the database, without holding up its writer, and without the free pages.
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except FileExistsError:
        raise DatabaseFault(f"{target} exists already; name a new file, a copy is never overwritten") from None
    except OSError as fault:
        raise DatabaseFault(f"{target} cannot be written: {fault.strerror}") from fault
    except sqlite3.Error as fault:
        target.unlink(missing_ok=True)
        raise DatabaseFault(f"{source} could not be copied to {target}: {fault}") from fault
