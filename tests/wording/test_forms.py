"""Each verb's form: the contract's field names, questions that fit on every platform, and what is known filled in."""

import pytest

from bot.chat import Form
from bot.escalation.requests import Escalate, SetSeverity
from bot.escalation.words import PersonId, Text
from bot.wording.forms import CAUSES, LACKED, form
from bot.wording.helping import COMMANDS
from tests.wording.office import MONDAY, ORG, Play, report
from tests.wording.stories import ANA, RITA

# DESIGN.md section 9, with the questions that each verb asks.
ASKS = {
    "report": ["service", "title", "text", "severity", "asked_before", "private"],
    "promise": ["until"],
    "ask": ["question"],
    "handover": ["to", "service", "why"],
    "resolve": ["explanation", "cause", "kind", "expires", "minutes", "cost", "budget", "change", "change_owner", "change_by"],
    "lacked": ["lacked", "change", "change_owner", "change_by"],
    "renew": ["until", "why"],
    "time": ["minutes"],
    "escalate": ["why"],
    "moretime": ["until"],
    "withdraw": ["why"],
    "decline": ["why"],
    "note": ["text"],
    "answer": ["text"],
    "reopen": ["why"],
    "severity": ["severity"],
    "merge": ["to"],
    "again": ["to"],
    "cost": ["cost", "budget"],
    "away": ["until", "to"],
    "link": ["code"],
    "dead": ["route", "why"],
    "announce": ["service", "from", "until", "text"],
}
CONTRACT = {
    "service",
    "severity",
    "title",
    "text",
    "asked_before",
    "private",
    "until",
    "to",
    "why",
    "question",
    "explanation",
    "cause",
    "kind",
    "cost",
    "budget",
    "lacked",
    "change",
    "change_owner",
    "change_by",
    "minutes",
    "expires",
    "code",
    "route",
    "from",
    "announcement",
}


def asked(verb: str, play: Play | None = None, **preset: str) -> Form:
    there = (play or Play().do(report())).there
    drawn = form(verb, there, ORG, ANA, MONDAY, "f-1", preset)
    assert drawn is not None
    return drawn


@pytest.mark.parametrize(("verb", "names"), ASKS.items())
def test_a_form_asks_what_its_verb_needs(verb: str, names: list[str]) -> None:
    drawn = asked(verb)

    assert [field.name for field in drawn.fields] == names
    assert drawn.id == "f-1"


def test_every_verb_either_has_a_form_or_needs_none() -> None:
    assert ASKS.keys() <= COMMANDS.keys()
    for verb in COMMANDS.keys() - ASKS.keys():
        assert form(verb, Play().do(report()).there, ORG, ANA, MONDAY, "f-1", {}) is None


@pytest.mark.parametrize("verb", ASKS)
def test_it_fits_on_every_platform(verb: str) -> None:
    play = Play().do(report()).do(Escalate(ANA, Text("help")))
    drawn = asked(verb, play)

    assert len(drawn.title) <= 24
    assert {field.name for field in drawn.fields} <= CONTRACT
    assert len({field.name for field in drawn.fields}) == len(drawn.fields)
    assert any(field.required for field in drawn.fields) or verb in ("reopen", "lacked")
    for field in drawn.fields:
        assert len(field.label) <= 45
        assert bool(field.options) == (field.type == "select")
        assert len({option.id for option in field.options}) == len(field.options)
        assert field.type != "select" or field.value is None or field.value in {option.id for option in field.options}


@pytest.mark.parametrize("verb", ASKS)
def test_what_was_given_is_filled_in(verb: str) -> None:
    given = {field.name: "something" for field in asked(verb).fields}

    assert {field.name: field.value for field in asked(verb, None, **given).fields} == given


@pytest.mark.parametrize("verb", sorted(ASKS.keys() - {"report", "away", "link", "dead", "announce"}))
def test_a_form_about_a_case_needs_the_case(verb: str) -> None:
    assert form(verb, None, ORG, ANA, MONDAY, "f-1", {}) is None


def test_sensible_values_are_there_from_the_start() -> None:
    drawn = form("report", None, ORG, RITA, MONDAY, "f-1", {})

    assert drawn is not None
    assert [field.value for field in drawn.fields] == ["billing", None, None, "normal", "0", None]
    assert [field.value for field in asked("resolve").fields] == [None, None, "fix", None, None, None, "billing", None, None, None]
    assert asked("severity").fields[0].value == "normal"


def test_what_was_lacking_is_asked_only_once_it_was_escalated() -> None:
    up = Play().do(report()).do(Escalate(ANA, Text("help")))
    lacked = next(field for field in asked("resolve", up).fields if field.name == "lacked")

    assert "lacked" not in [field.name for field in asked("resolve").fields]
    assert [option.id for option in lacked.options] == list(LACKED)


def test_a_handover_goes_to_a_person_or_to_a_services_desk() -> None:
    to, service, _why = asked("handover").fields

    assert (to.name, to.type, to.required, to.options) == ("to", "person", False, ())
    assert (service.name, service.type, service.required) == ("service", "select", False)
    assert [option.id for option in service.options] == list(ORG.services)


def test_causes_are_suggested_and_another_one_can_be_written() -> None:
    cause = next(field for field in asked("resolve").fields if field.name == "cause")

    assert (cause.type, cause.required) == ("text", True)
    assert [option.id for option in cause.suggestions] == list(CAUSES)


def test_a_wish_for_another_severity_is_preset() -> None:
    assert asked("severity", Play().do(report()).do(SetSeverity(ANA, "low"))).fields[0].value == "low"


def test_your_deputy_is_suggested_when_you_go_away() -> None:
    drawn = form("away", None, ORG, PersonId("bruno"), MONDAY, "f-1", {})

    assert drawn is not None
    assert (drawn.fields[1].type, drawn.fields[1].value) == ("person", "cara")
