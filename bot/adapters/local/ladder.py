"""How does a case's chain look from where it stands: who had it, who has it, and who would get it next?

The levels behind are read from the timeline. Those ahead are asked of the engine's own search, so that the ladder never promises
somebody whom the case would not go to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.adapters.local.workspace import iso
from bot.escalation.case import Case
from bot.escalation.chain import above, arrive
from bot.escalation.facts import Fact, Skipped
from bot.escalation.org import Org
from bot.escalation.words import PersonId


@dataclass(frozen=True, slots=True)
class Rung:
    """Who a level is about, and how it stands to the case."""

    state: str
    person: PersonId | None = None
    at: datetime | None = None
    why: str | None = None


def chain_json(case: Case, facts: Sequence[Fact], org: Org, now: datetime, goes_at: datetime | None) -> list[dict[str, Any]]:
    """Draw the chain, level 0 first."""
    rungs = {**(_ahead(case, org, now, goes_at) if case.live else {}), **_behind(case, facts)}
    return [_rung_json(case, level, rungs.get(level, Rung("ahead")), org) for level in range(len(case.chain.levels))]


def _rung_json(case: Case, level: int, rung: Rung, org: Org) -> dict[str, Any]:
    step = case.chain.levels[level].stretched(case.stretch)
    drawn: dict[str, Any] = {
        "level": level,
        "to": rung.person,
        "name": org.name_of(rung.person) if rung.person is not None else None,
        "target": step.to,
        "respond_within": step.respond_within.text(),
        "resolve_within": step.resolve_within.text(),
        "nag_every": step.nag_every.text(),
        "state": rung.state,
    }
    if rung.at is not None:
        drawn["at"] = iso(rung.at)
    if rung.why is not None:
        drawn["why"] = rung.why
    return drawn


def _behind(case: Case, facts: Sequence[Fact]) -> dict[int, Rung]:
    """The levels up to the present one: who had the case there, since when, or why the level was passed over."""
    rungs: dict[int, Rung] = {}
    level, person, since = 0, case.owner, case.opened_at
    for fact in facts:
        if isinstance(fact.what, Skipped):
            rungs[fact.what.level] = Rung("skipped", fact.what.person, fact.at, fact.what.why.value)
        level, person = fact.sets.get("level", level), fact.sets.get("accountable", person)
        since = fact.sets.get("arrived_at", since)
        if {"level", "accountable", "arrived_at"} & fact.sets.keys():
            rungs[level] = Rung("past", person, since)
    # A level that was tried in vain from below is above the case, and still ahead of it.
    known = {at: rung for at, rung in rungs.items() if at < case.level}
    return known | {case.level: Rung("here", case.accountable, case.arrived_at)}


def _ahead(case: Case, org: Org, now: datetime, goes_at: datetime | None) -> dict[int, Rung]:
    """The levels above, as they would come if nobody answered and nothing else changed."""
    rungs: dict[int, Rung] = {}
    climb, when = above(case), goes_at
    while climb.level < len(case.chain.levels):
        arrival = arrive(climb, org, when or now)
        rungs |= {skip.level: Rung("ahead", skip.person, why=skip.why.value) for skip in arrival.skips}
        if arrival.accountable is None:
            break
        rungs[arrival.level] = Rung("ahead", arrival.accountable, when)
        when = None  # how long it stays at the next level depends on what is done there
        tried = (*arrival.tried, arrival.accountable)
        climb = replace(climb, level=arrival.level + 1, climbed=arrival.climbed, tried=tried)
    return rungs
