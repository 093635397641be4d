"""What the owner and the accountable do with a case while it is theirs: acknowledge, promise, ask, note."""

from dataclasses import replace
from typing import Any

from bot.escalation.calendar import HORIZON, add, between
from bot.escalation.case import Promise, Question
from bot.escalation.climbing import go_up, pause_clocks, put_on_record, run_clocks, waited_by, waiting_left
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Acknowledged, Answered, Asked, PromiseBroken, Promised
from bot.escalation.pace import calendar_of, next_nag, next_reporter_nag
from bot.escalation.requests import Acknowledge, Answer, Ask, MakePromise, Note
from bot.escalation.roles import holds_key, is_accountable, is_owner, needs_owner, on_it
from bot.escalation.span import Span
from bot.escalation.words import Kind, MessageKind, PersonId, Reason, Status, Text, Why

MOVES_ALLOWED = 1  # DESIGN.md section 11.7: moving a promise a second time counts as broken


def answers_here(draft: Draft, by: PersonId) -> bool:
    """Tell whether an answer by this person stops the response clock: above level 0 only the accountable's does."""
    case = draft.case
    if is_accountable(by, case, draft.org, draft.now):
        return True
    return case.level == 0 and is_owner(by, case, draft.org, draft.now)


def acknowledging(draft: Draft, by: PersonId) -> dict[str, Any]:
    """Return what acknowledging sets, for the verbs that acknowledge on the way."""
    case = draft.case
    sets: dict[str, Any] = {}
    if is_owner(by, case, draft.org, draft.now):
        sets["owner_acknowledged"] = True
    if answers_here(draft, by):
        sets["response"] = None
        if case.status is Status.OPEN:
            sets["status"] = Status.ACKNOWLEDGED
    return sets


def acknowledge(draft: Draft, request: Acknowledge) -> Decision:
    """Stop the response clock, never the resolution clock."""
    case, by = draft.case, request.by
    refusal = needs_owner(by, case, draft.org, draft.now, "ack")
    if refusal:
        return Decision.no(case, refusal)
    if case.status is Status.RESOLVED:
        return Decision.no(case, Refusal(No.ALREADY_RESOLVED, "ack", who=case.keyholders))
    stops = answers_here(draft, by) and case.response is not None
    sets = acknowledging(draft, by)
    if not stops and not (sets.get("owner_acknowledged") and not case.owner_acknowledged and case.status is Status.OPEN):
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(Acknowledged(case.level, stops), by, **sets)
    keep_pace(draft)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable, but=by)
    return draft.decided()


def keep_pace(draft: Draft) -> None:
    """Count the next nag from now, for whoever owes the move after the latest fact."""
    if draft.case.status in (Status.OPEN, Status.ACKNOWLEDGED):
        draft.amend(nag_at=next_nag(draft.case, draft.org, draft.now), nags=0)


def promise(draft: Draft, request: MakePromise) -> Decision:
    """The owner's date: it quiets nags and nothing else. Moving it a second time counts as broken."""
    case, by, until = draft.case, request.by, request.until
    refusal = needs_owner(by, case, draft.org, draft.now, "promise")
    if refusal:
        return Decision.no(case, refusal)
    if case.status is Status.RESOLVED:
        return Decision.no(case, Refusal(No.ALREADY_RESOLVED, "promise", who=case.keyholders))
    if until <= draft.now:
        return Decision.no(case, Refusal(No.IN_THE_PAST, "promise", when=until))
    if until > draft.now + HORIZON / 2:
        return Decision.no(case, Refusal(No.TOO_LATE, "promise", when=draft.now + HORIZON / 2))
    if case.kind is Kind.DEBT and case.wanted_by is not None and until > case.wanted_by:
        # A renewal has a reason, and goes a level up; a promise must not be the way round that.
        return Decision.no(case, Refusal(No.STANDS_UNTIL, "promise", when=case.wanted_by))
    before = case.promise
    if before is not None and before.until == until:
        return Decision.nothing(case, Reason.ALREADY)
    moves = before.moved + 1 if before else 0
    broken = before is not None and moves > MOVES_ALLOWED
    if before is not None and broken:
        draft.record(PromiseBroken(before.until, moved=True), by, broken_promises=case.broken_promises + 1)
    sets = acknowledging(draft, by)
    given = Promise(until, by, case.level, moves)
    draft.record(Promised(until, before.until if before else None), by, promise=given, **sets)
    keep_pace(draft)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable, but=by)
    if broken and go_up(draft, Why.PROMISE_BROKEN):
        return draft.decided(Reason.PROMISE_BROKEN)
    return draft.decided()


def ask(draft: Draft, request: Ask) -> Decision:
    """Ask the reporter something: the clocks stand still, within what a case may wait in all."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = needs_owner(by, case, org, now, "ask") or _cannot_wait(draft)
    if refusal:
        return Decision.no(case, refusal)
    cap = add(org.calendar(case.reporter), now, waiting_left(case, org))
    sets = acknowledging(draft, by) | pause_clocks(draft)
    if answers_here(draft, by):
        sets["response"] = None
    question = Question(request.question, by, now, cap)
    draft.record(Asked(request.question, cap), by, **sets | {"status": Status.WAITING, "question": question, "nags": 0})
    draft.amend(nag_at=next_reporter_nag(draft.case, cap, org, now))
    draft.tell(MessageKind.QUESTION, case.reporter)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, but=by)
    return draft.decided()


def _cannot_wait(draft: Draft) -> Refusal | None:
    case = draft.case
    if case.status is Status.RESOLVED:
        return Refusal(No.ALREADY_RESOLVED, "ask", who=case.keyholders)
    if case.question is not None:
        return Refusal(No.WAITING_ALREADY, "ask", who=(case.reporter,), when=case.question.cap)
    if waiting_left(case, draft.org).is_zero:
        return Refusal(No.WAITING_USED_UP, "ask", about={"cap": draft.org.rules.waiting_at_most})
    return None


def note(draft: Draft, request: Note | Answer) -> Decision:
    """Put a note on the timeline; from the reporter of a waiting case it is the answer."""
    case, by = draft.case, request.by
    verb = "answer" if isinstance(request, Answer) else "note"
    if isinstance(request, Answer) and not holds_key(by, case):
        return Decision.no(case, Refusal(No.NOT_YOURS, verb, who=case.keyholders, roles=("whoever reported it",)))
    if not on_it(by, case, draft.org, draft.now):
        return Decision.no(case, Refusal(No.NOT_YOURS, verb, who=(case.owner,), roles=("those on the case",)))
    if not request.text.strip():
        return Decision.no(case, Refusal(No.EMPTY, verb))
    if case.status is Status.WAITING and holds_key(by, case):
        return go_on(draft, by, request.text)
    put_on_record(draft, request.text, by)
    return draft.decided()


def go_on(draft: Draft, by: PersonId | None, text: Text | None) -> Decision:
    """Leave `waiting`, with the answer or without it: what was left of every clock and of the promise carries over."""
    case = draft.case
    assert case.question is not None
    status = Status.OPEN if case.response is not None else Status.ACKNOWLEDGED
    waited = waited_by(case, draft.org, draft.now)
    sets = run_clocks(draft) | {"status": status, "question": None, "waited": waited, "promise": moved_promise(draft)}
    draft.record(Answered(text), by, **sets)
    keep_pace(draft)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, case.question.by, but=by)
    if by is None:
        draft.tell(MessageKind.NEWS, *case.keyholders)
        return draft.decided(Reason.NO_ANSWER_CAME)
    return draft.decided()


def moved_promise(draft: Draft) -> Promise | None:
    """Return the promise later by as much of the owner's working time as was left of it when the question was asked."""
    case = draft.case
    if case.promise is None or case.question is None:
        return case.promise
    calendar = calendar_of(case, case.owner, draft.org, draft.now)
    left = between(calendar, case.question.at, case.promise.until, "time")
    until = add(calendar, draft.now, left) if left > Span() else max(case.promise.until, draft.now)
    return replace(case.promise, until=max(until, case.promise.until))
