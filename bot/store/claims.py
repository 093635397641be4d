"""What a claimed lane has to deliver: its most urgent delivery, the nags that may share its message, their cases and facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.words import CaseId, MessageKind
from bot.ports import Delivery, Load, Recipient, Standing
from bot.store.delivery_tables import ECHO, cards, deliveries, lanes
from bot.store.lanes import CARD, can_go, head_of_lane, recipient, roots_of, threads_of, with_card
from bot.store.lines import line_from_json
from bot.store.rows import Ref, load_cases, load_facts

log = structlog.get_logger(__name__)

_NAGS_AT_ONCE = 500  # reminders with their cases, which are read in one go
_d = deliveries.c
_rows = select(deliveries, *CARD, cards.c.wanted, cards.c.drawn)
# Built once: see `bot.store.reading`.
_HEADS = _rows.select_from(with_card(lanes.join(deliveries, _d.id == head_of_lane()))).where(
    lanes.c.lane.in_(bindparam("names", expanding=True))
)
_reminders = (_d.lane.in_(bindparam("names", expanding=True)), _d.kind == str(MessageKind.NAG), can_go())
_NUMBERS = select(_d.lane, func.count().label("number")).where(*_reminders).group_by(_d.lane)
_NAGS = _rows.select_from(with_card(deliveries)).where(*_reminders).order_by(_d.id)


@dataclass(slots=True)
class _Behind:
    """What stands behind deliveries, and which of it cannot be read."""

    cases: dict[CaseId, Case] = field(default_factory=dict)
    facts: dict[Ref, Fact] = field(default_factory=dict)
    unreadable: set[CaseId] = field(default_factory=set)


async def loads(conn: AsyncConnection, names: Sequence[str], now: datetime, machine: datetime) -> list[Load]:
    """Return what these lanes have ready, in their order; without those whose reminders are too many to be looked at together."""
    heads = await _heads(conn, names, now, machine)
    nagging = [row.lane for row in heads.values() if row.kind == MessageKind.NAG]
    numbers = await _numbers(conn, nagging, now, machine) if nagging else {}
    whole = _together([name for name in names if name in numbers], numbers)
    heads = {name: row for name, row in heads.items() if name not in numbers or name in whole}
    others = await _nags(conn, whole, now, machine) if whole else []
    rows = [*heads.values(), *others]
    behind, threads, roots = await _behind(conn, rows), await threads_of(conn, rows), await roots_of(conn, rows)
    made = {row.id: _delivery(row, behind, recipient(row, threads, roots)) for row in rows}
    shared: dict[str, list[Delivery]] = {}
    for row in others:
        if row.id != heads[row.lane].id:
            shared.setdefault(row.lane, []).append(made[row.id])
    return [Load(name, (made[heads[name].id], *shared.get(name, ()))) for name in names if name in heads]


def _together(names: Sequence[str], numbers: Mapping[str, int]) -> list[str]:
    """Return the first of these lanes, as many as may be looked at together. Each is whole: a part of it would be a message more."""
    sums = accumulate(numbers[name] for name in names)
    return [name for n, (name, sum_) in enumerate(zip(names, sums, strict=True)) if not n or sum_ <= _NAGS_AT_ONCE]


async def _numbers(conn: AsyncConnection, names: Sequence[str], now: datetime, machine: datetime) -> dict[str, int]:
    """Return how many reminders each lane has ready."""
    counted = await conn.execute(_NUMBERS, {"names": list(names), "now": now, "machine": machine})
    return {row.lane: row.number for row in counted}


async def _heads(conn: AsyncConnection, names: Sequence[str], now: datetime, machine: datetime) -> dict[str, Row[Any]]:
    found = await conn.execute(_HEADS, {"names": list(names), "now": now, "machine": machine})
    return {row.lane: row for row in found}


async def _nags(conn: AsyncConnection, names: Sequence[str], now: datetime, machine: datetime) -> Sequence[Row[Any]]:
    return (await conn.execute(_NAGS, {"names": list(names), "now": now, "machine": machine})).all()


async def _behind(conn: AsyncConnection, rows: Iterable[Row[Any]]) -> _Behind:
    refs = {(CaseId(row.case_id), row.fact) for row in rows if row.case_id is not None}
    try:
        behind = await _read(conn, refs)
    except DBAPIError:
        raise
    except Exception:
        # One row that cannot be read must not keep the others in the queue.
        log.exception("delivery.case_unreadable")
        behind = _Behind()
        for ref in sorted(refs, key=str):
            await _read_into(behind, conn, ref)
    return behind


async def _read(conn: AsyncConnection, refs: Iterable[tuple[CaseId, int | None]]) -> _Behind:
    refs = list(refs)
    found = await load_cases(conn, [case for case, _ in refs])
    return _Behind(found, await load_facts(conn, [(case, n) for case, n in refs if n is not None]))


async def _read_into(behind: _Behind, conn: AsyncConnection, ref: tuple[CaseId, int | None]) -> None:
    try:
        alone = await _read(conn, [ref])
    except DBAPIError:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with it, it is this case's own
        log.error("delivery.case_unreadable", case=ref[0], error=type(fault).__name__)  # noqa: TRY400
        behind.unreadable.add(ref[0])
    else:
        behind.cases |= alone.cases
        behind.facts |= alone.facts


def _delivery(row: Row[Any], behind: _Behind, to: Recipient) -> Delivery:
    """Return a row of deliveries, joined with its card, as a value."""
    card = Standing(row.wanted, row.drawn, row.posted) if row.wanted is not None and row.kind != ECHO else None
    return Delivery(
        id=row.id,
        key=row.key,
        kind=row.kind,
        to=to,
        lane=row.lane,
        route=row.route,
        attempts=row.attempts,
        ambiguous=row.ambiguous,
        bundle=row.bundle,
        case=behind.cases.get(row.case_id),
        fact=behind.facts.get((row.case_id, row.fact)),
        line=line_from_json(row.body) if row.kind == "notice" else None,
        digest=row.body if row.kind == "digest" else None,
        card=card,
        said_in=row.body["in"] if row.kind == ECHO else None,
        since=row.since,
        unreadable=row.case_id in behind.unreadable,
    )
