"""How long does it take to find what a new report may be the same as, among how many cases?

Each case says something else: words drawn as people use them, few often and many seldom (Zipf), and now and then a number. What is looked
up is one of those texts, said a little differently; it counts as found if that case is among what is compared in the end.
"""

import asyncio
import random
import sqlite3
from bisect import bisect
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, islice
from time import perf_counter

from bot.clock import RealClock
from bot.escalation.case import Case
from bot.escalation.likeness import terms
from bot.escalation.org import Org
from bot.escalation.words import CaseId, Text
from bot.handlers.likely import MOST_COMPARED, alike
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.bench.figures import Spread, Table, growth, thousands
from tests.bench.filling import TEMPLATES, connect, template

WORDS = 20_000
LONGEST = 14  # words of a text
_AT_ONCE = 50_000
_SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "po", "ri", "su", "ta", "ve", "wo", "xi", "zo")
_SUMS = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))


@dataclass(frozen=True, slots=True)
class Looked:
    """So many look-ups: how long each took, and of which share the case was found that says the same."""

    times: Spread
    found: float


def said(number: int) -> list[str]:
    """Return the words of a case: the same for the same number."""
    lots = random.Random(number)
    chosen = [_word(bisect(_SUMS, lots.random() * _SUMS[-1])) for _ in range(lots.randint(4, LONGEST))]
    return [*chosen, str(lots.randint(1000, 9999))] if lots.random() < 0.3 else chosen


def _word(rank: int) -> str:
    """Return the word of a rank: the commonest are short."""
    word = _SYLLABLES[rank % 15]
    while rank := rank // 15:
        word += _SYLLABLES[rank % 15]
    return f"{word}k"


async def add_words(database: Database, size: int) -> None:
    """Keep the words of as many cases as there are, as a report does."""
    if database.sqlite:
        await database.close()
        await asyncio.to_thread(_into_sqlite, str(database.url.database), size)
        return
    connection = await connect(database)
    try:
        await connection.execute("DROP INDEX likeness_terms")
        await connection.execute("CREATE TEMP TABLE said (case_id bigint, service text, terms text)")
        for some in _some(size):
            await connection.copy_records_to_table("said", records=some)
        await connection.execute("INSERT INTO likeness SELECT case_id, service, array_to_tsvector(string_to_array(terms, ' ')) FROM said")
        await connection.execute("CREATE INDEX likeness_terms ON likeness USING gin (terms) WITH (fastupdate = off)")
        await connection.execute("ANALYZE likeness")
    finally:
        await connection.close()


def _into_sqlite(file: str, size: int) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for some in _some(size):
            connection.executemany("INSERT INTO likeness (rowid, terms) VALUES (?, ?)", [(number, kept) for number, _, kept in some])
        connection.execute("COMMIT")


def _some(size: int) -> Iterator[list[tuple[int, str, str]]]:
    rows = ((number, f"service-{number % TEMPLATES}", _kept(number)) for number in range(1, size + 1))
    return iter(lambda: list(islice(rows, _AT_ONCE)), [])


def _kept(number: int) -> str:
    return " ".join(terms(f"service-{number % TEMPLATES}", " ".join(said(number))))  # type: ignore[arg-type]


async def measure(database: Database, org: Org, size: int, runs: int, now: datetime) -> Looked:
    """Look up so many reports that say what one of the cases says, a little differently."""
    store, lots = SqlStore(database, org, RealClock()), random.Random(2)
    times, found = list[float](), 0
    for _ in range(runs):
        number = lots.randint(1, size)
        case = _anew(template(org, number % TEMPLATES, now), number, lots)
        began = perf_counter()
        async with store.read() as reading:
            others = await reading.like(case, now, MOST_COMPARED)
        # The texts in the table are all the same; what is compared in earnest is as long as what was said.
        alike(case.id, {other: " ".join(said(other)) for other in others} | {case.id: case.text})
        times.append(perf_counter() - began)
        found += number in others
    return Looked(Spread(tuple(times)), found / runs)


def _anew(case: Case, number: int, lots: random.Random) -> Case:
    words = said(number)
    lots.shuffle(words)
    told = " ".join([*words[: max(3, len(words) - 2)], "please"])
    return replace(case, id=CaseId(10**9), title=Text(told[:60]), text=Text(told))


def table() -> Table:
    """Return the table without rows."""
    about = (
        f"A report is compared with what there is, after it was saved. {TEMPLATES} services; texts of 4 to {LONGEST} words of"
        f" {thousands(WORDS)} by Zipf's law, of which one or two differ. `found`: the case that says the same was among those compared."
    )
    return Table("Likely duplicates", ("database", "cases", "a look-up", "found", "the slowest by the quickest"), about)


def add_rows(to: Table, kind: str, looked: dict[int, Looked]) -> None:
    """Put one database's look-ups into the table."""
    ratio = growth([one.times for one in looked.values()], flagged=False)
    to.rows += [(kind, thousands(size), one.times, f"{one.found:.0%}", ratio) for size, one in looked.items()]
