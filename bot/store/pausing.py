"""The emergency brake: one row. While it is there nothing happens by itself, in any process; what people do still works."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Pause
from bot.store.inserts import upsert
from bot.store.tables import pause

_LOOK = select(pause.c.why, pause.c.since)


def goes_on() -> ColumnElement[bool]:
    """Return the condition that the brake is off."""
    return ~exists(pause.c.id)


async def paused(conn: AsyncConnection) -> Pause | None:
    """Return why everything stands still, and since when; None if it does not."""
    row = (await conn.execute(_LOOK)).first()
    return Pause(row.why, row.since) if row else None


async def put_on(conn: AsyncConnection, why: str, now: datetime) -> Pause:
    """Stop everything that happens by itself. Where it has stopped already, only the reason is another one."""
    await conn.execute(upsert(conn, pause, {"id": 1, "why": why, "since": now}, {"why": why}))
    return await paused(conn) or Pause(why, now)


async def take_off(conn: AsyncConnection) -> Pause | None:
    """Let everything go on; return the pause that this ends, if there was one."""
    before = await paused(conn)
    await conn.execute(delete(pause))
    return before
