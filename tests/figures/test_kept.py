"""Does the store find everything for a digest that the whole month would give, and does a digest that was sent stay as it was?"""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.config.plans import DigestPlan
from bot.escalation.digest import Spans, digest
from bot.escalation.entries import About
from bot.handlers import digests
from bot.handlers.history.generating import month
from bot.handlers.history.keeping import NotEmpty, keep, send_digests
from bot.handlers.history.playing import Month
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.figures.comparing import BESIDE, ZONE, example

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = 30
DAILY = DigestPlan(("local:leadership",), "0 9 * * *", ZONE)


@pytest.fixture(scope="module")
def played() -> Month:
    return month(example(), 11, START, DAYS, cases=60)


def store_of(database: Database, played: Month) -> SqlStore:
    return SqlStore(database, example(), ManualClock(START + timedelta(days=DAYS)))


async def test_each_day_is_found_whenever_it_is_asked_for(database: Database, played: Month) -> None:
    store = store_of(database, played)
    await keep(store, played)

    for day in range(1, DAYS + 1):
        start, end = START + timedelta(days=day - 1), START + timedelta(days=day)
        async with store.read() as reading:
            found = await digests.compute(reading, DAILY, "local:leadership", start, end)
        every = digest(Spans(start, end, ZONE), About("local:leadership"), list(played.timelines.values()), played.org)
        told, whole = ({key: value for key, value in one.items() if key not in BESIDE} for one in (found, every))
        assert json.loads(json.dumps(told)) == json.loads(json.dumps(whole))


async def test_one_digest_for_each_day_and_none_twice(database: Database, played: Month) -> None:
    store = store_of(database, played)
    await keep(store, played)

    assert await send_digests(store, (DAILY,), START, START + timedelta(days=DAYS)) == DAYS
    assert await send_digests(store, (DAILY,), START, START + timedelta(days=DAYS)) == 0


async def test_a_month_is_not_mixed_with_cases_that_are_there(sqlite: Database, played: Month) -> None:
    store = store_of(sqlite, played)
    await keep(store, played)

    with pytest.raises(NotEmpty, match="C-1 is there already"):
        await keep(store, played)
