"""What does Slack take as blocks, and what does it refuse, and where does it say the fault is?"""

from typing import Any

import pytest

from tests.slack.blockkit import faults_in_message, faults_in_view, filled_in, too_long
from tests.slack.words import Json

USERS = frozenset({"U1"})
ROOMS = frozenset({"C1"})


def mrkdwn(text: str = "x", **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def plain(text: str = "x", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def section(text: Json | None = None, **more: Any) -> Json:
    return {"type": "section", "text": text or mrkdwn(), **more}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "a", text: Json | None = None) -> Json:
    return {"text": text or plain(value), "value": value}


def select(*options: Json, kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "action_id": "pick", "options": list(options), **more}


def entry(element: Json | None = None, **more: Any) -> Json:
    return {"type": "input", "block_id": "what", "label": plain("What?"), "element": element or typed(), **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "t", **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Report"), "submit": plain("Send"), "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}


def rich(*words: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(words)}]}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
LIST = {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": []}]}

RIGHT_MESSAGES: dict[str, list[Json]] = {
    "nothing": [],
    "fifty blocks": [section() for _ in range(50)],
    "a section of 3000": [section(mrkdwn("x" * 3000))],
    "ten fields of 2000": [{"type": "section", "fields": [mrkdwn("x" * 2000) for _ in range(10)]}],
    "verbatim and emoji where they belong": [section(mrkdwn(verbatim=True)), section(plain(emoji=False))],
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "twenty-five buttons": [actions(*(button(str(n)) for n in range(25)))],
    "the same action in two blocks": [actions(button()), actions(button())],
    "a button with everything": [
        actions(button(value="x" * 2000, url="https://x.test", style="danger", confirm=CONFIRM, accessibility_label="go"))
    ],
    "a select with its first option picked": [actions(select(option("a"), option("b"), initial_option=option("a")))],
    "a hundred options": [actions(select(*(option(str(n)) for n in range(100))))],
    "groups of options": [
        actions({"type": "static_select", "action_id": "p", "option_groups": [{"label": plain(), "options": [option()]}]})
    ],
    "a person who is there": [actions({"type": "users_select", "action_id": "u", "initial_user": "U1"})],
    "an accessory": [section(accessory=button())],
    "a field in a message": [entry()],
    "context": [{"type": "context", "elements": [mrkdwn(), {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "a"}]}],
    "a divider and an image": [{"type": "divider"}, {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "a"}],
    "rich text": [
        rich(
            {"type": "text", "text": "a", "style": {"bold": True}},
            {"type": "link", "url": "https://x.test", "text": "x"},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "wave"},
            {"type": "date", "timestamp": 1700000000, "format": "{date}", "fallback": "then"},
        )
    ],
    "a rich list, quote and code": [
        {
            "type": "rich_text",
            "elements": [LIST, {"type": "rich_text_quote", "elements": []}, {"type": "rich_text_preformatted", "elements": []}],
        }
    ],
    "markdown": [{"type": "markdown", "text": "**x**"}],
    "a datetime of ten digits": [actions({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1700000000})],
}


@pytest.mark.parametrize("blocks", RIGHT_MESSAGES.values(), ids=RIGHT_MESSAGES.keys())
def test_a_message_that_slack_takes(blocks: list[Json]) -> None:
    assert faults_in_message(blocks, USERS, ROOMS) == []


WRONG_MESSAGES: dict[str, tuple[Any, str]] = {
    "no list": ({"blocks": []}, "must be an array [json-pointer:/blocks]"),
    "fifty-one blocks": ([section() for _ in range(51)], "no more than 50 items allowed [json-pointer:/blocks]"),
    "no type": ([{"text": "x"}], "missing required field: type [json-pointer:/blocks/0]"),
    "an unknown type": ([{"type": "banner"}], "unsupported type: banner [json-pointer:/blocks/0/type]"),
    "no object": (["x"], "must provide an object [json-pointer:/blocks/0]"),
    "a type that is no text": ([{"type": []}], "unsupported type: [] [json-pointer:/blocks/0/type]"),
    "an unknown property": ([section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    "an empty text": ([{"type": "section", "text": mrkdwn("")}], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    "a section of 3001": ([section(mrkdwn("x" * 3001))], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "a section without text": ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    "a text that is null": ([{"type": "section", "text": None}], "must provide an object [json-pointer:/blocks/0/text]"),
    "emoji on mrkdwn": ([section(mrkdwn(emoji=True))], "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
    "verbatim on plain text": ([section(plain(verbatim=True))], "invalid additional property: verbatim [json-pointer:/blocks/0/text]"),
    "eleven fields": ([{"type": "section", "fields": [mrkdwn()] * 11}], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    "a field of 2001": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}],
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    "a header of 151": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    "a header with markup": ([{"type": "header", "text": mrkdwn()}], "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    "twenty-six buttons": (
        [actions(*(button(str(n)) for n in range(26)))],
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "no buttons": ([actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    "eleven in a context": (
        [{"type": "context", "elements": [mrkdwn()] * 11}],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    "a button in a context": (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a label of 76": (
        [actions({"type": "button", "text": plain("x" * 76), "action_id": "a"})],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "a value of 2001": ([actions(button(value="x" * 2001))], "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
    "an action id of 256": ([actions(button("x" * 256))], "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
    "a block id of 256": ([section(block_id="x" * 256)], "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    "a url of 3001": (
        [actions(button(url="https://" + "x" * 2993))],
        "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]",
    ),
    "a url that is none": ([actions(button(url="here"))], "must be a valid URL [json-pointer:/blocks/0/elements/0/url]"),
    "another style": ([actions(button(style="default"))], "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
    "a disabled button": ([actions(button(disabled=True))], "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]"),
    "half a confirmation": (
        [actions(button(confirm={name: what for name, what in CONFIRM.items() if name != "deny"}))],
        "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]",
    ),
    "the same block id twice": (
        [section(block_id="b"), section(block_id="b")],
        '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ),
    "the same action id twice": (
        [actions(button(), button(), block_id="b")],
        '`action_id` "go" already exists for block_id "b" [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    "an option of 76": (
        [actions(select(option("a", plain("x" * 76))))],
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    "a value of an option of 151": (
        [actions(select(option("x" * 151, plain())))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    "a hundred and one options": (
        [actions(select(*(option(str(n)) for n in range(101))))],
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "no options at all": (
        [actions({"type": "static_select", "action_id": "p"})],
        "must define either `options` or `option_groups`, and not both [json-pointer:/blocks/0/elements/0]",
    ),
    "an initial option that is none of them": (
        [actions(select(option("a"), initial_option=option("b")))],
        "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "an initial option that is not quite one of them": (
        [actions(select(option("a"), initial_option=option("a", plain("a", emoji=True))))],
        "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "eleven checkboxes": (
        [actions(select(*(option(str(n)) for n in range(11)), kind="checkboxes"))],
        "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "six in an overflow": (
        [section(accessory=select(*(option(str(n)) for n in range(6)), kind="overflow"))],
        "no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]",
    ),
    "a placeholder of 151": (
        [actions(select(option(), placeholder=plain("x" * 151)))],
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]",
    ),
    "somebody who is not there": (
        [actions({"type": "users_select", "action_id": "u", "initial_user": "U9"})],
        "invalid user: U9 [json-pointer:/blocks/0/elements/0/initial_user]",
    ),
    "a datetime in milliseconds": (
        [actions({"type": "datetimepicker", "action_id": "d", "initial_date_time": 1700000000000})],
        "must be an integer of 10 digits, a UNIX timestamp in seconds [json-pointer:/blocks/0/elements/0/initial_date_time]",
    ),
    "a datetime beside a section": (
        [section(accessory={"type": "datetimepicker", "action_id": "d"})],
        "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]",
    ),
    "a date that is none": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-02-30"})],
        "must be a date as YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
    "a text field among buttons": (
        [actions(typed())],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    "a number field in a message": (
        [entry({"type": "number_input", "action_id": "n", "is_decimal_allowed": False})],
        "not available on this surface [json-pointer:/blocks/0/element]",
    ),
    "a rich text field in a message": (
        [entry({"type": "rich_text_input", "action_id": "r"})],
        "not available on this surface [json-pointer:/blocks/0/element]",
    ),
    "an image of nothing": (
        [{"type": "image", "alt_text": "a"}],
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    "rich text in no section": (
        [{"type": "rich_text", "elements": [{"type": "text", "text": "x"}]}],
        "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
    ),
    "an empty rich text": (
        [rich({"type": "text", "text": ""})],
        "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
    ),
    "a broadcast to nobody known": (
        [rich({"type": "broadcast", "range": "all"})],
        "must be one of: here, channel, everyone [json-pointer:/blocks/0/elements/0/elements/0/range]",
    ),
    "a person in code": (
        [rich({"type": "user", "user_id": "U1"}, kind="rich_text_preformatted")],
        "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
    "too much markdown together": (
        [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6001}],
        "all markdown blocks together must be less than 12001 characters [json-pointer:/blocks]",
    ),
}


@pytest.mark.parametrize(("blocks", "fault"), WRONG_MESSAGES.values(), ids=WRONG_MESSAGES.keys())
def test_a_message_that_slack_refuses(blocks: Any, fault: str) -> None:
    assert faults_in_message(blocks, USERS, ROOMS) == [fault]


RIGHT_VIEWS: dict[str, Json] = {
    "a hundred blocks": modal(*(section() for _ in range(100))),
    "all that a modal may say": modal(
        entry(optional=True, hint=plain(), dispatch_action=True),
        close=plain("x" * 24),
        callback_id="x" * 255,
        private_metadata="x" * 3000,
        external_id="e",
        clear_on_close=True,
        notify_on_close=True,
    ),
    "a field of 3000": modal(entry(typed(initial_value="x" * 3000, multiline=True, min_length=0, max_length=3000))),
    "a rich text field": modal(entry({"type": "rich_text_input", "action_id": "r", "initial_value": rich({"type": "text", "text": "x"})})),
    "an empty initial value": modal(entry(typed(initial_value=""))),
    "a number": modal(entry({"type": "number_input", "action_id": "n", "is_decimal_allowed": True, "min_value": "0", "max_value": "9.5"})),
    "checkboxes with markup": modal(
        entry(select(option("a", mrkdwn()), kind="checkboxes", initial_options=[option("a", mrkdwn())])),
    ),
    "no submit without fields": {"type": "modal", "title": plain(), "blocks": [section()]},
    "a home": home(section(), entry(), private_metadata="x", callback_id="c"),
}


@pytest.mark.parametrize("view", RIGHT_VIEWS.values(), ids=RIGHT_VIEWS.keys())
def test_a_view_that_slack_takes(view: Json) -> None:
    assert faults_in_view(view, USERS, ROOMS) == []


WRONG_VIEWS: dict[str, tuple[Any, str]] = {
    "no type": ({"blocks": []}, "missing required field: type [json-pointer:/view]"),
    "a hundred and one blocks": (modal(*(section() for _ in range(101))), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    "no title": ({"type": "modal", "blocks": [section()]}, "missing required field: title [json-pointer:/view]"),
    "a title of 25": (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    "a title with markup": (modal(title=mrkdwn()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
    "a submit of 25": (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
    "a close of 25": (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
    "a callback id of 256": (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
    "metadata of 3001": (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    "metadata that is no text": (modal(private_metadata={}), "must be a string [json-pointer:/view/private_metadata]"),
    "a field and no submit": (
        {"type": "modal", "title": plain(), "blocks": [entry()]},
        "missing required field: submit [json-pointer:/view]",
    ),
    "a home with a title": (home(title=plain()), "invalid additional property: title [json-pointer:/view]"),
    "markdown in a modal": (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
    "a label of 2001": (
        modal(entry(label=plain("x" * 2001))),
        "must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]",
    ),
    "a label with markup": (modal(entry(label=mrkdwn())), "unsupported type: mrkdwn [json-pointer:/view/blocks/0/label/type]"),
    "a button as a field": (modal(entry(button())), "unsupported type: button [json-pointer:/view/blocks/0/element/type]"),
    "a field of 3001": (
        modal(entry(typed(initial_value="x" * 3001))),
        "must be less than 3001 characters [json-pointer:/view/blocks/0/element/initial_value]",
    ),
    "longer than it can be": (
        modal(entry(typed(max_length=3001))),
        "must be between 1 and 3000 [json-pointer:/view/blocks/0/element/max_length]",
    ),
    "shorter than it must be": (
        modal(entry(typed(min_length=9, max_length=8))),
        "min_length must be less than or equal to max_length [json-pointer:/view/blocks/0/element]",
    ),
    "a number that is one": (
        modal(entry({"type": "number_input", "action_id": "n", "is_decimal_allowed": True, "min_value": 1})),
        "must be a string [json-pointer:/view/blocks/0/element/min_value]",
    ),
    "a number of which nothing is said": (
        modal(entry({"type": "number_input", "action_id": "n"})),
        "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]",
    ),
    "the same block id twice": (modal(entry(), entry()), '`block_id` "what" already exists [json-pointer:/view/blocks/1/block_id]'),
    "two in focus": (
        modal(entry(typed(focus_on_load=True)), entry(typed(focus_on_load=True), block_id="other")),
        "only one element may have focus_on_load set to true [json-pointer:/view/blocks]",
    ),
    "a datetime in a home": (
        home(actions({"type": "datetimepicker", "action_id": "d"})),
        "not available on this surface [json-pointer:/view/blocks/0/elements/0]",
    ),
    "a workflow's property": (modal(submit_disabled=True), "invalid additional property: submit_disabled [json-pointer:/view]"),
}


@pytest.mark.parametrize(("view", "fault"), WRONG_VIEWS.values(), ids=WRONG_VIEWS.keys())
def test_a_view_that_slack_refuses(view: Any, fault: str) -> None:
    assert faults_in_view(view, USERS, ROOMS) == [fault]


def test_every_fault_is_told_at_once() -> None:
    assert len(faults_in_message([section(mrkdwn("")), {"type": "banner"}, section(colour="red")])) == 3


def test_what_slack_fills_in() -> None:
    sent = [section(mrkdwn("a")), actions({"type": "button", "text": plain("Go")})]

    first, second = filled_in(sent)

    assert len(first["block_id"]) == 5
    assert first["text"] == {"type": "mrkdwn", "text": "a", "verbatim": False}
    assert second["elements"][0]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
    assert len(second["elements"][0]["action_id"]) == 5
    assert "block_id" not in sent[0], "what was sent stays as it was"


def test_what_is_too_much_all_in_all() -> None:
    assert not too_long([{"type": "markdown", "text": "x" * 13_297}])
    assert too_long([{"type": "markdown", "text": "x" * 13_298}])
    assert too_long([{"type": "markdown", "text": "x" * 13_173}, {"type": "divider"}])
