"""Every verb in every state by everybody: the engine lets do what DESIGN.md section 4 lets do, and refuses the rest without a trace."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from bot.escalation.advance import VERBS
from bot.escalation.case import Case
from bot.escalation.decision import No
from bot.escalation.org import Org
from bot.escalation.requests import (
    AnswerRemedy,
    GiveTime,
    HandOver,
    MakePromise,
    Merge,
    MeToo,
    OfferRemedy,
    RecordCost,
    RecordTime,
    Renew,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
)
from bot.escalation.words import CaseId, Kind, PersonId, Reason
from tests.escalation.permits import MAY, may
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    DANA,
    DECLINED,
    EVERYBODY,
    FIXED,
    KENJI,
    OFFERED,
    OPENED,
    ORG,
    PAYROLL,
    RESOLVED,
    RITA,
    TOM,
    TOP,
    UNCONFIRMED,
    UP,
    UP_ACKED,
    WAITING,
    WHY,
    WITHDRAWN,
    at,
    away,
    changed,
    decided,
    opened,
    play,
)

OTHER = opened(by=TOM, id=43)
SHARED = play(OPENED, (MeToo(DANA), at("Mon 10:05")))
CASES = {
    "open": OPENED,
    "acknowledged": ACKED,
    "with the manager": UP,
    "acknowledged by the manager": UP_ACKED,
    "at the top": TOP,
    "waiting": WAITING,
    "offered": OFFERED,
    "resolved": RESOLVED,
    "fixed": FIXED,
    "unconfirmed": UNCONFIRMED,
    "withdrawn": WITHDRAWN,
    "declined": DECLINED,
    "a duplicate": play(OPENED, (Merge(ANA, OTHER), at("Mon 11:00"))),
    "with somebody affected": SHARED,
    "reported from somebody's message": opened(author=PersonId("dana")),
    "private": opened(service=PAYROLL),
    "with somebody left out": opened(concerned=(PersonId("ida"), BEN)),
    "fixed by the manager": play(UP_ACKED, (Resolve(BRUNO, WHY, "process"), at("Mon 12:00"))),
    "a workaround": opened(kind=Kind.DEBT, wanted_by=at("Mon 12:00", 1)),
    "with another's remedy": play(ACKED, (OfferRemedy(None, CaseId(77)), at("Mon 12:00"))),
}
ORGS = {
    "everybody there": ORG,
    "the owner away, covered": away(ANA, "Mon 09:00", "Fri 17:00", BEN),
    "the manager away, covered": away(BRUNO, "Mon 09:00", "Fri 17:00", KENJI),
    "the reporter gone": changed(RITA, gone=True),
}


def asked(verb: Any, by: PersonId) -> Any:
    """Return that request, with words that nothing but the person can be refused for."""
    special: dict[type, Callable[[], Any]] = {
        MakePromise: lambda: MakePromise(by, at("Fri 16:00")),
        GiveTime: lambda: GiveTime(by, at("Fri 16:00", 1)),
        HandOver: lambda: HandOver(by, DANA, WHY),
        Resolve: lambda: Resolve(by, WHY, "process"),
        SetSeverity: lambda: SetSeverity(by, "high"),
        Merge: lambda: Merge(by, OTHER),
        RecordCost: lambda: RecordCost(by, Decimal(1), "billing"),
        RecordTime: lambda: RecordTime(by, 5),
        SayLacked: lambda: SayLacked(by, "authority"),
        Renew: lambda: Renew(by, at("Fri 16:00", 1), WHY),
        AnswerRemedy: lambda: AnswerRemedy(by, helped=True),
        SayOutcome: lambda: SayOutcome(by, "needed", 0),
    }
    if verb in special:
        return special[verb]()
    return verb(by, WHY) if "why" in verb.__slots__ or "text" in verb.__slots__ or "question" in verb.__slots__ else verb(by)


def everything() -> Iterator[tuple[str, Case, Org, Any, PersonId]]:
    for state, case in CASES.items():
        for who, org in ORGS.items():
            for verb in MAY:
                for by in EVERYBODY:
                    yield f"{verb.__name__} by {by}: {state}, {who}", case, org, verb, by


@pytest.mark.parametrize("state", CASES)
def test_nobody_does_what_they_may_not(state: str) -> None:
    """A refusal says who may, or, where nobody is named, which role."""
    now = at("Fri 15:00")
    for name, case, org, verb, by in everything():
        if f": {state}," not in name:
            continue
        decision = decided(case, asked(verb, by), now, org)
        allowed = may(case, org, by, verb, now)
        if not allowed:
            assert decision.case == case, name
            assert (decision.facts, decision.messages, decision.follow_ups) == ((), (), ()), name
            assert decision.refusal is not None or decision.reason is Reason.ALREADY, name
        if decision.refusal is not None:
            assert not (allowed and decision.refusal.no is No.NOT_YOURS), name
            assert decision.reason is Reason.REFUSED, name
            assert decision.refusal.verb == VERBS[verb], name
            if decision.refusal.no is No.NOT_YOURS:
                assert decision.refusal.who or decision.refusal.roles, name


def test_somebody_may_do_each_thing_in_some_state() -> None:
    """Otherwise the table above could pass by refusing everything."""
    now, done = at("Fri 15:00"), set()
    for _, case, org, verb, by in everything():
        if verb not in done and decided(case, asked(verb, by), now, org).facts:
            done.add(verb)
    # A re-check has not been asked yet in any of these.
    assert {verb.__name__ for verb in set(MAY) - done} == {"StillFixed"}
