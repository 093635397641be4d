"""How are the admins told that the outbox itself cannot be written?

Past it: straight to each admin, by the first of their ways that works. Nothing is kept of it, since nothing can be. So it is for this
alone: a process that dies in between may say it again, and each of several processes says it for itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Protocol

import structlog

from bot.chat import Card, Line
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.outbox.cap import zone_of
from bot.ports import Address, Clock, Delivered, Messenger, Parcel, Routes

log = structlog.get_logger(__name__)

_ANSWER_WITHIN = timedelta(seconds=10)


class Notice(Protocol):
    """Draws one line."""

    def notice(self, line: Line) -> Card: ...


class DirectLine:
    """The ways to the admins that this process has."""

    def __init__(
        self, messengers: Mapping[str, Messenger], routes: Routes, draw: Notice, clock: Clock, org: Callable[[], Awaitable[Org]]
    ) -> None:
        self._messengers = messengers
        self._routes = routes
        self._draw = draw
        self._clock = clock
        self._org = org
        self._known: Org | None = None

    async def admins(self) -> Collection[PersonId]:
        """Return whom to tell; if even that cannot be read now, who it was the last time."""
        try:
            self._known = await self._org()
        except Exception:  # noqa: BLE001 - this is for when the database fails, in whatever way
            log.warning("direct_line.by_memory")
        return self._known.admins if self._known else ()

    async def tell(self, admin: PersonId, line: Line, key: str) -> bool:
        """Tell an admin something, by the first of their ways that works; return whether one did."""
        if self._known is None:
            return False
        for address in self._routes.addresses(admin, self._known, ()):
            if await self._sent(admin, address, line, key, self._known):
                return True
        log.error("direct_line.nobody_told", admin=admin, key=key)
        return False

    async def _sent(self, admin: PersonId, address: Address, line: Line, key: str, org: Org) -> bool:
        parcel = Parcel(f"{key}/{admin}", address, self._draw.notice(line), zone_of(org, admin), self._clock.now(), person=admin)
        try:
            async with asyncio.timeout(_ANSWER_WITHIN.total_seconds()):
                return isinstance(await self._messengers[address.platform].send(parcel), Delivered)
        except Exception as fault:  # noqa: BLE001 - the local workspace keeps its messages in the very same database
            log.info("direct_line.not_this_way", platform=address.platform, error=type(fault).__name__)
            return False
