"""Random verbs by random people at random times: whatever they do, the promises of DESIGN.md section 2 hold after each step."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.decision import Decision, No
from bot.escalation.facts import Fact, Merged, fold
from bot.escalation.org import Absence, Org
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    AnswerRemedy,
    Ask,
    CameBack,
    Chase,
    Confirm,
    Decline,
    Escalate,
    GiveTime,
    HandOver,
    Link,
    MakePromise,
    Merge,
    MeToo,
    Note,
    OfferRemedy,
    Reckon,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Report,
    Request,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
    StillFixed,
    Take,
    TakeKey,
    Tick,
    Withdraw,
)
from bot.escalation.words import CaseId, FixKind, Kind, Outcome, PersonId, Reason, Status
from tests.escalation.permits import MAY, may
from tests.escalation.world import (
    ANA,
    BILLING,
    DESK,
    EVERYBODY,
    METERING,
    ORG,
    PAYROLL,
    RITA,
    TOM,
    at,
    decided,
    report,
    text,
)

PEOPLE = st.sampled_from(EVERYBODY)
MINUTES = (1, 7, 30, 30, 60, 120, 240, 1440)
WAITS = st.sampled_from(MINUTES).map(lambda minutes: timedelta(minutes=minutes))
LONG_WAITS = st.sampled_from([1, 60, 240, 1440, 4 * 1440, 9 * 1440, 35 * 1440]).map(lambda minutes: timedelta(minutes=minutes))
SEVERITIES = st.sampled_from(["low", "normal", "high", "critical", "dire"])
SERVICES = st.sampled_from([None, None, METERING, PAYROLL])
AMOUNTS = st.sampled_from([Decimal(0), Decimal(40), Decimal("NaN"), Decimal(-5)])
SPENT = st.sampled_from([-1, 0, 5, 60, 10**6])
ANSWERS = st.sampled_from([("needed", 0), ("needed", 1), ("process", 3), ("process", 9), ("prevented", 1), ("polite", 1)])
WORDS = text("because")
TICKS_AT_ONE_INSTANT = 5

ALWAYS_ASKED = (Acknowledge, Accept, Take, TakeKey, Confirm, StillFixed, MeToo)
WITH_WORDS = (Chase, Note, Answer, Ask, Reopen, Escalate, Withdraw, Decline)
BY_OWNERS: tuple[type, ...] = (
    *(Acknowledge, MakePromise, Ask, HandOver, Resolve, Resolve),
    *(SetSeverity, Take, Escalate, Merge, RecordCost, Note, Decline),
    *(SayLacked, Renew, Renew, RecordTime),
)
BY_REPORTERS: tuple[type, ...] = (
    *(Chase, Chase, Chase, Confirm, Reopen, Reopen),
    *(Answer, Note, Escalate, GiveTime, Withdraw, StillFixed, SetSeverity),
    *(AnswerRemedy, SayOutcome),
)
BY_ANYBODY = tuple(MAY)
NUMBERS = st.sampled_from([1, 1, 1, 2, 3, 4])
MOST_CASES = 8  # further changes and workarounds are not opened: a run has sixty steps


class Cases(RuleBasedStateMachine):
    """Two cases of one organisation, what comes of them, its clock, and everything that ever happened to them."""

    org: Org
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.cases: dict[CaseId, Case] = {}
        self.facts: dict[CaseId, list[Fact]] = {}
        self.keys: set[str] = set()
        self.nothing_can_be_sent = False

    @initialize(
        by=st.sampled_from([RITA, TOM, ANA]),
        service=st.sampled_from([BILLING, METERING, PAYROLL, DESK]),
        severity=st.sampled_from(["low", "normal", "high", "critical"]),
        concerned=st.sampled_from([(), (), (), (ANA,), (PersonId("bruno"),), (PersonId("ida"),)]),
        start=st.sampled_from(["Mon 10:00", "Fri 17:00", "Sat 12:00", "2026-03-28 23:00", "2026-10-23 16:00", "2026-12-24 12:00"]),
    )
    def open_two(self, by: PersonId, service: Any, severity: str, concerned: tuple[PersonId, ...], start: str) -> None:
        self.org, self.now = ORG, at(start)
        self._save(decided(None, report(by, service, 1, severity=severity, concerned=concerned), self.now), None)
        self.now += timedelta(minutes=5)
        self._save(decided(None, report(TOM, BILLING, 2, asked_before=2, author=RITA), self.now), None)

    # --- what people do: mostly those whom it concerns, so that stories go somewhere, but anybody tries

    @rule(number=NUMBERS, by=st.sampled_from(["owner", "accountable"]), verb=st.sampled_from(BY_OWNERS), data=st.data())
    def an_owner_acts(self, number: int, by: str, verb: type, data: st.DataObject) -> None:
        self._act(number, by, verb, data)

    @rule(number=NUMBERS, verb=st.sampled_from(BY_REPORTERS), data=st.data())
    def a_reporter_acts(self, number: int, verb: type, data: st.DataObject) -> None:
        self._act(number, "reporter", verb, data)

    @rule(number=NUMBERS, verb=st.sampled_from([Accept, Accept, Accept, Decline]), data=st.data())
    def the_one_who_was_asked_answers(self, number: int, verb: type, data: st.DataObject) -> None:
        if self._numbered(number).offer is not None:
            self._act(number, "offered", verb, data)

    @rule(number=NUMBERS, to=PEOPLE, at_once=st.booleans(), data=st.data())
    def it_changes_hands(self, number: int, to: PersonId, at_once: bool, data: st.DataObject) -> None:
        case = self._numbered(number)
        self._ask(case, case.owner, HandOver(case.owner, to, WORDS, data.draw(SERVICES)))
        if at_once and self.cases[case.id].offer is not None:
            self._act(number, "offered", Accept, data)

    @rule(number=NUMBERS, answer=st.sampled_from([Confirm, Reopen]), data=st.data())
    def both_keys_are_turned(self, number: int, answer: type, data: st.DataObject) -> None:
        self._act(number, "owner", Resolve, data)
        self._act(number, "reporter", answer, data)

    @rule(number=NUMBERS, by=PEOPLE, verb=st.sampled_from(BY_ANYBODY), data=st.data())
    def anybody_acts(self, number: int, by: PersonId, verb: type, data: st.DataObject) -> None:
        self._act(number, by, verb, data)

    def _act(self, number: int, role: str, verb: type, data: st.DataObject) -> None:
        case = self._numbered(number)
        names = {"owner": case.owner, "accountable": case.accountable, "reporter": case.keyholders[-1]}
        names["offered"] = case.offer.to if case.offer else case.owner
        by = names.get(role, PersonId(role))
        self._ask(case, by, self._request(case, by, verb, data))

    def _request(self, case: Case, by: PersonId, verb: type, data: st.DataObject) -> Any:  # noqa: C901 - one line a verb
        if verb in ALWAYS_ASKED:
            return verb(by)
        if verb in WITH_WORDS:
            return verb(by, WORDS)
        if verb in (MakePromise, GiveTime):
            return verb(by, self.now + data.draw(LONG_WAITS))
        if verb is HandOver:
            return HandOver(by, data.draw(PEOPLE), WORDS, data.draw(SERVICES))
        if verb is Resolve:
            return self._resolution(by, data)
        if verb is SayLacked:
            change, at = data.draw(st.sampled_from([None, WORDS])), self.now + data.draw(LONG_WAITS)
            return SayLacked(by, data.draw(st.sampled_from([None, "time"])), change, data.draw(st.none() | PEOPLE), at)
        if verb is Renew:
            return Renew(by, self.now + data.draw(LONG_WAITS), WORDS)
        if verb is RecordTime:
            return RecordTime(by, data.draw(SPENT))
        if verb is AnswerRemedy:
            return AnswerRemedy(by, data.draw(st.booleans()))
        if verb is SayOutcome:
            return SayOutcome(by, *data.draw(ANSWERS))
        if verb is Merge:
            return Merge(by, data.draw(st.sampled_from([self.cases[CaseId(1)], self.cases[CaseId(2)], case])))
        if verb is SetSeverity:
            return SetSeverity(by, data.draw(SEVERITIES))
        assert verb is RecordCost
        return RecordCost(by, data.draw(AMOUNTS), "billing")

    def _resolution(self, by: PersonId, data: st.DataObject) -> Resolve:
        plain = Resolve(by, WORDS, "process", FixKind.FIX, data.draw(st.none() | AMOUNTS), "billing")
        if not data.draw(st.booleans()):
            return plain
        kind, when = data.draw(st.sampled_from(FixKind)), self.now + data.draw(LONG_WAITS)
        lasting: dict[str, Any] = {"change": WORDS, "change_owner": data.draw(st.none() | PEOPLE), "change_by": when, "expires": when}
        return replace(plain, kind=kind, minutes=data.draw(SPENT), **lasting)

    # --- what follows from one case in another

    @rule(number=NUMBERS, other=NUMBERS, verb=st.sampled_from([Link, CameBack, OfferRemedy]))
    def another_case_touches_it(self, number: int, other: int, verb: type) -> None:
        case, about = self._numbered(number), CaseId(other + 100)
        asked: dict[type, Any] = {
            Link: Link(None, about, kind=Kind.PROBLEM) if case.kind is not Kind.PROBLEM else Link(None, under=about, kind=Kind.CAUSE),
            CameBack: CameBack(about),
            OfferRemedy: OfferRemedy(None, about),
        }
        self._decide(case, asked[verb])

    def _numbered(self, number: int) -> Case:
        return self.cases.get(CaseId(number), self.cases[CaseId(1)])

    def _follow(self, case: Case, number: CaseId, request: Request) -> None:
        if not isinstance(request, Report):
            self._decide(self.cases[number], request)
        elif len(self.cases) < MOST_CASES:
            new = CaseId(len(self.cases) + 1)
            self._save(decided(None, replace(request, id=new), self.now, self.org), None)
            self._decide(self.cases[case.id], Link(None, new, kind=request.kind))

    def _ask(self, case: Case, by: PersonId, request: Request) -> None:
        decision = self._decide(case, request)
        allowed = may(case, self.org, by, type(request), self.now)
        if not allowed:
            assert decision.case == case
            assert (decision.facts, decision.messages, decision.follow_ups) == ((), (), ())
            assert decision.refusal is not None or decision.reason is Reason.ALREADY
        elif decision.refusal is not None:
            assert decision.refusal.no is not No.NOT_YOURS
        for follow_up in decision.follow_ups:
            self._follow(case, follow_up.case, follow_up.request)

    # --- what time does

    @rule(wait=WAITS)
    def time_passes(self, wait: timedelta) -> None:
        """Each case is ticked at each of its due times."""
        until = self.now + wait
        while (due := self._first_due()) is not None and due <= until:
            self.now = max(self.now, due)
            self._tick_all()
        self.now = until
        self._tick_all()

    @rule(wait=LONG_WAITS)
    def the_machine_is_off(self, wait: timedelta) -> None:
        """One tick, late, for all that was missed."""
        self.now += wait
        self._tick_all()

    def _first_due(self) -> datetime | None:
        return min((case.due for case in self.cases.values() if case.due is not None), default=None)

    def _tick_all(self) -> None:
        for number in self.cases:
            for _ in range(TICKS_AT_ONE_INSTANT):
                due = self.cases[number].due
                if due is None or due > self.now:
                    break
                assert self._decide(self.cases[number], Tick(unasked=self.nothing_can_be_sent)).facts
            due = self.cases[number].due
            assert due is None or due > self.now, "ticking makes no progress"

    @rule()
    def sending_ends_or_begins_again(self) -> None:
        self.nothing_can_be_sent = not self.nothing_can_be_sent

    @rule(wait=WAITS)
    def wait_without_a_tick(self, wait: timedelta) -> None:
        self.now += wait

    # --- what happens to people

    @rule(person=PEOPLE, starts=WAITS, lasts=WAITS, cover=st.none() | PEOPLE, told=st.booleans())
    def go_away(self, person: PersonId, starts: timedelta, lasts: timedelta, cover: PersonId | None, told: bool) -> None:
        start = self.now + starts - timedelta(hours=2)
        self._organise(replace(self.org, absences=(*self.org.absences, Absence(person, start, start + lasts, cover))), told)

    @precondition(lambda self: bool(self.org.absences))
    @rule(told=st.booleans())
    def come_back(self, told: bool) -> None:
        self._organise(replace(self.org, absences=self.org.absences[1:]), told)

    @rule(person=PEOPLE, gone=st.booleans(), reachable=st.booleans(), told=st.booleans())
    def come_or_go(self, person: PersonId, gone: bool, reachable: bool, told: bool) -> None:
        now = replace(self.org.people[person], gone=gone, reachable=reachable)
        self._organise(replace(self.org, people={**self.org.people, person: now}), told)

    def _organise(self, org: Org, told: bool) -> None:
        self.org = org
        for case in tuple(self.cases.values()) if told else ():
            self._decide(case, Reckon())

    # --- what must hold

    def _decide(self, case: Case, request: Request) -> Decision:
        if not isinstance(request, Tick) and case.due is not None and self.now < case.due:
            assert advance(case, Tick(), self.org, self.now) == Decision(case, Reason.NOT_YET_DUE)
        decision = decided(case, request, self.now, self.org)
        self._save(decision, case)
        return decision

    def _save(self, decision: Decision, before: Case | None) -> None:
        case = decision.case
        assert case is not None
        self.cases[case.id] = case
        self.facts.setdefault(case.id, []).extend(decision.facts)
        assert fold(self.facts[case.id]) == case
        keys = {message.key for message in decision.messages}
        assert not keys & self.keys
        self.keys |= keys
        assert not {m.to for m in decision.messages} & (set(case.concerned) - {case.owner, case.accountable})
        _hangs_together(case)
        if before is not None:
            _only_forward(before, case, decision)


def _hangs_together(case: Case) -> None:
    """One status, and nothing left over from another."""
    assert case.live == (case.outcome is None) == (case.closed_at is None)
    assert (case.status is Status.WAITING) == (case.question is not None)
    assert (case.status is Status.RESOLVED) == (case.confirm_by is not None)
    assert case.asked_from is None or case.status is Status.RESOLVED
    assert case.resolution is not None or case.status is not Status.RESOLVED
    assert (case.outcome is Outcome.DUPLICATE) == (case.merged_into is not None)
    assert case.offer is None or case.status not in (Status.RESOLVED, Status.CLOSED)
    running = case.status in (Status.OPEN, Status.ACKNOWLEDGED)
    clocks = [clock for clock in (case.response, case.resolution_clock) if clock]
    assert all((clock.since is not None) == running == (clock.deadline is not None) for clock in clocks)
    assert case.resolution_clock is not None
    assert (case.response is None) or case.status is not Status.ACKNOWLEDGED
    assert case.reporter in case.keyholders
    assert case.live or (case.nag_at is None and case.severity_wish is None)
    assert case.level > 0 or case.accountable == case.owner
    if case.live:
        assert case.owner
        assert case.due is not None


def _only_forward(before: Case, after: Case, decision: Decision) -> None:
    """Levels never fall, the age never shrinks, and no contact is forgotten."""
    assert after.level >= before.level
    assert after.opened_at <= before.opened_at
    assert after.version == before.version + len(decision.facts)
    undone = any(isinstance(fact.what, Merged) and fact.what.undone for fact in decision.facts)
    assert after.contacts >= before.contacts or undone
    assert after.handovers >= before.handovers
    assert set(before.tried) <= set(after.tried)
    assert not decision.facts or decision.refusal is None


Cases.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCases = Cases.TestCase
