"""Check that nobody has changed what happened.

Every fact is hashed anew and linked to the one before it, every text compared with its digest, every case with its facts folded, every
anchor with what it covers. It reads in parts, all in one view of the database, so it may run beside the bot over any number of cases.
"""

import asyncio
import json
import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Case
from bot.escalation.words import CaseId, case_name
from bot.store.anchors import Head, anchor_hash
from bot.store.chains import doubtful
from bot.store.codec import Unkeyed, digest, fold_written
from bot.store.database import Database
from bot.store.printed import missing
from bot.store.rows import case_of, some
from bot.store.tables import anchor_heads, anchors, case_people, cases, facts, people_keys, texts
from bot.store.timeline import link, seed
from bot.store.writing import columns_of, moves

_AT_ONCE = 500
_DIGEST = re.compile(rb'{"t":"([^"]*)"}')  # no string in JSON has quotes like these in it
_ALONE_UP_TO = 20_000  # cases: fewer are checked before further processes have started
_PARTS = 4  # for each process, so that none is long alone at the end


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written, and where."""

    place: str  # "C-42, fact 3" or "anchor 7"
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True)
class Written:
    """One fact's row, and what its bytes say."""

    row: Any
    bytes: bytes
    body: dict[str, Any]  # empty if the bytes are no fact: their hash then says so

    @classmethod
    def of(cls, row: Any) -> "Written":
        # SQLite keeps as text what somebody's UPDATE made text of.
        raw = row.body.encode() if isinstance(row.body, str) else row.body
        try:
            body = json.loads(raw.decode("utf-8", "surrogatepass"))
        except ValueError:
            body = {}
        return cls(row, raw, body)

    @property
    def place(self) -> str:
        return f"{case_name(self.row.case_id)}, fact {self.row.n}"


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of one case."""

    id: CaseId
    row: Any  # None where there are facts but no case
    facts: Sequence[Written]
    texts: dict[int, list[Any]]  # by fact number
    people: dict[str, bool]


async def verify(
    database: Database, printed: Sequence[str] = (), *, fold: bool = True, processes: int | None = None
) -> AsyncIterator[Fault]:
    """Yield every fault, case by case, then anchor by anchor. None at all: everything is as it was written.

    Args:
        database: where the timelines are.
        printed: anchors that somebody has in hand, as `read_printed` returns them: only they show that all was written anew.
        fold: rebuild every case from its facts as well, and compare it with its row. Without, only chains, their ends and the anchors are
            checked, ten times as fast.
        processes: how many share the work; None: one for each core, where there is enough to do.
    """
    async with database.read(patient=True) as conn:
        last = await _last_id(conn)
        many = processes or (1 if last < _ALONE_UP_TO else os.cpu_count() or 1)
        found = _shared(database, last, many, fold=fold) if many > 1 else checked(conn, 0, last, fold=fold)
        async for fault in found:
            yield fault
        async for fault in _anchors(conn):
            yield fault
        async for place, what in missing(conn, printed):
            yield Fault(place, what)


async def checked(conn: AsyncConnection, after: int, last: int, *, fold: bool) -> AsyncIterator[Fault]:
    """Yield the faults of the cases with the numbers after this one, to the last."""
    people = {row.key: row.person for row in await conn.execute(select(people_keys))}
    while ids := await _next_ids(conn, after, last):
        async for kept in _readable(conn, ids if fold else await doubtful(conn, ids[0], ids[-1])):
            for fault in [kept] if isinstance(kept, Fault) else faults_of(kept, people):
                yield fault
        after = ids[-1]


async def verify_over(conn: AsyncConnection) -> AsyncIterator[Fault]:
    """Yield every fault in what this connection sees."""
    async for fault in checked(conn, 0, await _last_id(conn), fold=True):
        yield fault
    async for fault in _anchors(conn):
        yield fault


async def _shared(database: Database, last: int, many: int, *, fold: bool) -> AsyncIterator[Fault]:
    """Let several processes check a part each. Every case is seen as it is at one moment, if not all at the same."""
    url = database.url.render_as_string(hide_password=False)
    size = last // (many * _PARTS) + 1
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(many, mp_context=get_context("spawn")) as pool:
        parts = [loop.run_in_executor(pool, _part, url, after, after + size, fold) for after in range(0, last, size)]
        for part in parts:
            for fault in await part:
                yield fault


def _part(url: str, after: int, last: int, fold: bool) -> list[Fault]:
    """Check a part, in a process of its own."""

    async def found() -> list[Fault]:
        database = Database(url)
        try:
            async with database.read(patient=True) as conn:
                return [fault async for fault in checked(conn, after, last, fold=fold)]
        finally:
            await database.close()

    return asyncio.run(found())


async def _last_id(conn: AsyncConnection) -> int:
    # From both tables: a case may have been removed and its facts left, or the other way round.
    ends = [await conn.scalar(select(func.max(column))) for column in (cases.c.id, facts.c.case_id)]
    return max(end or 0 for end in ends)


async def _next_ids(conn: AsyncConnection, after: int, last: int) -> list[CaseId]:
    ids: set[int] = set()
    for column in (cases.c.id, facts.c.case_id):
        ids |= set(await conn.scalars(select(column).where(column > after, column <= last).distinct().order_by(column).limit(_AT_ONCE)))
    return [CaseId(case) for case in sorted(ids)[:_AT_ONCE]]


async def _readable(conn: AsyncConnection, ids: Sequence[CaseId]) -> AsyncIterator[Kept | Fault]:
    """Yield the cases; of one that a value of another kind keeps from being read, the fault."""
    try:
        found = await _kept(conn, ids)
    except (ValueError, TypeError, OverflowError, AttributeError) as fault:
        half = len(ids) // 2
        if not half:
            yield Fault(case_name(ids[0]), f"cannot be read: {fault}")
            return
        for part in (ids[:half], ids[half:]):
            async for one in _readable(conn, part):
                yield one
        return
    for kept in found:
        yield kept


async def _kept(conn: AsyncConnection, ids: Sequence[CaseId]) -> list[Kept]:
    if not ids:
        return []
    first, last = ids[0], ids[-1]
    rows = {row.id: row for row in await conn.execute(select(cases).where(cases.c.id.between(first, last)))}
    written: dict[int, list[Written]] = defaultdict(list)
    for row in await conn.execute(select(facts).where(facts.c.case_id.between(first, last)).order_by(facts.c.case_id, facts.c.n)):
        written[row.case_id].append(Written.of(row))
    typed: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await conn.execute(select(texts).where(texts.c.case_id.between(first, last))):
        typed[row.case_id][row.n].append(row)
    people: dict[int, dict[str, bool]] = defaultdict(dict)
    for row in await conn.execute(select(case_people).where(case_people.c.case_id.between(first, last))):
        people[row.case_id][row.person] = row.moves
    return [Kept(case, rows.get(case), written[case], typed[case], people[case]) for case in ids]


# --- one case


def faults_of(kept: Kept, people: dict[int, str | None]) -> Iterator[Fault]:
    """Yield what is wrong with one case."""
    name = case_name(kept.id)
    if kept.row is None:
        yield Fault(name, "has facts, but the case itself was removed")
    if not kept.facts:
        yield Fault(name, "has no facts: its timeline was removed")
        return
    broken = list(_chain(kept))
    broken += [fault for fact in kept.facts for fault in _texts(fact, kept.texts.get(fact.row.n, ()))]
    yield from broken
    if kept.row is not None:
        yield from _ends(kept)
        yield from _row(kept, people, broken)


def _chain(kept: Kept) -> Iterator[Fault]:
    head = seed(kept.id)
    for expected, fact in enumerate(kept.facts, start=1):
        row = fact.row
        # One fault of this kind a case: every later link would break for the same reason.
        if row.n != expected:
            yield Fault(f"{case_name(kept.id)}, fact {expected}", f"is missing: the next one is number {row.n}")
            return
        if link(head, fact.bytes) != row.hash:
            yield Fault(fact.place, "does not match its hash: it, or one before it, was changed, added, removed or moved")
            return
        said = fact.body["is"], datetime.fromisoformat(fact.body["at"])
        if (row.name, row.at) != said:
            yield Fault(fact.place, f"is listed as {row.name} at {row.at}, but it is {said[0]} at {said[1]}")
        head = row.hash


def _texts(fact: Written, kept: Sequence[Any]) -> Iterator[Fault]:
    named = {digest.decode() for digest in _DIGEST.findall(fact.bytes)}
    for row in kept:
        # Erased on purpose: salt and text are gone together, the row stands.
        if row.text is not None and digest(row.salt, row.text) != row.digest:
            yield Fault(fact.place, "a text in it was changed")
        if row.digest not in named:
            yield Fault(fact.place, "a text stands beside it that is not in it")
    if named - {row.digest for row in kept}:
        yield Fault(fact.place, "a text in it was removed")


def _ends(kept: Kept) -> Iterator[Fault]:
    last = kept.facts[-1].row
    if last.n < kept.row.version:
        yield Fault(case_name(kept.id), f"its timeline ends with fact {last.n}, but its row says {kept.row.version}: the end was removed")
    elif (last.n, last.hash) != (kept.row.version, kept.row.head):
        yield Fault(case_name(kept.id), f"its row says fact {kept.row.version} with another hash than the last one, {last.n}")


def _row(kept: Kept, people: dict[int, str | None], broken: list[Fault]) -> Iterator[Fault]:
    place = f"{case_name(kept.id)}, its row"
    known = {row.digest: row.text for rows in kept.texts.values() for row in rows}
    try:
        folded = fold_written((fact.body for fact in kept.facts), Unkeyed(people, known))
        stored = case_of(kept.row)
    except (ValueError, KeyError, TypeError) as fault:
        if not broken:
            yield Fault(place, f"cannot be read: {fault}")
        return
    for field in _differing(folded, stored):
        yield Fault(place, f"{field} is not what its facts add up to")
    for column, value in (columns_of(stored) | {"text": stored.text}).items():
        if getattr(kept.row, column) != value:
            yield Fault(place, f"the column {column} is not what the case says")
    if kept.people != moves(stored):
        yield Fault(place, "the people listed for it are not those on the case")


def _differing(folded: Case, stored: Case) -> list[str]:
    if folded == stored:
        return []
    return [field.name for field in fields(Case) if getattr(folded, field.name) != getattr(stored, field.name)]


# --- anchors


async def _anchors(conn: AsyncConnection) -> AsyncIterator[Fault]:
    before, expected = b"", 1
    for row in (await conn.execute(select(anchors).order_by(anchors.c.n))).all():
        place = f"anchor {row.n}"
        if row.n != expected:
            yield Fault(f"anchor {expected}", f"is missing: the next one is number {row.n}")
        heads = await _heads(conn, row.n)
        if anchor_hash(before, row.at, heads) != row.hash:
            yield Fault(place, "does not match its hash: it, or one before it, was changed or removed")
        async for fault in _covered(conn, place, heads):
            yield fault
        before, expected = row.hash, row.n + 1


async def _heads(conn: AsyncConnection, anchor: int) -> list[Head]:
    found = select(anchor_heads).where(anchor_heads.c.anchor == anchor).order_by(anchor_heads.c.case_id)
    return [(CaseId(row.case_id), row.n, row.head) for row in await conn.execute(found)]


async def _covered(conn: AsyncConnection, place: str, heads: Sequence[Head]) -> AsyncIterator[Fault]:
    for part in some(heads):
        joined = anchor_heads.outerjoin(facts, (facts.c.case_id == anchor_heads.c.case_id) & (facts.c.n == anchor_heads.c.n))
        query = select(anchor_heads.c.case_id, anchor_heads.c.n, facts.c.hash).select_from(joined)
        these = query.where(anchor_heads.c.anchor == int(place.split()[1]), anchor_heads.c.case_id.in_([case for case, _, _ in part]))
        found = {row.case_id: row.hash for row in await conn.execute(these)}
        for case, n, head in part:
            if found.get(case) is None:
                yield Fault(f"{case_name(case)}, fact {n}", f"was there when {place} was made, and is missing now: the end was removed")
            elif found[case] != head:
                yield Fault(f"{case_name(case)}, fact {n}", f"is not the one that {place} covers: the timeline was written anew")
