"""What another configuration would change, said case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.effects import Because, Change, Effect, Move
from bot.escalation.words import CaseId, PersonId
from bot.wording.effects import effect_text, sentence
from bot.wording.plain import plain
from tests.wording.office import MONDAY, ORG, ZONE

ANA, BRUNO, CLEO = PersonId("ana"), PersonId("bruno"), PersonId("cara")
SOON, LATER = MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1)
NAME = ORG.name_of(CLEO)
STAYS = Move(ANA, ANA, None, None, SOON)
GOES = Move(ANA, ANA, BRUNO, SOON, SOON)
HOURS = Because("hours", "ana")

SAID = {
    "another time": (GOES, replace(GOES, goes_at=LATER, due=LATER), "goes to Bruno tomorrow 09:00 instead of today 10:00"),
    "another person": (GOES, replace(GOES, goes_to=CLEO), f"goes to {NAME} today 10:00 instead of to Bruno"),
    "both": (GOES, replace(GOES, goes_to=CLEO, goes_at=LATER), f"goes to {NAME} tomorrow 09:00 instead of to Bruno today 10:00"),
    "at once": (GOES, replace(GOES, goes_at=MONDAY), "goes to Bruno at once instead of today 10:00"),
    "not at all": (GOES, STAYS, "stays where it is instead of going to Bruno today 10:00"),
    "after all": (STAYS, GOES, "goes to Bruno today 10:00 instead of staying where it is"),
    "another owner": (GOES, replace(GOES, owner=CLEO), f"{NAME} owns it at once instead of Ana"),
    "another level": (GOES, replace(GOES, accountable=BRUNO), "goes to Bruno at once instead of staying with Ana"),
    "a reminder": (STAYS, replace(STAYS, due=LATER), "comes up next tomorrow 09:00 instead of today 10:00"),
}


def said(change: Change) -> str:
    return plain(sentence(change, ORG, ORG, MONDAY), ZONE, MONDAY)


@pytest.mark.parametrize(("before", "after", "words"), SAID.values(), ids=SAID.keys())
def test_what_becomes_of_a_case(before: Move, after: Move, words: str) -> None:
    assert said(Change(CaseId(42), before, after, HOURS)) == f"C-42: {words}, because Ana works at other times."


@pytest.mark.parametrize(
    ("because", "words"),
    [
        (Because("gone", "ana"), "Ana is not in the configuration any more"),
        (Because("manager", "ana"), f"{ORG.name_of(ORG.people[ANA].manager or ANA)} is Ana's manager now"),
        (Because("manager", "nobody-has-this-id"), "nobody is nobody-has-this-id's manager now"),
        (Because("rotation", "desk"), "the rotation desk takes turns differently"),
        (Because("absence", "ana"), "Ana is away at other times"),
        (Because("deputy", "ana"), "Ana has another deputy"),
        (Because("rules"), "the rules are others"),
        (Because("other"), "the organisation around it is another"),
    ],
)
def test_every_reason(because: Because, words: str) -> None:
    assert said(Change(CaseId(1), STAYS, replace(STAYS, due=LATER), because)).endswith(f", because {words}.")


def test_a_case_that_could_not_be_decided() -> None:
    assert said(Change(CaseId(1), STAYS, None, Because("other"))) == "C-1: cannot be decided any more, and would be set aside."


@pytest.mark.parametrize(
    ("live", "changed", "words"),
    [
        (0, 0, "There are no live cases."),
        (1, 0, "Nothing changes for the one live case."),
        (9, 0, "Nothing changes for the 9 live cases."),
        (1, 1, "The one live case would move differently. Nothing has been changed."),
        (9, 1, "1 of the 9 live cases would move differently. Nothing has been changed."),
    ],
)
def test_the_summary(live: int, changed: int, words: str) -> None:
    changes = tuple(Change(CaseId(n + 1), STAYS, replace(STAYS, due=LATER), HOURS) for n in range(changed))

    assert effect_text(Effect(live, changes), ORG, ORG, MONDAY, known=True).splitlines()[-1] == words
