"""What happens next by itself? One look answers it for the cases, the digests, the announcements and what was put off.

Most looks find nothing, and each second has one: so it is one query in no transaction, and looks only for digests that may be due.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.config.plans import DigestPlan
from bot.handlers.digests import next_of
from bot.ports import Coming, Reading, Store


class Lookout:
    """Looks for one process. What it remembers of digests only spares a look: nobody's memory decides that one is due."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._quiet: dict[tuple[DigestPlan, str], datetime] = {}  # until when this channel's next digest cannot be due

    async def look(self, plans: Sequence[DigestPlan], now: datetime) -> tuple[Coming, datetime | None]:
        """Return what the store knows to come, and when the next digest is due: a time that has passed, if one is overdue."""
        coming = await self._store.coming(now)
        if coming.paused is not None:
            return coming, None
        asked = [(plan, channel) for plan in plans for channel in plan.to]
        quiet = {one: at for one, at in self._quiet.items() if now < at}
        if any(one not in quiet for one in asked):
            async with self._store.read() as reading:
                quiet |= {one: await self._digest(reading, *one, now) for one in asked if one not in quiet}
        return coming, min((quiet[one] for one in asked), default=None)

    async def _digest(self, reading: Reading, plan: DigestPlan, channel: str, now: datetime) -> datetime:
        at, sure = await next_of(reading, plan, channel, now)
        if sure:
            self._quiet[plan, channel] = at
        return at
