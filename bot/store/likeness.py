# ruff: noqa: S608 - statements are put together of our own words only; whatever people typed is bound
"""The words by which cases are found again: kept beside each case in its transaction, looked up at a bounded cost.

SQLite keeps them in an FTS5 table, PostgreSQL in a text-search vector with an index; neither needs an extension. What both promise is the
same, and `tests/contracts/test_likeness.py` asks it of both. Found are public problems of the service, live or closed since a time, that

- share a rare word, one that fewer than `RARE` cases of the service have,
- or have all the words that are looked up, as long as fewer than `RARE` have them all,
- or are among the newest `NEWEST` of the service and share any word.

Of these the ones with the most words in common are returned; of the rest some, or none. It is a hint, and its bound is worth more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Case
from bot.escalation.likeness import COMES_BACK, MOST_READ, kept, said, telling, terms
from bot.escalation.words import CaseId, Kind, ServiceId
from bot.store.tables import cases, micros

RARE = 200
NEWEST = 300
MOST_LOOKED_UP = 12  # words
_MOST_WEIGHED = 300  # cases that come into question for their rare words
_AT_ONCE = 1000
_NEVER = 2**62  # microseconds: later than any case is closed

_ENDS = ", ".join(f"'{outcome}'" for outcome in COMES_BACK)
_PUBLIC = f"c.forgotten IS NULL AND NOT c.private AND c.kind = '{Kind.PROBLEM}'"
_SHOWN = f"{_PUBLIC} AND c.id <> :itself AND (c.status <> 'closed' OR (c.outcome IN ({_ENDS}) AND c.closed_at >= :since))"


@dataclass(frozen=True, slots=True)
class _Way:
    """How one of the databases is asked."""

    number: str  # the column with the case's number
    add: str
    one: str  # up to `RARE` cases with one word, or with all of them
    newest: str  # the newest cases with any word
    words: str  # the terms of a row, as they were added
    quote: str
    any: str
    all: str


_WAYS = {
    "sqlite": _Way(
        number="rowid",
        add="INSERT INTO likeness (rowid, terms) VALUES (:id, :terms)",
        one=f"SELECT rowid AS id FROM likeness WHERE likeness MATCH :{{asked}} ORDER BY rowid DESC LIMIT {RARE}",
        newest=f"SELECT rowid AS id FROM likeness WHERE likeness MATCH :any ORDER BY rowid DESC LIMIT {NEWEST}",
        words="terms",
        quote='"',
        any=" OR ",
        all=" AND ",
    ),
    "postgresql": _Way(
        number="case_id",
        add="INSERT INTO likeness (case_id, service, terms) VALUES (:id, :service, array_to_tsvector(string_to_array(:terms, ' ')))",
        one=f"SELECT case_id AS id FROM likeness WHERE terms @@ CAST(CAST(:{{asked}} AS text) AS tsquery) LIMIT {RARE}",
        newest="SELECT newest.id FROM (SELECT case_id AS id, terms FROM likeness WHERE service = :service"
        f" ORDER BY case_id DESC LIMIT {NEWEST}) AS newest WHERE newest.terms @@ CAST(CAST(:any AS text) AS tsquery)",
        words="array_to_string(tsvector_to_array(terms), ' ')",
        quote="'",
        any=" | ",
        all=" & ",
    ),
}


_PATIENT = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
    " set_config('plan_cache_mode', 'force_generic_plan', true)"
)


_said = cache(text)  # each statement is read once

# --- keeping


async def keep(conn: AsyncConnection, case: Case, before: Case | None) -> None:
    """Keep a case's words as the case now stands; one that may not be found (any more) leaves."""
    now, then = _kept(case), _kept(before) if before else None
    if now == then:
        return
    if then is not None:
        await drop(conn, case.id)
    if now is not None:
        await conn.execute(_said(_way(conn).add), _row(case.id, *now))


async def drop(conn: AsyncConnection, case: CaseId) -> None:
    """Let a case's words go: it was taken back, or what it says was erased."""
    await conn.execute(_said(f"DELETE FROM likeness WHERE {_way(conn).number} = :id"), {"id": case})


def fill(conn: Connection) -> int:
    """Keep the words of every case that is there already, a slice at a time; return how many cases have some now. For a migration."""
    last = filled = 0
    public = f"c.id > :last AND {_PUBLIC} AND (c.status <> 'closed' OR c.outcome IN ({_ENDS}))"
    part = text(
        f"SELECT c.id, c.service, c.title, substr(c.text, 1, {MOST_READ}) FROM cases AS c WHERE {public} ORDER BY c.id LIMIT {_AT_ONCE}"
    )
    while rows := conn.execute(part, {"last": last}).all():
        conn.execute(text(_way(conn).add), [_row(number, service, said(title, words)) for number, service, title, words in rows])
        last, filled = rows[-1][0], filled + len(rows)
    return filled


def _kept(case: Case) -> tuple[ServiceId, str] | None:
    return (case.service, said(case.title, case.text[:MOST_READ])) if kept(case) else None


def _row(case: int, service: ServiceId, words: str) -> dict[str, Any]:
    return {"id": case, "service": service, "terms": " ".join(terms(service, words))}


def _way(conn: AsyncConnection | Connection) -> _Way:
    return _WAYS[conn.dialect.name]


# --- looking up


async def find(conn: AsyncConnection, case: Case, since: datetime | None, most: int) -> dict[CaseId, tuple[str, str]]:
    """Return title and beginning of the text of the cases whose words are most like this case's, the likeliest first.

    Args:
        conn: where to look.
        case: what they are to be like; it is not among them.
        since: when a closed one was closed at the earliest; None leaves all closed ones out.
        most: how many.
    """
    mine = frozenset(terms(case.service, said(case.title, case.text[:MOST_READ])))
    found = await _candidates(conn, case, telling(mine, MOST_LOOKED_UP), since) if mine else {}
    shared = {number: len(mine & theirs) / len(mine | theirs) for number, theirs in found.items()}
    best = sorted(shared, key=lambda number: (-shared[number], number))[:most]
    texts = select(cases.c.id, cases.c.title, func.substr(cases.c.text, 1, MOST_READ)).where(cases.c.id.in_(best))
    by_number = {number: (title, words) for number, title, words in (await conn.execute(texts) if best else ())}
    return {CaseId(number): by_number[number] for number in best}


async def _candidates(conn: AsyncConnection, case: Case, asked: Sequence[str], since: datetime | None) -> dict[int, frozenset[str]]:
    """Return the terms of every case that comes into question."""
    way, lite = _way(conn), conn.dialect.name == "sqlite"
    quoted = [f"{way.quote}{term}{way.quote}" for term in asked]
    given: dict[str, Any] = {f"word_{n}": word for n, word in enumerate(quoted)}
    given |= {"any": way.any.join(quoted), "every": way.all.join(quoted), "itself": case.id, "since": micros(since) if since else _NEVER}
    if not lite:
        given["service"] = case.service
        # With a LIMIT the planner may take a walk through all rows for cheap, not knowing how rare a word is. This transaction only.
        # And to plan so many arms anew each time takes longer than to run them.
        await conn.execute(_PATIENT)
    rows = (await conn.execute(_query(way, len(quoted)), given)).all()
    return {number: frozenset(words.split(" ")) for number, words in rows}


@cache
def _query(way: _Way, count: int) -> TextClause:
    """Return the statement for so many words. One that many cases have says nothing about which is meant, so its arm counts nothing."""
    words = [way.one.format(asked=f"word_{n}") for n in range(count)] + [way.one.format(asked="every")]
    # The rarer a word, the more it says about who has it.
    arms = [
        f"SELECT id, 1.0 / n AS weight FROM (SELECT id, count(*) OVER () AS n FROM ({arm}) AS a) AS b WHERE n < {RARE}" for arm in words
    ]
    weighed = f"SELECT id FROM ({' UNION ALL '.join(arms)}) AS w GROUP BY id ORDER BY sum(weight) DESC, id DESC LIMIT {_MOST_WEIGHED}"
    found = f"SELECT id FROM ({weighed}) AS x UNION SELECT id FROM ({way.newest}) AS y"
    shown = f"SELECT c.id FROM ({found}) AS f CROSS JOIN cases AS c WHERE c.id = f.id AND {_SHOWN}"
    return text(f"SELECT {way.number}, {way.words} FROM likeness WHERE {way.number} IN ({shown})")
