"""A process that does nothing but send the digests of a month, as fast as it can: to be run several times at once, and to be killed."""

import asyncio
import sys
from datetime import datetime, timedelta

from bot.clock import ManualClock
from bot.config.plans import DigestPlan
from bot.handlers.history.keeping import send_digests
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.figures.comparing import ZONE, example

DAILY = DigestPlan(("local:leadership",), "0 9 * * *", ZONE)


async def main(url: str, start: str, days: str) -> None:
    """Send what is due from `start` on; say when it is done."""
    begin = datetime.fromisoformat(start)
    database = await Database.open(url)
    try:
        store = SqlStore(database, example(), ManualClock(begin))
        print("begun", flush=True)
        await send_digests(store, (DAILY,), begin, begin + timedelta(days=int(days)))
    finally:
        await database.close()
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
