"""How long did people work on it, and at which level?"""

from bot.escalation.case import Effort
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import TimeSpent
from bot.escalation.requests import RecordTime
from bot.escalation.roles import needs_owner
from bot.escalation.words import PersonId

MOST_MINUTES = 60 * 24 * 31


def record_time(draft: Draft, request: RecordTime) -> Decision:
    """Minutes that the owner or the accountable spent, at the level at which the case is, or was when it was closed."""
    case, by = draft.case, request.by
    refusal = needs_owner(by, case, draft.org, draft.now, "time", admin=True)
    if refusal is None and not 0 < request.minutes <= MOST_MINUTES:
        refusal = Refusal(No.BAD_AMOUNT, "time")
    if refusal:
        return Decision.no(case, refusal)
    spend(draft, request.minutes, by)
    return draft.decided()


def spend(draft: Draft, minutes: int, by: PersonId) -> None:
    """Record minutes at the present level."""
    case = draft.case
    level = case.resolution.level if case.resolution is not None else case.level
    draft.record(TimeSpent(level, minutes), by, efforts=(*case.efforts, Effort(level, minutes)))
