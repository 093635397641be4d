"""Foretell who would be told what and when if nobody ever answered: the real engine, run by its own due times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.facts import Escalated, Fact, Nagged, Reported, Skipped
from bot.escalation.org import Org
from bot.escalation.requests import Report, Tick
from bot.escalation.roles import answering
from bot.escalation.words import PersonId

# Nags at the top go on for ever. One of them, after the top's own time has run out, shows how they do.
MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Foretold:
    """One thing that would happen."""

    at: datetime
    level: int
    to: tuple[PersonId, ...]
    kind: Literal["receipt", "nag", "escalation", "skip"]
    why: str


def simulate(report: Report, org: Org, opened: datetime) -> tuple[Foretold, ...]:
    """Return what would happen to a case opened at `opened`, up to the first nag after the top's time has run out.

    Raises:
        ValueError: the report would be refused.
    """
    decision = advance(None, report, org, opened)
    if decision.case is None:
        raise ValueError(f"such a case could not be opened: {decision.refusal.no if decision.refusal else decision.reason}")
    return tuple(_events(decision, org))


def _events(decision: Decision, org: Org) -> Iterator[Foretold]:
    case = decision.case
    assert case is not None
    yield from _told(decision, case, org)
    for _ in range(MOST_EVENTS):
        if case.due is None:
            return
        now = case.due
        decision = advance(case, Tick(), org, now)
        assert decision.case is not None
        case = decision.case
        yield from _told(decision, case, org)
        if _top_ran_out(case, now):
            return


def _top_ran_out(case: Case, now: datetime) -> bool:
    clock = case.resolution_clock
    return case.at_top and clock is not None and clock.deadline is not None and clock.deadline <= now


def _told(decision: Decision, case: Case, org: Org) -> Iterator[Foretold]:
    for fact in decision.facts:
        event = _event(fact, case, org)
        if event is not None:
            yield event


def _event(fact: Fact, case: Case, org: Org) -> Foretold | None:
    match fact.what:
        case Reported(owner=owner):
            first = answering(org, case.accountable if case.level else owner, fact.at)
            return Foretold(fact.at, case.level, (first,), "receipt", "reported")
        case Nagged(to=to, owed=owed):
            return Foretold(fact.at, case.level, tuple(dict.fromkeys(answering(org, p, fact.at) for p in to)), "nag", str(owed))
        case Escalated(level=level, accountable=accountable, why=why):
            return Foretold(fact.at, level, (answering(org, accountable, fact.at),), "escalation", str(why))
        case Skipped(level=level, person=person, why=why):
            return Foretold(fact.at, level, (person,) if person else (), "skip", str(why))
        case _:
            return None
