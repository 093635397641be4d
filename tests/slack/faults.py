"""Which calls of the Web API go wrong, and how?

A fault is queued for a method, or for a method and a channel, and used up by the next calls. A test waits until a call has met it.
"""

import asyncio
from dataclasses import dataclass, field

from tests.slack.words import Impossible, Json

# `before` means that nothing was accepted, `after` that it was, and the caller is not told.
KINDS = {"drop_before", "drop_after", "hang_before", "hang_after", "status_500", "status_500_after", "error", "ratelimited", "slow"}


@dataclass(slots=True)
class Fault:
    """One way in which some calls go wrong."""

    id: int
    kind: str
    method: str
    channel: str | None
    left: int
    error: str = ""
    retry_after: float = 1.0
    seconds: float = 0.0
    hits: int = 0
    hit: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    then_drop: bool = False

    @property
    def after(self) -> bool:
        """Whether the call is accepted first."""
        return self.kind.endswith("_after")

    def json(self) -> Json:
        """Return what a test may know of it."""
        return {"id": self.id, "kind": self.kind, "method": self.method, "channel": self.channel, "left": self.left, "hits": self.hits}


class Faults:
    """The faults of one workspace, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, kind: str, method: str, channel: str | None, times: int, retry_after: float, seconds: float) -> Fault:
        """Queue a fault."""
        name, _, error = kind.partition(":")
        if name not in KINDS or (name == "error") != bool(error):
            raise Impossible(f"no fault is called {kind!r}; there are {', '.join(sorted(KINDS - {'error'}))} and error:NAME")
        fault = Fault(len(self._all) + 1, name, method, channel, times, error, retry_after, seconds)
        self._all.append(fault)
        return fault

    def take(self, method: str, channel: str | None) -> Fault | None:
        """Return the fault that this call meets, which is then used up once."""
        for fault in self._all:
            if fault.left > 0 and fault.method in {method, "*"} and fault.channel in {None, channel}:
                fault.left -= 1
                fault.hits += 1
                return fault
        return None

    def get(self, id: int) -> Fault:
        """Return the fault with this number."""
        if not 1 <= id <= len(self._all):
            raise Impossible(f"there is no fault {id}")
        return self._all[id - 1]

    def clear(self) -> None:
        """Let no further call go wrong, and let those go on that hang."""
        for fault in self._all:
            fault.left = 0
            fault.released.set()
