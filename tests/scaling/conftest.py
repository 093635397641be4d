"""One company for a whole module: starting its processes takes longer than anything that happens to them."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests import postgres
from tests.long import LONG
from tests.scaling.company import Company, company
from tests.scaling.server import Bouncing, bouncing

# How many workers share the delivering. `make processes` tries three as well.
WORKERS = (2, 3) if LONG else (2,)


@pytest.fixture(scope="module")
def bounced() -> Iterator[Bouncing]:
    """A PostgreSQL server of its own, with a database that has all tables."""
    try:
        with bouncing() as there:
            there.server.run("CREATE DATABASE company")
            asyncio.run(_migrated(there.server.url("company")))
            yield there
    except postgres.NoServer as why:
        if os.environ.get("BUCKSTOP_STRICT") == "1":
            raise
        pytest.skip(f"no PostgreSQL server: {why}")


async def _migrated(url: str) -> None:
    database = Database(url)
    await upgrade(database)
    await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=WORKERS, ids=lambda workers: f"{workers} workers")
async def there(
    request: pytest.FixtureRequest, bounced: Bouncing, slack_address: str, discord_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Company]:
    """A company whose people are heard by one process, and told by several others."""
    folder = tmp_path_factory.mktemp("company")
    name = f"workers_{request.param}"
    bounced.server.run(f"CREATE DATABASE {name} TEMPLATE company")
    async with company(bounced.server.url(name), slack_address, discord_address, folder) as made:
        await asyncio.gather(made.start("web"), *(made.start("worker") for _ in range(request.param)))
        await made.ws.until_connected()
        await made.report(1)
        await made.all_is_well()
        yield made
