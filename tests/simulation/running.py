"""How is a seed run, and what came of it?

`run_seed` plays one seed and judges it; `run_seeds` plays many, in several processes of the machine if asked, and counts.
"""

import asyncio
import gc
import hashlib
import logging
import multiprocessing
import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from itertools import zip_longest
from pathlib import Path
from random import Random

import structlog

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.simulation.chaos import Chaos
from tests.simulation.company import KINDS
from tests.simulation.judging import judge
from tests.simulation.people import People
from tests.simulation.world import World

DAY = 86400.0
_FIRST_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_QUIET = 3 * 3600.0  # seconds at the end without faults: what is on its way arrives
_COLLECTED_EVERY = 20  # seeds
_CHUNKS = 3  # of so many seeds, which one process plays
_MEMORY = Path("/dev/shm")  # a file there costs no disk


@dataclass(frozen=True, slots=True)
class Order:
    """One seed to be played."""

    seed: int
    days: float
    actions: int | None = None  # how often people do something; None: that is drawn
    twice: bool = False  # it must come out the same a second time


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one seed."""

    seed: int
    violations: tuple[str, ...]
    trace: str  # the hash over journal, timelines and what people were answered
    cases: int
    messages: int
    kills: int
    log: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    """What came of many."""

    runs: int = 0
    cases: int = 0
    messages: int = 0
    kills: int = 0
    failed: list[Run] = field(default_factory=list)

    def add(self, run: Run) -> None:
        """Count one seed."""
        self.runs += 1
        self.cases += run.cases
        self.messages += run.messages
        self.kills += run.kills
        if run.violations:
            self.failed.append(run)


def run_seeds(
    seeds: Iterable[int],
    days: float = 30.0,
    *,
    actions: int | None = None,
    jobs: int = 1,
    every: int = 20,
    told: Callable[[Run], None] | None = None,
) -> Result:
    """Play seeds and judge them; one of `every` so many is played twice, and must come out the same.

    Args:
        seeds: which ones.
        days: how long each of them is.
        actions: how often people do something in each; None: that is drawn.
        jobs: how many processes of this machine play them.
        every: of how many seeds one is played twice.
        told: called after each.
    """
    result = Result()
    for run in _played_all([Order(seed, days, actions, seed % every == 0) for seed in seeds], jobs):
        result.add(run)
        if told is not None:
            told(run)
    return result


def _played_all(orders: list[Order], jobs: int) -> Iterator[Run]:
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=_MEMORY if _MEMORY.is_dir() else None) as there:
        folder = Path(there)
        if jobs == 1:
            yield from (_play(order, folder) for order in orders)
            return
        # What SQLAlchemy keeps of engines that are used again and again makes a process slower with each seed.
        with multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=_CHUNKS) as pool:
            yield from pool.imap(partial(_play, there=folder), orders, chunksize=_COLLECTED_EVERY)


def _play(order: Order, there: Path) -> Run:
    folder = there / str(os.getpid())
    folder.mkdir(exist_ok=True)
    with _collecting_seldom(order.seed):
        run = run_seed(order, folder)
        if order.twice and (again := run_seed(order, folder)).trace != run.trace:
            return replace(run, violations=(*run.violations, _differing(run, again)))
    return run


def _differing(run: Run, again: Run) -> str:
    first = next((pair for pair in zip_longest(run.log, again.log) if pair[0] != pair[1]), None)
    return f"the second time it went otherwise; the first difference: {first}"


@contextmanager
def _collecting_seldom(seed: int) -> Iterator[None]:
    """Look for garbage between seeds, not within them: it would be a quarter of the work."""
    gc.disable()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The garbage collector is trying to clean up")  # whoever is killed gives no connection back
        try:
            yield
        finally:
            if seed % _COLLECTED_EVERY == 0:
                gc.collect()
                gc.freeze()
            gc.enable()


def run_seed(order: Order, folder: Path) -> Run:
    """Play one seed and judge it. The same order gives the same trace."""
    seed, dice = order.seed, Random(f"seed {order.seed}")
    start = _FIRST_DAY + timedelta(days=dice.randrange(365), seconds=dice.randrange(86400))
    slots, kind, steps = dice.choice((1, 2, 2, 3)), dice.randrange(KINDS), dice.random() < 0.25
    template = _template(folder)
    with _silence():
        world = World(seed, kind, start, folder / "simulation.db", template, slots=slots, steps=steps)
        asyncio.set_event_loop(world.loop)
        try:
            return world.loop.run_until_complete(_played(world, slots, order, dice))
        finally:
            world.loop.bury([*world.dead, *world.processes.values()])
            world.close()
            asyncio.set_event_loop(None)


async def _played(world: World, slots: int, order: Order, dice: Random) -> Run:
    until = order.days * DAY
    people = People(world, order.actions or dice.choice((8, 15, 30)))
    chaos = Chaos(world, blows=max(6, int(order.days * dice.choice((0.3, 0.6, 1)))))
    for slot in range(slots):
        world.begin(slot)
    conducting = asyncio.create_task(world.conduct())
    await asyncio.gather(people.live(until), chaos.reign(until))
    await people.fall_silent()
    await chaos.end()
    await asyncio.sleep(_QUIET)
    conducting.cancel()
    kills = len(world.dead)
    for process in world.running():
        process.kill(world.loop)
    violations = (*world.violations, *await judge(world, people))
    cases = world.thresholds.one("SELECT count(*) FROM cases") or 0
    return Run(world.seed, violations, _trace(world, people), cases, len(world.journal.posts), kills, tuple(_story(world, people)))


def _story(world: World, people: People) -> list[str]:
    """Return what happened, in order."""
    lines = [(post.at, f"{post.wall:%d %b %H:%M:%S} {post.line}") for post in world.journal.posts]
    lines += [(said.at, f"{world.wall_at(said.at):%d %b %H:%M:%S} {said.line}") for said in people.said]
    lines += [(at, f"{world.wall_at(at):%d %b %H:%M:%S} * {what}") for at, what in world.log]
    return [line for _, line in sorted(lines, key=lambda entry: entry[0])]


def _trace(world: World, people: People) -> str:
    digest = hashlib.sha256()
    for line in (*_story(world, people), *world.journal.edits):
        digest.update(line.encode())
    for query in (
        "SELECT case_id, n, name, at FROM facts ORDER BY case_id, n",
        "SELECT id, version, status, owner, accountable, level, due FROM cases ORDER BY id",
    ):
        for row in world.reader.execute(query):
            digest.update(repr(row).encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _template(folder: Path) -> Path:
    """Return a file with all tables, to be copied: a migration takes longer than a seed's day."""
    file = folder / "template.db"
    asyncio.run(_migrated(file))
    return file


async def _migrated(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    await database.close()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the log quiet: what goes wrong on purpose would fill it."""
    logging.disable(logging.CRITICAL)
    structlog.configure(processors=[_dropped], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.reset_defaults()
        logging.disable(logging.NOTSET)


def _dropped(_logger: object, _method: str, _event: object) -> str:
    raise structlog.DropEvent
