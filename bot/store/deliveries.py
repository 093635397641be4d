"""The outbox on the database: claim, fix, mark.

Three short transactions around each sending and no network inside any of them. All of them work on many lanes at once, so that their
cost is shared; each lane still succeeds, waits or fails by itself.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, literal_column, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.words import PersonId
from bot.ports import BEHIND, LEASE, Arrived, Backlog, Held, LaneOf, Load, Mark, Plan
from bot.store.claims import loads
from bot.store.database import Database, behind
from bot.store.delivery_tables import HELD, READY, deliveries, is_now, lanes, limits
from bot.store.lanes import assign, free, held, lease, look, moment, recover, take
from bot.store.limits import within_limits
from bot.store.marks import fix, write
from bot.store.outbox import machine_now
from bot.store.pausing import goes_on
from bot.store.stranded import reroute, stranded
from bot.store.tables import from_micros

_CLAIMED_AT_ONCE = 10  # lanes: what they hold is read in one go, and more would hold up whoever waits for an answer
_d = deliveries.c
_LATEST = 100  # deliveries, some of which have no time: those of cards
_ANY_LEASE = timedelta(days=1)  # longer than any that somebody may have configured before
_NAGS_TOLD = (is_now("delivered"), _d.kind == literal_column("'nag'"))
# Built once: see `bot.store.reading`.
_REST = update(lanes).where(lanes.c.lane == bindparam("name")).values(free_at=bindparam("then"))
_FIRST_REST = select(func.min(lanes.c.free_at)).where(text(READY), lanes.c.free_at.is_not(None), goes_on())
_FIRST_END = select(func.min(lanes.c.lease_until)).where(text(HELD), goes_on())  # of whoever died; our own are marked long before
_FIRST = select(_FIRST_REST.scalar_subquery(), _FIRST_END.scalar_subquery(), machine_now())
_SENT = (
    select(_d.person, func.count(func.distinct(func.coalesce(_d.bundle, _d.key))))
    .where(*_NAGS_TOLD, _d.person.in_(bindparam("persons", expanding=True)), _d.told_at >= bindparam("start"))
    .group_by(_d.person)
)
_MACHINE = select(machine_now())


class SqlOutbox:
    """The queue of deliveries in SQLite or PostgreSQL."""

    def __init__(self, database: Database, machine: Callable[[], datetime] | None = None, lease: timedelta = LEASE) -> None:
        """`machine` tells the machine time in tests; otherwise the database does, the same to every process."""
        self._database = database
        self._lease = lease
        self._machine = machine

    async def claim(self, token: str, now: datetime, platforms: Collection[str], lane_of: LaneOf, limit: int) -> list[Load]:
        """Take up to `limit` free lanes of these platforms that have something to deliver, the most urgent first."""
        async with self._database.glance() as conn:
            ended, something = await look(conn, now, self._machine() if self._machine else None, platforms)
        if not (ended or something):
            return []  # Neither an idle outbox nor one that is paused, or waits for the morning, takes SQLite's write lock.
        with behind():
            names, machine = await self._taken(token, now, platforms, lane_of, min(limit, _CLAIMED_AT_ONCE), ended=ended)
            if not names:
                return []
            try:
                # The lanes are ours by now, and nobody who wants to write need wait until all of this is read.
                async with self._database.read() as conn:
                    found = await loads(conn, names, now, machine)
                await self._give_back(token, set(names) - {load.lane for load in found})
                return found
            except BaseException:
                with suppress(Exception):  # the lease ends by itself
                    await self.release(token)
                raise

    async def _taken(
        self, token: str, now: datetime, platforms: Collection[str], lane_of: LaneOf, limit: int, *, ended: bool
    ) -> tuple[Sequence[str], datetime]:
        while True:
            async with self._database.begin() as conn:
                told, first_due = await moment(conn)
                machine, late = self._time(told), first_due is not None and first_due <= now - BEHIND
                if ended:
                    await recover(conn, machine)
                more = await assign(conn, lane_of)
                names = await take(conn, token, now, machine, platforms, limit, self._lease, behind=late)
            if names or not more:
                return names, machine

    async def _give_back(self, token: str, names: Collection[str]) -> None:
        """Free lanes of which nothing is looked at this time."""
        if names:
            async with self._database.begin() as conn:
                mine, _ = await held(conn, token, names)
                await free(conn, mine)

    async def commit(self, token: str, plans: Sequence[Plan]) -> set[str]:
        """Fix what will be sent and by which key, before it is sent; return the lanes that this token still holds."""
        with behind():
            return await self._fixed(token, plans)

    async def _fixed(self, token: str, plans: Sequence[Plan]) -> set[str]:
        async with self._database.begin() as conn:
            mine, told = await held(conn, token, [plan.lane for plan in plans])
            if not mine:
                return set()
            machine = self._time(told)
            kept, rests = await within_limits(conn, [plan for plan in plans if plan.lane in mine], machine)
            await fix(conn, token, kept)
            flying = [plan.lane for plan in kept if plan.flying]
            await lease(conn, flying, token, machine + self._lease)
            await free(conn, [plan.lane for plan in kept if not plan.flying])
            await self._rest(conn, {lane: machine + rest for lane, rest in rests.items()})
            return set(flying)

    async def mark(self, token: str, marks: Sequence[Mark], now: datetime) -> int:
        """Write down how sendings ended and free their lanes; return how many deliveries arrived. An old token marks nothing."""
        with behind():
            return await self._marked(token, marks, now)

    async def _marked(self, token: str, marks: Sequence[Mark], now: datetime) -> int:
        async with self._database.begin() as conn:
            mine, told = await held(conn, token, [mark.lane for mark in marks])
            if not mine:
                return 0
            kept, machine = [mark for mark in marks if mark.lane in mine], self._time(told)
            arrived = await write(conn, kept, now, machine)
            await free(conn, [mark.lane for mark in kept])
            await self._rest(conn, {mark.lane: machine + wait for mark in kept if (wait := _rest(mark))})
            return arrived

    async def _rest(self, conn: AsyncConnection, until: Mapping[str, datetime]) -> None:
        if until:
            waits = [{"name": lane, "then": then} for lane, then in sorted(until.items())]
            await conn.execute(_REST, waits)

    async def release(self, token: str) -> None:
        """Free the lanes of this token that have nothing in flight."""
        async with self._database.begin() as conn:
            busy = exists().where(_d.lane == lanes.c.lane, is_now("flying")).correlate(lanes)
            idle = select(lanes.c.lane).where(lanes.c.token == token, ~busy).order_by(lanes.c.lane).with_for_update()
            await free(conn, list(await conn.scalars(idle)))

    async def stranded(self, used: Collection[str]) -> dict[str, int]:
        """Return the lanes of other platforms than those used that hold something which could go another way, with the first of it."""
        async with self._database.glance() as conn:
            return await stranded(conn, used)

    async def reroute(self, lanes: Sequence[str], most: int) -> int:
        """Take up to `most` deliveries out of lanes that nobody serves, to go the first way that there is now; return how many."""
        async with self._database.begin() as conn:
            return await reroute(conn, lanes, most)

    async def take_over(self) -> None:
        """End every lease. Only for a process that has the database to itself: whoever held one before it is dead."""
        async with self._database.begin() as conn:
            await recover(conn, await self._now(conn) + _ANY_LEASE)

    async def hurry(self) -> None:
        """Let everything that waits for another try be tried now: what stood in its way has been mended."""
        async with self._database.begin() as conn:
            await conn.execute(update(deliveries).where(is_now("waiting"), _d.retry_at.is_not(None)).values(retry_at=None))
            await conn.execute(update(lanes).where(lanes.c.free_at.is_not(None), lanes.c.token.is_(None)).values(free_at=None))

    async def went_back(self) -> None:
        """Take back what was put off until a time that lies in the future by mistake: the machine's clock was wrong."""
        async with self._database.begin() as conn:
            machine = await self._now(conn)
            most = machine + self._lease
            await conn.execute(update(lanes).where(lanes.c.lease_until > most).values(lease_until=most))
            await conn.execute(update(limits).values(full_at=machine))
        await self.hurry()

    async def ahead(self, now: datetime) -> bool:
        """Tell whether something was queued lately at a later time than this one of the cases."""
        async with self._database.read() as conn:
            latest = select(_d.queued_at).order_by(_d.id.desc()).limit(_LATEST).subquery()
            last = await conn.scalar(select(func.max(latest.c.queued_at)))
        return last is not None and last > now

    async def nags_sent(self, since: Mapping[PersonId, datetime]) -> dict[PersonId, int]:
        """Return how many nag messages (a bundle is one) each person got since a time of the cases."""
        counts = dict.fromkeys(since, 0)
        async with self._database.read() as conn:
            for start in sorted(set(since.values())):  # as many as there are zones
                people = [person for person, at in since.items() if at == start]
                counts |= {PersonId(person): count for person, count in await conn.execute(_SENT, {"persons": people, "start": start})}
        return counts

    async def backlog(self, now: datetime) -> Backlog:
        """Return what waits and could go at `now`."""
        ready = (is_now("waiting"), or_(_d.after.is_(None), _d.after <= now))
        async with self._database.read() as conn:
            waiting, oldest = (await conn.execute(select(func.count(), func.min(_d.since)).where(*ready))).one()
        return Backlog(waiting, oldest)

    async def rests(self) -> timedelta | None:
        """Return how long until the first conversation that rests or is leased is free again; None if all are."""
        async with self._database.glance() as conn:
            rest, end, told = (await conn.execute(_FIRST)).one()
        first, now = min((at for at in (rest, end) if at is not None), default=None), self._time(told)
        return first - now if first is not None and first > now else None

    async def _now(self, conn: AsyncConnection) -> datetime:
        return self._time(await conn.scalar(_MACHINE) or 0)

    def _time(self, told: int) -> datetime:
        """Return the machine time, of what the database says, in microseconds."""
        return self._machine() if self._machine else from_micros(told)


def _rest(mark: Mark) -> timedelta:
    """Return how long a lane is left alone after a sending."""
    match mark.end:
        case Held(lane_wait=wait):
            return wait
        case Arrived(rest=wait):
            return wait
        case _:
            return timedelta()
