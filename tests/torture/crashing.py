"""Die at each point, on each database, and let the oracle say whether anything was lost or doubled.

Each death has a company of its own: a case is played to its end beside the scene, so that something is under way wherever it dies.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession, ClientTimeout

from tests.torture.company import Company, company
from tests.torture.databases import Databases, leases_end
from tests.torture.dying import COMMITS, WRITES, Death
from tests.torture.journals import Journals
from tests.torture.playing import People, Watch
from tests.torture.points import points
from tests.torture.processes import Nursery
from tests.torture.provoking import ACK, CONFIRM, RESOLVE, Scene, Set
from tests.torture.seldom import SCENES
from tests.torture.storm import Buckstop, Found, settled

REACHED_WITHIN = 45.0  # seconds until a process has come to its point
PLAYED_WITHIN = 60.0  # and a scene to its end, after the restart


@dataclass(frozen=True, slots=True)
class Crash:
    """One death."""

    scene: Scene
    death: Death
    kind: str  # of database

    @property
    def name(self) -> str:
        """How it is called on the command line."""
        return f"{self.death.point}@{self.death.when}@{self.kind}"


def crashes(kinds: Sequence[str], only: str = "") -> list[Crash]:
    """Return every death at every point, for these databases; `only` those whose name holds this."""
    kind_of = {point.name: point.kind for point in points()}
    found = [
        Crash(scene, Death(point, when), kind)
        for scene in SCENES
        for point in scene.points
        for when in (COMMITS if kind_of[point] == "commit" else WRITES)
        for kind in kinds
        # On PostgreSQL nobody can know that they are alone.
        if not (kind == "postgresql" and point.endswith("take_over:commit"))
    ]
    return [crash for crash in found if only in crash.name]


@dataclass(frozen=True)
class Workshop:
    """What every death needs."""

    slack: str
    discord: str
    databases: Databases
    nursery: Nursery


async def crash(shop: Workshop, wanted: Crash, seed: int = 1) -> Found:
    """Die there, come back, and return what the oracle says; that it was never reached counts as lost."""
    with TemporaryDirectory(prefix="crash-") as folder:
        url = await shop.databases.new(wanted.kind)
        try:
            async with _set(shop, url, Path(folder), seed) as on:
                return await _crashed(on, wanted)
        finally:
            shop.databases.drop(url)


@asynccontextmanager
async def _set(shop: Workshop, url: str, folder: Path, seed: int) -> AsyncIterator[Set]:
    async with company(shop.slack, shop.discord) as there, ClientSession(timeout=ClientTimeout(total=10)) as http:
        await registered(there)
        buckstop, journals = Buckstop(there, url, folder, shop.nursery), Journals(there)
        people = People(there, Watch(journals), seed, buckstop.died)
        reading = asyncio.create_task(people.watch.run())
        try:
            yield Set(buckstop, people, random.Random(seed), http)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await people.over()
            await buckstop.stop()


async def registered(there: Company) -> None:
    """Have the slash commands registered in Discord, as `buckstop discord sync` does."""
    from bot.adapters.discord.access import Access
    from bot.adapters.discord.commands import tree
    from bot.adapters.discord.rest import Rest

    if there.discord is not None:
        rest = Rest(Access(there.discord.api_url, there.discord.gateway_url, there.discord.token, None))
        await rest.begin()
        await tree(rest.client).sync()
        await rest.close()


async def _crashed(on: Set, wanted: Crash) -> Found:
    scene, buckstop = wanted.scene, on.buckstop
    buckstop.company.write(buckstop.file, scene.more, scene.people)
    await _before(on, scene)
    buckstop.company.write(buckstop.file, scene.more + scene.later(), scene.people)
    playing = asyncio.create_task(scene.play(on))
    dying = await buckstop.start(wanted.death, words=scene.words)
    with suppress(TimeoutError):
        async with asyncio.timeout(REACHED_WITHIN):
            await dying.over.wait()
    reached = dying.over.is_set()
    await dying.end()
    await leases_end(buckstop.url)
    if scene.between is not None:
        await scene.between(on)
    if scene.then:
        await (await buckstop.start(words=scene.then)).over.wait()
    await buckstop.start()
    trouble = await _played(playing)
    found = await _judged(on)
    found.lost += [f"{wanted.name}: it never came there"] if not reached else []
    found.lost += [f"{wanted.name}: {trouble}"] if trouble else []
    return found


async def _before(on: Set, scene: Scene) -> None:
    if scene.before is not None:
        await on.buckstop.start()
        await scene.before(on)
        await on.buckstop.kill()
    if scene.first:
        await (await on.buckstop.start(words=scene.first)).over.wait()


async def _played(playing: "asyncio.Task[None]") -> str:
    """Return what kept the scene from coming to its end; empty if nothing did."""
    try:
        async with asyncio.timeout(PLAYED_WITHIN):
            await playing
    except TimeoutError:
        return "the scene came to no end after the restart"
    except Exception as fault:  # noqa: BLE001 - whatever it was, the next point is to be tried too
        return f"the scene failed: {type(fault).__name__}: {fault}"
    return ""


async def _judged(on: Set) -> Found:
    """Let one case go through from its report to its end, then ask the oracle about all that were played."""
    await on.people.play(on.life("tess", "billing", ACK, RESOLVE, CONFIRM))
    await on.people.over()
    # Scenes bring about cases of their own kind, of which the oracle knows nothing; what is doubled or torn is seen all the same.
    found = await settled(on.buckstop.company, on.people.watch.journals, on.people.played, kills=1, others=True)
    stray = on.buckstop.log.with_name("stray")
    if stray.exists():
        found.wrong += stray.read_text("utf-8").splitlines()
    return found
