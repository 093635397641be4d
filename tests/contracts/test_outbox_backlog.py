"""After an outage: one message per person about all of their cases, on every database."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import machine_time
from bot.escalation.advance import advance
from bot.escalation.decision import Message
from bot.escalation.requests import Acknowledge, Confirm, Request, Resolve, Tick
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.handlers.backlog import backlog, in_order
from bot.handlers.passing import sweep
from bot.ports import Overdue
from bot.store import lanes
from bot.store.lanes import HELD_BACK
from bot.store.outbox import enqueue
from bot.store.tables import cases
from tests.outbox.office import ANA, BEN, ORG, RITA, Told, at
from tests.outbox.platform import MACHINE, PostRoom
from tests.outbox.telling import claimed, nagged, opened

pytestmark = pytest.mark.timeout(120)


async def after_an_outage(room: PostRoom, number: int) -> list[Told]:
    """Report cases at 9, of which Ana is to be reminded at 9:30; nobody decides anything until 9:40."""
    stories = [await opened(room, case) for case in range(1, number + 1)]
    await room.drain()
    room.platform.posts.clear()
    room.clock.set(at("9:40"))
    return stories


async def sweep_some(room: PostRoom, numbers: list[CaseId]) -> None:
    """Decide only these cases, as a sweep has at some moment."""
    async with room.store.begin() as tx:
        for case in await tx.due_of(numbers, room.clock.now()):
            await tx.save(advance(case, Tick(), ORG, room.clock.now()))


async def test_reminders_wait_until_all_of_somebodys_cases_are_decided(room: PostRoom) -> None:
    await after_an_outage(room, 30)
    async with room.store.begin() as tx:
        decided = await tx.due(at("9:40"), 10)
    await sweep_some(room, [case.id for case in decided])

    await room.drain()
    assert room.platform.posts == []
    await sweep(room.store, at("9:40"))
    await room.drain()
    assert room.platform.titles("@ana") == ["10 nags and 20 more"]


async def test_reminders_that_were_queued_between_two_looks_are_waited_for(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL, the last cases may be decided after a claim has looked at what was queued, and before it looks whom to serve."""
    stories = await after_an_outage(room, 12)
    await sweep_some(room, [CaseId(number) for number in range(1, 11)])
    assign = lanes.assign

    async def late(*arguments: Any) -> None:
        await assign(*arguments)
        for story in stories[10:]:
            await arguments[0].execute(update(cases).where(cases.c.id == story.id).values(due=at("12:00")))
            await enqueue(arguments[0], [Message(MessageKind.NAG, ANA, story.id, 1)], story.now, room.clock.now())

    monkeypatch.setattr("bot.store.deliveries.assign", late)
    assert await claimed(room) == []
    monkeypatch.undo()
    await room.drain()
    assert room.platform.titles("@ana") == ["10 nags and 2 more"]


async def test_they_do_not_wait_for_ever(room: PostRoom) -> None:
    await after_an_outage(room, 3)
    await sweep_some(room, [CaseId(1)])
    room.machine.now = machine_time() + HELD_BACK + timedelta(minutes=1)  # queued by the database's own clock

    await room.drain()
    assert room.platform.titles("@ana") == ["nag C-1/2"]


async def test_what_is_no_reminder_does_not_wait(room: PostRoom) -> None:
    await after_an_outage(room, 3)
    await room.notice("hello", ANA)

    await room.drain()
    assert room.platform.titles("@ana") == ["hello"]


async def test_a_claim_takes_all_of_somebodys_reminders_however_many(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.claims._NAGS_AT_ONCE", 20)
    await nagged(room, 33)

    await room.drain(at("9:40"))
    assert room.platform.titles("@ana") == ["10 nags and 23 more"]


async def test_what_is_too_much_to_be_looked_at_together_is_given_back_and_comes_next(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.claims._NAGS_AT_ONCE", 20)
    stories = await nagged(room, 15)
    async with room.database.begin() as conn:
        for story in stories:
            await enqueue(conn, [Message(MessageKind.NAG, BEN, story.id, 2)], story.now, at("9:30"))
    room.clock.set(at("9:40"))

    first, second = await claimed(room, "first"), await claimed(room, "second")
    assert [[len(load.deliveries) for load in loads] for loads in (first, second)] == [[15], [15]]
    assert {load.lane for load in first} | {load.lane for load in second} == {"local:w:@ana", "local:w:@ben"}


async def test_nobody_is_reminded_of_a_case_that_was_closed_meanwhile(room: PostRoom) -> None:
    stories = await nagged(room, 3)
    steps: tuple[Request, ...] = (Acknowledge(ANA), Resolve(ANA, Text("The reading was wrong."), "meter"), Confirm(RITA))
    for minute, request in enumerate(steps, start=33):
        await room.save(stories[0].does(request, at(f"9:{minute}")))
    room.platform.posts.clear()

    await room.drain(at("9:40"))
    assert "2 nags and 0 more" in room.platform.titles("@ana")
    assert (await room.row("C-1/2/nag/ana")).state == "dropped"


async def test_what_is_due_in_its_turn_is_no_backlog(room: PostRoom) -> None:
    await after_an_outage(room, 3)

    assert await backlog(room.store, at("9:30")) == []
    assert await backlog(room.store, at("9:40")) == [1, 2, 3]


def test_a_backlog_goes_by_people_the_highest_level_and_the_longest_wait_first() -> None:
    rows = [
        (1, 0, "ana", 0),
        (2, 1, "bruno", 9),
        (3, 0, "ana", 5),
        (4, 2, "cleo", 8),
        (5, 1, "ana", 7),
        (6, 0, "ben", 1),
        (7, 2, "cleo", 3),
    ]
    found = [Overdue(CaseId(n), MACHINE + timedelta(minutes=due), level, PersonId(who)) for n, level, who, due in rows]

    assert in_order(found) == [7, 4, 5, 1, 3, 2, 6]
