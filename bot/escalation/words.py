"""The words that cases are made of: identifiers, states, outcomes and reasons, as DESIGN.md section 3 names them."""

from enum import StrEnum
from typing import NewType

CaseId = NewType("CaseId", int)
PersonId = NewType("PersonId", str)
ServiceId = NewType("ServiceId", str)
RotationId = NewType("RotationId", str)
ChainId = NewType("ChainId", str)
RouteId = NewType("RouteId", str)

# Whatever a person typed. The store keeps such text beside the hashed timeline, so that it can be erased without breaking the chain.
Text = NewType("Text", str)


def case_name(case: CaseId) -> str:
    """Return the name that people say: `C-42`."""
    return f"C-{case}"


class Kind(StrEnum):
    """What sort of thing a case is; anything that needs a name and a next time is one."""

    PROBLEM = "problem"
    CHANGE = "change"
    DEBT = "debt"
    ROUTE = "route"
    CAUSE = "cause"


class Status(StrEnum):
    """Where a case is in its life (DESIGN.md section 4)."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a closed case ended."""

    FIXED = "fixed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    DECLINED = "declined"


class FixKind(StrEnum):
    """Whether the problem is gone, or only got round."""

    FIX = "fix"
    WORKAROUND = "workaround"


class Why(StrEnum):
    """Why a case moved up a level."""

    UNANSWERED = "unanswered"
    UNRESOLVED = "unresolved"
    PROMISE_BROKEN = "promise_broken"
    CHASED = "chased"
    HANDOVER_LOOP = "handover_loop"
    ASKED_BY_REPORTER = "asked_by_reporter"
    HELP_WANTED = "help_wanted"
    STILL_BROKEN = "still_broken"
    RECHECK_FAILED = "recheck_failed"
    RENEWED = "renewed"  # a workaround that is to stand longer
    CAME_BACK = "came_back"  # a change that was made did not keep the next case away


class SkipWhy(StrEnum):
    """Why a level was passed over. Never that person's silence."""

    AWAY = "away"
    GONE = "gone"
    UNREACHABLE = "unreachable"
    TRIED = "tried"
    NOBODY = "nobody"
    CIRCULAR = "circular"
    CONCERNED = "concerned"


class Reason(StrEnum):
    """Why a decision is what it is."""

    DONE = "done"
    NOT_YET_DUE = "not_yet_due"
    NOTHING_DUE = "nothing_due"
    CLOCK_MOVED = "clock_moved"
    NAGGED = "nagged"
    NOBODY_ANSWERED = "nobody_answered"
    NOT_RESOLVED_IN_TIME = "not_resolved_in_time"
    PROMISE_BROKEN = "promise_broken"
    HANDOVER_LAPSED = "handover_lapsed"
    NO_ANSWER_CAME = "no_answer_came"
    NEVER_CONFIRMED = "never_confirmed"
    RECHECK_ASKED = "recheck_asked"
    CAUSE_ASKED = "cause_asked"
    TOO_MANY_CHASES = "too_many_chases"
    HANDOVER_LOOP = "handover_loop"
    ROUTE_DEAD = "route_dead"
    RENEWED = "renewed"
    CAME_BACK = "came_back"
    ALREADY = "already"
    REFUSED = "refused"


class NagFor(StrEnum):
    """What the person who is nagged owes."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FIX = "fix"
    HANDOVER = "handover"
    ANSWER = "answer"
    CONFIRMATION = "confirmation"


class MessageKind(StrEnum):
    """What a message is, and so how urgent it is and whether it is still wanted later."""

    RECEIPT = "receipt"  # the reporter: we have it
    ASSIGNED = "assigned"  # the owner: it is yours
    NAG = "nag"
    BRIEF = "brief"  # the accountable: it has come to you
    NEWS = "news"  # somebody on the case: this happened
    OFFER = "offer"  # the person who is asked to take it over
    QUESTION = "question"  # the reporter: the owner asks you something
    CONFIRM = "confirm"  # the reporter: is it fixed?
    RECHECK = "recheck"  # the reporter, later: is it still fixed?
    CONSENT = "consent"  # the reporter: the owner would like another severity
    LACKED = "lacked"  # whoever fixed an escalated case: what did level 0 lack, and what must change?
    OUTCOME = "outcome"  # the reporter, after confirming: three questions about what came of it
    REMEDY = "remedy"  # the reporter of a like case: this is how another one was fixed
    CAUSE = "cause"  # the service's owner: may one cause be behind these cases?
    SILENT = "silent"  # whoever fixed an escalated case, and the leaders: these had the same, and did not shout
    ADMIN = "admin"  # the admins: a route is dead, a case is parked
