"""What waits in lanes of platforms that are not used any more: it would wait for good, and nobody would know."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.delivery_tables import ECHO, READY, deliveries, is_now, lanes
from bot.store.lanes import ELSEWHERE, NAMED, free

_d = deliveries.c
# A card stays, and what is said in its thread: they are nowhere else. So does what may have arrived: only there it could be seen.
_elsewhere_too = and_(is_now("waiting"), _d.ambiguous.is_(False), _d.kind.not_in(("card", ECHO)))
_first = select(_d.id).where(_d.lane == lanes.c.lane, _elsewhere_too).order_by(_d.id).limit(1).correlate(lanes).scalar_subquery()
_STRANDED = select(lanes.c.lane, _first.label("first")).where(
    text(READY), lanes.c.platform.not_in(bindparam("used", expanding=True)), _first.is_not(None)
)
_STILL = select(lanes.c.lane).where(text(READY), NAMED).order_by(lanes.c.lane).with_for_update(skip_locked=True)
_theirs = select(_d.id).where(_d.lane.in_(bindparam("names", expanding=True)), _elsewhere_too).order_by(_d.id).limit(bindparam("most"))
_ANEW = update(deliveries).where(_d.id.in_(_theirs)).values(lane=None, route=0, attempts=0, retry_at=None)


async def stranded(conn: AsyncConnection, used: Collection[str]) -> dict[str, int]:
    """Return the lanes of other platforms than those used that hold something which could go another way, with the first of it."""
    return {row.lane: row.first for row in await conn.execute(_STRANDED, {"used": [*used, ELSEWHERE]})}


async def reroute(conn: AsyncConnection, names: Sequence[str], most: int) -> int:
    """Take up to `most` deliveries out of lanes that nobody serves, to go the first way that there is now; return how many."""
    still = list(await conn.scalars(_STILL, {"names": names}))
    if not still:
        return 0
    moved = (await conn.execute(_ANEW, {"names": still, "most": most})).rowcount
    await free(conn, still)
    return moved
