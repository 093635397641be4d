"""Who writes first? People who wait for an answer, before what happens by itself.

A backlog of a hundred thousand cases takes minutes, and everybody must be answered meanwhile as if there were none. So it is worked off in
short transactions. Before each it waits until nobody is in front, and while there are people about it takes a breath as well, in which the
event loop serves whatever else they need.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

BREATH = 0.003
"""Seconds."""
ABOUT = 1.0
"""Seconds for which somebody is taken to be about after they have written."""
PATIENCE = 0.05
"""Seconds that what happens by itself waits at most for its turn: people who never cease must not stop it."""


class Turns:
    """The turns of one process."""

    def __init__(self) -> None:
        self._in_front = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._left = float("-inf")

    @asynccontextmanager
    async def front(self) -> AsyncIterator[None]:
        """Write for somebody who waits."""
        self._in_front += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._in_front -= 1
            self._left = asyncio.get_running_loop().time()
            if not self._in_front:
                self._nobody.set()

    @asynccontextmanager
    async def back(self) -> AsyncIterator[None]:
        """Write what has time, after all who wait."""
        if self._in_front or asyncio.get_running_loop().time() - self._left < ABOUT:
            await asyncio.sleep(BREATH)
        if self._in_front:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._nobody.wait()
        yield
