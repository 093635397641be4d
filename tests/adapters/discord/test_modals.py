"""Is every form a modal that Discord takes, and does what somebody fills in come back as what the handlers expect?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import modals
from bot.adapters.discord.begun import shown
from bot.adapters.discord.modals import settled, values_of
from bot.chat import Field, Form, Option
from bot.escalation.requests import (
    Answer,
    Ask,
    Decline,
    Escalate,
    GiveTime,
    HandOver,
    MakePromise,
    Note,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Request,
    Resolve,
    SayLacked,
    SetSeverity,
    Withdraw,
)
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, ServiceId, Text
from bot.handlers.values import Values
from bot.handlers.verbs import request_of
from bot.wording import forms
from tests.adapters.discord.templates import ACCOUNTS
from tests.discord.building import build
from tests.discord.components import faults_in_modal
from tests.discord.submitting import Filled
from tests.discord.words import Impossible, Json
from tests.wording.office import MONDAY, ORG, Play, report
from tests.wording.stories import ANA, BEN

USERS = [{"id": account, "name": person} for person, account in ACCOUNTS.items()]
WORLD = build({"users": USERS, "guilds": [{"name": "harbour", "channels": ["help"]}]}, "key", "http://127.0.0.1:1")
HELP = WORLD.channel("help")
CASE = Play().do(report()).there
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
ID = "m:0:-:x"


def form_of(verb: str, **preset: str) -> Form:
    """The form of a verb, as Ana gets it for a case that has been escalated."""
    case = None if verb in ("report", "away") else replace(CASE, escalations=1)
    form = forms.form(verb, case, ORG, ANA, MONDAY, f"{verb}:1:7:a1b2c3", preset)
    assert form is not None
    return form


def drawn(form: Form, page: int = 0, values: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None) -> Json:
    """A page of a form, which Discord takes."""
    view: Json = modals.modal(form, page, values or {}, ACCOUNTS, ID, wrong).to_dict()
    assert faults_in_modal(view) == []
    return view


def sent(form: Form, values: Mapping[str, str] | None = None, **entered: object) -> dict[str, str]:
    """The values that the handlers get once each page is sent, as Discord's client lets it pass; accounts are told whose they are."""
    holders = {account: str(person) for person, account in ACCOUNTS.items()}
    got = dict(values or {})
    left = {name.replace("__", "."): value for name, value in entered.items()}
    for page in range(len(modals.pages(form))):
        view = drawn(form, page, got)
        there = {label["component"]["custom_id"] for label in view["components"]}
        given = {name: left.pop(name) for name in there & left.keys()}
        filled, accounts = values_of(Filled(WORLD, HELP, view, given).data())
        got |= settled(form, filled) | {name: holders[account] for name, account in accounts.items()}
    assert left == {}
    return got


# --- from the modal to the request

WHY = "It is the\nmeter <team>'s & not ours"
SENT: dict[str, tuple[str, dict[str, object], Request]] = {
    "promise": ("promise", {"until": "Friday 15:00"}, MakePromise(ANA, FRIDAY)),
    "ask": ("ask", {"question": WHY}, Ask(ANA, Text(WHY))),
    "hand over to a person": ("handover", {"to": "ben", "why": WHY}, HandOver(ANA, BEN, Text(WHY))),
    "hand over to a person by name": ("handover", {"to__other": "Ben", "why": WHY}, HandOver(ANA, BEN, Text(WHY))),
    "a name goes before who was picked": ("handover", {"to": "ida", "to__other": "ben", "why": WHY}, HandOver(ANA, BEN, Text(WHY))),
    "hand over to a desk": (
        "handover",
        {"service": "Metering", "why": WHY},
        HandOver(ANA, None, Text(WHY), ServiceId("metering")),
    ),
    "fixed, with a cause by its name": (
        "resolve",
        {"explanation": WHY, "cause": " wrong data"},
        Resolve(ANA, Text(WHY), "data", FixKind.FIX, budget="billing"),
    ),
    "fixed, with a cause in own words": (
        "resolve",
        {"explanation": WHY, "cause": "the moon"},
        Resolve(ANA, Text(WHY), "the moon", FixKind.FIX, budget="billing"),
    ),
    "fixed, with everything": (
        "resolve",
        {
            "explanation": WHY,
            "cause": "Software",
            "kind": "Got round: a workaround",
            "expires": "Friday 15:00",
            "minutes": "90",
            "cost": "120.5",
            "budget": "metering",
            "lacked": "Authority to decide it",
            "change": "Check readings",
            "change_owner": "ben",
            "change_by": "Friday 15:00",
        },
        Resolve(
            ANA,
            Text(WHY),
            "software",
            FixKind.WORKAROUND,
            Decimal("120.5"),
            "metering",
            "authority",
            Text("Check readings"),
            BEN,
            FRIDAY,
            90,
            FRIDAY,
        ),
    ),
    "what was lacking": (
        "lacked",
        {"lacked": "Access to a system", "change": WHY, "change_owner": "ben", "change_by": "Friday 15:00"},
        SayLacked(ANA, "access", Text(WHY), BEN, FRIDAY),
    ),
    "a workaround is to stand longer": ("renew", {"until": "Friday 15:00", "why": WHY}, Renew(ANA, FRIDAY, Text(WHY))),
    "time spent": ("time", {"minutes": "45"}, RecordTime(ANA, 45)),
    "escalate": ("escalate", {"why": WHY}, Escalate(ANA, Text(WHY))),
    "more time": ("moretime", {"until": "2d"}, GiveTime(ANA, None, Span.parse("2d"))),
    "withdraw": ("withdraw", {"why": WHY}, Withdraw(ANA, Text(WHY))),
    "decline": ("decline", {"why": WHY}, Decline(ANA, Text(WHY))),
    "note": ("note", {"text": WHY}, Note(ANA, Text(WHY))),
    "answer": ("answer", {"text": WHY}, Answer(ANA, Text(WHY))),
    "still broken": ("reopen", {"why": WHY}, Reopen(ANA, Text(WHY))),
    "still broken, without a word": ("reopen", {}, Reopen(ANA)),
    "severity": ("severity", {"severity": "Critical"}, SetSeverity(ANA, "critical")),
    "cost": ("cost", {"cost": 40}, RecordCost(ANA, Decimal(40), "billing")),
}  # fmt: skip


@pytest.mark.parametrize(("verb", "entered", "request_"), SENT.values(), ids=SENT.keys())
async def test_what_is_entered_becomes_the_request(verb: str, entered: dict[str, object], request_: Request) -> None:
    assert request_of(verb, sent(form_of(verb), None, **entered), CASE, ANA, ORG, MONDAY) == request_


async def test_a_report() -> None:
    form = form_of("report")
    entered = sent(form, title="Bill is 9,000", text=WHY, service="Metering", severity="Critical", asked_before=3, private=True)

    assert entered == {
        "service": "metering",
        "title": "Bill is 9,000",
        "text": WHY,
        "severity": "critical",
        "asked_before": "3",
        "private": "yes",
    }
    assert sent(form, title="x") == {
        "service": "billing",
        "title": "x",
        "text": "",
        "severity": "normal",
        "asked_before": "0",
        "private": "",
    }
    values = Values(entered, ANA, ORG, MONDAY)
    assert (values.count("asked_before"), values.check("private"), values.service("service")) == (3, True, ServiceId("metering"))
    assert not values.errors


async def test_an_absence() -> None:
    entered = sent(form_of("away"), until="Friday 15:00", to="ben")

    assert entered == {"until": "Friday 15:00", "to": "ben"}
    assert Values(entered, ANA, ORG, MONDAY).time("until") == FRIDAY


@pytest.mark.parametrize("verb", ["promise", "ask", "resolve", "report", "decline"])
async def test_discords_own_client_asks_for_what_is_needed(verb: str) -> None:
    with pytest.raises(Impossible, match="is required"):
        sent(form_of(verb))


# --- pages

PAGES = {
    "report": [["service", "title", "text", "severity", "asked_before"], ["private"]],
    "handover": [["to", "service", "why"]],
    "resolve": [
        ["explanation", "cause", "kind", "expires", "minutes"],
        ["cost", "budget", "lacked", "change"],
        ["change_owner", "change_by"],
    ],
    "away": [["until", "to"]],
}


@pytest.mark.parametrize(("verb", "names"), PAGES.items(), ids=PAGES.keys())
def test_a_long_form_has_pages(verb: str, names: list[list[str]]) -> None:
    assert [[field.name for field in page] for page in modals.pages(form_of(verb))] == names


def test_at_level_0_a_fix_is_said_on_the_first_page_and_the_rest_fits_a_second() -> None:
    form = forms.form("resolve", CASE, ORG, ANA, MONDAY, "resolve:1:7:a1b2c3", {})
    assert form is not None
    assert [[field.name for field in page] for page in modals.pages(shown(form))] == [
        ["explanation", "cause", "kind", "expires", "minutes"],
        ["cost", "change", "change_owner", "change_by"],
    ]


def test_every_other_form_has_one() -> None:
    for verb in forms.OF_A_CASE - PAGES.keys():
        assert len(modals.pages(form_of(verb))) == 1, verb


def fields(*names: str) -> Form:
    """A form of texts; a large letter is one that has to be filled in, and a name with "@" a person."""
    kinds = [Field(name, name, "person" if "@" in name else "text", required=name[0].isupper()) for name in names]
    return Form("x:-:1:a", "X", tuple(kinds))


REQUIRED = {
    "nothing is moved where all fits": (("a", "b", "C"), [["a", "b", "C"]]),
    "what is needed comes onto the first page": (("a", "b", "c", "d", "e", "F"), [["a", "b", "c", "d", "F"], ["e"]]),
    "in its order": (("a", "B", "c", "d", "e", "F", "g"), [["a", "B", "c", "d", "F"], ["e", "g"]]),
    "a person takes two": (("a", "b", "c", "d@", "E"), [["a", "b", "c", "E"], ["d@"]]),
    "two persons": (("a@", "b@", "c", "d"), [["a@", "b@", "c"], ["d"]]),
    "more is needed than fits": (("A", "B", "C", "D", "E", "F", "g"), [["A", "B", "C", "D", "E"], ["F", "g"]]),
    "nothing at all": ((), [[]]),
}


@pytest.mark.parametrize(("names", "pages"), REQUIRED.values(), ids=REQUIRED.keys())
def test_which_field_is_on_which_page(names: tuple[str, ...], pages: list[list[str]]) -> None:
    assert [[field.name for field in page] for page in modals.pages(fields(*names))] == pages


async def test_a_page_says_which_it_is() -> None:
    form = form_of("resolve")

    assert [drawn(form, page)["title"] for page in (0, 1, 2)] == [f"C-1: it is fixed ({page} of 3)" for page in (1, 2, 3)]
    assert drawn(form_of("note"))["title"] == "C-1: note"
    long = replace(form, title="x" * 80)
    assert [drawn(long, page)["title"] for page in (0, 1)] == ["x" * 35 + f"… ({page} of 3)" for page in (1, 2)]


# --- what is asked

SERVICES = tuple(Option(f"s{number}", f"Service {number}") for number in range(26))
ASKED: dict[str, tuple[Field, str, Json]] = {
    "a text": (Field("a", "A?", "text", required=True), "x", {"type": 4, "style": 1, "required": True, "value": "x", "max_length": 4000}),
    "a text of several lines": (Field("a", "A?", "long"), "x\ny", {"type": 4, "style": 2, "required": False, "value": "x\ny"}),
    "a text of one line that has two": (Field("a", "A?", "text"), "x\n y", {"type": 4, "value": "x y"}),
    "nothing in it": (Field("a", "A?", "text"), " \n", {"type": 4, "value": None}),
    "what nobody can type": (Field("a", "A?", "long"), "a\x00b\ud83d\tc", {"type": 4, "value": "a b\ufffd\tc"}),
    "a number": (Field("a", "A?", "number"), "€120", {"type": 4, "style": 1, "value": "€120", "placeholder": "A number"}),
    "a time": (
        Field("a", "A?", "time"),
        "",
        {"type": 4, "style": 1, "value": None, "placeholder": 'For example "Friday 15:00", or "2d" for two working days'},
    ),
    "a list": (
        Field("a", "A?", "select", True, SERVICES[:2]),
        "s1",
        {"type": 3, "required": True, "min_values": 1, "max_values": 1, "options": [
            {"label": "Service 0", "value": "s0", "default": False}, {"label": "Service 1", "value": "s1", "default": True},
        ]},
    ),
    "a list that may be left out": (Field("a", "A?", "select", False, SERVICES[:25]), "?", {"type": 3, "required": False, "min_values": 0}),
    "a list that is too long": (
        Field("a", "A?", "select", True, SERVICES),
        "s25",
        {"type": 4, "style": 1, "required": True, "value": "Service 25"},
    ),
    "a list of nothing": (Field("a", "A?", "select"), "x", {"type": 4, "value": "x"}),
    "a box": (Field("a", "A?", "check"), "yes", {"type": 23, "default": True}),
    "a box that is not ticked": (Field("a", "A?", "check"), "no", {"type": 23, "default": False}),
}  # fmt: skip


@pytest.mark.parametrize(("field", "value", "wanted"), ASKED.values(), ids=ASKED.keys())
async def test_a_question(field: Field, value: str, wanted: Json) -> None:
    for asked, values in ((replace(field, value=value), {}), (replace(field, value="z"), {"a": value})):
        (label,) = drawn(Form("x:-:1:a", "X", (asked,)), values=values)["components"]
        component = label["component"]
        assert (label["type"], label["label"], component["custom_id"]) == (18, "A?", "a")
        assert {name: component.get(name) for name in wanted} == wanted


CAUSES = (Option("process", "A process"), Option("data", "Data"))
HINTS: dict[str, tuple[Field, str | None]] = {
    "suggestions": (
        Field("a", "A?", "text", suggestions=CAUSES),
        "For example: process, data",
    ),
    "a list that is too long": (
        Field("a", "A?", "select", options=SERVICES),
        "For example: Service 0, Service 1, Service 2, Service 3, Service 4, Service 5, Service 6, …",
    ),
    "one suggestion too long to be shown": (Field("a", "A?", "text", suggestions=(Option("x" * 100, "x"),)), None),
    "too much": (
        Field("a", "A?", "long", value="x" * 4001),
        "Discord's forms take 4,000 characters. Left out at the end of yours: 1 character.",
    ),
    "just enough": (Field("a", "A?", "long", value="x" * 4000), None),
    "a short text": (Field("a", "A?", "text"), None),
}


@pytest.mark.parametrize(("field", "hint"), HINTS.values(), ids=HINTS.keys())
async def test_what_is_said_under_a_question(field: Field, hint: str | None) -> None:
    (label,) = drawn(Form("x:-:1:a", "X", (field,)))["components"]

    assert label.get("description") == hint


async def test_what_is_wrong_stands_under_its_question() -> None:
    form = form_of("handover", to="zoe", why="x")
    view = drawn(form, wrong={"to": "Nobody is called “zoe”.", "why": "y" * 200, "else": "?"})

    assert [label.get("description") for label in view["components"]] == ["Nobody is called “zoe”.", None, None, "y" * 99 + "…"]


async def test_what_discords_forms_do_not_hold_is_left_out_at_its_end() -> None:
    for text, kept in (("x" * 4000 + "y" * 9, "x" * 4000), ("🙂" * 2001, "🙂" * 2000), ("x" + "🙂" * 2000, "x" + "🙂" * 1999)):
        (label,) = drawn(form_of("note", text=text))["components"]
        assert label["component"]["value"] == kept
        assert label["description"].startswith("Discord's forms take 4,000 characters.")


# --- people


async def test_a_person_is_picked_or_named() -> None:
    picker, other, *_ = drawn(form_of("handover"))["components"]

    assert (picker["label"], other["label"]) == ("Who should take it over?", "Or by name, if they are not in Discord")
    assert picker["component"] == {
        "type": 5, "custom_id": "to", "min_values": 0, "max_values": 1, "disabled": False, "required": False,
    }  # fmt: skip
    assert (other["component"]["type"], other["component"]["custom_id"], other["component"]["required"]) == (4, "to.other", False)


async def test_who_is_known_here_is_picked_already_and_who_is_not_is_named() -> None:
    known, other, *_ = drawn(form_of("handover", to="ben"))["components"]
    assert known["component"]["default_values"] == [{"id": int(ACCOUNTS[BEN]), "type": "user"}]
    assert other["component"].get("value") is None

    nobody, named, *_ = drawn(form_of("handover", to="zoe of accounts"))["components"]
    assert "default_values" not in nobody["component"]
    assert named["component"]["value"] == "zoe of accounts"


async def test_where_somebody_has_to_be_named_it_says_that_either_will_do() -> None:
    picker, other = drawn(Form("x:-:1:a", "X", (Field("to", "Who?", "person", required=True),)))["components"]

    assert (picker["description"], other.get("description")) == ("Pick somebody, or write a name below.", None)


NAMED: dict[str, tuple[str, dict[str, object], str]] = {
    "nobody": ("", {}, ""),
    "who was picked before stays": ("ben", {}, "ben"),
    "who was named before stays": ("zoe", {}, "zoe"),
    "another is picked": ("ben", {"to": "ida"}, "ida"),
    "another is named": ("ben", {"to__other": "zoe"}, "zoe"),
    "whoever was named and is not found is picked instead": ("anna", {"to": "ana"}, "ana"),
    "whoever was named is named anew": ("anna", {"to__kept": "Ana"}, "Ana"),
    "nobody any more": ("ben", {"to": []}, ""),
    "nobody any more, by name": ("zoe", {"to__kept": ""}, ""),
    "spaces are no name": ("", {"to": "ben", "to__other": "  "}, "ben"),
}


@pytest.mark.parametrize(("before", "entered", "meant"), NAMED.values(), ids=NAMED.keys())
async def test_who_is_meant(before: str, entered: dict[str, object], meant: str) -> None:
    form = form_of("handover", why="x")

    assert sent(form, {"to": before}, **entered) == {"to": meant, "service": "", "why": "x"}


# --- what is filled in already


async def test_what_was_filled_in_before_is_there_again() -> None:
    values = {"explanation": "y", "cause": "the moon", "kind": "workaround", "budget": "", "lacked": "time", "change_owner": "ben"}

    assert sent(form_of("resolve"), values) == {
        "explanation": "y",
        "cause": "the moon",
        "kind": "workaround",
        "expires": "",
        "minutes": "",
        "cost": "",
        "budget": "",
        "lacked": "time",
        "change": "",
        "change_owner": "ben",
        "change_by": "",
    }


@pytest.mark.parametrize(("given_", "ticked"), [("yes", True), ("true", True), ("1", True), ("no", False), ("", False), ("maybe", False)])
async def test_a_box_that_is_ticked(given_: str, ticked: bool) -> None:
    assert (sent(form_of("report", private=given_, title="x"))["private"] == "yes") is ticked


async def test_one_of_many_can_be_written() -> None:
    form = Form("x:-:1:a", "X", (Field("service", "Which?", "select", True, SERVICES),))

    assert sent(form, {"service": "s25"}) == {"service": "s25"}
    assert sent(form, service="service 7 ") == {"service": "s7"}
    assert sent(form, service="S7") == {"service": "s7"}
    assert sent(form, service="the roof") == {"service": "the roof"}


def test_what_is_no_choice_stays_as_it_was_written() -> None:
    assert settled(form_of("resolve"), {"cause": "A SUPPLIER ", "explanation": "software", "else": "x", "kind": "fix"}) == {
        "cause": "supplier",
        "explanation": "software",
        "else": "x",
        "kind": "fix",
    }


async def test_the_library_keeps_nothing_of_a_modal() -> None:
    view = modals.modal(form_of("note"), 0, {}, {}, ID)

    assert view.is_finished()
    assert view.custom_id == ID


# --- what is forged

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["why", "to", "to.other", "to.kept", ".other", ""]) | st.text(max_size=5) | JSON
CHOSEN = st.lists(st.text(max_size=5) | st.sampled_from(["1", "9" * 25]), max_size=3)
COMPONENT = st.fixed_dictionaries(
    {"type": st.integers(0, 25) | JSON},
    optional={
        "custom_id": NAMES,
        "value": JSON,
        "values": JSON | CHOSEN,
    },
)
WRAPPED = st.fixed_dictionaries(
    {"type": st.sampled_from([1, 18]) | JSON}, optional={"component": COMPONENT | JSON, "components": st.lists(COMPONENT | JSON) | JSON}
)
PAYLOADS = st.fixed_dictionaries({}, optional={"components": st.lists(WRAPPED | COMPONENT | JSON, max_size=6) | JSON})


@given(PAYLOADS)
def test_whatever_is_filled_in_is_harmless(forged: Any) -> None:
    values, accounts = values_of(forged)

    for name, value in values.items():
        assert isinstance(name, str)
        assert isinstance(value, str)
        (name + value).encode("utf-8")
    for name, account in accounts.items():
        assert isinstance(name, str)
        assert account.isascii()
        assert 0 <= int(account) < 10**20
    assert not values.keys() & accounts.keys()


def labelled(**component: Any) -> Json:
    return {"components": [{"type": 18, "component": component}]}


X = {"type": 4, "custom_id": "a", "value": "x"}
FORGED: dict[str, tuple[Json, dict[str, str], dict[str, str]]] = {
    "nothing": ({}, {}, {}),
    "components that are none": ({"components": "x"}, {}, {}),
    "a component that is none": ({"components": [7, None, "x", []]}, {}, {}),
    "a label without a component": ({"components": [{"type": 18}, {"type": 18, "component": 7}]}, {}, {}),
    "a row without components": ({"components": [{"type": 1}, {"type": 1, "components": 7}]}, {}, {}),
    "a row, as older clients send": (
        {"components": [{"type": 1, "components": [{"type": 4, "custom_id": "a", "value": "x"}]}]},
        {"a": "x"},
        {},
    ),
    "no label around it": ({"components": [{"type": 4, "custom_id": "a", "value": "x"}]}, {"a": "x"}, {}),
    "no type": (labelled(custom_id="a", value="x"), {}, {}),
    "an unknown type": (labelled(type=99, custom_id="a", value="x"), {}, {}),
    "a type that is a list": (labelled(type=[4], custom_id="a", value="x"), {}, {}),
    "no name": (labelled(type=4, value="x"), {}, {}),
    "a name that is a number": (labelled(type=4, custom_id=7, value="x"), {}, {}),
    "a text": (labelled(type=4, custom_id="a", value="x\ud83d"), {"a": "x\ufffd"}, {}),
    "a text that is not there": (labelled(type=4, custom_id="a"), {"a": ""}, {}),
    "a text that is an object": (labelled(type=4, custom_id="a", value={"a": 1}), {}, {}),
    "a choice": (labelled(type=3, custom_id="a", values=["x", "y"]), {"a": "x"}, {}),
    "no choice": (labelled(type=3, custom_id="a", values=[]), {"a": ""}, {}),
    "choices that are none": (labelled(type=3, custom_id="a", values="x"), {}, {}),
    "a choice that is a number": (labelled(type=3, custom_id="a", values=[7]), {}, {}),
    "a person": (labelled(type=5, custom_id="a", values=["123"]), {}, {"a": "123"}),
    "nobody": (labelled(type=5, custom_id="a", values=[]), {}, {}),
    "a person that is none": (labelled(type=5, custom_id="a", values=["ana"]), {}, {}),
    "a person in other digits": (labelled(type=5, custom_id="a", values=["٣"]), {}, {}),
    "a person that no machine could hold": (labelled(type=5, custom_id="a", values=["9" * 21]), {}, {}),
    "a role where a person is asked for": (labelled(type=6, custom_id="a", values=["123"]), {}, {}),
    "a box": (labelled(type=23, custom_id="a", value=True), {"a": "yes"}, {}),
    "an empty box": (labelled(type=23, custom_id="a", value=False), {"a": ""}, {}),
    "a box that is a text": (labelled(type=23, custom_id="a", value="true"), {}, {}),
    "a name without a field": (labelled(type=4, custom_id=".other", value="x"), {"": "x"}, {}),
}


@pytest.mark.parametrize(("forged", "values", "accounts"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_payload(forged: Json, values: dict[str, str], accounts: dict[str, str]) -> None:
    assert values_of(forged) == (values, accounts)


# --- any form

WORDS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(["@everyone <@1>", "x" * 4001, "😀" * 2001, " ", "\n"])
OPTIONS = st.lists(
    st.builds(Option, st.text(min_size=1, max_size=110).filter(str.strip), WORDS), max_size=30, unique_by=lambda option: option.id
).map(tuple)
VALUES = st.none() | WORDS | st.sampled_from(["ana", "zoe", "12.50", "2026-11-27T15:00:00+00:00", "yes"])
KINDS = st.sampled_from(["text", "long", "time", "person", "number", "check", "select"])
FIELDS = st.lists(st.builds(Field, st.just("name"), WORDS, KINDS, st.booleans(), OPTIONS, VALUES, OPTIONS), min_size=1, max_size=12).map(
    lambda fields: tuple(replace(field, name=f"field{number}") for number, field in enumerate(fields))
)


@given(FIELDS, WORDS, st.dictionaries(st.sampled_from([f"field{n}" for n in range(12)]), WORDS), st.dictionaries(st.just("field0"), WORDS))
async def test_discord_takes_any_form_and_each_field_is_asked_once(
    fields: tuple[Field, ...], title: str, values: Mapping[str, str], wrong: Mapping[str, str]
) -> None:
    form = Form("x:-:1:a", title, fields)
    pages = modals.pages(form)

    assert sorted(field.name for page in pages for field in page) == sorted(field.name for field in fields)
    asked = [label["component"]["custom_id"] for page in range(len(pages)) for label in drawn(form, page, values, wrong)["components"]]
    assert {name.partition(".")[0] for name in asked} == {field.name for field in fields}
    assert len(asked) == len(set(asked)) == sum(2 if field.type == "person" else 1 for field in fields)


@given(st.integers(1, 10**12))
async def test_a_title_is_cut_where_the_numbers_grow(number: int) -> None:
    case = replace(CASE, id=CaseId(number))
    for verb in forms.OF_A_CASE:
        form = forms.form(verb, case, ORG, ANA, MONDAY, "x:1:2:3", {})
        assert form is not None
        assert drawn(form)["title"].startswith(f"C-{number}: ")
