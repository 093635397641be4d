"""What can be asked of the engine: one frozen value per verb, and `Tick`, the passing of time."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.escalation.case import Case, Place
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, Kind, PersonId, RouteId, ServiceId, Text


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed. Doubled, early and late ticks are harmless: the stored due time is the truth.

    `unasked`: of a case that is said to be fixed, that nobody has had the question whether it is, which waits to be sent.
    """

    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Reckon:
    """The organisation changed (hours, absences, accounts): set the clocks again by who answers now."""


@dataclass(frozen=True, slots=True)
class Report:
    id: CaseId
    by: PersonId
    service: ServiceId
    title: Text
    text: Text
    severity: str | None = None
    asked_before: int = 0
    private: bool = False
    concerned: tuple[PersonId, ...] = ()
    place: Place | None = None
    kind: Kind = Kind.PROBLEM
    affected: tuple[PersonId, ...] = ()
    author: PersonId | None = None  # who wrote the message that somebody else reported
    owner: PersonId | None = None  # who is to own it, if not the service's owner
    origin: CaseId | None = None  # the case that it comes from
    cause_of: str = ""
    linked: tuple[CaseId, ...] = ()
    wanted_by: datetime | None = None  # by when it is to be done: promised on the owner's behalf
    announced: str | None = None  # the planned change in whose window it is opened
    route: RouteId | None = None  # the dead contact route that it is about
    probed: bool = False  # a probe found it: `by` holds the key, and reported nothing


@dataclass(frozen=True, slots=True)
class MeToo:
    by: PersonId


@dataclass(frozen=True, slots=True)
class TakeKey:
    """Whoever wrote the message that somebody else reported will say themselves when it is fixed."""

    by: PersonId


@dataclass(frozen=True, slots=True)
class Chase:
    by: PersonId
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note; from the reporter of a waiting case, the answer."""

    by: PersonId
    text: Text


@dataclass(frozen=True, slots=True)
class Acknowledge:
    by: PersonId


@dataclass(frozen=True, slots=True)
class MakePromise:
    by: PersonId
    until: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    by: PersonId
    question: Text


@dataclass(frozen=True, slots=True)
class Answer:
    by: PersonId
    text: Text


@dataclass(frozen=True, slots=True)
class HandOver:
    """Offer the case to a person, or to a service (wrong desk), whose owner is then asked."""

    by: PersonId
    to: PersonId | None
    why: Text
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    by: PersonId


@dataclass(frozen=True, slots=True)
class Decline:
    """Decline the hand-over offered to you; otherwise, from level 1 up, the case itself."""

    by: PersonId
    why: Text


@dataclass(frozen=True, slots=True)
class SetSeverity:
    by: PersonId
    severity: str


@dataclass(frozen=True, slots=True)
class Take:
    by: PersonId


@dataclass(frozen=True, slots=True)
class Resolve:
    by: PersonId
    explanation: Text
    cause: str
    kind: FixKind = FixKind.FIX
    cost: Decimal | None = None
    budget: str | None = None
    lacked: str | None = None
    change: Text | None = None
    change_owner: PersonId | None = None
    change_by: datetime | None = None
    minutes: int | None = None  # spent on it at the present level
    expires: datetime | None = None  # of a workaround: when it is to be put right


@dataclass(frozen=True, slots=True)
class Confirm:
    by: PersonId


@dataclass(frozen=True, slots=True)
class Reopen:
    """`Still broken`: from `resolved`, from a closed case, or as the answer to a re-check."""

    by: PersonId
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class StillFixed:
    """The reporter's yes to a re-check."""

    by: PersonId


@dataclass(frozen=True, slots=True)
class Escalate:
    by: PersonId
    why: Text


@dataclass(frozen=True, slots=True)
class GiveTime:
    """Move the resolution deadline of the present level, by so much or to a time."""

    by: PersonId
    until: datetime | None = None
    more: Span | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    by: PersonId
    why: Text


@dataclass(frozen=True, slots=True)
class Merge:
    """Close this case as a duplicate of `into`, which is as it stands in the same transaction."""

    by: PersonId
    into: Case


@dataclass(frozen=True, slots=True)
class Absorb:
    """The other half of a merge, or of its undoing: `other` is the duplicate as it stands in the same transaction.

    `before` is, for an undoing, the case as it was before it took the other one in: what hung on it then stays with it.
    """

    by: PersonId
    other: Case
    undo: bool = False
    before: Case | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Say that this case, just reported, is `of` again, which is as it stands in the same transaction."""

    by: PersonId
    of: Case


@dataclass(frozen=True, slots=True)
class Recur:
    """The other half of `Again`: the closed case is taken up, and takes the new one (`other`) in."""

    by: PersonId
    other: Case


@dataclass(frozen=True, slots=True)
class RecordCost:
    by: PersonId
    amount: Decimal
    budget: str


@dataclass(frozen=True, slots=True)
class RecordTime:
    """Minutes that were spent on the case at its present level; `Resolve` records them too."""

    by: PersonId
    minutes: int


@dataclass(frozen=True, slots=True)
class SayLacked:
    """What level 0 lacked of an escalated case that is resolved, and what must change, by whom, and by when."""

    by: PersonId
    lacked: str | None
    change: Text | None = None
    change_owner: PersonId | None = None
    change_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Renew:
    """Let a workaround stand longer: it needs a reason, and goes a level up."""

    by: PersonId
    until: datetime
    why: Text


@dataclass(frozen=True, slots=True)
class Link:
    """Hang another case on this one, or this one under a case of kind `cause`: asked for, or following from another decision."""

    by: PersonId | None
    case: CaseId | None = None
    under: CaseId | None = None
    kind: Kind | None = None  # of the other case


@dataclass(frozen=True, slots=True)
class CameBack:
    """A change that was made did not keep `case` away: it is taken up again, one level higher."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class OfferRemedy:
    """Tell the reporter how another case of the same cause was fixed, and ask whether that helps here too."""

    by: PersonId | None
    of: CaseId


@dataclass(frozen=True, slots=True)
class AnswerRemedy:
    by: PersonId
    helped: bool


@dataclass(frozen=True, slots=True)
class ProposeCause:
    """Ask the service's owner whether one cause is behind these cases, the last of which was just resolved."""

    cases: tuple[CaseId, ...]


@dataclass(frozen=True, slots=True)
class AnswerCause:
    """It is one cause, and `cause` was opened for it; or it is not."""

    by: PersonId
    one: bool
    cause: CaseId | None = None


@dataclass(frozen=True, slots=True)
class FindSilent:
    """Put on record which open and unconfirmed cases had the same as this one, that nobody had escalated."""

    cases: tuple[CaseId, ...]


@dataclass(frozen=True, slots=True)
class SayOutcome:
    """The answer to one of the three questions after confirming: 1 or 0, or 1 to 5 for `process`."""

    by: PersonId
    question: str
    answer: int


@dataclass(frozen=True, slots=True)
class RouteProbed:
    """A probe found that a contact route works again, or that it does not; `seen` says what it saw."""

    works: bool
    seen: Text


Request = (
    Tick
    | Reckon
    | Report
    | MeToo
    | TakeKey
    | Chase
    | Note
    | Acknowledge
    | MakePromise
    | Ask
    | Answer
    | HandOver
    | Accept
    | Decline
    | SetSeverity
    | Take
    | Resolve
    | Confirm
    | Reopen
    | StillFixed
    | Escalate
    | GiveTime
    | Withdraw
    | Merge
    | Absorb
    | Again
    | Recur
    | RecordCost
    | RecordTime
    | SayLacked
    | Renew
    | Link
    | CameBack
    | OfferRemedy
    | AnswerRemedy
    | ProposeCause
    | AnswerCause
    | FindSilent
    | SayOutcome
    | RouteProbed
)
