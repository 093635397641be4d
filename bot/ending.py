"""How long may what was begun still take, when the process is to end?

Process managers wait some seconds, then kill. Whatever does not come to its end in time is left as a crash would leave it: what people said
was not acknowledged and comes again, what was being sent is looked up.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog

log = structlog.get_logger()

_LEAST = 0.02  # seconds for what comes last: most of it takes none


class Ends:
    """One span of time for all that is to be ended, one after the other."""

    def __init__(self, within: float | None) -> None:
        """`within` is in seconds; None: as long as it takes."""
        self._loop = asyncio.get_running_loop()
        self._at = None if within is None else self._loop.time() + within

    def left(self) -> float | None:
        """Return how many seconds are left; None: as many as it takes."""
        return None if self._at is None else max(self._at - self._loop.time(), _LEAST)

    async def wait(self, ending: Awaitable[Any], what: str) -> None:
        """Wait until something has ended; once the time is up, leave it as it is."""
        try:
            async with asyncio.timeout(self.left()):
                await ending
        except TimeoutError:
            log.warning("bot.cut_short", what=what)
