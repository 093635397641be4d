"""What a platform allows a whole workspace: calls that must fit into it, however many processes make them.

Each limit is one row with one time (the generic cell rate algorithm, ITU-T I.371): every call moves it on by the time that a call
costs, and while it is further ahead than the allowed burst, the next call waits. The most urgent plans come first and get what there is.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Insert, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Limit, Plan
from bot.store.delivery_tables import deliveries, limits
from bot.store.inserts import insert_into

_wait_until = update(deliveries).where(deliveries.c.id == bindparam("row")).values(retry_at=bindparam("then"))

_FOUND = select(limits).where(limits.c.name.in_(bindparam("names", expanding=True))).order_by(limits.c.name).with_for_update()


@cache
def _count(dialect: str) -> Insert:
    insert = insert_into(dialect, limits)
    return insert.on_conflict_do_update(index_elements=[limits.c.name], set_={"full_at": insert.excluded.full_at})


async def within_limits(conn: AsyncConnection, plans: Sequence[Plan], machine: datetime) -> tuple[list[Plan], dict[str, timedelta]]:
    """Return the plans, without their flights where those do not fit, and how long which lanes rest for that, each for its own turn."""
    names = sorted({limit.name for plan in plans if plan.flying for limit in plan.limits})
    if not names:
        return list(plans), {}
    full = {row.name: row.full_at for row in await conn.execute(_FOUND, {"names": names})}
    late = dict.fromkeys(names, 0)
    fitted = [_fitted(plan, full, late, machine) for plan in plans]
    counted = [{"name": name, "full_at": full[name]} for name in names if name in full]
    if counted:
        await conn.execute(_count(conn.dialect.name), counted)
    late_ones = [(plan, wait) for plan, (_, wait) in zip(plans, fitted, strict=True) if wait]
    # An edit waits alone. A post waits with its whole lane: otherwise the next one in the lane would overtake it.
    waiting = [{"row": row, "then": machine + wait} for plan, wait in late_ones if _alone(plan) for row in plan.flying]
    if waiting:
        await conn.execute(_wait_until, waiting)
    return [plan for plan, _ in fitted], {plan.lane: wait for plan, wait in late_ones if not _alone(plan)}


def _alone(plan: Plan) -> bool:
    return all(limit.alone for limit in plan.limits)


def _fitted(plan: Plan, full: dict[str, datetime], late: dict[str, int], machine: datetime) -> tuple[Plan, timedelta]:
    """Count a plan against its limits; return it with its flight, or without and how long it waits."""
    if not plan.flying or not plan.limits:
        return plan, timedelta()
    waits = [(limit, wait) for limit in plan.limits if (wait := _wait(limit, full.get(limit.name, machine), machine))]
    if waits:
        # One after the other: if all came back for the next free place, all but one would have come for nothing. Only behind those that
        # wait for the same: whoever waits longest for something scarcer takes nobody's place elsewhere.
        wait, scarce = max((wait + limit.every * late[limit.name], limit.name) for limit, wait in waits)
        late[scarce] += 1
        return replace(plan, flying=(), bundle=None), wait
    for limit in plan.limits:
        full[limit.name] = max(full.get(limit.name, machine), machine) + limit.every
    return plan, timedelta()


def _wait(limit: Limit, full_at: datetime, machine: datetime) -> timedelta:
    return max(full_at - limit.every * (limit.at_once - 1) - machine, timedelta())
