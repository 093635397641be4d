"""A company in Slack and Discord whose Buckstop is several processes, which can be killed, stopped, woken up and replaced."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import make_url, text

from bot.config import loads
from bot.ports import Away
from bot.store.database import Database
from bot.store.verify import verify
from tests.discord.client import World as There
from tests.scenarios import discord_posts
from tests.scenarios.crossing import org
from tests.scenarios.discord_stage import northwind
from tests.scenarios.killed import by_itself
from tests.scenarios.slack_stage import PEOPLE, workspace
from tests.slack.client import Workspace
from tests.torture.processes import environment

ROOT = Path(__file__).parents[2]
LEASE = 2  # seconds
# Ana, who owns what is about billing, is in Slack; Ben, who owns what is about metering, is in Discord.
IN_SLACK, IN_DISCORD = ("rita", "ana", "bruno", "ida"), ("tom", "ben", "cleo", "eve", "dana")
REPORTERS = ("rita", "bruno", "ida")
_NAMES = count(1)


class One:
    """One process of Buckstop's."""

    def __init__(self, process: Process, role: str, log: Path) -> None:
        self.process = process
        self.role = role
        self._log = log

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(sign)

    async def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        self.send(signal.SIGKILL)
        await self.process.wait()

    async def terminate(self) -> float:
        """End it as an operator does; return how many seconds that took."""
        began = monotonic()
        self.send(signal.SIGTERM)
        assert await asyncio.wait_for(self.process.wait(), 60) == 0, self.log
        return monotonic() - began

    @property
    def log(self) -> str:
        """What it has written."""
        return self._log.read_text("utf-8")

    async def says(self, event: str, times: int = 1) -> None:
        """Wait until this is in its log."""
        async with asyncio.timeout(110):
            while self.log.count(f'"{event}"') < times:
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.02)


@dataclass
class Company:
    """Slack, Discord, a database, and the processes between them."""

    ws: Workspace
    there: There
    url: str
    file: Path
    compiled: Path  # modules: without, each start takes more than twice as long
    processes: list[One] = field(default_factory=list)
    _before: int = 0
    _speaking: dict[str, asyncio.Lock] = field(default_factory=lambda: {person: asyncio.Lock() for person in REPORTERS})
    reported: dict[str, tuple[str, str]] = field(default_factory=dict)  # who reported a case, and who owns it

    async def start(self, role: str = "worker", root: Path = ROOT) -> One:
        """Start a process with this role, and wait until it works."""
        one = await self.begin(role, root=root)
        await one.says("bot.running")
        return one

    async def begin(self, *words: str, root: Path = ROOT) -> One:
        """Start a process of a Buckstop that lies in this folder: with a role, or any other command."""
        role = words[0]
        command = ("run", "--role", role) if role in ("all", "web", "worker", "discord") else words
        log = self.file.with_name(f"{'-'.join(words)}-{next(_NAMES)}.log")
        with log.open("wb") as written:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *command,
                "--config",
                str(self.file),
                cwd=root,
                env=self._environment(root),
                stderr=written,
                stdout=written,
            )
        self.processes.append(One(process, role, log))
        return self.processes[-1]

    def _environment(self, root: Path) -> dict[str, str]:
        slack = {"SLACK_BOT_TOKEN": self.ws.bot_token, "SLACK_APP_TOKEN": self.ws.app_token, "SLACK_API_URL": self.ws.api_url}
        there = self.there
        discord = {"DISCORD_TOKEN": there.token, "DISCORD_API_URL": there.api_url, "DISCORD_GATEWAY_URL": there.gateway_url}
        given = environment(slack | discord | {"BUCKSTOP_DATABASE_URL": self.url})
        return given | {"PYTHONPATH": str(root), "PYTHONPYCACHEPREFIX": str(self.compiled)}

    async def report(self, number: int) -> str | None:
        """Report something, about billing or metering; return its case, or None if the answer was that it was not saved."""
        service, owner = (("billing", "ana"), ("metering", "ben"))[number % 2]
        reporter, words = REPORTERS[number % 3], f"thing {next(_NAMES)}"
        async with self._speaking[reporter]:  # what somebody is shown meanwhile counts as the answer
            out = await self.ws.command(reporter, f"/case report {service}: {words}", "help")
        if "cannot tell" in out.text or "could not be shown" in out.text:
            case = await self.case_about(words)
        elif "please try again" in out.text:
            case = None
        else:
            assert " is in" in out.text, out
            case = out.text.partition(" is in")[0].rpartition(" ")[2]
        if case is None:
            return None
        self.reported[case] = (reporter, owner)
        return case

    async def case_about(self, title: str) -> str | None:
        """Look whether there is a case about this, as somebody would who was told to."""
        async with self.database() as database:
            for _ in range(100):
                try:
                    async with database.read() as conn:
                        found = await conn.scalar(text("SELECT id FROM cases WHERE title = :title"), {"title": title})
                        return f"C-{found}" if found else None
                except Away:
                    await asyncio.sleep(0.1)
        raise AssertionError("the database does not answer any more")

    @asynccontextmanager
    async def reporting(self, number: int) -> AsyncIterator[asyncio.Future[list[None]]]:
        """Have so many things reported meanwhile, each person's one after the other; whoever is told to try again does."""

        async def one(which: int) -> None:
            for _ in range(200):
                if await self.report(which) is not None:
                    return
                await asyncio.sleep(0.05)
            raise AssertionError("it is never saved")

        self._before = len(self.reported)
        going = asyncio.gather(*(one(which) for which in range(number)))
        try:
            yield going
            await asyncio.wait_for(going, 120)
        finally:
            going.cancel()

    async def has_reported(self, number: int) -> None:
        """Wait until so many of what is reported meanwhile are."""
        async with asyncio.timeout(60):
            while len(self.reported) < self._before + number:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)

    @property
    def name(self) -> str:
        """What the database is called."""
        return make_url(self.url).database or ""

    @property
    def workers(self) -> list[One]:
        """Those who deliver, as far as they live."""
        return [one for one in self.processes if one.role == "worker" and one.process.returncode is None]

    async def posted(self) -> Counter[str]:
        """Return how often each delivery was posted, in Slack and in Discord."""
        found: Counter[str] = Counter()
        for where in ("help", *(f"@{person}" for person in PEOPLE)):
            found.update(m.metadata["event_payload"]["key"] for m in await self.ws.messages(where, deleted=True) if m.metadata)
        async with self.database() as database:
            return found + await discord_posts.posted(self.there, database)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """Look into the database."""
        database = Database(self.url)
        try:
            yield database
        finally:
            await database.close()

    async def quiet(self, within: float = 100) -> None:
        """Wait until everything is delivered."""
        async with asyncio.timeout(within), self.database() as database:
            while True:
                async with database.read() as conn:
                    left = await conn.scalar(text("SELECT count(*) FROM deliveries WHERE state <> 'delivered'"))
                if not left:
                    return
                await asyncio.sleep(0.05)

    async def all_is_well(self) -> None:
        """See that each report that was answered is a case, of which everybody was told, once; and nothing else was said."""
        await self.quiet()
        there = await self.posted()
        doubled = {key: times for key, times in there.items() if times != 1}
        assert doubled == {}, f"said twice: {doubled}"
        async with self.database() as database:
            async with database.read() as conn:
                kept = {f"C-{number}" for number in await conn.scalars(text("SELECT id FROM cases"))}
            faults = [str(fault) async for fault in verify(database)]
            assert faults == [], faults
        assert kept == set(self.reported), f"reported, or kept, and not both: {kept ^ set(self.reported)}"
        wanted = {key for case in self.reported for key in self._told(case)}
        assert set(there) == wanted, f"lost: {wanted - set(there)}; never wanted: {set(there) - wanted}"

    def _told(self, case: str) -> Sequence[str]:
        reporter, owner = self.reported[case]
        card = f"card/{case}/slack:{self.ws.team}:{self.ws.channels['help']}"
        return card, f"{case}/1/receipt/{reporter}", f"{case}/1/assigned/{owner}"

    async def end(self) -> None:
        """End what still runs."""
        for one in self.processes:
            if one.process.returncode is None:
                one.send(signal.SIGCONT)
                one.send(signal.SIGKILL)
                await one.process.wait()


def _configuration(ws: Workspace, there: There, lease: int) -> str:
    return by_itself(org(ws, there, IN_SLACK, IN_DISCORD), f"port = 0\nlease = {lease}")


@asynccontextmanager
async def company(url: str, slack: str, discord: str, folder: Path, lease: int = LEASE, **more: Any) -> AsyncIterator[Company]:
    """Give a company in which nobody works yet; its processes end with the block."""
    async with workspace(slack, **more) as ws, northwind(discord) as there:
        file = folder / "config.toml"
        file.write_text(_configuration(ws, there, lease), "utf-8")
        loads(file.read_text("utf-8"), str(file), {})
        made = Company(ws, there, url, file, folder.parent / "compiled")
        try:
            yield made
        finally:
            await made.end()
