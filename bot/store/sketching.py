"""Find the cases that a digest may tell of, and read no more of them than it looks at.

What happened in a span is found by the time of its facts, and what is stuck or still to be done by small indexes of its own: so a digest
costs what its days cost, however many cases there are.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.facts import Fact, Noted
from bot.escalation.story import LOOKED_AT, READ
from bot.escalation.words import CaseId, Text
from bot.store.codec import Unkeyed, read_looked_at
from bot.store.rows import some
from bot.store.tables import LASTING, LIVE, TOLD, TOPPED, cases, facts

_c = cases.c
AT_ONCE = 20
"""How many timelines are read in one go: nothing else happens in the process meanwhile."""

_UNTOLD = Noted(Text(""))


async def of_note(conn: AsyncConnection, since: datetime, end: datetime) -> list[CaseId]:
    """Return the cases to which something happened from `since` to `end`, or that may have been at the top, or a change or a debt, then."""
    found = set[int]()
    for query in (_happened(since, end), *_stuck(end), *_lasting(since)):
        found.update(await conn.scalars(query))
    return [CaseId(case) for case in sorted(found)]


def _happened(since: datetime, end: datetime) -> Select[Any]:
    return select(facts.c.case_id).where(text(TOLD), facts.c.at >= since, facts.c.at < end).distinct()


def _stuck(end: datetime) -> Iterator[Select[Any]]:
    # Who was at the top and not closed at `end` is there still, or was closed since: levels never fall. Two queries, an index for each.
    yield select(_c.id).where(text(f"{TOPPED} AND {LIVE}"), _c.topped_at < end)
    yield select(_c.id).where(text(TOPPED), _c.closed_at >= end)


def _lasting(since: datetime) -> Iterator[Select[Any]]:
    yield select(_c.id).where(text(LASTING), _c.closed_at.is_(None))
    yield select(_c.id).where(text(LASTING), _c.closed_at >= since)


async def told_facts(conn: AsyncConnection, start: datetime, end: datetime) -> int:
    """Return how many facts of a span a digest has something to tell of."""
    return await conn.scalar(select(func.count()).select_from(facts).where(text(TOLD), facts.c.at >= start, facts.c.at < end)) or 0


async def sketches(conn: AsyncConnection, ids: Sequence[CaseId]) -> AsyncIterator[list[Fact]]:
    """Yield the timelines of these cases as far as a digest looks at them: without names and texts."""
    for part in some(ids, AT_ONCE):
        await asyncio.sleep(0)  # SQLite answers without waiting: it is others' turn
        kept = select(facts.c.case_id, facts.c.n, facts.c.name, facts.c.at, facts.c.body).join(cases, _c.id == facts.c.case_id)
        rows = await conn.execute(kept.where(_c.id.in_(part), _c.forgotten.is_(None)).order_by(facts.c.case_id, facts.c.n))
        timeline: list[Fact] = []
        for row in rows:
            if timeline and timeline[0].case != row.case_id:
                yield timeline
                timeline = []
            timeline += _sketch(row)
        if timeline:
            yield timeline


def _sketch(row: Any) -> list[Fact]:
    what, sets = read_looked_at(json.loads(row.body), LOOKED_AT, Unkeyed(), told=row.name in READ)
    # Whatever a digest neither tells of nor looks at need not be carried along.
    return [Fact(CaseId(row.case_id), row.n, row.at, None, what or _UNTOLD, sets)] if what or sets else []
