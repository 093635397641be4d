"""What would somebody do without Buckstop? One APScheduler job per reminder, kept in its SQLAlchemy job store.

Each reminder is a job with a date, as its documentation shows, and all that it does is to note the time. Measured with the defaults, and
with what somebody sets who has read on: no grace time after which a job is dropped, and write-ahead logging for SQLite.
"""

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import create_engine, event, insert, text

from bot.clock import RealClock
from tests.bench.databases import Place
from tests.bench.figures import Lateness, Spread, Table, duration, thousands
from tests.bench.scale import Scale
from tests.bench.waiting import until

FIRED: dict[int, datetime] = {}
"""Which reminders fired, and when. A job store finds a job's function by its name, so what it writes to must have one."""

DEFAULTS = {"misfire_grace_time": 1, "coalesce": True, "max_instances": 1}
READ_ON = DEFAULTS | {"misfire_grace_time": None}
LONG_AGO = timedelta(seconds=60)
HEAD_START = timedelta(seconds=2)
PATIENCE = 30.0

# All of them share one pickled job: those that are not due are never unpickled.
_FAR = """
INSERT INTO apscheduler_jobs (id, next_run_time, job_state)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
SELECT 'later-' || n, :start + (n % 7919) * 971, :state FROM numbers
"""


async def fire(number: int) -> None:
    """Note that a reminder fired: all that it does."""
    FIRED[number] = RealClock().now()


@dataclass
class Shop:
    """A scheduler over its job store."""

    store: Any
    scheduler: Any
    settings: dict[str, Any]

    def row(self, number: int, at: datetime) -> dict[str, Any]:
        """Return a reminder as the job store would write it."""
        named = {"id": f"reminder-{number}", "name": "fire", "func": fire, "args": (number,), "kwargs": {}, "executor": "default"}
        job = Job(self.scheduler, trigger=DateTrigger(at), next_run_time=at, **named, **self.settings)
        return {"id": job.id, "next_run_time": datetime_to_utc_timestamp(at), "job_state": _pickled(self.store, job)}

    def fill(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write reminders many at once, which the scheduler itself cannot."""
        with self.store.engine.begin() as connection:
            connection.execute(insert(self.store.jobs_t), rows)

    def fill_far(self, count: int, now: datetime) -> None:
        """Write reminders that are not due for a day."""
        start = datetime_to_utc_timestamp(now + timedelta(days=1))
        with self.store.engine.begin() as connection:
            connection.execute(text(_FAR), {"count": count, "start": start, "state": self.row(0, now)["job_state"]})
            if connection.dialect.name == "postgresql":
                connection.execute(text("ANALYZE"))  # it does it by itself, a minute later

    def empty(self) -> None:
        """Remove all."""
        self.store.remove_all_jobs()
        FIRED.clear()


def _pickled(store: Any, job: Any) -> bytes:
    return pickle.dumps(job.__getstate__(), store.pickle_protocol)


@asynccontextmanager
async def shop(place: Place, settings: dict[str, Any], *, paused: bool = True) -> AsyncIterator[Shop]:
    """Start a scheduler on a new database, and remove both at the end."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it warns for each reminder that it drops
    url = place.new()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    if place.kind == "SQLite" and settings is READ_ON:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode = WAL"))
    store = SQLAlchemyJobStore(engine=engine)
    scheduler: Any = AsyncIOScheduler(jobstores={"default": store}, job_defaults=settings, timezone="UTC")
    scheduler.start(paused=paused)
    FIRED.clear()
    try:
        yield Shop(store, scheduler, settings)
    finally:
        scheduler.shutdown(wait=False)
        engine.dispose()
        await asyncio.sleep(0)
        place.drop(url)


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A scheduler among so many reminders: looking in vain, and firing what is due."""

    size: int
    idle: Spread
    firing: Spread


async def add(place: Place, count: int, now: datetime) -> float:
    """Return how long it takes to add reminders one by one, as somebody's program would."""
    async with shop(place, READ_ON) as one:
        began = perf_counter()
        for n in range(count):
            one.scheduler.add_job(fire, "date", run_date=now + timedelta(days=1, seconds=n), args=(n,))
        return perf_counter() - began


async def wake_ups(place: Place, scale: Scale, now: datetime) -> list[WakeUp]:
    """Measure wake-ups among every size."""
    found = []
    for size in scale.open_cases:
        async with shop(place, READ_ON) as one:
            one.fill_far(size, now)
            one.scheduler.resume()
            idle = [_timed(one.scheduler._process_jobs) for _ in range(scale.runs)]
            firing = [await _firing(one, scale.due, now) for _ in range(min(scale.runs, 3))]
            found.append(WakeUp(size, Spread(tuple(idle)), Spread(tuple(firing))))
    return found


def _timed(call: Callable[[], object]) -> float:
    began = perf_counter()
    call()
    return perf_counter() - began


async def _firing(one: Shop, due: int, now: datetime) -> float:
    one.scheduler.pause()
    FIRED.clear()
    one.fill([one.row(n, now - timedelta(milliseconds=n)) for n in range(due)])
    began = perf_counter()
    one.scheduler.resume()

    async def done() -> bool:
        return len(FIRED) == due

    assert await until(done, 0, PATIENCE), "it does not fire"
    return perf_counter() - began


async def dropped(place: Place, due: int, now: datetime) -> int:
    """Return how many of those that came due a minute ago are dropped without a word, with the defaults."""
    async with shop(place, DEFAULTS) as one:
        one.fill([one.row(n, now - LONG_AGO) for n in range(due)])
        one.scheduler.resume()
        await _until_over(one)
        return due - len(FIRED)


async def lateness(place: Place, scale: Scale, size: int, settings: dict[str, Any]) -> Lateness:
    """Return how late reminders fired that came due at a steady pace."""
    count = round(scale.a_second * scale.rival_seconds)
    async with shop(place, settings) as one:
        one.fill_far(size, RealClock().now())
        start = RealClock().now() + HEAD_START
        due = {n: start + timedelta(seconds=n / scale.a_second) for n in range(count)}
        one.fill([one.row(n, at) for n, at in due.items()])
        one.scheduler.resume()
        await asyncio.sleep((due[count - 1] - RealClock().now()).total_seconds())
        await _until_over(one)
        late = tuple((FIRED[n] - at).total_seconds() for n, at in due.items() if n in FIRED)
    return Lateness(late, count - len(late))


async def _until_over(one: Shop) -> None:
    """Wait until nothing of what was due is left, fired or dropped."""

    async def done() -> bool:
        return not one.store.get_due_jobs(RealClock().now())

    assert await until(done, 0.05, PATIENCE), "it does not come to an end"
    await asyncio.sleep(0.1)  # the last ones are running


def wake_up_table(due: int) -> Table:
    """Return the table of wake-ups, without rows."""
    about = (
        "One APScheduler 3 job per reminder in its SQLAlchemy job store, without a grace time. It fires a coroutine that notes the time and"
        " does nothing else; Buckstop decides each case, writes it, its facts and its messages. APScheduler's event loop stands still"
        " meanwhile."
    )
    head = ("database", "open", f"Buckstop: {thousands(due)} decided and saved", f"APScheduler: {thousands(due)} fired", "its idle wake-up")
    return Table(f"Without Buckstop: {thousands(due)} due at once", head, about)


def add_wake_ups(to: Table, kind: str, found: Sequence[WakeUp], sweeps: dict[int, float]) -> None:
    """Put one database's wake-ups beside our own sweeps."""
    for one in found:
        to.rows.append((kind, thousands(one.size), duration(sweeps[one.size]), one.firing, one.idle))


def note(kind: str, scale: Scale, adding: float, gone: int) -> str:
    """Say what adding reminders costs, and what the defaults lose."""
    each, count = duration(adding / scale.reminders), thousands(scale.reminders)
    return (
        f"{kind}: adding {count} reminders one by one took {duration(adding)} ({each} each). Of {thousands(scale.due)} that had come due a"
        f" minute before, APScheduler's defaults dropped {thousands(gone)} for good; Buckstop decides every one."
    )


def lateness_table(scale: Scale) -> Table:
    """Return the table of APScheduler's lateness, without rows."""
    about = (
        f"{scale.a_second} jobs come due each second for {scale.rival_seconds:g} seconds; nothing is decided, saved or sent."
        " The defaults drop a job that is more than a second late, for good."
    )
    return Table(
        f"Without Buckstop: lateness at {scale.a_second} due a second",
        ("database", "open", "settings", "fired p50", "p99", "max", "dropped"),
        about,
    )


def add_lateness(to: Table, kind: str, size: int, settings: str, found: Lateness) -> None:
    """Put one run into the table."""
    to.rows.append((kind, thousands(size), settings, *found.cells(), thousands(found.missing)))
