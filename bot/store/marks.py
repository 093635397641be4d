"""Write down what will be sent, and how sendings ended. The caller holds the lanes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Arrived, GivenUp, Held, Mark, NextRoute, Plan
from bot.store.delivery_tables import cards, deliveries, is_now
from bot.store.outbox import enqueue_notice, machine_now

Rows = Sequence[Mapping[str, Any]]

_d = deliveries.c
_this = _d.id == bindparam("row")
_waiting = and_(_this, is_now("waiting"))
_flying = and_(_this, is_now("flying"))


async def fix(conn: AsyncConnection, token: str, plans: Sequence[Plan]) -> None:
    """Fix what flies and under which key, and what is dropped, postponed or queued elsewhere."""
    flying = [{"row": row, "by": token, "joined": plan.bundle} for plan in plans for row in plan.flying]
    # What was postponed had no beginning: whoever looks an ambiguous one up must know since when it may be there.
    begun = func.coalesce(_d.since, machine_now())
    fly = {"state": "flying", "token": bindparam("by"), "bundle": bindparam("joined"), "attempts": _d.attempts + 1, "since": begun}
    await _each(conn, _waiting, fly, flying)
    dropped = [{"row": row, "because": why} for plan in plans for row, why in plan.dropped.items()]
    await _each(conn, _waiting, {"state": "dropped", "why": bindparam("because")}, dropped)
    postponed = [{"row": row, "then": at} for plan in plans for row, at in plan.postponed.items()]
    await _each(conn, _waiting, {"after": bindparam("then"), "since": None}, postponed)
    await _each(conn, _waiting, {"lane": None}, [{"row": row} for plan in plans for row in plan.rerouted])


async def write(conn: AsyncConnection, marks: Sequence[Mark], now: datetime, machine: datetime) -> int:
    """Write down how sendings ended; return how many deliveries arrived."""
    await _each(conn, _flying, _held(ambiguous=False), _ends(marks, machine, ambiguous=False))
    await _each(conn, _flying, _held(ambiguous=True), _ends(marks, machine, ambiguous=True))
    refused = [
        {"row": row, "because": mark.end.why, "further": mark.end.further}
        for mark in marks
        if isinstance(mark.end, NextRoute)
        for row in mark.deliveries
    ]
    vanished = [{"row": row} for mark in marks if isinstance(mark.end, Held) and mark.end.vanished for row in mark.deliveries]
    if vanished:
        its_key = select(_d.key).where(_this).scalar_subquery()
        await conn.execute(update(cards).where(cards.c.key == its_key).values(message=None, drawn=None), vanished)
    await _each(
        conn,
        _flying,
        _fresh() | {"lane": None, "route": _d.route + bindparam("further"), "why": bindparam("because"), "attempts": 0},
        refused,
    )
    over = [{"row": row, "because": mark.end.why} for mark in marks if isinstance(mark.end, GivenUp) for row in mark.deliveries]
    await _each(conn, _flying, {"state": "given_up", "token": None, "why": bindparam("because")}, over)
    for mark in marks:
        for key, admin, line in mark.end.notices if isinstance(mark.end, GivenUp | NextRoute | Held) else ():
            await enqueue_notice(conn, key, admin, line, now)
    return await _arrived(conn, marks, now)


def _fresh() -> dict[str, Any]:
    return {"state": "waiting", "token": None, "ambiguous": False, "bundle": None}


def _held(*, ambiguous: bool) -> dict[str, Any]:
    # A bundle of which nothing was sent is undone, so that others may join it; one that may have arrived keeps its key.
    waits: dict[str, Any] = {"retry_at": bindparam("then"), "why": bindparam("because")}
    return _fresh() | waits | ({"ambiguous": True, "bundle": _d.bundle} if ambiguous else {})


def _ends(marks: Sequence[Mark], machine: datetime, *, ambiguous: bool) -> Rows:
    return [
        {"row": row, "then": machine + mark.end.wait, "because": mark.end.why}
        for mark in marks
        if isinstance(mark.end, Held) and mark.end.ambiguous is ambiguous
        for row in mark.deliveries
    ]


async def _arrived(conn: AsyncConnection, marks: Sequence[Mark], now: datetime) -> int:
    arrived = [(mark, mark.end) for mark in marks if isinstance(mark.end, Arrived)]
    there = [{"row": row, "there": end.message} for mark, end in arrived for row in mark.deliveries]
    drawn = [
        {"row": row, "there": end.message, "as_of": end.drawn} for mark, end in arrived for row in mark.deliveries if end.drawn is not None
    ]
    await _show(conn, drawn)
    done = {"state": "delivered", "message": bindparam("there"), "told_at": now, "ambiguous": False, "token": None, "why": None}
    await _each(conn, _flying, done, there)
    await _draw_again(conn, drawn)
    return len(there)


async def _show(conn: AsyncConnection, drawn: Rows) -> None:
    """Note what the cards show. Their rows come before the deliveries', as in `want_cards`, or a newer version could be missed."""
    if drawn:
        key = select(_d.key).where(_this).scalar_subquery()
        shown: dict[str, Any] = {"message": bindparam("there"), "drawn": bindparam("as_of")}
        await conn.execute(update(cards).where(cards.c.key == key).values(shown), drawn)


async def _draw_again(conn: AsyncConnection, drawn: Rows) -> None:
    """Queue the cards again whose case has changed while they were drawn."""
    behind = exists().where(cards.c.key == _d.key, cards.c.drawn < cards.c.wanted).correlate(deliveries)
    again = {"state": "waiting", "attempts": 0, "retry_at": None, "since": machine_now()}
    await _each(conn, and_(_this, is_now("delivered"), behind), again, [{"row": row["row"]} for row in drawn])


async def _each(conn: AsyncConnection, where: Any, values: Mapping[str, Any], rows: Rows) -> None:
    if rows:
        await conn.execute(update(deliveries).where(where).values(values), rows)
