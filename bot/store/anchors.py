"""Anchor the timelines once a day: without it, facts cut off a case's end would go unseen.

An anchor's hash covers the anchor before it and the heads of all cases that changed since. It is printed in the digest, so a copy of it is
where nobody who can write to the database can change it.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.words import CaseId, case_name
from bot.store.rows import some
from bot.store.tables import UNANCHORED, anchor_heads, anchors, cases

AT_ONCE = 20_000
"""How many cases one anchor covers at most, so that it fits into a transaction; the rest comes with the next."""

Head = tuple[CaseId, int, bytes]


def anchor_hash(before: bytes, at: datetime, heads: Iterable[Head]) -> bytes:
    """Return the hash of an anchor over these heads, in the order of their cases."""
    sum_ = hashlib.sha256(before)
    sum_.update(at.isoformat(timespec="microseconds").encode())
    for case, n, head in heads:
        sum_.update(f"{case_name(case)}/{n}/".encode() + head)
    return sum_.digest()


async def anchor(conn: AsyncConnection, now: datetime) -> str:
    """Anchor all cases that changed since the last anchor, and return the hash in the form in which it is printed."""
    last = (await conn.execute(select(anchors.c.n, anchors.c.hash).order_by(anchors.c.n.desc()).limit(1))).first()
    changed = select(cases.c.id, cases.c.version, cases.c.head).where(text(UNANCHORED)).order_by(cases.c.id).limit(AT_ONCE)
    # A case that is being written at this moment is not waited for: it comes with the next anchor.
    heads = [(CaseId(row.id), row.version, row.head) for row in await conn.execute(changed.with_for_update(skip_locked=True))]
    n = last.n + 1 if last else 1
    sum_ = anchor_hash(last.hash if last else b"", now, heads)
    await conn.execute(insert(anchors).values(n=n, at=now, hash=sum_))
    if heads:
        rows = [{"anchor": n, "case_id": case, "n": version, "head": head} for case, version, head in heads]
        await conn.execute(insert(anchor_heads), rows)
    for part in some(heads):
        covered = update(cases).where(cases.c.id.in_([case for case, _, _ in part]))
        await conn.execute(covered.values(anchored=literal_column("version")))
    return sum_.hex()
