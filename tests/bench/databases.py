"""Fresh databases of both kinds, with all tables, as durable as those that keep somebody's cases."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from sqlalchemy import make_url

from bot.app import running
from bot.clock import RealClock
from bot.config import Config
from bot.store.database import Database
from tests import postgres

# The tests' server forgets everything in a crash, which would flatter the figures.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",  # what is copied into an empty table need not be written twice
    "max_wal_senders": "0",
    "max_connections": "100",
}
KINDS = ("SQLite", "PostgreSQL")
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where databases of one kind are made."""

    kind: str
    folder: Path
    server: postgres.Server | None = None

    def new(self) -> str:
        """Return the address of a database that does not exist yet, or is empty."""
        name = f"bench_{next(_NUMBERS)}"
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        self.server.run(f"CREATE DATABASE {name}")
        return self.server.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, which may be large."""
        name = make_url(url).database or ""
        if self.server is not None:
            self.server.run(f"DROP DATABASE {name} WITH (FORCE)")
            return
        for file in self.folder.glob(f"{Path(name).name}*"):  # with the files that SQLite keeps beside it
            file.unlink()

    @asynccontextmanager
    async def database(self, config: Config) -> AsyncIterator[Database]:
        """Make a database as the bot makes it at its first start, and remove it at the end."""
        url = self.new()
        # Once over the empty tables: a start with another organisation sets the clocks of all live cases anew.
        async with running(replace(config, database_url=url), RealClock()):
            pass
        made = Database(url)
        try:
            yield made
        finally:
            await made.close()
            self.drop(url)


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place]:
    """Give a place for databases of this kind; PostgreSQL's server runs meanwhile."""
    if kind == "SQLite":
        yield Place(kind, folder)
        return
    with postgres.server(SETTINGS) as server:
        yield Place(kind, folder, server)
