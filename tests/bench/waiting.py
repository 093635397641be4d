"""Wait for what no event tells: a queue in a database that has run dry."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy import exists, select

from bot.app import Bot
from bot.store.delivery_tables import is_now


async def until(done: Callable[[], Awaitable[bool]], every: float, at_most: float) -> bool:
    """Look every so many seconds whether it is done, and return whether it was in time."""
    try:
        async with asyncio.timeout(at_most):
            while not await done():  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(every)
    except TimeoutError:
        return False
    return True


async def delivered(bot: Bot) -> bool:
    """Tell whether nothing waits or flies any more. What was fixed a moment ago flies in the database before the worker knows of it."""
    async with bot.database.read() as connection:
        flying = await connection.scalar(select(exists().where(is_now("flying"))))
    return not (flying or (await bot.outbox.backlog(bot.clock.now())).waiting)
