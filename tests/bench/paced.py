"""How far apart do twenty messages to one person arrive in Discord, at the pace that Buckstop keeps and within Discord's limits?

`python -m tests.bench.paced` prints it, for one person and for nine people at once.
"""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from bot.adapters.discord.access import Pace
from bot.app import running
from bot.clock import RealClock
from bot.config import loads
from bot.escalation.words import PersonId
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.discord.client import World as There
from tests.discord.running import fake_discord
from tests.scenarios.discord_stage import PEOPLE, access, discord_org, northwind
from tests.scenarios.stages import ORG

EACH = 20


async def measure(address: str, people: tuple[str, ...], folder: Path) -> str:
    """Tell these people twenty things each, and return what is to be said of it."""
    url = f"sqlite:///{folder / ('-'.join(people) + '.db')}"
    database = Database(url)
    await upgrade(database)
    await database.close()
    async with northwind(address, limits=True) as there:
        config = replace(loads(discord_org(there), str(ORG), {}), database_url=url)
        async with running(config, RealClock(), local_too=False, discord=access(there, Pace())) as bot:
            async with bot.store.begin() as tx:
                for number in range(EACH):
                    for person in people:
                        await tx.notify(f"{number:02}/{person}", PersonId(person), (f"number {number:02}",))
            bot.run_by_itself()
            for person in people:
                await there.until_said(f"@{person}", f"number {EACH - 1:02}", within=120)
        return await _said(there, people)


async def _said(there: There, people: tuple[str, ...]) -> str:
    gaps, in_order = [], True
    for person in people:
        messages = await there.messages(f"@{person}")
        in_order = in_order and [message.shown for message in messages] == [f"number {number:02}" for number in range(EACH)]
        gaps += [later - earlier for earlier, later in pairwise((int(message.id) >> 22) / 1000 for message in messages)]
    refused = await there.refused()
    between = f"{min(gaps):.2f} to {max(gaps):.2f} s apart, {sum(gaps) / len(gaps):.2f} s on average"
    return f"{len(people)} x {EACH} messages: {'in order' if in_order else 'OUT OF ORDER'}, {between}, {refused} refused"


async def _main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="buckstop-paced-"))
    try:
        with fake_discord() as address:
            for people in (PEOPLE[:1], PEOPLE):
                print(await measure(address, people, folder), flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(_main())
