"""How many cases a second go the whole way: somebody types a report, it is saved and answered, and everybody concerned is told?

The outbox delivers meanwhile, in the same process and to the same database, and the time runs until the last message has arrived: the
receipt, the owner's message and the card in the channel of each case.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import insert, text

from bot.app import Bot
from bot.chat import Said
from bot.config import Config
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from bot.handlers.desk import Desk
from bot.store.database import Database
from bot.store.tables import case_numbers, counters
from tests.bench.company import OWNERS, REPORTERS
from tests.bench.figures import Spread, Table, duration, thousands
from tests.bench.filling import BILL
from tests.bench.lateness import PATIENCE, Instant, watched
from tests.bench.waiting import delivered, until

CHANNELS = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Reports made so many at a time."""

    at_once: int
    reports: int
    answers: Spread  # each reporter's wait
    saved: float  # seconds until all were saved
    told: float  # seconds until all were told
    messages: int


async def measure(config: Config, database: Database, reports: int, at_once: int) -> Run:
    """Report so many problems, so many at a time, and wait until everybody has been told."""
    async with watched(config, database) as (bot, store, platform):
        desk, told = Desk(store, bot.clock), asyncio.create_task(bot.worker.run())
        waiting, answers, began = _inbound(reports, at_once), list[float](), perf_counter()
        await asyncio.gather(*(_reporter(bot, desk, waiting, answers) for _ in range(at_once)))
        saved = perf_counter() - began
        assert len(store.committed) == reports, "not every report became a case"
        await _delivered(bot, platform)
        run = Run(at_once, reports, Spread(tuple(answers)), saved, perf_counter() - began, len(platform.arrived))
        await bot.worker.stop()
        await told
    return run


async def numbered_from(database: Database, first: int) -> None:
    """Let new cases be numbered from here on, after those that were filled in."""
    async with database.begin() as connection:
        if database.sqlite:
            await connection.execute(insert(counters).values(name="cases", value=first))
        else:
            await connection.execute(text(f"SELECT setval('{case_numbers.name}', {first})"))


def _inbound(reports: int, at_once: int) -> Iterator[Said]:
    for n in range(reports):
        by, place = PersonId(f"staff-{n % REPORTERS}"), Place("local", "local", f"channel-{n % CHANNELS}")
        yield Said(f"bench-{at_once}-{n}", by, place, f"/case report service-{n % OWNERS}: {BILL}")


async def _reporter(bot: Bot, desk: Desk, waiting: Iterator[Said], answers: list[float]) -> None:
    for said in waiting:
        began = perf_counter()
        reply = await desk.handle(said)
        assert reply.case is not None, reply
        answers.append(perf_counter() - began)
        bot.worker.nudge()


async def _delivered(bot: Bot, platform: Instant) -> None:
    """Wait until nothing waits or flies any more."""
    assert await until(lambda: delivered(bot), 0.01, PATIENCE), "the outbox does not come to an end"
    assert platform.arrived, "nobody was told anything"


def table() -> Table:
    """Return the table without rows."""
    about = (
        f"`/case report ...` in {CHANNELS} channels by {REPORTERS} people, through the desk, the engine, the store and the outbox to a"
        " messenger that answers at once. `saved` counts until the last commit, `told` until the last message."
    )
    head = ("database", "at a time", "cases", "messages", "answer p50", "answer max", "saved a second", "told a second")
    return Table("Cases through the whole path", head, about)


def add_row(to: Table, kind: str, run: Run) -> None:
    """Put one run into the table."""
    slowest = duration(max(run.answers.times))
    rates = (f"{run.reports / run.saved:,.0f}", f"{run.reports / run.told:,.0f}")
    to.rows.append((kind, run.at_once, thousands(run.reports), thousands(run.messages), duration(run.answers.median), slowest, *rates))
