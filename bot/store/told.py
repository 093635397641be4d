"""What platforms told about people, row by row, and the organisation that comes of laying it over the configured one. Pure.

Several rows may be one person: somebody new is whoever has their account or their address in the configuration since, and whom they were
joined with by a code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.escalation.org import Absence, Account, Org, Person
from bot.escalation.words import PersonId

Aliases = Mapping[PersonId, PersonId]


@dataclass(frozen=True, slots=True)
class Held:
    """An account as a row has it: the address that it was found by, and whether its platform has deactivated it."""

    account: Account
    email: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `people`."""

    id: PersonId
    name: str | None
    zone: str | None
    gone: bool
    reachable: bool
    held: tuple[Held, ...]
    same_as: PersonId | None = None
    prefers: str | None = None


def read(row: Any) -> Row:
    """Return what a row of the database says."""
    held = tuple(_held(where, written) for where, written in row.accounts.items())
    same = PersonId(row.same_as) if row.same_as else None
    return Row(PersonId(row.id), row.name, row.zone, row.gone, row.reachable, held, same, row.prefers)


def _held(where: str, written: Any) -> Held:
    platform, _, workspace = where.partition(":")
    if isinstance(written, str):
        return Held(Account(platform, workspace, written))
    return Held(Account(platform, workspace, written["id"]), written.get("email"), written.get("closed", False))


def written(held: Iterable[Held]) -> dict[str, Any]:
    """Return accounts as a row keeps them: one for each workspace."""
    return {f"{one.account.platform}:{one.account.workspace}": _written(one) for one in held}


def _written(held: Held) -> Any:
    if held.email is None and not held.closed:
        return held.account.id
    every = {"id": held.account.id, "email": held.email, "closed": held.closed}
    return {name: value for name, value in every.items() if value}


def laid(base: Org, rows: Sequence[Row], away: tuple[Absence, ...]) -> Org:
    """Return the organisation with all of that laid over it."""
    by_id = {row.id: row for row in rows}
    people = {person.id: _told(person, by_id.get(person.id)) for person in base.people.values()}
    others = [row for row in rows if row.id not in base.people]
    aliases = _aliases(people, others)
    people |= {row.id: _newcomer(base, row) for row in others if row.id not in aliases}
    for row in others:
        if row.id in aliases:
            people[aliases[row.id]] = _joined(people[aliases[row.id]], row)
    away = tuple(_absence_as(absence, aliases) for absence in away)
    return replace(
        base, people={person.id: _all_told(person) for person in people.values()}, absences=base.absences + away, aliases=aliases
    )


def _absence_as(absence: Absence, aliases: Aliases) -> Absence:
    cover = absence.covered_by
    return replace(absence, person=aliases.get(absence.person, absence.person), covered_by=cover and aliases.get(cover, cover))


# --- who is who


def _aliases(configured: Mapping[PersonId, Person], others: Sequence[Row]) -> dict[PersonId, PersonId]:
    """Return who is somebody else by now: of the people who are in no configuration, and of those who were."""
    named = {row.id: _named(configured, row) for row in others}
    groups = _groups(configured, others)
    found = {}
    for row in others:
        group = groups[row.id]
        # The configuration was written on purpose, so it goes before whom somebody was joined with.
        sure = (named[row.id], *(one for one in group if one in configured), *(named.get(one) for one in group))
        who = next((one for one in sure if one is not None), group[0])
        if who != row.id:
            found[row.id] = who
    return found


def _groups(configured: Mapping[PersonId, Person], others: Sequence[Row]) -> dict[PersonId, list[PersonId]]:
    """Return with whom each one was joined, directly or by way of others; whom the others were joined with stands first."""
    groups = {row.id: [row.id] for row in others}
    for row in others:
        to = row.same_as
        if to is None or to == row.id or (to not in groups and to not in configured):
            continue
        theirs, mine = groups.get(to, [to]), groups[row.id]
        if theirs is not mine:
            theirs.extend(mine)
            groups |= dict.fromkeys(theirs, theirs)
    return groups


def _named(configured: Mapping[PersonId, Person], row: Row) -> PersonId | None:
    """Return who in the configuration has an account of this row, or was met by their address before it stood there."""
    accounts = {one.account for one in row.held}
    holder = next((person.id for person in configured.values() if not accounts.isdisjoint(person.accounts)), None)
    return holder or next((who for one in row.held if (who := _by_address(configured, row, one)) is not None), None)


def _by_address(configured: Mapping[PersonId, Person], row: Row, one: Held) -> PersonId | None:
    # Only of newcomers, whose ids have full stops: who stood in the configuration once may have left their address to somebody else.
    if one.email is None or "." not in row.id:
        return None
    there = (one.account.platform, one.account.workspace)
    fitting = (p for p in configured.values() if (p.email or "").strip().casefold() == one.email)
    return next((p.id for p in fitting if there not in {(a.platform, a.workspace) for a in p.accounts}), None)


# --- what is known of one person


def _newcomer(base: Org, row: Row) -> Person:
    hours = replace(base.calendar_default, zone=row.zone) if row.zone else base.calendar_default
    accounts, closed = tuple(one.account for one in row.held), tuple(one.account for one in row.held if one.closed)
    return Person(
        row.id,
        row.name or str(row.id),
        hours,
        gone=row.gone,
        reachable=row.reachable,
        accounts=accounts,
        closed=closed,
        prefers=row.prefers,
        configured=False,
    )


def _told(configured: Person, row: Row | None) -> Person:
    # The configuration's name and hours win: somebody wrote them down on purpose. Where they like to be written to is theirs to say.
    if row is None:
        return configured
    # What was found by an address that has been corrected since is somebody else's; and what the configuration names needs no finding.
    email, named = (configured.email or "").strip().casefold(), {(a.platform, a.workspace) for a in configured.accounts}
    found = [
        one.account
        for one in row.held
        if (one.email is None or one.email == email) and (one.account.platform, one.account.workspace) not in named
    ]
    accounts = (*configured.accounts, *found)
    return replace(
        configured,
        gone=configured.gone or row.gone,
        reachable=configured.reachable and row.reachable,
        accounts=accounts,
        closed=tuple(one.account for one in row.held if one.closed and one.account in accounts),
        prefers=row.prefers or configured.prefers,
    )


def _joined(person: Person, row: Row) -> Person:
    """Return a person with the accounts of an id that turned out to be theirs."""
    new = tuple(one.account for one in row.held if one.account not in person.accounts)
    closed = tuple(one.account for one in row.held if one.account in new and (one.closed or row.gone))
    return replace(person, accounts=(*person.accounts, *new), closed=(*person.closed, *closed), prefers=person.prefers or row.prefers)


def _all_told(person: Person) -> Person:
    """Let somebody count as gone whose accounts are all deactivated."""
    gone = bool(person.accounts) and set(person.accounts) <= set(person.closed)
    return replace(person, gone=True) if gone and not person.gone else person
