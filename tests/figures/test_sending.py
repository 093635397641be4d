"""One digest for each channel and day, and no moment left out: under `kill -9`, with two processes, and on a clock that jumps."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from bot.clock import ManualClock
from bot.escalation.requests import Acknowledge, Confirm, Escalate, RecordCost, Reopen, Report, Resolve
from bot.escalation.words import CaseId, FixKind, PersonId, ServiceId, Text
from bot.handlers.digests import send_due_digests
from bot.handlers.history.generating import month
from bot.handlers.history.keeping import keep
from bot.handlers.turn import Deciding
from bot.ports import DigestRecord, Tx
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.store import SqlStore
from bot.store.tables import digests
from tests.figures.comparing import example
from tests.figures.sending import DAILY

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAYS = 12
HERE = Path(__file__).resolve().parents[2]
CHANNEL = "local:leadership"
ANA, RITA, BRUNO = PersonId("ana"), PersonId("rita"), PersonId("bruno")


def store_of(database: Database, at: datetime = START) -> SqlStore:
    return SqlStore(database, example(), ManualClock(at))


async def kept(database: Database) -> SqlStore:
    store = store_of(database)
    await keep(store, month(example(), 5, START, DAYS, cases=25))
    return store


async def sent(database: Database) -> list[DigestRecord]:
    """Return the digests that were sent, and see that each joins the one before and has one first message."""
    async with database.read() as conn:
        rows = (await conn.execute(select(digests).order_by(digests.c.start))).all()
        keys = list(await conn.scalars(select(deliveries.c.key).where(deliveries.c.kind == "digest")))
    found = [DigestRecord(row.channel, row.day, row.start, row.end, row.content) for row in rows]
    assert all(one.end == other.start and one.day < other.day for one, other in pairwise(found))
    assert len(keys) == len(set(keys))
    assert {f"digest/{CHANNEL}/{record.day}" for record in found} <= {"/".join(key.split("/")[:3]) for key in keys}
    return found


async def process(database: Database) -> Process:
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    url = database.url.render_as_string(hide_password=False)
    words = ("-m", "tests.figures.sending", url, START.isoformat(), str(DAYS))
    return await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE, env=environment)


async def ended(running: Process) -> bool:
    """Wait for a process; tell whether it came to its end."""
    assert running.stdout is not None
    said = (await running.stdout.read()).decode()
    await running.wait()
    return "done" in said


async def killed_soon(running: Process, after: float) -> None:
    """Let a process begin, and kill it a moment later, in the middle of whatever it does then."""
    assert running.stdout is not None
    await running.stdout.readline()
    try:
        await asyncio.wait_for(running.wait(), after)
    except TimeoutError:
        with suppress(ProcessLookupError):  # it came to its end at this very moment
            running.send_signal(signal.SIGKILL)
        await running.wait()


async def test_killed_again_and_again_two_at_a_time(database: Database) -> None:
    await kept(database)
    dice = random.Random(3)
    for _ in range(3):
        both = [await process(database), await process(database)]
        await asyncio.gather(*(killed_soon(one, dice.uniform(0.02, 0.5)) for one in both))
    assert all(await asyncio.gather(*[ended(await process(database)) for _ in range(2)]))

    found = await sent(database)
    assert (len(found), found[-1].end) == (DAYS, START + timedelta(days=DAYS))


async def test_a_clock_that_jumps_to_and_fro(sqlite: Database) -> None:
    store, dice, now = await kept(sqlite), random.Random(4), START
    for _ in range(40):
        now += timedelta(hours=dice.choice([-30, -1, 1, 5, 20, 80]))
        await send_due_digests(store, (DAILY,), now)

    found = await sent(sqlite)
    assert len(found) > 3
    assert len({record.day for record in found}) == len(found)


async def test_three_days_missed_are_one_digest_of_three_days(sqlite: Database) -> None:
    store = await kept(sqlite)
    await send_due_digests(store, (DAILY,), START + timedelta(days=2))
    await send_due_digests(store, (DAILY,), START + timedelta(days=5, hours=3))

    first, caught_up = await sent(sqlite)
    assert (caught_up.start, caught_up.end) == (first.end, START + timedelta(days=5))


class Interrupted(SqlStore):
    """A store into which somebody else writes between the computation of a digest and its posting."""

    other: SqlStore | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        if self.other is not None:
            other, self.other = self.other, None
            await confirmed(other, START + timedelta(days=1, microseconds=-1))
        async with super().begin() as tx:
            yield tx


async def resolved(store: SqlStore) -> None:
    """A case that its owner's manager has fixed, and that the reporter has not confirmed."""
    async with store.begin() as tx:
        deciding = Deciding(tx=tx, org=await tx.org(), now=START + timedelta(hours=1))
        report = Report(CaseId(1), RITA, ServiceId("billing"), Text("The bill says 9,000"), Text("Again"))
        decision = await deciding.decide(None, report)
        for request in (
            Acknowledge(ANA),
            Escalate(ANA, Text("I may not")),
            Resolve(BRUNO, Text("Corrected"), "process", FixKind.FIX),
        ):
            decision = await deciding.decide(decision.case, request)
            assert decision.refusal is None


async def confirmed(store: SqlStore, now: datetime) -> None:
    async with store.begin() as tx:
        decision = await Deciding(tx=tx, org=await tx.org(), now=now).decide(await tx.case(CaseId(1)), Confirm(RITA))
        assert decision.facts


async def test_what_was_decided_in_the_last_moment_is_told(sqlite: Database) -> None:
    store = Interrupted(sqlite, example(), ManualClock(START))
    await resolved(store)
    store.other = store_of(sqlite)

    assert await send_due_digests(store, (DAILY,), START + timedelta(days=1)) == 1
    (record,) = await sent(sqlite)
    assert [entry["case"] for entry in record.content["escalated_fixes"]] == ["C-1"]


async def test_what_changes_later_is_told_in_the_next_one(sqlite: Database) -> None:
    store = store_of(sqlite)
    await resolved(store)
    await confirmed(store, START + timedelta(hours=2))
    await send_due_digests(store, (DAILY,), START + timedelta(days=1))
    for day, request in ((1, RecordCost(BRUNO, Decimal(70), "goodwill")), (2, Reopen(RITA, Text("Back again")))):
        async with store.begin() as tx:
            deciding = Deciding(tx=tx, org=await tx.org(), now=START + timedelta(days=day, hours=1))
            assert (await deciding.decide(await tx.case(CaseId(1)), request)).facts
        await send_due_digests(store, (DAILY,), START + timedelta(days=day + 1))

    first, second, third = await sent(sqlite)
    about = {
        "case": "C-1",
        "title": "The bill says 9,000",
        "service": "billing",
        "team": "billing",
        "told": "fixed",
        "was_escalated_fix": True,
    }
    assert first.content["escalated_fixes"][0]["cost"] == 0  # as it was sent
    assert second.content["corrections"] == [about | {"now": "fixed", "what": "cost", "added": 70, "cost": 70}]
    assert third.content["corrections"] == [about | {"now": "open", "what": "reopened"}]
