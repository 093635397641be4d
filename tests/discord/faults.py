"""Which calls of the API go wrong, and how?

A fault is queued for a route, or for a route and a channel, and used up by the next calls. A test waits until a call has met it.
"""

import asyncio
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from tests.discord.words import Impossible, Json

# `before` means that nothing was accepted, `after` that it was, and the caller is not told.
_KINDS = re.compile(r"drop_before|drop_after|hang_before|hang_after|status_\d{3}(_after)?|error:\d+|ratelimited|slow")


@dataclass(frozen=True, slots=True)
class How:
    """What more there is to say of a fault."""

    retry_after: float = 1.0
    # Without a `Via` header it looks like the ban of somebody's address.
    via: bool = True
    # `user`, `global` or `shared`.
    scope: str = "user"
    seconds: float = 0.0


@dataclass(slots=True)
class Fault:
    """One way in which some calls go wrong."""

    id: int
    kind: str
    route: str
    channel: str | None
    left: int
    how: How
    hits: int = 0
    hit: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    then_drop: bool = False

    @property
    def after(self) -> bool:
        """Whether the call is accepted first."""
        return self.kind.endswith("_after")

    @property
    def number(self) -> int:
        """The status of `status_503`, the code of `error:50007`."""
        return int(re.sub(r"\D", "", self.kind) or 0)

    def json(self) -> Json:
        """Return what a test may know of it."""
        return {"id": self.id, "kind": self.kind, "route": self.route, "channel": self.channel, "left": self.left, "hits": self.hits}


class Faults:
    """The faults of one world, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, kind: str, route: str, channel: str | None, times: int, how: How) -> Fault:
        """Queue a fault."""
        if not _KINDS.fullmatch(kind):
            raise Impossible(f"no fault is called {kind!r}; there are {_KINDS.pattern}")
        fault = Fault(len(self._all) + 1, kind, route, channel, times, how)
        self._all.append(fault)
        return fault

    def take(self, route: str, path: str, channels: set[str]) -> Fault | None:
        """Return the fault that this call meets, which is then used up once."""
        for fault in self._all:
            met = fnmatchcase(route, fault.route) or fnmatchcase(path, fault.route)
            if fault.left > 0 and met and (fault.channel is None or fault.channel in channels):
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
