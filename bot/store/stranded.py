"""What waits in lanes of platforms that are not used any more: it would wait for good, and nobody would know."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.delivery_tables import ECHO, READY, deliveries, is_now, lanes
from bot.store.lanes import ELSEWHERE, free
from bot.store.tables import UtcTime

LASTS = timedelta(hours=1)
"""Longer than two configurations are in use side by side, of which one has a platform that the other has not."""
_WHY = "its platform is not used any more"

_d = deliveries.c
_then, _machine_then = bindparam("then", type_=UtcTime), bindparam("machine_then", type_=UtcTime)
_old = or_(_d.queued_at <= _then, and_(_d.queued_at.is_(None), _d.since <= _machine_then))
# One that may have arrived stays: only there could be seen whether it has.
_waits = and_(is_now("waiting"), _d.ambiguous.is_(False), _old)
_something = select(_d.id).where(_d.lane == lanes.c.lane, _waits).limit(1).correlate(lanes).scalar_subquery()
_STRANDED = select(lanes.c.lane).where(text(READY), lanes.c.platform.not_in(bindparam("used", expanding=True)), _something.is_not(None))
_ANY = _STRANDED.limit(1)
_SOME = _STRANDED.order_by(lanes.c.lane).limit(bindparam("most")).with_for_update(skip_locked=True)
_theirs = and_(_d.lane.in_(bindparam("names", expanding=True)), _waits)
_there_only = _d.kind.in_(("card", ECHO))
_GIVE_UP = update(deliveries).where(_theirs, _there_only).values(state="given_up", why=_WHY)
_ANEW = update(deliveries).where(_theirs, ~_there_only).values(lane=None, route=0, attempts=0, retry_at=None)


async def stranded(conn: AsyncConnection, used: Collection[str], now: datetime, machine: datetime) -> bool:
    """Tell whether anything has waited for long in a lane of another platform than those used."""
    return await conn.scalar(_ANY, {"used": [*used, ELSEWHERE], **_since(now, machine)}) is not None


async def reroute(conn: AsyncConnection, used: Collection[str], now: datetime, machine: datetime, most: int) -> int:
    """Empty up to `most` lanes of other platforms than those used, of what has waited there for long; return how many.

    What is for people, or for a channel, goes the first way that there is now, or is given up aloud. Cards, and what is said in their
    threads, are given up with their place; the next change of a case wants its cards anew.
    """
    since = _since(now, machine)
    names = list(await conn.scalars(_SOME, {"used": [*used, ELSEWHERE], "most": most, **since}))
    if names:
        await conn.execute(_GIVE_UP, {"names": names, **since})
        await conn.execute(_ANEW, {"names": names, **since})
        await free(conn, names)
    return len(names)


def _since(now: datetime, machine: datetime) -> dict[str, datetime]:
    return {"then": now - LASTS, "machine_then": machine - LASTS}
