"""A restart with very many overdue cases: how soon is the first one told of, and how many messages does each owner get?

`python -m tests.bench.backlog 100000` prints it; the story of the storms does the same with a few hundred.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import func, select

from bot.app import Bot, running
from bot.clock import RealClock
from bot.config import Config
from bot.log import configure
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.tables import counters
from tests.bench import company
from tests.bench.company import OWNERS
from tests.bench.databases import Place, place
from tests.bench.filling import add_due, due_at

LATE = timedelta(minutes=10)  # within the times of both chains: each case has missed one thing


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of it."""

    first: float  # seconds until the first message was there
    all_decided: float
    all_told: float
    reminders: Counter[str]  # messages with reminders, by person
    moved_up: int  # cases of which a level above was told


async def restart(there: Place, cases: int, owners: int = OWNERS) -> Restarted:
    """Start over so many overdue cases: those of every other owner are to be nagged about, the others have missed their answer."""
    config, now = company.loaded(there.folder, "sqlite:///unused.db"), RealClock().now()
    async with there.database(config) as database:
        numbers = [OWNERS * (n // owners) + n % owners + OWNERS for n in range(cases)]
        await add_due(database, (due_at(config.org, number, now - LATE) for number in numbers))
        await _numbered_from(database, numbers[-1] + 1)
        async with _begun(replace(config, database_url=str(database.url))) as bot:
            return await _watched(bot, database)


async def _numbered_from(database: Database, number: int) -> None:
    if database.sqlite:
        async with database.begin() as conn:
            await conn.execute(counters.insert().values(name="cases", value=number))


@asynccontextmanager
async def _begun(config: Config) -> AsyncIterator[Bot]:
    async with running(config, RealClock()) as bot:
        yield bot


async def _watched(bot: Bot, database: Database) -> Restarted:
    began, first, decided = perf_counter(), 0.0, 0.0
    bot.run_by_itself()
    while True:
        health = await bot.store.health(bot.clock.now())
        passed = perf_counter() - began
        first = first or (passed if await _any(database, "delivered") else 0.0)
        if not decided and (health.oldest_due is None or health.oldest_due > bot.clock.now() - timedelta(seconds=5)):
            decided = passed
        if decided and not await _any(database, "waiting", "flying"):
            return Restarted(first, decided, passed, await _reminders(database), await _briefs(database))
        await asyncio.sleep(0.05)


async def _any(database: Database, *states: str) -> bool:
    async with database.read() as conn:
        return await conn.scalar(select(deliveries.c.id).where(deliveries.c.state.in_(states)).limit(1)) is not None


async def _reminders(database: Database) -> Counter[str]:
    messages = func.count(func.distinct(func.coalesce(deliveries.c.bundle, deliveries.c.key)))
    sent = select(deliveries.c.person, messages).where(deliveries.c.state == "delivered", deliveries.c.kind == "nag")
    async with database.read() as conn:
        return Counter({row[0]: row[1] for row in await conn.execute(sent.group_by(deliveries.c.person))})


async def _briefs(database: Database) -> int:
    async with database.read() as conn:
        return await conn.scalar(select(func.count()).where(deliveries.c.state == "delivered", deliveries.c.kind == "brief")) or 0


def said(found: Restarted, cases: int) -> str:
    """Return it as a sentence."""
    most = max(found.reminders.values(), default=0)
    return (
        f"{cases:,} overdue: first message after {found.first:.2f} s, all decided after {found.all_decided:.1f} s, all told after "
        f"{found.all_told:.1f} s; {len(found.reminders)} people reminded, at most {most} message(s) each; {found.moved_up:,} moved up"
    )


def main(arguments: Sequence[str]) -> None:
    """Measure on SQLite, or on the database whose kind is named second."""
    configure("critical")
    cases, kind = int(arguments[0]), arguments[1] if len(arguments) > 1 else "SQLite"
    with TemporaryDirectory(prefix="backlog-") as folder, place(kind, Path(folder)) as there:
        print(said(asyncio.run(restart(there, cases)), cases))


if __name__ == "__main__":
    main(sys.argv[1:])
