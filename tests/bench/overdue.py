"""After an outage: how soon is the first message there, and is anybody held up who works while the backlog drains?

`buckstop run` starts in a process of its own on a database with very many overdue cases. People acknowledge others by signed `/case ack` at
a pace of their own, whatever becomes of the ones before; then the process is killed, and every case that was acknowledged must be so on the
disk.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import func, select, text

from bot.clock import RealClock
from bot.config import Config, load
from bot.store.database import Database
from bot.store.tables import WAITS, cases
from tests.bench.company import PEOPLE
from tests.bench.databases import Place
from tests.bench.door import Company, firm_in, looked_after
from tests.bench.figures import Lateness, Table, duration, thousands
from tests.bench.filling import TEMPLATES, add_far, add_overdue
from tests.bench.knocking import Answer, Line, request
from tests.bench.processes import listening, running
from tests.bench.scale import Scale
from tests.bench.targets import held
from tests.slack.client import FakeSlack, Workspace

A_SECOND = 50
FIRST_WITHIN, P99, LONGEST = 2.0, 0.05, 0.25
"""Seconds."""
_LOOK = 0.01  # seconds between two looks whether the first message is there
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Took:
    """What happened after a start."""

    overdue: int
    first: float  # seconds until the first message was with Slack
    acknowledged: tuple[float, ...]  # seconds for each
    failed: int
    lost: int  # acknowledged, and not so on the disk
    decided: int  # of the overdue, meanwhile
    lasted: float


async def measure(there: Place, slack: FakeSlack, scale: Scale) -> Took:
    """Start on a backlog, and acknowledge what is not part of it."""
    people, channels = [person for person, _, _ in PEOPLE], ["help-0"]
    ws = await slack.workspace(users=people, channels=channels, transport="http", request_url="http://127.0.0.1:9/none")
    try:
        firm = firm_in(ws, there.folder)
        config = load(firm.file, {})
        async with there.database(config) as database:
            return await _measured(database, config, firm, scale)
    finally:
        await ws.close()


async def _measured(database: Database, config: Config, firm: Company, scale: Scale) -> Took:
    now, wanted = RealClock().now(), list(_open(round(A_SECOND * scale.acknowledging)))
    last = max(wanted)[0] + 1
    await add_far(database, config.org, range(1, last + 1), now)
    await add_overdue(database, config.org, range(last + 1, last + 1 + scale.overdue), now)
    await looked_after(database, config)
    async with _started(database, firm) as (process, began):
        first = await _first_message(firm.ws, began)
        await listening(firm.port)
        before, at = await _left(database), perf_counter()
        answers = await _acknowledge(firm, wanted)
        decided, lasted = before - await _left(database), perf_counter() - at
        process.kill()
        await process.wait()
    good = {number: answer.took for (number, _), answer in zip(wanted, answers, strict=True) if answer.good and b"C-" in answer.body}
    kept = await _kept(database, set(good))
    return Took(scale.overdue, first, tuple(good.values()), len(wanted) - len(good), len(good.keys() - kept), decided, lasted)


def _open(many: int) -> Iterator[tuple[int, str]]:
    """Yield open cases that nobody has acknowledged, and who owns them."""
    for n in range(1, many + 1):
        number = 4 * n
        yield number, f"owner-{number % TEMPLATES}"


@asynccontextmanager
async def _started(database: Database, firm: Company) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    url = {"BUCKSTOP_DATABASE_URL": database.url.render_as_string(hide_password=False)}
    began = perf_counter()
    async with running("bot", "run", "--config", str(firm.file), environment=firm.environment | url) as process:
        yield process, began


async def _first_message(ws: Workspace, began: float) -> float:
    async with asyncio.timeout(_PATIENCE):
        while not await ws.calls("chat.postMessage", ok=True):  # noqa: ASYNC110 - it is the fake Slack that knows
            await asyncio.sleep(_LOOK)
    return perf_counter() - began


async def _acknowledge(firm: Company, wanted: list[tuple[int, str]]) -> list[Answer]:
    """Send one command after the other at their pace, over whichever connection is free, and return the answers."""
    idle, began = list[Line](), perf_counter()

    async def one(n: int, number: int, owner: str) -> Answer:
        await asyncio.sleep(began + n / A_SECOND - perf_counter())
        line = idle.pop() if idle else Line(firm.door)
        answer = await line.ask(request(firm.door, _typed(firm.ws, n, number, owner)))
        idle.append(line)
        return answer

    answers = await asyncio.gather(*(one(n, number, owner) for n, (number, owner) in enumerate(wanted)))
    for line in idle:
        await line.hang_up()
    return answers


def _typed(ws: Workspace, n: int, number: int, owner: str) -> dict[str, str]:
    return {
        "token": "unused",
        "team_id": ws.team,
        "team_domain": ws.domain,
        "channel_id": ws.channels["help-0"],
        "channel_name": "help-0",
        "user_id": ws.users[owner],
        "user_name": owner,
        "command": "/case",
        "text": f"ack C-{number}",
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{ws.api_url}unused/{n}",
        "trigger_id": f"{n}.{number}.{n:032x}",
    }


async def _left(database: Database) -> int:
    """Return how many overdue cases are left."""
    async with database.read() as connection:
        due = select(func.count()).select_from(cases).where(text(WAITS), cases.c.due <= RealClock().now())
        return await connection.scalar(due) or 0


async def _kept(database: Database, named: set[int]) -> set[int]:
    await database.close()  # it opens again by itself
    async with database.read() as connection:
        acknowledged = await connection.scalars(select(cases.c.id).where(cases.c.status == "acknowledged"))
        return named & set(acknowledged)


def table(scale: Scale) -> Table:
    """Return the table without rows."""
    about = (
        f"`buckstop run` starts on {thousands(scale.overdue)} overdue cases: until its first message is with Slack, counted from the start"
        f" of the process. Then {A_SECOND} people a second acknowledge other cases by `/case ack`, over HTTP on loopback, each at its time:"
        " from that time until the answer. The process is then killed with SIGKILL, and what it had acknowledged is looked for."
    )
    counted = ("acknowledged", "failed", "lost", "p50", "p99", "target", "longest", "target", "overdue decided a second meanwhile")
    return Table("After an outage", ("database", "overdue", "first message", "target", *counted), about)


def add_row(to: Table, kind: str, took: Took) -> None:
    """Put one database's figures into the table."""
    late = Lateness(took.acknowledged)
    p50, p99, longest = late.cells()
    first = (duration(took.first), held(took.first, FIRST_WITHIN, duration))
    ends = (p99, held(late.at(0.99), P99, duration), longest, held(max(late.late), LONGEST, duration))
    counts = (thousands(len(took.acknowledged)), took.failed, took.lost)
    to.rows.append((kind, thousands(took.overdue), *first, *counts, p50, *ends, f"{took.decided / took.lasted:,.0f}"))
