"""Lay over the configured organisation what was said since: absences, newcomers, accounts that went.

Whoever writes one of these tables raises a counter; whoever reads compares it with what they have at hand. So several processes see the
same organisation, at the price of one small read per transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.org import Absence, Account, Org
from bot.escalation.words import PersonId
from bot.ports import Known
from bot.store.inserts import upsert
from bot.store.tables import absences, configuration, counters, people
from bot.store.told import Held, Row, laid, read, written

_VERSION = "organisation"
NOW = select(counters.c.value).where(counters.c.name == _VERSION)
"""Which version of what was said since is there; none, if nothing was."""


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
        return await self.of(await conn.scalar(NOW), conn, keep=keep)

    async def of(self, seen: int | None, conn: AsyncConnection, *, keep: bool) -> Org:
        """Return the organisation of the version (`NOW`) that this connection has just seen."""
        base, version = self._base, seen or 0
        if keep and self._laid and self._laid[0] == version:
            return self._laid[1]
        org = base if not version else laid(base, await _people(conn), await _absences(conn))
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
    before = read(found) if found else Row(person.id, None, None, gone=False, reachable=True, held=())
    after = _after(before, person)
    if found and after == before:
        return
    row = {name: getattr(after, name) for name in ("name", "zone", "gone", "reachable", "same_as", "prefers")}
    row |= {"accounts": written(after.held)}
    await conn.execute(upsert(conn, people, {"id": person.id} | row, row))
    await changed(conn)


def _after(before: Row, told: Known) -> Row:
    said = {name: value for name in ("name", "zone", "reachable", "same_as", "prefers") if (value := getattr(told, name)) is not None}
    # Of one account, that it was deactivated says nothing of the others; that it is there says that the person is.
    if told.gone is not None and not (told.gone and told.accounts):
        said["gone"] = told.gone
    held = {_workspace(one.account): one for one in before.held}
    for account in told.accounts:
        # How an account was found first, is how it is known: the same one told again does not change that.
        there = held.get(_workspace(account))
        new = Held(account, told.email and told.email.strip().casefold(), named=told.named)
        one = there if there and there.account == account else new
        held[_workspace(account)] = one if told.gone is None else replace(one, closed=told.gone)
    return replace(before, held=tuple(held.values()), **said)


def _workspace(account: Account) -> tuple[str, str]:
    return account.platform, account.workspace


async def add_absence(conn: AsyncConnection, absence: Absence) -> None:
    """Record that a person is away."""
    row = {"person": absence.person, "start": absence.start, "end": absence.end, "covered_by": absence.covered_by}
    await conn.execute(insert(absences).values(row))
    await changed(conn)


async def end_absences(conn: AsyncConnection, ids: Sequence[PersonId], at: datetime) -> int:
    """End the absences of a person, by all their ids, that are running at this time, take back those to come, and return how many."""
    whose = absences.c.person.in_(ids)
    to_come = await conn.execute(delete(absences).where(whose, absences.c.start >= at))
    running = await conn.execute(update(absences).where(whose, absences.c.start < at, absences.c.end > at).values(end=at))
    ended = to_come.rowcount + running.rowcount
    if ended:
        await changed(conn)
    return ended


async def changed(conn: AsyncConnection) -> None:
    """Let every process know that what was said of people is no longer what it has at hand."""
    await conn.execute(upsert(conn, counters, {"name": _VERSION, "value": 1}, {"value": counters.c.value + literal(1)}))


async def _people(conn: AsyncConnection) -> list[Row]:
    # Always in one order: of two accounts in one workspace, the same one must come first in every process.
    return [read(row) for row in await conn.execute(select(people).order_by(people.c.id))]


async def _absences(conn: AsyncConnection) -> tuple[Absence, ...]:
    rows = await conn.execute(select(absences).order_by(absences.c.start, absences.c.id))
    return tuple(Absence(PersonId(row.person), row.start, row.end, row.covered_by and PersonId(row.covered_by)) for row in rows)
