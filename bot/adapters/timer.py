"""When to look: APScheduler nudges, and remembers nothing.

What is due stands in the cases. So a nudge that is missed, late or doubled does no harm: the beat every second is the truth, and
the one at the next due time only makes it prompt.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

EVERY_SECONDS = 1
_NEXT = "next"


class Timer:
    """Calls `beat` every second and at the time that the last beat foretold. `beat` returns when something is due next."""

    def __init__(self, beat: Callable[[], Awaitable[datetime | None]]) -> None:
        self._beat = beat
        self._beating = False
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

    async def _once(self) -> None:
        if self._beating:
            return  # the one that is running foretells at its end whatever is due by then
        self._beating = True
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
            self._scheduler.add_job(self._once, "date", run_date=following, id=_NEXT, replace_existing=True)

    async def rest(self) -> None:
        """Wait for the end of what is running: cut off in the middle of a commit, nobody would know how it ended."""
        await self._rests.wait()

    def stop(self) -> None:
        """Nudge no more; what is running goes on to its end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
