"""Keep the codes by which two accounts become one person's, and count those that were guessed."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.words import PersonId
from bot.ports import LinkCode
from bot.store.inserts import upsert
from bot.store.tables import link_codes, link_guesses

_g = link_guesses.c


async def keep_code(conn: AsyncConnection, code: LinkCode) -> None:
    """Keep a code, in place of an earlier one of the same person."""
    row = {"digest": code.digest, "platform": code.platform, "workspace": code.workspace, "until": code.until}
    await conn.execute(upsert(conn, link_codes, {"person": code.person} | row, row))


async def use_code(conn: AsyncConnection, digest: str) -> LinkCode | None:
    """Take a code away and return it: of two who enter it at one moment, one gets it."""
    taken = delete(link_codes).where(link_codes.c.digest == digest).returning(*link_codes.c)
    row = (await conn.execute(taken)).first()
    return LinkCode(PersonId(row.person), row.digest, row.platform, row.workspace, row.until) if row else None


async def guesses(conn: AsyncConnection, person: PersonId, since: datetime) -> int:
    """Return how many codes that nobody has this person entered after `since`."""
    if conn.dialect.name == "postgresql":
        # One guess after the other: of many at one moment, each must see those before it.
        await conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"guess {person}", 0))))
    found = select(func.count()).select_from(link_guesses).where(_g.person == person, _g.at > since)
    return await conn.scalar(found) or 0


async def guessed(conn: AsyncConnection, person: PersonId, since: datetime, now: datetime) -> int:
    """Count one more, forget those from before `since`, and return how many there are."""
    await conn.execute(delete(link_guesses).where(_g.person == person, _g.at <= since))
    await conn.execute(insert(link_guesses).values(person=person, at=now))
    return await guesses(conn, person, since)
