"""Is every form a modal that Slack takes, and does what somebody fills in come back as what the handlers expect?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import views
from bot.adapters.slack.views import ANSWER, FORM, LONGEST_TEXT, Origin, errors_of, people_in, values_of
from bot.chat import Button, Field, Form, Home, Option, Reply, Typed
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
from bot.escalation.words import CaseId, FixKind, PersonId, ServiceId, Text
from bot.handlers.values import Values
from bot.handlers.verbs import Faults, request_of
from bot.wording import forms
from tests.adapters.slack.templates import ACCOUNTS, ORIGIN, reader
from tests.slack.blockkit import faults_in_view
from tests.slack.building import build
from tests.slack.filling import filled, objection
from tests.slack.reading import shown
from tests.slack.stacks import fields_of, state_of
from tests.slack.words import Impossible, Json
from tests.wording.office import MONDAY, ORG, Play, report
from tests.wording.stories import ANA, BEN

WORKSPACE = build({"users": sorted(ORG.people)}, "key", "http://127.0.0.1:1")
CASE = Play().do(report()).there
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


def modal(form: Form) -> Json:
    drawn = views.modal(form, replace(ORIGIN, form=form.id), ACCOUNTS)
    assert faults_in_view(drawn) == []
    return drawn


def form_of(verb: str, **preset: str) -> Json:
    """The modal of a verb, as Ana gets it for a case that has been escalated."""
    case = None if verb in ("report", "away") else replace(CASE, escalations=1)
    form = forms.form(verb, case, ORG, ANA, MONDAY, f"{verb}:1:7:a1b2c3", preset)
    assert form is not None
    return modal(form)


def state(view: Json, **entered: object) -> Json:
    """What Slack reports when somebody has entered this, and its client lets it pass."""
    there = {block["block_id"]: (block, element) for block, element in fields_of(view["blocks"])}
    typed = {}
    for name, value in entered.items():
        block, element = there[name.replace("__", ".")]
        typed[block["block_id"], element["action_id"]] = filled(WORKSPACE, element, value)
    values = state_of(view["blocks"], typed)
    refused = {name: why for name, (block, element) in there.items() if (why := objection(block, values[name][element["action_id"]]))}
    if refused:
        raise Impossible(str(refused))
    return {"values": values}


def sent(view: Json, **entered: object) -> dict[str, Any]:
    """The values that the handlers get: accounts are told whose they are."""
    holders = {account: person for person, account in ACCOUNTS.items()}
    values, accounts = values_of(state(view, **entered))
    return values | {name: holders[account] for name, account in accounts.items()}


# --- from the modal to the request

WHY = "It is the\nmeter <team>'s & not ours"
SENT: dict[str, tuple[str, dict[str, object], Request]] = {
    "promise": ("promise", {"until": FRIDAY}, MakePromise(ANA, FRIDAY)),
    "ask": ("ask", {"question": WHY}, Ask(ANA, Text(WHY))),
    "hand over to a person": ("handover", {"to": "ben", "why": WHY}, HandOver(ANA, BEN, Text(WHY))),
    "hand over to a desk": (
        "handover",
        {"service": "Metering", "why": WHY},
        HandOver(ANA, None, Text(WHY), ServiceId("metering")),
    ),
    "fixed, with a cause from the list": (
        "resolve",
        {"explanation": WHY, "cause": "Wrong data"},
        Resolve(ANA, Text(WHY), "data", FixKind.FIX, budget="billing"),
    ),
    "fixed, with a cause in own words": (
        "resolve",
        {"explanation": WHY, "cause__other": "the moon"},
        Resolve(ANA, Text(WHY), "the moon", FixKind.FIX, budget="billing"),
    ),
    "own words go before the list": (
        "resolve",
        {"explanation": WHY, "cause": "Wrong data", "cause__other": "the moon"},
        Resolve(ANA, Text(WHY), "the moon", FixKind.FIX, budget="billing"),
    ),
    "fixed, with everything": (
        "resolve",
        {
            "explanation": WHY,
            "cause": "software",
            "kind": "Got round: a workaround",
            "cost": "120.5",
            "budget": "metering",
            "lacked": "Authority to decide it",
            "change": "Check readings",
            "change_owner": "ben",
            "change_by": FRIDAY,
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
        ),
    ),
    "what was lacking": (
        "lacked",
        {"lacked": "Access to a system", "change": WHY, "change_owner": "ben", "change_by": FRIDAY},
        SayLacked(ANA, "access", Text(WHY), BEN, FRIDAY),
    ),
    "a workaround is to stand longer": ("renew", {"until": FRIDAY, "why": WHY}, Renew(ANA, FRIDAY, Text(WHY))),
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
def test_what_is_entered_becomes_the_request(verb: str, entered: dict[str, object], request_: Request) -> None:
    assert request_of(verb, sent(form_of(verb), **entered), CASE, ANA, ORG, MONDAY) == request_


def test_a_report() -> None:
    view = form_of("report")
    entered = sent(view, title="Bill is 9,000", text=WHY, service="Metering", severity="Critical", asked_before=3, private="Yes")

    assert entered == {
        "service": "metering",
        "title": "Bill is 9,000",
        "text": WHY,
        "severity": "critical",
        "asked_before": "3",
        "private": True,
    }
    assert sent(view, title="x") == {"service": "billing", "title": "x", "severity": "normal", "asked_before": "0", "private": False}
    values = Values(entered, ANA, ORG, MONDAY)
    assert (values.count("asked_before"), values.check("private"), values.service("service")) == (3, True, ServiceId("metering"))
    assert not values.errors


def test_an_absence() -> None:
    entered = sent(form_of("away"), until=FRIDAY, to="ben")

    assert entered == {"until": FRIDAY.isoformat(), "to": "ben"}
    assert Values(entered, ANA, ORG, MONDAY).time("until") == FRIDAY


def test_the_other_case_of_a_merge() -> None:
    assert sent(form_of("merge"), to="C-2") == {"to": "C-2"}


@pytest.mark.parametrize("verb", ["promise", "ask", "resolve", "report", "decline"])
def test_slacks_own_client_asks_for_what_is_needed(verb: str) -> None:
    with pytest.raises(Impossible, match="Please complete this required field"):
        state(form_of(verb))


def test_what_only_we_can_miss_is_told_beside_its_field() -> None:
    """A cause may be picked or written, so Slack lets both be empty."""
    view = form_of("resolve")
    faults = request_of("resolve", sent(view, explanation="x"), CASE, ANA, ORG, MONDAY)

    assert isinstance(faults, Faults)
    assert faults.missing == ("cause",)
    assert errors_of(dict.fromkeys(faults.missing, "Please fill this in."), view["blocks"]) == {"cause": "Please fill this in."}


# --- what is filled in already


def test_what_was_typed_is_there_already() -> None:
    view = form_of("handover", to="ben", why="x" * 50)

    assert sent(view) == {"to": "ben", "why": "x" * 50}


def test_somebody_without_an_account_here_is_still_named() -> None:
    """Slack's own list of people would show nobody, and the name that was typed would be gone."""
    assert sent(form_of("handover", to="zoe of accounts", why="x")) == {"to": "zoe of accounts", "why": "x"}


def test_a_desk_that_was_typed_where_a_person_is_asked_for_is_understood() -> None:
    request = request_of("handover", sent(form_of("handover", to="metering", why="x")), CASE, ANA, ORG, MONDAY)

    assert request == HandOver(ANA, None, Text("x"), ServiceId("metering"))


def test_a_sum_with_its_currency_is_not_lost() -> None:
    request = request_of("cost", sent(form_of("cost", cost="€1,234.50")), CASE, ANA, ORG, MONDAY)

    assert request == RecordCost(ANA, Decimal("1234.50"), "billing")


@pytest.mark.parametrize("given_", ["120", "120.5", "-3", "0", "0.10"])
def test_a_number_is_slacks_number(given_: str) -> None:
    (cost, _) = form_of("cost", cost=given_)["blocks"]

    assert cost["element"] == {"type": "number_input", "is_decimal_allowed": True, "initial_value": given_, "action_id": "value"}


@pytest.mark.parametrize("given_", ["nan", "inf", "1e5", "1_000", " 5", "٣", "5.", "1" * 16])
def test_what_python_would_take_for_a_number_is_text(given_: str) -> None:
    (cost, _) = form_of("cost", cost=given_)["blocks"]

    assert cost["element"]["type"] == "plain_text_input"
    assert cost["element"]["initial_value"] == given_


def test_a_cause_of_the_list_is_picked_and_another_is_written() -> None:
    assert sent(form_of("resolve", cause="data"), explanation="x")["cause"] == "data"
    assert sent(form_of("resolve", cause="the moon"), explanation="x")["cause"] == "the moon"


TIMES: dict[str, tuple[str, int | None]] = {
    "with a zone": ("2026-11-27T16:00:00+01:00", 1795791600),
    "in UTC": ("2026-11-27T15:00:00Z", 1795791600),
    "without a zone, which could be anybody's": ("2026-11-27T15:00:00", None),
    "in words": ("Friday 15:00", None),
    "before Slack's time": ("1999-01-01T00:00:00+00:00", None),
    "the last that Slack takes": ("2286-11-20T17:46:39+00:00", 9_999_999_999),
    "after Slack's time": ("2286-11-20T17:46:40+00:00", None),
    "at the end of time": ("9999-12-31T23:59:59-23:59", None),
    "at the beginning of time": ("0001-01-01T00:00:00+23:59", None),
}


@pytest.mark.parametrize(("given_", "seconds"), TIMES.values(), ids=TIMES.keys())
def test_a_time_that_a_program_wrote(given_: str, seconds: int | None) -> None:
    (block,) = form_of("promise", until=given_)["blocks"]

    assert block["element"] == {"type": "datetimepicker", "action_id": "value"} | ({"initial_date_time": seconds} if seconds else {})


@pytest.mark.parametrize(("given_", "ticked"), [("yes", True), ("true", True), ("1", True), ("no", False), ("", False), ("maybe", False)])
def test_a_box_that_is_ticked(given_: str, ticked: bool) -> None:
    assert sent(form_of("report", private=given_, title="x"))["private"] is ticked


def test_who_is_asked_for_before_a_form_is_drawn() -> None:
    fields = (Field("to", "Who?", "person", value="ben"), Field("why", "Why?", "long", value="ana"), Field("who", "Who else?", "person"))

    assert people_in(Form("x", "X", fields)) == [PersonId("ben")]


def test_a_choice_that_may_be_written_says_so() -> None:
    hints = {block["block_id"]: block.get("hint", {}).get("text") for block in form_of("resolve")["blocks"]}

    assert hints.pop("cause") == "Pick one, or write it below."
    assert set(hints.values()) == {None}


# --- what does not fit


def test_a_title_is_cut_where_the_numbers_grow() -> None:
    case = replace(CASE, id=CaseId(123_456_789))
    for verb in forms.OF_A_CASE:
        form = forms.form(verb, case, ORG, ANA, MONDAY, "x:1:2:3", {})
        assert form is not None
        title = modal(form)["title"]["text"]
        assert title.startswith("C-123456789: ")
        assert title == form.title or (title.endswith("…") and form.title.startswith(title[:-1]))


def test_what_slacks_forms_do_not_hold_is_counted() -> None:
    long = form_of("note", text="x" * 3000 + "y" * 1234)
    just = form_of("note", text="x" * 3000)

    (block,) = long["blocks"]
    assert block["element"]["initial_value"] == "x" * 3000
    assert block["hint"]["text"] == "Slack's forms take 3,000 characters. Left out of what you wrote: 1,234 at its end."
    assert "hint" not in just["blocks"][0]


def test_more_options_than_one_list_holds_are_in_groups() -> None:
    options = tuple(Option(f"s{number}", f"Service {number}") for number in range(250))
    view = modal(Form("x", "X", (Field("service", "Which?", "select", True, options, "s249"),)))
    element = view["blocks"][0]["element"]

    assert [len(group["options"]) for group in element["option_groups"]] == [100, 100, 50]
    assert [group["label"]["text"] for group in element["option_groups"]] == ["Service 0 …", "Service 100 …", "Service 200 …"]
    assert sent(view) == {"service": "s249"}
    assert sent(view, service="Service 101") == {"service": "s101"}


# --- what comes of a form

ANSWERS: dict[str, tuple[Reply, str, str]] = {
    "done": (Reply.say("C-1 is in.", case=CaseId(1)), "Done", "C-1 is in."),
    "not done": (Reply.say("Only Ana may.", refused=True, case=CaseId(1)), "Not done", "Only Ana may."),
    "about no case": (Reply.say("You are away."), "Buckstop", "You are away."),
    "nothing to say": (Reply(case=CaseId(1)), "Done", "Done."),
}


@pytest.mark.parametrize(("reply", "title", "words"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_a_modal_to_be_read(reply: Reply, title: str, words: str) -> None:
    view = views.answer(reply, reader(), ORIGIN)

    assert faults_in_view(view) == []
    assert (view["callback_id"], view["title"]["text"], "submit" in view) == (ANSWER, title, False)
    assert shown(view).split("\n") == [f"[{title}]", words, "(Close)"]
    assert Origin.read(view["private_metadata"]) == ORIGIN


def test_an_answer_has_its_buttons() -> None:
    reply = Reply((("C-2 looks like the same.",),), buttons=(Button("metoo", "Me too: C-2", CaseId(2), 1),))
    view = views.answer(reply, reader(), ORIGIN)

    assert faults_in_view(view) == []
    assert view["blocks"][-1]["elements"][0]["action_id"] == "metoo:C-2"


def test_a_form_and_a_home_can_be_told_apart() -> None:
    form = form_of("note")
    home = views.home(Home(("Hello.",), ()), reader())

    assert (form["type"], form["callback_id"], home["type"], home["callback_id"]) == ("modal", FORM, "home", "home")
    assert faults_in_view(home) == []


# --- where errors are shown

BLOCKS = [
    {"type": "section"},
    {"type": "input", "block_id": "why"},
    {"type": "input", "block_id": "cause.other"},
    {"type": "input", "block_id": "to"},
]
ERRORS: dict[str, tuple[dict[str, str], object, dict[str, str]]] = {
    "beside its field": ({"to": "Who?"}, BLOCKS, {"to": "Who?"}),
    "beside the words, where there is no list": ({"cause": "What?"}, BLOCKS, {"cause.other": "What?"}),
    "beside the first, where there is none": ({"service": "Which?"}, BLOCKS, {"why": "Which?"}),
    "two beside one": ({"why": "Why?", "service": "Which?"}, BLOCKS, {"why": "Why? Which?"}),
    "several": ({"to": "Who?", "why": "Why?"}, BLOCKS, {"to": "Who?", "why": "Why?"}),
    "no field at all": ({"to": "Who?"}, [], {"to": "Who?"}),
    "nothing wrong": ({}, BLOCKS, {}),
}  # fmt: skip


@pytest.mark.parametrize(("errors", "blocks", "beside"), ERRORS.values(), ids=ERRORS.keys())
def test_where_what_is_wrong_is_shown(errors: dict[str, str], blocks: object, beside: dict[str, str]) -> None:
    assert errors_of(errors, blocks) == beside


# --- what is forged

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=12,
)
KINDS = ("plain_text_input", "number_input", "static_select", "users_select", "checkboxes", "datetimepicker", "radio_buttons", "file_input")
ELEMENT = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS) | JSON},
    optional={
        "value": JSON,
        "selected_option": JSON | st.fixed_dictionaries({"value": JSON}),
        "selected_user": JSON,
        "selected_options": JSON,
        "selected_date_time": JSON | st.integers(-(10**18), 10**18),
    },
)
NAMES = st.sampled_from(["why", "cause", "cause.other", ".other", "to", ""]) | st.text(max_size=5)
STATES = st.fixed_dictionaries({"values": st.dictionaries(NAMES, st.fixed_dictionaries({"value": ELEMENT | JSON}) | JSON) | JSON}) | JSON


@given(STATES)
def test_whatever_is_filled_in_is_harmless(forged: Any) -> None:
    values, accounts = values_of(forged)

    for name, value in values.items():
        assert isinstance(name, str)
        assert isinstance(value, str | bool)
        str(value).encode("utf-8")
    for name, account in accounts.items():
        assert isinstance(name, str)
        assert isinstance(account, str)
        assert account


FORGED: dict[str, tuple[object, dict[str, object], dict[str, str]]] = {
    "nothing": (None, {}, {}),
    "no values": ({}, {}, {}),
    "a list": ([1], {}, {}),
    "values that are none": ({"values": "x"}, {}, {}),
    "a field that is none": ({"values": {"why": 7}}, {}, {}),
    "another action": ({"values": {"why": {"other": {"type": "plain_text_input", "value": "x"}}}}, {}, {}),
    "a text that is an object": ({"values": {"why": {"value": {"type": "plain_text_input", "value": {"a": 1}}}}}, {}, {}),
    "a person that is an object": ({"values": {"to": {"value": {"type": "users_select", "selected_user": {"id": "U1"}}}}}, {}, {}),
    "nobody": ({"values": {"to": {"value": {"type": "users_select", "selected_user": None}}}}, {}, {}),
    "an option that is a list": ({"values": {"s": {"value": {"type": "static_select", "selected_option": ["x"]}}}}, {}, {}),
    "a time that is true": ({"values": {"t": {"value": {"type": "datetimepicker", "selected_date_time": True}}}}, {}, {}),
    "a time that is none": ({"values": {"t": {"value": {"type": "datetimepicker", "selected_date_time": 10**18}}}}, {}, {}),
    "a time in words": ({"values": {"t": {"value": {"type": "datetimepicker", "selected_date_time": "now"}}}}, {}, {}),
    "the first time": (
        {"values": {"t": {"value": {"type": "datetimepicker", "selected_date_time": 10**9}}}},
        {"t": "2001-09-09T01:46:40+00:00"},
        {},
    ),
    "a type that is a list": ({"values": {"t": {"value": {"type": ["x"], "value": "y"}}}}, {"t": "y"}, {}),
    "boxes of any shape": ({"values": {"p": {"value": {"type": "checkboxes", "selected_options": "x"}}}}, {"p": True}, {}),
}


@pytest.mark.parametrize(("forged", "values", "accounts"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_state(forged: object, values: dict[str, object], accounts: dict[str, str]) -> None:
    assert values_of(forged) == (values, accounts)


@given(
    st.dictionaries(NAMES, st.text(min_size=1), max_size=4),
    st.lists(JSON | st.fixed_dictionaries({"type": st.just("input"), "block_id": JSON | NAMES})) | JSON,
)
def test_errors_find_a_place_in_whatever_is_sent(errors: Mapping[str, str], blocks: Any) -> None:
    beside = errors_of(errors, blocks)

    assert bool(beside) == bool(errors)
    for why in errors.values():
        assert any(why in said for said in beside.values())


ORIGINS = st.builds(Origin, st.text(), st.text(), st.none() | st.text(), st.none() | st.text())


@given(ORIGINS)
def test_where_a_form_came_from_comes_back(origin: Origin) -> None:
    assert Origin.read(origin.written()) == origin


@given(JSON, st.text(st.characters(exclude_categories=())))
def test_a_forged_origin_is_nobodys_or_of_the_same_shape(forged: Any, words: str) -> None:
    for written in (json.dumps(forged), forged, words, f"[{words}", None):
        read = Origin.read(written)
        assert isinstance(read.form, str)
        assert isinstance(read.channel, str)
        assert read.thread is None or isinstance(read.thread, str)
        assert read.message is None or isinstance(read.message, str)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "{}",
        "[]",
        '["a", "b", "c"]',
        '["a", "b", "c", 4]',
        '["a"',
        "[" * 3000,
        "9" * 3000,
        '{"form": "ack:1:2:3"}',
        '["a","b","c","d","e"]',
    ],
)
def test_what_is_no_origin_is_none(written: str) -> None:
    assert Origin.read(written) == Origin()


def test_an_origin_fits_where_slack_keeps_it() -> None:
    longest = Origin(f"handover:{10**9}:{10**9}:{'a' * 12}", "C" * 20, "1764064800.000100", "1764064800.000100")

    assert len(longest.written()) < 3000


# --- any form

WORDS = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["<!channel> <@U1>", "x" * 4000, "😀" * 3001, " ", "\n"]
)
OPTIONS = st.lists(
    st.builds(Option, st.text(min_size=1, max_size=20), WORDS), min_size=1, max_size=4, unique_by=lambda option: option.id
).map(tuple)
VALUES = st.none() | WORDS | st.sampled_from(["ana", "zoe", "12.50", "2026-11-27T15:00:00+00:00", "yes"])
FIELDS = st.lists(
    st.one_of(
        st.builds(
            Field,
            st.just("name"),
            WORDS,
            st.sampled_from(["text", "long", "time", "person", "number", "check"]),
            st.booleans(),
            value=VALUES,
        ),
        st.builds(Field, st.just("name"), WORDS, st.just("select"), st.booleans(), OPTIONS, VALUES),
        st.builds(Field, st.just("name"), WORDS, st.just("text"), st.booleans(), value=VALUES, suggestions=OPTIONS),
    ),
    min_size=1,
    max_size=8,
).map(lambda fields: tuple(replace(field, name=f"field{number}") for number, field in enumerate(fields)))


@given(WORDS, FIELDS)
def test_any_form_is_taken_and_keeps_what_was_typed(title: str, fields: tuple[Field, ...]) -> None:
    view = modal(Form("x:1:2:3", title, fields))
    values, accounts = values_of({"values": state_of(view["blocks"], {})})

    for field in fields:
        if field.type in ("text", "long") and field.value:
            kept = (
                field.value
                if field.suggestions and field.value in {option.id for option in field.suggestions}
                else field.value[:LONGEST_TEXT]
            )
            assert values[field.name] == kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            assert (len(field.value) > LONGEST_TEXT) == any(
                "Left out" in str(block.get("hint")) for block in view["blocks"] if block["block_id"].startswith(field.name)
            )
        if field.type == "person" and field.value in ACCOUNTS:
            assert accounts[field.name] == ACCOUNTS[field.value]
        if field.type == "number" and field.value == "12.50":
            assert values[field.name] == "12.50"


@given(
    st.builds(
        Reply, st.lists(st.tuples(WORDS.map(Typed)), max_size=9).map(tuple), refused=st.booleans(), case=st.none() | st.just(CaseId(1))
    )
)
def test_any_answer_is_a_modal_that_slack_takes(reply: Reply) -> None:
    assert faults_in_view(views.answer(reply, reader(), ORIGIN)) == []


def test_a_time_that_is_picked_is_the_same_moment_everywhere() -> None:
    for hours in range(0, 24 * 400, 37):
        at = MONDAY + timedelta(hours=hours)
        assert datetime.fromisoformat(sent(form_of("promise"), until=at)["until"]) == at
