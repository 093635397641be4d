"""Lay over the configured organisation what was said since: absences, newcomers, accounts that went.

Whoever writes one of these tables raises a counter; whoever reads compares it with what they have at hand. So several processes see the
same organisation, at the price of one small read per transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.org import Absence, Org, Person
from bot.escalation.words import PersonId
from bot.store.inserts import upsert
from bot.store.tables import absences, configuration, counters, people

_VERSION = "organisation"


@dataclass(frozen=True, slots=True)
class Known:
    """What a platform told about a person. Who is not in the configuration is a newcomer: they can report, and own nothing yet."""

    id: PersonId
    name: str | None = None
    zone: str | None = None
    gone: bool = False
    reachable: bool = True
    accounts: Mapping[str, Any] | None = None


class Organisation:
    """The configured organisation and, remembered by its version, the one that results from what was said since."""

    def __init__(self, base: Org) -> None:
        self._base = base
        self._laid: tuple[int, Org] | None = None

    def use(self, base: Org) -> None:
        """Take another configuration."""
        self._base, self._laid = base, None

    async def now(self, conn: AsyncConnection, *, keep: bool) -> Org:
        """Return the organisation as this connection sees it; `keep` unless it sees what may still be undone."""
        base = self._base
        version = await conn.scalar(select(counters.c.value).where(counters.c.name == _VERSION)) or 0
        if keep and self._laid and self._laid[0] == version:
            return self._laid[1]
        org = base if not version else _over(base, await _people(conn), await _absences(conn))
        # Not what was read for a configuration that another one has replaced meanwhile: it would be kept until somebody goes away.
        if keep and base is self._base:
            self._laid = version, org
        return org


async def in_force(conn: AsyncConnection) -> str | None:
    """Return what the organisation was read from that a bot took last."""
    content: str | None = await conn.scalar(select(configuration.c.content))
    return content


async def put_in_force(conn: AsyncConnection, content: str) -> None:
    """Keep what the organisation was read from."""
    await conn.execute(upsert(conn, configuration, {"id": 1, "content": content}, {"content": content}))


async def know(conn: AsyncConnection, person: Known) -> None:
    """Keep what a platform told about a person."""
    row = {
        "name": person.name,
        "zone": person.zone,
        "gone": person.gone,
        "reachable": person.reachable,
        "accounts": dict(person.accounts or {}),
    }
    await conn.execute(upsert(conn, people, {"id": person.id} | row, row))
    await _changed(conn)


async def add_absence(conn: AsyncConnection, absence: Absence) -> None:
    """Record that a person is away."""
    row = {"person": absence.person, "start": absence.start, "end": absence.end, "covered_by": absence.covered_by}
    await conn.execute(insert(absences).values(row))
    await _changed(conn)


async def end_absences(conn: AsyncConnection, person: PersonId, at: datetime) -> int:
    """End the absences that are running at this time, take back those to come, and return how many."""
    whose = absences.c.person == person
    to_come = await conn.execute(delete(absences).where(whose, absences.c.start >= at))
    running = await conn.execute(update(absences).where(whose, absences.c.start < at, absences.c.end > at).values(end=at))
    ended = to_come.rowcount + running.rowcount
    if ended:
        await _changed(conn)
    return ended


async def _changed(conn: AsyncConnection) -> None:
    await conn.execute(upsert(conn, counters, {"name": _VERSION, "value": 1}, {"value": counters.c.value + literal(1)}))


async def _people(conn: AsyncConnection) -> list[Known]:
    rows = await conn.execute(select(people))
    return [Known(PersonId(row.id), row.name, row.zone, row.gone, row.reachable, row.accounts) for row in rows]


async def _absences(conn: AsyncConnection) -> tuple[Absence, ...]:
    rows = await conn.execute(select(absences).order_by(absences.c.start, absences.c.id))
    return tuple(Absence(PersonId(row.person), row.start, row.end, row.covered_by and PersonId(row.covered_by)) for row in rows)


def _over(base: Org, known: list[Known], away: tuple[Absence, ...]) -> Org:
    people = dict(base.people)
    for person in known:
        configured = people.get(person.id)
        people[person.id] = _newcomer(base, person) if configured is None else _told(configured, person)
    return replace(base, people=people, absences=base.absences + away)


def _newcomer(base: Org, person: Known) -> Person:
    hours = replace(base.calendar_default, zone=person.zone) if person.zone else base.calendar_default
    return Person(person.id, person.name or str(person.id), hours, gone=person.gone, reachable=person.reachable)


def _told(configured: Person, person: Known) -> Person:
    # The configuration's name and hours win: somebody wrote them down on purpose.
    return replace(configured, gone=configured.gone or person.gone, reachable=configured.reachable and person.reachable)
