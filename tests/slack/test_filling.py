"""What does an entry make of a field, and what does Slack's client object to?"""

from typing import Any

import pytest

from tests.slack.building import build
from tests.slack.filling import filled, objection
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Workspace


@pytest.fixture
def made() -> Workspace:
    return build({"users": ["ana", "bruno"], "channels": ["help"]}, "key", "http://127.0.0.1:1")


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": value.capitalize()}, "value": value}


LOW, HIGH = option("low"), option("high")
OPTIONS = {"options": [LOW, HIGH]}
GROUPS = {"option_groups": [{"label": {}, "options": [LOW]}, {"label": {}, "options": [HIGH]}]}

FILLED: dict[str, tuple[str, Json, Any, Json]] = {
    "a text": ("plain_text_input", {}, "x", {"value": "x"}),
    "no text": ("plain_text_input", {}, "", {"value": None}),
    "a number": ("number_input", {}, 7, {"value": "7"}),
    "an option by its value": ("static_select", OPTIONS, "high", {"selected_option": HIGH}),
    "an option by its label": ("static_select", OPTIONS, "High", {"selected_option": HIGH}),
    "an option in a group": ("static_select", GROUPS, "high", {"selected_option": HIGH}),
    "nothing picked": ("static_select", OPTIONS, None, {"selected_option": None}),
    "a radio button": ("radio_buttons", OPTIONS, "low", {"selected_option": LOW}),
    "several options": ("multi_static_select", OPTIONS, ["low", "high"], {"selected_options": [LOW, HIGH]}),
    "one of several": ("checkboxes", OPTIONS, "low", {"selected_options": [LOW]}),
    "none of several": ("checkboxes", OPTIONS, None, {"selected_options": []}),
    "a person by name": ("users_select", {}, "ana", {"selected_user": "U0ANA"}),
    "people by id": ("multi_users_select", {}, ["U0ANA", "bruno"], {"selected_users": ["U0ANA", "U0BRUNO"]}),
    "a channel": ("channels_select", {}, "#help", {"selected_channel": "C0HELP"}),
    "conversations": ("multi_conversations_select", {}, ["help"], {"selected_conversations": ["C0HELP"]}),
    "a date": ("datepicker", {}, "2030-01-02", {"selected_date": "2030-01-02"}),
    "a time": ("timepicker", {}, "09:30", {"selected_time": "09:30"}),
    "a moment as text": ("datetimepicker", {}, "2030-01-02T03:04:00+00:00", {"selected_date_time": 1893553440}),
    "a moment without a zone": ("datetimepicker", {}, "2030-01-02T03:04", {"selected_date_time": 1893553440}),
    "a moment as a number": ("datetimepicker", {}, 1893553440, {"selected_date_time": 1893553440}),
}


@pytest.mark.parametrize(("kind", "more", "entered", "state"), FILLED.values(), ids=FILLED.keys())
def test_the_state_of_a_field(made: Workspace, kind: str, more: Json, entered: Any, state: Json) -> None:
    assert filled(made, {"type": kind, **more}, entered) == {"type": kind, **state}


@pytest.mark.parametrize(("kind", "entered"), [("static_select", "medium"), ("users_select", "nobody"), ("timepicker", "9:30")])
def test_what_cannot_be_entered(made: Workspace, kind: str, entered: str) -> None:
    with pytest.raises(Impossible):
        filled(made, {"type": kind, **OPTIONS}, entered)


NUMBER = {"is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
OBJECTIONS: dict[str, tuple[str, Json, Any, str | None]] = {
    "a text": ("plain_text_input", {}, "x", None),
    "nothing": ("plain_text_input", {}, None, "Please complete this required field."),
    "too long": ("plain_text_input", {"max_length": 3}, "xxxx", "Must be less than 4 characters."),
    "too short": ("plain_text_input", {"min_length": 3}, "xx", "Must be at least 3 characters."),
    "just long enough": ("plain_text_input", {"min_length": 3, "max_length": 3}, "xxx", None),
    "a number": ("number_input", NUMBER, "9", None),
    "no number": ("number_input", NUMBER, "many", "Please enter a number."),
    "half a number": ("number_input", NUMBER, "1.5", "Please enter a whole number."),
    "too many": ("number_input", NUMBER, "10", "Please enter a number between 1 and 9."),
    "mail": ("email_text_input", {}, "a@x.test", None),
    "no mail": ("email_text_input", {}, "x.test", "Please enter a valid email address."),
    "no address": ("url_text_input", {}, "x.test", "Please enter a valid URL."),
    "too many people": ("multi_users_select", {"max_selected_items": 1}, ["ana", "bruno"], "Please select no more than 1 items."),
    "nobody": ("multi_users_select", {}, [], "Please complete this required field."),
}


@pytest.mark.parametrize(("kind", "more", "entered", "said"), OBJECTIONS.values(), ids=OBJECTIONS.keys())
def test_what_slacks_client_objects_to(made: Workspace, kind: str, more: Json, entered: Any, said: str | None) -> None:
    element = {"type": kind, **more}

    assert objection({"element": element}, filled(made, element, entered)) == said


def test_an_optional_field_may_be_empty(made: Workspace) -> None:
    element = {"type": "plain_text_input"}

    assert objection({"element": element, "optional": True}, filled(made, element, None)) is None
