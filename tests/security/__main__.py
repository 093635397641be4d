"""The long runs: `python -m tests.security --matrix`, and `python -m tests.security --requests 1000000`."""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.discord.running import fake_discord
from tests.scenarios.discord_stage import DiscordStage, discord_world
from tests.security import interactions
from tests.security.forging import Forger
from tests.security.matrix import OWN, SCENES, wrong_in
from tests.security.storm import Told, listening, open_doors, storm
from tests.slack.running import fake_slack


async def matrix(folder: Path) -> bool:
    """Try every cell of the permission matrix by every entry; print what is wrong, and tell whether nothing is."""
    template = folder / "template.db"
    await made(template)
    count, wrong, begun = 0, 0, time.monotonic()
    for scene, own in [*((scene, False) for scene in SCENES), *((scene, True) for scene in OWN)]:
        tried, found = await wrong_in(scene, template, folder, self_owned=own, every=True)
        count, wrong = count + tried, wrong + len(found)
        print("\n".join([*found, f"{count} cells, {wrong} wrong, {time.monotonic() - begun:.0f} s"]), flush=True)
    return not wrong


async def requests(folder: Path, count: int, seed: int) -> bool:
    """Post so many forged and absurd requests; print what came of them, and tell whether nothing did."""
    told = Told()
    with fake_slack() as address:
        async with open_doors(await made(folder / "storm.db"), address) as doors:
            with listening(told):
                await storm(doors, Forger(doors.ws, seed), count, told, report_every=5000)
    alike = Counter(re.sub(r"T[0-9A-F]{6,}|0x[0-9a-f]+", "#", one)[:420] for one in told.broken)
    print("\n".join([f"{n} times: {what}" for what, n in alike.most_common(30)] + told.effects[:2] + [str(told)]))
    return not (told.broken or told.effects)


async def interacting(folder: Path, count: int, seed: int) -> bool:
    """Let so many absurd interactions of Discord come in; print what came of them, and tell whether nothing did."""
    told = Told()
    with fake_discord() as address:
        async with discord_world(await made(folder / "discord.db"), address) as world:
            assert isinstance(world.stage, DiscordStage)
            await world.report("rita", "billing: meter swapped")
            of = await interactions.recorded(world, world.stage)
            with listening(told):
                unread = await interactions.storm(world.stage, of, seed, count, told)
    print("\n".join([*told.broken[:30], *told.effects[:2], f"Discord: {told}; {unread.total()} not read by the library"]))
    return not (told.broken or told.effects)


async def made(file: Path) -> str:
    """Make a database with all tables, and return its address."""
    database = Database(f"sqlite:///{file}")
    await upgrade(database)
    await database.close()
    return f"sqlite:///{file}"


def main() -> int:
    """Run what was asked for; 1 if anything was wrong."""
    words = argparse.ArgumentParser(prog="python -m tests.security", description=__doc__)
    words.add_argument("--matrix", action="store_true", help="every person, verb, state and entry")
    words.add_argument("--requests", type=int, default=0, help="how many forged and absurd ones")
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        good = asyncio.run(matrix(Path(folder))) if asked.matrix else True
        if asked.requests:
            good = asyncio.run(requests(Path(folder), asked.requests, asked.seed)) and good
            # Each is answered by a call to Discord, which takes many times longer than a request that is turned away at the door.
            good = asyncio.run(interacting(Path(folder), asked.requests // 20, asked.seed)) and good
    return 0 if good else 1


sys.exit(main())
