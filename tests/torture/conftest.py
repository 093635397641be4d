"""What the tests of the torture share: one nursery, one server for all databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import postgres
from tests.torture.crashing import Workshop
from tests.torture.databases import Databases
from tests.torture.processes import nursery


@pytest.fixture
async def shop(slack_address: str, discord_address: str, postgres_server: postgres.Server, tmp_path: Path) -> AsyncIterator[Workshop]:
    """What storms and crashes need."""
    async with nursery() as born:
        yield Workshop(slack_address, discord_address, Databases(tmp_path, postgres_server), born)
