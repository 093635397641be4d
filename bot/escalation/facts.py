"""What happened to a case: typed facts in the past tense. They are the timeline, and the case is nothing but its facts folded.

A fact carries its results (`sets`), so folding only assigns: a later version of the rules cannot change what an old fact meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from bot.escalation.case import Case
from bot.escalation.words import CaseId, FixKind, Kind, NagFor, Outcome, PersonId, ServiceId, SkipWhy, Text, Why


@dataclass(frozen=True, slots=True)
class Reported:
    name: ClassVar = "reported"
    title: Text
    service: ServiceId
    owner: PersonId
    asked_before: int


@dataclass(frozen=True, slots=True)
class Joined:
    name: ClassVar = "joined"
    person: PersonId
    keyholder: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledged:
    name: ClassVar = "acknowledged"
    level: int
    stops_response: bool


@dataclass(frozen=True, slots=True)
class Promised:
    name: ClassVar = "promised"
    until: datetime
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class PromiseKept:
    name: ClassVar = "promise_kept"
    until: datetime


@dataclass(frozen=True, slots=True)
class PromiseBroken:
    name: ClassVar = "promise_broken"
    until: datetime
    moved: bool = False  # broken by being moved a second time


@dataclass(frozen=True, slots=True)
class Asked:
    name: ClassVar = "asked"
    question: Text
    cap: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    name: ClassVar = "answered"
    answer: Text | None  # None: no answer came within the cap


@dataclass(frozen=True, slots=True)
class Noted:
    name: ClassVar = "noted"
    text: Text


@dataclass(frozen=True, slots=True)
class Nagged:
    name: ClassVar = "nagged"
    to: tuple[PersonId, ...]
    owed: NagFor


@dataclass(frozen=True, slots=True)
class Chased:
    name: ClassVar = "chased"
    at_this_level: int
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    name: ClassVar = "handover_offered"
    to: PersonId
    why: Text
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    name: ClassVar = "handover_accepted"
    owner: PersonId
    before: PersonId
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True)
class HandoverDeclined:
    name: ClassVar = "handover_declined"
    by: PersonId
    why: Text
    back_to: PersonId


@dataclass(frozen=True, slots=True)
class HandoverLapsed:
    name: ClassVar = "handover_lapsed"
    to: PersonId
    back_to: PersonId


@dataclass(frozen=True, slots=True)
class Taken:
    name: ClassVar = "taken"
    owner: PersonId
    before: PersonId


@dataclass(frozen=True, slots=True)
class Escalated:
    name: ClassVar = "escalated"
    level: int
    accountable: PersonId
    before: int
    why: Why
    words: Text | None = None  # what the person who asked for it said


@dataclass(frozen=True, slots=True)
class Skipped:
    name: ClassVar = "skipped"
    level: int
    person: PersonId | None  # nobody where the level names nobody, or where it is not to be told
    why: SkipWhy


@dataclass(frozen=True, slots=True)
class TimeGiven:
    name: ClassVar = "time_given"
    until: datetime


@dataclass(frozen=True, slots=True)
class SeverityChanged:
    name: ClassVar = "severity_changed"
    before: str
    after: str
    wish: bool = False  # proposed only: it waits for the reporter's consent


@dataclass(frozen=True, slots=True)
class Resolved:
    name: ClassVar = "resolved"
    explanation: Text
    cause: str
    kind: FixKind
    level: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    name: ClassVar = "confirmed"
    closes: bool
    self_confirmed: bool = False
    for_gone: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    name: ClassVar = "reopened"
    before: Outcome | None  # None: it had not been closed
    count: int
    why: Text | None = None
    back: CaseId | None = None  # of a change: the case that it did not keep away


@dataclass(frozen=True, slots=True)
class Withdrawn:
    name: ClassVar = "withdrawn"
    why: Text


@dataclass(frozen=True, slots=True)
class Merged:
    name: ClassVar = "merged"
    into: CaseId | None = None  # on the one that closes
    absorbed: CaseId | None = None  # on the one that goes on
    undone: bool = False
    why: Text | None = None  # of one that is undone, where somebody said it


@dataclass(frozen=True, slots=True)
class Declined:
    name: ClassVar = "declined"
    why: Text
    level: int


@dataclass(frozen=True, slots=True)
class ClosedUnconfirmed:
    name: ClassVar = "closed_unconfirmed"


@dataclass(frozen=True, slots=True)
class Rechecked:
    name: ClassVar = "rechecked"
    still_fixed: bool | None  # None: asked, no answer yet


@dataclass(frozen=True, slots=True)
class CostRecorded:
    name: ClassVar = "cost_recorded"
    amount: Decimal
    budget: str


@dataclass(frozen=True, slots=True)
class Lacked:
    """What level 0 lacked, and what has to change, said by whoever fixed an escalated case."""

    name: ClassVar = "lacked"
    lacked: str | None
    change: Text | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """A workaround stands longer than it was to."""

    name: ClassVar = "renewed"
    until: datetime
    before: datetime | None
    why: Text


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case hangs together with this one (`case`), or this one belongs to a case of kind `cause` (`under`)."""

    name: ClassVar = "linked"
    case: CaseId | None = None
    under: CaseId | None = None
    kind: Kind | None = None  # of the other case


@dataclass(frozen=True, slots=True)
class TimeSpent:
    name: ClassVar = "time_spent"
    level: int
    minutes: int


@dataclass(frozen=True, slots=True)
class RemedyOffered:
    name: ClassVar = "remedy_offered"
    of: CaseId


@dataclass(frozen=True, slots=True)
class RemedyAnswered:
    name: ClassVar = "remedy_answered"
    of: CaseId
    helped: bool


@dataclass(frozen=True, slots=True)
class CauseProposed:
    """The service's owner was asked whether one cause is behind these cases."""

    name: ClassVar = "cause_proposed"
    cases: tuple[CaseId, ...]
    again: bool = False  # nobody had answered


@dataclass(frozen=True, slots=True)
class CauseAnswered:
    """It is one cause, which has a case of its own now, or it is not."""

    name: ClassVar = "cause_answered"
    one: bool
    cause: CaseId | None = None


@dataclass(frozen=True, slots=True)
class SilentFound:
    """These cases had the same, and nobody had them escalated."""

    name: ClassVar = "silent_found"
    cases: tuple[CaseId, ...]


@dataclass(frozen=True, slots=True)
class OutcomeSaid:
    """The answer to one of the three questions: `needed` and `prevented` are yes (1) or no (0), `process` is 1 to 5."""

    name: ClassVar = "outcome_said"
    question: str
    answer: int


@dataclass(frozen=True, slots=True)
class RouteDead:
    name: ClassVar = "route_dead"
    level: int
    person: PersonId | None
    why: SkipWhy


@dataclass(frozen=True, slots=True)
class ClockMoved:
    name: ClassVar = "clock_moved"
    person: PersonId | None  # whose working time it runs on now
    before: PersonId | None
    deadline: datetime | None
    unasked: bool = False  # nobody has had the question whether it is fixed: the time to answer it begins anew


What = (
    Reported
    | Joined
    | Acknowledged
    | Promised
    | PromiseKept
    | PromiseBroken
    | Asked
    | Answered
    | Noted
    | Nagged
    | Chased
    | HandoverOffered
    | HandoverAccepted
    | HandoverDeclined
    | HandoverLapsed
    | Taken
    | Escalated
    | Skipped
    | TimeGiven
    | SeverityChanged
    | Resolved
    | Confirmed
    | Reopened
    | Withdrawn
    | Merged
    | Declined
    | ClosedUnconfirmed
    | Rechecked
    | CostRecorded
    | Lacked
    | Renewed
    | Linked
    | TimeSpent
    | RemedyOffered
    | RemedyAnswered
    | CauseProposed
    | CauseAnswered
    | SilentFound
    | OutcomeSaid
    | RouteDead
    | ClockMoved
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a case's timeline: what happened, who did it (nobody: time itself), and what it set."""

    case: CaseId
    n: int
    at: datetime
    by: PersonId | None
    what: What
    sets: Mapping[str, Any]  # fields of `Case` and their new values, of the types that `Case` gives them


def apply(case: Case | None, fact: Fact) -> Case:
    """Return the case after one more fact. The first fact sets every field."""
    return Case(**fact.sets) if case is None else replace(case, **fact.sets)


def fold(facts: Iterable[Fact]) -> Case:
    """Return the case that these facts, in their order from the first, add up to.

    Raises:
        ValueError: there is no fact, or a number is missing or stands twice.
    """
    case: Case | None = None
    for expected, fact in enumerate(facts, start=1):
        if fact.n != expected:
            raise ValueError(f"fact {expected} is missing: the next one is number {fact.n}")
        case = apply(case, fact)
    if case is None:
        raise ValueError("a case without facts")
    return case
