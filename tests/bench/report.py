"""All measurements in their order, and the document that they make."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg

from bot.clock import RealClock
from bot.log import configure
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.bench import (
    company,
    digests,
    door,
    everywhere,
    idle,
    lateness,
    likeness,
    machine,
    overdue,
    path,
    reminders,
    starts,
    storm,
    ticks,
    timelines,
)
from tests.bench.databases import KINDS, Place, place
from tests.bench.figures import Table, thousands
from tests.bench.filling import add_far
from tests.bench.scale import Scale
from tests.discord.client import FakeDiscord
from tests.discord.running import fake_discord
from tests.slack.client import FakeSlack
from tests.slack.running import fake_slack

_HEADING = """# How fast it is

`make bench` made this page (`make bench ARGS="--write"` makes it anew; `--quick` is smaller). Times are medians with the least and the
greatest in parentheses; compare within this page, since another machine, or this one on another day, has other figures.
"""


@dataclass
class Report:
    """The tables, in the order in which they stand on the page."""

    scale: Scale
    idle: Table = field(init=False)
    process: Table = field(init=False)
    claims: Table = field(init=False)
    overdue: Table = field(init=False)
    timelines: Table = field(init=False)
    digests: Table = field(init=False)
    late: Table = field(init=False)
    likeness: Table = field(init=False)
    path: Table = field(init=False)
    door: Table = field(init=False)
    everywhere: Table = field(init=False)
    storms: Table = field(init=False)
    starts: Table = field(init=False)
    wake_ups: Table = field(init=False)
    rival_late: Table = field(init=False)
    postgresql: str = "no PostgreSQL"
    _began: float = field(default_factory=perf_counter)

    def __post_init__(self) -> None:
        scale = self.scale
        self.idle, self.claims = ticks.idle_table(), ticks.claim_table(scale.due)
        self.late, self.path, self.starts = lateness.table(scale.a_second, scale.seconds), path.table(), starts.table()
        self.door, self.everywhere, self.digests = door.table(), everywhere.table(), digests.table(scale.month)
        self.likeness, self.storms = likeness.table(), storm.table()
        self.process, self.overdue, self.timelines = idle.table(scale.beating), overdue.table(scale), timelines.table()
        self.wake_ups, self.rival_late = reminders.wake_up_table(scale.due), reminders.lateness_table(scale)

    @property
    def tables(self) -> Sequence[Table]:
        """All of them."""
        first = (self.idle, self.process, self.claims, self.late, self.overdue, self.timelines, self.digests, self.likeness, self.path)
        return (*first, self.door, self.everywhere, self.storms, self.starts, self.wake_ups, self.rival_late)

    def page(self, busy: str) -> str:
        """Return the document."""
        measured_on = f"Measured on {machine.described(self.postgresql)} {busy}".rstrip()
        return "\n\n".join([f"{_HEADING}\n{measured_on}", *(str(table) for table in self.tables if table.rows)]) + "\n"

    def say(self, words: str) -> None:
        """Say how far it has come."""
        print(f"[{perf_counter() - self._began:4.0f} s] {words}", file=sys.stderr, flush=True)


def measured(scale: Scale, kinds: Sequence[str] = KINDS, *, targets: bool = False) -> Report:
    """Measure everything, or only what has a target."""
    configure("critical")
    report = Report(scale)
    with TemporaryDirectory(prefix="bench-") as folder:
        for kind in kinds:
            with place(kind, Path(folder)) as there:
                asyncio.run(_measure(report, there, targets=targets))
    return report


async def _measure(report: Report, there: Place, *, targets: bool) -> None:
    if there.server is not None:
        report.postgresql = await _version(there)
    sweeps = await _cases(report, there)
    await _overdue(report, there)
    await _timelines(report, there)
    if targets:
        return
    await _digests(report, there)
    await _path(report, there)
    await _door(report, there)
    await _everywhere(report, there)
    await _storms(report, there)
    await _starts(report, there)
    await _reminders(report, there, sweeps)


async def _version(there: Place) -> str:
    assert there.server is not None
    connection = await asyncpg.connect(there.server.url("postgres"))
    try:
        return f"PostgreSQL {connection.get_server_version().major}"
    finally:
        await connection.close()


async def _cases(report: Report, there: Place) -> dict[int, float]:
    """Measure what depends on the number of open cases; return the times of the sweeps."""
    scale, now = report.scale, RealClock().now()
    config = company.loaded(there.folder, "sqlite:///unused.db")
    async with AsyncExitStack() as stack:
        found: list[tuple[int, Database]] = []
        for size in scale.open_cases:
            report.say(f"{there.kind}: {thousands(size)} open cases")
            found.append((size, await stack.enter_async_context(there.database(config))))
            await add_far(found[-1][1], config.org, range(1, size + 1), now)
            # Known to the database as its own: otherwise every start reckons the clocks of all copies anew, and finds them overdue.
            await SqlStore(found[-1][1], config.org, RealClock()).put_in_force(config.source)
        report.say(f"{there.kind}: ticks and claims")
        async with ticks.sized(found, config) as all_sizes:
            figures = await ticks.measure(all_sizes, config, scale, now)
        ticks.add_idle(report.idle, there.kind, figures.idle)
        size, largest = found[-1]
        report.say(f"{there.kind}: an idle process among {thousands(size)}")
        idle.add_row(report.process, there.kind, size, await idle.measure(there.folder, largest, config.local.port, scale.beating))
        ticks.add_rows(report.claims, there.kind, figures.claims)
        report.claims.notes.append(ticks.sweep_note(there.kind, scale.due, figures.sweeps))
        late: dict[int, lateness.Late] = {}
        for size, database in (found[0], found[-1]):
            report.say(f"{there.kind}: lateness among {thousands(size)}")
            late[size] = await lateness.measure(config, database, 2 * size + scale.due, scale.a_second, scale.seconds)
            lateness.add_row(report.late, there.kind, size, late[size])
        report.late.notes.append(lateness.note(there.kind, late))
        looked: dict[int, likeness.Looked] = {}
        for size, database in found:
            report.say(f"{there.kind}: likely duplicates among {thousands(size)}")
            await likeness.add_words(database, size)
            looked[size] = await likeness.measure(database, config.org, size, scale.looked_up, now)
        likeness.add_rows(report.likeness, there.kind, looked)
    return figures.sweeps


async def _overdue(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: after an outage")
    with fake_slack() as address:
        async with FakeSlack(address) as slack:
            overdue.add_row(report.overdue, there.kind, await overdue.measure(there, slack, report.scale))


async def _timelines(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: {thousands(report.scale.facts)} facts")
    config = company.loaded(there.folder, "sqlite:///unused.db")
    async with there.database(config) as database:
        took = await timelines.measure(database, config.org, report.scale.facts, RealClock().now())
        timelines.add_row(report.timelines, there.kind, took)


async def _digests(report: Report, there: Place) -> None:
    config, now = company.loaded(there.folder, "sqlite:///unused.db"), RealClock().now()
    last, found = digests.played(config, now, report.scale.month), dict[int, digests.Took]()
    for size in report.scale.open_cases:
        report.say(f"{there.kind}: the digest of a day, after {thousands(size)} cases")
        async with there.database(config) as database:
            await digests.fill(database, config, last, size, now)
            found[size] = await digests.measure(database, config, report.scale.runs, now)
    digests.add_rows(report.digests, there.kind, found)


async def _path(report: Report, there: Place) -> None:
    config = company.loaded(there.folder, "sqlite:///unused.db")
    for at_once in (1, 10):
        report.say(f"{there.kind}: the whole path, {at_once} at a time")
        async with there.database(config) as database:
            await add_far(database, config.org, range(1, report.scale.open_cases[0] + 1), RealClock().now())
            await path.numbered_from(database, report.scale.open_cases[0] + 1)
            path.add_row(report.path, there.kind, await path.measure(config, database, report.scale.reports, at_once))


async def _door(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: until Slack is acknowledged")
    with fake_slack() as address:
        async with FakeSlack(address) as slack:
            door.add_rows(report.door, there.kind, await door.measure(there, slack, report.scale))


async def _everywhere(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: everywhere at once")
    with fake_slack() as slack_address, fake_discord() as discord_address:
        async with FakeSlack(slack_address) as slack, FakeDiscord(discord_address) as discord:
            found = await everywhere.measure(there, slack, discord, report.scale)
    everywhere.add_row(report.everywhere, there.kind, report.scale.drained, found)


async def _storms(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: storms in Slack")
    with fake_slack() as address:
        async with FakeSlack(address) as slack:
            storm.add_rows(report.storms, there.kind, await storm.measure(there, slack, report.scale))


async def _starts(report: Report, there: Place) -> None:
    report.say(f"{there.kind}: starting")
    url = there.new()
    try:
        starts.add_row(report.starts, there.kind, await starts.bot(there.folder, url, report.scale.starts))
    finally:
        there.drop(url)
    if there.server is None:
        starts.add_row(report.starts, there.kind, await starts.demo(there.folder, report.scale.starts))


async def _reminders(report: Report, there: Place, sweeps: dict[int, float]) -> None:
    scale, now = report.scale, RealClock().now()
    report.say(f"{there.kind}: APScheduler's wake-ups")
    reminders.add_wake_ups(report.wake_ups, there.kind, await reminders.wake_ups(there, scale, now), sweeps)
    taken = await reminders.add(there, scale.reminders, now)
    gone = await reminders.dropped(there, scale.due, now)
    report.wake_ups.notes.append(reminders.note(there.kind, scale, taken, gone))
    for name, settings in (("defaults", reminders.DEFAULTS), ("no grace time", reminders.READ_ON)):
        size = scale.open_cases[0]
        report.say(f"{there.kind}: APScheduler's lateness, {name}")
        found = await reminders.lateness(there, scale, size, settings)
        reminders.add_lateness(report.rival_late, there.kind, size, name, found)
