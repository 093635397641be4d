"""A bot on every platform at once, in a process of its own, whose event loop is watched.

`python -m tests.bench.draining CONFIG MESSAGES SECONDS` runs as `buckstop run` does, but writes as fast as it can. It prints one line of
JSON: the memory when idle (after so many seconds), how late the loop came back while so many messages drained, and how long that took.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bot.app import Bot, keep_what_is_there, running
from bot.clock import RealClock
from bot.config import load
from bot.escalation.words import PersonId
from bot.log import configure
from bot.platforms import ways_of
from tests.bench.company import PEOPLE

_EVERY = 0.005  # seconds between two looks at the loop
_AT_ONCE = 20  # messages of one transaction


async def main(file: str, messages: int, idle_after: float) -> None:
    """Run, be idle, and drain."""
    config = load(Path(file), os.environ)
    ways = ways_of(config, os.environ)
    assert ways.slack is not None
    assert ways.discord is not None
    slack, discord = replace(ways.slack, pace=None), replace(ways.discord, pace=None)
    async with running(config, RealClock(), local_too=False, slack=slack, discord=discord) as bot:
        assert bot.slack is not None
        assert bot.discord is not None
        await bot.serve_local(0)
        bot.slack.connect()
        bot.discord.connect()
        await bot.discord.catching_up.caught_up()
        bot.run_by_itself()
        keep_what_is_there()
        await asyncio.sleep(idle_after)
        idle = resident()
        async with watched() as late:
            began = perf_counter()
            await _queue(bot, messages)
            while (await bot.store.health(bot.clock.now())).deliveries_waiting:  # noqa: ASYNC110 - it is the database that knows
                await asyncio.sleep(0.05)
            took = perf_counter() - began
    print(json.dumps({"idle": idle, "late": late, "took": took}))


async def _queue(bot: Bot, messages: int) -> None:
    # As many at a time as a busy decision queues: on SQLite, a transaction's statements run in the loop.
    for some in range(0, messages, _AT_ONCE):
        async with bot.store.begin() as tx:
            for n in range(some, min(some + _AT_ONCE, messages)):
                await tx.notify(f"bench/{n}", _person(n), (f"Message {n} of {messages}, with as many words as a notice usually has.",))


def _person(n: int) -> PersonId:
    return PersonId(PEOPLE[n % len(PEOPLE)][0])


@asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """Yield how many seconds late the loop came back, each time it was looked at."""
    late: list[float] = []

    async def look() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_EVERY)
            late.append(perf_counter() - before - _EVERY)

    task = asyncio.create_task(look())
    try:
        yield late
    finally:
        task.cancel()


def resident() -> float | None:
    """Return how many MiB this process has in memory; None where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    configure("critical")
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
