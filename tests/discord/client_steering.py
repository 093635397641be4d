"""How does a test make things go wrong?"""

from collections.abc import Sequence
from typing import Any

from tests.discord.client_looking import Looking
from tests.patience import PATIENT


class Steering(Looking):
    """What can be made to go wrong in a world."""

    async def fault(self, kind: str, route: str, channel: str | None = None, times: int = 1, **more: Any) -> "Fault":
        """Let the next calls of a route go wrong."""
        told = await self.do("fault", kind=kind, route=route, channel=channel, times=times, **more)
        return Fault(self, told["id"])

    async def clear_faults(self) -> None:
        """Let everything go well again; what hangs goes on."""
        await self.do("clear_faults")

    async def deliver_events(
        self, copies: int = 1, hold: bool = False, drop: bool = False, delay: float = 0.0, only: Sequence[str] = ()
    ) -> None:
        """Say how events are delivered from now on."""
        await self.do("deliver_events", copies=copies, hold=hold, drop=drop, delay=delay, only=list(only))

    async def release_events(self, seed: int | None = None) -> list[str]:
        """Let held events go; return which."""
        events: list[str] = (await self.do("release_events", seed=seed))["events"]
        return events

    async def set(self, **what: Any) -> None:
        """Change `limits`, `via`, `privileged`, `shards` or `settings`."""
        await self.do("set", **what)


class Fault:
    """A fault that was queued."""

    def __init__(self, world: Looking, id: int) -> None:
        self._world = world
        self.id = id

    async def hit(self, within: float = PATIENT) -> None:
        """Wait until a call has met it."""
        told = await self._world.do("fault_hit", id=self.id, within=within)
        assert told["hit"], f"no call met the fault within {within} seconds"

    async def release(self, drop: bool = False) -> None:
        """Let go on what hangs: to its answer, or to a closed connection."""
        await self._world.do("fault_release", id=self.id, drop=drop)
