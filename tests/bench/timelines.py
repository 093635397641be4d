"""How long does it take to check a million facts: their chains alone, and with each case rebuilt from its facts?

The timelines are the engine's own, written by the real codec, copied with another number and hashed anew for each.
"""

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.requests import Acknowledge, Note, Report, Tick
from bot.escalation.words import CaseId, PersonId, ServiceId, Text
from bot.store.codec import Keyed, write_case, write_fact
from bot.store.database import Database
from bot.store.tables import case_people, cases, compact, facts, micros, people_keys, texts
from bot.store.timeline import link, seed
from bot.store.verify import verify
from bot.store.writing import columns_of, moves
from tests.bench.company import OWNERS, PEOPLE, REPORTERS
from tests.bench.figures import Table, duration, thousands, times
from tests.bench.filling import BILL, connect
from tests.bench.targets import held

EACH = 10
"""Facts of one case."""
CHAINS_WITHIN, REBUILT_WITHIN = 3.0, 30.0
"""Seconds for a million."""
_TEMPLATES = 20
_NUMBER = 987_654_321  # of a template: found in what is written of it, and replaced
_AT_ONCE = 5_000
_CASE = tuple(column.name for column in cases.columns if column.name != "anchored")
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that it took to check so many facts."""

    facts: int
    chains: float
    rebuilt: float
    bare: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """A case and its facts as they are written, cut where its number stands."""

    row: tuple[Any, ...]
    state: tuple[str, ...]
    bodies: tuple[tuple[bytes, ...], ...]
    facts: tuple[Fact, ...]
    texts: tuple[tuple[int, str, bytes, str], ...]
    people: Mapping[PersonId, bool]

    def copied(self, number: int, into: Rows) -> None:
        """Add the rows of this timeline under another number."""
        name, head = str(number), seed(CaseId(number))
        for fact, body in zip(self.facts, self.bodies, strict=True):
            written = name.encode().join(body)
            head = link(head, written)
            into["facts"].append((number, fact.n, fact.what.name, micros(fact.at), written, head))
        into["cases"].append(
            (number, *self.row[1:_HEAD], head, *self.row[_HEAD + 1 : _STATE], name.join(self.state), *self.row[_STATE + 1 :])
        )
        into["texts"] += [(number, *rest) for rest in self.texts]
        into["case_people"] += [(person, number, moving) for person, moving in self.people.items()]


_HEAD, _STATE = _CASE.index("head"), _CASE.index("state")


def timeline(org: Org, n: int, at: datetime, keys: Mapping[str, int]) -> Timeline:
    """Play a case until it has its facts: reported, for every other one acknowledged and noted upon, then left alone."""
    by, service = PersonId(f"staff-{n % REPORTERS}"), ServiceId(f"service-{n % OWNERS}")
    first = advance(None, Report(CaseId(_NUMBER), by, service, Text(f"Bill {n} is wrong"), Text(BILL)), org, at)
    told, case = list(first.facts), first.case
    assert case is not None
    if n % 2:
        for request in (Acknowledge(case.owner), Note(case.owner, Text("I am looking at the meter."))):
            decision = advance(case, request, org, at + timedelta(minutes=5))
            told, case = [*told, *decision.facts], decision.case or case
    while len(told) < EACH:
        assert case.due is not None
        decision = advance(case, Tick(), org, case.due)
        told, case = [*told, *decision.facts], decision.case or case
    return _written(case, told, keys)


def _written(case: Case, told: list[Fact], keys: Mapping[str, int]) -> Timeline:
    scribes = [Keyed(keys) for _ in told]
    bodies = [compact(write_fact(fact, scribe)).encode() for fact, scribe in zip(told, scribes, strict=True)]
    typed = [(f.n, digest, salt, text) for f, scribe in zip(told, scribes, strict=True) for text, (digest, salt) in scribe.texts.items()]
    values = columns_of(case) | {"id": case.id, "text": case.text, "head": b"", "state": ""}
    row = tuple(micros(value) if isinstance(value, datetime) else value for value in map(values.get, _CASE))
    number = str(_NUMBER)
    cut = tuple(tuple(body.split(number.encode())) for body in bodies)
    return Timeline(row, tuple(compact(write_case(case)).split(number)), cut, tuple(told), tuple(typed), moves(case))


async def fill(database: Database, org: Org, many: int, now: datetime) -> int:
    """Fill an empty database with so many facts, and return how many there are."""
    keys = {person: n for n, (person, _, _) in enumerate(PEOPLE, start=1)}
    kinds = [timeline(org, n, now - timedelta(days=30), keys) for n in range(_TEMPLATES)]
    there = {"people_keys": [(key, person) for person, key in keys.items()]}
    parts = _parts(kinds, many // EACH, there)
    await database.close()  # it opens again by itself
    if database.sqlite:
        await asyncio.to_thread(_into_sqlite, str(database.url.database), parts)
        return sum(len(kinds[n % _TEMPLATES].facts) for n in range(1, many // EACH + 1))
    connection = await connect(database)
    try:
        await connection.execute("SET session_replication_role = replica")
        for rows in parts:
            for table, records in rows.items():
                await connection.copy_records_to_table(table, records=records, columns=_COLUMNS[table])
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return sum(len(kinds[n % _TEMPLATES].facts) for n in range(1, many // EACH + 1))


_COLUMNS = {
    "people_keys": tuple(people_keys.columns.keys()),
    "cases": _CASE,
    "facts": tuple(facts.columns.keys()),
    "texts": tuple(texts.columns.keys()),
    "case_people": tuple(case_people.columns.keys()),
}


def _parts(kinds: list[Timeline], many: int, first: Rows) -> Iterator[Rows]:
    yield first
    for start in range(1, many + 1, _AT_ONCE):
        rows: Rows = {"cases": [], "facts": [], "texts": [], "case_people": []}
        for number in range(start, min(start + _AT_ONCE, many + 1)):
            kinds[number % _TEMPLATES].copied(number, rows)
        yield rows


def _into_sqlite(file: str, parts: Iterator[Rows]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for rows in parts:
            for table, records in rows.items():
                marks = ", ".join("?" * len(_COLUMNS[table]))
                connection.executemany(f"INSERT INTO {table} ({', '.join(_COLUMNS[table])}) VALUES ({marks})", records)
        connection.execute("COMMIT")


async def measure(database: Database, org: Org, many: int, now: datetime) -> Took:
    """Check so many facts, and return how long it took."""
    there = await fill(database, org, many, now)
    chains, rebuilt = await _timed(database, fold=False), await _timed(database, fold=True)
    return Took(there, chains, rebuilt, await _bare(database, there))


async def _timed(database: Database, *, fold: bool) -> float:
    began = perf_counter()
    faults = [str(fault) async for fault in verify(database, fold=fold)]
    assert not faults, faults[:3]
    return perf_counter() - began


async def _bare(database: Database, there: int) -> float:
    """Return how long it takes to read all facts and hash them, one after the other, with nothing of ours."""
    began, head, count = perf_counter(), b"", 0
    query = "SELECT body FROM facts ORDER BY case_id, n"
    if database.sqlite:
        with closing(sqlite3.connect(str(database.url.database))) as file:
            for (body,) in file.execute(query):
                head, count = hashlib.sha256(head + body).digest(), count + 1
    else:
        connection = await connect(database)
        try:
            async with connection.transaction():
                async for row in connection.cursor(query, prefetch=10_000):
                    head, count = hashlib.sha256(head + row[0]).digest(), count + 1
        finally:
            await connection.close()
    assert count == there
    return perf_counter() - began


def table() -> Table:
    """Return the table without rows."""
    about = (
        f"Timelines of about {EACH} facts. `verify --quick` hashes every fact anew and compares every chain's end with its case."
        " `verify` also rebuilds every case from its facts and compares it with its row, and every text with its digest. Both use every"
        " core. Bare: the facts read and hashed by one."
    )
    head = ("database", "facts", "`verify --quick`", "target", "`verify`, with the rebuild", "target", "bare hashes", "quick / bare")
    return Table("Checking the timelines", head, about)


def add_row(to: Table, kind: str, took: Took) -> None:
    """Put one database's figures into the table."""
    share = took.facts / 1_000_000
    chains = held(took.chains, CHAINS_WITHIN * share, duration)
    rebuilt = held(took.rebuilt, REBUILT_WITHIN * share, duration)
    to.rows.append(
        (
            kind,
            thousands(took.facts),
            duration(took.chains),
            chains,
            duration(took.rebuilt),
            rebuilt,
            duration(took.bare),
            times(took.chains / took.bare),
        )
    )
