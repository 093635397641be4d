"""A worker that was stopped for longer than its lease, and goes on: neither it nor its successor tells anybody twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.escalation.words import PersonId
from bot.outbox.worker import Worker
from bot.ports import LEASE, Outcome, Parcel, Plan
from bot.store.deliveries import SqlOutbox
from tests.outbox.platform import MACHINE, Platform, PostRoom
from tests.outbox.telling import PASSED

ANA = PersonId("ana")


class Stopped(SqlOutbox):
    """An outbox whose process is stopped when it has fixed what it sends, until another one has sent it."""

    def __init__(self, room: PostRoom) -> None:
        super().__init__(room.database, room.machine)
        self._room = room

    async def commit(self, token: str, plans: Sequence[Plan]) -> set[str]:
        held = await super().commit(token, plans)
        self._room.machine.wind(PASSED)
        await self._room.drain()
        return held


class Silent(Platform):
    """A platform that takes everything, and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def send(self, parcel: Parcel) -> Outcome:
        self.reached.set()
        await asyncio.Event().wait()
        raise AssertionError


def hired(room: PostRoom, outbox: SqlOutbox, lease: timedelta = LEASE) -> Worker:
    """Return a worker that knows how much time has passed."""

    def elapsed() -> float:
        return (room.machine.now - MACHINE).total_seconds()

    messengers = {"local": room.platform}
    return Worker(outbox, room.store, room.clock, room.pen, messengers, room.ways, room.ways, lease=lease, elapsed=elapsed)


async def test_who_wakes_up_after_its_lease_sends_nothing_and_marks_nothing(room: PostRoom) -> None:
    await room.notice("k", ANA)

    assert await hired(room, Stopped(room)).drain(room.clock.now()) == 0

    assert room.platform.keys == ["k"]
    [row] = await room.rows()
    assert (row.state, row.message, row.attempts) == ("delivered", "p1", 2)


async def test_a_shorter_lease_is_over_sooner(room: PostRoom) -> None:
    short = timedelta(seconds=3)
    first = SqlOutbox(room.database, room.machine, short)
    await room.notice("k", ANA)
    [load] = await first.claim("first", room.clock.now(), ["local"], lambda to, route: "local:w:@ana", 9)
    await first.commit("first", [Plan(load.lane, (load.deliveries[0].id,))])

    assert await first.rests() == short
    room.machine.wind(2.9)
    assert await first.claim("second", room.clock.now(), ["local"], lambda to, route: "local:w:@ana", 9) == []
    room.machine.wind(0.1)
    [again] = await first.claim("second", room.clock.now(), ["local"], lambda to, route: "local:w:@ana", 9)
    assert again.deliveries[0].ambiguous


async def test_what_does_not_come_to_an_end_in_time_is_left_in_flight_for_the_next(room: PostRoom) -> None:
    silent = Silent()
    worker = Worker(room.outbox, room.store, room.clock, room.pen, {"local": silent}, room.ways, room.ways)
    await room.notice("k", ANA)
    running = asyncio.create_task(worker.run())
    await silent.reached.wait()

    await worker.stop(0.01)
    await running

    assert await room.states() == {"k": "flying"}
    room.machine.wind(PASSED)
    await room.drain()
    assert (room.platform.keys, room.platform.asked) == (["k"], ["k"])
