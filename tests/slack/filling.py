"""What does a person's entry make of a field, and would Slack's client let it pass?"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from tests.slack.entered import SLOTS, empty, several
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Workspace

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
REQUIRED = "Please complete this required field."


def filled(ws: Workspace, element: Json, value: object) -> Json:
    """Return the state of a field into which this is entered: texts, numbers, dates, names of people, values or labels of options."""
    kind = element["type"]
    slot, _ = SLOTS[kind]
    if several(kind):
        many = value if isinstance(value, list) else [] if value is None else [value]
        return {"type": kind, slot: [_one(ws, element, one) for one in many]}
    return {"type": kind, slot: None if value in (None, "") else _one(ws, element, value)}


def _one(ws: Workspace, element: Json, value: object) -> object:
    kind = element["type"].removeprefix("multi_")
    if kind in {"static_select", "radio_buttons", "checkboxes", "external_select"}:
        return _option(element, value)
    if kind == "users_select":
        return ws.user(str(value)).id
    if kind in {"conversations_select", "channels_select"}:
        return ws.channel(str(value)).id
    if kind == "datetimepicker":
        return _moment(value)
    if kind == "datepicker":
        return date.fromisoformat(str(value)).isoformat()
    if kind == "timepicker":
        if not _TIME.fullmatch(str(value)):
            raise Impossible(f"a time is HH:MM, not {value!r}")
        return str(value)
    return value if kind == "rich_text_input" else str(value)


def _moment(value: object) -> int:
    if isinstance(value, int):
        return value
    moment = datetime.fromisoformat(str(value))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _option(element: Json, value: object) -> Json:
    options: list[Json] = [*element.get("options", []), *(one for group in element.get("option_groups", []) for one in group["options"])]
    for option in options:
        if value in (option["value"], option["text"]["text"]):
            return option
    raise Impossible(f"there is no option {value!r}; there are {[option['value'] for option in options]}")


def objection(block: Json, state: Json) -> str | None:
    """Return what Slack's client says before it sends anything, if it says something."""
    if empty(state):
        return None if block.get("optional") else REQUIRED
    element = block["element"]
    slot, _ = SLOTS[element["type"]]
    value = state[slot]
    match element["type"]:
        case "plain_text_input":
            return _length(element, value)
        case "email_text_input":
            return None if _MAIL.fullmatch(value) else "Please enter a valid email address."
        case "url_text_input":
            return None if re.match(r"https?://\S+$", value) else "Please enter a valid URL."
        case "number_input":
            return _number(element, value)
        case _:
            most = element.get("max_selected_items")
            return f"Please select no more than {most} items." if most and len(value) > most else None


def _length(element: Json, value: str) -> str | None:
    if len(value) > element.get("max_length", 3000):
        return f"Must be less than {element.get('max_length', 3000) + 1} characters."
    if len(value) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    return None


def _number(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if (low is not None and number < Decimal(low)) or (high is not None and number > Decimal(high)):
        return f"Please enter a number between {low} and {high}."
    return None
