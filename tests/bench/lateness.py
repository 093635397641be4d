"""How late does it happen? A hundred cases come due each second, on the real clock, with the real beat and outbox.

Measured from the moment that a case names to the commit of what was decided, and to the messenger's hands. That messenger answers at
once: what a platform takes on top is not ours.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

from sqlalchemy import select

from bot.adapters.local import LocalDirectory, LocalPlaces
from bot.app import Bot, keep_what_is_there, running
from bot.clock import RealClock
from bot.config import Config
from bot.escalation.decision import Decision
from bot.escalation.words import CaseId
from bot.outbox.ways import Directories
from bot.outbox.worker import Worker
from bot.ports import Address, Delivered, Limit, Outcome, Parcel, Tx
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.store import SqlStore
from bot.wording import cards
from tests.bench import bare
from tests.bench.figures import Lateness, Table, duration, thousands, times
from tests.bench.filling import add_due, due_at
from tests.bench.targets import held
from tests.bench.waiting import delivered, until

P50, P99, LONGEST, GROWTH = 0.005, 0.1, 1.0, 1.5
"""Seconds, and how many times the p99 among the fewest open cases that among the most may be."""
HEAD_START = timedelta(seconds=2)
PATIENCE = 30.0
"""Seconds after the last due time; what has not happened by then counts as missing."""


@dataclass
class Instant:
    """A platform that takes everything at once."""

    platform: str = "local"
    arrived: dict[str, datetime] = field(default_factory=dict)  # when, by the id of the message
    _numbers: Any = field(default_factory=lambda: count(1))

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """There are none."""
        return ()

    async def send(self, parcel: Parcel) -> Outcome:
        """Take a message."""
        message = parcel.edit or f"m{next(self._numbers)}"
        self.arrived[message] = RealClock().now()
        return Delivered(message)

    async def find(self, parcel: Parcel) -> str | None:
        """Nothing here is ever ambiguous."""
        return None


@dataclass
class _Watched:
    """A transaction whose cases are noted."""

    tx: Tx
    saved: list[CaseId] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tx, name)

    async def save(self, decision: Decision) -> None:
        await self.tx.save(decision)
        if decision.case is not None:
            self.saved.append(decision.case.id)


class WatchedStore(SqlStore):
    """A store that notes when a case was first committed."""

    committed: dict[CaseId, datetime]

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Begin a transaction, and note its end."""
        async with super().begin() as tx:
            watched = _Watched(tx)
            yield cast(Tx, watched)
        now = RealClock().now()
        for case in watched.saved:
            self.committed.setdefault(case, now)


@asynccontextmanager
async def watched(config: Config, database: Database) -> AsyncIterator[tuple[Bot, WatchedStore, Instant]]:
    """Run the real composition over a store that is watched and a platform that takes everything at once."""
    there = replace(config, database_url=database.url.render_as_string(hide_password=False), digests=())
    async with running(there, RealClock()) as bot:
        store, platform = WatchedStore(bot.database, config.org, bot.clock), Instant()
        store.committed = {}
        places = LocalPlaces(config.local.channels)
        worker = Worker(
            bot.outbox, store, bot.clock, cards, {platform.platform: platform}, Directories({"local": LocalDirectory()}), places
        )
        mine = replace(bot, store=store, worker=worker)
        try:
            yield mine, store, platform
        finally:
            await mine.stop()


@dataclass(frozen=True, slots=True)
class Late:
    """How late cases were committed, how late their messages arrived, and how late the same statements were without Buckstop."""

    committed: Lateness
    delivered: Lateness
    bare: Lateness


async def measure(config: Config, database: Database, first: int, a_second: int, seconds: float) -> Late:
    """Measure it, and the floor under it with as many further cases."""
    committed, delivered = await _ours(config, database, first, a_second, seconds)
    further = first + round(a_second * seconds)
    due = _times(RealClock().now() + HEAD_START, further, a_second, seconds)
    await add_due(database, [due_at(config.org, case, at) for case, at in due.items()])
    return Late(committed, delivered, await bare.measure(database, due))


def _times(start: datetime, first: int, a_second: int, seconds: float) -> dict[CaseId, datetime]:
    # They are made before the clock counts, and due one after the other.
    start += timedelta(seconds=0.004 * a_second * seconds)
    return {CaseId(first + n): start + timedelta(seconds=n / a_second) for n in range(round(a_second * seconds))}


async def _ours(config: Config, database: Database, first: int, a_second: int, seconds: float) -> tuple[Lateness, Lateness]:
    async with watched(config, database) as (bot, store, platform):
        await bot.worker.drain(bot.clock.now())  # what earlier measurements left waiting
        due = _times(bot.clock.now() + HEAD_START, first, a_second, seconds)
        await add_due(database, [due_at(config.org, case, at) for case, at in due.items()])
        assert bot.clock.now() < min(due.values()), "the machine is too slow to make the cases in time"
        keep_what_is_there()
        bot.run_by_itself()
        await _all_done(bot, store, due)
        arrived = await _arrived(database, platform, due)
    return _late(due, store.committed), _late(due, arrived)


async def _all_done(bot: Bot, store: WatchedStore, due: Mapping[CaseId, datetime]) -> None:
    last = max(due.values())
    await asyncio.sleep((last - bot.clock.now()).total_seconds())

    async def done() -> bool:
        return not due.keys() - store.committed.keys() and await delivered(bot)

    await until(done, 0.1, PATIENCE)  # what is missing then is counted
    await bot.worker.stop()


async def _arrived(database: Database, platform: Instant, due: Mapping[CaseId, datetime]) -> dict[CaseId, datetime]:
    """Return when the last message about a case arrived."""
    told = select(deliveries.c.case_id, deliveries.c.message).where(deliveries.c.message.is_not(None))
    found: dict[CaseId, datetime] = {}
    async with database.read() as connection:
        for row in await connection.execute(told):
            at = platform.arrived.get(row.message)
            if row.case_id in due and at is not None:
                found[row.case_id] = max(at, found.get(row.case_id, at))
    return found


def _late(due: Mapping[CaseId, datetime], happened: Mapping[CaseId, datetime]) -> Lateness:
    late = tuple((happened[case] - at).total_seconds() for case, at in due.items() if case in happened)
    return Lateness(late, len(due) - len(late))


def table(a_second: int, seconds: float) -> Table:
    """Return the table without rows."""
    about = (
        f"{a_second} cases come due each second for {seconds:g} seconds: every other one is a nag, the rest goes a level up and tells three"
        " people. From the due time until committed, and until the last message about it is with a messenger that answers at once. Bare: a"
        " due time, a fact and a message written for each in the same way, without Buckstop. The targets are those of the commits, but for"
        f" the last row: what is delivered must keep {duration(P99)} and {duration(LONGEST)} too."
    )
    ours = ("committed p50", "p99", "max", "delivered p50", "p99", "max")
    head = ("database", "open cases", *ours, "bare p50", "p99", "max", "ours / bare p50", "p50", "p99", "max", "delivered", "missing")
    return Table(f"Lateness at {a_second} due a second", head, about)


def add_row(to: Table, kind: str, size: int, late: Late) -> None:
    """Put one run into the table."""
    ours, floor, told = late.committed, late.bare, late.delivered
    cells = (*ours.cells(), *told.cells(), *floor.cells(), times(ours.at(0.5) / floor.at(0.5)))
    targets = [held(figure, target, duration) for figure, target in ((ours.at(0.5), P50), (ours.at(0.99), P99), (max(ours.late), LONGEST))]
    there = "held" if told.at(0.99) <= P99 and max(told.late) <= LONGEST else "**missed**"
    to.rows.append((kind, thousands(size), *cells, *targets, there, ours.missing + told.missing))


def note(kind: str, found: Mapping[int, Late]) -> str:
    """Say how the p99 among the most open cases compares with that among the fewest."""
    ratio = found[max(found)].committed.at(0.99) / found[min(found)].committed.at(0.99)
    sizes = f"{thousands(max(found))} open cases and among {thousands(min(found))}"
    return f"{kind}: the p99 of the commits among {sizes} is as {ratio:.2f} to 1 ({held(ratio, GROWTH, '{:g}'.format)})."
