"""What is old is forgotten, a few at a time; what somebody still needs is not."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bot.escalation.org import Rules
from bot.escalation.words import PersonId
from bot.handlers.tidying import Tidying
from bot.store.database import Database
from bot.store.deliveries import SqlOutbox
from bot.store.delivery_tables import deliveries
from bot.store.organisation import Organisation
from bot.store.store import SqlStore
from bot.store.tables import cases, facts, inbox
from tests.store.make import ANA, ORG, Manual, at, opened_in, stored

RULES = Rules(keep_answers_for=timedelta(days=30), keep_deliveries_for=timedelta(days=90))
DAY = 24


@pytest.fixture
def clock() -> Manual:
    return Manual()


@pytest.fixture
def store(database: Database, clock: Manual) -> SqlStore:
    return stored(database, clock)


async def queued(database: Database, key: str, queued_at: datetime | None, **values: object) -> None:
    """Put a delivery there as it would be at its end."""
    row = {"key": key, "kind": "nag", "priority": 4, "person": ANA, "state": "delivered", "queued_at": queued_at} | values
    async with database.begin() as conn:
        await conn.execute(insert(deliveries).values(row))


async def keys(database: Database) -> list[str]:
    async with database.read() as conn:
        return list(await conn.scalars(select(deliveries.c.key).order_by(deliveries.c.id)))


async def tidied(store: SqlStore, now: datetime, at_once: int = 1000) -> int:
    """Tidy until the day's work is done; return in how many steps."""
    tidying, steps = Tidying(store, SqlOutbox(store.database), (), at_once), 1
    while not await tidying.step(RULES, now):
        steps += 1
    return steps


async def test_deliveries_that_ended_long_ago_are_forgotten_and_no_others(store: SqlStore, database: Database) -> None:
    await queued(database, "delivered", at(0), told_at=at(1))
    await queued(database, "dropped", at(0), state="dropped", why="not wanted")
    await queued(database, "given up", at(0), state="given_up", why="gone")
    await queued(database, "older version", None, told_at=at(0))
    await queued(database, "nobody knows when", None)
    await queued(database, "a card", at(0), kind="card", told_at=at(0))
    await queued(database, "waiting", at(0), state="waiting")
    await queued(database, "flying", at(0), state="flying", lane="local:w:@ana", token="t")
    await queued(database, "postponed, told today", at(0), told_at=at(100 * DAY))
    await queued(database, "young", at(100 * DAY), told_at=at(100 * DAY))

    await tidied(store, at(100 * DAY))

    assert await keys(database) == ["nobody knows when", "a card", "waiting", "flying", "postponed, told today", "young"]


async def test_it_goes_on_where_it_stopped_and_stops_at_the_first_young_one(store: SqlStore, database: Database) -> None:
    for n in range(7):
        await queued(database, f"old {n}", at(n), told_at=at(n))
        await queued(database, f"card {n}", at(n), kind="card", told_at=at(n))
    for n in range(20):
        await queued(database, f"young {n}", at(99 * DAY), told_at=at(99 * DAY))

    assert await tidied(store, at(100 * DAY), at_once=4) == 4
    assert [key for key in await keys(database) if "young" not in key] == [f"card {n}" for n in range(7)]
    assert len(await keys(database)) == 27


async def test_what_counts_for_today_and_the_cases_stay(store: SqlStore, database: Database) -> None:
    case = await opened_in(store)
    async with database.begin() as conn:
        await conn.execute(update(deliveries).values(state="delivered", told_at=at(0), message="m1"))
    await queued(database, "today's nag", at(100 * DAY), told_at=at(100 * DAY))

    await tidied(store, at(100 * DAY))

    assert await keys(database) == ["today's nag"]
    assert await SqlOutbox(database).nags_sent({PersonId(ANA): at(100 * DAY - 9)}) == {ANA: 1}
    async with database.read() as conn:
        assert [await conn.scalar(select(func.count()).select_from(table)) for table in (cases, facts)] == [1, case.version]


async def test_answers_are_forgotten_a_few_at_a_time(store: SqlStore, database: Database, clock: Manual) -> None:
    for n in range(7):
        clock.time = at(n if n < 5 else 80 * DAY)
        async with store.begin() as tx:
            await tx.remember(f"event {n}", {})

    assert await tidied(store, at(100 * DAY), at_once=2) == 3
    async with database.read() as conn:
        assert sorted(await conn.scalars(select(inbox.c.key))) == ["event 5", "event 6"]


async def test_once_a_day_is_enough(store: SqlStore, database: Database) -> None:
    tidying = Tidying(store, SqlOutbox(database), ())
    await tidying.step(RULES, at(100 * DAY))
    await queued(database, "old", at(0), told_at=at(0))

    await tidying.step(RULES, at(100 * DAY + 1))
    assert await keys(database) == ["old"]
    await tidying.step(RULES, at(101 * DAY))
    assert await keys(database) == []


class Lanes:
    """A queue with lanes that nobody serves, each with the number of the first that waits in it."""

    def __init__(self, **firsts: int) -> None:
        self.firsts = firsts
        self.emptied: list[str] = []

    async def stranded(self, used: Collection[str]) -> dict[str, int]:
        return dict(self.firsts)

    async def reroute(self, lanes: Sequence[str], most: int) -> int:
        self.emptied += lanes
        left = [lane for lane in lanes if lane in self.firsts]
        for lane in left[:most]:
            del self.firsts[lane]
        return min(len(left), most)


async def looked_after(store: SqlStore, queue: Lanes, *hours: float) -> list[str]:
    """Tidy at these times, each until all is done; return which lanes were emptied."""
    tidying = Tidying(store, queue, ("slack",), at_once=2)
    for hour in hours:
        while not await tidying.step(RULES, at(hour)):
            pass
    return queue.emptied


async def test_lanes_that_nobody_has_served_for_an_hour_are_emptied(store: SqlStore) -> None:
    assert await looked_after(store, Lanes(a=1, b=2), 0, 0.5, 0.9) == []
    assert await looked_after(store, Lanes(a=1), 0, 1) == ["a"]
    assert await looked_after(store, Lanes(a=1), 1, 0) == ["a"]  # the clock was set back


async def test_a_lane_in_which_something_moves_is_served(store: SqlStore) -> None:
    queue = Lanes(a=1, b=2)
    tidying = Tidying(store, queue, ())
    await tidying.step(RULES, at(0))
    queue.firsts["a"] = 7
    while not await tidying.step(RULES, at(1)):
        pass

    assert queue.emptied == ["b"]


async def test_lanes_are_emptied_a_few_at_a_time_and_full_ones_again(store: SqlStore) -> None:
    many = {f"lane {n:02}": n for n in range(53)}

    emptied = await looked_after(store, Lanes(**many), 0, 1)

    assert emptied[:50] == emptied[50:100] == sorted(many)[:50]  # two at once were as many as may be, so there may be more
    assert set(emptied) == set(many)


async def test_the_time_of_queueing_is_kept(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        await tx.notify("note/1", ANA, ("Hello.",))
    await opened_in(store, hours=3)

    async with database.read() as conn:
        rows = {row.kind: row.queued_at for row in await conn.execute(select(deliveries.c.kind, deliveries.c.queued_at))}
    assert rows.pop("notice") == at(0)
    assert set(rows.values()) == {at(3)}


async def test_a_reading_that_began_before_a_reload_does_not_bring_the_old_organisation_back(database: Database) -> None:
    old, new = ORG, replace(ORG, name="Acme & Sons")
    organisation = Organisation(old)

    class Slow:
        """A connection that another configuration overtakes."""

        async def scalar(self, _query: object) -> int:
            organisation.use(new)
            return 0

    await organisation.now(Slow(), keep=True)  # type: ignore[arg-type]

    async with database.read() as conn:
        assert await organisation.now(conn, keep=True) == new
