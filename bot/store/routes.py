"""What is known of the contact routes, a row for each: kept here, so that every process sees the same and one of them looks at a time."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.probing import Watch
from bot.escalation.words import CaseId, RouteId
from bot.store.inserts import insert_new, upsert
from bot.store.tables import routes

_r = routes.c


async def watches(conn: AsyncConnection) -> dict[RouteId, Watch]:
    """Return what is known of every route that was looked at or reported."""
    return {RouteId(row.route): _watch(row) for row in await conn.execute(select(routes))}


async def locked(conn: AsyncConnection, route: RouteId) -> Watch:
    """Return what is known of a route, locked until the end of the transaction."""
    # The row first: of two that begin at one moment with a route that nobody knows, the second must wait too.
    await conn.execute(insert_new(conn, routes).values(_row(Watch(route))))
    row = (await conn.execute(select(routes).where(_r.route == route).with_for_update())).one()
    return _watch(row)


async def keep(conn: AsyncConnection, watch: Watch) -> None:
    """Keep what is known of a route."""
    row = _row(watch)
    await conn.execute(upsert(conn, routes, row, {name: value for name, value in row.items() if name != "route"}))


def _row(watch: Watch) -> dict[str, Any]:
    row = asdict(watch)
    return row | {"case_id": row.pop("case")}


def _watch(row: Any) -> Watch:
    case = CaseId(row.case_id) if row.case_id is not None else None
    return Watch(RouteId(row.route), row.address, row.down, row.since, row.seen, row.looks, row.looked_at, row.next_at, case)
