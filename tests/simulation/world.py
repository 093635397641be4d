"""What happens outside the processes? Time that jumps, a disk, platforms, and whoever starts, kills, stops and nudges processes.

Everything is drawn from one seed, and all that is found wrong while it runs is kept in `violations`.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from tests.simulation.company import Company, company
from tests.simulation.driver import Disk
from tests.simulation.loop import Loop
from tests.simulation.platform import Journal, Platform
from tests.simulation.process import Process, VirtualClock
from tests.simulation.thresholds import Thresholds, micros
from tests.simulation.timelines import Tables

BEAT = 1.0  # seconds
PATIENCE = 4.0  # seconds for which something may stay due while somebody is there to see to it: a beat, its transactions, another process's
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ANSWER_WITHIN = 3.0  # seconds, as the platforms have it


@dataclass(frozen=True, slots=True)
class Step:
    """The clock was put forward or back."""

    at: float
    by: float  # seconds


class World:
    """One seed's surroundings."""

    def __init__(self, seed: int, kind: int, start: datetime, file: Path, template: Path, *, slots: int, steps: bool) -> None:
        self.seed = seed
        self.slots = slots  # processes at most
        self.dice = Random(f"world {seed}")
        self.loop = Loop(Random(f"loop {seed}"))
        self.start = start
        self.offset = 0.0  # what the clock was put forward by, in all
        self.steps: list[Step] = []
        self.stepping = steps
        self.kind = kind
        self.changed = 0
        for old in file.parent.glob(f"{file.name}*"):
            old.unlink()
        shutil.copyfile(template, file)
        self.disk = Disk(file, self.wall)
        self.disk.committed = self._committed
        self.reader = sqlite3.connect(file, isolation_level=None)
        self.thresholds = Thresholds(self.reader)
        self.journal = Journal()
        self.platforms = {
            name: Platform(name, workspace, self.loop, self.dice, self.journal, self.wall)
            for name, workspace in (("local", "w"), ("slack", "T0000001"))
        }
        self.processes: dict[int, Process] = {}
        self.dead: list[Process] = []
        self.started = 0
        self.commits = 0
        self.facts: dict[tuple[int, int], int] = {}  # which commit wrote it
        self.fact_at: dict[tuple[int, int], float] = {}
        self.claims: dict[str, list[tuple[float, int]]] = {}  # of each delivery: when it was claimed, and as of which commit
        self.gone: list[tuple[str, float, float]] = []  # whose account was deactivated from when until when
        self.violations: list[str] = []
        self.log: list[tuple[float, str]] = []
        self.stir = asyncio.Event()
        self._last_fact = 0
        self._seen: dict[tuple[int, int], float] = {}
        self._able_since: float | None = None
        self.loop.aside = self._aside

    @property
    def company(self) -> Company:
        """The company as it is configured now."""
        return company(self.kind, self.changed)

    def close(self) -> None:
        """Let go of the file and of the loop."""
        self.reader.close()
        self.loop.close()

    # --- time

    def wall(self) -> datetime:
        """Return what the clock on the wall shows."""
        return self.start + timedelta(seconds=self.loop.time() + self.offset)

    def wall_at(self, at: float) -> datetime:
        """Return what the clock showed at a time of the loop."""
        put = sum(step.by for step in self.steps if step.at <= at)
        return self.start + timedelta(seconds=at + put)

    def put_clock(self, by: float) -> None:
        """Put the clock forward or back."""
        self.note(f"the clock is put by {by:+.0f} s")
        self.offset += by
        self.steps.append(Step(self.loop.time(), by))
        self._seen.clear()
        self.stir.set()

    def until(self, wall: int) -> float:
        """Return how many seconds it is until a stored time."""
        return (wall - micros(self.wall())) / 1e6

    def _aside(self) -> float:
        """Return how long the disk takes."""
        drawn = self.dice.random()
        return 0.0 if drawn < 0.5 else self.dice.uniform(0.0005, 0.01) if drawn < 0.999 else self.dice.uniform(0.5, 3)

    def note(self, what: str) -> None:
        """Keep something for the trace."""
        self.log.append((self.loop.time(), what))

    def wrong(self, what: str) -> None:
        """Keep that a promise was broken."""
        if len(self.violations) < 20:
            self.violations.append(f"{self.wall().isoformat()} {what}")

    # --- what is written

    def _committed(self) -> None:
        self.commits += 1
        for row, case, n in self.reader.execute("SELECT rowid, case_id, n FROM facts WHERE rowid > ? ORDER BY rowid", (self._last_fact,)):
            self._last_fact = row
            self.facts[case, n] = self.commits
            self.fact_at[case, n] = self.loop.time()
        self.stir.set()

    def claimed(self, keys: Collection[str]) -> None:
        """Note what was claimed, and as of which commit."""
        for key in keys:
            self.claims.setdefault(key, []).append((self.loop.time(), self.commits))

    def claimed_before(self, key: str, at: float, told: Tables) -> int:
        """Return as of which commit a message that arrived at this time was claimed last."""
        found = [commit for row in told.members(key) for when, commit in self.claims.get(row.key, ()) if when <= at]
        return max(found, default=0)

    # --- processes

    def running(self) -> list[Process]:
        """Return who is there, in order."""
        return [self.processes[slot] for slot in sorted(self.processes)]

    def begin(self, slot: int) -> Process:
        """Start a process in a slot that is free."""
        self.started += 1
        name = f"p{slot}.{self.started}"
        clock = VirtualClock(self.wall)
        process = Process(name, slot, self.disk, clock, self.company.config, self.platforms, self.claimed)
        self.note(f"{name} starts")
        self.processes[slot] = process
        process.living = self.loop.begin(process, self._living(process))
        return process

    async def _living(self, process: Process) -> None:
        while True:
            try:
                # As with a file's lock: whoever may have others beside it never ends their leases, also while there are none.
                await process.start(alone=self.slots == 1)
                return
            except Exception as fault:  # noqa: BLE001 - a supervisor starts it again, whatever it was
                self.note(f"{process.name} cannot start: {type(fault).__name__}: {fault}")
            await asyncio.sleep(2)

    def kill(self, process: Process) -> None:
        """Kill a process where it stands."""
        if process.dead:
            return
        self.note(f"{process.name} is killed")
        process.kill(self.loop)
        self._gone(process)

    async def end(self, process: Process) -> None:
        """Stop a process in order, as SIGTERM does."""
        self.note(f"{process.name} is stopped")
        stopping = self.loop.begin(process, process.bot.stop())
        await asyncio.wait({stopping}, timeout=120)
        self.kill(process)

    def _gone(self, process: Process) -> None:
        self.dead.append(process)
        if self.processes.get(process.slot) is process:
            del self.processes[process.slot]
        self._seen.clear()
        self.stir.set()

    def suspend(self, process: Process) -> None:
        """Let a process stand still."""
        self.note(f"{process.name} is suspended")
        self.loop.suspend(process)

    def go_on(self, process: Process) -> None:
        """Let it go on."""
        self.note(f"{process.name} goes on")
        self.loop.go_on(process)
        self.stir.set()

    @property
    def able(self) -> bool:
        """Tell whether somebody is there who could see to what is due."""
        if self.disk.full or self.disk.locked or self.thresholds.paused():
            return False
        there = [process for process in self.processes.values() if process.ready and not process.suspended]
        # Whoever was suspended in the middle of a transaction keeps everybody from writing.
        return bool(there) and not any(process.suspended for process in self.processes.values())

    # --- the beat

    async def conduct(self) -> None:
        """Have every process look at its next second whenever something may be due, as the timer does at each second."""
        in_vain = 0
        while True:
            self.stir.clear()
            self._watch()
            wait = min(self._until_sweep(), self._until_delivery())
            if wait <= 0:
                commits = self.commits
                self._look()
                await asyncio.sleep(BEAT)
                in_vain = 0 if self.commits != commits else in_vain + 1
                if in_vain > 8:
                    await self._rest(min(60.0, in_vain * BEAT))
                continue
            in_vain = 0
            await self._rest(wait)

    def _until_sweep(self) -> float:
        at = self.thresholds.sweep(self.company)
        return self.until(at) if at is not None else 3600.0

    def _until_delivery(self) -> float:
        at = self.thresholds.deliver()
        return self.until(at) if at is not None else 3600.0

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                await self.stir.wait()
        except TimeoutError:
            pass

    def _look(self) -> None:
        """Have everybody look: at once who was foretold it, else at the next second of their own."""
        for process in self.running():
            if process.ready:
                foretold = process.foretold is not None and process.foretold <= self.wall() and self.dice.random() < 0.5
                later = 0.0 if foretold else self.dice.uniform(0, BEAT)
                call = partial(self._second, process, sure=foretold)
                self.loop.in_life(process, partial(self.loop.call_later, later, call))

    def _second(self, process: Process, *, sure: bool) -> None:
        """A second of a process: it looks, unless there is nothing to be found any more."""
        if (sure or self._until_sweep() <= 0) and not process.beating:
            process.beating = True
            process.beats = self.loop.begin(process, self._beaten(process))
        elif self._until_delivery() <= 0:
            process.bot.worker.nudge()

    async def _beaten(self, process: Process) -> None:
        try:
            await process.beat()
        except Exception as fault:  # noqa: BLE001 - the timer logs it, and gives the next beat
            self.note(f"{process.name}: the beat failed: {type(fault).__name__}: {fault}")
        finally:
            process.beating = False

    def _watch(self) -> None:
        """See whether anything has been due for too long while somebody could have seen to it."""
        now = self.loop.time()
        if not self.able:
            self._seen.clear()
            return
        overdue = self.thresholds.overdue(self.wall())
        self._seen = {which: self._seen.get(which, now) for which in overdue}
        for (case, due), since in self._seen.items():
            if now - since > PATIENCE:
                self.wrong(f"C-{case} has been due since {EPOCH + timedelta(microseconds=due)} and nobody sees to it")
                self._seen[case, due] = now + 1e9
