"""Forget what is old: answers to inbound events, and deliveries that have ended."""

from datetime import datetime

from sqlalchemy import delete, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.delivery_tables import deliveries
from bot.store.tables import inbox

_d = deliveries.c
# A card's row stays with its card: the next change of the case wakes it up again, to edit the message that is there.
_ENDED = (_d.state.in_([literal_column(f"'{state}'") for state in ("delivered", "dropped", "given_up")]), _d.kind != "card")
_ended_at = func.coalesce(_d.told_at, _d.queued_at)


async def prune_inbox(conn: AsyncConnection, before: datetime, most: int) -> int:
    """Forget up to `most` answers from before this time; return how many."""
    old = select(inbox.c.key).where(inbox.c.at < before).order_by(inbox.c.at).limit(most)
    return (await conn.execute(delete(inbox).where(inbox.c.key.in_(old)))).rowcount


async def prune_deliveries(conn: AsyncConnection, before: datetime, after: int, most: int) -> int | None:
    """Look at the next `most` deliveries after this id, and forget those that ended before this time.

    Ids follow the order of queueing, so the walk ends at the first delivery that was queued later: no index is needed for it.
    Return the id to go on after; None when nothing older is left.
    """
    rows = (await conn.execute(select(_d.id, _d.queued_at).where(_d.id > after).order_by(_d.id).limit(most))).all()
    if not rows:
        return None
    last = rows[-1]
    await conn.execute(delete(deliveries).where(_d.id > after, _d.id <= last.id, _ended_at < before, *_ENDED))
    over = len(rows) < most or (last.queued_at is not None and last.queued_at >= before)
    return None if over else int(last.id)
