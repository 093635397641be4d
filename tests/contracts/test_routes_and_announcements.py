"""Is what is known of routes, and what was announced, kept as it was said, in turns, on each of the two databases?"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.escalation.announcing import Announcement
from bot.escalation.org import Org, Route
from bot.escalation.probing import Watch
from bot.escalation.words import CaseId, Kind, RouteId, ServiceId, Text
from bot.handlers.announcing import remind
from bot.handlers.probing import Rounds
from bot.ports import Look, Where
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.store import SqlStore
from tests.store.make import ANA, BILLING, BRUNO, ORG, RITA, SAM, Manual, at, opened, stored

WEBSITE = RouteId("website")
ROUTE = Route(WEBSITE, "Contact form", "web", "https://acme.example/contact", SAM, BILLING, timedelta(hours=1))
NIGHT = Announcement(0, BILLING, ANA, at(9), at(21), Text("Zähler \N{PARTY POPPER}"), at(0), remind_at=at(8))


@pytest.fixture
def store(database: Database) -> SqlStore:
    return stored(database)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[SqlStore]:
    """Another process's store on the same database."""
    database = await Database.open(database_url, limit=30)
    yield stored(database)
    await database.close()


async def notices(database: Database) -> list[tuple[str, str | None, str | None]]:
    """Return the key and the recipient of all notices."""
    async with database.read() as conn:
        found = select(deliveries.c.key, deliveries.c.person, deliveries.c.channel).where(deliveries.c.kind == "notice")
        return [(row.key, row.person, row.channel) for row in await conn.execute(found.order_by(deliveries.c.id))]


# --- routes


async def test_what_is_known_of_a_route_comes_back(store: SqlStore) -> None:
    async with store.begin() as tx:
        assert await tx.route(WEBSITE) == Watch(WEBSITE)
        case = await opened(tx)
        known = Watch(WEBSITE, "https://x.example", True, at(1), "it answers 404", "+-", at(2), at(3), case.id)
        await tx.keep_route(known)
        assert await tx.route(WEBSITE) == known

    async with store.read() as reading:
        assert await reading.routes() == {WEBSITE: known}


async def test_a_route_has_no_case_that_does_not_exist(store: SqlStore) -> None:
    with pytest.raises(IntegrityError):
        async with store.begin() as tx:
            await tx.keep_route(Watch(WEBSITE, case=CaseId(99)))


async def test_of_two_who_take_a_route_at_one_moment_the_second_sees_what_the_first_kept(store: SqlStore, other: SqlStore) -> None:
    async def add(to: SqlStore) -> None:
        async with to.begin() as tx:
            watch = await tx.route(WEBSITE)
            await tx.keep_route(replace(watch, seen=watch.seen + "x"))

    await asyncio.gather(*(add(one) for one in (store, other) * 4))

    async with store.read() as reading:
        assert (await reading.routes())[WEBSITE].seen == "x" * 8


class Page:
    """A page that never answers; it counts how often it was looked at."""

    def __init__(self) -> None:
        self.looked = 0

    async def probe(self, address: str) -> Look:
        self.looked += 1
        return Look("fails", "no connection")


async def test_a_route_is_looked_at_once_over_all_processes_and_has_one_case(database: Database, database_url: str) -> None:
    page, clock = Page(), Manual()
    second = await Database.open(database_url, limit=30)
    org = replace(ORG, routes={WEBSITE: ROUTE})
    stores = [SqlStore(database, org, clock), SqlStore(second, org, clock)]
    rounds = [Rounds(one, clock, page) for one in stores]

    for looked in (1, 2, 3):
        await asyncio.gather(*(one.step() for one in rounds * 3))
        assert page.looked == looked
        following = await rounds[0].next()
        assert following is not None
        clock.time = following

    async with stores[0].read() as reading:
        [case] = await reading.cases(Where())
        assert (case.kind, case.owner, case.route, case.probed) == (Kind.ROUTE, SAM, WEBSITE, True)
        assert (await reading.routes())[WEBSITE].case == case.id
    await second.close()


class Outside:
    """Several pages; of those that are silent nothing is heard."""

    def __init__(self, *silent: str) -> None:
        self.silent = set(silent)

    async def probe(self, address: str) -> Look:
        return Look("fails", "no connection", silent=True) if address in self.silent else Look("works", "it answers 200")


def several(*names: str) -> Org:
    """Return an organisation with a route for each of these names, all looked at every hour."""
    routes = {RouteId(name): replace(ROUTE, id=RouteId(name), name=name, address=f"https://{name}.example/") for name in names}
    return replace(ORG, routes=routes, admins=(BRUNO,))


async def rounds_of(database: Database, org: Org, outside: Outside, count: int, clock: Manual) -> SqlStore:
    """Look so many times, at whatever is due."""
    there = SqlStore(database, org, clock)
    rounds = Rounds(there, clock, outside)
    for _ in range(count):
        await rounds.step()
        clock.time = await rounds.next() or clock.time
    return there


async def test_that_nothing_answers_at_all_is_no_fault_of_the_routes_and_the_admins_are_told_once(database: Database) -> None:
    clock, outside = Manual(), Outside()
    org = several("one", "two", "three")
    await rounds_of(database, org, outside, 1, clock)

    outside.silent = {route.address for route in org.routes.values()}
    store = await rounds_of(database, org, outside, 5, clock)

    async with store.read() as reading:
        assert await reading.cases(Where()) == []
    [(key, who, _)] = await notices(database)
    assert (key.startswith("unseen//"), who) == (True, BRUNO)


async def test_two_that_are_down_while_another_answers_have_a_case_each(database: Database) -> None:
    clock, outside = Manual(), Outside("https://one.example/", "https://two.example/")
    store = await rounds_of(database, several("one", "two", "three"), outside, 2, clock)

    async with store.read() as reading:
        assert {case.route for case in await reading.cases(Where())} == {"one", "two"}
    assert await notices(database) == []


async def test_what_a_probe_finds_in_an_announced_window_is_linked(database: Database) -> None:
    clock, outside = Manual(), Outside("https://one.example/")
    org = several("one", "two")
    async with SqlStore(database, org, clock).begin() as tx:
        planned = await tx.announce(replace(NIGHT, start=clock.now() - timedelta(hours=1), end=clock.now() + timedelta(hours=9)))
    store = await rounds_of(database, org, outside, 3, clock)

    async with store.read() as reading:
        assert [case.announced for case in await reading.cases(Where())] == [planned.name]


async def test_while_everything_is_paused_nothing_is_looked_at(store: SqlStore, database: Database) -> None:
    page, clock = Page(), Manual()
    paused = SqlStore(database, replace(ORG, routes={WEBSITE: ROUTE}), clock)
    await paused.pause("holiday", clock.now())
    assert await Rounds(paused, clock, page).step() == 0
    assert await Rounds(paused, clock, page).next() is None
    await paused.resume()
    assert await Rounds(paused, clock, page).step() == 1


# --- announcements


async def test_an_announcement_comes_back_with_a_number_of_its_own(store: SqlStore) -> None:
    async with store.begin() as tx:
        first, second = await tx.announce(NIGHT), await tx.announce(replace(NIGHT, start=at(5), remind_at=None))
        assert (first, second) == (replace(NIGHT, id=first.id), replace(NIGHT, id=second.id, start=at(5), remind_at=None))
        assert first.id < second.id

    async with store.read() as reading:
        assert await reading.announcement(first.id) == first
        assert await reading.announcement(99) is None
        assert await reading.announcements(at(0)) == [second, first]
        assert await reading.announcements(at(21)) == []


async def test_what_has_become_of_it_is_kept_and_what_is_withdrawn_is_listed_no_more(store: SqlStore) -> None:
    async with store.begin() as tx:
        kept = await tx.announce(NIGHT)
        moved = replace(kept, version=2, start=at(10), end=at(22), text=Text("later"), remind_at=at(9))
        await tx.reannounce(moved)
        assert await tx.announcement(kept.id) == moved
        gone = replace(moved, version=3, withdrawn_at=at(1), remind_at=None)
        await tx.reannounce(gone)

    async with store.read() as reading:
        assert await reading.announcement(kept.id) == gone
        assert await reading.announcements(at(0)) == []
        assert await reading.next_reminder() is None


@pytest.mark.parametrize("wrong", [{"end": at(9)}, {"withdrawn_at": at(1)}])
async def test_the_database_refuses_what_makes_no_sense(store: SqlStore, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        async with store.begin() as tx:
            await tx.announce(replace(NIGHT, **wrong))  # type: ignore[arg-type]


async def test_who_is_on_a_live_case_of_a_service_is_concerned(store: SqlStore) -> None:
    async with store.begin() as tx:
        await opened(tx, by=RITA, affected=[SAM])
        await opened(tx, by=BRUNO, service=ServiceId("doors"))
        assert await tx.concerned(BILLING) == {RITA, SAM, ANA}
        assert await tx.concerned(ServiceId("doors")) == {BRUNO, SAM}


async def test_a_channel_gets_a_notice_once(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        await tx.notify_channel("k", "local:help", ("Soon.",))
        await tx.notify_channel("k", "local:help", ("Soon.",))
    assert await notices(database) == [("k", None, "local:help")]


async def next_reminder(store: SqlStore) -> datetime | None:
    """Return when something is to be told of again; None while everything is paused."""
    coming = await store.coming(at(0))
    return coming.reminder if coming.paused is None else None


async def test_everybody_is_told_again_once_over_all_processes(store: SqlStore, other: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        await opened(tx, by=RITA)
        kept = await tx.announce(NIGHT)
    assert await next_reminder(store) == at(8)
    assert await remind(store, at(7.9)) == 0

    told = await asyncio.gather(*(remind(one, at(8)) for one in (store, other) * 3))

    assert sum(told) == 1
    assert await notices(database) == [(f"announced/{kept.id}/1/soon/{who}", who, None) for who in ("ana", "rita")]
    assert await next_reminder(store) is None


async def test_after_an_outage_nobody_hears_of_what_is_over(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        await opened(tx, by=RITA)
        await tx.announce(NIGHT)
    assert await remind(store, at(21)) == 1
    assert await notices(database) == []


async def test_while_everything_is_paused_nobody_is_told(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.announce(NIGHT)
    await store.pause("holiday", at(1))
    assert await remind(store, at(8)) == 0
    assert await next_reminder(store) is None
