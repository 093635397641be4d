"""What is answered to the one who asked, for every request; and what somebody sees who only looks."""

import re
import typing
from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Line, Typed
from bot.escalation.advance import VERBS
from bot.escalation.decision import Decision
from bot.escalation.facts import Escalated
from bot.escalation.org import Org
from bot.escalation.requests import Acknowledge, Chase, MakePromise, MeToo, RecordCost, Request, Tick
from bot.escalation.words import CaseId, Reason
from bot.wording import replies
from bot.wording.fate import fate_line
from bot.wording.helping import COMMANDS
from bot.wording.plain import plain
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.samples import MARK, NASTY, fact_typed, harmless, ours, stories, typed
from tests.wording.stories import ANA, ED, RITA

# The commands of DESIGN.md section 9, which the help must explain.
CONTRACT = {
    "report",
    "show",
    "list",
    "mine",
    "metoo",
    "chase",
    "note",
    "ack",
    "promise",
    "ask",
    "handover",
    "accept",
    "decline",
    "take",
    "resolve",
    "confirm",
    "reopen",
    "escalate",
    "moretime",
    "withdraw",
    "merge",
    "cost",
    "away",
    "back",
    "digest",
    "help",
}


def every_decision() -> Iterator[tuple[Request, Decision, Org, datetime]]:
    for _, play in stories():
        for request, decision, now in play.decisions:
            yield request, decision, play.org, now


def said(lines: tuple[Line, ...], now: datetime = MONDAY) -> list[str]:
    return [plain(line, ZONE, now) for line in lines]


def test_the_stories_ask_for_everything() -> None:
    assert {type(request) for request, *_ in every_decision()} == set(typing.get_args(Request))


def test_every_answer_says_what_happened_and_what_comes_next() -> None:
    for request, decision, org, now in every_decision():
        lines = replies.done(request, decision, org, now)
        words = said(lines, now)
        assert all(re.fullmatch(r"[A-Z0-9“].*", line) for line in words), words
        assert not re.search(r"\b(None|ana|amir|ben|bruno|cara|cleo|ida|rita)\b", " ".join(words)), words
        assert "!" not in ours(lines)
        if decision.refusal is None:
            assert decision.case is not None
            assert len(lines) >= 2
            assert f"C-{decision.case.id}" in words[0]
            assert lines[-1] == fate_line(decision.case, org, now)
        else:
            assert len(lines) == 1


def test_a_move_up_that_was_not_asked_for_is_told() -> None:
    for request, decision, org, now in every_decision():
        moved = [fact for fact in decision.facts if isinstance(fact.what, Escalated)]
        if moved:
            assert "level" in " ".join(said(replies.done(request, decision, org, now), now))


def test_what_people_typed_stays_apart() -> None:
    for request, decision, org, now in every_decision():
        if decision.case is None:
            continue
        facts = tuple(fact_typed(NASTY, fact) for fact in decision.facts)
        nasty = Decision(typed(NASTY, decision.case), decision.reason, facts, decision.messages, decision.refusal)
        lines = replies.done(typed(NASTY, request), nasty, org, now)
        assert MARK not in ours(lines)
        for line in said(lines, now):
            harmless(line)


def test_the_same_again_is_answered_as_the_same() -> None:
    again = [(request, decision) for request, decision, _, _ in every_decision() if decision.reason is Reason.ALREADY]

    assert {type(request).__name__ for request, _ in again} >= {"Acknowledge", "MakePromise", "MeToo", "Confirm", "Withdraw"}
    for request, decision in again:
        first = said(replies.done(request, decision, ORG, MONDAY))[0]
        assert "already" in first, first


def test_a_promise_is_said_back_in_full() -> None:
    play = Play().do(report()).do(MakePromise(ANA, MONDAY + timedelta(days=4, hours=6)))

    assert said(replies.done(play.decisions[-1][0], play.last, ORG, play.now)) == [
        "C-1 is promised for Friday 27 November 2026, 15:00 (Europe/London), and Rita will know.",
        "Ana owns it; a fix is promised by Friday 15:00; goes to Bruno tomorrow 17:00 unless fixed.",
    ]


def test_a_chase_counts_aloud() -> None:
    play = Play().do(report(asked_before=2)).do(Chase(RITA))

    assert said(replies.done(Chase(RITA), play.last, ORG, play.now))[0] == (
        "It is noted that you had to ask again about C-1 (contact 4), and Ana has been told."
    )


def test_nothing_due_is_no_news() -> None:
    play = Play().do(report()).do(Tick())

    assert said(replies.done(Tick(), play.last, ORG, play.now))[0] == "Nothing is due for C-1."


def test_help_explains_every_command_and_each_alone() -> None:
    everything = " ".join(said(replies.help_lines(None)))

    assert COMMANDS.keys() >= CONTRACT
    assert set(VERBS.values()) <= COMMANDS.keys()
    for verb in COMMANDS:
        assert f"/case {verb}" in everything
        (alone,) = said(replies.help_lines(verb))
        assert f"/case {verb}" in alone
    assert replies.help_lines("nonsense") == replies.help_lines("") == replies.help_lines(None)


def test_show_tells_the_whole_story() -> None:
    for _, play in stories():
        lines = said(replies.show(play.there, play.facts, play.org, play.now), play.now)
        assert lines[0].startswith(f"C-{play.there.id}: ")
        assert lines[2] == plain(fate_line(play.there, play.org, play.now), ZONE, play.now)
        assert len(lines) >= len(play.facts) + 4
        for line in said(replies.show(typed(NASTY, play.there), play.facts, play.org, play.now)):
            harmless(line)


def test_show_adds_the_costs_up() -> None:
    lines = said(replies.show(dict(stories())["fixed"].there, (), ORG, MONDAY))

    assert "It has cost 160.50, out of the budget of billing and metering." in lines


def test_a_private_case_says_so_to_those_who_may_see_it() -> None:
    play = Play().do(report(private=True))

    assert "Private" in said(replies.show(play.there, play.facts, ORG, play.now))[1]
    assert "private" in said(replies.reported(play.there, ORG, play.now))[0]


def test_a_list_has_a_line_for_each_case() -> None:
    cases = [Play().do(report(f"Problem {n}", id=CaseId(n))).there for n in (1, 2)]

    assert said(replies.listing("Yours", cases, ORG, MONDAY)) == [
        "Yours: 2 cases.",
        "C-1 (open at level 0): Problem 1. Ana owns it; goes to Bruno today 10:00 unless acknowledged.",
        "C-2 (open at level 0): Problem 2. Ana owns it; goes to Bruno today 10:00 unless acknowledged.",
    ]
    assert said(replies.listing("Yours", [], ORG, MONDAY)) == ["Yours: no cases."]


def test_which_case_shows_those_that_would_do() -> None:
    case = Play().do(report()).there

    assert said(replies.which_case("ack", [], ORG, MONDAY)) == [
        "Which case? None of yours is one where you could acknowledge it now; name it: /case ack C-42"
    ]
    assert said(replies.which_case("ack", [case, case], ORG, MONDAY))[0] == "Which case is meant? Name it: /case ack C-42"
    assert len(replies.which_case("note", [case] * 12, ORG, MONDAY)) == 12
    for verb in COMMANDS:
        assert said(replies.which_case(verb, [], ORG, MONDAY))[0].startswith("Which case?")


def test_stale_and_doubled_answers_say_how_it_stands() -> None:
    play = Play().do(report()).do(Acknowledge(ANA))
    coming = fate_line(play.there, ORG, play.now)

    assert replies.stale(play.there, ORG, play.now)[-1] == coming
    assert replies.already_sent(play.there, ORG, play.now)[-1] == coming
    assert len(replies.already_sent(None, ORG, play.now)) == 1


def test_unknown_words() -> None:
    assert said((replies.unknown_case("C-99"),)) == ["There is no case C-99 that you can see; /case mine lists yours."]
    assert said(replies.unknown_verb("ackk", "ack")) == ["“ackk” is not a command; did you mean /case ack? /case help lists them all."]
    assert said(replies.unknown_verb("foo", None)) == ["“foo” is not a command; /case help lists them all."]
    assert said((replies.not_understood_time("soonish", ("2d", "Friday 15:00")),)) == [
        "“soonish” is not a time that I can read; write it like “2d” or “Friday 15:00”."
    ]


@given(st.text())
def test_no_word_that_is_repeated_gets_out(text: str) -> None:
    lines = (replies.unknown_case(text), *replies.unknown_verb(text, None), replies.not_understood_time(text, ("2d",)))
    for line in lines:
        harmless(plain(line, ZONE, MONDAY))
        assert [part for part in line if isinstance(part, Typed)]


def test_a_cost_is_added_up() -> None:
    play = dict(stories())["fixed"]
    request, decision, now = next(entry for entry in play.decisions if isinstance(entry[0], RecordCost))

    assert said(replies.done(request, decision, ORG, now))[0] == "C-1: 40 out of the budget of metering is recorded, 160.50 in all."


def test_joining_is_answered_to_whoever_joins() -> None:
    play = Play().do(report()).do(MeToo(ED))

    assert said(replies.done(MeToo(ED), play.last, ORG, MONDAY))[0] == "You are on C-1 now, and hear how it ends. Ana has been told."
