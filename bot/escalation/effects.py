"""What would another organisation change for the live cases? Nothing is written: each case is decided twice, and compared.

Both sides are reckoned first, so that what differs is the organisation's doing and not the time that has passed since a case was
decided last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.fate import fate
from bot.escalation.org import Org
from bot.escalation.requests import Reckon
from bot.escalation.roles import answering
from bot.escalation.words import CaseId, PersonId, Status


@dataclass(frozen=True, slots=True)
class Move:
    """Who has a case, and what happens to it next by itself."""

    owner: PersonId
    accountable: PersonId
    goes_to: PersonId | None
    goes_at: datetime | None
    due: datetime | None


@dataclass(frozen=True, slots=True, order=True)
class Because:
    """What of the organisation differs, and whose."""

    kind: Literal["gone", "manager", "rotation", "absence", "hours", "deputy", "rules", "other"]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one case. Without `after` the engine cannot decide it any more."""

    case: CaseId
    before: Move
    after: Move | None
    because: Because


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of all live cases: those for the same reason together, the oldest first."""

    live: int
    changes: tuple[Change, ...]


def compared(case: Case, old: Org | None, new: Org, now: datetime) -> Change | None:
    """Return what differs for one case; None if nothing does."""
    before = _move(case if old is None else _reckoned(case, old, now), old or new, now)
    try:
        after = _move(_reckoned(case, new, now), new, now)
    except Exception:  # noqa: BLE001 - the very thing to be told before it happens
        return Change(case.id, before, None, Because("other"))
    if before == after:
        return None
    because = next(_reasons(case, before, after, old or new, new, now), Because("other"))
    return Change(case.id, before, after, because)


def _reckoned(case: Case, org: Org, now: datetime) -> Case:
    return advance(case, Reckon(), org, now).case or case


def _move(case: Case, org: Org, now: datetime) -> Move:
    coming = fate(case, org, now)
    return Move(case.owner, case.accountable, coming.goes_to, coming.goes_at, case.due)


def _reasons(case: Case, before: Move, after: Move, old: Org, new: Org, now: datetime) -> Iterator[Because]:
    """Yield what could be the reason, the most telling first."""
    on_it = _on_it(case, before, after, old, new, now)
    yield from (Because("gone", person) for person in on_it if person in old.people and person not in new.people)
    if before.goes_to != after.goes_to:
        line = (case.climbed or case.owner, *old.managers(case.climbed or case.owner))
        yield from (Because("manager", person) for person in line if old.manager(person) != new.manager(person))
        targets = {level.to for level in case.chain.levels}
        yield from (
            Because("rotation", name) for name in old.rotations if name in targets and old.rotations[name] != new.rotations.get(name)
        )
    yield from (Because("absence", person) for person in on_it if old.absences_of(person) != new.absences_of(person))
    yield from (Because("hours", person) for person in on_it if old.calendar(person) != new.calendar(person))
    yield from (Because("deputy", person) for person in on_it if _deputy(person, old) != _deputy(person, new))
    if old.rules != new.rules:
        yield Because("rules")


def _on_it(case: Case, before: Move, after: Move, old: Org, new: Org, now: datetime) -> Sequence[PersonId]:
    """Return the people whom a case's times and targets depend on; the reporter only while it is theirs to answer."""
    asks = case.status in (Status.WAITING, Status.RESOLVED)
    named = (case.reporter,) if asks else (case.accountable, case.owner, before.goes_to, after.goes_to)
    people = [person for person in (*named, *((case.offer.to,) if case.offer else ())) if person is not None]
    acting = [answering(org, person, now) for org in (old, new) for person in people]
    return list(dict.fromkeys((*people, *acting)))


def _deputy(person: PersonId, org: Org) -> PersonId | None:
    known = org.people.get(person)
    return known.deputy if known else None
