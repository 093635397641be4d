"""What does a form look like as a modal of Slack's, and what did somebody fill in? Pure, both ways.

A block is called like its field, so that what is wrong with a value is shown beside it. Where a form came from travels in
`private_metadata`; like a button's value it is only a hint.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.adapters.slack.blocks import LONGEST_LABEL, Block, Reader, of_home, of_reply, plain_text
from bot.chat import Field, Form, Home, Option, Reply
from bot.escalation.words import PersonId

FORM, ANSWER = "form", "answer"  # callback ids
# Slack's limits (docs.slack.dev/reference/block-kit): a text's length, options in a list, lists in a select, an option's value.
LONGEST_TEXT, MOST_OPTIONS, MOST_GROUPS, LONGEST_VALUE = 3000, 100, 100, 150
_LONGEST_METADATA = 3000
_OTHER = ".other"  # behind a field's name: what is written instead of a suggestion
_VALUE = "value"  # the action id of each element


@dataclass(frozen=True, slots=True)
class Origin:
    """Which form a modal is, and where it was asked for."""

    form: str = ""
    channel: str = ""
    thread: str | None = None
    message: str | None = None

    def written(self) -> str:
        """Return it as it travels with a modal."""
        return json.dumps([self.form, self.channel, self.thread, self.message])

    @classmethod
    def read(cls, written: str) -> "Origin":
        """Return what travelled with a modal; something else is an empty origin, and its form is nobody's."""
        try:
            parts = json.loads(written or "null")
        except ValueError:
            return cls()
        fits = isinstance(parts, list) and len(parts) == 4 and all(isinstance(part, str | None) for part in parts)
        return cls(parts[0] or "", parts[1] or "", parts[2], parts[3]) if fits else cls()


def modal(form: Form, origin: Origin, accounts: Mapping[str, str]) -> Block:
    """Return a form as a modal. `accounts` are those of the people that its fields name."""
    blocks = [block for field in form.fields for block in _field(field, accounts)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(form.title),
        "submit": plain_text("Send"),
        "close": plain_text("Cancel"),
        "private_metadata": origin.written()[:_LONGEST_METADATA],
        "blocks": blocks,
    }


def answer(reply: Reply, reader: Reader, origin: Origin) -> Block:
    """Return what came of a form, or of a button that is in no message, as a modal to be read and closed."""
    _, blocks = of_reply(reply, reader)
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "title": plain_text("Not done" if reply.refused else "Done" if reply.case else "Buckstop"),
        "close": plain_text("Close"),
        "private_metadata": origin.written()[:_LONGEST_METADATA],
        "blocks": blocks or [{"type": "section", "text": plain_text("Done.")}],
    }


def home(shown: Home, reader: Reader) -> Block:
    """Return a person's home as the App Home tab."""
    return {"type": "home", "callback_id": "home", "blocks": of_home(shown, reader)}


def people_in(form: Form) -> list[PersonId]:
    """Return whom the fields of a form name already."""
    return [PersonId(field.value) for field in form.fields if field.type == "person" and field.value]


def values_of(state: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was filled in by name, and which of it are accounts: those still have to be told whose they are."""
    values: dict[str, Any] = {}
    accounts: dict[str, str] = {}
    for name, elements in _elements(state):
        element = elements.get(_VALUE)
        if not isinstance(element, Mapping):
            continue
        value = _value(element)
        if element.get("type") == "users_select" and value:
            accounts[name] = value
        elif name.endswith(_OTHER):
            # What somebody writes goes before what they chose.
            plain = name.removesuffix(_OTHER)
            values[plain] = value or values.get(plain)
        else:
            values[name] = values.get(name) or value
    return {name: value for name, value in values.items() if value is not None}, accounts


def errors_of(errors: Mapping[str, str], blocks: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is wrong, each beside a block that the modal has; Slack takes no others."""
    there = [block["block_id"] for block in blocks if block.get("type") == "input" and "block_id" in block]
    shown: dict[str, str] = {}
    for name, text in errors.items():
        place = next((place for place in (name, f"{name}{_OTHER}") if place in there), there[0] if there else name)
        shown[place] = f"{shown[place]} {text}" if place in shown else text
    return shown


def _elements(state: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    values = state.get("values")
    return [(str(name), found) for name, found in values.items() if isinstance(found, Mapping)] if isinstance(values, Mapping) else []


def _value(element: Mapping[str, Any]) -> Any:
    match element.get("type"):
        case "static_select":
            return (element.get("selected_option") or {}).get("value")
        case "users_select":
            return element.get("selected_user")
        case "checkboxes":
            return bool(element.get("selected_options"))
        case "datetimepicker":
            at = element.get("selected_date_time")
            return datetime.fromtimestamp(at, UTC).isoformat() if isinstance(at, int) else None
        case _:
            value = element.get("value")
            return str(value) if value is not None else None


def _field(field: Field, accounts: Mapping[str, str]) -> list[Block]:
    if field.type == "text" and field.suggestions:
        chosen = next((option for option in field.suggestions if option.id == field.value), None)
        list_ = Field(field.name, field.label, "select", options=field.suggestions, value=chosen.id if chosen else None)
        other = Field(f"{field.name}{_OTHER}", "Or in your own words", "text", value=None if chosen else field.value)
        return [_input(list_, _select(list_)), _input(other, _text(other))]
    return [_input(field, _element(field, accounts))]


def _input(field: Field, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label),
        "element": {**element, "action_id": _VALUE},
        "optional": not field.required,
    }


def _element(field: Field, accounts: Mapping[str, str]) -> Block:
    match field.type:
        case "select":
            return _select(field)
        case "person":
            known = accounts.get(field.value or "")
            return {"type": "users_select"} | ({"initial_user": known} if known else {})
        case "time":
            at = _moment(field.value)
            return {"type": "datetimepicker"} | ({"initial_date_time": at} if at else {})
        case "number":
            return {"type": "number_input", "is_decimal_allowed": True} | ({"initial_value": field.value} if _number(field.value) else {})
        case "check":
            yes = _option(Option("yes", "Yes"))
            return {"type": "checkboxes", "options": [yes]} | ({"initial_options": [yes]} if field.value in ("yes", "true", "1") else {})
        case _:
            return _text(field)


def _text(field: Field) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": field.type == "long", "max_length": LONGEST_TEXT}
    return element | ({"initial_value": field.value[:LONGEST_TEXT]} if field.value else {})


def _select(field: Field) -> Block:
    options = [_option(option) for option in field.options][: MOST_OPTIONS * MOST_GROUPS]
    chosen = next((option for option in options if option["value"] == field.value), None)
    initial: Block = {"initial_option": chosen} if chosen else {}
    if len(options) <= MOST_OPTIONS:
        return {"type": "static_select", "options": options, **initial}
    parts = [options[at : at + MOST_OPTIONS] for at in range(0, len(options), MOST_OPTIONS)]
    groups = [{"label": plain_text(f"{part[0]['text']['text']} …"[:LONGEST_LABEL]), "options": part} for part in parts]
    return {"type": "static_select", "option_groups": groups, **initial}


def _option(option: Option) -> Block:
    return {"text": plain_text(option.label[:LONGEST_LABEL]), "value": option.id[:LONGEST_VALUE]}


def _moment(value: str | None) -> int | None:
    """Return a time that a program wrote in Slack's seconds; one that somebody typed is asked for anew."""
    try:
        read = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return int(read.timestamp()) if read.tzinfo else None


def _number(value: str | None) -> bool:
    try:
        float(value or "")
    except ValueError:
        return False
    return True
