"""What is said of causes and of those who did not shout: on the timeline, as a message, and to whoever reports the like."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.chat import Button, Card, Line
from bot.escalation import facts as f
from bot.escalation.case import Case
from bot.escalation.causes import cause_refused
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.silent import remedies_refused
from bot.escalation.words import CaseId, PersonId, case_name
from bot.wording import buttons as b
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.plain import counted, listed, say, shortened
from bot.wording.reasons import service_name

_MOST_NAMED = 10


def entry(what: f.CauseProposed | f.CauseAnswered | f.SilentFound, by: Line) -> Line:
    """Return the sentence of one fact on a timeline."""
    match what:
        case f.CauseProposed(cases=cases, again=True):
            return say("Nobody has said yet whether one cause is behind {cases}; that was asked again.", cases=named(cases))
        case f.CauseProposed(cases=cases):
            return say("One cause may be behind {cases}; the owner of the service was asked.", cases=named(cases))
        case f.CauseAnswered(one=True, cause=cause):
            return say("{by} said that it is one cause, and opened {cause} for it.", by=by, cause=case_name(cause) if cause else "a case")
        case f.CauseAnswered():
            return say("{by} said that it is not one cause.", by=by)
        case f.SilentFound(cases=cases):
            return say("The same, and not escalated: {cases}.", cases=named(cases))
        case _:
            assert_never(what)


def named(cases: Sequence[CaseId]) -> Line:
    """Return cases by their names; of many, how many more there are."""
    rest = len(cases) - _MOST_NAMED
    names = [case_name(case) for case in cases[:_MOST_NAMED]]
    return listed([*names, counted(rest, "other")] if rest > 0 else names)


def proposed(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Ask the service's owner whether one cause is behind several cases."""
    count = counted(len(case.cause_proposed), "case")
    said = shortened(case.resolution.cause if case.resolution else case.cause_of or "not said", 60)
    headline = say(
        "{case}: {count} of {service} had the same cause, {cause}.",
        case=p.name(case),
        count=count,
        service=service_name(case.service, org),
        cause=said,
    )
    lines: tuple[Line, ...] = (
        say("They are {cases}. Is one thing behind them that should be put right?", cases=named(case.cause_proposed)),
        ("If so, it gets a case of its own, which you own; once it is gone, everybody concerned is asked whether theirs is too.",),
        fate_line(case, org, now),
    )
    answers = (
        Button("cause-yes", "One cause: open a case", case.id, case.version, "primary"),
        Button("cause-no", "Not one cause", case.id, case.version),
    )
    open_to_it = case.cause_one is None and case.under is None and cause_refused(case, reader, org, now) is None
    return Card(headline, lines, answers if open_to_it else (b.button("show", case),), case=case.id, status=p.status(case))


def silent(fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Tell whoever fixed an escalated case, and those who lead, who had the same and did not shout."""
    cases = fact.what.cases if isinstance(fact.what, f.SilentFound) else ()
    headline = say("{case} is fixed. The same, and nobody shouted: {cases}.", case=p.name(case), cases=named(cases))
    lines: tuple[Line, ...] = (
        p.about(case, org),
        ("One tap offers those who reported them the same remedy; each says for themselves whether it helps.",),
        fate_line(case, org, now),
    )
    offers = (Button("remedies", "Offer the same remedy", case.id, case.version, "primary"),)
    may = remedies_refused(case, reader, org, now) is None
    return Card(headline, lines, (*(offers if may else ()), b.button("show", case)), case=case.id, status=p.status(case))


def known(cause: Case, by: Case) -> Line:
    """Tell whoever has just reported the like of a known cause how it is got round until that is gone."""
    words = shortened(by.resolution.explanation if by.resolution else "", 300)
    return say(
        "It may have a known cause, {cause}. Until that is gone, this got round it in {by}: {words}",
        cause=p.name(cause),
        by=p.name(by),
        words=words,
    )


def offered(case: Case, to: Sequence[CaseId], waiting: int) -> Line:
    """Answer whoever offers a case's remedy to those who did not shout."""
    if to:
        return say(
            "What fixed {case} is offered in {cases}; whoever reported them is asked whether it helps.", case=p.name(case), cases=named(to)
        )
    if waiting:
        return say("What fixed {case} has been offered already; {n} not answered yet.", case=p.name(case), n=counted(waiting, "is", "are"))
    return say("There is nobody left to offer it to: nothing that is open has the same cause as {case}.", case=p.name(case))
