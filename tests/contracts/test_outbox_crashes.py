"""The outbox when processes die, sleep past their lease, or work beside each other."""

import asyncio
from datetime import timedelta

import pytest

from bot.ports import Arrived, Held, Mark, Plan
from bot.store.database import Database
from tests.outbox.office import ANA, BEN, BRUNO, CLEO, IDA, RITA, at
from tests.outbox.platform import PostRoom, When
from tests.outbox.telling import PASSED, claimed, dies

pytestmark = pytest.mark.timeout(60)


@pytest.mark.parametrize("moment", ["claimed", "before_commit", "committed", "before_mark", "marked"])
async def test_a_crash_at_any_moment_says_nothing_twice_and_loses_nothing(room: PostRoom, moment: When) -> None:
    for person in (ANA, BEN, CLEO):
        await room.notice(f"one to {person}", person)
        await room.notice(f"two to {person}", person)
    await dies(room, moment)
    await room.drain()
    room.machine.wind(PASSED)
    await room.drain()

    assert sorted(room.platform.keys) == sorted(f"{n} to {person}" for n in ("one", "two") for person in (ANA, BEN, CLEO))
    assert set((await room.states()).values()) == {"delivered"}
    for person in (ANA, BEN, CLEO):
        assert room.platform.titles(f"@{person}") == [f"one to {person}", f"two to {person}"]


async def test_a_lease_frees_its_lane_by_machine_time_only(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    await dies(room, "committed")
    await room.drain(at("9:00", 30))
    assert room.platform.keys == []
    room.machine.wind(PASSED)
    await room.drain()

    assert (room.platform.keys, room.platform.asked) == (["hello"], ["hello"])


async def test_a_lane_is_held_by_one_at_a_time(room: PostRoom) -> None:
    await room.notice("one", ANA)
    [load] = await claimed(room, "first")

    assert await claimed(room, "second") == []
    assert await room.outbox.commit("second", [Plan(load.lane, (load.deliveries[0].id,))]) == set()
    assert (await room.row("one")).state == "waiting"


async def test_what_is_released_can_be_claimed_again_at_once(room: PostRoom) -> None:
    await room.notice("one", ANA)
    await claimed(room, "first")
    await room.outbox.release("first")

    assert [load.lane for load in await claimed(room, "second")] == ["local:w:@ana"]


async def test_what_is_in_flight_is_not_released(room: PostRoom) -> None:
    await room.notice("one", ANA)
    [load] = await claimed(room, "first")
    await room.outbox.commit("first", [Plan(load.lane, (load.deliveries[0].id,))])
    await room.outbox.release("first")

    assert await claimed(room, "second") == []


async def test_a_zombie_marks_nothing(room: PostRoom) -> None:
    """A process sleeps past its lease, wakes up, and says how its sending ended; meanwhile another one has taken over."""
    await room.notice("one", ANA)
    [load] = await claimed(room, "zombie")
    delivery = load.deliveries[0]
    await room.outbox.commit("zombie", [Plan(load.lane, (delivery.id,))])
    room.machine.wind(PASSED)
    [again] = await claimed(room, "heir")
    assert again.deliveries[0].ambiguous
    await room.outbox.commit("heir", [Plan(again.lane, (delivery.id,))])

    late = [Mark(load.lane, (delivery.id,), Arrived("from the zombie"))]
    assert await room.outbox.mark("zombie", late, at("9:01")) == 0
    assert await room.outbox.mark("zombie", [Mark(load.lane, (delivery.id,), Held("x", timedelta(9), timedelta(9)))], at("9:01")) == 0
    assert (await room.row("one")).state == "flying"
    assert await claimed(room, "third") == []

    assert await room.outbox.mark("heir", [Mark(again.lane, (delivery.id,), Arrived("from the heir"))], at("9:02")) == 1
    row = await room.row("one")
    assert (row.state, row.message) == ("delivered", "from the heir")


async def test_two_processes_never_send_the_same(room: PostRoom, database_url: str) -> None:
    people = [ANA, BEN, BRUNO, CLEO, IDA, RITA]
    for n in range(120):
        await room.notice(f"{n:03}", people[n % 6])
    other = PostRoom(await Database.open(database_url))
    other.platform, other.machine = room.platform, room.machine
    workers = [room.hire(at_once=2), other.hire(at_once=2)]
    try:
        await asyncio.gather(*(worker.drain(at("9:00")) for worker in workers))
        await room.drain()
    finally:
        await other.database.close()

    assert sorted(room.platform.keys) == [f"{n:03}" for n in range(120)]
    assert set(room.platform.most_at_once.values()) == {1}
    assert room.platform.asked == []
    for person in people:
        assert room.platform.titles(f"@{person}") == sorted(room.platform.titles(f"@{person}"))


async def test_only_the_platforms_of_this_process_are_served(room: PostRoom) -> None:
    await room.notice("one", ANA)

    assert await room.outbox.claim("t", at("9:00"), ["slack"], lambda *_: "local:w:@ana", 10) == []
    assert await room.drain() == 1
