"""Can anything be written? If not, health turns red, and the admins are told once, by whatever way works, and once more when it is over.

A full disk, a file system that has become read-only, or another program that does not let go of the database: reading may go on as if
nothing had happened, and on a quiet day nothing would fail for hours. So it is tried every few seconds.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.chat import Line
from bot.escalation.words import PersonId
from bot.wording import outage

log = structlog.get_logger()

EVERY = 5.0  # seconds between two tries
PATIENCE = 10.0  # seconds for which it may fail before anybody is alarmed: a backup, a migration, a slow disk
AGAIN = 60.0  # seconds until an admin who could not be told is tried again


class Telling(Protocol):
    """How admins are told without the outbox."""

    async def admins(self) -> Collection[PersonId]: ...

    async def tell(self, admin: PersonId, line: Line, key: str) -> bool: ...


@dataclass(slots=True)
class _Message:
    """Something that these people are to be told, once each."""

    line: Line
    key: str
    left: set[PersonId]
    again_at: float = 0.0


class Vigil:
    """Watches over one database; the times are seconds of a clock that nobody sets."""

    def __init__(self, trouble: Callable[[], Awaitable[str | None]], telling: Telling | None, began: str) -> None:
        """`trouble` says why nothing can be written, None if it can. Without `telling`, other processes tell. `began` keeps keys apart."""
        self._trouble = trouble
        self._telling = telling
        self._began = began
        self._outages = 0
        self._since: float | None = None
        self._why = ""
        self._told: set[PersonId] = set()
        self._message: _Message | None = None
        self.fault: str | None = None

    async def look(self, now: float) -> None:
        """Try it, and tell whoever must know what has come of it."""
        why = await self._trouble()
        if why is not None:
            await self._broken(why, now)
        elif self._since is not None:
            self._over(now - self._since)
        elif self._telling is not None and not self._outages:
            await self._telling.admins()  # remembered, for when they cannot be read any more
        await self._tell(now)

    async def _broken(self, why: str, now: float) -> None:
        self._since = now if self._since is None else self._since
        if now - self._since < PATIENCE:
            return
        self.fault = outage.unhealthy(why)
        if not self._why:
            log.error("database.broken", why=why)
            self._outages += 1
            admins = set(await self._telling.admins()) if self._telling is not None else set()
            self._message = _Message(outage.broken(why), f"{self._began}/{self._outages}/broken", admins)
        self._why = why

    def _over(self, lasted: float) -> None:
        if self._why:
            log.warning("database.mended", seconds=round(lasted))
            # Only those who heard that it was broken.
            self._message = _Message(outage.over(lasted), f"{self._began}/{self._outages}/over", set(self._told))
        self._since, self._why, self.fault = None, "", None
        self._told = set()

    async def _tell(self, now: float) -> None:
        message = self._message
        if message is None or self._telling is None or now < message.again_at:
            return
        for admin in sorted(message.left):
            if await self._telling.tell(admin, message.line, message.key):
                message.left.discard(admin)
                if self._why:
                    self._told.add(admin)
        message.again_at = now + AGAIN
        if not message.left:
            self._message = None
