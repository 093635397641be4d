"""Is what the digests have printed still the history that there is?

Whoever can write to the database can write a case anew, with hashes that fit, and the anchors with it. What they cannot change is the
anchor in a message that was sent: it is the hash of a history that is then nowhere to be found.
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import anchors, digests

SHORTEST = 16  # digits, as a digest shows them: with fewer, somebody could try until a history of their own fits
_PRINTED = re.compile(r"\s*\(?(?:Timelines:)?\s*([0-9a-f]{16,64})\)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An anchor as it is kept: its number, its time and its hash."""

    n: int
    at: datetime
    hash: str


def read_printed(text: str) -> str | None:
    """Return the digits of an anchor as somebody copied it out of a digest, "(Timelines: 3f9a...)" too; None if it is none."""
    found = _PRINTED.fullmatch(text)
    return found[1].lower() if found else None


async def found(conn: AsyncConnection, printed: str) -> Found | None:
    """Return the anchor that begins with these digits."""
    rows = await conn.execute(select(anchors).order_by(anchors.c.n))
    return next((Found(row.n, row.at, row.hash.hex()) for row in rows if row.hash.hex().startswith(printed)), None)


async def missing(conn: AsyncConnection, printed: Sequence[str]) -> AsyncIterator[tuple[str, str]]:
    """Yield what was printed, or is kept as printed, and is no anchor here: the place, and what is wrong."""
    kept = [row.hash.hex() for row in await conn.execute(select(anchors.c.hash))]
    for one in printed:
        if not any(hash_.startswith(one) for hash_ in kept):
            yield f"anchor {one}", "is none of those kept here: the timelines that it was printed for were written anew, or taken away"
    for row in await conn.execute(select(digests.c.channel, digests.c.day, digests.c.anchor).order_by(digests.c.id)):
        if row.anchor not in kept:
            yield f"digest of {row.day} for {row.channel}", "its anchor is none of those kept: the timelines were written anew since"
