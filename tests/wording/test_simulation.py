"""`simulate` as text: each kind of event, with names and without blame."""

from datetime import timedelta

import pytest

from bot.escalation.simulate import Foretold, simulate
from bot.escalation.words import NagFor, PersonId, SkipWhy, Why
from bot.wording.plain import plain
from bot.wording.simulation import foretold_text, sentence
from tests.wording.office import MONDAY, ORG, ZONE, away, report

BRUNO = (PersonId("bruno"),)


def said(event: Foretold) -> str:
    return plain(sentence(event, ORG), ZONE, MONDAY)


def test_silence_is_foretold_from_the_first_to_the_last() -> None:
    org = away("bruno", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9))
    gone = away("cara", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9), org)

    assert foretold_text(simulate(report(), gone, MONDAY), gone, MONDAY).splitlines()[:8] == [
        "If nobody ever answered:",
        "Monday 23 November 2026, 09:00 (Europe/London)",
        "  level 0: Ana is told that it is new, and the reporter that it is in",
        "Monday 23 November 2026, 10:00 (Europe/London)",
        "  level 1 is skipped: Bruno is away, and nobody else could answer there",
        "  level 2: it goes to Cleo, because nobody answered in time",
        "Monday 23 November 2026, 12:00 (Europe/London)",
        "  level 2: Cleo is reminded to acknowledge it",
    ]


@pytest.mark.parametrize("why", list(Why))
def test_every_move_up(why: Why) -> None:
    assert said(Foretold(MONDAY, 1, BRUNO, "escalation", why)).startswith("level 1: it goes to Bruno, because ")


@pytest.mark.parametrize("why", list(NagFor))
def test_every_reminder(why: NagFor) -> None:
    assert said(Foretold(MONDAY, 1, BRUNO, "nag", why)).startswith("level 1: Bruno is reminded to ")


@pytest.mark.parametrize("why", list(SkipWhy))
def test_every_skip(why: SkipWhy) -> None:
    assert said(Foretold(MONDAY, 1, BRUNO, "skip", why)).startswith("level 1 is skipped")
    assert said(Foretold(MONDAY, 1, (), "skip", why)).startswith("level 1 is skipped")


def test_whoever_is_concerned_is_not_named() -> None:
    assert said(Foretold(MONDAY, 1, BRUNO, "skip", SkipWhy.CONCERNED)) == "level 1 is skipped"
