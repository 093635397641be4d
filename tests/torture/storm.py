"""Kill Buckstop again and again while people use it, then let it come to rest, and ask the oracle.

The moments are chosen by lot: in the middle of a start, just after it, or some time into its work.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import PATIENT
from tests.slack.wall import wall
from tests.torture.company import RULES, STAFF, Company
from tests.torture.databases import leases_end
from tests.torture.journals import Journals
from tests.torture.judging import Told, Verdict, judged
from tests.torture.oracle import PATIENCE, Case, Oracle
from tests.torture.playing import People, Played, Watch
from tests.torture.processes import Life as Process
from tests.torture.processes import Nursery, anew, environment
from tests.torture.scenario import Cue, Life, Step, scenario, title

if TYPE_CHECKING:
    from tests.torture.dying import Death

SETTLED_WITHIN = 45.0  # seconds
SPEAKS_WITHIN = 10.0
NOBODYS = "nobody reported it"
TROUBLES = 0.2  # the share of lives in which a platform has trouble


@dataclass(frozen=True, slots=True)
class Wish:
    """How a storm is to be: how many kills, of which kind of process, and who does what meanwhile."""

    seed: int
    kills: int
    cases: int
    lives: float = 1.2  # seconds that a process lives at most once it is up
    whole: float = 0.0  # the share of processes that are started as `python -m bot`
    patient: bool = False


@dataclass
class Found:
    """What came of a storm, or of several."""

    kills: int = 0
    cases: int = 0
    steps: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late: float = 0.0
    lives: list[str] = field(default_factory=list)  # of the cases with which something is wrong: what was done and told, second by second

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def add(self, other: "Found") -> None:
        """Take in what came of another one."""
        for name in ("kills", "cases", "steps", "lost", "doubled", "wrong", "lives"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.late = max(self.late, other.late)


class Buckstop:
    """Buckstop of one company, on one database: it is started, dies, and is started again."""

    def __init__(self, company: Company, url: str, folder: Path, nursery: Nursery) -> None:
        self.company = company
        self.url = url
        self.log = folder / "buckstop.log"
        self._nursery = nursery
        self.file = folder / "config.toml"
        company.write(self.file)
        self._env = environment(company.secrets | {"BUCKSTOP_DATABASE_URL": url})
        self.process: Process | None = None
        self._before = 0  # bytes in the log when it was started last

    async def start(self, death: "Death | None" = None, *, whole: bool = False, words: Sequence[str] = ("run",)) -> Process:
        """Start it, to die at this point; `whole` starts `python -m bot`, which imports everything first. `words` are another command."""
        given = [*words, "--config", str(self.file)]
        self._before = self.log.stat().st_size if self.log.exists() else 0
        if whole:
            self.process = await anew(given, self._env, self.log)
        else:
            self.process = self._nursery.start(given, self._env, self.log, death)
        return self.process

    async def up(self) -> None:
        """Wait until it says that it runs; on a busy machine that takes its time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENT):
                while True:
                    if self.log.exists() and b'"bot.running"' in self.log.read_bytes()[self._before :]:
                        return
                    await asyncio.sleep(0.02)

    async def died(self) -> None:
        """Wait until the process that runs now is dead."""
        if self.process is not None:
            await self.process.over.wait()

    async def kill(self) -> None:
        """Kill it, as the kernel does when memory is short."""
        assert self.process is not None
        await self.process.end()
        await leases_end(self.url)

    async def stop(self) -> None:
        """End it, however it stands."""
        if self.process is not None:
            await self.process.end()


async def storm(buckstop: Buckstop, wish: Wish) -> Found:
    """Let people use it while it is killed so many times, and return what the oracle says."""
    journals = Journals(buckstop.company)
    watch = Watch(journals)
    people = People(buckstop.company, watch, wish.seed, buckstop.died)
    lives = scenario(wish.seed, wish.cases, STAFF, over=wish.kills * wish.lives / 3, patient=wish.patient)
    reading = asyncio.create_task(watch.run())
    playing = [asyncio.create_task(people.play(life)) for life in lives]
    try:
        watch.calm, began = None, wall()
        await _rage(buckstop, watch, wish)
        await buckstop.start()
        watch.calm = wall()
        await asyncio.gather(*playing)
        await people.play(_sentinel(wish))
        await people.over()
        return await settled(buckstop.company, journals, people.played, wish.kills, watch.calm - began)
    finally:
        for task in (reading, *playing):
            task.cancel()
        await asyncio.gather(reading, *playing, return_exceptions=True)
        await buckstop.stop()


async def settled(
    company: Company, journals: Journals, played: list[Played], kills: int, raged: float = 0.0, *, others: bool = False
) -> Found:
    """Return what the oracle says once all is as it says, or everybody has run out of patience: what is late is not lost.

    Nor is anything wrong because of it: while something is still on its way, what was told may fit another order of things better.
    `others`: there are cases that nobody of these people reported.
    """
    end = wall() + SETTLED_WITHIN
    while True:
        found = judgement(company, journals, played, kills, raged)
        found.wrong = [line for line in found.wrong if not others or not line.endswith(NOBODYS)]
        if not (found.lost or found.wrong) or wall() > end:
            return found
        await asyncio.sleep(0.2)


async def _rage(buckstop: Buckstop, watch: Watch, wish: Wish) -> None:
    lots = random.Random(f"{wish.seed} kills")
    for _ in range(wish.kills):
        if lots.random() < TROUBLES:
            await _trouble(buckstop.company, lots)
        await buckstop.start(whole=lots.random() < wish.whole)
        await _moment(buckstop, watch, lots, wish.lives)
        await buckstop.kill()


async def _moment(buckstop: Buckstop, watch: Watch, lots: random.Random, most: float) -> None:
    """Wait for the moment of a kill: in the middle of a start, some time after it, or just as something was said."""
    how = lots.choices(("starting", "up", "speaking"), (25, 35, 40))[0]
    if how != "starting":
        await buckstop.up()
    if how == "speaking":
        with suppress(TimeoutError):
            async with asyncio.timeout(SPEAKS_WITHIN):
                await watch.more(lots.randint(1, 3))
    await asyncio.sleep(lots.uniform(0.0, most if how == "up" else 0.4))


async def _trouble(company: Company, lots: random.Random) -> None:
    """Let a platform take the next message or not, and say neither: to a process that lives on, or dies over it."""
    kind = lots.choice(("drop_before", "drop_after", "status_500_after"))
    if company.slack is not None:
        await company.slack.fault(kind, "chat.postMessage")
    if company.discord is not None:
        await company.discord.fault(kind, "POST */messages")


def _sentinel(wish: Wish) -> Life:
    """A last case: once its owner has been reminded twice, whatever should have been quiet would have spoken up."""
    steps = (Step("ack", "owner", Cue("nag", "owner", 2)), Step("withdraw", "reporter"))
    return Life(STAFF.reporters[0], min(STAFF.owners), title(random.Random(f"{wish.seed} sentinel")), 0.0, steps)


def judgement(company: Company, journals: Journals, played: list[Played], kills: int, raged: float = 0.0) -> Found:
    """Compare what was told with what the oracle says."""
    oracle, told, found, until = Oracle(STAFF, RULES, max(PATIENCE, raged)), journals.told(), Found(kills), wall()
    known = {one.number: one for one in played if one.number is not None}
    for one in played:
        if one.trouble:
            found.lost.append(one.trouble)
        if one.number is None:
            continue
        verdict = judged(oracle, one.case(company), told.get(one.number, []), until)
        _count(found, one.number, verdict)
        if verdict.faults:
            found.lives.append(f"C-{one.number}: {_lived(one.case(company), told.get(one.number, []))}")
    found.doubled += [f"{key} {times} times" for key, times in journals.doubled().items()]
    names = Counter(one.number for one in played if one.number is not None)
    found.wrong += [f"C-{number}: two reports were told the same case" for number, times in names.items() if times > 1]
    found.wrong += [f"C-{number}: {NOBODYS}" for number in told if number not in known]
    return found


def _lived(case: Case, told: Sequence[Told]) -> str:
    """Return what was done and told in a case, in seconds since it was reported."""
    zero = case.opened.lo
    acts = [(act.when.lo, f"{act.by} {act.verb}{'' if act.sure else '?'} until {act.when.hi - zero:.2f}") for act in case.acts]
    heard = [(one.at, f"[{one.what} {one.who}]") for one in told]
    lines = [f"{at - zero:.2f} {what}" for at, what in sorted((*acts, *heard))]
    return "; ".join([f"{case.reporter} about {case.service}, open by {case.opened.hi - zero:.2f}", *lines])


def _count(found: Found, number: int, verdict: Verdict) -> None:
    found.cases += 1
    found.steps += verdict.steps
    found.late = max(found.late, verdict.late)
    found.lost += [f"C-{number}: {who} was told {what} {times} times too seldom" for (what, who), times in verdict.lost.items()]
    found.wrong += [f"C-{number}: {who} was told {what} {times} times too often" for (what, who), times in verdict.wrong.items()]


@asynccontextmanager
async def buckstop(company: Company, url: str, folder: Path, nursery: Nursery) -> AsyncIterator[Buckstop]:
    """Have it there, and gone at the end."""
    there = Buckstop(company, url, folder, nursery)
    try:
        yield there
    finally:
        await there.stop()
