"""What is answered to the one who asked: what happened, and what comes next."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from bot.chat import Line, Typed
from bot.escalation import facts as f
from bot.escalation import requests as r
from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.org import Org
from bot.escalation.words import PersonId, Reason, Status, case_name
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.helping import help_lines
from bot.wording.plain import counted, in_full, listed, people, say, shortened, who
from bot.wording.refusals import refused
from bot.wording.shown import keys, listing, reported, show, stale, which_case
from bot.wording.timeline import entry

__all__ = [
    "already_sent",
    "done",
    "help_lines",
    "listing",
    "not_understood_time",
    "reported",
    "show",
    "stale",
    "unknown_case",
    "unknown_verb",
    "which_case",
]

# What happens in the same decision without having been asked for.
_BESIDES = (f.Escalated, f.Skipped, f.PromiseBroken, f.PromiseKept, f.SeverityChanged, f.CostRecorded)
_ASKED_FOR: dict[type, type] = {r.Escalate: f.Escalated, r.SetSeverity: f.SeverityChanged, r.RecordCost: f.CostRecorded}


def done(request: r.Request, decision: Decision, org: Org, now: datetime) -> tuple[Line, ...]:
    """Return what to answer to a request that was decided: what happened, what happened besides, and what comes next."""
    case = decision.case
    if decision.refusal is not None or case is None:
        return refused(decision.refusal, case, org, now) if decision.refusal else ()
    if isinstance(request, r.Report):
        return (*reported(case, org, now)[:1], *_besides(request, decision, org), fate_line(case, org, now))
    if decision.reason in (Reason.ALREADY, Reason.NOT_YET_DUE, Reason.NOTHING_DUE):
        return (_already(request, case), fate_line(case, org, now))
    return (_said(request, decision, case, org), *_besides(request, decision, org), fate_line(case, org, now))


def _besides(request: r.Request, decision: Decision, org: Org) -> tuple[Line, ...]:
    own = _ASKED_FOR.get(type(request))
    others = (fact for fact in decision.facts if isinstance(fact.what, _BESIDES) and not (own and isinstance(fact.what, own)))
    return tuple(p.quoted(entry(fact, org, decision.case)) for fact in others)


def _already(request: r.Request, case: Case) -> Line:
    name = p.name(case)
    match request:
        case r.Acknowledge():
            return say("{case} has been acknowledged already; nothing changed.", case=name)
        case r.MakePromise():
            return say("{case} is promised for that time already; nothing changed.", case=name)
        case r.MeToo():
            return say("You are on {case} already, and hear how it ends.", case=name)
        case r.Confirm():
            return say("That {case} is fixed has been confirmed already; nothing changed.", case=name)
        case r.Withdraw():
            return say("{case} has been withdrawn already; nothing changed.", case=name)
        case r.Tick() | r.Reckon():
            return say("Nothing is due for {case}.", case=name)
        case _:
            return say("That has been done for {case} already; nothing changed.", case=name)


def _said(request: r.Request, decision: Decision, case: Case, org: Org) -> Line:  # noqa: C901 - one line a request: a table of contents
    name, owner = p.name(case), who(case.owner, org)
    match request:
        case r.Tick() | r.Reckon():
            return say("{case} has been looked at.", case=name)
        case r.Report():
            return say("{case} is in.", case=name)
        case r.MeToo():
            return say("You are on {case} now, and hear how it ends. {owner} has been told.", case=name, owner=owner)
        case r.TakeKey():
            return say("From now on it is you who says when {case} is fixed.", case=name)
        case r.Chase():
            again = "It is noted that you had to ask again about {case} (contact {n}), and {owner} has been told."
            return say(again, case=name, n=str(case.contacts), owner=owner)
        case r.Note() | r.Answer():
            return _noted(decision, case, org)
        case r.Acknowledge(by=by):
            return _acknowledged(decision, case, by, org)
        case r.MakePromise(by=by, until=until):
            said = in_full(until, org.calendar(by).zone)
            return say("{case} is promised for {at}, and {keys} will know.", case=name, at=said, keys=keys(case, org))
        case r.Ask():
            return say("{who} is asked about {case}; until the answer the clocks stand still.", case=name, who=who(case.reporter, org))
        case r.HandOver():
            to = who(case.offer.to, org) if case.offer else "somebody else"
            return say("{to} is asked to take {case} over; until that is accepted, {owner} owns it.", to=to, case=name, owner=owner)
        case r.Accept(by=by):
            return _owned(case, by, "You accepted it for {owner}, who owns {case} now.", org)
        case r.Take(by=by):
            return _owned(case, by, "{owner} owns {case} now.", org)
        case r.Decline():
            return _declined(case, org)
        case r.SetSeverity():
            return _severity(case, org)
        case r.Resolve():
            return say("{keys} will be asked whether {case} is fixed.", case=name, keys=keys(case, org))
        case r.Confirm() | r.StillFixed():
            return _confirmed(decision, case, org)
        case r.Reopen():
            return say("{case} is open again; its age still counts from the first report.", case=name)
        case r.Escalate():
            return _escalated(decision, case, org)
        case r.GiveTime(by=by):
            return _time_given(decision, case, by, org)
        case r.Withdraw():
            return say("{case} is withdrawn, and {owner} has been told.", case=name, owner=owner)
        case r.Merge(into=into):
            other = case_name(into.id)
            return say("{case} is closed as a duplicate; {other} carries on its contacts, its age and its people.", case=name, other=other)
        case r.Again(of=of):
            return say("{case} is {of} again: it goes on there, with its age, its contacts and its level.", case=name, of=case_name(of.id))
        case r.Recur(other=other_case):
            return say("{case} goes on, and {other} is part of it now.", case=name, other=case_name(other_case.id))
        case r.Absorb(other=other_case, undo=undo):
            template = "{other} is no longer part of {case}." if undo else "{other} is part of {case} now."
            return say(template, case=name, other=case_name(other_case.id))
        case r.RecordCost():
            return _cost(case, request)
        case r.RecordTime(minutes=minutes):
            return say("Recorded: {time} on {case}.", time=counted(minutes, "minute"), case=name)
        case r.SayLacked():
            return _lacked(decision, case)
        case r.Renew(by=by, until=until):
            return _renewed(decision, case, in_full(until, org.calendar(by).zone))
        case r.Link(case=other_, under=under):
            linked = other_ if other_ is not None else under
            return say("{case} is linked with {other} now.", case=name, other=case_name(linked) if linked is not None else "it")
        case r.CameBack(case=back):
            return say("{case} is taken up again, because of {other}.", case=name, other=case_name(back))
        case r.OfferRemedy(of=of):
            return say("What fixed {of} is offered to {keys} for {case}.", keys=keys(case, org), of=case_name(of), case=name)
        case r.AnswerRemedy(helped=helped):
            return _answered_remedy(case, helped=helped)
        case r.RouteProbed():
            return say("{case} has been looked at.", case=name)
        case r.AnswerCause():
            return _cause(request, name)
        case r.ProposeCause() | r.FindSilent():
            return say("{case} has been compared with others.", case=name)
        case r.SayOutcome():
            return say("Thank you: your answer is on {case}.", case=name)
        case _:
            assert_never(request)


def _lacked(decision: Decision, case: Case) -> Line:
    if decision.follow_ups:
        return say("It is on {case}, and what must change has a case of its own.", case=p.name(case))
    return say("It is on {case}, and goes into the digest.", case=p.name(case))


def _renewed(decision: Decision, case: Case, until: str) -> Line:
    up = any(isinstance(fact.what, f.Escalated) for fact in decision.facts)
    end = "and the level above has your reason" if up else "and your reason is on it; there is no level above"
    return say("The workaround of {case} stands until {at}, {end}.", case=p.name(case), at=until, end=end)


def _answered_remedy(case: Case, *, helped: bool) -> Line:
    if not helped:
        return say("It is noted that this does not help; {case} goes on.", case=p.name(case))
    if case.status is Status.CLOSED:
        return say("{case} is closed as fixed.", case=p.name(case))
    return say("Thank you. {case} is closed as fixed once the others who reported it say so too.", case=p.name(case))


def _cause(request: r.AnswerCause, name: str) -> Line:
    if request.cause is not None:
        return say(
            "{cause} is open: one cause is behind {case} and the others, and they hang on it.", cause=case_name(request.cause), case=name
        )
    return say("It is noted that these are not one cause; {case} and the others go on by themselves.", case=name)


def _noted(decision: Decision, case: Case, org: Org) -> Line:
    if any(isinstance(fact.what, f.Answered) for fact in decision.facts):
        return say("Your answer is on {case}, and it goes on: {owner} has been told.", case=p.name(case), owner=who(case.owner, org))
    return say("Your note is on {case}.", case=p.name(case))


def _acknowledged(decision: Decision, case: Case, by: PersonId, org: Org) -> Line:
    stops = any(isinstance(fact.what, f.Acknowledged) and fact.what.stops_response for fact in decision.facts)
    if stops or case.level == 0:
        return say("{case} is acknowledged; the time to fix it goes on running.", case=p.name(case))
    above, level = who(case.accountable, org), str(case.level)
    return say("{case} is acknowledged by its owner; at level {n}, {above} has still to answer.", case=p.name(case), n=level, above=above)


def _owned(case: Case, by: PersonId, for_another: str, org: Org) -> Line:
    if case.owner == by:
        return say("{case} is yours now.", case=p.name(case))
    return say(for_another, case=p.name(case), owner=who(case.owner, org))


def _declined(case: Case, org: Org) -> Line:
    if case.status is not Status.CLOSED:
        return say("You have declined to take {case} over; {owner} keeps it.", case=p.name(case), owner=who(case.owner, org))
    return say("{case} is closed as declined; {keys} will read why.", case=p.name(case), keys=keys(case, org))


def _severity(case: Case, org: Org) -> Line:
    if case.severity_wish is None:
        return say("The severity of {case} is {severity} now.", case=p.name(case), severity=Typed(case.severity))
    wish = Typed(case.severity_wish.severity)
    template = "{keys} will be asked whether {case} may be {severity}: that would give it more time. Until then it stays {now}."
    return say(template, keys=keys(case, org), case=p.name(case), severity=wish, now=Typed(case.severity))


def _confirmed(decision: Decision, case: Case, org: Org) -> Line:
    name = p.name(case)
    if any(isinstance(fact.what, f.Rechecked) for fact in decision.facts):
        return say("Thank you: {case} is still fixed.", case=name)
    if case.status is Status.CLOSED:
        return say("Thank you: {case} is closed as fixed.", case=name)
    waiting = tuple(key for key in case.keyholders if key not in case.answered_yes)
    return say("Thank you. {others} reported {case} too, and can still say otherwise.", others=people(waiting, org), case=name)


def _escalated(decision: Decision, case: Case, org: Org) -> Line:
    name, above = p.name(case), who(case.accountable, org)
    if decision.reason is Reason.ROUTE_DEAD:
        return say("Nobody above {above} can be reached, so {case} stays there; the admins have been told.", above=above, case=name)
    return say("{case} has gone to {above} (level {n}).", case=name, above=above, n=str(case.level))


def _time_given(decision: Decision, case: Case, by: PersonId, org: Org) -> Line:
    until = next(fact.what.until for fact in decision.facts if isinstance(fact.what, f.TimeGiven))
    return say("{case} has time until {at} now.", case=p.name(case), at=in_full(until, org.calendar(by).zone))


def _cost(case: Case, request: r.RecordCost) -> Line:
    total = sum(cost.amount for cost in case.costs)
    budget = say(" out of the budget of {budget}", budget=Typed(request.budget)) if request.budget else ()
    amounts = {"amount": f"{request.amount:,f}", "total": f"{total:,f}"}
    return say("{case}: {amount}{budget} is recorded, {total} in all.", case=p.name(case), budget=budget, **amounts)


def unknown_case(name: str) -> Line:
    """Answer for a case that does not exist, or that is not theirs to see."""
    return say("There is no case {name} that you can see; /case mine lists yours.", name=shortened(name, 40))


def unknown_verb(word: str, suggestion: str | None) -> tuple[Line, ...]:
    """Answer for a word that is no command."""
    meant = f"; did you mean /case {suggestion}?" if suggestion else ";"
    return (say("“{word}” is not a command{meant} /case help lists them all.", word=shortened(word, 40), meant=meant),)


def not_understood_time(text: str, examples: Sequence[str]) -> Line:
    """Answer for a time that could not be read."""
    ways = listed([f"“{example}”" for example in examples], "or")
    return say("“{text}” is not a time that I can read; write it like {ways}.", text=shortened(text, 60), ways=ways)


def already_sent(case: Case | None, org: Org, now: datetime) -> tuple[Line, ...]:
    """Answer for a form that was sent already."""
    once: Line = ("That form was sent already, so nothing was done a second time.",)
    return (once, fate_line(case, org, now)) if case else (once,)
