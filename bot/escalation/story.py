"""What had become of a case by a moment: its timeline read once, for everything that a digest says of it.

Whatever came after that moment is not looked at, so that the digest of a past day says the same whenever it is computed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from bot.escalation.case import Cost, Effort, Remedy, Resolution
from bot.escalation.facts import CostRecorded, Escalated, Fact, RemedyAnswered, Reopened, Resolved, SilentFound, TimeSpent
from bot.escalation.lasting import cause_key
from bot.escalation.measure import DAY, passed
from bot.escalation.org import Chain
from bot.escalation.words import CaseId, Kind, Outcome, PersonId, RouteId, ServiceId, Status, Text, Why

Facts = Sequence[Fact]

BY_THE_REPORTER = (Why.ASKED_BY_REPORTER, Why.CHASED)
"""Whoever had a case go up like this has shouted. Time alone is no shouting."""


@dataclass(frozen=True, slots=True)
class Stood:
    """How a case stood: the fields of `Case` that a digest looks at, and no others, so that a year of cases can be read."""

    id: CaseId
    kind: Kind
    status: Status
    outcome: Outcome | None
    title: Text
    service: ServiceId
    team: str | None
    budget: str | None
    private: bool
    opened_at: datetime
    chain: Chain
    owner: PersonId
    level: int
    accountable: PersonId
    arrived_at: datetime
    stranded: bool
    resolution: Resolution | None
    contacts: int
    handovers: int
    broken_promises: int
    escalations: int
    closed_at: datetime | None
    costs: tuple[Cost, ...]
    absorbed: tuple[CaseId, ...] = ()
    target: datetime | None = None
    origin: CaseId | None = None
    cause_of: str = ""
    linked: tuple[CaseId, ...] = ()
    wanted_by: datetime | None = None
    renewals: int = 0
    efforts: tuple[Effort, ...] = ()
    under: CaseId | None = None
    remedy: Remedy | None = None
    remedies_had: tuple[CaseId, ...] = ()
    announced: str | None = None
    route: RouteId | None = None
    probed: bool = False

    @property
    def live(self) -> bool:
        """Tell whether somebody still owed a move."""
        return self.status is not Status.CLOSED

    @property
    def at_top(self) -> bool:
        """Tell whether there was no level above to go to."""
        return self.stranded or self.level >= self.chain.top

    @property
    def cause(self) -> str:
        """Return the cause as whoever resolved it wrote it; "" if it was not known."""
        return self.resolution.cause if self.resolution else ""


LOOKED_AT = frozenset(field.name for field in fields(Stood))
"""The fields of a case that a digest looks at."""


@dataclass(frozen=True, slots=True)
class Story:
    """A case as it stood at the end of a span, with the facts of that span and the moments that count."""

    case: Stood
    before: Stood | None  # as it stood when the span began; None if it was not there yet
    within: tuple[Fact, ...]
    reported_at: datetime  # this one itself: its age may be that of an older one that was merged into it
    left_level_0: datetime | None
    at_fix: Stood | None  # as it was when its latest resolution was proposed
    fixed_at: datetime | None  # when that was
    by_request: bool  # the reporter had asked for an escalation, and it went up
    loud: bool  # that, or the reporter had chased so often that it went up
    silent: tuple[CaseId, ...]  # which others were found, when it was fixed, to have the same without shouting
    told_went_up: bool  # as `went_up`, when the span began
    paid_at_level_0: tuple[bool, ...]  # for each cost that was recorded in the span: whether it had not been escalated by then
    closed_within: bool

    @property
    def is_fix(self) -> bool:
        """Tell whether it is a problem whose fix was confirmed in the span, and still stood at its end."""
        return self.closed_within and self.case.kind is Kind.PROBLEM and self.case.outcome is Outcome.FIXED

    @property
    def is_escalated_fix(self) -> bool:
        """Tell whether its fix came only after a real escalation: skips alone, for absence say, are none."""
        return self.is_fix and self.went_up

    @property
    def went_up(self) -> bool:
        """Tell whether it had really been escalated by the time its latest resolution was proposed."""
        return self.at_fix is not None and self.at_fix.escalations > 0

    @property
    def in_time(self) -> bool | None:
        """Tell whether its latest resolution was proposed by its target; None where there is no target."""
        if self.case.target is None:
            return None
        return self.fixed_at is not None and self.fixed_at <= self.case.target

    @property
    def days_below(self) -> int | float:
        """Return how many days it was with its owner before it left level 0."""
        return passed(self.case.opened_at, self.left_level_0, DAY) if self.left_level_0 else 0

    @property
    def is_lasting(self) -> bool:
        """Tell whether it is a change or a workaround."""
        return self.case.kind in (Kind.CHANGE, Kind.DEBT)

    @property
    def was_told(self) -> bool:
        """Tell whether an earlier digest had told how it ended, and something happened to it since."""
        ended = self.before is not None and self.before.outcome in (Outcome.FIXED, Outcome.UNCONFIRMED, Outcome.DECLINED)
        return ended and self.case.kind is Kind.PROBLEM and bool(self.within)

    @property
    def is_stuck(self) -> bool:
        """Tell whether it is at the top and not closed."""
        return self.case.live and self.case.at_top

    @property
    def cause(self) -> tuple[ServiceId, str]:
        """Return what makes two cases the same thing again: the service, and the cause however it is written."""
        return self.case.service, cause_key(self.case.cause)

    def said(self, kind: type) -> list[Fact]:
        """Return the facts of one kind in the span."""
        return [fact for fact in self.within if isinstance(fact.what, kind)]


def stories(timelines: Iterable[Facts], start: datetime, end: datetime) -> Iterator[Story]:
    """Return each case's story up to `end`; those that began later, or of which there is nothing left to tell, have none."""
    for facts in timelines:
        if facts and facts[0].at < end:
            yield story(facts, start, end)


def story(facts: Facts, start: datetime, end: datetime) -> Story:
    """Return the story of a case that was reported before `end`."""
    # What is private now was never to be read by others, even if it was open then.
    private = any(fact.sets.get("private") for fact in facts)
    sets: dict[str, Any] = dict(facts[0].sets)
    then: Mapping[str, Any] | None = None
    left, fix, fix_before = None, None, None
    ups, silent = set[Why](), dict[CaseId, None]()
    within: list[Fact] = []
    cheap: list[bool] = []
    for fact in facts:
        if fact.at >= end:
            break
        if fact.at >= start:
            then, fix_before = (then, fix_before) if within or fact.n == 1 else (dict(sets), fix)
            within.append(fact)
        sets.update(fact.sets, private=private)
        left = fact.at if left is None and sets["level"] > 0 else left
        match fact.what:
            case Escalated(why=why):
                ups.add(why)
            case SilentFound(cases=found):
                silent |= dict.fromkeys(found)
            case Resolved() | RemedyAnswered(helped=True):
                fix = (fact.at, dict(sets))
            case CostRecorded() if fact.at >= start:
                cheap.append(sets["escalations"] == 0)
    stood = standing(sets)
    if not within and facts[0].at < start:
        then, fix_before = sets, fix
    return Story(
        case=stood,
        before=standing(then) if then is not None else None,
        within=tuple(within),
        reported_at=facts[0].at,
        left_level_0=left,
        at_fix=standing(fix[1]) if fix else None,
        fixed_at=fix[0] if fix else None,
        by_request=Why.ASKED_BY_REPORTER in ups,
        loud=any(why in ups for why in BY_THE_REPORTER),
        silent=tuple(silent),
        told_went_up=fix_before is not None and fix_before[1]["escalations"] > 0,
        paid_at_level_0=tuple(cheap),
        closed_within=stood.closed_at is not None and stood.closed_at >= start,
    )


def standing(sets: Mapping[str, Any]) -> Stood:
    """Return how a case stood from the fields that its facts had set."""
    return Stood(**{name: sets[name] for name in LOOKED_AT if name in sets})


TELLING = (
    *("reported", "escalated", "promise_kept", "promise_broken", "resolved", "confirmed", "closed_unconfirmed", "declined", "withdrawn"),
    *("merged", "reopened", "rechecked", "cost_recorded", "time_spent", "outcome_said", "remedy_answered", "lacked"),
)
"""The facts that a digest may have something to tell of: a case without one of them in a span has no part in its figures."""

READ = frozenset((*TELLING, "silent_found"))
"""The facts whose details a digest looks at."""


def came_back(story: Story) -> bool:
    """Tell whether it had been told as closed for good, and was reopened in the span."""
    return any(isinstance(fact.what, Reopened) and fact.what.before in _FOR_GOOD for fact in story.within)


_FOR_GOOD = (Outcome.FIXED, Outcome.UNCONFIRMED)


def minutes(story: Story) -> list[Effort]:
    """Return what was worked on it, as it was recorded in the span."""
    return [Effort(fact.what.level, fact.what.minutes) for fact in story.within if isinstance(fact.what, TimeSpent)]
