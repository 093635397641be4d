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
    """An account as a row has it: the address that it was found by, and whether its platform has deactivated it.

    Of one that is `named` the row says no more than that; whose it is, the configuration says.
    """

    account: Account
    email: str | None = None
    closed: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `people`, with the accounts that are theirs by it, and what else it has of accounts."""

    id: PersonId
    name: str | None
    zone: str | None
    gone: bool
    reachable: bool
    held: tuple[Held, ...]
    same_as: PersonId | None = None
    prefers: str | None = None

    @property
    def own(self) -> tuple[Held, ...]:
        """The accounts that are theirs by this row."""
        return tuple(one for one in self.held if not one.named)


def read(row: Any) -> Row:
    """Return what a row of the database says."""
    held = tuple(_held(where, written) for where, written in row.accounts.items())
    same = PersonId(row.same_as) if row.same_as else None
    return Row(PersonId(row.id), row.name, row.zone, row.gone, row.reachable, held, same, row.prefers)


def _held(where: str, written: Any) -> Held:
    platform, _, workspace = where.partition(":")
    if isinstance(written, str):
        return Held(Account(platform, workspace, written))
    return Held(
        Account(platform, workspace, written["id"]), written.get("email"), written.get("closed", False), written.get("named", False)
    )


def written(held: Iterable[Held]) -> dict[str, Any]:
    """Return accounts as a row keeps them: one for each workspace."""
    return {f"{one.account.platform}:{one.account.workspace}": _written(one) for one in held}


def _written(held: Held) -> Any:
    if held.email is None and not held.closed and not held.named:
        return held.account.id
    every = {"id": held.account.id, "email": held.email, "closed": held.closed, "named": held.named}
    return {name: value for name, value in every.items() if value}


def laid(base: Org, rows: Sequence[Row], away: tuple[Absence, ...]) -> Org:
    """Return the organisation with all of that laid over it."""
    by_id = {row.id: row for row in rows}
    people = {person.id: _told(person, by_id.get(person.id)) for person in base.people.values()}
    others = [row for row in rows if row.id not in base.people]
    aliases = _aliases(people, others)
    people |= {row.id: _newcomer(base, row) for row in others if row.id not in aliases}
    theirs = {who: [by_id[who]] for who in people if who in by_id}
    for row in others:
        if (now := aliases.get(row.id)) is not None:
            people[now] = _joined(people[now], row)
            theirs.setdefault(now, []).append(row)
    people |= {who: _with_closed(people[who], told) for who, told in theirs.items()}
    away = tuple(_absence_as(absence, aliases) for absence in away)
    return replace(base, people=people, absences=base.absences + away, aliases=aliases)


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
    accounts = {one.account for one in row.own}
    holder = next((person.id for person in configured.values() if not accounts.isdisjoint(person.accounts)), None)
    return holder or next((who for one in row.own if (who := _by_address(configured, row, one)) is not None), None)


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
    accounts = tuple(one.account for one in row.own)
    return Person(
        row.id,
        row.name or ("somebody" if "." in row.id else str(row.id)),
        hours,
        gone=row.gone,
        reachable=row.reachable,
        accounts=accounts,
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
        for one in row.own
        if (one.email is None or one.email == email) and (one.account.platform, one.account.workspace) not in named
    ]
    accounts = (*configured.accounts, *found)
    return replace(
        configured,
        gone=configured.gone or row.gone,
        reachable=configured.reachable and row.reachable,
        accounts=accounts,
        prefers=row.prefers or configured.prefers,
    )


def _joined(person: Person, row: Row) -> Person:
    """Return a person with the accounts of an id that turned out to be theirs."""
    new = tuple(one.account for one in row.own if one.account not in person.accounts)
    return replace(person, accounts=(*person.accounts, *new), prefers=person.prefers or row.prefers)


def _with_closed(person: Person, rows: Sequence[Row]) -> Person:
    """Return a person with those of their accounts that are deactivated, by what is told of them now; gone if all of them are."""
    told: dict[Account, bool] = {}
    for n, row in enumerate(rows):
        for one in row.held:
            # Whoever was gone when they were known by another id had no account left there.
            told.setdefault(one.account, one.closed or (n > 0 and row.gone))
    closed = tuple(account for account in person.accounts if told.get(account))
    return replace(person, closed=closed, gone=person.gone or (bool(closed) and closed == person.accounts))
