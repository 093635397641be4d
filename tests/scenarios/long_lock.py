"""Another program locks the database of a real process for half a minute: `python -m tests.scenarios.long_lock [SECONDS]`.

Too long for every test run; prints what came of it, and ends with 1 if anything was lost, said twice or not said.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.scenarios.test_broken_disk import Watched, sound, turns, watched
from tests.scenarios.test_slack_kill import posted
from tests.slack.client import Workspace
from tests.slack.running import fake_slack
from tests.torture.processes import nursery


async def through(there: Watched, ws: Workspace, file: Path, seconds: float) -> str:
    """Lock the database for so long, and say what happened."""
    assert "C-1" in (await ws.command("rita", "/case report billing: before", "help")).text
    await ws.until_said("@ana", "C-1")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        ends = asyncio.get_running_loop().time() + seconds
        assert "Not saved" in (await ws.command("tom", "/case report billing: not kept, and told so", "help")).text
        red = await turns(there, 503)
        await ws.until_said("@ida", "cannot write to its database")
        await asyncio.sleep(max(0.0, ends - asyncio.get_running_loop().time()))
        other.execute("ROLLBACK")
    green = await turns(there, 200)
    await ws.until_said("@ida", "can write to its database again")
    assert "C-2" in (await ws.command("tom", "/case report billing: after", "help")).text
    await ws.until_said("@ana", "C-2")
    assert set((await posted(ws)).values()) == {1}
    return f"locked for {seconds:.0f} s: red after {red:.1f} s, green again {green:.1f} s after its end; nothing lost, nothing said twice"


async def main(seconds: float) -> None:
    """Run it on a fresh database."""
    with TemporaryDirectory(prefix="long-lock-") as folder, fake_slack() as address, nursery() as born:
        file = Path(folder) / "buckstop.db"
        url = f"sqlite:///{file}"
        database = Database(url)
        await upgrade(database)
        await database.close()
        async with watched(born, url, address, Path(folder)) as (there, ws):
            print(await through(there, ws, file, seconds))
        await sound(url)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0))
