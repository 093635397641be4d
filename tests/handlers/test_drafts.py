"""A draft is its writer's, stays as it was first kept, and is there after a restart."""

import pytest

from bot.clock import ManualClock
from bot.escalation.words import PersonId
from bot.handlers.drafts import Drafts
from bot.ports import NotSaved
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.handlers.small import ANA, NOW, ORG, RITA

DRAFT = {"form": "ask:1:3:abc", "values": {"question": "which <meter>?\n\N{SNOWMAN}"}, "page": 1, "wrong": {}}


@pytest.fixture
def drafts(sqlite: Database) -> Drafts:
    """Nobody has begun anything yet."""
    return Drafts(SqlStore(sqlite, ORG, ManualClock(NOW)))


async def test_it_is_found_by_whoever_wrote_it_and_by_nobody_else(drafts: Drafts) -> None:
    await drafts.keep("1", ANA, DRAFT)
    assert await drafts.find("1", ANA) == DRAFT
    assert await drafts.find("1", RITA) is None
    assert await drafts.find("2", ANA) is None
    assert await drafts.find("", ANA) is None


async def test_the_first_one_stays(drafts: Drafts) -> None:
    await drafts.keep("1", ANA, DRAFT)
    await drafts.keep("1", ANA, DRAFT | {"page": 2})
    await drafts.keep("1", RITA, DRAFT | {"page": 3})
    assert await drafts.find("1", ANA) == DRAFT
    assert await drafts.find("1", RITA) is None


async def test_it_is_there_after_a_restart(drafts: Drafts, sqlite: Database) -> None:
    await drafts.keep("1", ANA, DRAFT)
    assert await Drafts(SqlStore(sqlite, ORG, ManualClock(NOW))).find("1", ANA) == DRAFT


async def test_it_is_no_answer_to_an_event(drafts: Drafts, sqlite: Database) -> None:
    await drafts.keep("discord/interaction/1", ANA, DRAFT)
    async with SqlStore(sqlite, ORG, ManualClock(NOW)).begin() as tx:
        assert await tx.answered("discord/interaction/1") is None


async def test_what_cannot_be_kept_is_said(drafts: Drafts, sqlite: Database) -> None:
    async with sqlite.begin():
        sqlite.limit = 0.05
        with pytest.raises(NotSaved):
            await drafts.keep("1", PersonId("ana"), DRAFT)
