"""Put the parts together: the one module that knows everybody.

It builds a running Buckstop from a configuration and a clock, starts what a role needs, moves the manual clock, and stops in order:
first nothing new comes in, then what is in flight is finished, then the database is let go.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot.adapters import health, local
from bot.adapters.timer import Timer
from bot.clock import FastClock, ManualClock, RealClock, machine_time
from bot.config import Config
from bot.handlers import passing
from bot.handlers.desk import Desk
from bot.handlers.digests import send_due_digests
from bot.handlers.reorganising import reckon_all
from bot.handlers.settings import Settings
from bot.log import configure
from bot.outbox.worker import Worker
from bot.store.database import Database, DatabaseFault
from bot.store.deliveries import SqlOutbox
from bot.store.mailbox import SqlMailbox
from bot.store.migrate import upgrade
from bot.store.store import SqlStore
from bot.wording import cards

log = structlog.get_logger()

AnyClock = RealClock | FastClock | ManualClock


class Failure(Exception):
    """Something that a person can mend; one sentence, and the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass
class Bot:
    """A running Buckstop."""

    config: Config
    clock: AnyClock
    database: Database
    store: SqlStore
    outbox: SqlOutbox
    worker: Worker
    workspace: local.Workspace
    metrics: health.Metrics = field(default_factory=health.Metrics)
    _runners: list[web.AppRunner] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _timer: Timer | None = None

    async def next_event(self) -> datetime | None:
        """Return when something happens next by itself: a case, a digest, or a message that was put off."""
        now = self.clock.now()
        times = [
            await passing.next_event(self.store, self.config.digests, now),
            await self.outbox.next_after(now),
        ]
        return min((time for time in times if time is not None), default=None)

    async def sweep(self) -> int:
        """Do what is due now; return how much that was."""
        now = self.clock.now()
        return await passing.sweep(self.store, now) + await send_due_digests(self.store, self.config.digests, now)

    async def beat(self) -> datetime | None:
        """Do what is due now and return when to look again."""
        due = await self.next_event()
        if await self.sweep() and due is not None and self.clock.kind == "real":
            self.metrics.lag(max(0.0, (self.clock.now() - due).total_seconds()))
        self.worker.nudge()
        # A fast clock's times are not the machine's: there, the beat every second is enough.
        return await self.next_event() if self.clock.kind == "real" else None

    async def settle(self) -> None:
        """Have what is waiting delivered: at once under the manual clock, soon under one that runs."""
        if isinstance(self.clock, ManualClock):
            await self._until_quiet()
        else:
            self.worker.nudge()

    async def wind(self, to: datetime) -> int:
        """Move the manual clock; everything due on the way happens at its own time, in order. Return how much happened."""
        assert isinstance(self.clock, ManualClock)
        fired = await self._until_quiet()
        while (at := await self.next_event()) is not None and at <= to:
            await self._set(max(at, self.clock.now()))
            happened = await self._until_quiet()
            if not happened and (again := await self.next_event()) is not None and again <= at:
                raise RuntimeError(f"time stands still: something stays due at {at.isoformat()}")
            fired += happened
        await self._set(max(to, self.clock.now()))
        return fired

    async def _set(self, to: datetime) -> None:
        assert isinstance(self.clock, ManualClock)
        # Kept before anything happens at that time: after a crash the clock must not be earlier than what was said.
        await self.workspace.mailbox.remember_time(to)
        self.clock.set(to)

    async def _until_quiet(self) -> int:
        """Sweep and deliver until nothing moves any more; return how much happened."""
        happened = 0
        while True:
            fired = await self.sweep()
            delivered = await self.worker.drain(self.clock.now())
            happened += fired or bool(delivered)
            if not fired and not delivered:
                return happened

    def run_by_itself(self) -> None:
        """Start the timer and the outbox."""
        self._timer = Timer(self.beat)
        self._timer.start()
        self._tasks.append(asyncio.create_task(self.worker.run()))

    async def listen(self, application: web.Application, host: str, port: int) -> str:
        """Serve a web application and return its address.

        Raises:
            Failure: the port is taken.
        """
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as taken:
            await runner.cleanup()
            raise Failure(f"port {port} on {host} cannot be used: {taken.strerror or taken}; choose another one") from taken
        self._runners.append(runner)
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{runner.addresses[0][1]}"

    async def serve_local(self, port: int, host: str = "127.0.0.1") -> str:
        """Serve the local workspace and return its address."""
        return await self.listen(local.make_app(self.workspace), host, port)

    async def stop(self) -> None:
        """Stop in order: nothing new comes in, what is in flight is finished, the database is let go."""
        if self._timer is not None:
            self._timer.stop()
        for runner in self._runners:
            await runner.cleanup()
        await self.worker.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.database.close()


class Front:
    """The desk's door: whatever is said there may have queued a message."""

    def __init__(self, desk: Desk, worker: Worker) -> None:
        self._desk = desk
        self._worker = worker

    async def handle(self, inbound: Any) -> Any:
        """Answer, and have the outbox look."""
        reply = await self._desk.handle(inbound)
        self._worker.nudge()
        return reply


@asynccontextmanager
async def running(config: Config, clock: AnyClock, *, alone: bool = False) -> AsyncIterator[Bot]:
    """Build a Buckstop on its database, and stop it at the end. `alone`: no other process works on this database.

    Raises:
        Failure: the database cannot be used.
    """
    database = await _database(config)
    bot = _built(config, clock, database)
    try:
        if alone:
            # What a killed predecessor had in flight need not wait for its lease to end, which a manual clock would not wait for.
            await bot.outbox.take_over()
        await reckon_all(bot.store, clock, repr(config.org))
        yield bot
    finally:
        await bot.stop()


def _built(config: Config, clock: AnyClock, database: Database) -> Bot:
    store, outbox = SqlStore(database, config.org, clock), SqlOutbox(database)
    events = local.Events()
    mailbox = local.Announced(SqlMailbox(database), events)
    places = local.LocalPlaces(config.local.channels)
    worker = Worker(outbox, store, clock, cards, {"local": local.LocalMessenger(mailbox)}, local.LocalDirectory(), places)
    settings = Settings(digests=config.digests, reactions={"local": frozenset(config.local.reactions)}, places=places)
    front = Front(Desk(store, clock, settings), worker)

    async def wind(to: datetime) -> int:
        return await bot.wind(to)

    async def settle() -> None:
        await bot.settle()

    async def next_event() -> datetime | None:
        return await bot.next_event()

    workspace = local.Workspace(
        desk=front,
        store=store,
        mailbox=mailbox,
        clock=clock,
        wind=wind,
        settle=settle,
        channels=config.local.channels,
        reactions=config.local.reactions,
        story=lambda: local.steps(config.org, clock.now()),
        next_event=next_event,
        events=events,
    )
    bot = Bot(config, clock, database, store, outbox, worker, workspace)
    return bot


async def _database(config: Config) -> Database:
    """Open the database; one that is new is made at once, one that is older waits for `buckstop db upgrade`."""
    try:
        database = Database(config.database_url)
    except DatabaseFault as fault:
        raise Failure(str(fault)) from fault
    try:
        if await is_new(database):
            await upgrade(database)
        await database.check()
    except DatabaseFault as fault:
        await database.close()
        raise Failure(str(fault)) from fault
    return database


async def is_new(database: Database) -> bool:
    """Tell whether there is no database yet, or one without any table of ours."""
    if database.sqlite and not Path(str(database.url.database)).exists():  # noqa: ASYNC240 - one look, before anything runs
        return True
    return await database.revision() is None


async def told_to_stop() -> None:
    """Wait until somebody presses Ctrl-C or sends SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()


async def serve(config: Config, role: str) -> None:
    """Run until told to stop.

    Raises:
        Failure: there is nothing to run, or it cannot be.
    """
    if role == "discord" or not config.local.enabled:
        # Until the chat platforms are there, the local workspace is the only door; a bot without a door would only look alive.
        raise Failure(f"{config.file}: there is nothing to run: set local.enabled = true (Slack and Discord come next)", 2)
    metrics = health.Metrics()
    configure(config.operation.log_level, extra=(metrics.count,))
    async with running(config, RealClock()) as bot:
        bot.metrics = metrics
        pages = health.make_app(bot.store, bot.clock, machine_time, metrics)
        await bot.listen(pages, config.operation.host, config.operation.port)
        if role in ("all", "web"):
            address = await bot.serve_local(config.local.port, config.local.host)
            log.info("local.listening", address=address)
        if role in ("all", "worker"):
            bot.run_by_itself()
        log.info("bot.running", role=role)
        await told_to_stop()
        log.info("bot.stopping")
    log.info("bot.stopped")
