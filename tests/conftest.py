"""What every test may ask for: a fresh database of each kind, its tables made."""

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests import postgres
from tests.discord.running import fake_discord
from tests.slack.running import fake_slack
from tests.torture.processes import Nursery, nursery

# The machine's speed on the day is no property of the code.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

# Nothing that a test writes outlives the run, so it stays in memory where there is enough: on a disk, to make a database in PostgreSQL
# takes twenty times as long.
_MEMORY, _ENOUGH = Path("/dev/shm"), 4 * 2**30  # bytes
if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))
_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Let no test that sets the log up decide what the next one sees of it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server with a database `template` that has all tables."""
    try:
        with postgres.server() as server:
            server.run("CREATE DATABASE template")
            _migrated(server.url("template"))
            yield server
    except postgres.NoServer as why:
        if os.environ.get("BUCKSTOP_STRICT") == "1":
            raise
        pytest.skip(f"no PostgreSQL server: {why}")


@pytest.fixture(scope="session")
def slack_address() -> Iterator[str]:
    """The address of a running fake Slack, in which each test makes a workspace of its own."""
    with fake_slack() as address:
        yield address


@pytest.fixture(scope="session")
def discord_address() -> Iterator[str]:
    """The address of a running fake Discord, in which each test makes a world of its own."""
    with fake_discord() as address:
        yield address


@pytest.fixture(scope="session")
def born() -> Iterator[Nursery]:
    """Where real processes of Buckstop come from: without their imports they start in a third of the time."""
    with nursery() as there:
        yield there


def _migrated(url: str) -> None:
    async def migrate() -> None:
        database = Database(url)
        await upgrade(database)
        await database.close()

    # In a thread of its own, since the test that asks first may have a loop already.
    thread = threading.Thread(target=lambda: asyncio.run(migrate()))
    thread.start()
    thread.join()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'buckstop.db')}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    name = f"test_{next(_NUMBERS)}"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE template STRATEGY FILE_COPY")
    yield postgres_server.url(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, once of each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database, once of each kind."""
    opened = await Database.open(database_url, limit=30)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    """A fresh SQLite database, for what is the same on both and needs no PostgreSQL."""
    opened = await Database.open(sqlite_url, limit=30)
    yield opened
    await opened.close()
