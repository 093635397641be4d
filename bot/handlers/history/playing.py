"""Play a month of cases through the engine, on a clock that is wound from one event to the next.

The same seed gives the same month. Everything happens as it would: the time of the cases is the engine's only clock, what people do is
asked of it as a request, and what it refuses does not happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.facts import Fact
from bot.escalation.org import Absence, Org
from bot.escalation.requests import Report, Request, Tick
from bot.escalation.words import CaseId, PersonId

_STEPS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may happen: a report, time passing for a case, or somebody who looks at one."""

    at: datetime
    case: CaseId | None  # None: somebody reports something
    tick: bool = False


@dataclass
class Month:
    """What has been played so far."""

    org: Org
    dice: Random
    now: datetime
    cases: dict[CaseId, Case] = field(default_factory=dict)
    timelines: dict[CaseId, list[Fact]] = field(default_factory=dict)
    looked_at: set[CaseId] = field(default_factory=set)  # somebody will look at these again
    _queue: list[tuple[datetime, int, Event]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def later(self, event: Event) -> None:
        """Have something happen at its time."""
        heappush(self._queue, (event.at, next(self._order), event))

    def events(self, end: datetime) -> Iterator[Event]:
        """Yield what happens before `end`, in its order; the time is the event's meanwhile."""
        while self._queue and self._queue[0][0] < end:
            event = heappop(self._queue)[2]
            self.now = event.at
            yield event

    def ask(self, case: CaseId | None, request: Request) -> Case | None:
        """Have the engine decide with all that follows; return the case after it, None if something of it was refused."""
        decisions = self._decided(case, request, {})
        if decisions is None:
            return None
        for decision in decisions:
            if decision.case is not None and decision.facts:
                self._keep(decision.case, decision.facts)
        return decisions[0].case

    def _decided(self, number: CaseId | None, request: Request, held: dict[CaseId, Case]) -> list[Decision] | None:
        if number is None and isinstance(request, Report):
            request = replace(request, id=CaseId(max({*self.cases, *held}, default=0) + 1))
        before = held.get(number) or self.cases[number] if number is not None else None
        decision = advance(before, request, self.org, self.now)
        if decision.refusal is not None or decision.case is None:
            return None
        held[decision.case.id] = decision.case
        found = [decision]
        for follow_up in decision.follow_ups:
            opens = isinstance(follow_up.request, Report)
            further = self._decided(None if opens else follow_up.case, follow_up.request, held)
            if further is None:
                return None
            found += further
        return found

    def _keep(self, case: Case, facts: tuple[Fact, ...]) -> None:
        self.cases[case.id] = case
        self.timelines.setdefault(case.id, []).extend(facts)
        if case.due is not None:
            self.later(Event(max(case.due, self.now), case.id, tick=True))

    def tick(self, number: CaseId) -> None:
        """Let the time that has passed do to a case what is due."""
        for _ in range(_STEPS_AT_ONCE):
            due = self.cases[number].due
            if due is None or due > self.now or self.ask(number, Tick()) is None:
                return

    def working(self, at: datetime) -> datetime:
        """Return the time at which somebody in the organisation's zone gets round to it: by day, and seldom at a weekend."""
        local = at.astimezone(ZoneInfo(self.org.zone))
        if local.weekday() > 4 and self.dice.random() < 0.9:
            local = (local + timedelta(days=7 - local.weekday())).replace(hour=9)
        if not 8 <= local.hour < 18:
            local = local.replace(hour=9, minute=self.dice.randrange(60)) + timedelta(days=local.hour >= 18)
        return max(local.astimezone(at.tzinfo), self.now)


def with_absences(org: Org, dice: Random, start: datetime, days: int) -> Org:
    """Return the organisation with some of its people away for some days of the month, known from its beginning."""
    away: list[Absence] = []
    for person in org.people:
        if dice.random() < 0.5:
            begins = start + timedelta(days=dice.randrange(max(days, 1)), hours=dice.randrange(24))
            away.append(Absence(PersonId(person), begins, begins + timedelta(days=dice.randint(1, 5))))
    return replace(org, absences=(*org.absences, *away))
