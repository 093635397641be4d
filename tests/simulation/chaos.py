"""What goes wrong? Kills, stops, suspensions, steps of the clock, bad days of the platforms and of the disk, people who cannot be reached,
other configurations, the emergency brake: each at a time drawn from the seed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from bot.escalation.org import Account
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Profile
from bot.ports import NotSaved
from tests.simulation.company import EVERYBODY, company
from tests.simulation.platform import CALM, Weather
from tests.simulation.process import Process
from tests.simulation.world import World

_LONGEST = 8 * 3600.0


class Chaos:
    """All that befalls one seed."""

    def __init__(self, world: World, blows: int) -> None:
        self.world = world
        self.dice = Random(f"chaos {world.seed}")
        self.blows = blows
        self._striking: set[asyncio.Task[None]] = set()

    async def reign(self, until: float) -> None:
        """Strike now and then until a time of the loop."""
        mean = until / self.blows
        kinds: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (8, self._kill), (2, self._stop), (2, self._suspend), (5, self._weather), (1, self._disk), (2, self._shut_out),
            (1, self._gone), (1, self._reload), (1, self._brake), (2 if self.world.stepping else 0, self._step), (1, self._delete),
        ]  # fmt: skip
        blows = [blow for weight, blow in kinds for _ in range(weight)]
        while (now := self.world.loop.time()) < until:
            await asyncio.sleep(min(self.dice.expovariate(1 / mean), until - now + 0.001))
            if self.world.loop.time() < until:
                task = asyncio.ensure_future(self.dice.choice(blows)())
                self._striking.add(task)
                task.add_done_callback(self._striking.discard)

    async def end(self) -> None:
        """Let everything be well again."""
        if self._striking:
            await asyncio.wait(self._striking)
        world = self.world
        for platform in world.platforms.values():
            platform.weather = CALM
        world.disk.full = world.disk.locked = False
        for process in world.running():
            if process.suspended:
                world.go_on(process)
        if not world.running():
            world.begin(0)
        world.stir.set()

    async def _for_a_while(self, longest: float = _LONGEST) -> None:
        left = self.dice.choice((self.dice.uniform(0, 30), self.dice.uniform(0, 900), self.dice.uniform(0, longest)))
        await asyncio.sleep(left)

    def _one(self) -> Process | None:
        there = [process for process in self.world.running() if not process.suspended]
        return self.dice.choice(there) if there else None

    async def _kill(self) -> None:
        """Kill a process at one of the next moments at which it does something, and start it again."""
        process = self._one()
        if process is None:
            return
        if not await self._burnt(process, lambda: self.world.kill(process)):
            self.world.kill(process)
        await self._again(process.slot)

    async def _burnt(self, process: Process, blow: Callable[[], None]) -> bool:
        """Strike a process in place of one of its next steps; tell whether it came to that within an hour."""
        burnt = asyncio.Event()

        def burn() -> None:
            blow()
            burnt.set()

        fuse = self.dice.choice((1, self.dice.randint(1, 10), self.dice.randint(1, 60)))
        self.world.loop.light(process, fuse, burn)
        try:
            async with asyncio.timeout(3600):
                await burnt.wait()
        except TimeoutError:
            process.fuse = None
        return burnt.is_set()

    async def _stop(self) -> None:
        process = self._one()
        if process is not None and process.ready:
            await self.world.end(process)
            await self._again(process.slot)

    async def _again(self, slot: int) -> None:
        await self._for_a_while(3 * 3600.0)
        if slot not in self.world.processes:
            self.world.begin(slot)

    async def _suspend(self) -> None:
        """Let a process stand still for a while, from one of its next steps on, and see what it does when it goes on."""
        process = self._one()
        if process is None or not await self._burnt(process, lambda: self._still(process)):
            return
        await asyncio.sleep(self.dice.choice((self.dice.uniform(1, 50), self.dice.uniform(50, 200), self.dice.uniform(0, 7200))))
        if not process.dead:
            self.world.go_on(process)

    def _still(self, process: Process) -> None:
        if process.writing:
            # Not with the write lock in its hand: on one file, everybody would wait for it.
            self.world.loop.light(process, 1, lambda: self._still(process))
        else:
            self.world.suspend(process)

    async def _weather(self) -> None:
        platform = self.dice.choice(list(self.world.platforms.values()))
        bad = self.dice.uniform(0.1, 0.9)
        kinds = ("refused_for_now", "answer_lost", "not_accepted", "silent", "slow")
        drawn = dict.fromkeys(self.dice.sample(kinds, 2), bad / 2)
        platform.weather = Weather(**drawn, shut=self.dice.random() < 0.15)
        self.world.note(f"{platform.platform} has {platform.weather}")
        await self._for_a_while()
        platform.weather = CALM

    async def _disk(self) -> None:
        disk = self.world.disk
        full = self.dice.random() < 0.5
        disk.full, disk.locked = full, not full
        self.world.note("the disk is full" if full else "the database is locked")
        await self._for_a_while(1800.0)
        disk.full = disk.locked = False
        self.world.note("the disk is well")
        self.world.stir.set()

    async def _shut_out(self) -> None:
        """Somebody takes no direct messages any more, for a while."""
        name = self.dice.choice(EVERYBODY)
        platforms = self.dice.sample(list(self.world.platforms.values()), self.dice.choice((1, 2)))
        self.world.note(f"{name} cannot be written to on {', '.join(p.platform for p in platforms)}")
        for platform in platforms:
            platform.closed.add(f"@{name}")
        await self._for_a_while(3 * 24 * 3600.0)
        for platform in platforms:
            platform.closed.discard(f"@{name}")
        await self._told(lambda process: process.acquaintance.found(PersonId(name)))

    async def _gone(self) -> None:
        """Somebody's account is deactivated, and there again later."""
        name = self.dice.choice(EVERYBODY)
        holder = self.world.company.config.org.people[PersonId(name)]
        account = next(iter(holder.accounts), None)
        if account is None:
            return
        self.world.note(f"{name}'s account is deactivated")
        known: Account = account
        begun = self.world.loop.time()
        await self._told(lambda process: process.acquaintance.changed(known, Profile(name, gone=True)))
        await self._for_a_while(5 * 24 * 3600.0)
        await self._told(lambda process: process.acquaintance.changed(known, Profile(name, gone=False)))
        self.world.gone.append((name, begun, self.world.loop.time()))

    async def _reload(self) -> None:
        self.world.changed = self.dice.randint(1, 3)
        self.world.note("another configuration")
        config = company(self.world.kind, self.world.changed).config
        for process in self.world.running():
            await self._told(lambda process: process.bot.take(config), process)

    async def _brake(self) -> None:
        self.world.note("everything is paused")
        await self._told(lambda process: process.bot.store.pause("a drill", self.world.wall()))
        await self._for_a_while(6 * 3600.0)
        while self.world.thresholds.paused():
            await self._told(lambda process: process.bot.store.resume())
            await asyncio.sleep(30)
        self.world.note("everything goes on")

    async def _step(self) -> None:
        size = self.dice.choice((2.0, 90.0, 3600.0, 86400.0))
        self.world.put_clock(self.dice.choice((size, -size)))
        await asyncio.sleep(0)

    async def _delete(self) -> None:
        """Somebody deletes a card in a channel."""
        platform = self.dice.choice(list(self.world.platforms.values()))
        cards = [post for post in platform.posts.values() if not post.conversation.startswith("@") and post.key.startswith("card/")]
        if cards:
            self.dice.choice(cards).deleted = True
        await asyncio.sleep(0)

    async def _told(self, what: Callable[[Process], Awaitable[object]], process: Process | None = None) -> None:
        """Have a process do something, if it lives; one that was killed meanwhile has not done it."""
        process = process or self._one()
        if process is None or not process.ready or process.dead:
            return

        async def do() -> None:
            try:
                await what(process)
            except NotSaved:
                pass
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is told
                if not self.world.disk.full:
                    self.world.wrong(f"{process.name}: {type(fault).__name__}: {fault}")

        await asyncio.wait({self.world.loop.begin(process, do())}, timeout=30)
