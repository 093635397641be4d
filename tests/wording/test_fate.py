"""The fate line, as a table: how a case stands, and what people are told comes next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.fate import fate
from bot.escalation.requests import (
    Absorb,
    Acknowledge,
    Ask,
    Chase,
    Confirm,
    Escalate,
    HandOver,
    MakePromise,
    Merge,
    Resolve,
    SetSeverity,
    Withdraw,
)
from bot.escalation.words import CaseId, Text
from bot.wording.fate import fate_line
from bot.wording.plain import plain
from tests.wording.office import MONDAY, ORG, ZONE, Play, away, report
from tests.wording.samples import steps, stories
from tests.wording.stories import AMIR, ANA, BEN, CLEO, ED, RITA


def opened() -> Play:
    return Play().do(report())


def duplicate() -> Play:
    other = opened()
    return Play().do(report(id=CaseId(2), by="ed")).do(Merge(ANA, other.there))


def two_reporters() -> Play:
    one = opened()
    other = Play().do(report(id=CaseId(2), by="ed"))
    other.do(Merge(ANA, one.there))
    return one.do(Absorb(ANA, other.there)).do(Resolve(ANA, Text("done"), "x"), hours=1)


def for_bruno() -> Play:
    org = away("bruno", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9))
    return Play(org=org).do(report()).do(Escalate(ANA, Text("help")))


def often_chased() -> Play:
    play = opened()
    for _ in range(6):
        play.do(Chase(RITA))
    return play


LINES: dict[str, tuple[Callable[[], Play], str]] = {
    "just reported": (opened, "Ana owns it; goes to Bruno today 10:00 unless acknowledged."),
    "acknowledged": (
        lambda: opened().do(Acknowledge(ANA)),
        "Ana owns it; next reminder today 13:00; goes to Bruno tomorrow 17:00 unless fixed.",
    ),
    "promised": (
        lambda: opened().do(MakePromise(ANA, MONDAY + timedelta(hours=6))),
        "Ana owns it; a fix is promised by today 15:00; goes to Bruno then unless fixed.",
    ),
    "offered": (
        lambda: opened().do(Acknowledge(ANA)).do(HandOver(ANA, BEN, Text("x"))),
        ("Ana owns it; Ben is asked to take it over by today 10:00, else it stays as it is; next reminder today 13:00; "
        "goes to Bruno tomorrow 17:00 unless fixed."),
    ),
    "one level up": (
        lambda: opened().wait(),
        "Ana owns it, and Bruno answers for it at level 1; goes to Cleo today 12:00 unless acknowledged.",
    ),
    "with a deputy": (
        for_bruno,
        "Ana owns it, and Bruno answers for it at level 1; Cara acts for Bruno, who is away; goes to Cleo today 11:00 unless acknowledged.",
    ),
    "at the top": (
        lambda: opened().wait().wait(),
        ("Ana owns it, and Cleo answers for it at level 2; next reminder to Cleo today 14:00; "
        "Cleo is the last level, so reminders go on until it is closed."),
    ),
    "chased again while it has just gone up": (
        often_chased,
        "Ana owns it, and Bruno answers for it at level 1; goes to Cleo today 11:00 unless acknowledged.",
    ),
    "waiting": (
        lambda: opened().do(Ask(ANA, Text("which?"))),
        "Ana owns it; it waits for Rita's answer until Wednesday 17:00, then goes on without it; next reminder to Rita today 17:00.",
    ),
    "resolved": (
        lambda: opened().do(Resolve(ANA, Text("done"), "x"), hours=1),
        ("Ana says that it is fixed; only Rita can confirm it; next reminder to Rita tomorrow 10:00; "
        "without an answer it closes as unconfirmed on Thursday 10:00."),
    ),
    "resolved, and one of two has said yes": (
        lambda: two_reporters().do(Confirm(RITA)),
        ("Ana says that it is fixed; only Ed can confirm it; next reminder to Ed tomorrow 10:00; "
        "without an answer it closes as fixed on Thursday 10:00."),
    ),
    "fixed": (
        lambda: opened().do(Resolve(ANA, Text("done"), "x")).do(Confirm(RITA)),
        "Closed as fixed; Rita will be asked on Monday 30 November 09:00 whether it still is.",
    ),
    "withdrawn": (lambda: opened().do(Withdraw(RITA, Text("x"))), "Closed as withdrawn; Rita can reopen it."),
    "a duplicate": (duplicate, "Closed as a duplicate of C-1, which goes on."),
}  # fmt: skip


@pytest.mark.parametrize(("tell", "line"), LINES.values(), ids=LINES.keys())
def test_the_fate_line(tell: Callable[[], Play], line: str) -> None:
    play = tell()

    assert plain(fate_line(play.there, play.org, play.now), ZONE, play.now) == line


def test_what_is_due_already_comes_now() -> None:
    play = opened()
    later = MONDAY + timedelta(hours=2)

    assert plain(fate_line(play.there, ORG, later), ZONE, later) == "Ana owns it; goes to Bruno now unless acknowledged."


def test_it_never_foretells_a_reminder_that_the_move_up_comes_before() -> None:
    play = opened().do(SetSeverity(RITA, "critical"))
    coming = fate(play.there, ORG, play.now)

    assert coming.nag_at is not None
    assert coming.goes_at is not None
    assert coming.goes_at < coming.nag_at
    assert "reminder" not in plain(fate_line(play.there, ORG, play.now), ZONE, play.now)


def test_every_case_of_every_story_has_one_sentence_with_its_owner_or_its_end() -> None:
    for _, play in stories():
        for _before, fact, case in steps(play):
            line = plain(fate_line(case, play.org, fact.at), ZONE, fact.at)
            assert line.endswith(".")
            assert "None" not in line
            assert ("Closed" in line) == (not case.live)
            assert not case.live or "now." not in line


def test_whoever_is_concerned_is_not_foretold() -> None:
    play = Play().do(report(private=True, concerned=(AMIR,)))

    assert "Amir" not in plain(fate_line(replace(play.there, tried=(AMIR, ED, CLEO)), ORG, play.now), ZONE, play.now)
