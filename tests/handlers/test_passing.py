"""What comes due: swept once, whoever sweeps, and never stopped by one bad case."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.config.plans import DigestPlan
from bot.escalation import ticking
from bot.escalation.decision import Decision
from bot.escalation.draft import Draft
from bot.escalation.words import CaseId, Reason, Status
from bot.handlers import passing
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from tests.handlers.conftest import Floor, floor_of, next_event, through
from tests.handlers.small import BRUNO, CLEO, NOW


async def test_silence_takes_it_to_the_top(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")

    await through(floor, NOW + timedelta(days=7))

    case = await floor.case(1)
    assert (case.level, case.accountable) == (2, CLEO)
    assert [fact.what.accountable for fact in await floor.facts(1) if fact.what.name == "escalated"] == [BRUNO, CLEO]  # type: ignore[union-attr]
    assert case.due is not None
    assert case.due > floor.clock.now()


async def test_early_and_doubled_sweeps_change_nothing(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    before = await floor.case(1)
    assert await passing.sweep(floor.store, NOW) == 0

    assert before.due is not None
    floor.clock.set(before.due)
    assert await passing.sweep(floor.store, before.due) > 0
    after = await floor.case(1)
    assert await passing.sweep(floor.store, before.due) == 0
    assert await floor.case(1) == after


async def test_many_due_at_once_and_several_sweeping(floor: Floor) -> None:
    for _ in range(12):
        await floor.report("rita", "billing: meter swapped")
    due = (await floor.case(1)).due
    assert due is not None
    floor.clock.set(due)

    fired = await asyncio.gather(*(passing.sweep(floor.store, due, batch=5) for _ in range(3)))

    assert sum(fired) == 12
    assert {len(await floor.facts(number)) for number in range(1, 13)} == {2}


async def test_a_case_that_cannot_be_decided_is_set_aside(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        await floor.report("rita", "billing: meter swapped")
    due = (await floor.case(1)).due
    assert due is not None
    honest = ticking.tick

    def tick(draft: Draft, *, unasked: bool) -> Decision:
        if draft.case.id == CaseId(2):
            raise ZeroDivisionError("a bug")
        return honest(draft, unasked=unasked)

    monkeypatch.setattr(ticking, "tick", tick)
    floor.clock.set(due)

    assert await passing.sweep(floor.store, due) == 2
    assert (await floor.store.health(due)).parked == 1
    assert len(await floor.facts(2)) == 1
    assert await passing.sweep(floor.store, due) == 0


async def test_a_case_that_stays_due_is_set_aside(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    await floor.report("rita", "billing: meter swapped")
    due = (await floor.case(1)).due
    assert due is not None

    monkeypatch.setattr(ticking, "tick", lambda draft, **_: Decision.nothing(draft.case, Reason.NOTHING_DUE))
    floor.clock.set(due)

    assert await passing.sweep(floor.store, due) == 0
    assert (await floor.store.health(due)).parked == 1


async def test_nobody_is_silent_who_was_not_asked_yet(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case resolve C-1 fix process: put right")

    await through(floor, NOW + timedelta(days=21))  # nothing is ever delivered: there is no outbox on this floor

    case = await floor.case(1)
    assert case.status is Status.RESOLVED
    assert case.confirm_by is not None
    assert case.confirm_by > floor.clock.now()
    assert {*await floor.names(1)} == {"reported", "resolved", "clock_moved"}


async def test_nor_who_may_not_have_had_the_question(sqlite: Database) -> None:
    floor = floor_of(sqlite)
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case resolve C-1 fix process: put right")
    async with sqlite.begin() as conn:
        await conn.execute(update(deliveries).where(deliveries.c.kind == "confirm").values(ambiguous=True))

    await through(floor, NOW + timedelta(days=21))

    # It may be there, so she is reminded of it; of that nothing arrives either.
    assert (await floor.case(1)).status is Status.RESOLVED
    assert Counter(await floor.names(1)) > Counter(reported=1, resolved=1, nagged=2)


async def test_nor_who_had_the_question_when_it_was_resolved_before(sqlite: Database) -> None:
    floor = floor_of(sqlite)
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case resolve C-1 fix process: put right")
    async with sqlite.begin() as conn:
        await conn.execute(update(deliveries).values(state="delivered", told_at=NOW))
    floor.wait(minutes=5)
    await floor.say("rita", "/case reopen C-1 not for me")
    floor.wait(minutes=5)
    await floor.say("ana", "/case resolve C-1 fix process: now it is")

    await through(floor, NOW + timedelta(days=21))
    assert (await floor.case(1)).status is Status.RESOLVED


async def test_the_next_event_is_the_earliest(sqlite: Database) -> None:
    floor = floor_of(sqlite)
    plan = DigestPlan(("local:leadership",), "30 10 * * *", "Europe/London")
    assert await next_event(floor.store, (), NOW) is None
    assert await next_event(floor.store, (plan,), NOW) == datetime(2026, 3, 3, 10, 30, tzinfo=UTC)

    case = await floor.report("rita", "critical billing: meter swapped")
    assert case.due is not None
    assert await next_event(floor.store, (plan,), NOW) == min(case.due, datetime(2026, 3, 3, 10, 30, tzinfo=UTC))
    assert await next_event(floor.store, (replace(plan, cron="0 23 * * *"),), NOW) == case.due
