"""What may stand in what: rows, sections, containers and labels?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.discord.components_elements import BUTTON, BUTTONS, CUSTOM_ID, FIELDS, SELECTS, TEXT_INPUT, component
from tests.discord.components_rules import Rule, Spot, boolean, many, one_of, text, thing, whole
from tests.discord.words import Json

ROW, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 1, 9, 10, 11, 12, 13, 14, 17, 18
NAMES = {ROW: "an action row", BUTTON: "a button", TEXT_INPUT: "a text input", SECTION: "a section", TEXT: "a text display"}
NAMES |= {3: "a select", 5: "a select of people", 6: "a select of roles", 7: "a select of people and roles", 8: "a select of channels"}
NAMES |= {THUMBNAIL: "a thumbnail", GALLERY: "a media gallery", FILE: "a file", SEPARATOR: "a separator", CONTAINER: "a container"}
NAMES |= {LABEL: "a label", 19: "a file upload", 21: "a radio group", 22: "a checkbox group", 23: "a checkbox"}


def of_type(kinds: Mapping[int, Rule], where: str) -> Rule:
    """A component of one of these types."""

    def rule(value: Any, spot: Spot) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            spot.fault("must be an object")
        elif not isinstance(kind, int) or isinstance(kind, bool) or kind not in NAMES:
            spot.at("type").fault(f"{kind!r} is no type of component" if "type" in value else "is required")
        elif kind not in kinds:
            spot.at("type").fault(f"{NAMES[kind]} cannot stand in {where}")
        else:
            kinds[kind](value, spot)

    return rule


def _row(row: Json, spot: Spot) -> None:
    others = sum(child["type"] != BUTTON for child in row["components"])
    if others and len(row["components"]) > 1:
        spot.at("components").fault("a select stands alone in its row")


def _media(url: str, spot: Spot, attachment: bool) -> None:
    name = url.removeprefix("attachment://")
    if name == url:
        if attachment or not re.match(r"https?://", url):
            spot.at("url").fault(f"must begin with attachment://{'' if attachment else ', https:// or http://'}")
    elif spot.files is not None and name not in spot.files:
        spot.at("url").fault(f"no file {name!r} is uploaded with the message")


def media(attachment: bool = False) -> Rule:
    """A picture or file: uploaded along with the message, or (unless only an attachment will do) an address."""
    return thing({"url": text(1, 2048)}, {}, check=lambda item, spot: _media(item["url"], spot, attachment))


_TEXT = component({"content": text(1, 4000)})
_PICTURE: dict[str, Rule] = {"description": text(1, 1024), "spoiler": boolean}
_ACCESSORIES = BUTTONS | {THUMBNAIL: component({"media": media()}, _PICTURE, nullable=("description",))}
_ROW = component({"components": many(of_type(BUTTONS | SELECTS, "an action row"), 1, 5)}, check=_row)

_IN_CONTAINER: dict[int, Rule] = {
    ROW: _ROW,
    TEXT: _TEXT,
    SECTION: component(
        {
            "components": many(of_type({TEXT: _TEXT}, "a section"), 1, 3),
            "accessory": of_type(_ACCESSORIES, "a section's accessory"),
        }
    ),
    GALLERY: component({"items": many(thing({"media": media()}, _PICTURE, ("description",)), 1, 10)}),
    FILE: component({"file": media(attachment=True)}, {"spoiler": boolean}),
    SEPARATOR: component({}, {"divider": boolean, "spacing": one_of(1, 2)}),
}
_CONTAINER = component(
    {"components": many(of_type(_IN_CONTAINER, "a container"), 1, 40)},
    {"accent_color": whole(0, 0xFFFFFF), "spoiler": boolean},
    nullable=("accent_color",),
)

MESSAGE: Rule = many(of_type(_IN_CONTAINER | {CONTAINER: _CONTAINER}, "a message"), 1, 40)
LEGACY: Rule = many(of_type({ROW: _ROW}, "a message without the flag of Components V2"), 0, 5)


def _old_row(row: Json, spot: Spot) -> None:
    for place, child in enumerate(row["components"]):
        if child["type"] == TEXT_INPUT and not child.get("label"):
            spot.at("components").at(place).at("label").fault("is required outside a label")


_LABEL = component(
    {"label": text(1, 45), "component": of_type(FIELDS, "a label")},
    {"description": text(1, 100)},
)
# Deprecated, but what discord.py sends for a text input without a label around it.
_OLD_ROW = component({"components": many(of_type(SELECTS | {TEXT_INPUT: FIELDS[TEXT_INPUT]}, "a modal's row"), 1, 1)}, check=_old_row)

MODAL: Rule = thing(
    {
        "title": text(1, 45),
        "custom_id": CUSTOM_ID,
        "components": many(of_type({LABEL: _LABEL, TEXT: _TEXT, ROW: _OLD_ROW}, "a modal"), 1, 5),
    },
    {},
)


def placed(components: Any, path: str = "components") -> Iterator[tuple[str, Json]]:
    """Give every component with its place, each before those in it, however wrong the rest is."""
    for place, one in enumerate(components if isinstance(components, list) else []):
        if isinstance(one, dict):
            here = f"{path}.{place}"
            yield here, one
            yield from placed(one.get("components"), f"{here}.components")
            for name in ("accessory", "component"):
                if isinstance(one.get(name), dict):
                    yield f"{here}.{name}", one[name]
