"""Generate a month of cases from a seed."""

from datetime import datetime, timedelta
from random import Random

from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import CaseId, Kind, Outcome, Status, Why
from bot.handlers.history.lasting import dead_route, together
from bot.handlers.history.people import follow, moves, new_report
from bot.handlers.history.playing import Event, Month, with_absences

NOTHING_DONE = 2.0
"""How likely it is, beside what could be done, that nobody does anything."""


def month(org: Org, seed: int, start: datetime, days: int = 30, cases: int = 400) -> Month:
    """Return a month of so many cases that begins at `start`, with the absences that were known in it."""
    dice = Random(seed)  # noqa: S311 - a story, no secret
    played = Month(with_absences(org, dice, start, days), dice, start)
    for _ in range(cases):
        at = start + timedelta(seconds=dice.randrange(days * 86_400))
        played.later(Event(played.working(at), None))
    for event in played.events(start + timedelta(days=days)):
        _happen(played, event)
    return played


def _happen(played: Month, event: Event) -> None:
    if event.case is None:
        opened = played.ask(None, dead_route(played) or new_report(played))
        if opened is not None:
            _look_again(played, opened)
    elif event.tick:
        played.tick(event.case)
    else:
        _somebody_looks(played, played.cases[event.case])


def _somebody_looks(played: Month, case: Case) -> None:
    found = moves(played, case)
    which = played.dice.choices([*found, None], [*(weight for _, (weight, _) in found), NOTHING_DONE])[0]
    after = played.ask(which[0], which[1][1]) if which is not None else None
    if after is not None and after.kind is Kind.PROBLEM:
        went_up, ended = after.escalations > case.escalations, after.outcome is Outcome.FIXED and case.outcome is not Outcome.FIXED
        for number, request in follow(played, after) if went_up or (ended and after.escalations) else ():
            played.ask(number, request)
        if after.status is Status.RESOLVED and case.status is not Status.RESOLVED:
            together(played, after)
    _look_again(played, played.cases[case.id])
    _look_at_new_ones(played)


def _look_at_new_ones(played: Month) -> None:
    """Have somebody look at what was opened on the way: changes and workarounds."""
    for number in sorted(played.cases.keys() - played.looked_at):
        _look_again(played, played.cases[number])


def _look_again(played: Month, case: Case) -> None:
    played.looked_at.add(case.id)
    wait = timedelta(hours=played.dice.expovariate(1 / _usual_wait(played, case)) + 0.05)
    played.later(Event(played.working(played.now + wait), CaseId(case.id)))


def _usual_wait(played: Month, case: Case) -> float:
    """Return after how many hours somebody looks at a case again: most are quick to answer, the others are what this is all about."""
    match case.status:
        case _ if case.offer is not None:
            return 0.3
        case Status.CLOSED:
            return 60
        case Status.RESOLVED:
            return 5
        case Status.OPEN if played.dice.random() < (0.95 if case.level == 0 else 0.6):
            return 0.25
        case _ if case.arrived_by == Why.ASKED_BY_REPORTER:
            return 0.5  # those who shout are served
        case _:
            return 3 if case.level else 6
