"""Put the parts together: the one module that knows everybody.

It builds a running Buckstop from a configuration and a clock, starts what a role needs, moves the manual clock, and stops in order:
first nothing new comes in, then what is in flight is finished, then the database is let go.
"""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.adapters import health, local
from bot.adapters.discord.access import Access as DiscordAccess
from bot.adapters.probing import WebProber
from bot.adapters.slack.access import Access as SlackAccess
from bot.adapters.timer import Timer
from bot.clock import STEP, FastClock, ManualClock, RealClock, machine_time
from bot.config import Config, ConfigFaults, SlackPlan, load, taken
from bot.config.environment import EnvironmentFaults
from bot.config.secrets import known
from bot.ending import Ends
from bot.handlers import announcing, passing
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.coming import Lookout
from bot.handlers.desk import Desk
from bot.handlers.digests import send_due_digests
from bot.handlers.probing import Rounds
from bot.handlers.reorganising import reckon_all
from bot.handlers.settings import Settings
from bot.handlers.tidying import Tidying
from bot.handlers.vigil import EVERY, Vigil
from bot.log import configure
from bot.outbox.direct_line import DirectLine
from bot.outbox.ways import AllPlaces, Directories
from bot.outbox.worker import Worker
from bot.platforms import UNFIT, Front, Inside, Side, Ways, discord_side, slack_side, ways_of
from bot.ports import Coming, Directory, Messenger, NotSaved, Pause, Places, Prober, Routes
from bot.store.alone import alone_on
from bot.store.database import Database, DatabaseFault, behind
from bot.store.deliveries import SqlOutbox
from bot.store.mailbox import SqlMailbox
from bot.store.migrate import upgrade
from bot.store.store import SqlStore
from bot.store.trying import Trying
from bot.wording import cards

if TYPE_CHECKING:
    from bot.adapters.discord.side import Discord
    from bot.adapters.slack.side import Slack

log = structlog.get_logger()

_NIGHT = 3  # the local hour from which on it is looked, once a day, whether everybody can still be reached
_FINISH_WITHIN = 0.25  # seconds, of the half that a process manager should have to wait at most
_AGAIN = 1  # second until a reload that came in the way of others is tried again

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
    desk: Desk
    direct_line: DirectLine
    slack: "Slack | None" = None
    discord: "Discord | None" = None
    local_too: bool = True  # people can be reached in the local workspace
    finish_within: float | None = None  # seconds for what is in flight when it stops; None: as long as it takes
    rounds: Rounds | None = None  # of looking at contact routes; None: nothing outside is looked at
    metrics: health.Metrics = field(default_factory=health.Metrics)
    _runners: list[web.AppRunner] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _timer: Timer | None = None
    _tidying: Tidying = field(init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _pause: Pause | None = None
    _looked_on: date | None = None
    _round: asyncio.Task[int] | None = None
    vigil: Vigil | None = None
    _foretold: datetime | None = None
    _lookout: Lookout = field(init=False)

    def __post_init__(self) -> None:
        self._tidying, self._lookout = Tidying(self.store, self.outbox, self.worker.platforms), Lookout(self.store)

    @property
    def sides(self) -> tuple[Side, ...]:
        """Return the platforms that are used beside the local workspace."""
        return tuple(side for side in (self.slack, self.discord) if side is not None)

    async def next_event(self) -> datetime | None:
        """Return when something happens next by itself: a case, a digest, or a message that was put off."""
        return passing.following(*await self._look())

    async def sweep(self) -> int:
        """Do what is due now, and tidy up a little; return how much was due. Nothing while everything is paused."""
        return await self._do(*await self._look())

    async def _look(self) -> tuple[Coming, datetime | None, datetime | None]:
        """Return what is to come: what the store knows, the next digest, and the next look at a contact route."""
        coming, digest = await self._lookout.look(self.config.digests, self.clock.now())
        self._note_pause(coming.paused)
        return coming, digest, await self.rounds.next() if self.rounds is not None and self.config.org.routes else None

    async def _do(self, coming: Coming, digest: datetime | None, look: datetime | None) -> int:
        if coming.paused is not None:
            return 0
        fired, now = 0, self.clock.now()
        with behind():
            if _is_due(coming.case, now):
                fired += await passing.sweep(self.store, now, after_each=self.worker.nudge, first=coming.case)
            if _is_due(digest, now):
                fired += await send_due_digests(self.store, self.config.digests, now)
            if _is_due(coming.reminder, now):
                fired += await announcing.remind(self.store, now)
            if _is_due(look, now):
                fired += await self._look_outside()
            await self._tidying.step(self.config.org.rules, now)
        return fired

    async def _look_outside(self) -> int:
        """Look at the contact routes that are due; return how many. Only a manual clock waits for it: a slow page holds nobody up."""
        if self.rounds is None:
            return 0
        if self.clock.kind == "manual":
            return await self.rounds.step()
        if self._round is None or self._round.done():
            if self._round is not None and not self._round.cancelled() and (fault := self._round.exception()) is not None:
                log.warning("routes.round_failed", error=type(fault).__name__)  # the next one looks at what this one has not
            self._round = asyncio.create_task(self.rounds.step())
        return 0

    def _note_pause(self, now: Pause | None) -> None:
        """Log once that a pause began or ended."""
        before, self._pause = self._pause, now
        if self._pause is not None and before is None:
            log.warning("bot.paused", why=self._pause.why, since=self._pause.since.isoformat())
        if self._pause is None and before is not None:
            log.warning("bot.resumed", paused_since=before.since.isoformat())

    async def take(self, config: Config) -> int:
        """Take another configuration: organisation, digests and reactions. Return how many cases' clocks that changed."""
        self.config = config
        self.store.reorganise(config.org)
        self.desk.use(_settings(config, self.desk.settings.places, self.desk.settings.routes))
        changed = 0
        if await self.store.in_force() != config.source:
            with behind():
                changed = await reckon_all(self.store, self.clock)
            # Only now: a start that was cut short begins again.
            await self.store.put_in_force(config.source)
        self.worker.nudge()
        return changed

    async def set_right(self) -> int:
        """After the machine's clock was ahead: let what was put off wait no longer, and begin now what began in the future."""
        await self.outbox.went_back()
        with behind():
            changed = await reckon_all(self.store, self.clock)
        log.warning("bot.clock_went_back", cases=changed)
        return changed

    async def beat(self) -> datetime | None:
        """Do what is due now and return when to look again."""
        if isinstance(self.clock, RealClock) and self.clock.went_back():
            await self.set_right()
        if self.clock.kind == "fast":
            # It is ahead of the machine's time: begun anew, it would be earlier than what was said.
            await self.workspace.mailbox.remember_time(self.clock.now())
        paused, seen = self._pause is not None, await self._look()
        due = passing.following(*seen)
        fired = await self._do(*seen)
        # What waited while everything was paused is late on purpose, and says nothing about the loop.
        if fired and due is not None and self.clock.kind == "real" and not paused:
            self.metrics.lag(max(0.0, (self.clock.now() - due).total_seconds()))
        if self._pause is None:
            self._look_after_the_platforms()
        if fired or _is_due(self._foretold, self.clock.now()):
            self.worker.nudge()  # what was put off until now, too; whatever others queue, it finds by itself
        self._foretold = passing.following(*await self._look()) if fired else due
        # A fast clock's times are not the machine's: there, the beat every second is enough.
        return self._foretold if self.clock.kind == "real" else None

    def _look_after_the_platforms(self) -> None:
        local = self.clock.now().astimezone(ZoneInfo(self.config.org.zone))
        if local.hour >= _NIGHT and local.date() != self._looked_on:
            self._looked_on = local.date()
            for side in self.sides:
                side.look_after(self.config.org, local.date(), local=self.local_too)

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
        self._timer = Timer(self.beat, self.clock.now)
        self._timer.start()
        self._tasks.append(asyncio.create_task(self.worker.run()))

    def watch(self, *, telling: bool) -> Vigil:
        """Watch over the database from now on, and tell the admins past the outbox if nothing can be written."""
        trying = Trying(self.database)
        self.vigil = Vigil(trying.trouble, self.direct_line if telling else None, f"database/{machine_time():%Y%m%dT%H%M%S}")
        self._tasks.append(asyncio.create_task(self._watch(self.vigil, trying)))
        return self.vigil

    async def _watch(self, vigil: Vigil, trying: Trying) -> None:
        loop = asyncio.get_running_loop()
        try:
            while not self._stopping.is_set():
                try:
                    await vigil.look(loop.time())
                except Exception:
                    log.exception("vigil.failed")
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY):
                        await self._stopping.wait()
        finally:
            await trying.stop()

    async def listen(self, application: web.Application, host: str, port: int) -> str:
        """Serve a web application and return its address.

        Raises:
            Failure: the port is taken.
        """
        patience = 2 if self.finish_within is None else self.finish_within / 3  # whoever only listens must not use up all of it
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=patience)
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

    async def serve_slack(self, plan: SlackPlan) -> str | None:
        """Let Slack in, by sockets or through a door; return the door's address."""
        assert self.slack is not None
        if plan.transport == "socket":
            self.slack.connect()
            return None
        return await self.listen(self.slack.door(), plan.host, plan.port)

    async def stop(self) -> None:
        """Stop in order: nothing new comes in, what is in flight is finished, the database is let go."""
        self._stopping.set()
        if self._timer is not None:
            self._timer.stop()
        ends = Ends(self.finish_within)
        for runner in self._runners:
            await ends.wait(runner.cleanup(), "web")
        # Side by side: what somebody said and what is being sent may take as long as a platform takes to answer.
        others = [ends.wait(side.close(), side.messenger.platform) for side in self.sides]
        if self._timer is not None:
            others.append(ends.wait(self._timer.rest(), "timer"))
        await asyncio.gather(*others, self.worker.stop(ends.left()))
        if self._round is not None:
            self._round.cancel()  # what is cut short costs one round
            await asyncio.gather(self._round, return_exceptions=True)
        await ends.wait(asyncio.gather(*self._tasks, return_exceptions=True), "outbox")
        for side in self.sides:
            await side.hang_up()
        await ends.wait(self.database.close(), "database")


@asynccontextmanager
async def running(
    config: Config,
    clock: AnyClock,
    *,
    alone: bool = False,
    current: bool = True,
    local_too: bool = True,
    slack: SlackAccess | None = None,
    discord: DiscordAccess | None = None,
    prober: Prober | None = None,
) -> AsyncIterator[Bot]:
    """Build a Buckstop on its database, and stop it at the end.

    Args:
        config: what it is.
        clock: the time of its cases.
        alone: no other process works on this database.
        current: bring every case's clocks up to this configuration before anything else; otherwise the caller does, with `take`.
        local_too: people can be reached in the local workspace.
        slack, discord: how these are reached, if they are used.
        prober: what looks at contact routes; None: nobody does.

    Raises:
        Failure: the database cannot be used, or a platform refuses its tokens.
    """
    database = await _database(config)
    bot = _built(config, clock, database, Ways(slack, discord), local_too=local_too)
    bot.rounds = Rounds(bot.store, clock, prober, bot.desk.settings.places) if prober is not None else None
    try:
        for side in bot.sides:
            await side.begin()
        if alone:
            # What a killed predecessor had in flight need not wait for its lease to end, which a manual clock would not wait for.
            await bot.outbox.take_over()
        if isinstance(clock, RealClock) and await bot.outbox.ahead(clock.now() + STEP):
            await bot.set_right()
        if current:
            await bot.take(config)
        yield bot
    except UNFIT as unfit:
        raise Failure(str(unfit), 2) from unfit
    finally:
        await bot.stop()


def _built(config: Config, clock: AnyClock, database: Database, ways: Ways, *, local_too: bool) -> Bot:
    store, outbox = SqlStore(database, config.org, clock), SqlOutbox(database, lease=config.operation.lease)
    events = local.Events()
    mailbox = local.Announced(SqlMailbox(database), events)
    messengers: dict[str, Messenger] = {}
    directories: dict[str, Directory] = {}
    places: list[Places] = []
    desk = Desk(store, clock)
    acquaintance = Acquaintance(store, clock)
    routes = Directories(directories)
    lease = config.operation.lease
    worker = Worker(outbox, store, clock, cards, messengers, routes, AllPlaces(places), lost=acquaintance.lost, lease=lease)
    front = Front(desk, worker)
    inside = Inside(database, store, clock, front, acquaintance, lambda: desk.settings)
    slack, discord = slack_side(config, ways, inside), discord_side(config, ways, inside)
    for side in (slack, discord):
        if side is not None:
            messengers[side.messenger.platform], directories[side.messenger.platform] = side.messenger, side.directory
            places.append(side.places)
    messengers["local"] = local.LocalMessenger(mailbox)
    places.append(local.LocalPlaces(config.local.channels))
    if local_too:
        directories["local"] = local.LocalDirectory()
    desk.use(_settings(config, AllPlaces(places), routes))

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
        story=lambda: local.steps(bot.config.org, clock.now()),
        next_event=next_event,
        events=events,
    )
    direct_line = DirectLine(messengers, routes, cards, clock, acquaintance.org)
    bot = Bot(config, clock, database, store, outbox, worker, workspace, desk, direct_line, slack, discord, local_too)
    return bot


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _settings(config: Config, places: Places | None, routes: Routes | None) -> Settings:
    reactions = {"local": frozenset(config.local.reactions)}
    if config.slack is not None:
        reactions["slack"] = frozenset(config.slack.reactions)
    if config.discord is not None:
        reactions["discord"] = frozenset(config.discord.reactions)
    return Settings(digests=config.digests, reactions=reactions, places=places, routes=routes)


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


@asynccontextmanager
async def _background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def told_to_stop() -> None:
    """Wait until somebody presses Ctrl-C or sends SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await stop.wait()


async def reload(bot: Bot, environ: Mapping[str, str]) -> None:
    """Read the configuration file again and take it; with faults, name each of them and go on with the old one."""
    try:
        new = await asyncio.to_thread(load, bot.config.file, environ)
    except ConfigFaults as found:
        for fault in found.faults:
            log.error("config.faulty", file=fault.file, place=fault.place, what=fault.what)  # noqa: TRY400 - it says where and what
        log.error("config.kept", faults=len(found.faults))  # noqa: TRY400 - the same
        return
    force, waiting = taken(bot.config, new)
    if waiting:
        log.warning("config.needs_restart", keys=list(waiting))
    changed = await bot.take(force)
    log.info("config.reloaded", cases=changed)


async def _stay_current(bot: Bot, asked: asyncio.Event) -> None:
    """Take the configuration at the start, beside the work, and again whenever it is asked for. Whatever goes wrong, the bot goes on.

    A million cases take minutes to reckon, and a bot that is silent meanwhile would look dead.
    """
    first = True
    while True:
        try:
            await (bot.take(bot.config) if first else reload(bot, os.environ))
        except NotSaved:
            log.warning("config.tried_again")
            await asyncio.sleep(_AGAIN)
            continue
        except Exception:
            log.exception("config.not_taken")
        first = False
        await asked.wait()
        asked.clear()


def _ways(config: Config) -> Ways:
    try:
        return ways_of(config, os.environ)
    except EnvironmentFaults as found:
        raise Failure("\n".join(found.faults), 2) from found


def keep_what_is_there() -> None:
    """Look through what the start has left behind for the last time: each later look at all of it would hold everything up for 0.1 s."""
    gc.collect()
    gc.freeze()


async def serve(config: Config, role: str) -> None:
    """Run until told to stop.

    Raises:
        Failure: there is nothing to run, or it cannot be.
    """
    if not (config.local.enabled or config.slack or config.discord):
        # A bot without a door would only look alive.
        raise Failure(f"{config.file}: there is nothing to run: add [slack] or [discord], or set local.enabled = true", 2)
    if role == "discord" and config.discord is None:
        raise Failure(f"{config.file}: discord: is missing, and the role is discord; add it, or choose another role", 2)
    ways = _ways(config)
    metrics = health.Metrics()
    configure(config.operation.log_level, extra=(metrics.count,), secrets=known(os.environ, config.database_url))
    asked = asyncio.Event()
    # Before anything else: until somebody listens to it, SIGHUP ends the process.
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    with alone_on(config.database_url) as alone:
        way_in = running(
            config,
            RealClock(),
            alone=alone,
            current=False,
            local_too=config.local.enabled,
            slack=ways.slack,
            discord=ways.discord,
            prober=WebProber(),
        )
        await _run(config, role, way_in, metrics, asked)
    log.info("bot.stopped")


async def _run(config: Config, role: str, way_in: AbstractAsyncContextManager[Bot], metrics: health.Metrics, asked: asyncio.Event) -> None:
    async with way_in as bot, _background(_stay_current(bot, asked)):
        bot.metrics, bot.finish_within = metrics, _FINISH_WITHIN
        vigil = bot.watch(telling=role in ("all", "worker"))
        pages = health.make_app(bot.store, bot.clock, machine_time, metrics, lambda: vigil.fault)
        await bot.listen(pages, config.operation.host, config.operation.port)
        if role in ("all", "web") and config.local.enabled:
            address = await bot.serve_local(config.local.port, config.local.host)
            log.info("local.listening", address=address)
        if role in ("all", "web") and config.slack is not None:
            log.info("slack.listening", transport=config.slack.transport, address=await bot.serve_slack(config.slack))
        if role in ("all", "discord") and bot.discord is not None:
            bot.discord.connect()
        if role in ("all", "worker"):
            bot.run_by_itself()
        keep_what_is_there()
        log.info("bot.running", role=role)
        await told_to_stop()
        log.info("bot.stopping")
