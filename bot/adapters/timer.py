"""When to look: APScheduler nudges, and remembers nothing.

What is due stands in the cases. So a nudge that is missed, late or doubled does no harm: the beat every second is the truth, and
the one at the next due time only makes it prompt.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import machine_time

log = structlog.get_logger()

EVERY_SECONDS = 1
_NEXT = "next"


class Timer:
    """Calls `beat` every second and at the time that the last beat foretold. `beat` returns when something is due next."""

    def __init__(self, beat: Callable[[], Awaitable[datetime | None]], now: Callable[[], datetime] = machine_time) -> None:
        """`now` is the clock by which `beat` foretells: while it does not believe a step, it is not the machine's."""
        self._beat = beat
        self._now = now
        self._beating = False
        self._last = 0.0  # of the event loop's time, which nobody sets: when the last beat began
        self._steady: asyncio.Task[None] | None = None
        self._late: asyncio.Task[None] | None = None
        self._rests = asyncio.Event()
        self._rests.set()
        # `misfire_grace_time=None`: with the default of one second, a beat that is late would be dropped for good.
        # Several instances: with one, a nudge for what is due already meets the beat that is just ending, and is skipped for a second.
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 3}
        self._scheduler: Any = AsyncIOScheduler(job_defaults=defaults, timezone="UTC")

    def start(self) -> None:
        """Begin to nudge, in the running event loop."""
        self._scheduler.add_job(self._once, "interval", seconds=EVERY_SECONDS, id="beat")
        self._scheduler.add_job(self._once, id="first")  # at once: what came due while nothing ran has waited long enough
        self._scheduler.start()
        self._steady = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        """Beat where APScheduler does not: it plans by the wall clock, and one that is set back an hour would silence it for an hour."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if loop.time() - self._last > 1.5 * EVERY_SECONDS:
                # A task of its own: `stop` cuts short the waiting, never a beat.
                self._late = asyncio.create_task(self._once())
                await asyncio.shield(self._late)

    async def _once(self) -> None:
        if self._beating:
            return  # the one that is running foretells at its end whatever is due by then
        self._beating, self._last = True, asyncio.get_running_loop().time()
        self._rests.clear()
        try:
            following = await self._beat()
        except Exception:
            log.exception("timer.beat_failed")
            return
        finally:
            self._beating = False
            self._rests.set()
        if following is not None:
            at = machine_time() + max(following - self._now(), timedelta())
            self._scheduler.add_job(self._once, "date", run_date=at, id=_NEXT, replace_existing=True)

    async def rest(self) -> None:
        """Wait for the end of what is running: cut off in the middle of a commit, nobody would know how it ended."""
        await self._rests.wait()

    def stop(self) -> None:
        """Nudge no more; what is running goes on to its end."""
        if self._steady is not None:
            self._steady.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
