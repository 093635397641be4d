"""Does any forged or absurd request have an effect, break something, or stay in memory?

The real bot, over its real doors: the one for Slack, and the local workspace's API. A seed makes the same requests again.
"""

import asyncio
import logging
import os
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import ClientSession, TCPConnector
from sqlalchemy import func, select

from bot.app import Bot
from bot.clock import ManualClock
from bot.config import loads
from bot.store.tables import absences, announcements, case_people, cases, digests, facts, link_codes, people_keys, routes, texts
from tests.scenarios.slack_stage import access, slack_org, workspace
from tests.scenarios.stages import MONDAY, ORG
from tests.security.forging import Forger, Made
from tests.slack.client import Workspace
from tests.unhurried import running

_AT_ONCE = 24
# What a request has an effect on. Answers that are kept and letters that were written are none; who writes for the first time is noted.
_EFFECTS = (cases, case_people, facts, texts, people_keys, absences, announcements, link_codes, routes, digests)
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Told:
    """What came of a storm."""

    requests: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)  # answers of 500 and above, no answer, errors in the log
    effects: list[str] = field(default_factory=list)
    grown: int = 0  # bytes of memory from the first fifth to the end

    def __str__(self) -> str:
        rate = f"{self.requests / max(self.seconds, 0.001):.0f} a second"
        bad = f"{len(self.broken)} broken, {len(self.effects)} effects"
        came = f"{bad}, {self.grown >> 20} MiB more; {dict(sorted(self.statuses.items()))}"
        return f"{self.requests} requests in {self.seconds:.0f} s, {rate}: {came}"


class _Errors(logging.Handler):
    def __init__(self, told: Told) -> None:
        super().__init__(logging.ERROR)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        self._told.broken.append(
            f"log of {record.name}: {record.getMessage()[:300]} {repr(record.exc_info[1])[:200] if record.exc_info else ''}"
        )


@contextmanager
def listening(told: Told) -> Iterator[None]:
    """Note whatever is logged as an error, by us or by a library."""

    def note(_logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if method in {"error", "critical", "exception"}:
            told.broken.append(f"log: {str(dict(event))[:400]} at {_where(event.get('exc_info'))}")
        raise structlog.DropEvent

    handler, before = _Errors(told), structlog.get_config()["processors"]
    structlog.configure(processors=[note])
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(processors=before)


async def effects(bot: Bot) -> tuple[Any, ...]:
    """Return what a request could have an effect on: how many rows there are, and how the cases stand."""
    async with bot.store.database.read() as conn:
        counts = [await conn.scalar(select(func.count()).select_from(table)) for table in _EFFECTS]
        rows = (await conn.execute(select(cases.c.id, cases.c.version, cases.c.head, cases.c.state).order_by(cases.c.id))).all()
    return (*counts, *map(tuple, rows))


def memory() -> int:
    """Return how many bytes of this process are in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a file of the system's
        return int(file.read().split()[1]) * _PAGE


@dataclass(frozen=True, slots=True)
class Doors:
    """A running bot with one case in it, and where it is reached."""

    bot: Bot
    ws: Workspace
    slack: str
    local: str


@asynccontextmanager
async def open_doors(database_url: str, slack_address: str) -> AsyncIterator[Doors]:
    """Run the bot for Slack over HTTP, and the local workspace beside it; C-1 is Rita's, and Ana owns it."""
    async with workspace(slack_address, transport="http", request_url="http://127.0.0.1:9/none") as ws:
        config = replace(loads(slack_org(ws, "http"), str(ORG), {}), database_url=database_url)
        async with running(config, ManualClock(MONDAY), local_too=False, slack=access(ws)) as bot:
            assert config.slack is not None
            door = await bot.serve_slack(config.slack)
            assert door is not None
            await ws.set(request_url=f"{door}/slack/{ws.team}/events")
            await ws.command("rita", "/case report billing: meter swapped", "help")
            await bot.settle()
            yield Doors(bot, ws, door, await bot.serve_local(0))


async def storm(doors: Doors, forger: Forger, count: int, told: Told, report_every: int = 0) -> None:
    """Post so many requests, some at a time, and note what came of them."""
    bot = doors.bot
    before, begun, warm, shown = await effects(bot), time.monotonic(), 0, 0
    makers = (forger.forged,) * 8 + (forger.mutated,) * 2 + (forger.local,) * 6
    async with ClientSession(connector=TCPConnector(limit=_AT_ONCE), timeout=aiohttp.ClientTimeout(total=60)) as http:

        async def one(number: int) -> None:
            made = makers[number % len(makers)]()
            await _post(http, (doors.local if made.path.startswith("/api") else doors.slack) + made.path, made, told)

        for start in range(0, count, _AT_ONCE):
            await asyncio.gather(*(one(number) for number in range(start, min(start + _AT_ONCE, count))))
            if not warm and told.requests >= count // 5:
                warm = memory()
            if report_every and told.requests % report_every < _AT_ONCE:
                told.seconds = time.monotonic() - begun
                print("\n".join([*told.broken[shown:], str(told)]), flush=True)
                shown = len(told.broken)
                told.effects += await _changed(bot, before)
    told.seconds, told.grown = time.monotonic() - begun, memory() - warm
    await bot.settle()
    told.effects += await _changed(bot, before)


async def _changed(bot: Bot, before: tuple[Any, ...]) -> list[str]:
    after = await effects(bot)
    return [] if after == before else [f"before: {before}", f"after: {after}"]


async def _post(http: ClientSession, address: str, made: Made, told: Told) -> None:
    told.requests += 1
    told.kinds[made.kind] += 1
    try:
        async with http.post(address, data=made.body, headers=made.headers) as response:
            await response.read()
            told.statuses[response.status] += 1
            if response.status >= 500:
                told.broken.append(f"{response.status}: {made}")
    except (aiohttp.ClientError, TimeoutError, ValueError) as failed:
        told.broken.append(f"{type(failed).__name__}: {made}")


def _where(fault: Any) -> str:
    """Return where an exception was raised: the last two frames."""
    frames = traceback.extract_tb(fault.__traceback__) if isinstance(fault, BaseException) else []
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-2:]))
