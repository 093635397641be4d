"""What does a form look like as a modal of Slack's, and what did somebody fill in? Pure, both ways.

A block is called like its field, so that what is wrong with a value is shown beside it. Where a form came from travels in
`private_metadata`; like a button's value it is only a hint, so whatever comes back is read without trust in its shape.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.adapters.slack.blocks import LONGEST_LABEL, Block, Reader, of_home, of_reply, plain_text
from bot.adapters.slack.texts import whole
from bot.chat import Field, Form, Home, Option, Reply
from bot.escalation.words import PersonId

FORM, ANSWER = "form", "answer"  # callback ids
# Slack's limits (docs.slack.dev/reference/block-kit): a text's length, options in a list, lists in a select, an option's value.
LONGEST_TEXT, MOST_OPTIONS, MOST_GROUPS, LONGEST_VALUE, LONGEST_TITLE, LONGEST_QUESTION = 3000, 100, 100, 150, 24, 2000
_TEN_DIGITS = range(10**9, 10**10)  # the times that Slack's picker takes, in seconds: from 2001 on
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
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
    def read(cls, written: Any) -> "Origin":
        """Return what travelled with a modal; something else is an empty origin, and its form is nobody's."""
        try:
            parts = json.loads(written) if isinstance(written, str) else None
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(parts, list) or len(parts) != 4 or not all(isinstance(part, str | None) for part in parts):
            return cls()
        return cls(parts[0] or "", parts[1] or "", parts[2], parts[3])


def modal(form: Form, origin: Origin, accounts: Mapping[str, str]) -> Block:
    """Return a form as a modal. `accounts` are those of the people that its fields name."""
    blocks = [block for field in form.fields for block in _field(field, accounts)]
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain_text(form.title, LONGEST_TITLE),
        "submit": plain_text("Send", LONGEST_TITLE),
        "close": plain_text("Cancel", LONGEST_TITLE),
        "private_metadata": origin.written(),
        "blocks": blocks,
    }


def answer(reply: Reply, reader: Reader, origin: Origin) -> Block:
    """Return what came of a form, or of a button that is in no message, as a modal to be read and closed."""
    _, blocks = of_reply(reply, reader)
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "title": plain_text("Not done" if reply.refused else "Done" if reply.case else "Buckstop", LONGEST_TITLE),
        "close": plain_text("Close", LONGEST_TITLE),
        "private_metadata": origin.written(),
        "blocks": blocks or [{"type": "section", "text": plain_text("Done.", LONGEST_QUESTION)}],
    }


def home(shown: Home, reader: Reader) -> Block:
    """Return a person's home as the App Home tab."""
    return {"type": "home", "callback_id": "home", "blocks": of_home(shown, reader)}


def people_in(form: Form) -> list[PersonId]:
    """Return whom the fields of a form name already."""
    return [PersonId(field.value) for field in form.fields if field.type == "person" and field.value]


def values_of(state: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was filled in by name, and which of it are accounts: those still have to be told whose they are."""
    values: dict[str, Any] = {}
    accounts: dict[str, str] = {}
    for name, element in _elements(state):
        value = _value(element)
        if element.get("type") == "users_select":
            accounts |= {name: str(value)} if value else {}
        elif name.endswith(_OTHER):
            # What somebody writes goes before what they chose.
            plain = name.removesuffix(_OTHER)
            values[plain] = value or values.get(plain)
        else:
            values[name] = values.get(name) or value
    return {name: value for name, value in values.items() if value is not None}, accounts


def errors_of(errors: Mapping[str, str], blocks: Any) -> dict[str, str]:
    """Return what is wrong, each beside a block that the modal has; Slack takes no others."""
    there = [_text_in(block, "block_id") for block in _mappings(blocks) if block.get("type") == "input"]
    places = [place for place in there if place]
    shown: dict[str, str] = {}
    for name, text in errors.items():
        place = next((place for place in (name, f"{name}{_OTHER}") if place in places), places[0] if places else name)
        shown[place] = f"{shown[place]} {text}" if place in shown else text
    return shown


def _elements(state: Any) -> list[tuple[str, Mapping[str, Any]]]:
    values = state.get("values") if isinstance(state, Mapping) else None
    blocks = values.items() if isinstance(values, Mapping) else ()
    found = [(str(name), block.get(_VALUE)) for name, block in blocks if isinstance(block, Mapping)]
    return [(name, element) for name, element in found if isinstance(element, Mapping)]


def _value(element: Mapping[str, Any]) -> str | bool | None:
    match element.get("type"):
        case "static_select":
            return _text_in(element.get("selected_option"), "value")
        case "users_select":
            return _text_in(element, "selected_user")
        case "checkboxes":
            return bool(element.get("selected_options"))
        case "datetimepicker":
            at = element.get("selected_date_time")
            return datetime.fromtimestamp(at, UTC).isoformat() if isinstance(at, int) and at in _TEN_DIGITS else None
        case _:
            return _text_in(element, "value")


def _text_in(thing: Any, name: str) -> str | None:
    text = thing.get(name) if isinstance(thing, Mapping) else None
    return whole(text) if isinstance(text, str) else None


def _mappings(things: Any) -> list[Mapping[str, Any]]:
    return [thing for thing in things if isinstance(thing, Mapping)] if isinstance(things, Sequence) else []


def _field(field: Field, accounts: Mapping[str, str]) -> list[Block]:
    if field.type == "text" and field.suggestions:
        chosen = next((option for option in field.suggestions if option.id == field.value), None)
        list_ = Field(field.name, field.label, "select", options=field.suggestions, value=chosen.id if chosen else None)
        other = Field(f"{field.name}{_OTHER}", "Or in your own words", "text", value=None if chosen else field.value)
        # Slack calls both optional, since neither alone is needed.
        either = {"hint": plain_text("Pick one, or write it below.", LONGEST_QUESTION)} if field.required else {}
        return [_input(list_, _select(list_)) | either, _input(other, _text(other))]
    return [_input(field, _element(field, accounts))]


def _input(field: Field, element: Block) -> Block:
    drawn: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, LONGEST_QUESTION),
        "element": {**element, "action_id": _VALUE},
        "optional": not field.required,
    }
    more = len(field.value or "") - LONGEST_TEXT if element["type"] == "plain_text_input" else 0
    return drawn | ({"hint": plain_text(_cut_off(more), LONGEST_QUESTION)} if more > 0 else {})


def _cut_off(more: int) -> str:
    return f"Slack's forms take {LONGEST_TEXT:,} characters. Left out of what you wrote: {more:,} at its end."


def _element(field: Field, accounts: Mapping[str, str]) -> Block:
    match field.type:
        case "select":
            return _select(field)
        case "person" if not field.value or field.value in accounts:
            return {"type": "users_select"} | ({"initial_user": accounts[field.value]} if field.value else {})
        case "time":
            at = _moment(field.value)
            return {"type": "datetimepicker"} | ({"initial_date_time": at} if at else {})
        case "number" if not field.value or _NUMBER.fullmatch(field.value):
            return {"type": "number_input", "is_decimal_allowed": True} | ({"initial_value": field.value} if field.value else {})
        case "check":
            yes = _option(Option("yes", "Yes"))
            return {"type": "checkboxes", "options": [yes]} | ({"initial_options": [yes]} if field.value in ("yes", "true", "1") else {})
        case _:
            # Also a person who has no account here, and a sum with its currency: Slack's own fields would drop what was typed.
            return _text(field)


def _text(field: Field) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": field.type == "long", "max_length": LONGEST_TEXT}
    return element | ({"initial_value": whole(field.value[:LONGEST_TEXT])} if field.value else {})


def _select(field: Field) -> Block:
    options = [_option(option) for option in field.options][: MOST_OPTIONS * MOST_GROUPS]
    chosen = next((option for option in options if option["value"] == field.value), None)
    initial: Block = {"initial_option": chosen} if chosen else {}
    if len(options) <= MOST_OPTIONS:
        return {"type": "static_select", "options": options, **initial}
    parts = [options[at : at + MOST_OPTIONS] for at in range(0, len(options), MOST_OPTIONS)]
    groups = [{"label": plain_text(f"{part[0]['text']['text']} …", LONGEST_LABEL), "options": part} for part in parts]
    return {"type": "static_select", "option_groups": groups, **initial}


def _option(option: Option) -> Block:
    return {"text": plain_text(option.label, LONGEST_LABEL), "value": option.id[:LONGEST_VALUE]}


def _moment(value: str | None) -> int | None:
    """Return a time that a program wrote in Slack's seconds; one that somebody typed is asked for anew."""
    try:
        read = datetime.fromisoformat(value or "")
        seconds = int(read.timestamp()) if read.tzinfo else 0
    except (ValueError, OverflowError):
        return None
    return seconds if seconds in _TEN_DIGITS else None
