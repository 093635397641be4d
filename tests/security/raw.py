"""Everything that a database holds, as bytes: nobody's columns are left out, a new table's neither."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.store.database import Database


async def dumped(database: Database) -> str:
    """Return every row of every table that there is, whoever made it."""
    if database.sqlite:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'likeness_%'"
    else:
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    async with database.read() as conn:
        tables = {name: (await conn.execute(text(f'SELECT * FROM "{name}"'))).all() for name in sorted(await conn.scalars(text(names)))}
    return "\n".join(json.dumps([name, *row], default=_plain, ensure_ascii=False) for name, rows in tables.items() for row in rows)


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def files(database: Database) -> bytes:
    """Return the bytes of an SQLite database and of everything beside it; nothing for PostgreSQL, whose files are its own."""
    if not database.sqlite:
        return b""
    path = Path(str(database.url.database))
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
