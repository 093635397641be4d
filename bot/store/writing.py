"""Write a decision: the case, its facts, its deliveries and its cards, all of it or none."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, reduce
from typing import Any

from sqlalchemy import Executable, Select, bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Line
from bot.escalation.alias import case_as
from bot.escalation.announcing import Announcement
from bot.escalation.case import Case, Place
from bot.escalation.decision import Decision
from bot.escalation.facts import apply
from bot.escalation.lasting import cause_of
from bot.escalation.org import Absence, Org
from bot.escalation.probing import Watch
from bot.escalation.words import CaseId, PersonId, RouteId, case_name
from bot.ports import Clock, DigestRecord, Known, LinkCode, NotSaved
from bot.store import announcements, likeness, linking, organisation, outbox, routes, timeline
from bot.store.anchors import anchor
from bot.store.codec import write_case
from bot.store.database import newer
from bot.store.inserts import insert_into, insert_new
from bot.store.organisation import Organisation
from bot.store.reading import KEPT, WHOLE, Reader, thread_key
from bot.store.rows import case_of
from bot.store.tables import LIVE, WAITS, case_numbers, case_people, cases, compact, counters, digests, inbox

_c = cases.c
_LONGEST_KEY = 200

# Built once: see `bot.store.reading`.
_ONE = WHOLE.where(_c.id == bindparam("wanted"), KEPT).with_for_update()
_SEVERAL = WHOLE.where(_c.id.in_(bindparam("wanted", expanding=True)), KEPT).order_by(_c.id).with_for_update()
_DUE_ONES = (
    WHOLE.add_columns(organisation.NOW.scalar_subquery().label("said"))  # one question less for what happens by itself
    .where(text(WAITS), _c.due <= bindparam("now"))
    .order_by(_c.due, _c.id)
    .with_for_update(of=cases, skip_locked=True)
)
_DUE = _DUE_ONES.limit(bindparam("most"))
_DUE_OF = _DUE_ONES.where(_c.id.in_(bindparam("wanted", expanding=True)))
_ADD = insert(cases)
# The lock makes a lost race impossible. Should a lock ever be forgotten, this keeps the other's work all the same.
_CHANGE = (
    update(cases)
    .where(_c.id == bindparam("same"), _c.version == bindparam("still"))
    .values(topped_at=func.coalesce(_c.topped_at, bindparam("topped", type_=_c.topped_at.type)))
)
_ANSWER = select(inbox.c.answer).where(inbox.c.key == bindparam("wanted"))
_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))
_LEAVE = delete(case_people).where(case_people.c.case_id == bindparam("of"), case_people.c.person.in_(bindparam("persons", expanding=True)))
_JOIN = insert(case_people)
_NEXT_NUMBER = select(case_numbers.next_value())


@dataclass(frozen=True, slots=True)
class Held:
    """A case as it is written down, by whatever ids people had then, and the hash of its last fact."""

    case: Case
    head: bytes


class Outdated(Exception):
    """A case cannot be decided by this program, and the database is of a newer one, whose processes can."""


class Writer(Reader):
    """One transaction that may write."""

    def __init__(self, conn: AsyncConnection, laid: Organisation, clock: Clock) -> None:
        super().__init__(conn, laid)
        self._clock = clock
        self._held: dict[CaseId, Held] = {}
        self._reorganised = False
        self._sqlite = conn.dialect.name == "sqlite"

    # --- cases

    async def _laid(self) -> Org:
        """Return the organisation with what was said since, in this transaction too."""
        return await self._organisation.now(self._conn, keep=not self._reorganised)

    def _changes(self) -> None:
        self._reorganised, self._org = True, None

    async def case(self, case: CaseId) -> Case | None:
        """Return a case, locked until the end."""
        row = (await self._conn.execute(_ONE, {"wanted": case})).first()
        return self._hold(row, await self.org()) if row else None

    async def locked(self, cases: Sequence[CaseId]) -> dict[CaseId, Case]:
        """Return several cases, locked in number order."""
        rows, org = await self._conn.execute(_SEVERAL, {"wanted": list(cases)}), await self.org()
        return {row.id: self._hold(row, org) for row in rows}

    async def due(self, now: datetime, limit: int) -> list[Case]:
        """Return cases whose due time has come, the earliest first, locked; those that others hold are left out."""
        return await self._found(_DUE, {"now": now, "most": limit})

    async def due_of(self, cases: Sequence[CaseId], now: datetime) -> list[Case]:
        """Return those of these cases whose due time has come, locked; those that others hold are left out."""
        return await self._found(_DUE_OF, {"now": now, "wanted": list(cases)})

    async def _found(self, due: Select[Any], values: Mapping[str, Any]) -> list[Case]:
        rows = (await self._conn.execute(due, values)).all()
        if rows and self._org is None:
            self._org = await self._organisation.of(rows[0].said, self._conn, keep=not self._reorganised)
        found: list[Case] = []
        org = await self.org()
        for row in rows:
            try:
                found.append(self._hold(row, org))
            except (ValueError, KeyError, TypeError) as fault:
                # One row that nobody can read must not keep all the others from their time.
                await self.park(CaseId(row.id), f"its row cannot be read: {type(fault).__name__}")
        return found

    def _hold(self, row: Any, org: Org) -> Case:
        case = case_of(row)
        self._held[case.id] = Held(case, row.head)
        return case_as(case, org.aliases)

    async def next_case(self) -> CaseId:
        """Return the number for a new case. Numbers are never used twice."""
        if not self._sqlite:
            return CaseId(await self._conn.scalar(_NEXT_NUMBER) or 0)
        return CaseId(await self._conn.scalar(_one_more(self._conn.dialect.name)) or 0)

    async def save(self, decision: Decision) -> None:
        """Write the case, its facts (linked into the hash chain), a delivery for each message, and mark its cards as wanted anew.

        Raises:
            NotSaved: the case has moved on since it was read.
            ValueError: the facts do not lead from the case that there is to the one that is to be saved.
        """
        case = decision.case
        if case is None or not decision.facts:
            if decision.messages:
                raise ValueError("a message without a fact behind it")
            return
        before = self._held.get(case.id) or await self._find(case.id)
        _must_follow(decision, before.case.version if before else 0)
        head, facts, texts = await timeline.append(self._conn, decision.facts, before.head if before else timeline.seed(case.id))
        # The row is what the facts add up to. Decided was the case as it is read, with everybody under the id that they have now.
        written = reduce(apply, decision.facts, before.case) if before and (await self.org()).aliases else case
        await self._write_case(written, before, head)
        await timeline.write(self._conn, facts, texts)
        await self._write_people(written, before)
        await likeness.keep(self._conn, written, before.case if before else None)
        self._held[case.id] = Held(written, head)
        await outbox.enqueue(self._conn, decision.messages, case, decision.facts[-1].at)
        if before:
            await outbox.want_cards(self._conn, case.id, case.version)

    async def _find(self, case: CaseId) -> Held | None:
        await self.case(case)
        return self._held.get(case)

    async def _write_case(self, case: Case, before: Held | None, head: bytes) -> None:
        # Decided again, so no longer parked: the engine has shown that it can.
        row = columns_of(case) | {"head": head, "parked": None, "state": compact(write_case(case))}
        topped = case.arrived_at if case.at_top else None
        if before is None:
            await self._conn.execute(_ADD, row | {"id": case.id, "text": case.text, "topped_at": topped})
            return
        if case.text != before.case.text:
            row["text"] = case.text
        if (await self._conn.execute(_CHANGE, row | {"same": case.id, "still": before.case.version, "topped": topped})).rowcount != 1:
            raise NotSaved

    async def _write_people(self, case: Case, before: Held | None) -> None:
        then, now = moves(before.case) if before else {}, moves(case)
        changed = [{"person": person, "case_id": case.id, "moves": moves} for person, moves in now.items() if then.get(person) is not moves]
        gone = [person for person in then if person not in now or then[person] is not now[person]]
        if gone:
            await self._conn.execute(_LEAVE, {"of": case.id, "persons": gone})
        if changed:
            await self._conn.execute(_JOIN, changed)

    async def park(self, case: CaseId, why: str) -> None:
        """Take a case that the engine cannot decide out of the due list, and tell the admins. Its next decision brings it back.

        Raises:
            Outdated: the database is newer than this program, so a newer one will be able to.
        """
        if await newer(self._conn):
            raise Outdated(case_name(case))
        parked = update(cases).where(_c.id == case).values(parked=why).returning(_c.version)
        version = await self._conn.scalar(parked)
        line: Line = (
            f"{case_name(case)} stands still: it cannot be decided ({why}). It goes on with the next thing that somebody does to it.",
        )
        for admin in (await self.org()).admins if version else ():
            await self.notify(f"parked/{case_name(case)}/{version}/{admin}", admin, line)

    async def touched_by(self, people: Sequence[PersonId]) -> list[CaseId]:
        """Return the live cases that these people own, answer for, reported, or were asked to take over."""
        org = await self.org()
        ids = [one for person in people for one in org.ids_of(person)]
        theirs = select(case_people.c.case_id).where(case_people.c.person.in_(ids), case_people.c.moves)
        found = await self._conn.scalars(select(_c.id).where(_c.id.in_(theirs), text(LIVE), KEPT).order_by(_c.id))
        return [CaseId(case) for case in found]

    async def forget_report(self, case: CaseId) -> None:
        """Take back a report that was never a case: it leaves lists, figures and the due list."""
        await self._conn.execute(update(cases).where(_c.id == case).values(forgotten=self._clock.now()))
        await likeness.drop(self._conn, case)
        self._held.pop(case, None)

    # --- what else is kept

    async def answered(self, key: str) -> Mapping[str, Any] | None:
        """Return what was answered to this inbound event before, if it was handled already."""
        if not self._sqlite:
            # The same event in another process at this moment: wait for its answer instead of doing it twice.
            await self._conn.execute(_ALONE, {"what": _short(key)})
        answer: Mapping[str, Any] | None = await self._conn.scalar(_ANSWER, {"wanted": _short(key)})
        return answer

    async def remember(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep the answer to an inbound event, so that the same event again has no second effect."""
        kept = await self._conn.execute(
            insert_new(self._conn, inbox), {"key": _short(key), "answer": dict(answer), "at": self._clock.now()}
        )
        if kept.rowcount != 1:
            raise NotSaved

    async def show_card(self, case: CaseId, place: Place) -> None:
        """Keep a card of this case in this place: posted once, then edited in place whenever the case changes."""
        held = self._held.get(case) or await self._find(case)
        await outbox.show_card(self._conn, case, place, held.case.version if held else 1)

    async def cards(self, case: CaseId) -> list[Place]:
        """Return where this case has a card."""
        return [place for _, place in await outbox.cards_of(self._conn, case)]

    async def echo(self, case: CaseId, fact: int, said: Place) -> None:
        """Queue what a fact says for every thread of the case but the one in which it was said."""
        await outbox.echo(self._conn, case, fact, said, self._clock.now())

    async def notify(self, key: str, to: PersonId, line: Line) -> None:
        """Queue one line to one person that no case's fact stands behind."""
        await outbox.enqueue_notice(self._conn, key, to, line, self._clock.now())

    async def notify_channel(self, key: str, channel: str, line: Line) -> None:
        """Queue one line for a channel that the configuration names."""
        await outbox.enqueue_notice(self._conn, key, channel, line, self._clock.now(), to_channel=True)

    async def route(self, route: RouteId) -> Watch:
        """Return what is known of a route, locked until the end, also where nothing is."""
        return await routes.locked(self._conn, route)

    async def keep_route(self, watch: Watch) -> None:
        """Keep what is known of a route."""
        await routes.keep(self._conn, watch)

    async def announcement(self, number: int) -> Announcement | None:
        """Return an announcement, locked until the end."""
        return await announcements.one(self._conn, number, lock=True)

    async def announce(self, announcement: Announcement) -> Announcement:
        """Keep a new announcement and return it with its number."""
        return await announcements.add(self._conn, announcement)

    async def reannounce(self, announcement: Announcement) -> None:
        """Keep what has become of an announcement."""
        await announcements.change(self._conn, announcement)

    async def due_reminders(self, now: datetime, limit: int) -> list[Announcement]:
        """Return the announcements that are to be told of again at this time, locked; those that others hold are left out."""
        return await announcements.due(self._conn, now, limit)

    async def post_digest(self, record: DigestRecord) -> bool:
        """Keep a digest and queue its delivery; False if this channel has one for this day already.

        Raises:
            ValueError: it leaves a gap after the channel's last digest, or overlaps it.
        """
        if not self._sqlite:
            await self._conn.execute(_ALONE, {"what": f"digest {record.channel}"})
        if await self.digest(record.channel, record.day):
            return False
        last = await self.last_digest(record.channel)
        if last and last.end != record.start:
            raise ValueError(
                f"the digest of {record.day} for {record.channel} begins at {record.start}, but the last one ended at {last.end}"
            )
        # Printed in the digest, the anchor stands where nobody with the database alone can change it.
        anchored = await anchor(self._conn, record.end)
        parts = tuple({**part, "anchor": anchored} if not n else part for n, part in enumerate(record.parts))
        record = replace(record, content={**record.content, "anchor": anchored}, parts=parts)
        row = {"channel": record.channel, "day": record.day, "start": record.start, "end": record.end, "content": record.content}
        await self._conn.execute(insert(digests).values(row | {"anchor": anchored}))
        await outbox.enqueue_digest(self._conn, record, record.end)
        return True

    async def add_absence(self, absence: Absence) -> None:
        """Record that a person is away."""
        self._changes()
        await organisation.add_absence(self._conn, absence)

    async def end_absences(self, person: PersonId, at: datetime) -> int:
        """End the absences that were added at run time and are running or to come; return how many."""
        ids = (await self.org()).ids_of(person)
        self._changes()
        return await organisation.end_absences(self._conn, ids, at)

    async def keep_code(self, code: LinkCode) -> None:
        """Keep a code, in place of an earlier one of the same person."""
        await linking.keep_code(self._conn, code)

    async def use_code(self, digest: str) -> LinkCode | None:
        """Return the code with this digest, which nobody can use a second time."""
        return await linking.use_code(self._conn, digest)

    async def guessed(self, person: PersonId, since: datetime, now: datetime) -> int:
        """Count one more code that this person entered and nobody has; return how many that makes since a time."""
        return await linking.guessed(self._conn, person, since, now)

    async def guesses(self, person: PersonId, since: datetime) -> int:
        """Return how many codes that nobody has this person entered since a time."""
        return await linking.guesses(self._conn, person, since)

    async def know(self, person: Known) -> None:
        """Keep what a platform told about a person."""
        self._changes()
        await organisation.know(self._conn, person)


@cache
def _one_more(dialect: str) -> Executable:
    """Return the statement that counts one more case, and returns how many that makes."""
    first = insert_into(dialect, counters).values(name="cases", value=1)
    counted = first.on_conflict_do_update(index_elements=[counters.c.name], set_={"value": counters.c.value + 1})
    return counted.returning(counters.c.value)


def _must_follow(decision: Decision, version: int) -> None:
    numbers = [fact.n for fact in decision.facts]
    if numbers[0] != version + 1:
        raise NotSaved
    case = decision.case
    if case is None or numbers != list(range(version + 1, case.version + 1)) or {fact.case for fact in decision.facts} != {case.id}:
        raise ValueError(f"the facts {numbers} do not lead from version {version} to {case.version if case else None}")


_COLUMNS = (
    *("version", "kind", "status", "outcome", "title", "service", "team", "severity", "private", "reporter", "owner", "accountable"),
    *("level", "opened_at", "closed_at", "due", "origin"),
)


def columns_of(case: Case) -> dict[str, Any]:
    """Return what of a case stands in columns of its own, to be looked for."""
    return {name: getattr(case, name) for name in _COLUMNS} | {"thread": thread_key(case.place), "cause": cause_of(case) or None}


def moves(case: Case) -> dict[PersonId, bool]:
    """Return who is on a case, and whether their absence moves its clocks."""
    asked = {case.offer.to} if case.offer else set()
    moving = {case.reporter, case.owner, case.accountable, *asked}
    return {person: person in moving for person in case.people}


def _short(key: str) -> str:
    return key if len(key) <= _LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
