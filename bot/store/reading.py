"""Read cases, timelines, digests and the organisation over one open connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, func, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.alias import case_as, fact_as
from bot.escalation.announcing import Announcement
from bot.escalation.case import Case, Place
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.probing import Watch
from bot.escalation.words import CaseId, MessageKind, PersonId, RouteId, ServiceId
from bot.ports import Coming, DigestRecord, Overdue, Pause, Where
from bot.store import announcements, likeness, pausing, routes, sketching
from bot.store.delivery_tables import SENT, cards, deliveries, is_now
from bot.store.organisation import Organisation
from bot.store.rows import NEXT_DUE, case_of, load_facts, load_timeline, load_timelines, some
from bot.store.tables import LIVE, WAITS, case_people, cases, digests, pause

Ids = tuple[PersonId, ...]  # of one person

_c = cases.c
WHOLE: Select[*tuple[Any, ...]] = select(_c.id, _c.version, _c.head, _c.state, _c.text)
KEPT = _c.forgotten.is_(None)

# Statements of the busy path are built once: SQLAlchemy takes longer to build one than SQLite to run it.
_ONE = WHOLE.where(_c.id == bindparam("wanted"), KEPT)
_persons: BindParameter[Any] = bindparam("persons", expanding=True)
_REPORTED = (
    select(_c.opened_at)
    .where(KEPT, _c.reporter.in_(_persons), _c.id.in_(select(case_people.c.case_id).where(case_people.c.person.in_(_persons))))
    .order_by(_c.id.desc())
    .limit(bindparam("most"))
)
_COMING = select(
    NEXT_DUE.scalar_subquery().label("due"),
    announcements.NEXT_REMINDER.scalar_subquery().label("remind_at"),
    select(func.min(deliveries.c.after)).where(is_now("waiting"), deliveries.c.after > bindparam("now")).scalar_subquery().label("after"),
    select(pause.c.why).scalar_subquery().label("why"),
    select(pause.c.since).scalar_subquery().label("paused_since"),
)
_FIRST_TRIES = 8  # some minutes: what cannot be looked up for longer must not keep others' words waiting
_POSTING = select(
    exists().where(
        *(cards.c[name] == bindparam(name) for name in ("platform", "workspace", "conversation")),
        cards.c.message.is_(None),
        deliveries.c.key == cards.c.key,
        or_(is_now("flying"), and_(is_now("waiting"), deliveries.c.ambiguous, deliveries.c.attempts <= _FIRST_TRIES)),
    )
)
# At the moment of the resolution, what is a reminder was the owner's.
_QUESTION = deliveries.c.kind == literal_column(f"'{MessageKind.CONFIRM}'")
_UNASKED = select(
    func.count().filter(_QUESTION, or_(is_now("waiting"), is_now("flying"))),
    func.count().filter(_QUESTION, is_now("waiting"), deliveries.c.ambiguous.is_(False)),
    func.count().filter(is_now("delivered")),
).where(
    deliveries.c.case_id == bindparam("of"),
    or_(
        and_(_QUESTION, deliveries.c.queued_at >= bindparam("since")),
        and_(deliveries.c.kind == literal_column(f"'{MessageKind.NAG}'"), deliveries.c.queued_at > bindparam("since")),
    ),
)
_LATEST_DIGEST = select(digests).where(digests.c.channel == bindparam("of")).order_by(digests.c.start.desc()).limit(1)


async def coming(conn: AsyncConnection, now: datetime) -> Coming:
    """Return what happens next by itself, in one query."""
    row = (await conn.execute(_COMING, {"now": now})).one()
    paused = Pause(row.why, row.paused_since) if row.why is not None else None
    return Coming(paused, row.due, row.remind_at, row.after)


class Reader:
    """What can be read without writing."""

    def __init__(self, conn: AsyncConnection, organisation: Organisation) -> None:
        self._conn = conn
        self._organisation = organisation
        self._org: Org | None = None

    async def org(self) -> Org:
        """Return the configured organisation with what was said since laid over it: one and the same until this reading ends."""
        if self._org is None:
            self._org = await self._laid()
        return self._org

    async def _laid(self) -> Org:
        return await self._organisation.now(self._conn, keep=True)

    async def case(self, case: CaseId) -> Case | None:
        """Return a case."""
        row = (await self._conn.execute(_ONE, {"wanted": case})).first()
        return case_as(case_of(row), (await self.org()).aliases) if row else None

    async def timeline(self, case: CaseId) -> list[Fact]:
        """Return a case's facts, the first first."""
        names = (await self.org()).aliases
        return [fact_as(fact, names) for fact in await load_timeline(self._conn, case)]

    async def facts(self, refs: Sequence[tuple[CaseId, int]]) -> dict[tuple[CaseId, int], Fact]:
        """Return single facts by case and number."""
        names = (await self.org()).aliases
        return {ref: fact_as(fact, names) for ref, fact in (await load_facts(self._conn, refs)).items()}

    async def cases(self, where: Where) -> list[Case]:
        """Return the cases that fit, the newest first."""
        org = await self.org()
        found = WHOLE.where(KEPT, *_conditions(where, org)).order_by(_c.id.desc()).limit(where.limit)
        return [case_as(case_of(row), org.aliases) for row in await self._conn.execute(found)]

    async def reported_since(self, person: PersonId, since: datetime, most: int) -> list[datetime]:
        """Return when this person reported something after `since`, the latest `most` times."""
        ids = (await self.org()).ids_of(person)
        return [at for at in await self._conn.scalars(_REPORTED, {"persons": ids, "most": most}) if at > since]

    async def like(self, case: Case, closed_since: datetime | None, most: int) -> dict[CaseId, tuple[str, str]]:
        """Return title and beginning of the text of the public problems of its service whose words are most like a case's."""
        return await likeness.find(self._conn, case, closed_since, most)

    async def on_live(self) -> frozenset[PersonId]:
        """Return everybody who is on a live case."""
        there = select(case_people.c.person).join(cases, _c.id == case_people.c.case_id).where(text(LIVE), KEPT).distinct()
        org = await self.org()
        return frozenset(org.who_is(PersonId(person)) for person in await self._conn.scalars(there))

    async def concerned(self, service: ServiceId) -> frozenset[PersonId]:
        """Return everybody who is on a live case of a service."""
        there = select(case_people.c.person).join(cases, _c.id == case_people.c.case_id)
        org = await self.org()
        found = await self._conn.scalars(there.where(text(LIVE), _c.service == service, KEPT).distinct())
        return frozenset(org.who_is(PersonId(person)) for person in found)

    async def routes(self) -> dict[RouteId, Watch]:
        """Return what is known of the contact routes that were looked at or reported."""
        return await routes.watches(self._conn)

    async def announcements(self, until_after: datetime) -> list[Announcement]:
        """Return the announcements that are not withdrawn and end after this time, the earliest first."""
        return await announcements.not_over(self._conn, until_after)

    async def announcement(self, number: int) -> Announcement | None:
        """Return an announcement, also one that was withdrawn."""
        return await announcements.one(self._conn, number, lock=False)

    async def posting(self, place: Place) -> bool:
        """Tell whether a card was sent to this conversation a moment ago of which it is not known yet as which message it stands."""
        there = {"platform": place.platform, "workspace": place.workspace, "conversation": place.conversation}
        return bool(await self._conn.scalar(_POSTING, there))

    async def unasked(self, case: CaseId, since: datetime, *, surely: bool) -> bool:
        """Tell whether nobody has had the question whether a case is fixed, or a reminder of it, queued from `since` on, and it waits."""
        waits, certain, had = (await self._conn.execute(_UNASKED, {"of": case, "since": since})).one()
        return not had and bool(certain if surely else waits)

    async def next_reminder(self) -> datetime | None:
        """Return when the next announcement is to be told of again."""
        return await announcements.next_reminder(self._conn)

    async def next_due(self) -> datetime | None:
        """Return the earliest due time of any case that is not parked."""
        due: datetime | None = await self._conn.scalar(NEXT_DUE)
        return due

    async def overdue(self, now: datetime, after: Overdue | None, limit: int) -> list[Overdue]:
        """Return which cases are due at this time, the earliest first, from the one after `after` on."""
        come = select(_c.id, _c.due, _c.level, _c.accountable).where(text(WAITS), _c.due <= now)
        if after is not None:
            come = come.where(_c.due >= after.due, or_(_c.due > after.due, _c.id > after.case))
        rows = await self._conn.execute(come.order_by(_c.due, _c.id).limit(limit))
        return [Overdue(CaseId(row.id), row.due, row.level, row.accountable) for row in rows]

    async def paused(self) -> Pause | None:
        """Return why nothing happens by itself, and since when; None if all goes its way."""
        return await pausing.paused(self._conn)

    async def last_digest(self, channel: str) -> DigestRecord | None:
        """Return the latest digest of a channel."""
        row = (await self._conn.execute(_LATEST_DIGEST, {"of": channel})).first()
        return _digest(row) if row else None

    async def digest(self, channel: str, day: date) -> DigestRecord | None:
        """Return the digest of a channel and local date, if it was sent."""
        row = (await self._conn.execute(select(digests).where(digests.c.channel == channel, digests.c.day == day))).first()
        return _digest(row) if row else None

    async def of_note(self, since: datetime, end: datetime) -> list[CaseId]:
        """Return the cases that a digest may tell of: something happened to them, or they may have been at the top, a change or a debt."""
        return await sketching.of_note(self._conn, since, end)

    async def timelines(self, cases: Sequence[CaseId]) -> dict[CaseId, list[Fact]]:
        """Return the facts of several cases, the first first."""
        names = (await self.org()).aliases
        found: dict[CaseId, list[Fact]] = {}
        for part in some(cases, sketching.AT_ONCE):
            await asyncio.sleep(0)  # SQLite answers without waiting: it is others' turn
            found |= await load_timelines(self._conn, part)
        return {case: [fact_as(fact, names) for fact in facts] for case, facts in found.items()}

    def sketches(self, cases: Sequence[CaseId]) -> AsyncIterator[list[Fact]]:
        """Yield the timelines of these cases as far as a digest looks at them, without names and texts."""
        return sketching.sketches(self._conn, cases)

    async def told_facts(self, start: datetime, end: datetime) -> int:
        """Return how many facts of a span a digest has something to tell of."""
        return await sketching.told_facts(self._conn, start, end)


def _digest(row: Any) -> DigestRecord:
    return DigestRecord(row.channel, row.day, row.start, row.end, row.content)


def _conditions(where: Where, org: Org) -> list[ColumnElement[bool]]:
    by_person = ((_c.owner, where.owner), (_c.accountable, where.accountable), (_c.reporter, where.reporter))
    found = [_is(column, org.ids_of(person)) for column, person in by_person if person is not None]
    if where.service is not None:
        found.append(_c.service == where.service)
    # By way of `case_people`, which has the index: each of these people is on the case.
    found += [_c.id.in_(on_it(org.ids_of(person))) for person in {where.on_it, *(value for _, value in by_person)} if person is not None]
    if where.kind is not None:
        found.append(_c.kind == literal_column(f"'{where.kind}'"))  # written out, for the sake of the partial indexes
    named = ((_c.cause, where.cause), (_c.origin, where.origin))
    found += [column == value for column, value in named if value is not None]
    if where.climbed is not None:
        found.append(_c.level > 0 if where.climbed else _c.level == 0)
    if where.live is not None:
        found.append(and_(text(LIVE)) if where.live else _c.status == "closed")
    if where.thread is not None:
        found.append(_in_thread(where.thread, org))
    if where.closed_from is not None:
        found.append(_c.closed_at >= where.closed_from)
    if where.closed_until is not None:
        found.append(_c.closed_at < where.closed_until)
    if where.opened_until is not None:
        found.append(_c.opened_at < where.opened_until)
    if where.before is not None:
        found.append(_c.id < where.before)
    return found


def on_it(ids: Ids) -> Select[int]:
    """Return the query for the cases that a person with these ids is on."""
    return select(case_people.c.case_id).where(_is(case_people.c.person, ids))


def _is(column: ColumnElement[str], ids: Ids) -> ColumnElement[bool]:
    # Nearly everybody has one id: their statement stays the one that is prepared already.
    return column == ids[0] if len(ids) == 1 else column.in_(ids)


def thread_key(place: Place | None) -> str | None:
    """Return what a report's thread is found by: the thread it was said in, or the one that hangs under its message."""
    root = place and (place.thread or place.message)
    return f"{place.platform}:{place.workspace}:{place.conversation}:{root}" if place and root else None


def _in_thread(place: Place, org: Org) -> ColumnElement[bool]:
    root = place.thread or place.message
    # Direct messages may have been had under another id, by whoever it is now.
    same = [replace(place, conversation=conversation) for conversation in _conversations(place, org)]
    there = and_(
        cards.c.platform == place.platform,
        cards.c.workspace == place.workspace,
        cards.c.conversation == place.conversation,
        or_(cards.c.thread == root, cards.c.message == root),
    )
    found = [or_(*(_c.thread == thread_key(one) for one in same)), _c.id.in_(select(cards.c.case_id).where(there))]
    if root is not None and place.conversation.startswith("@"):
        # A reply under a message that was sent to this person is about the case of that message.
        lanes = [f"{one.platform}:{one.workspace}:{one.conversation}" for one in same]
        sent = select(deliveries.c.case_id).where(text(SENT), deliveries.c.message == root, deliveries.c.lane.in_(lanes))
        found.append(_c.id.in_(sent))
    return or_(*found)


def _conversations(place: Place, org: Org) -> tuple[str, ...]:
    if not place.conversation.startswith("@"):
        return (place.conversation,)
    return tuple(f"@{person}" for person in org.ids_of(PersonId(place.conversation.removeprefix("@"))))
