"""Queue deliveries, in the transaction that makes them necessary.

Keys are unique: what is queued already is left alone, so deciding the same thing twice tells nobody twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Insert, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.chat import Line
from bot.escalation.case import Case, Place
from bot.escalation.decision import Message
from bot.escalation.words import CaseId, case_name
from bot.ports import PRIORITY, DigestRecord
from bot.store.delivery_tables import DIGEST, ECHO, cards, deliveries, is_now
from bot.store.inserts import insert_new, new_in
from bot.store.lines import line_to_json


class machine_now(FunctionElement[int]):  # noqa: N801 - it reads as the SQL function that it is
    """The database's clock, in the microseconds of `UtcTime`: several processes then agree on it."""

    type = BigInteger()
    inherit_cache = True


@compiles(machine_now, "postgresql")
def _postgresql_now(_element: machine_now, _compiler: SQLCompiler, **_: Any) -> str:
    return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


@compiles(machine_now, "sqlite")
def _sqlite_now(_element: machine_now, _compiler: SQLCompiler, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


_WANT = update(cards).where(cards.c.case_id == bindparam("of"), cards.c.wanted < bindparam("as_of")).values(wanted=bindparam("as_of"))
_DRAW_AGAIN = (
    update(deliveries)
    # One that was given up too: whoever invited us again, say, is to see how it stands.
    .where(
        deliveries.c.case_id == bindparam("of"),
        deliveries.c.kind == "card",
        or_(is_now("delivered"), deliveries.c.state == "given_up"),
    )
    .values(state="waiting", lane=None, attempts=0, retry_at=None, since=machine_now())
)


@cache
def _queue(dialect: str) -> Insert:
    """Return the insert of deliveries, built once for each kind of database; what is queued already is left alone."""
    return new_in(dialect, deliveries).values(since=machine_now())


async def enqueue(conn: AsyncConnection, messages: Sequence[Message], case: Case, now: datetime) -> None:
    """Queue a delivery for each message of a decision. Whom, when and whether it reaches is seen to when it is sent."""
    rows = [
        {
            "key": m.key,
            "kind": str(m.kind),
            "priority": PRIORITY[m.kind],
            "person": m.to,
            "case_id": m.case,
            "fact": m.fact,
            "queued_at": now,
        }
        for m in messages
    ]
    if rows:
        await conn.execute(_queue(conn.dialect.name), rows)


async def enqueue_notice(conn: AsyncConnection, key: str, to: str, line: Line, now: datetime, *, to_channel: bool = False) -> None:
    """Queue one line that no case's fact stands behind, to one person or for one channel."""
    row = {"key": key, "kind": "notice", "priority": PRIORITY["notice"], "channel" if to_channel else "person": to}
    body = {"body": line_to_json(line), "queued_at": now}
    await conn.execute(_queue(conn.dialect.name), [row | body])


async def enqueue_digest(conn: AsyncConnection, record: DigestRecord, now: datetime) -> None:
    """Queue a digest for its channel, once per channel and local date: each of its messages by its own key, in their order."""
    key = f"{DIGEST}/{record.channel}/{record.day.isoformat()}"
    same = {"kind": DIGEST, "priority": PRIORITY[DIGEST], "channel": record.channel, "queued_at": now}
    rows = [
        same | {"key": key if part == 1 else f"{key}/{part}", "fact": part, "body": dict(body)}
        for part, body in enumerate(record.parts or (record.content,), start=1)
    ]
    await conn.execute(_queue(conn.dialect.name), rows)


async def show_card(conn: AsyncConnection, case: CaseId, place: Place, version: int) -> None:
    """Keep a card of the case in this place, from this version on."""
    key = card_key(case, place)
    where = {"platform": place.platform, "workspace": place.workspace, "conversation": place.conversation, "thread": place.thread}
    await conn.execute(insert_new(conn, cards), [{"key": key, "case_id": case, "wanted": version, **where}])
    row = {"key": key, "kind": "card", "priority": PRIORITY["card"], "case_id": case}
    await conn.execute(_queue(conn.dialect.name), [row])


async def cards_of(conn: AsyncConnection, case: CaseId) -> list[tuple[str, Place]]:
    """Return the case's cards by key, in one order; the thread of each is the one that hangs on it, or in which it stands."""
    found = await conn.execute(select(cards).where(cards.c.case_id == case).order_by(cards.c.key))
    return [(row.key, Place(row.platform, row.workspace, row.conversation, thread=row.thread or row.message)) for row in found]


async def echo(conn: AsyncConnection, case: CaseId, fact: int, said: Place, now: datetime) -> None:
    """Queue what a fact says for every thread of the case but the one in which it was said."""
    here = replace(said, message=None)
    rows = [
        {
            "key": f"{case_name(case)}/{fact}/{ECHO}/{key.partition('/')[2].partition('/')[2]}",
            "kind": ECHO,
            "priority": PRIORITY[ECHO],
            "channel": key,
            "case_id": case,
            "fact": fact,
            "body": {"in": said.platform},
            "queued_at": now,
        }
        for key, place in await cards_of(conn, case)
        if place != here
    ]
    if rows:
        await conn.execute(_queue(conn.dialect.name), rows)


def card_key(case: CaseId, place: Place) -> str:
    """Return the key of a case's card in a place: the message that was reported there does not count, its thread does."""
    parts = (place.platform, place.workspace, place.conversation, *((place.thread,) if place.thread else ()))
    return f"card/{case_name(case)}/{':'.join(parts)}"


async def want_cards(conn: AsyncConnection, case: CaseId, version: int) -> None:
    """Mark a case's cards as to be drawn anew; several changes before the drawing are one edit."""
    # The cards' rows first, as `mark` does: otherwise a drawing that ends at this moment could miss the new version for ever.
    wanted = await conn.execute(_WANT, {"of": case, "as_of": version})
    if wanted.rowcount:
        await conn.execute(_DRAW_AGAIN, {"of": case})
