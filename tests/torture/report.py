"""All of it in its order, and the page that it makes. Whatever fails says with which command it is repeated."""

import asyncio
import importlib
import importlib.util
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.bench import machine
from tests.bench.figures import Table, thousands
from tests.discord.running import fake_discord
from tests.slack.running import fake_slack
from tests.torture.company import company
from tests.torture.crashing import Workshop, crash, crashes, registered
from tests.torture.databases import databases
from tests.torture.points import points
from tests.torture.processes import nursery
from tests.torture.provoking import LEFT_OUT
from tests.torture.storm import Buckstop, Found, Wish, storm

_HEADING = """# What it survives

`make torture ARGS="--write"` made this page. Real processes are killed with `SIGKILL` while people use them in Slack and Discord, over the
wire, against fakes that keep a journal. An oracle that shares no code with Buckstop says who must have been told what. *Lost* is what it
says and the journal lacks, *wrong* what the journal has and it does not say, *doubled* a key that was posted twice.
"""

_POINTS = """The source has {all} points: each transaction, and each call that writes to a platform, found by reading it. A process dies
before and after the commit; before the write, after the platform has taken it while nobody here has the answer, and once whoever asked has
it. {some} of them are died at, each with its case played to its end beside it. These are not:

{left}"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run."""

    kills: int
    points: bool
    point: str
    simulation: int
    databases: tuple[str, ...]
    platforms: tuple[str, ...]
    seed: int
    each: int


@dataclass
class Report:
    """What came of it."""

    wanted: Wanted
    table: Table = field(
        default_factory=lambda: Table(
            "Killed",
            ("what", "how many", "cases", "told as they must be", "lost", "doubled", "wrong", "latest lateness"),
            "Lateness is of a case that goes up by itself: from when that was due until it was told, the time without a process included.",
        )
    )
    repeat: list[str] = field(default_factory=list)
    _began: float = field(default_factory=perf_counter)

    def say(self, words: str) -> None:
        """Say how far it has come."""
        print(f"[{perf_counter() - self._began:5.0f} s] {words}", file=sys.stderr, flush=True)

    def row(self, what: str, number: int, found: Found) -> None:
        """Put one kind of torture into the table."""
        counted = (len(found.lost), len(found.doubled), len(found.wrong))
        late = f"{found.late:.1f} s" if found.late else ""
        self.table.rows.append((what, thousands(number), thousands(found.cases), thousands(found.steps), *map(str, counted), late))

    def failed(self, found: Found, command: str) -> None:
        """Say what was wrong, and how to see it again."""
        for line in (*found.lost, *found.doubled, *found.wrong, *found.lives):
            self.say(f"  {line}")
        self.say(f"  again with: {command}")
        self.repeat.append(command)

    def page(self, busy: str) -> str:
        """Return the document."""
        on = f"Run on {machine.described('PostgreSQL 18')} {busy}".rstrip()
        left = "\n".join(f"- `{name}`: {why}." for name, why in sorted(LEFT_OUT.items()))
        told = _POINTS.format(all=len(points()), some=len(points()) - len(LEFT_OUT), left=left)
        again = "\n".join(f"- `{command}`" for command in self.repeat)
        failed = f"\n\n## What failed\n\n{again}" if self.repeat else ""
        return f"{_HEADING}\n{on}\n\n{self.table}\n\n## The points\n\n{told}{failed}\n"


def tortured(wanted: Wanted) -> tuple[str, bool]:
    """Run it; return the page, and whether nothing was wrong."""
    report, busy = Report(wanted), machine.busy()
    with TemporaryDirectory(prefix="torture-") as folder, fake_slack() as slack, fake_discord() as discord:
        asyncio.run(_all(report, Path(folder), slack, discord))
    _simulated(report)
    return report.page(busy), not report.repeat


async def _all(report: Report, folder: Path, slack: str, discord: str) -> None:
    wanted = report.wanted
    with databases(folder, wanted.databases) as places, nursery() as born:
        shop = Workshop(slack, discord, places, born)
        if wanted.kills:
            await asyncio.gather(*(_storms(report, shop, kind) for kind in wanted.databases))
        if wanted.points:
            await asyncio.gather(*(_crashes(report, shop, kind) for kind in wanted.databases))


async def _storms(report: Report, shop: Workshop, kind: str) -> None:
    """Share the kills among storms, each with a seed."""
    wanted, found = report.wanted, Found()
    left, seed = wanted.kills // len(wanted.databases), wanted.seed
    while left > 0:
        kills = min(left, wanted.each)
        wish = Wish(seed, kills, cases=max(8, kills // 4), whole=0.2, patient=kills >= 50)
        one = await raged(shop, kind, wish, wanted.platforms)
        report.say(f"{kind}: seed {seed}, {kills} kills, {one.cases} cases, {one.steps} told, clean: {one.clean}")
        found.add(one)
        if not one.clean:
            platform = f" --platform {wanted.platforms[0]}" if len(wanted.platforms) == 1 else ""
            report.failed(one, f"python -m tests.torture --kills {kills} --each {kills} --database {kind} --seed {seed}{platform}")
        left, seed = left - kills, seed + 1
    report.row(f"random kills, {kind}, {' and '.join(wanted.platforms)}", found.kills, found)


async def raged(shop: Workshop, kind: str, wish: Wish, platforms: tuple[str, ...]) -> Found:
    """Have one storm over a company of its own."""
    with TemporaryDirectory(prefix="storm-") as folder:
        url = await shop.databases.new(kind)
        try:
            async with _company(shop, platforms, url, Path(folder)) as buckstop:
                return await storm(buckstop, wish)
        finally:
            shop.databases.drop(url)


@asynccontextmanager
async def _company(shop: Workshop, platforms: tuple[str, ...], url: str, folder: Path) -> AsyncIterator[Buckstop]:
    slack = shop.slack if "slack" in platforms else None
    discord = shop.discord if "discord" in platforms else None
    async with company(slack, discord) as there:
        await registered(there)
        buckstop = Buckstop(there, url, folder, shop.nursery)
        try:
            yield buckstop
        finally:
            await buckstop.stop()


async def _crashes(report: Report, shop: Workshop, kind: str) -> None:
    found, todo = Found(), crashes((kind,), report.wanted.point)
    for n, one in enumerate(todo, start=1):
        came = await crash(shop, one, report.wanted.seed)
        report.say(f"{kind}: {n} of {len(todo)}, {one.name}, clean: {came.clean}")
        found.add(came)
        if not came.clean:
            report.failed(came, f"python -m tests.torture --point '{one.name}' --database {kind}")
    report.row(f"deaths at a point, {kind}", len(todo), found)


def _simulated(report: Report) -> None:
    """Play seeds in the simulation, where there is one."""
    first, seeds = report.wanted.seed, report.wanted.simulation
    if not seeds or importlib.util.find_spec("tests.simulation") is None:
        return
    result = importlib.import_module("tests.simulation.running").run_seeds(range(first, first + seeds), jobs=os.cpu_count() or 1)
    violations = [f"seed {run.seed}: {violation}" for run in result.failed for violation in run.violations]
    found = Found(result.kills, result.cases, result.messages, wrong=violations)
    report.row("simulated seeds", result.runs, found)
    if not found.clean:
        report.failed(found, f"python -m tests.torture --simulation 1 --seed {result.failed[0].seed}")
