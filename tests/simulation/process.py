"""What is one process of Buckstop? The production's desk, store, outbox, worker, sweep and digests, put together as `bot.app` does it.

Only what touches the outside is the simulation's: the clock, the driver under the store, the platforms, and who gives the beat. Every
second, a real process looks whether anything is due; here it looks at those of its seconds at which there may be something, and now and
then at another one. What it would have looked at in vain in between is left out.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from bot.adapters import local
from bot.app import Bot
from bot.chat import Inbound, Reply
from bot.clock import RealClock
from bot.config import Config
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.desk import Desk
from bot.handlers.settings import Settings
from bot.outbox.direct_line import DirectLine
from bot.outbox.ways import AllPlaces, Directories
from bot.outbox.worker import Worker
from bot.platforms import Front
from bot.ports import LaneOf, Load, Messenger
from bot.store.deliveries import SqlOutbox
from bot.store.mailbox import SqlMailbox
from bot.store.store import SqlStore
from bot.wording import cards
from tests.simulation.driver import Disk, Mortal
from tests.simulation.loop import Life, Loop
from tests.simulation.platform import Channels, Platform, Ways

NEVER = timedelta(days=3650)


class VirtualClock(RealClock):
    """The time of one process's machine: it runs with the loop, and is put forward and back.

    It is believed at once. That a step is doubted at first is left out here: whether something is late would depend on it.
    """

    def __init__(self, wall: Callable[[], datetime]) -> None:
        super().__init__(wall, timedelta)

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return self._wall()


class Watched(SqlOutbox):
    """The outbox; it is noted when each delivery was claimed."""

    def __init__(self, database: Mortal, claimed: Callable[[Collection[str]], None]) -> None:
        super().__init__(database)
        self._claimed = claimed

    async def claim(self, token: str, now: datetime, platforms: Collection[str], lane_of: LaneOf, limit: int) -> list[Load]:
        """Take what can go."""
        loads = await super().claim(token, now, platforms, lane_of, limit)
        self._claimed([delivery.key for load in loads for delivery in load.deliveries])
        return loads


class Process(Life):
    """One process, from its start to its end."""

    def __init__(
        self,
        name: str,
        slot: int,
        disk: Disk,
        clock: VirtualClock,
        config: Config,
        platforms: Mapping[str, Platform],
        claimed: Callable[[Collection[str]], None],
    ) -> None:
        super().__init__(name)
        self.slot = slot
        self.database = Mortal(slot, disk)
        self.clock = clock
        self.ready = False
        self.foretold: datetime | None = None
        self.beating = False
        self.living: asyncio.Task[None] | None = None  # held here, or they could be collected while they run
        self.beats: asyncio.Task[None] | None = None
        store, outbox = SqlStore(self.database, config.org, clock), Watched(self.database, claimed)
        messengers: dict[str, Messenger] = dict(platforms)
        routes = Directories({name: Ways(platform, everybody=name == "local") for name, platform in platforms.items()})
        places = AllPlaces([Channels(platform) for platform in platforms.values()])
        desk = Desk(store, clock)
        self.acquaintance = Acquaintance(store, clock)
        worker = Worker(
            outbox,
            store,
            clock,
            cards,
            messengers,
            routes,
            places,
            lost=self.acquaintance.lost,
            paint=lambda _: b"",
            elapsed=lambda: asyncio.get_running_loop().time(),  # it goes on while this process is suspended
            poll=NEVER,
        )
        desk.use(Settings(digests=config.digests, reactions={"local": frozenset({"ticket"})}, places=places, routes=routes))
        self.front = Front(desk, worker)
        direct_line = DirectLine(messengers, routes, cards, clock, self.acquaintance.org)
        nobody = _nobody(self.front, store, self.database, clock)
        self.bot = Bot(config, clock, self.database, store, outbox, worker, nobody, desk, direct_line)

    async def start(self, *, alone: bool) -> None:
        """Begin as `bot.app.running` and `run_by_itself` do."""
        if alone:
            await self.bot.outbox.take_over()
        await self.bot.take(self.bot.config)
        self.ready = True
        await self.bot.worker.run()

    @property
    def writing(self) -> bool:
        """Tell whether it holds the write lock."""
        return any(wire.writing for wire in self.database.wires)

    async def beat(self) -> None:
        """Look whether anything is due."""
        self.foretold = await self.bot.beat()

    async def handle(self, inbound: Inbound) -> Reply:
        """Answer what a platform has handed in."""
        return await self.front.handle(inbound)

    def kill(self, loop: Loop) -> None:
        """End it as SIGKILL does."""
        loop.kill(self)
        self.database.cut()


def _nobody(front: Front, store: SqlStore, database: Mortal, clock: VirtualClock) -> local.Workspace:
    """Return the surroundings of a web page that nobody opens here."""

    async def wind(to: datetime) -> int:
        raise AssertionError("a clock that runs is not wound")

    async def settle() -> None:
        raise AssertionError("nobody waits for the local workspace")

    return local.Workspace(desk=front, store=store, mailbox=SqlMailbox(database), clock=clock, wind=wind, settle=settle, channels=())


def person(name: str) -> PersonId:
    """Return the id of somebody."""
    return PersonId(name)
