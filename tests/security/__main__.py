"""The long runs: `python -m tests.security --matrix`, and `python -m tests.security --requests 1000000`."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.security.matrix import OWN, SCENES, wrong_in


async def matrix(folder: Path) -> bool:
    """Try every cell of the permission matrix by every entry; print what is wrong, and tell whether nothing is."""
    template = folder / "template.db"
    database = Database(f"sqlite:///{template}")
    await upgrade(database)
    await database.close()
    count, wrong, begun = 0, 0, time.monotonic()
    for scene, own in [*((scene, False) for scene in SCENES), *((scene, True) for scene in OWN)]:
        tried, found = await wrong_in(scene, template, folder, self_owned=own, every=True)
        count, wrong = count + tried, wrong + len(found)
        print("\n".join([*found, f"{count} cells, {wrong} wrong, {time.monotonic() - begun:.0f} s"]), flush=True)
    return not wrong


def main() -> int:
    """Run what was asked for; 1 if anything was wrong."""
    words = argparse.ArgumentParser(prog="python -m tests.security", description=__doc__)
    words.add_argument("--matrix", action="store_true", help="every person, verb, state and entry")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        good = asyncio.run(matrix(Path(folder))) if asked.matrix else True
    return 0 if good else 1


sys.exit(main())
