"""What somebody sees who looks: one case with its timeline, a list of cases, or the question which one is meant."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat import Line, Moment, Typed
from bot.escalation.case import Case
from bot.escalation.facts import Fact, apply
from bot.escalation.org import Org
from bot.wording import lasting
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.helping import COMMANDS
from bot.wording.plain import counted, listed, people, say
from bot.wording.reasons import service_name
from bot.wording.refusals import DOING
from bot.wording.timeline import entry


def show(case: Case, facts: Sequence[Fact], org: Org, now: datetime) -> tuple[Line, ...]:
    """Return a case: its state, what comes next, its numbers, and everything that happened."""
    private = " Private: only those on it see it." if case.private else ""
    lines = [
        say("{case}: {title}", case=p.name(case), title=p.title(case)),
        say("{service}, {state}.{private}", service=service_name(case.service, org), state=p.state(case), private=private),
        fate_line(case, org, now),
        p.reported(case, org),
        _costs(case),
        *lasting.shown(case),
        *p.details(case, longest=None),
    ]
    return (*(line for line in lines if line), *_timeline(facts, org))


def _costs(case: Case) -> Line:
    if not case.costs:
        return ()
    budgets = tuple(dict.fromkeys(cost.budget for cost in case.costs if cost.budget))
    paid = say(", out of the budget of {budgets}", budgets=listed([Typed(budget) for budget in budgets])) if budgets else ()
    return say("It has cost {total}{paid}.", total=f"{sum(cost.amount for cost in case.costs):,f}", paid=paid)


def _timeline(facts: Sequence[Fact], org: Org) -> tuple[Line, ...]:
    lines: list[Line] = []
    case: Case | None = None
    for fact in facts:
        lines.append(say("{at}: {entry}", at=Moment(fact.at), entry=p.after_colon(entry(fact, org, case))))
        case = apply(case, fact)
    return tuple(lines)


def listing(title: str, cases: Sequence[Case], org: Org, now: datetime) -> tuple[Line, ...]:
    """Return a list of cases, a line each."""
    if not cases:
        return (say("{title}: no cases.", title=Typed(title)),)
    count = counted(len(cases), "case")
    return (say("{title}: {count}.", title=Typed(title), count=count), *(row(case, org, now) for case in cases))


def row(case: Case, org: Org, now: datetime) -> Line:
    """Return one case as a line of a list."""
    return say(
        "{case} ({state}): {title}. {fate}", case=p.name(case), state=p.state(case), title=p.title(case), fate=fate_line(case, org, now)
    )


def which_case(verb: str, cases: Sequence[Case], org: Org, now: datetime) -> tuple[Line, ...]:
    """Ask which case is meant, with those that would do."""
    doing = DOING.get(verb, verb).format(case="it")
    example = COMMANDS[verb][1] if verb in COMMANDS else f"{verb} C-42"
    if not cases:
        return (say("Which case? None of yours is one where you could {do} now; name it: /case {example}", do=doing, example=example),)
    return (
        say("Which case is meant? Name it: /case {example}", example=example),
        *(row(case, org, now) for case in cases[:10]),
        *_rest(cases),
    )


def _rest(cases: Sequence[Case]) -> tuple[Line, ...]:
    return ((f"And {len(cases) - 10} more; /case mine lists them.",),) if len(cases) > 10 else ()


def stale(case: Case, org: Org, now: datetime) -> tuple[Line, ...]:
    """Answer a button or form that the case has moved on from."""
    return (say("{case} has moved on since then. This is how it stands now:", case=p.name(case)), fate_line(case, org, now))


def reported(case: Case, org: Org, now: datetime) -> tuple[Line, ...]:
    """Answer whoever has just reported something."""
    private = " It is private: only those on it see it." if case.private else ""
    opened = say("{case} is in, and you will hear of every change.{private}", case=p.name(case), private=private)
    return (opened, fate_line(case, org, now))


def keys(case: Case, org: Org) -> Line:
    """Return those who may say that it is fixed."""
    return people(case.keyholders, org)
