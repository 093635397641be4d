"""What the tests of the torture share: one server for all databases."""

from pathlib import Path

import pytest

from tests import postgres
from tests.torture.crashing import Workshop
from tests.torture.databases import Databases
from tests.torture.processes import Nursery


@pytest.fixture
def shop(slack_address: str, discord_address: str, postgres_server: postgres.Server, born: Nursery, tmp_path: Path) -> Workshop:
    """What storms and crashes need."""
    return Workshop(slack_address, discord_address, Databases(tmp_path, postgres_server), born)
