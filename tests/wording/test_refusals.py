"""Every No has its sentence: what is not possible, why, and who may or how to mend it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Typed
from bot.escalation.advance import VERBS
from bot.escalation.case import Case
from bot.escalation.decision import No, Refusal
from bot.escalation.org import Org
from bot.escalation.span import Span
from bot.escalation.words import Outcome, PersonId, Status
from bot.wording.plain import plain
from bot.wording.refusals import DOING, refused
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.samples import MARK, NASTY, harmless, ours, stories
from tests.wording.stories import ANA, BRUNO, RITA

ABOUT = {"person": "anna", "service": "biling", "severity": "critcal", "case": 7, "cap": Span(days=Fraction(3))}
ROLES = (
    "the owner", "whoever it has been escalated to", "whoever reported it", "those affected", "those on the case", "an admin",
    "anyone of the service's team", "whoever was asked to take it over",
)  # fmt: skip


def case() -> Case:
    return Play().do(report()).there


def said(refusal: Refusal, about: Case | None = None, org: Org = ORG, now: datetime = MONDAY) -> str:
    (line,) = refused(refusal, about if about is not None else case(), org, now)
    return plain(line, ZONE, now)


def each() -> Iterator[tuple[Refusal, Case, Org, datetime]]:
    for _, play in stories():
        for _request, decision, at in play.decisions:
            if decision.refusal is not None and decision.case is not None:
                yield decision.refusal, decision.case, play.org, at


@pytest.mark.parametrize("no", list(No))
def test_every_no_has_one_sentence_for_every_verb(no: No) -> None:
    refusals = [
        refusal
        for verb in (*VERBS.values(), "report")
        for refusal in (
            Refusal(no, verb),
            Refusal(no, verb, who=(ANA,), when=MONDAY + timedelta(hours=1), about=ABOUT),
            Refusal(no, verb, who=(ANA, BRUNO), roles=ROLES, when=MONDAY + timedelta(days=2), about=ABOUT),
        )
    ]
    for refusal in refusals:
        for about in (case(), None):
            (line,) = refused(refusal, about, ORG, MONDAY)
            words = plain(line, ZONE, MONDAY)
            assert re.fullmatch(r"[A-Z“].*[.?]", words, re.DOTALL), words
            assert "None" not in words
            assert "{" not in words
            assert not re.search(r" [.,;:]|\.\.|  |!", words), words


def test_every_verb_can_be_named() -> None:
    assert set(VERBS.values()) <= DOING.keys()


def test_refusals_of_the_stories_name_who_may() -> None:
    refusals = list(each())

    assert refusals
    for refusal, about, org, at in refusals:
        words = said(refusal, about, org, at)
        assert not re.search(r"\b(ana|ben|bruno|cleo|rita)\b", words)
        for person in refusal.who:
            assert org.name_of(person) in words


SAID = {
    "not yours": (Refusal(No.NOT_YOURS, "ack", (ANA, BRUNO), ROLES[:2]), "Only Ana or Bruno may acknowledge C-1."),
    "for admins too": (Refusal(No.NOT_YOURS, "merge", (ANA,), (*ROLES[:2], "an admin")), "Only Ana or an admin may merge C-1."),
    "not your chase": (
        Refusal(No.NOT_YOURS, "chase", (RITA,), ("whoever reported it", "those affected")),
        "Only Rita or somebody who has the same problem may chase C-1; if you have the same problem, join it with “me too”.",
    ),
    "nobody to name": (Refusal(No.NOT_YOURS, "metoo", (), ("those on the case",)), "Only somebody on the case may join C-1."),
    "too early": (
        Refusal(No.TOO_EARLY, "escalate", (ANA,), when=MONDAY + timedelta(hours=1)),
        "You may send C-1 up a level from today 10:00 on; until then Ana has time to answer.",
    ),
    "a slip of the pen": (
        Refusal(No.UNKNOWN_PERSON, "handover", about={"person": "brunno"}), "Nobody here is called “brunno”; did you mean Bruno?",
    ),
    "far off": (
        Refusal(No.UNKNOWN_SEVERITY, "severity", about={"severity": "zzz"}),
        "There is no severity called “zzz”; there are critical, low and normal.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("refusal", "words"), SAID.values(), ids=SAID.keys())
def test_refused(refusal: Refusal, words: str) -> None:
    assert said(refusal) == words


def test_whoever_is_concerned_reads_like_whoever_is_away() -> None:
    private = replace(case(), private=True, concerned=(BRUNO,))
    refusal = Refusal(No.CANNOT_ANSWER, "handover", (BRUNO,))

    assert said(refusal, private) == said(refusal) == "Bruno cannot take C-1 over at present; ask somebody else."


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_closed_case_says_how_it_ended_and_what_can_still_be_done(outcome: Outcome) -> None:
    closed = replace(case(), status=Status.CLOSED, outcome=outcome, merged_into=None)
    words = said(Refusal(No.CLOSED, "ack", (RITA,)), closed)

    assert words.startswith("It is too late to acknowledge C-1: ")
    assert "Rita" in words


def test_a_declined_case_at_the_top_is_final() -> None:
    top = replace(case(), status=Status.CLOSED, outcome=Outcome.DECLINED, stranded=True)

    assert said(Refusal(No.CLOSED, "ack"), top).endswith("that decision is final.")


@given(st.text(), st.sampled_from([No.UNKNOWN_PERSON, No.UNKNOWN_SERVICE, No.UNKNOWN_SEVERITY, No.SAME_SEVERITY]))
def test_what_was_typed_stays_apart(text: str, no: No) -> None:
    for words in (text, NASTY):
        (line,) = refused(Refusal(no, "handover", about={"person": words, "service": words, "severity": words}), case(), ORG, MONDAY)
        harmless(plain(line, ZONE, MONDAY))
        assert MARK not in ours([line])
        assert any(isinstance(part, Typed) for part in line)


def test_somebody_unknown_is_still_named() -> None:
    assert "zoe" in said(Refusal(No.OWNS_IT, "take", (PersonId("zoe"),)))
