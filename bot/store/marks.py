"""Write down what will be sent, and how sendings ended. The caller holds the lanes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Arrived, GivenUp, Held, Mark, NextRoute, Plan
from bot.store.delivery_tables import cards, deliveries, is_now
from bot.store.outbox import enqueue_notice, machine_now

Rows = Sequence[Mapping[str, Any]]

_d = deliveries.c
_this = _d.id == bindparam("row")
_waiting = and_(_this, is_now("waiting"))
_flying = and_(_this, is_now("flying"))


def _change(where: ColumnElement[bool], **values: Any) -> Update:
    return update(deliveries).where(where).values(values)


_ALONE: dict[str, Any] = {"state": "waiting", "token": None, "ambiguous": False, "bundle": None}
_HELD: dict[str, Any] = {"retry_at": bindparam("then"), "why": bindparam("because")}
_its_key = select(_d.key).where(_this).scalar_subquery()

# Built once: see `bot.store.reading`.
_FLY = _change(
    _waiting,
    state="flying",
    token=bindparam("by"),
    bundle=bindparam("joined"),
    attempts=_d.attempts + 1,
    # What was postponed had no beginning: whoever looks an ambiguous one up must know since when it may be there.
    since=func.coalesce(_d.since, machine_now()),
)
_DROP = _change(_waiting, state="dropped", why=bindparam("because"))
_POSTPONE = _change(_waiting, after=bindparam("then"), since=None)
_REROUTE = _change(_waiting, lane=None)
# A bundle of which nothing was sent is undone, so that others may join it; one that may have arrived keeps its key.
_HOLD = _change(_flying, **_ALONE, **_HELD)
_HOLD_AMBIGUOUS = _change(_flying, **_ALONE | {"ambiguous": True, "bundle": _d.bundle}, **_HELD)
_NEXT_ROUTE = _change(_flying, **_ALONE, lane=None, route=_d.route + bindparam("further"), why=bindparam("because"), attempts=0)
_GIVE_UP = _change(_flying, state="given_up", token=None, why=bindparam("because"))
_VANISH = update(cards).where(cards.c.key == _its_key).values(message=None, drawn=None)
_SHOW = update(cards).where(cards.c.key == _its_key).values(message=bindparam("there"), drawn=bindparam("as_of"))
_ARRIVE = _change(_flying, state="delivered", message=bindparam("there"), told_at=bindparam("at"), ambiguous=False, token=None, why=None)
_DRAW_AGAIN = _change(
    and_(_this, is_now("delivered"), exists().where(cards.c.key == _d.key, cards.c.drawn < cards.c.wanted).correlate(deliveries)),
    state="waiting",
    attempts=0,
    retry_at=None,
    since=machine_now(),
)


async def fix(conn: AsyncConnection, token: str, plans: Sequence[Plan]) -> None:
    """Fix what flies and under which key, and what is dropped, postponed or queued elsewhere."""
    await _each(conn, _FLY, [{"row": row, "by": token, "joined": plan.bundle} for plan in plans for row in plan.flying])
    await _each(conn, _DROP, [{"row": row, "because": why} for plan in plans for row, why in plan.dropped.items()])
    await _each(conn, _POSTPONE, [{"row": row, "then": at} for plan in plans for row, at in plan.postponed.items()])
    await _each(conn, _REROUTE, [{"row": row} for plan in plans for row in plan.rerouted])


async def write(conn: AsyncConnection, marks: Sequence[Mark], now: datetime, machine: datetime) -> int:
    """Write down how sendings ended; return how many deliveries arrived."""
    await _each(conn, _HOLD, _ends(marks, machine, ambiguous=False))
    await _each(conn, _HOLD_AMBIGUOUS, _ends(marks, machine, ambiguous=True))
    refused = [
        {"row": row, "because": mark.end.why, "further": mark.end.further}
        for mark in marks
        if isinstance(mark.end, NextRoute)
        for row in mark.deliveries
    ]
    vanished = [{"row": row} for mark in marks if isinstance(mark.end, Held) and mark.end.vanished for row in mark.deliveries]
    await _each(conn, _VANISH, vanished)
    await _each(conn, _NEXT_ROUTE, refused)
    over = [{"row": row, "because": mark.end.why} for mark in marks if isinstance(mark.end, GivenUp) for row in mark.deliveries]
    await _each(conn, _GIVE_UP, over)
    for mark in marks:
        for key, admin, line in mark.end.notices if isinstance(mark.end, GivenUp | NextRoute | Held) else ():
            await enqueue_notice(conn, key, admin, line, now)
    return await _arrived(conn, marks, now)


def _ends(marks: Sequence[Mark], machine: datetime, *, ambiguous: bool) -> Rows:
    return [
        {"row": row, "then": machine + mark.end.wait, "because": mark.end.why}
        for mark in marks
        if isinstance(mark.end, Held) and mark.end.ambiguous is ambiguous
        for row in mark.deliveries
    ]


async def _arrived(conn: AsyncConnection, marks: Sequence[Mark], now: datetime) -> int:
    arrived = [(mark, mark.end) for mark in marks if isinstance(mark.end, Arrived)]
    there = [{"row": row, "there": end.message, "at": now} for mark, end in arrived for row in mark.deliveries]
    drawn = [
        {"row": row, "there": end.message, "as_of": end.drawn} for mark, end in arrived for row in mark.deliveries if end.drawn is not None
    ]
    # The cards' rows come before the deliveries', as in `want_cards`, or a newer version could be missed.
    await _each(conn, _SHOW, drawn)
    await _each(conn, _ARRIVE, there)
    # Those whose case has changed while they were drawn.
    await _each(conn, _DRAW_AGAIN, [{"row": row["row"]} for row in drawn])
    return len(there)


async def _each(conn: AsyncConnection, change: Update, rows: Rows) -> None:
    if rows:
        await conn.execute(change, rows)
