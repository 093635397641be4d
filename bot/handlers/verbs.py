"""From a verb and its values to one request. Words and forms come here alike; who may is the engine's question, not this one's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.chat import Line
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.outcomes import QUESTIONS
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    AnswerCause,
    AnswerRemedy,
    Ask,
    Chase,
    Confirm,
    Decline,
    Escalate,
    GiveTime,
    HandOver,
    MakePromise,
    MeToo,
    Note,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Request,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
    Take,
    TakeKey,
    Withdraw,
)
from bot.escalation.words import FixKind, PersonId
from bot.handlers.values import Values
from bot.wording.forms import LACKED


@dataclass(frozen=True, slots=True)
class Faults:
    """Why no request could be made: what is wrong with which value, and what is missing."""

    errors: Mapping[str, Line]
    missing: tuple[str, ...]


def request_of(verb: str, given: Mapping[str, Any], case: Case, by: PersonId, org: Org, now: datetime) -> Request | Faults:
    """Return the request that a verb and its values make of a case, or every fault in them."""
    values = Values(given, by, org, now)
    request = _BUILDERS[verb](values, case)
    if values.errors or values.missing:
        return Faults(values.errors, tuple(values.missing))
    return request


def _promise(v: Values, case: Case) -> Request:
    return MakePromise(v.by, v.time("until"))


def _handover(v: Values, case: Case) -> Request:
    to, service = v.desk("to")
    return HandOver(v.by, to, v.text("why"), service)


def _resolve(v: Values, case: Case) -> Request:
    return Resolve(
        v.by,
        v.text("explanation"),
        v.text("cause"),
        FixKind(v.choice("kind", tuple(FixKind), FixKind.FIX)),
        v.amount("cost"),
        v.words("budget"),
        v.words("lacked"),
        v.words("change"),
        v.person("change_owner"),
        v.perhaps_time("change_by"),
        v.minutes("minutes") or None,
        v.perhaps_time("expires"),
    )


def _lacked(v: Values, case: Case) -> Request:
    lacked = v.choice("lacked", LACKED, "") if v.raw("lacked") else None
    said = SayLacked(v.by, lacked, v.words("change"), v.person("change_owner"), v.perhaps_time("change_by"))
    if said.lacked is None and said.change is None and not v.errors:
        v.missing.append("lacked")
    return said


def _renew(v: Values, case: Case) -> Request:
    return Renew(v.by, v.time("until"), v.text("why"))


def _time(v: Values, case: Case) -> Request:
    minutes = v.minutes("minutes")
    if not minutes and not v.errors:
        v.missing.append("minutes")
    return RecordTime(v.by, minutes)


def _remedy(v: Values, case: Case) -> Request:
    return AnswerRemedy(v.by, v.choice("helped", ("yes", "no"), "") == "yes")


def _cause(v: Values, case: Case) -> Request:
    return AnswerCause(v.by, v.choice("one", ("yes", "no"), "") == "yes")


def _outcome(v: Values, case: Case) -> Request:
    return SayOutcome(v.by, v.choice("question", tuple(QUESTIONS), ""), v.count("answer"))


def _moretime(v: Values, case: Case) -> Request:
    more, until = v.span_or_time("until")
    return GiveTime(v.by, until, more)


def _severity(v: Values, case: Case) -> Request:
    wanted = v.severity("severity")
    if wanted is None and not v.errors:
        v.missing.append("severity")
    return SetSeverity(v.by, wanted or case.severity)


def _consent(v: Values, case: Case) -> Request:
    # Nothing wished for (any more) becomes the present severity, and the engine says that it is so already.
    return SetSeverity(v.by, case.severity_wish.severity if case.severity_wish else case.severity)


def _cost(v: Values, case: Case) -> Request:
    amount, budget = v.amount("cost"), v.words("budget") or case.budget
    if amount is None and not v.errors:
        v.missing.append("cost")
    if budget is None:
        v.missing.append("budget")
    return RecordCost(v.by, amount or Decimal(0), budget or "")


_BUILDERS: Mapping[str, Callable[[Values, Case], Request]] = {
    "metoo": lambda v, _: MeToo(v.by),
    "key": lambda v, _: TakeKey(v.by),
    "chase": lambda v, _: Chase(v.by, v.words("why")),
    "note": lambda v, _: Note(v.by, v.text("text")),
    "ack": lambda v, _: Acknowledge(v.by),
    "promise": _promise,
    "ask": lambda v, _: Ask(v.by, v.text("question")),
    "answer": lambda v, _: Answer(v.by, v.text("text")),
    "handover": _handover,
    "accept": lambda v, _: Accept(v.by),
    "decline": lambda v, _: Decline(v.by, v.text("why")),
    "severity": _severity,
    "consent": _consent,
    "take": lambda v, _: Take(v.by),
    "resolve": _resolve,
    # The engine takes a confirmation of a case that is asked about again as the answer to that.
    "confirm": lambda v, _: Confirm(v.by),
    "stillfixed": lambda v, _: Confirm(v.by),
    "reopen": lambda v, _: Reopen(v.by, v.words("why")),
    "escalate": lambda v, _: Escalate(v.by, v.text("why")),
    "moretime": _moretime,
    "withdraw": lambda v, _: Withdraw(v.by, v.text("why")),
    "cost": _cost,
    "lacked": _lacked,
    "renew": _renew,
    "time": _time,
    "remedy": _remedy,
    "cause": _cause,
    "outcome": _outcome,
}
