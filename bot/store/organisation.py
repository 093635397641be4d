"""Lay over the configured organisation what was said since: absences, newcomers, accounts that went.

Whoever writes one of these tables raises a counter; whoever reads compares it with what they have at hand. So several processes see the
same organisation, at the price of one small read per transaction.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.org import Absence, Account, Org, Person
from bot.escalation.words import PersonId
from bot.ports import Known
from bot.store.inserts import upsert
from bot.store.tables import absences, configuration, counters, people

_VERSION = "organisation"


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
    """Keep what a platform told about a person; what it did not tell stays as it is known."""
    found = (await conn.execute(select(people).where(people.c.id == person.id).with_for_update())).first()
    before = _known(found) if found else Known(person.id, gone=False, reachable=True)
    told = {name: value for name in ("name", "zone", "gone", "reachable") if (value := getattr(person, name)) is not None}
    after = replace(before, **told)
    kept: dict[str, Any] = dict(found.accounts) if found else {}
    # How an account was found first, is how it is known: the same one told again does not change that.
    new = {_where(account): _written(account, person.email) for account in person.accounts if account not in before.accounts}
    if found and after == before and not new:
        return
    row = {name: getattr(after, name) for name in ("name", "zone", "gone", "reachable")} | {"accounts": kept | new}
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


async def _people(conn: AsyncConnection) -> list[tuple[Known, Mapping[Account, str]]]:
    return [(_known(row), _emails(row.accounts)) for row in await conn.execute(select(people))]


def _known(row: Any) -> Known:
    accounts = tuple(_account(where, written) for where, written in row.accounts.items())
    return Known(PersonId(row.id), row.name, row.zone, row.gone, row.reachable, accounts)


def _emails(written: Mapping[str, Any]) -> dict[Account, str]:
    """Return by which addresses accounts were found, those that were."""
    return {_account(where, how): how["email"] for where, how in written.items() if not isinstance(how, str)}


def _written(account: Account, email: str | None) -> Any:
    return account.id if email is None else {"id": account.id, "email": email.strip().casefold()}


def _where(account: Account) -> str:
    return f"{account.platform}:{account.workspace}"


async def _absences(conn: AsyncConnection) -> tuple[Absence, ...]:
    rows = await conn.execute(select(absences).order_by(absences.c.start, absences.c.id))
    return tuple(Absence(PersonId(row.person), row.start, row.end, row.covered_by and PersonId(row.covered_by)) for row in rows)


def _over(base: Org, known: list[tuple[Known, Mapping[Account, str]]], away: tuple[Absence, ...]) -> Org:
    people = dict(base.people)
    for person, emails in known:
        configured = people.get(person.id)
        people[person.id] = _newcomer(base, person) if configured is None else _told(configured, person, emails)
    return replace(base, people=people, absences=base.absences + away)


def _account(where: str, written: Any) -> Account:
    platform, _, workspace = where.partition(":")
    return Account(platform, workspace, written if isinstance(written, str) else written["id"])


def _newcomer(base: Org, person: Known) -> Person:
    hours = replace(base.calendar_default, zone=person.zone) if person.zone else base.calendar_default
    gone, reachable = bool(person.gone), person.reachable is not False
    return Person(person.id, person.name or str(person.id), hours, gone=gone, reachable=reachable, accounts=person.accounts)


def _told(configured: Person, person: Known, emails: Mapping[Account, str]) -> Person:
    # The configuration's name and hours win: somebody wrote them down on purpose.
    gone, reachable = configured.gone or bool(person.gone), configured.reachable and person.reachable is not False
    # What was found by an address that has been corrected since is somebody else's; and what the configuration names needs no finding.
    email, named = (configured.email or "").strip().casefold(), {(a.platform, a.workspace) for a in configured.accounts}
    found = (a for a in person.accounts if emails.get(a, email) == email and (a.platform, a.workspace) not in named)
    accounts = (*configured.accounts, *found)
    return replace(configured, gone=gone, reachable=reachable, accounts=accounts)
