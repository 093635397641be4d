"""Keep what owners announce, and find what is to be told of again."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.announcing import Announcement
from bot.escalation.words import PersonId, ServiceId, Text
from bot.store.tables import announcements

_a = announcements.c
_TO_REMIND = text("remind_at IS NOT NULL")  # the words of the partial index
NEXT_REMINDER = select(func.min(_a.remind_at)).where(_TO_REMIND)


async def not_over(conn: AsyncConnection, after: datetime) -> list[Announcement]:
    """Return the announcements that are not withdrawn and end after this time, the earliest first."""
    found = select(announcements).where(_a.end > after, _a.withdrawn_at.is_(None)).order_by(_a.start, _a.id)
    return [_announcement(row) for row in await conn.execute(found)]


async def one(conn: AsyncConnection, number: int, *, lock: bool) -> Announcement | None:
    """Return an announcement, withdrawn or not."""
    found = select(announcements).where(_a.id == number)
    row = (await conn.execute(found.with_for_update() if lock else found)).first()
    return _announcement(row) if row else None


async def next_reminder(conn: AsyncConnection) -> datetime | None:
    """Return when the next announcement is to be told of again."""
    at: datetime | None = await conn.scalar(NEXT_REMINDER)
    return at


async def due(conn: AsyncConnection, now: datetime, limit: int) -> list[Announcement]:
    """Return those that are to be told of again at this time, locked; what others hold is left out."""
    found = select(announcements).where(_TO_REMIND, _a.remind_at <= now).order_by(_a.remind_at, _a.id).limit(limit)
    return [_announcement(row) for row in await conn.execute(found.with_for_update(skip_locked=True))]


async def add(conn: AsyncConnection, announcement: Announcement) -> Announcement:
    """Keep a new one and return it with its number."""
    row = {name: value for name, value in asdict(announcement).items() if name != "id"}
    number = await conn.scalar(insert(announcements).values(row).returning(_a.id))
    return replace(announcement, id=number or 0)


async def change(conn: AsyncConnection, announcement: Announcement) -> None:
    """Keep what has become of one."""
    row = {name: value for name, value in asdict(announcement).items() if name != "id"}
    await conn.execute(update(announcements).where(_a.id == announcement.id).values(row))


def _announcement(row: Any) -> Announcement:
    return Announcement(
        row.id,
        ServiceId(row.service),
        PersonId(row.by),
        row.start,
        row.end,
        Text(row.text),
        row.made_at,
        row.version,
        row.withdrawn_at,
        row.remind_at,
    )
