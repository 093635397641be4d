"""Decide what a request, or the passing of time, does to a case.

`advance` is the whole engine. It reads no clock, no database and no chat: the time is an argument and the messages are
part of the answer, so a three-week escalation is tested in a millisecond and replaying it is harmless.
"""

from datetime import datetime
from typing import assert_never

from bot.escalation import (
    again,
    answering,
    causes,
    climbing,
    effort,
    handover,
    keys,
    lasting,
    merging,
    outcomes,
    probing,
    remedies,
    reopening,
    silent,
    terms,
    ticking,
)
from bot.escalation.case import Case
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.opening import report
from bot.escalation.org import Org
from bot.escalation.requests import (
    Absorb,
    Accept,
    Acknowledge,
    Again,
    Answer,
    AnswerCause,
    AnswerRemedy,
    Ask,
    CameBack,
    Chase,
    Confirm,
    Decline,
    Escalate,
    FindSilent,
    GiveTime,
    HandOver,
    Link,
    MakePromise,
    Merge,
    MeToo,
    Note,
    OfferRemedy,
    ProposeCause,
    Reckon,
    RecordCost,
    RecordTime,
    Recur,
    Renew,
    Reopen,
    Report,
    Request,
    Resolve,
    RouteProbed,
    SayLacked,
    SayOutcome,
    SetSeverity,
    StillFixed,
    Take,
    TakeKey,
    Tick,
    Withdraw,
)
from bot.escalation.words import Outcome, Reason

# What a closed case still answers to. Everything else would change something that has ended.
AFTER_CLOSING = (
    Tick, Reckon, Confirm, Reopen, StillFixed, RecordCost, Absorb, Recur, Note,
    SayLacked, SayOutcome, RecordTime, Link, CameBack, OfferRemedy, AnswerRemedy, ProposeCause, AnswerCause, FindSilent, RouteProbed,
)  # fmt: skip

VERBS: dict[type, str] = {
    MeToo: "metoo",
    TakeKey: "key",
    Chase: "chase",
    Note: "note",
    Answer: "answer",
    Acknowledge: "ack",
    MakePromise: "promise",
    Ask: "ask",
    HandOver: "handover",
    Accept: "accept",
    Decline: "decline",
    SetSeverity: "severity",
    Take: "take",
    Resolve: "resolve",
    Confirm: "confirm",
    Reopen: "reopen",
    StillFixed: "confirm",
    Escalate: "escalate",
    GiveTime: "moretime",
    Withdraw: "withdraw",
    Merge: "merge",
    Again: "again",
    RecordCost: "cost",
    RecordTime: "time",
    SayLacked: "lacked",
    Renew: "renew",
    SayOutcome: "outcome",
    AnswerRemedy: "remedy",
    AnswerCause: "cause",
}


def advance(case: Case | None, request: Request, org: Org, now: datetime) -> Decision:
    """Apply one request and return the case after it, the facts, the messages and the reason.

    Args:
        case: the case as it stands; None only for `Report`, which opens one.
        request: what somebody asks, or `Tick`.
        org: the organisation at this moment.
        now: the time, aware, in UTC.

    Raises:
        ValueError: a request other than `Report` without a case, or a naive time.
    """
    if now.tzinfo is None:
        raise ValueError("the engine needs a time with a zone")
    if isinstance(request, Report):
        return report(request, org, now)
    if case is None:
        raise ValueError(f"{type(request).__name__} needs a case")
    if not case.live and not isinstance(request, AFTER_CLOSING):
        return _closed(case, request)
    return _decide(Draft(case, org, now), request)


def _closed(case: Case, request: Request) -> Decision:
    again = isinstance(request, Withdraw) and case.outcome is Outcome.WITHDRAWN
    if again:
        return Decision.nothing(case, Reason.ALREADY)
    return Decision.no(case, Refusal(No.CLOSED, VERBS[type(request)], who=case.keyholders))


def _decide(draft: Draft, request: Request) -> Decision:  # noqa: C901 - one line a verb: this is the table of contents
    match request:
        case Tick():
            return ticking.tick(draft, unasked=request.unasked)
        case Reckon():
            return ticking.reckon(draft)
        case Acknowledge():
            return answering.acknowledge(draft, request)
        case MakePromise():
            return answering.promise(draft, request)
        case Ask():
            return answering.ask(draft, request)
        case Note() | Answer():
            return answering.note(draft, request)
        case Chase():
            return climbing.chase(draft, request)
        case Escalate():
            return climbing.escalate(draft, request)
        case HandOver():
            return handover.hand_over(draft, request)
        case Accept():
            return handover.accept(draft, request)
        case Take():
            return handover.take(draft, request)
        case Resolve():
            return keys.resolve(draft, request)
        case Confirm():
            return keys.confirm(draft, request)
        case StillFixed():
            return keys.still_fixed(draft, request)
        case Reopen():
            return reopening.reopen(draft, request)
        case Withdraw():
            return keys.withdraw(draft, request)
        case Decline():
            return keys.decline(draft, request)
        case SetSeverity():
            return terms.set_severity(draft, request)
        case GiveTime():
            return terms.give_time(draft, request)
        case MeToo():
            return terms.me_too(draft, request)
        case TakeKey():
            return terms.take_key(draft, request)
        case RecordCost():
            return terms.record_cost(draft, request)
        case Merge():
            return merging.merge(draft, request)
        case Absorb():
            return merging.absorb(draft, request)
        case Again():
            return again.again(draft, request)
        case Recur():
            return again.recur(draft, request)
        case RecordTime():
            return effort.record_time(draft, request)
        case SayLacked():
            return lasting.say_lacked(draft, request)
        case Renew():
            return lasting.renew(draft, request)
        case Link():
            return lasting.link(draft, request)
        case CameBack():
            return lasting.came_back(draft, request)
        case OfferRemedy():
            return remedies.offer_remedy(draft, request)
        case AnswerRemedy():
            return remedies.answer_remedy(draft, request)
        case ProposeCause():
            return causes.propose_cause(draft, request)
        case AnswerCause():
            return causes.answer_cause(draft, request)
        case FindSilent():
            return silent.find_silent(draft, request)
        case SayOutcome():
            return outcomes.say_outcome(draft, request)
        case RouteProbed():
            return probing.route_probed(draft, request)
        case Report():
            raise ValueError("a case cannot be reported twice")
        case _:
            assert_never(request)
