"""Read cases and facts from their rows, many at once, over a connection that somebody else has opened."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.words import CaseId
from bot.store.codec import Unkeyed, read_case, read_fact
from bot.store.tables import WAITS, cases, facts, people_keys, texts

Ref = tuple[CaseId, int]
_T = TypeVar("_T")
_AT_ONCE = 200  # as many as are read in about 10 ms; both databases refuse a statement with over 32,767 values


class _Which(NamedTuple):
    """How some facts are read, and the texts in them; both built once: see `bot.store.reading`."""

    facts: Select[int, int, bytes]
    texts: Select[str, str | None]

    @classmethod
    def of(cls, facts_in: ColumnElement[bool], texts_in: ColumnElement[bool]) -> "_Which":
        f, t = facts.c, texts.c
        read = select(f.case_id, f.n, f.body).where(facts_in).order_by(f.case_id, f.n)
        return cls(read, select(t.digest, t.text).where(texts_in))


_wanted: BindParameter[Any] = bindparam("wanted", expanding=True)
_WHOLE = _Which.of(facts.c.case_id.in_(_wanted), texts.c.case_id.in_(_wanted))
_SINGLE = _Which.of(tuple_(facts.c.case_id, facts.c.n).in_(_wanted), tuple_(texts.c.case_id, texts.c.n).in_(_wanted))
_CASES = select(cases.c.id, cases.c.state, cases.c.text).where(cases.c.id.in_(_wanted), cases.c.forgotten.is_(None))
NEXT_DUE = select(func.min(cases.c.due)).where(text(WAITS))
_NAMES = select(people_keys.c.key, people_keys.c.person).where(people_keys.c.key.in_(bindparam("keys", expanding=True)))


def some(items: Sequence[_T], size: int = _AT_ONCE) -> Iterator[Sequence[_T]]:
    """Yield the items in parts that fit into one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def case_of(row: Any) -> Case:
    """Return the case behind its row."""
    return read_case(json.loads(row.state), row.text)


async def load_cases(conn: AsyncConnection, ids: Sequence[CaseId]) -> dict[CaseId, Case]:
    """Return these cases as they are; those that do not exist, or were taken back as no cases at all, are left out."""
    found: dict[CaseId, Case] = {}
    for part in some(sorted(set(ids))):
        rows = await conn.execute(_CASES, {"wanted": part})
        found.update({row.id: case_of(row) for row in rows})
        await asyncio.sleep(0)  # SQLite answers without waiting: it is others' turn
    return found


async def load_facts(conn: AsyncConnection, refs: Sequence[Ref]) -> dict[Ref, Fact]:
    """Return single facts by case and number; those that do not exist are left out."""
    found: dict[Ref, Fact] = {}
    for part in some(sorted(set(refs))):
        these = await _facts(conn, _SINGLE, part)
        found.update({(fact.case, fact.n): fact for fact in these})
        await asyncio.sleep(0)
    return found


async def load_timeline(conn: AsyncConnection, case: CaseId) -> list[Fact]:
    """Return a case's facts, the first first."""
    return await _facts(conn, _WHOLE, [case])


async def load_timelines(conn: AsyncConnection, ids: Sequence[CaseId]) -> dict[CaseId, list[Fact]]:
    """Return the facts of several cases, the first first."""
    found: dict[CaseId, list[Fact]] = {case: [] for case in ids}
    for part in some(ids):
        for fact in await _facts(conn, _WHOLE, part):
            found[fact.case].append(fact)
    return found


async def _facts(conn: AsyncConnection, which: _Which, wanted: Sequence[Any]) -> list[Fact]:
    rows = (await conn.execute(which.facts, {"wanted": wanted})).all()
    bodies = [(row.case_id, row.n, row.body) for row in rows]
    typed = await _texts(conn, which, wanted) if any(b'{"t":' in body for _, _, body in bodies) else {}
    # Read once to learn whose keys are in there, and again with their names: nobody's name outlives its erasure in a cache.
    gather = Unkeyed()
    for case, n, body in bodies:
        read_fact(case, n, json.loads(body), gather)
    people = await names(conn, gather.unknown)
    return [read_fact(case, n, json.loads(body), Unkeyed(people, typed)) for case, n, body in bodies]


async def _texts(conn: AsyncConnection, which: _Which, wanted: Sequence[Any]) -> dict[str, str | None]:
    rows = await conn.execute(which.texts, {"wanted": wanted})
    return {row.digest: row.text for row in rows}


async def names(conn: AsyncConnection, keys: set[int]) -> Mapping[int, str | None]:
    """Return who is behind these keys."""
    found: dict[int, str | None] = {}
    for part in some(sorted(keys)):
        rows = await conn.execute(_NAMES, {"keys": part})
        found.update({row.key: row.person for row in rows})
    return found
