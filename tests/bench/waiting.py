"""Wait for what no event tells: a queue in a database that has run dry."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(done: Callable[[], Awaitable[bool]], every: float, at_most: float) -> bool:
    """Look every so many seconds whether it is done, and return whether it was in time."""
    try:
        async with asyncio.timeout(at_most):
            while not await done():  # noqa: ASYNC110 - a database rings no bell
                await asyncio.sleep(every)
    except TimeoutError:
        return False
    return True
