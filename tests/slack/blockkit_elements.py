"""What may stand in an element of Block Kit: texts, buttons, selects, fields?"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.slack.rules import Check, Rule, Spot, any_type, boolean, many, matching, of_type, one_of, string, thing, whole

ID = string(1, 255)
STYLE = one_of("primary", "danger")


def plain(most: int) -> Rule:
    """A text without markup."""
    return of_type({"plain_text": thing({"type": any_type, "text": string(1, most)}, {"emoji": boolean})})


def text(most: int) -> Rule:
    """A text with or without markup."""
    mrkdwn = thing({"type": any_type, "text": string(1, most)}, {"verbatim": boolean})
    return of_type({"mrkdwn": mrkdwn, "plain_text": plain(most)})


def _is_url(value: str) -> bool:
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+$", value) is not None


URL = matching(_is_url, "a valid URL")
CONFIRM = thing({"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)}, {"style": STYLE})
OPTION = thing({"text": plain(75), "value": string(1, 150)}, {"description": plain(75)})
CHOICE = thing({"text": text(75), "value": string(1, 150)}, {"description": text(75)})
OVERFLOW_OPTION = thing({"text": plain(75), "value": string(1, 150)}, {"description": plain(75), "url": URL})
GROUP = thing({"label": plain(75), "options": many(OPTION, 1, 100)}, {})
DISPATCH = thing({}, {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
FILTER = thing(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def _element(required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None, check: Check | None = None) -> Rule:
    return thing({"type": any_type, **(required or {})}, {"action_id": ID, **(optional or {})}, check)


def _options_of(element: dict[str, Any]) -> list[Any]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _picked(element: dict[str, Any], spot: Spot) -> None:
    """What is picked at first must be one of the options, in everything equal."""
    options = _options_of(element)
    values = [option["value"] for option in options]
    for value in dict.fromkeys(value for value in values if values.count(value) > 1):
        spot.at("options").fault(f"option values must be unique: {value}")
    if "initial_option" in element and element["initial_option"] not in options:
        spot.at("initial_option").fault("must be one of the provided options")
    for place, picked in enumerate(element.get("initial_options", [])):
        if picked not in options:
            spot.at(f"initial_options/{place}").fault("must be one of the provided options")


def _static(element: dict[str, Any], spot: Spot) -> None:
    if ("options" in element) == ("option_groups" in element):
        spot.fault("must define either `options` or `option_groups`, and not both")
        return
    _picked(element, spot)


def _known(ids: str) -> Rule:
    def rule(value: Any, spot: Spot) -> None:
        known = spot.users if ids == "users" else spot.channels
        if not isinstance(value, str):
            spot.fault("must be a string")
        elif known is not None and value not in known:
            spot.fault(f"invalid {ids[:-1]}: {value}")

    return rule


def _date(value: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _time(value: str) -> bool:
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def _moment(value: Any, spot: Spot) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or len(str(value)) != 10:
        spot.fault("must be an integer of 10 digits, a UNIX timestamp in seconds")
    elif spot.surface == "home":
        spot.fault("not available on this surface")


def _number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


NUMBER = matching(_number, "a number, as a string")


def _lengths(element: dict[str, Any], spot: Spot) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        spot.fault("min_length must be less than or equal to max_length")


def _bounds(element: dict[str, Any], spot: Spot) -> None:
    bounds = [Decimal(element[name]) for name in ("min_value", "max_value") if name in element]
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        spot.fault("min_value must be less than or equal to max_value")


def _only_in(*surfaces: str) -> Check:
    def check(_element: dict[str, Any], spot: Spot) -> None:
        if spot.surface not in surfaces:
            spot.fault("not available on this surface")

    return check


def _both(first: Check, second: Check) -> Check:
    def check(element: dict[str, Any], spot: Spot) -> None:
        first(element, spot)
        second(element, spot)

    return check


_FIELD: dict[str, Rule] = {"placeholder": plain(150), "focus_on_load": boolean}
_PICK: dict[str, Rule] = {**_FIELD, "confirm": CONFIRM}
_CHECK: dict[str, Rule] = {"focus_on_load": boolean, "confirm": CONFIRM}
_TYPED: dict[str, Rule] = {**_FIELD, "dispatch_action_config": DISPATCH}
_SEVERAL: dict[str, Rule] = {**_PICK, "max_selected_items": whole(1, 1000)}
_ROOMS: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": FILTER}
_URL_BACK: dict[str, Rule] = {"response_url_enabled": boolean}
_STATIC: dict[str, Rule] = {"options": many(OPTION, 1, 100), "option_groups": many(GROUP, 1, 100)}
_BUTTON: dict[str, Rule] = {
    "url": URL,
    "value": string(1, 2000),
    "style": STYLE,
    "confirm": CONFIRM,
    "accessibility_label": string(1, 75),
}

ELEMENTS: dict[str, Rule] = {
    "button": _element({"text": plain(75)}, _BUTTON),
    "overflow": _element({"options": many(OVERFLOW_OPTION, 1, 5)}, {"confirm": CONFIRM}, _picked),
    "checkboxes": _element({"options": many(CHOICE, 1, 10)}, {**_CHECK, "initial_options": many(CHOICE)}, _picked),
    "radio_buttons": _element({"options": many(CHOICE, 1, 10)}, {**_CHECK, "initial_option": CHOICE}, _picked),
    "static_select": _element({}, {**_PICK, **_STATIC, "initial_option": OPTION}, _static),
    "multi_static_select": _element({}, {**_SEVERAL, **_STATIC, "initial_options": many(OPTION, 1, 100)}, _static),
    "external_select": _element({}, {**_PICK, "initial_option": OPTION, "min_query_length": whole(0, 1000)}),
    "multi_external_select": _element({}, {**_SEVERAL, "initial_options": many(OPTION, 1, 100), "min_query_length": whole(0, 1000)}),
    "users_select": _element({}, {**_PICK, "initial_user": _known("users")}),
    "multi_users_select": _element({}, {**_SEVERAL, "initial_users": many(_known("users"))}),
    "conversations_select": _element({}, {**_PICK, **_ROOMS, **_URL_BACK, "initial_conversation": _known("channels")}),
    "multi_conversations_select": _element({}, {**_SEVERAL, **_ROOMS, "initial_conversations": many(_known("channels"))}),
    "channels_select": _element({}, {**_PICK, **_URL_BACK, "initial_channel": _known("channels")}),
    "multi_channels_select": _element({}, {**_SEVERAL, "initial_channels": many(_known("channels"))}),
    "datepicker": _element({}, {**_PICK, "initial_date": matching(_date, "a date as YYYY-MM-DD")}),
    "timepicker": _element({}, {**_PICK, "initial_time": matching(_time, "a time as HH:mm"), "timezone": string()}),
    "datetimepicker": _element({}, {**_CHECK, "initial_date_time": _moment}, _only_in("message", "modal")),
    "plain_text_input": _element(
        {},
        {**_TYPED, "initial_value": string(0, 3000), "multiline": boolean, "min_length": whole(0, 3000), "max_length": whole(1, 3000)},
        _lengths,
    ),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        _both(_bounds, _only_in("modal")),
    ),
    "email_text_input": _element({}, {**_TYPED, "initial_value": string(0, 3000)}, _only_in("modal")),
    "url_text_input": _element({}, {**_TYPED, "initial_value": string(0, 3000)}, _only_in("modal")),
    "file_input": _element({}, {"filetypes": many(string()), "max_files": whole(1, 10)}, _only_in("modal")),
}
IMAGE = thing({"type": any_type, "alt_text": string(1, 2000)}, {"image_url": URL, "slack_file": thing({}, {"url": URL, "id": ID})})

SELECTS = {f"{how}{kind}_select" for how in ("", "multi_") for kind in ("static", "external", "users", "conversations", "channels")}
IN_ACTIONS = SELECTS | {"button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "timepicker"}
IN_SECTION = (IN_ACTIONS - {"datetimepicker"}) | {"image"}
IN_INPUT = (IN_ACTIONS - {"button", "overflow"}) | {
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "file_input",
    "rich_text_input",
}
