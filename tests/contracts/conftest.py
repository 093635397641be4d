"""What the contracts ask for beside a database."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store.database import Database
from tests.outbox.platform import PostRoom


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged, as values: drawing a traceback takes seconds."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def room(database: Database, logged: list[MutableMapping[str, Any]]) -> PostRoom:
    """A database with a platform, machine time and a worker."""
    return PostRoom(database)
