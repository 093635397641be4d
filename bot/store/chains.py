"""Is every fact the one that was written? Only its hash and the ends of the chains, at a million facts in seconds.

Nothing is said about what is wrong, only about which cases somebody must look at more closely: `bot.store.verify` does.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.words import CaseId
from bot.store.timeline import seed

# As the driver gives them: to turn a million rows into SQLAlchemy's takes longer than to hash them.
_FACTS = text("SELECT case_id, n, body, hash FROM facts WHERE case_id BETWEEN :first AND :last ORDER BY case_id, n")
_ENDS = text("SELECT id, version, head FROM cases WHERE id BETWEEN :first AND :last")


async def doubtful(conn: AsyncConnection, first: CaseId, last: CaseId) -> list[CaseId]:
    """Return the cases with these numbers whose chain does not hold, or does not end as their row says."""
    given = {"first": first, "last": last}
    ends = {case: (version, head) for case, version, head in await conn.execute(_ENDS, given)}
    wrong = _broken((await conn.execute(_FACTS, given)).all(), ends)
    return sorted(wrong)


def _broken(rows: Iterable[Any], ends: Mapping[int, tuple[int, bytes]]) -> set[CaseId]:
    """Return the cases whose facts do not follow each other up to the end that their row names."""
    sha256, wrong, left = hashlib.sha256, set[CaseId](), set(ends)
    present, number, head, good = 0, 0, b"", True
    for case, n, body, hashed in rows:
        if case != present:
            if present and not (good and ends.get(present) == (number, head)):
                wrong.add(CaseId(present))
            left.discard(case)
            present, number, head, good = case, 0, seed(case), True
        number += 1
        # What is not even bytes, because somebody's UPDATE made text of it, is looked at more closely too.
        good = good and n == number and type(body) is bytes and sha256(head + body).digest() == hashed
        head = hashed
    if present and not (good and ends.get(present) == (number, head)):
        wrong.add(CaseId(present))
    return wrong | {CaseId(case) for case in left}
