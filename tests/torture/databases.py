"""Fresh databases of either kind, in which each run begins."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import make_url, text

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests import postgres

KINDS = ("sqlite", "postgresql")
_NUMBERS = count(1)


@dataclass
class Databases:
    """Where they are made."""

    folder: Path
    server: postgres.Server | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def new(self, kind: str) -> str:
        """Return the address of a fresh database with all tables."""
        name = f"torture_{next(_NUMBERS)}"
        if kind == "sqlite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            assert self.server is not None, "there is no PostgreSQL server"
            self.server.run(f"CREATE DATABASE {name}")
            url = self.server.url(name)
        database = Database(url)
        try:
            async with self._turn:  # migrations go by way of what is global to Alembic
                await upgrade(database)
        finally:
            await database.close()
        return url

    def drop(self, url: str) -> None:
        """Remove a database."""
        name = make_url(url).database or ""
        if url.startswith("sqlite"):
            for file in self.folder.glob(f"{Path(name).name}*"):
                file.unlink()
        elif self.server is not None:
            self.server.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def databases(folder: Path, kinds: tuple[str, ...]) -> Iterator[Databases]:
    """Give databases of these kinds; a PostgreSQL server runs meanwhile, if one is needed."""
    if "postgresql" not in kinds:
        yield Databases(folder)
        return
    with postgres.server() as server:
        yield Databases(folder, server)


async def leases_end(url: str) -> None:
    """Let the time pass until the leases of a killed process are over, which on PostgreSQL nobody can know before."""
    if url.startswith("sqlite"):
        return  # its successor finds that it is alone
    database = Database(url, limit=60)  # until the server has noticed that a client is dead
    try:
        async with database.begin() as conn:
            await conn.execute(text("UPDATE lanes SET lease_until = 1 WHERE token IS NOT NULL"))
    finally:
        await database.close()
