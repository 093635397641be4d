"""Which shards are connected? The library goes on calling a client ready whose connections broke."""

import asyncio
from collections.abc import Iterable


class Connections:
    """The shards of one life of the connection to the gateway."""

    def __init__(self, shards: Iterable[int]) -> None:
        self._all = frozenset(shards)
        self._up: set[int] = set()
        self._whole, self._broken = asyncio.Event(), asyncio.Event()

    @property
    def whole(self) -> bool:
        """Tell whether all of them are connected."""
        return self._whole.is_set()

    def up(self, shard: int) -> None:
        """One is connected."""
        self._up.add(shard)
        if self._up >= self._all:
            self._whole.set()
            self._broken.clear()

    def down(self, shard: int) -> None:
        """One is not connected any more."""
        self._up.discard(shard)
        if self._whole.is_set():
            self._whole.clear()
            self._broken.set()

    async def lost(self, seconds: float) -> None:
        """Wait until they were all connected, and then one of them was not for so long on end."""
        while True:
            await self._broken.wait()
            try:
                await asyncio.wait_for(self._whole.wait(), seconds)
            except TimeoutError:
                return
