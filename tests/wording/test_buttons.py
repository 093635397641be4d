"""A button is there if, and only if, the engine would do what it says. Pressed here against the engine, for everybody, at every step."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
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
from bot.escalation.span import Span
from bot.escalation.words import MessageKind, PersonId, Reason, Text
from bot.wording import buttons as b
from bot.wording import cards
from tests.wording.samples import steps, stories

X = Text("x")


def _somebody(case: Case, org: Org, now: datetime) -> PersonId:
    there = (p for p in org.people if p != case.owner and p not in case.concerned and org.acting(p, now) is not None)
    return next(there)


def _wish(case: Case) -> str:
    return case.severity_wish.severity if case.severity_wish else case.severity


PRESSES: Mapping[str, Callable[[PersonId, Case, Org, datetime], Request]] = {
    "ack": lambda by, *_: Acknowledge(by),
    "promise": lambda by, case, org, now: MakePromise(by, now + timedelta(minutes=7)),
    "ask": lambda by, *_: Ask(by, X),
    "handover": lambda by, case, org, now: HandOver(by, _somebody(case, org, now), X),
    "escalate": lambda by, *_: Escalate(by, X),
    "resolve": lambda by, *_: Resolve(by, X, "x"),
    "renew": lambda by, case, org, now: Renew(by, max(now, case.wanted_by or now) + timedelta(days=1), X),
    "take": lambda by, *_: Take(by),
    "chase": lambda by, *_: Chase(by),
    "moretime": lambda by, *_: GiveTime(by, more=Span(days=Fraction(1))),
    "withdraw": lambda by, *_: Withdraw(by, X),
    "confirm": lambda by, *_: Confirm(by),
    "reopen": lambda by, *_: Reopen(by),
    "accept": lambda by, *_: Accept(by),
    "decline": lambda by, *_: Decline(by, X),
    "answer": lambda by, *_: Answer(by, X),
    "metoo": lambda by, *_: MeToo(by),
    "key": lambda by, *_: TakeKey(by),
    "consent": lambda by, case, org, now: SetSeverity(by, _wish(case)),
    "severity": lambda by, case, org, now: SetSeverity(by, next(s for s in org.severities if s != case.severity)),
}
# What stands under one kind of message only.
_ANSWERS: Mapping[str, Callable[[PersonId], Request]] = {
    "lacked": lambda by: SayLacked(by, "x", X),
    "remedy-yes": lambda by: AnswerRemedy(by, helped=True),
    "remedy-no": lambda by: AnswerRemedy(by, helped=False),
    "needed-yes": lambda by: SayOutcome(by, "needed", 1),
    "needed-no": lambda by: SayOutcome(by, "needed", 0),
    "prevented-yes": lambda by: SayOutcome(by, "prevented", 1),
    "prevented-no": lambda by: SayOutcome(by, "prevented", 0),
    **{f"process-{mark}": partial(SayOutcome, question="process", answer=mark) for mark in range(1, 6)},
}
# Verbs whose button stands with everybody who may: nobody who could do it is left without.
ASKING = (MessageKind.LACKED, MessageKind.OUTCOME, MessageKind.REMEDY)
COMPLETE = ("ack", "promise", "ask", "resolve", "confirm", "accept", "moretime")


def moments() -> Iterator[tuple[Case, Org, datetime]]:
    for _, play in stories():
        for _before, fact, case in steps(play):
            yield case, play.org, fact.at


def accepted(verb: str, by: PersonId, case: Case, org: Org, now: datetime) -> bool:
    decision = advance(case, PRESSES[verb](by, case, org, now), org, now)
    return decision.refusal is None and decision.reason is not Reason.ALREADY


def test_every_button_that_is_shown_is_accepted() -> None:
    pressed = set()
    for case, org, now in moments():
        for by in org.people:
            for button in b.for_reader(case, org, by, now):
                if button.id == "show":
                    continue
                pressed.add(button.id)
                assert accepted(button.id, by, case, org, now), f"{by} presses {button.label} on {case}"
    assert pressed == PRESSES.keys() - {"metoo"}


def test_every_answer_under_a_question_is_accepted_from_those_who_see_it() -> None:
    pressed = set()
    for told in (told for _, play in stories() for told in play.told if told.message.kind in ASKING):
        for by in told.org.people:
            card = cards.message(told.message.kind, told.fact, told.case, told.org, by, told.now)
            for button in (button for button in card.buttons if button.id != "show"):
                pressed.add(button.id)
                decision = advance(told.case, _ANSWERS[button.id](by), told.org, told.now)
                assert decision.refusal is None, f"{by} presses {button.label}: {decision.refusal}"
    assert pressed == _ANSWERS.keys()


def test_a_question_that_is_settled_has_no_answers_any_more() -> None:
    for _, play in stories():
        for told in (told for told in play.told if told.message.kind in (MessageKind.LACKED, MessageKind.REMEDY)):
            done = play.there.resolution
            settled = done is None or bool(done.lacked and done.change)
            if told.message.kind is MessageKind.REMEDY:
                settled = play.there.remedy is not None and play.there.remedy.helped is not None
            card = cards.message(told.message.kind, told.fact, play.there, told.org, told.message.to, told.now)
            assert ({button.id for button in card.buttons} == {"show"}) == settled


def test_nobody_who_may_is_left_without_a_button() -> None:
    for case, org, now in moments():
        # An admin may turn the key of a reporter who is gone; nobody sends the admin a card for that.
        for by in org.people.keys() - set(org.admins):
            shown = {button.id for button in b.for_reader(case, org, by, now)}
            may = {verb for verb in COMPLETE if accepted(verb, by, case, org, now)}
            assert may <= shown, f"{by} on {case}"


def test_what_stands_in_the_thread_is_of_use_to_somebody() -> None:
    for case, org, now in moments():
        anybody = replace(case, private=False)
        for button in b.for_everybody(anybody, org):
            if button.id != "show":
                assert any(accepted(button.id, by, anybody, org, now) for by in org.people), button


def test_a_button_carries_its_verb_its_case_and_its_version() -> None:
    for case, org, now in moments():
        for by in org.people:
            buttons = b.for_reader(case, org, by, now)
            assert len({button.id for button in buttons}) == len(buttons)
            assert all((button.case, button.version) == (case.id, case.version) for button in buttons)
            assert all(button.label == button.label.strip() and len(button.label) <= 30 for button in buttons)
