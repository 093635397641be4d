"""What else there is in a month beside what people report of a service: contact routes that lead nowhere, and causes behind many cases."""

from bot.escalation.case import Case
from bot.escalation.causes import cause_report, one_cause, owner_of
from bot.escalation.lasting import cause_of
from bot.escalation.probing import report_of
from bot.escalation.requests import AnswerCause, Link, ProposeCause, Report
from bot.escalation.words import CaseId, Kind
from bot.handlers.history.playing import Month

_DEAD = 0.03  # of what is reported is a route that leads nowhere


def dead_route(month: Month) -> Report | None:
    """Return now and then the report of a contact route that does not work, by a person or by a probe; None if it is something else."""
    down = {case.route for case in month.cases.values() if case.kind is Kind.ROUTE and case.live}
    free = [route for route in month.org.routes.values() if route.id not in down]
    if month.dice.random() >= _DEAD or not free:
        return None
    route, by = month.dice.choice(free), month.dice.choice([None, *month.org.people])
    return report_of(route, by, None, "it answers 404" if by is None else "", month.org, month.now)


def together(month: Month, case: Case) -> None:
    """Hang a case whose cause has just been said under the one that is known to be behind it; or have that opened, once they are many."""
    if case.kind is not Kind.PROBLEM or case.private or case.under is not None or not cause_of(case):
        return
    alike = [other for other in month.cases.values() if other.service == case.service and cause_of(other) == cause_of(case)]
    known = [other.id for other in alike if other.kind is Kind.CAUSE and other.live]
    found = one_cause(case, [other for other in alike if other.kind is Kind.PROBLEM], month.org, month.now)
    if known:
        _hang(month, (case.id,), known[0])
    elif found and month.ask(case.id, ProposeCause(found)) is not None:
        _answer(month, case, found)


def _answer(month: Month, case: Case, found: tuple[CaseId, ...]) -> None:
    """Have the service's owner say that it is one cause; now and then, that it is not."""
    owner = owner_of(case.service, month.org, month.now) or case.owner
    by = month.org.acting(owner, month.now) or owner
    if month.dice.random() < 0.2:
        month.ask(case.id, AnswerCause(by, one=False))
        return
    number = CaseId(max(month.cases) + 1)
    report = cause_report(number, month.cases[case.id], [month.cases[one] for one in found], month.org, month.now)
    opened = month.ask(None, report)
    if opened is not None:
        month.ask(case.id, AnswerCause(by, one=True, cause=opened.id))
        _hang(month, found, opened.id)


def _hang(month: Month, cases: tuple[CaseId, ...], under: CaseId) -> None:
    for number in cases:
        month.ask(under, Link(None, number, kind=Kind.PROBLEM))
        month.ask(number, Link(None, under=under, kind=Kind.CAUSE))
