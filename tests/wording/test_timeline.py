"""Every fact has its sentence: who did what, why, and what came of it, and nobody is blamed."""

import re
import typing
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Typed, Who
from bot.escalation import facts as f
from bot.escalation.case import Case
from bot.escalation.requests import HandOver
from bot.escalation.words import CaseId, NagFor, Outcome, PersonId, SkipWhy, Text, Why
from bot.wording.plain import plain
from bot.wording.timeline import entry
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.samples import MARK, NASTY, fact_typed, harmless, ours, steps, stories, typed

ANA, BEN, BRUNO, CARA, IDA, RITA = (PersonId(name) for name in ("ana", "ben", "bruno", "cara", "ida", "rita"))


def every_fact() -> Iterator[tuple[Case | None, f.Fact]]:
    for _, play in stories():
        for before, fact, _after in steps(play):
            yield before, fact


def fact(what: f.What, by: PersonId | None = None, **sets: object) -> f.Fact:
    return f.Fact(CaseId(1), 2, MONDAY, by, what, sets or {"nags": 0})


def said(what: f.What, by: PersonId | None = None, **sets: object) -> str:
    return plain(entry(fact(what, by, **sets), ORG), ZONE, MONDAY)


def test_the_stories_hold_every_kind_of_fact() -> None:
    assert {type(fact.what) for _, fact in every_fact()} == set(typing.get_args(f.What))


def test_every_fact_is_one_sentence_or_two_with_names_instead_of_ids() -> None:
    for before, fact in every_fact():
        for line in (entry(fact, ORG), entry(fact, ORG, before)):
            words = plain(line, ZONE, MONDAY)
            assert words
            assert words[0].isupper(), words
            assert not re.search(r"\b(ana|amir|ben|bruno|cara|cleo|ida|rita)\b", words), words
            assert "None" not in words
            assert "!" not in ours([line])


def test_what_people_typed_stays_apart() -> None:
    for before, fact in every_fact():
        line = entry(fact_typed(NASTY, fact), ORG, typed(NASTY, before) if before else None)
        assert MARK not in ours([line])
        harmless(plain(line, ZONE, MONDAY))


@given(st.text(), st.data())
def test_no_text_in_any_fact_gets_out(text: str, data: st.DataObject) -> None:
    before, fact = data.draw(st.sampled_from(list(every_fact())))

    harmless(plain(entry(fact_typed(text, fact), ORG, before), ZONE, MONDAY))


@pytest.mark.parametrize("why", list(Why))
def test_a_move_up_says_why(why: Why) -> None:
    words = said(f.Escalated(1, BRUNO, 0, why))

    assert re.fullmatch(r"It went to Bruno \(level 1\): [a-z ]+\.", words), words


@pytest.mark.parametrize("why", list(SkipWhy))
def test_a_skip_says_why_and_is_nobodys_silence(why: SkipWhy) -> None:
    words = said(f.Skipped(1, None if why in (SkipWhy.CONCERNED, SkipWhy.NOBODY) else BRUNO, why))

    if why is SkipWhy.CONCERNED:
        assert words == "Level 1 was skipped."
    else:
        assert words.startswith("Level 1 was skipped: ")
        assert ("Bruno" in words) == words.endswith("That is nobody's silence.")


@pytest.mark.parametrize("person", [None, BRUNO])
def test_whoever_is_concerned_is_never_named(person: PersonId | None) -> None:
    assert entry(fact(f.Skipped(1, person, SkipWhy.CONCERNED)), ORG) == ("Level 1 was skipped.",)


@pytest.mark.parametrize("owed", list(NagFor))
def test_a_nag_says_what_was_owed(owed: NagFor) -> None:
    assert said(f.Nagged((ANA,), owed)).startswith("Ana was reminded to ")
    assert said(f.Nagged((ANA, BEN), owed)).startswith("Ana and Ben were reminded to ")


def test_whoever_is_asked_to_take_over_is_reminded_of_that() -> None:
    play = Play().do(report()).do(HandOver(ANA, BEN, Text("yours")))
    both = fact(f.Nagged((ANA, BEN), NagFor.FIX))

    assert plain(entry(both, ORG, play.there), ZONE, MONDAY) == "Ana was reminded to get it fixed, and Ben to answer the hand-over."
    assert plain(entry(both, ORG), ZONE, MONDAY) == "Ana and Ben were reminded to get it fixed."


@pytest.mark.parametrize("before", [None, *Outcome])
def test_a_reopening_says_what_it_undoes(before: Outcome | None) -> None:
    assert said(f.Reopened(before, 1), RITA).startswith("Rita ")
    assert said(f.Reopened(before, 1, Text("no light")), RITA).endswith(": no light")


SAID = {
    "a deputy's answer to an offer": (
        f.HandoverAccepted(BRUNO, ANA), CARA, "Cara accepted it for Bruno, who took it over from Ana.",
    ),
    "a deputy's no": (
        f.HandoverDeclined(BRUNO, Text("no"), ANA), CARA, "Cara declined for Bruno to take it over, so it stays with Ana: no",
    ),
    "an admin's key": (
        f.Confirmed(closes=True, for_gone=RITA), IDA, "Ida, for Rita, who has left, confirmed that it is fixed.",
    ),
    "both keys in one hand": (
        f.Confirmed(closes=True, self_confirmed=True), ANA, "Ana confirmed that it is fixed. Both keys were the same person's.",
    ),
    "a promise moved once too often": (
        f.PromiseBroken(MONDAY + timedelta(hours=5), moved=True), ANA,
        "The promise for today 14:00 was moved a second time, which counts as broken.",
    ),
    "above, only the accountable counts": (
        f.Acknowledged(1, stops_response=False), ANA, "Ana acknowledged it; level 1 has still to answer.",
    ),
    "the wall clock": (
        f.ClockMoved(None, None, MONDAY + timedelta(hours=2)), None,
        "The working time changed: the deadline is now today 11:00, with what was left of it carried over.",
    ),
    "somebody unknown keeps their id": (f.Joined(PersonId("zoe")), None, "zoe has this problem too."),
}  # fmt: skip


@pytest.mark.parametrize(("what", "by", "words"), SAID.values(), ids=SAID.keys())
def test_entry(what: f.What, by: PersonId | None, words: str) -> None:
    assert said(what, by) == words


def test_a_mere_shift_of_the_due_time_moves_no_deadline() -> None:
    assert said(f.ClockMoved(ANA, ANA, MONDAY), None, due=MONDAY, version=3).endswith("no deadline moved.")


def test_closing_by_silence_after_one_yes_counts_as_fixed() -> None:
    assert said(f.ClosedUnconfirmed(), outcome=Outcome.FIXED).endswith("closed as fixed.")
    assert said(f.ClosedUnconfirmed(), outcome=Outcome.UNCONFIRMED).endswith("closed as unconfirmed.")


def test_a_deputy_is_said_to_act_for_somebody() -> None:
    play = dict(stories())["help_while_away"]
    acted = [(before, fact) for before, fact, _ in steps(play) if fact.by == CARA]

    lines = [plain(entry(fact, play.org, before), ZONE, play.now) for before, fact in acted]

    assert lines
    assert all(line.startswith("Cara (for Bruno, who was away) ") for line in lines)


def test_a_name_is_a_person_who_is_not_called() -> None:
    line = entry(fact(f.Noted(Text("x")), ANA), replace(ORG))

    assert line == (Who(ANA, "Ana"), " noted: ", Typed("x"))
