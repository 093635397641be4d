"""What closing sets: nothing is owed any more, and a fixed problem is asked about again later."""

from typing import Any

from bot.escalation.draft import Draft
from bot.escalation.words import Kind, Outcome, Status

# Nothing is asked of anybody on a closed case, so nothing of it may stay behind for a reopening to trip over.
NOTHING_OWED: dict[str, Any] = {
    "question": None,
    "offer": None,
    "confirm_by": None,
    "asked_from": None,
    "nag_at": None,
    "nags": 0,
    "severity_wish": None,
}


def close_fixed(draft: Draft) -> None:
    """Let the latest fact close the case as fixed, with its re-checks ahead."""
    asks = draft.org.rules.recheck_after if draft.case.kind is Kind.PROBLEM else ()
    sets = NOTHING_OWED | {"status": Status.CLOSED, "outcome": Outcome.FIXED, "closed_at": draft.now}
    draft.amend(**sets, rechecks=tuple(sorted(draft.now + after for after in asks)), recheck_asked=None)
