"""How many requests of Slack's a second, and how long until each is acknowledged? Signed reports through the HTTP door, kept when answered.

Measured on `buckstop run`, and beside it on slack-bolt with nothing behind its door. Each is a process of its own, as is the fake Slack;
the requests come from this one. An answer counts when it names a case that no other answer named, and all cases that were named must
be in the database, read from here; while it warms up, each is looked up the moment its answer comes.
"""

import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from bot.adapters.slack.manifest import path
from bot.adapters.slack.people import PLATFORM
from bot.clock import RealClock
from bot.config import Config, load
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.likely import MOST_COMPARED
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.tables import cases
from tests.bench import company, empty
from tests.bench.company import OWNERS, PEOPLE, REPORTERS, InSlack
from tests.bench.databases import Place
from tests.bench.figures import Lateness, Table, duration, thousands, times
from tests.bench.filling import TEMPLATES, add_far
from tests.bench.knocking import Answer, Door, Knocked, knock
from tests.bench.path import CHANNELS, numbered_from
from tests.bench.processes import environment, healthy, listening, running
from tests.bench.saying import commands
from tests.bench.scale import Scale
from tests.ports import free_port
from tests.slack.client import FakeSlack, Workspace

AT_ONCE = (1, 10, 50)
BOLT, SILENT, DELIVERING = "slack-bolt, nothing kept", "Buckstop", "Buckstop, delivering"
_NAMED = re.compile(rb"\bC-(\d+)\b")


@dataclass(frozen=True, slots=True)
class Run:
    """One door under so many requests at a time."""

    behind: str
    at_once: int
    lasted: float
    took: tuple[float, ...]  # seconds until each was acknowledged
    failed: int
    used: float | None = None  # seconds of a core that the process behind the door needed; None where the system does not say
    told: int = 0  # messages that reached Slack meanwhile

    @property
    def a_second(self) -> float:
        """How many were acknowledged in a second."""
        return len(self.took) / self.lasted

    @property
    def each(self) -> float | None:
        """The seconds of a core that went into each."""
        return None if self.used is None else self.used / (len(self.took) + self.failed)


@dataclass(frozen=True, slots=True)
class Company:
    """The company in Slack: its workspace, its configuration, and what a process needs to know about both."""

    ws: Workspace
    file: Path
    health: int
    port: int
    environment: dict[str, str]

    @property
    def door(self) -> Door:
        """Return the bot's door."""
        return Door(self.port, path(self.ws.team), self.ws.signing_secret)


async def measure(there: Place, slack: FakeSlack, scale: Scale) -> list[Run]:
    """Return the runs of slack-bolt, of a bot that only takes requests, and of one that delivers as well."""
    staff, channels = [person for person, _, _ in PEOPLE], [f"help-{n}" for n in range(CHANNELS)]
    # Nothing comes from the fake itself, so nobody need listen at its address.
    ws = await slack.workspace(users=staff, channels=channels, transport="http", request_url="http://127.0.0.1:9/none")
    try:
        firm = firm_in(ws, there.folder)
        async with _bolt(firm) as bolt, _bot(firm, there, "web", scale) as bot:
            # In turn, so that whatever else the machine does falls on both; this bot has nothing to do meanwhile.
            pairs = [(await bolt.run(BOLT, n, scale), await bot.run(SILENT, n, scale)) for n in AT_ONCE]
        async with _bot(firm, there, "all", scale) as bot:
            delivering = [await bot.run(DELIVERING, n, scale) for n in AT_ONCE]
    finally:
        await ws.close()
    return [*(beside for beside, _ in pairs), *(run for _, run in pairs), *delivering]


def firm_in(ws: Workspace, folder: Path) -> Company:
    """Write the configuration of the company in this workspace, and return what a process needs to know."""
    file, health, port = folder / "slack.toml", free_port(), free_port()
    company.write(file, health, slack=InSlack(ws.team, port, ws.users))
    secrets = {"SLACK_BOT_TOKEN": ws.bot_token, "SLACK_SIGNING_SECRET": ws.signing_secret, "SLACK_API_URL": ws.api_url}
    return Company(ws, file, health, port, environment(folder) | secrets)


@asynccontextmanager
async def _bolt(firm: Company) -> AsyncIterator["Bolt"]:
    port = free_port()
    async with running("tests.bench.empty", str(port), environment=firm.environment) as process:
        await listening(port)
        yield Bolt(Door(port, empty.PATH, firm.ws.signing_secret), commands(firm.ws), process.pid)


@asynccontextmanager
async def _bot(firm: Company, there: Place, role: str, scale: Scale) -> AsyncIterator["Bot"]:
    """Run a bot on a database with open cases; at the end, what it acknowledged must be what it kept."""
    config, many = load(firm.file, {}), scale.open_cases[0]
    async with there.database(config) as database:
        await add_far(database, config.org, range(1, many + 1), RealClock().now())
        await numbered_from(database, many + 1)
        await looked_after(database, config)
        url = {"BUCKSTOP_DATABASE_URL": database.url.render_as_string(hide_password=False)}
        words = ("bot", "run", "--config", str(firm.file), "--role", role)
        async with running(*words, environment=firm.environment | url) as process:
            await healthy(firm.health, process)
            await listening(firm.port)
            bot = Bot(firm.door, commands(firm.ws), process.pid, firm.ws, database)
            yield bot
        kept = await _kept(database, many)
        missing, more = bot.named - kept, kept - bot.named
        assert not missing, f"{len(missing)} cases were acknowledged and not kept"
        assert len(more) <= bot.failed, f"{len(more)} cases were kept of which nobody heard, and {bot.failed} requests failed"


async def looked_after(database: Database, config: Config) -> None:
    """Let today's look at everybody's account have happened: a bot makes it when it starts, in the middle of what is measured."""
    clock = RealClock()
    acquaintance = Acquaintance(SqlStore(database, config.org, clock), clock)
    assert await acquaintance.once(f"{PLATFORM}/nightly/{clock.now().date().isoformat()}")


@dataclass
class Bolt:
    """slack-bolt with nothing behind its door."""

    door: Door
    typed: Iterator[Mapping[str, str]]
    pid: int

    async def run(self, behind: str, at_once: int, scale: Scale) -> Run:
        """Warm it up and measure it."""
        await knock(self.door, self.typed, at_once, scale.door_seconds / 6)
        before = used(self.pid)
        knocked = await knock(self.door, self.typed, at_once, scale.door_seconds)
        return _run(behind, at_once, knocked, [answer.good for answer in knocked.answers], used(self.pid, before))


@dataclass
class Bot(Bolt):
    """Buckstop, and the cases that it said it had."""

    ws: Workspace
    database: Database
    named: set[int] = field(default_factory=set)
    failed: int = 0

    async def run(self, behind: str, at_once: int, scale: Scale) -> Run:
        """Warm it up, looking each case up, and measure it."""
        warm = await knock(self.door, self.typed, at_once, scale.door_seconds / 6, self._look_up)
        assert any(self._taken(warm)), f"it reports nothing: {warm.answers[0]}"
        before, entry = used(self.pid), (await self.ws.do("changed", since=-1))["n"]
        knocked = await knock(self.door, self.typed, at_once, scale.door_seconds)
        run = _run(behind, at_once, knocked, self._taken(knocked), used(self.pid, before))
        return replace(run, told=len(await self.ws.calls("chat.postMessage", since=entry, ok=True)))

    def _taken(self, knocked: Knocked) -> list[bool]:
        """Return which answers came in time and name a case of their own, and keep what they name."""
        good = []
        for answer in knocked.answers:
            case = _named(answer)
            good.append(answer.good and case is not None and case not in self.named)
            self.named |= {case} if case is not None else set()
        self.failed += good.count(False)
        return good

    async def _look_up(self, answer: Answer) -> None:
        case = _named(answer)
        async with self.database.read() as connection:
            found = await connection.scalar(select(cases.c.id).where(cases.c.id == case))
        assert found == case, f"C-{case} was acknowledged before it was kept"


async def _kept(database: Database, after: int) -> set[int]:
    async with database.read() as connection:
        return set(await connection.scalars(select(cases.c.id).where(cases.c.id > after)))


def _named(answer: Answer) -> int | None:
    """Return which case an answer is about: the first that it names. What may be the same stands below."""
    found = _NAMED.search(answer.body)
    return int(found[1]) if found else None


def _run(behind: str, at_once: int, knocked: Knocked, good: Sequence[bool], used: float | None) -> Run:
    took = tuple(answer.took for answer, well in zip(knocked.answers, good, strict=True) if well)
    return Run(behind, at_once, knocked.lasted, took, len(good) - len(took), used)


def used(pid: int, before: float | None = 0.0) -> float | None:
    """Return the seconds of a core that a process has used since before; None where the system does not say."""
    file = Path(f"/proc/{pid}/stat")
    if before is None or not file.exists():
        return None
    user, system = file.read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK") - before


def table() -> Table:
    """Return the table without rows."""
    about = (
        "Signed `/case report ...` over HTTP on loopback, so many at a time, from the moment that one is sent until its acknowledgement is"
        f" there: {REPORTERS} people in {CHANNELS} channels who all report something else. One in {OWNERS // TEMPLATES} is about a service"
        f" with so many open cases that it is compared with {MOST_COMPARED} of them. A case is on the disk before it is acknowledged, and"
        " every one that was acknowledged was then found in the database. `delivering` is `buckstop run`, which meanwhile writes to Slack"
        " at its usual pace; without, it is `buckstop run --role web`. slack-bolt stands on the same web server with the same settings and"
        " gets the same requests; its handler does nothing, and it keeps nothing."
    )
    counted = ("acknowledged", "failed", "a second", "p50", "p99", "CPU for each", "slack-bolt / this")
    head = ("database", "behind the door", "at a time", *counted)
    return Table("Until Slack is acknowledged", head, about)


def add_rows(to: Table, kind: str, runs: Sequence[Run]) -> None:
    """Put one database's runs into the table, and say what limits them."""
    floor = {run.at_once: run for run in runs if run.behind == BOLT}
    for run in runs:
        p50, p99, _ = Lateness(run.took).cells()
        each = "not said here" if run.each is None else duration(run.each)
        ratio = times(floor[run.at_once].a_second / run.a_second) if run.took else "never"
        place = kind if run.behind != BOLT else "none"
        counts = (thousands(len(run.took)), run.failed, f"{run.a_second:,.0f}")
        to.rows.append((place, run.behind, run.at_once, *counts, p50, p99, each, ratio))
    to.notes.append(_limits(kind, {(run.behind, run.at_once): run for run in runs}))


def _limits(kind: str, runs: Mapping[tuple[str, int], Run]) -> str:
    """Say what a case costs of the one core that a process has, and how much of that is the library's."""
    silent, delivering, bolt = (runs[behind, AT_ONCE[-1]] for behind in (SILENT, DELIVERING, BOLT))
    out = [run for (behind, _), run in runs.items() if behind == DELIVERING]
    rate = f"{sum(run.told for run in out) / sum(run.lasted for run in out):.1f} messages a second"
    if silent.each is None or delivering.each is None or bolt.each is None:
        return f"{kind}: {rate} reached Slack meanwhile."
    return (
        f"{kind}: what limits it is the one core that a Python process has. At {silent.at_once} at a time a case needs"
        f" {duration(silent.each)} of it, so that {1 / silent.each:,.0f} a second are the most; slack-bolt and the web server need"
        f" {duration(bolt.each)} of that. While {rate} reached Slack, it was {duration(delivering.each)}."
    )
