"""What came of it: three questions to whoever confirmed, one tap each, instead of a survey of politeness."""

from dataclasses import replace
from typing import Any

from bot.escalation.case import Outcomes
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import OutcomeSaid
from bot.escalation.requests import SayOutcome
from bot.escalation.roles import needs_key
from bot.escalation.words import Kind, MessageKind, Outcome, PersonId, Reason, Status

QUESTIONS = {"needed": (0, 1), "process": (1, 5), "prevented": (0, 1)}
"""The three questions after confirming (DESIGN.md section 4), and between what the answers lie."""


def ask_outcomes(draft: Draft) -> None:
    """Ask whoever confirmed the three questions, once, along with the confirmation that closed it."""
    case = draft.case
    if case.kind is not Kind.PROBLEM or case.outcomes_asked:
        return
    asked = [key for key in case.answered_yes if _can_say(draft, key)]
    if asked:
        draft.amend(outcomes_asked=True)
        draft.tell(MessageKind.OUTCOME, *asked)


def _can_say(draft: Draft, person: PersonId) -> bool:
    """Whoever has left says nothing, and whoever fixed their own problem had nobody to contact."""
    case, known = draft.case, draft.org.people.get(person)
    fixed_it = person == case.owner or (case.resolution is not None and person == case.resolution.by)
    return known is not None and not known.gone and not fixed_it


def say_outcome(draft: Draft, request: SayOutcome) -> Decision:
    """One answer of the reporter's; the last one counts."""
    case, by = draft.case, request.by
    refusal = needs_key(by, case, "outcome")
    low, high = QUESTIONS.get(request.question, (1, 0))
    if refusal is None and not (case.kind is Kind.PROBLEM and case.status is Status.CLOSED and case.outcome is Outcome.FIXED):
        refusal = Refusal(No.NOT_FIXED, "outcome")
    if refusal is None and not low <= request.answer <= high:
        refusal = Refusal(No.BAD_AMOUNT, "outcome")
    if refusal:
        return Decision.no(case, refusal)
    said: Any = request.answer if request.question == "process" else bool(request.answer)
    outcomes: Outcomes = replace(case.outcomes, **{request.question: said})
    if outcomes == case.outcomes:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(OutcomeSaid(request.question, request.answer), by, outcomes=outcomes)
    return draft.decided()
