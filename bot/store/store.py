"""Keep everything in SQLite or PostgreSQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import func, select, text

from bot.escalation.alias import case_as, fact_as
from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId
from bot.ports import Clock, Coming, Health, Pause, Reading, Tx
from bot.store import forgetting, organisation, pausing, tidying
from bot.store.database import Database
from bot.store.deliveries import SqlOutbox
from bot.store.forgetting import Survey
from bot.store.organisation import Organisation
from bot.store.reading import KEPT, WHOLE, Reader, coming
from bot.store.rows import case_of, load_timelines
from bot.store.tables import LIVE, WAITS, cases
from bot.store.writing import Writer

_c = cases.c
_EXPORTED_AT_ONCE = 200


class SqlStore:
    """Where everything is kept. `org` is the configured organisation; what people said since is laid over it."""

    def __init__(self, database: Database, org: Org, clock: Clock) -> None:
        self.database = database
        self._organisation = Organisation(org)
        self._clock = clock

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Begin a transaction that may write; it commits at the end, and is undone by an exception.

        Raises:
            NotSaved: it took too long, or another one came first.
        """
        async with self.database.begin() as conn:
            yield Writer(conn, self._organisation, self._clock)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """Begin a reading that sees one moment."""
        async with self.database.read() as conn:
            yield Reader(conn, self._organisation)

    async def coming(self, now: datetime) -> Coming:
        """Return what happens next by itself. It is asked each second and before each reminder, so it is one question alone."""
        async with self.database.glance() as conn:
            return await coming(conn, now)

    def reorganise(self, org: Org) -> None:
        """Take another configured organisation."""
        self._organisation.use(org)

    async def in_force(self) -> str | None:
        """Return what the organisation was read from that a bot took last on this database."""
        async with self.database.read() as conn:
            return await organisation.in_force(conn)

    async def put_in_force(self, content: str) -> None:
        """Keep what the organisation was read from, so that the effect of another one can be told before it is taken."""
        async with self.database.begin() as conn:
            await organisation.put_in_force(conn, content)

    async def health(self, now: datetime) -> Health:
        """Return how late the oldest work is."""
        async with self.database.read() as conn:
            due = await conn.scalar(select(func.min(_c.due)).where(text(WAITS), _c.due <= now))
            parked = await conn.scalar(select(func.count()).select_from(cases).where(_c.parked.is_not(None)))
            live = await conn.scalar(select(func.count()).select_from(cases).where(text(LIVE)))
            pause = await pausing.paused(conn)
        backlog = await SqlOutbox(self.database).backlog(now)
        return Health(due, backlog.waiting, backlog.oldest, parked or 0, live or 0, pause)

    async def pause(self, why: str, now: datetime) -> Pause:
        """Stop everything that happens by itself, in every process, until `resume`."""
        async with self.database.begin() as conn:
            return await pausing.put_on(conn, why, now)

    async def resume(self) -> Pause | None:
        """Let everything go on; return the pause that this ends, if there was one."""
        async with self.database.begin() as conn:
            return await pausing.take_off(conn)

    async def export(self) -> AsyncIterator[tuple[Case, list[Fact]]]:
        """Yield every case with its timeline, the first first."""
        async with self.database.read(patient=True) as conn:
            names = (await self._organisation.now(conn, keep=True)).aliases
            last = CaseId(0)
            while True:
                part = WHOLE.where(_c.id > last, KEPT).order_by(_c.id).limit(_EXPORTED_AT_ONCE)
                found = [case_of(row) for row in await conn.execute(part)]
                if not found:
                    return
                timelines = await load_timelines(conn, [case.id for case in found])
                for case in found:
                    yield case_as(case, names), [fact_as(fact, names) for fact in timelines[case.id]]
                last = found[-1].id

    async def survey(self, person: PersonId, also: Sequence[str] = (), but: Sequence[str] = ()) -> Survey:
        """Return what there is of a person who may be forgotten; nothing is written."""
        async with self.database.read() as conn:
            return await forgetting.survey(conn, await self._organisation.now(conn, keep=True), person, also, but)

    async def forget(self, person: PersonId, also: Sequence[str] = (), but: Sequence[str] = ()) -> tuple[Survey, Mapping[str, int] | None]:
        """Erase a person; return what there was, and how many rows were changed where: None if a live case still needs them."""
        async with self.database.begin() as conn:
            # Looked at anew: what was said since the survey is theirs too.
            found = await forgetting.survey(conn, await self._organisation.now(conn, keep=False), person, also, but)
            if found.owing:
                return found, None
            return found, await forgetting.forget(conn, found, self._clock.now())

    async def prune_inbox(self, before: datetime, most: int) -> int:
        """Forget up to `most` answers to events from before this time, which no platform sends again; return how many."""
        async with self.database.begin() as conn:
            return await tidying.prune_inbox(conn, before, most)

    async def prune_deliveries(self, before: datetime, after: int, most: int) -> int | None:
        """Look at the next `most` deliveries after this id, and forget those that ended before this time.

        Return the id to go on after; None when nothing older is left.
        """
        async with self.database.begin() as conn:
            return await tidying.prune_deliveries(conn, before, after, most)

    async def close(self) -> None:
        """Let go of the database."""
        await self.database.close()
