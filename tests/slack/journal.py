"""What has happened in a workspace, in order?

Everything gets a number. A test asks for what came after a number, and can wait for the next thing instead of sleeping.
"""

import asyncio
from bisect import bisect_right
from typing import Any

from tests.slack.wall import wall
from tests.slack.words import Json


class Journal:
    """A numbered list that can be waited on."""

    def __init__(self) -> None:
        self.n = 0
        self._entries: list[Json] = []
        self._changed = asyncio.Event()

    def add(self, kind: str, **what: Any) -> Json:
        """Write one entry and wake whoever waits. The entry may be completed later: then call `touch`."""
        self.n += 1
        entry: Json = {"n": self.n, "kind": kind, "at": asyncio.get_running_loop().time(), "wall": wall(), **what}
        self._entries.append(entry)
        self._wake()
        return entry

    def touch(self) -> None:
        """Say that something already written has changed."""
        self.n += 1
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def find(self, kind: str | None = None, since: int = 0, **like: Any) -> list[Json]:
        """Return the entries after a number, of a kind, with these values."""
        first = bisect_right(self._entries, since, key=_number)
        return [
            entry
            for entry in self._entries[first:]
            if (kind is None or entry["kind"] == kind) and all(entry.get(name) == value for name, value in like.items())
        ]

    def entry(self, n: int) -> Json | None:
        """Return the entry of this number."""
        place = bisect_right(self._entries, n, key=_number) - 1
        return self._entries[place] if place >= 0 and self._entries[place]["n"] == n else None

    async def wait(self, since: int, within: float) -> int:
        """Wait until there is something after this number, or the time is up; return the newest number."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        while self.n <= since and loop.time() < end:
            try:
                await asyncio.wait_for(self._changed.wait(), end - loop.time())
            except TimeoutError:
                break
        return self.n

    def forget(self) -> None:
        """Drop the entries, not the numbering: for long runs."""
        self._entries.clear()


def _number(entry: Json) -> int:
    number: int = entry["n"]
    return number
