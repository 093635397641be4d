"""Lanes: at most one sending at a time to each conversation, however many processes send.

Whoever changes a lane's deliveries holds the lane's row first. A lease is a token with an end in the database's time; what was flying
in a lane whose lease has ended may have arrived or not, and comes back as ambiguous.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Join,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Place
from bot.escalation.words import CaseId, MessageKind
from bot.ports import LaneOf, Recipient
from bot.store.delivery_tables import DIGEST, ECHO, HELD, READY, cards, deliveries, is_now, lanes
from bot.store.inserts import insert_into
from bot.store.outbox import machine_now
from bot.store.pausing import goes_on
from bot.store.rows import NEXT_DUE, some
from bot.store.tables import WAITS, UtcTime, case_people, cases

HELD_BACK = timedelta(minutes=10)  # a reminder waits no longer than this for others to the same person
_ROUTED_AT_ONCE = 200
ELSEWHERE = "nowhere"  # the platform of lanes that lead nowhere: any process may give them up

# What a delivery draws, or in whose thread it is said.
CARD = (cards.c.platform, cards.c.workspace, cards.c.conversation, cards.c.thread, cards.c.message.label("posted"))
Threads = Mapping[CaseId, tuple[Place, ...]]
_first = (
    select(deliveries.c.id, deliveries.c.priority)
    .where(deliveries.c.lane == lanes.c.lane, is_now("waiting"))
    .order_by(deliveries.c.priority, deliveries.c.id)
    .limit(1)
    .correlate(lanes)
)
_FREED = {
    "token": None,
    "lease_until": None,
    "urgency": _first.with_only_columns(deliveries.c.priority).scalar_subquery(),
    "head": _first.with_only_columns(deliveries.c.id).scalar_subquery(),
}


_MACHINE = bindparam("machine", type_=UtcTime)


def can_go(table: FromClause = deliveries, machine: ColumnElement[Any] = _MACHINE) -> ColumnElement[bool]:
    """Return the condition that a delivery may go at the time of the cases that is bound as `now`, and at that of the machine."""
    d = table.c
    free = or_(d.after.is_(None), d.after <= bindparam("now")), or_(d.retry_at.is_(None), d.retry_at <= machine)
    return and_(is_now("waiting", table), *free)


def head_of_lane(machine: ColumnElement[Any] = _MACHINE) -> ScalarSelect[int]:
    """Return the first delivery of a lane that can go.

    Written as one look into the index for each lane. PostgreSQL may make a join of an EXISTS, over all that waits, and did.
    """
    first = deliveries.alias("first")
    there = select(first.c.id).where(first.c.lane == lanes.c.lane, can_go(first, machine))
    return there.order_by(first.c.priority, first.c.id).limit(1).correlate(lanes).scalar_subquery()


def _more_to_come() -> ColumnElement[bool]:
    """Return the condition that a lane has only reminders to somebody of whose cases more are about to be decided, in a backlog.

    They wait for those, until they have waited since the time bound as `held_back`: otherwise an outage would end with a message for
    every few of somebody's cases.
    """
    d = deliveries.alias("reminder")
    theirs = case_people.join(cases, cases.c.id == case_people.c.case_id)
    undecided = exists().select_from(theirs).where(case_people.c.person == d.c.person, text(WAITS), cases.c.due <= bindparam("now"))
    reminder = (d.c.id == head_of_lane(), d.c.kind == str(MessageKind.NAG), d.c.ambiguous.is_(False), d.c.since > bindparam("held_back"))
    fresh = deliveries.alias("fresh")
    unrouted = select(fresh.c.person).where(is_now("waiting", fresh), fresh.c.lane.is_(None), fresh.c.kind == str(MessageKind.NAG))
    return exists().where(*reminder, or_(undecided.correlate(d), d.c.person.in_(unrouted))).correlate(lanes)


# Built once: see `bot.store.reading`.
NAMED = lanes.c.lane.in_(bindparam("names", expanding=True))


def _ended(machine: ColumnElement[Any] = _MACHINE) -> Select[str]:
    return select(lanes.c.lane).where(text(HELD), lanes.c.lease_until <= machine)


def _ready(machine: ColumnElement[Any] = _MACHINE) -> Select[str]:
    free = or_(lanes.c.free_at.is_(None), lanes.c.free_at <= machine)
    ours = lanes.c.platform.in_(bindparam("platforms", expanding=True))
    return (
        select(lanes.c.lane)
        .where(text(READY), free, ours, head_of_lane(machine).is_not(None))
        .order_by(lanes.c.urgency, lanes.c.head)
        .limit(bindparam("most"))
    )


_ENDED = _ended().order_by(lanes.c.lane).with_for_update(skip_locked=True)
_READY = _ready().with_for_update(skip_locked=True)
_READY_BEHIND = _READY.where(~_more_to_come())
_LEASE = update(lanes).where(NAMED).values(token=bindparam("by"), lease_until=bindparam("until"))
_STILL = (
    select(lanes.c.lane, machine_now().label("machine"))
    .where(NAMED, lanes.c.token == bindparam("by"))
    .order_by(lanes.c.lane)
    .with_for_update()
)
_FREE = update(lanes).where(NAMED).values({**_FREED, "free_at": bindparam("then")})
_CHOOSE = update(deliveries).where(deliveries.c.id == bindparam("row")).values(lane=bindparam("chosen"))
_MOMENT = select(machine_now(), NEXT_DUE.scalar_subquery())
_POSTED = select(cards).where(cards.c.case_id.in_(bindparam("of", expanding=True)), cards.c.message.is_not(None)).order_by(cards.c.key)


@cache
def _look(*, told: bool) -> Select[bool, bool, bool]:
    """Return the query of `look`; `told`: the machine time is bound, and not the database's."""
    machine = _MACHINE if told else machine_now()
    unrouted = exists().where(is_now("waiting"), deliveries.c.lane.is_(None))
    something = or_(unrouted, _ready(machine).scalar_subquery().is_not(None))
    return select(goes_on().label("on"), exists(_ended(machine)).label("ended"), something.label("something"))


async def look(conn: AsyncConnection, now: datetime, machine: datetime | None, platforms: Collection[str]) -> tuple[bool, bool]:
    """Tell whether a lease has ended, and whether there is anything to claim. Nothing is locked, and while all is paused it is neither."""
    given = {"now": now, "platforms": [*platforms, ELSEWHERE], "most": 1}
    row = (await conn.execute(_look(told=machine is not None), given | ({"machine": machine} if machine else {}))).one()
    return row.on and row.ended, row.on and row.something


async def recover(conn: AsyncConnection, machine: datetime) -> None:
    """Free the lanes whose lease has ended; what was flying in them waits again, as ambiguous."""
    names = list(await conn.scalars(_ENDED, {"machine": machine}))
    if names:
        lost = update(deliveries).where(deliveries.c.lane.in_(names), is_now("flying"))
        await conn.execute(lost.values(state="waiting", ambiguous=True, token=None))
        await free(conn, names)


async def assign(conn: AsyncConnection, lane_of: LaneOf) -> bool:
    """Put what was queued since into its lane, as much as one transaction may take; tell whether there may be more."""
    rows = (await conn.execute(_fresh())).all()
    if rows:
        threads = await threads_of(conn, rows)
        chosen = [{"row": row.id, "chosen": lane_of(recipient(row, threads), row.route), "urgency": row.priority} for row in rows]
        await conn.execute(_CHOOSE, chosen)
        await _awaken(conn, chosen)
    return len(rows) == _ROUTED_AT_ONCE


@cache
def _fresh() -> Select[*tuple[Any, ...]]:
    """Return the query for what has no lane yet, the most urgent first, locked."""
    d = deliveries.c
    fresh = (
        select(d.id, d.key, d.kind, d.fact, d.priority, d.route, d.person, d.channel, d.case_id, *CARD)
        .select_from(with_card(deliveries))
        .where(is_now("waiting"), d.lane.is_(None), _has_its_thread())
        .order_by(d.priority, d.id)
        .limit(_ROUTED_AT_ONCE)
    )
    return fresh.with_for_update(skip_locked=True, of=deliveries)


def with_card(rows: FromClause) -> Join:
    """Join deliveries to the card that they draw, or in whose thread they are said."""
    d = deliveries.c
    return rows.outerjoin(cards, cards.c.key == case((d.kind == ECHO, d.channel), else_=d.key))


def _has_its_thread() -> ColumnElement[bool]:
    """Return the condition that nothing must be there before it: an echo waits for its card, a digest's message for the last one."""
    d, its_card = deliveries.c, deliveries.alias("its_card")
    # A card that can be posted nowhere will have no thread. Its echoes are let go with it, and are not waited for.
    to_come = exists().where(its_card.c.key == d.channel, its_card.c.state.in_(("waiting", "flying")))
    heard = or_(d.kind != ECHO, cards.c.thread.is_not(None), cards.c.message.is_not(None), ~to_come.correlate(deliveries))
    before = deliveries.alias("before")
    not_yet = exists().where(before.c.key == _key_before(), before.c.state.in_(("waiting", "flying")))
    return and_(heard, or_(d.kind != DIGEST, d.fact.is_(None), d.fact == 1, ~not_yet.correlate(deliveries)))


def _key_before() -> ColumnElement[str]:
    """Return the key of the message of a digest before this one. Beyond the first, keys are the first one's and a number."""
    d = deliveries.c
    first = func.rtrim(func.rtrim(d.key, "0123456789"), "/")
    return case((d.fact == 2, first), else_=first + "/" + cast(d.fact - 1, Text))


async def threads_of(conn: AsyncConnection, rows: Iterable[Any]) -> Threads:
    """Return where the cards stand of the cases that people are told about: ways to whoever takes no direct messages."""
    told = sorted({row.case_id for row in rows if row.person is not None and row.case_id is not None})
    found: dict[CaseId, tuple[Place, ...]] = {}
    for part in some(told):
        for row in await conn.execute(_POSTED, {"of": part}):
            there = Place(row.platform, row.workspace, row.conversation, thread=row.thread or row.message)
            found[row.case_id] = (*found.get(row.case_id, ()), there)
    return found


async def roots_of(conn: AsyncConnection, rows: Iterable[Any]) -> Mapping[str, str]:
    """Return the first messages of the digests whose further messages these are, by key, where they are there."""
    keys = sorted({first_of(row.key) for row in rows if row.kind == DIGEST and (row.fact or 1) > 1})
    found: dict[str, str] = {}
    for part in some(keys):
        there = select(deliveries.c.key, deliveries.c.message).where(deliveries.c.key.in_(part), deliveries.c.message.is_not(None))
        found |= {row.key: row.message for row in await conn.execute(there)}
    return found


def first_of(key: str) -> str:
    """Return the key of a digest's first message, of the key of a further one."""
    return key.rpartition("/")[0]


def recipient(row: Any, threads: Threads, roots: Mapping[str, str] = MappingProxyType({})) -> Recipient:
    """Return to whom a row of deliveries goes, joined with its card."""
    if row.kind == DIGEST:
        # Which way it goes does not depend on its thread; where it is not asked for yet, there is none.
        return Recipient(channel=row.channel, thread=roots.get(first_of(row.key)) if roots and (row.fact or 1) > 1 else None)
    if row.platform is None:
        return Recipient(row.person, row.channel, None, threads.get(row.case_id, ()) if row.person is not None else ())
    thread = row.thread or row.posted if row.kind == ECHO else row.thread
    return Recipient(place=Place(row.platform, row.workspace, row.conversation, thread=thread))


async def _awaken(conn: AsyncConnection, chosen: Iterable[dict[str, Any]]) -> None:
    """Let each lane know the most urgent of its new deliveries. They come in order, so the first of each lane is it."""
    firsts: dict[str, dict[str, Any]] = {}
    for row in chosen:
        name = row["chosen"]
        firsts.setdefault(name, {"lane": name, "platform": name.partition(":")[0], "urgency": row["urgency"], "head": row["row"]})
    # In the order of their names, as everywhere: two processes that take the same lanes must not wait for each other.
    await conn.execute(_wake(conn.dialect.name), [firsts[name] for name in sorted(firsts)])


@cache
def _wake(dialect: str) -> Insert:
    insert = insert_into(dialect, lanes)
    new, old = insert.excluded, lanes.c
    same = new.urgency == old.urgency
    sooner = or_(old.urgency.is_(None), new.urgency < old.urgency, and_(same, new.head < old.head))
    better = {name: case((sooner, new[name]), else_=old[name]) for name in ("urgency", "head")}
    return insert.on_conflict_do_update(index_elements=[lanes.c.lane], set_=better)


async def take(
    conn: AsyncConnection,
    token: str,
    now: datetime,
    machine: datetime,
    platforms: Collection[str],
    limit: int,
    length: timedelta,
    *,
    behind: bool,
) -> Sequence[str]:
    """Lease up to `limit` free lanes for so long that have something that can go, the most urgent first.

    `behind`: a backlog was being decided.
    """
    given = {"now": now, "machine": machine, "platforms": [*platforms, ELSEWHERE], "most": limit}
    ready = _READY_BEHIND if behind else _READY
    names = list(await conn.scalars(ready, given | {"held_back": machine - HELD_BACK} if behind else given))
    if names:
        await lease(conn, names, token, machine + length)
    return names


async def moment(conn: AsyncConnection) -> tuple[int, datetime | None]:
    """Return the database's time in microseconds, and when the first of the cases is due.

    To be asked before `assign`: on PostgreSQL, the last of a person's cases may be decided between that and `take`.
    """
    told, first_due = (await conn.execute(_MOMENT)).one()
    return told, first_due


async def lease(conn: AsyncConnection, names: Collection[str], token: str, until: datetime) -> None:
    """Hold lanes with this token until then."""
    if names:
        await conn.execute(_LEASE, {"names": list(names), "by": token, "until": until})


async def held(conn: AsyncConnection, token: str, names: Collection[str]) -> tuple[set[str], int]:
    """Return which of these lanes the token still holds, and the database's time in microseconds, 0 if it holds none.

    They stay locked until the end of the transaction.

    Their rows are locked before their deliveries are read: a lane that was freed by what another process had not yet committed would
    never wake up again.
    """
    rows = (await conn.execute(_STILL, {"names": list(names), "by": token})).all()
    return {row.lane for row in rows}, max((row.machine for row in rows), default=0)


async def free(conn: AsyncConnection, names: Collection[str], free_at: datetime | None = None) -> None:
    """Let go of lanes that are locked here, and note what comes first in each now."""
    if names:
        await conn.execute(_FREE, {"names": list(names), "then": free_at})
