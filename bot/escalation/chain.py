"""Who a case goes to at the next level: the first target of the chain who is there, and why the others were passed over."""

from dataclasses import dataclass
from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.facts import Skipped
from bot.escalation.org import Chain, Org
from bot.escalation.words import PersonId, SkipWhy


@dataclass(frozen=True, slots=True)
class Climb:
    """What is known before the search: where it begins, and who must not be asked."""

    chain: Chain
    level: int  # the first one to try
    owner: PersonId
    climbed: PersonId | None  # the last person reached through `owner` or `manager`; None before level 0
    tried: tuple[PersonId, ...]
    concerned: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where the search ended. Without an accountable, nobody is left above."""

    level: int
    accountable: PersonId | None
    climbed: PersonId | None
    tried: tuple[PersonId, ...]
    skips: tuple[Skipped, ...]


def above(case: Case) -> Climb:
    """Return the search for the level above a case's present one."""
    tried = tuple(dict.fromkeys((*case.tried, *case.owners, case.accountable)))
    return Climb(case.chain, case.level + 1, case.owner, case.climbed, tried, case.concerned)


def arrive(climb: Climb, org: Org, now: datetime) -> Arrival:
    """Try level after level until somebody can answer; each one passed over leaves its reason."""
    climbed, tried, skips = climb.climbed, climb.tried, list[Skipped]()
    for level in range(climb.level, len(climb.chain.levels)):
        to = climb.chain.levels[level].to
        person = _target(to, climb.owner, climbed, org, now)
        if to in ("owner", "manager") and person is not None:
            climbed = person
        why = _why_not(person, to, climb, tried, org, now)
        if why is None:
            return Arrival(level, person, climbed, tried, tuple(skips))
        skips.append(Skipped(level, None if why is SkipWhy.CONCERNED else person, why))
        if person is not None and person not in tried:
            tried = (*tried, person)
    return Arrival(climb.chain.top, None, climbed, tried, tuple(skips))


def _target(to: str, owner: PersonId, climbed: PersonId | None, org: Org, now: datetime) -> PersonId | None:
    if to == "owner":
        return owner
    if to == "manager":
        return org.manager(climbed) if climbed is not None else None
    return org.whose_turn(to, now)


def _why_not(person: PersonId | None, to: str, climb: Climb, tried: tuple[PersonId, ...], org: Org, now: datetime) -> SkipWhy | None:
    if person is None:
        return SkipWhy.NOBODY
    if person in climb.concerned:
        return SkipWhy.CONCERNED
    lower = person in tried or (to != "owner" and person == climb.owner)
    if lower:
        return SkipWhy.CIRCULAR if to == "manager" else SkipWhy.TRIED
    known = org.people.get(person)
    if known is None or known.gone:
        return SkipWhy.GONE
    if not known.reachable:
        return SkipWhy.UNREACHABLE
    acting = org.acting(person, now)
    # A deputy who has had the case already, or whom it is about, is no new pair of eyes: the level would be a level in name only.
    stands_in = acting is not None and acting != person and (acting in tried or acting in climb.concerned or acting == climb.owner)
    return SkipWhy.AWAY if acting is None or stands_in else None
