"""What a case is: one frozen value, the same as its row in the database and the same as its timeline folded from the first fact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.escalation.calendar import add, between
from bot.escalation.org import Chain, Level, Org
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, Kind, Outcome, PersonId, RouteId, ServiceId, Status, Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workspace something was said. `message` is the one reported; `thread` the root that answers hang under."""

    platform: str
    workspace: str
    conversation: str
    message: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """An allowance that runs down in somebody's working time.

    `spent` was used up before `since`; while `since` is None the clock stands still. The deadline is derived from the rest and
    kept beside it, so that a change of hours or absences under a running clock can be noticed.
    """

    allowance: Span
    calendar: PersonId | None  # whose working time; None is the wall clock
    spent: Span = Span()
    since: datetime | None = None
    deadline: datetime | None = None

    def left(self, org: Org, now: datetime) -> Span:
        """Return what is left of the allowance at `now`; zero once it has run out."""
        if self.since is None:
            return self.allowance - self.spent
        run = between(org.calendar(self.calendar), self.since, now, "days" if self.allowance.is_days else "time")
        used = self.spent + run
        return Span() if used.days >= self.allowance.days and used.time >= self.allowance.time else self.allowance - used


@dataclass(frozen=True, slots=True)
class Promise:
    """The owner's date."""

    until: datetime
    by: PersonId
    level: int  # it quiets the nags of the level that it was made at
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A hand-over that was proposed and not yet accepted."""

    to: PersonId
    by: PersonId
    why: Text
    at: datetime
    lapses_at: datetime
    service: ServiceId | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the owner asked the reporter, and until when the case waits for it."""

    text: Text
    by: PersonId
    at: datetime
    cap: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """The owner's key: what was wrong, and what was done."""

    explanation: Text
    cause: str
    kind: FixKind
    by: PersonId
    at: datetime
    level: int
    lacked: str | None = None
    change: Text | None = None
    change_owner: PersonId | None = None
    change_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case has cost, and out of whose budget it was paid."""

    amount: Decimal
    budget: str


@dataclass(frozen=True, slots=True)
class Effort:
    """Minutes that somebody spent at a level."""

    level: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """How another case of the same cause was fixed, offered to the reporter of this one, and whether it helped (None: not said yet)."""

    of: CaseId
    by: PersonId | None
    at: datetime
    helped: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the reporter said after confirming (DESIGN.md section 4); None where nothing was said."""

    needed: bool | None = None  # should they have needed to make contact at all?
    process: int | None = None  # how well did rules and process help, 1 to 5
    prevented: bool | None = None  # was anything done to stop it from happening again?


@dataclass(frozen=True, slots=True)
class SeverityWish:
    """A severity that the owner proposed and the reporter has not consented to."""

    severity: str
    by: PersonId


@dataclass(frozen=True, slots=True)
class Case:
    """One problem that somebody reported. Every live one has an owner and a due time."""

    id: CaseId
    version: int
    kind: Kind
    status: Status
    outcome: Outcome | None
    title: Text
    text: Text
    service: ServiceId
    team: str | None
    budget: str | None
    severity: str
    private: bool
    concerned: tuple[PersonId, ...]
    place: Place | None
    reporter: PersonId
    keyholders: tuple[PersonId, ...]  # who may say that it is fixed; merged reporters join here
    answered_yes: tuple[PersonId, ...]  # those keyholders who confirmed the present resolution
    affected: tuple[PersonId, ...]
    author: PersonId | None  # who wrote the message that the reporter pointed at, if it was somebody else
    opened_at: datetime  # the age runs from here and never pauses; a merge keeps the older
    chain: Chain
    stretch: Fraction
    owner: PersonId
    level: int
    accountable: PersonId
    arrived_at: datetime
    arrived_by: str | None  # a `Why`, or None for the opening
    answer_by: datetime  # `respond_within` after arrival, acknowledged or not: then the reporter may escalate
    climbed: PersonId  # the last person reached through `owner` or `manager`, skipped ones included
    tried: tuple[PersonId, ...]  # who had it, or was skipped, at a lower level
    stranded: bool  # nobody could be reached above: treated as the top, and the admins know
    response: Clock | None
    resolution_clock: Clock | None
    owner_acknowledged: bool  # at this level; above level 0 it does not stop the response clock
    nag_at: datetime | None
    nags: int  # in the present state; the reporter is nagged twice at most
    promise: Promise | None
    offer: Offer | None
    question: Question | None
    waited: Span  # of `rules.waiting_at_most`, in the reporter's working time
    resolution: Resolution | None
    confirm_by: datetime | None
    severity_wish: SeverityWish | None
    contacts: int
    chases: int  # at this level
    owners: tuple[PersonId, ...]  # at this level, in order: A, B, A is a loop
    handovers: int
    handovers_here: int
    broken_promises: int
    kept_promises: int
    still_broken: int
    escalations: int  # real ones: a level left only by a skip does not count
    appeals: int  # how often the reporter reopened a declined case
    closed_at: datetime | None
    rechecks: tuple[datetime, ...]  # still to ask
    recheck_asked: int | None  # the fact number of the unanswered re-check
    costs: tuple[Cost, ...]
    merged_into: CaseId | None
    absorbed: tuple[CaseId, ...]
    due: datetime | None
    origin: CaseId | None = None  # the case that it came from: a change's, a workaround's
    cause_of: str = ""  # what a change, a debt or a cause is about: the cause of the cases behind it
    linked: tuple[
        CaseId, ...
    ] = ()  # what hangs on it: the cases of a cause, those that lean on a workaround; of a problem: what came of it
    under: CaseId | None = None  # of a problem: the case of kind `cause` that it belongs to
    wanted_by: datetime | None = None  # the date of a change, the expiry of a workaround
    renewals: int = 0
    efforts: tuple[Effort, ...] = ()
    remedy: Remedy | None = None
    outcomes: Outcomes = Outcomes()
    outcomes_asked: bool = False
    cause_proposed: tuple[CaseId, ...] = ()  # which cases may have one cause, as its service's owner was asked when this one was resolved
    cause_asks: tuple[datetime, ...] = ()  # still to ask again, as long as nobody has answered
    cause_one: bool | None = None  # what was answered
    announced: str | None = None  # the planned change in whose window it was opened
    route: RouteId | None = None  # of a dead contact route: which one
    probed: bool = False  # a probe found it, nobody reported it
    remedies_had: tuple[CaseId, ...] = ()  # whose remedies were offered before the present one
    target: datetime | None = None  # of a problem: when level 0's time for a fix was to end, as it was reckoned at the opening
    asked_from: datetime | None = None  # `resolved`: from when on silence counts, where nobody could be asked before whether it is fixed

    @property
    def live(self) -> bool:
        """Tell whether somebody still owes a move."""
        return self.status is not Status.CLOSED

    @property
    def rung(self) -> Level:
        """The chain's entry for the present level, with the severity's stretch applied."""
        return self.chain.levels[min(self.level, self.chain.top)].stretched(self.stretch)

    @property
    def at_top(self) -> bool:
        """Tell whether there is no level above to go to."""
        return self.stranded or self.level >= self.chain.top

    @property
    def people(self) -> frozenset[PersonId]:
        """Everybody on the case, without their deputies."""
        asked = {self.offer.to} if self.offer else set()
        return frozenset({self.reporter, self.owner, self.accountable, *self.keyholders, *self.affected, *asked})


def running(clock: Clock, org: Org, now: datetime) -> Clock:
    """Return the clock set going at `now`, with its deadline."""
    rest = clock.allowance - clock.spent
    return Clock(clock.allowance, clock.calendar, clock.spent, now, add(org.calendar(clock.calendar), now, rest))


def paused(clock: Clock, org: Org, now: datetime) -> Clock:
    """Return the clock stopped at `now`: what it has spent is kept, and it has no deadline."""
    return Clock(clock.allowance, clock.calendar, clock.allowance - clock.left(org, now))


def lasting_until(clock: Clock, until: datetime, org: Org, now: datetime) -> Clock:
    """Return the clock with an allowance that is used up just at `until`, or, where nobody works then, soon after it; never before."""
    spent = clock.allowance - clock.left(org, now)
    days = clock.allowance.is_days
    rest = between(org.calendar(clock.calendar), now, until, "days" if days else "time")
    longer = running(Clock(spent + rest, clock.calendar, spent), org, now)
    if longer.deadline is not None and longer.deadline < until:
        little = Span(days=Fraction(1, 100)) if days else Span(time=timedelta(minutes=5))
        longer = running(Clock(spent + rest + little, clock.calendar, spent), org, now)
    return longer


def moved(clock: Clock, calendar: PersonId | None, org: Org, now: datetime) -> Clock:
    """Return the clock with what is left of it carried over to another person's working time."""
    still = Clock(clock.allowance, calendar, clock.allowance - clock.left(org, now))
    return running(still, org, now) if clock.since is not None else still
