"""What does Discord demand of buttons, of lists to choose from, and of what is typed into a modal?"""

from tests.discord.components_rules import Check, Rule, Spot, boolean, distinct, many, one_of, snowflake, text, thing, whole
from tests.discord.words import Json

BUTTON, TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 2, 4, 19, 21, 22, 23
# type -> whose ids its default values may be
PICKERS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
LINK, PREMIUM = 5, 6

ID = whole(0, 2**31 - 1)
CUSTOM_ID = text(1, 100)


def component(
    required: dict[str, Rule], optional: dict[str, Rule] | None = None, check: Check | None = None, nullable: tuple[str, ...] = ()
) -> Rule:
    """A component with these properties; each may have an id."""
    return thing(required, {"id": ID, **(optional or {})}, nullable, check)


def _emoji(emoji: Json, spot: Spot) -> None:
    if not emoji.get("id") and not emoji.get("name"):
        spot.fault("must have a name or an id")


EMOJI = thing({}, {"id": snowflake, "name": text(1, 32), "animated": boolean}, ("id", "name"), _emoji)


def _button(button: Json, spot: Spot) -> None:
    needs = {LINK: "url", PREMIUM: "sku_id"}.get(button["style"], "custom_id")
    if not button.get(needs):
        spot.at(needs).fault("is required for a button of this style")
    for name in {"url", "sku_id", "custom_id"} - {needs}:
        if button.get(name) is not None:
            spot.at(name).fault("is not allowed for a button of this style")
    worded = button.get("label") or button.get("emoji")
    if button["style"] == PREMIUM and worded:
        spot.fault("a premium button has no label and no emoji of its own")
    if button["style"] != PREMIUM and not worded:
        spot.fault("must have a label or an emoji")
    url = button.get("url")
    if url and not url.startswith(("https://", "http://", "discord://")):
        spot.at("url").fault("must begin with https://, http:// or discord://")


_BUTTON = component(
    {"style": whole(1, 6)},
    {
        "label": text(1, 80),
        "emoji": EMOJI,
        "custom_id": CUSTOM_ID,
        "sku_id": snowflake,
        "url": text(1, 512),
        "disabled": boolean,
    },
    _button,
)


def option(emoji: bool) -> Rule:
    """One of the things to choose from."""
    more: dict[str, Rule] = {"emoji": EMOJI} if emoji else {}
    return thing({"label": text(1, 100), "value": text(1, 100)}, {"description": text(1, 100), "default": boolean, **more})


def _counts(choice: Json, spot: Spot, preset: int, there: int, usual: int = 1) -> None:
    """Look at how many may be chosen of so many, and how many are chosen beforehand; `usual` is the most unless it says so."""
    least, most = choice.get("min_values"), choice.get("max_values")
    # A modal takes a field that may not be left out for answered only if something is chosen.
    if spot.modal and choice.get("required", True) and least == 0:
        spot.at("min_values").fault("must be at least 1 where an answer is required")
    for name, value in (("min_values", least), ("max_values", most)):
        if value is not None and value > there:
            spot.at(name).fault(f"is {value}, and there are only {there} to choose from")
    most = usual if most is None else most
    if least is not None and least > most:
        spot.at("min_values").fault("must not be more than max_values")
    if preset > most:
        spot.fault(f"{preset} are chosen beforehand, at most {most} may be chosen")


def _preset(choice: Json, spot: Spot) -> int:
    """Return how many of the options are chosen beforehand; no two may have the same value."""
    distinct([one["value"] for one in choice["options"]], spot.at("options"), "the value")
    return sum(bool(one.get("default")) for one in choice["options"])


def _checkboxes(group: Json, spot: Spot) -> None:
    _counts(group, spot, _preset(group, spot), len(group["options"]), usual=len(group["options"]))


def _select(select: Json, spot: Spot) -> None:
    _counts(select, spot, _preset(select, spot), len(select["options"]))
    _enabled(select, spot)


def _enabled(select: Json, spot: Spot) -> None:
    if spot.modal and select.get("disabled"):
        spot.at("disabled").fault("nothing can be disabled in a modal")


def _picker(select: Json, spot: Spot) -> None:
    defaults = select.get("default_values") or []
    for place, default in enumerate(defaults):
        if default["type"] not in PICKERS[select["type"]]:
            spot.at("default_values").at(place).at("type").fault(f"must be one of {', '.join(PICKERS[select['type']])}")
    distinct([str(default["id"]) for default in defaults], spot.at("default_values"), "the id")
    _counts(select, spot, len(defaults), 25)
    if defaults and len(defaults) < select.get("min_values", 1):
        spot.at("default_values").fault("are fewer than min_values")
    _enabled(select, spot)


_CHOICE: dict[str, Rule] = {
    "placeholder": text(0, 150),
    "min_values": whole(0, 25),
    "max_values": whole(1, 25),
    "disabled": boolean,
    "required": boolean,
}
_DEFAULTS = many(thing({"id": snowflake, "type": one_of("user", "role", "channel")}, {}), 0, 25)
_STRING_SELECT = component({"custom_id": CUSTOM_ID, "options": many(option(emoji=True), 1, 25)}, _CHOICE, _select)
_PICKER = component({"custom_id": CUSTOM_ID}, _CHOICE | {"default_values": _DEFAULTS, "channel_types": many(whole(0, 16), 0, 20)}, _picker)

SELECTS: dict[int, Rule] = {3: _STRING_SELECT} | dict.fromkeys(PICKERS, _PICKER)
BUTTONS: dict[int, Rule] = {BUTTON: _BUTTON}


def _typed(entry: Json, spot: Spot) -> None:
    least, most = entry.get("min_length", 0), entry.get("max_length", 4000)
    if least > most:
        spot.at("min_length").fault("must not be more than max_length")
    if len(entry.get("value") or "") > most:
        spot.at("value").fault(f"has {len(entry['value'])} characters, max_length is {most}")


TYPED: dict[str, Rule] = {
    "min_length": whole(0, 4000),
    "max_length": whole(1, 4000),
    "required": boolean,
    "value": text(0, 4000),
    "placeholder": text(0, 100),
    "label": text(1, 45),
}
_TEXT_INPUT = component({"custom_id": CUSTOM_ID, "style": one_of(1, 2)}, TYPED, _typed, ("label",))


def _radio(radio: Json, spot: Spot) -> None:
    if _preset(radio, spot) > 1:
        spot.at("options").fault("only one may be chosen beforehand")


def _upload(upload: Json, spot: Spot) -> None:
    _counts(upload, spot, 0, 10)


FIELDS: dict[int, Rule] = SELECTS | {
    TEXT_INPUT: _TEXT_INPUT,
    UPLOAD: component(
        {"custom_id": CUSTOM_ID},
        {"min_values": whole(0, 10), "max_values": whole(1, 10), "required": boolean},
        _upload,
        ("min_values", "max_values"),
    ),
    RADIO: component({"custom_id": CUSTOM_ID, "options": many(option(emoji=False), 2, 10)}, {"required": boolean}, _radio),
    CHECKBOXES: component(
        {"custom_id": CUSTOM_ID, "options": many(option(emoji=False), 1, 10)},
        {"min_values": whole(0, 10), "max_values": whole(1, 10), "required": boolean},
        _checkboxes,
        ("min_values", "max_values"),
    ),
    CHECKBOX: component({"custom_id": CUSTOM_ID}, {"default": boolean}),
}
