"""Does the store see the simulation's time and disk, and does a kill undo what was not committed?"""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text

from bot.ports import NotSaved
from bot.store.outbox import machine_now
from bot.store.tables import from_micros
from tests.simulation.driver import Disk, Mortal
from tests.simulation.loop import Life, Loop

START = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)
COUNT = text("INSERT INTO counters (name, value) VALUES ('x', 1)")


@pytest.fixture
def loop() -> Iterator[Loop]:
    """A loop of its own."""
    made = Loop(Random(1))
    asyncio.set_event_loop(made)
    yield made
    made.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def disk(sqlite_template: Path, tmp_path: Path, loop: Loop) -> Disk:
    """A file with all tables, on the loop's time."""
    file = Path(shutil.copy(sqlite_template, tmp_path / "simulation.db"))
    return Disk(file, lambda: START + timedelta(seconds=loop.time()))


async def counted(database: Mortal) -> int:
    """Return how many rows were committed."""
    async with database.read() as conn:
        return int(await conn.scalar(text("SELECT count(*) FROM counters WHERE name = 'x'")) or 0)


def test_leases_run_on_virtual_time(loop: Loop, disk: Disk) -> None:
    database = Mortal(0, disk)

    async def story() -> None:
        await asyncio.sleep(3600)
        async with database.read() as conn:
            now = from_micros(await conn.scalar(select(machine_now())) or 0)
        assert abs(now - START - timedelta(hours=1)) < timedelta(milliseconds=1)
        await database.close()

    loop.run_until_complete(story())


@pytest.mark.parametrize(("after", "kept"), [(0.5, 0), (1.5, 1)])
def test_whoever_is_killed_before_the_disk_has_it_has_not_committed(loop: Loop, disk: Disk, after: float, kept: int) -> None:
    loop.aside = lambda: 1.0
    life, database, other = Life("p1"), Mortal(0, disk), Mortal(1, disk)

    async def count() -> None:
        async with database.begin() as conn:
            await conn.execute(COUNT)

    async def story() -> None:
        task = loop.begin(life, count())
        await asyncio.sleep(after)
        loop.kill(life)
        database.cut()
        assert await counted(other) == kept
        assert task.done() is bool(kept)
        await other.close()

    loop.run_until_complete(story())
    loop.bury([life])


@pytest.mark.parametrize("fault", ["locked", "full"])
def test_a_disk_that_takes_nothing_keeps_nothing(loop: Loop, disk: Disk, fault: str) -> None:
    database = Mortal(0, disk)

    async def story() -> None:
        setattr(disk, fault, True)
        with pytest.raises(NotSaved if fault == "locked" else Exception, match=r"Not saved|full"):
            async with database.begin() as conn:
                await conn.execute(COUNT)
        setattr(disk, fault, False)
        assert await counted(database) == 0
        await database.close()

    loop.run_until_complete(story())
    assert fault == "full" or loop.time() > 2, "it was waited for, in virtual time"
