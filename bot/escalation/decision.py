"""What the engine answers: the case after it, the facts, the messages, the reason, or a refusal that says who may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.requests import Request
from bot.escalation.words import CaseId, MessageKind, PersonId, Reason, case_name


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a person is to be told because of a fact. Its sentences are made when it is sent, by `wording`."""

    kind: MessageKind
    to: PersonId
    case: CaseId
    fact: int

    @property
    def key(self) -> str:
        """The same whenever the same thing is decided again, and never the same for two decisions."""
        return f"{case_name(self.case)}/{self.fact}/{self.kind}/{self.to}"


class No(StrEnum):
    """Why something is refused. `wording` says it in a sentence, with who may or how to mend it."""

    NOT_YOURS = "not_yours"  # only `who` may
    CLOSED = "closed"
    NOT_CLOSED = "not_closed"
    NOT_RESOLVED = "not_resolved"
    ALREADY_RESOLVED = "already_resolved"
    WAITING_ALREADY = "waiting_already"
    WAITING_USED_UP = "waiting_used_up"
    NOT_WAITING = "not_waiting"
    TOO_EARLY = "too_early"  # not before `when`
    AT_TOP = "at_top"
    IN_THE_PAST = "in_the_past"
    NOT_LATER = "not_later"
    NO_OFFER = "no_offer"
    OFFER_OPEN = "offer_open"
    OWNS_IT = "owns_it"
    UNKNOWN_PERSON = "unknown_person"
    CANNOT_ANSWER = "cannot_answer"  # away or gone, with nobody covering
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_SEVERITY = "unknown_severity"
    SAME_SEVERITY = "same_severity"
    INTO_ITSELF = "into_itself"
    INTO_CLOSED = "into_closed"
    INTO_PUBLIC = "into_public"
    STANDS_UNTIL = "stands_until"
    PRIVATE = "private"
    TOO_LONG_AGO = "too_long_ago"
    HAS_CAUSE = "has_cause"
    NONE_LEFT = "none_left"
    OTHER_KIND = "other_kind"
    NOT_AGAIN = "not_again"
    NO_CAUSE = "no_cause"
    NO_FIX = "no_fix"
    PRIVATE_FIX = "private_fix"
    FINAL = "final"
    LEVEL_ZERO = "level_zero"
    TOO_LATE = "too_late"
    ALREADY_ON_IT = "already_on_it"
    ALREADY_DONE = "already_done"
    EMPTY = "empty"
    BAD_AMOUNT = "bad_amount"
    NOT_A_DEBT = "not_a_debt"
    NEVER_UP = "never_up"  # it was never escalated
    NOT_FIXED = "not_fixed"  # it is not closed as fixed
    NO_REMEDY = "no_remedy"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A `No` with what its sentence needs: who may, from when, which word."""

    no: No
    verb: str
    who: tuple[PersonId, ...] = ()
    roles: tuple[str, ...] = ()  # "the reporter", "the owner", ...: for people who are not named
    when: datetime | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Another case that the same transaction must decide, after this one."""

    case: CaseId
    request: Request


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request."""

    case: Case | None
    reason: Reason
    facts: tuple[Fact, ...] = ()
    messages: tuple[Message, ...] = ()
    refusal: Refusal | None = None
    follow_ups: tuple[FollowUp, ...] = ()

    @classmethod
    def nothing(cls, case: Case, reason: Reason) -> "Decision":
        """Return a decision that changes nothing."""
        return cls(case, reason)

    @classmethod
    def no(cls, case: Case | None, refusal: Refusal) -> "Decision":
        """Return a refusal."""
        return cls(case, Reason.REFUSED, refusal=refusal)
