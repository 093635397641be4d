"""Would Slack take these blocks, this view?

Pure functions that return every fault, each with a JSON pointer as Slack gives it; an empty list means yes. The rules are those of
Slack's reference of Block Kit. Blocks that Slack has and this does not know (cards, videos, plans...) are refused.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from tests.slack.blockkit_elements import ELEMENTS, ID, IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION, URL, plain, text
from tests.slack.blockkit_rich import RICH_TEXT
from tests.slack.rules import Rule, Spot, any_type, boolean, many, of_type, string, thing
from tests.slack.words import Json

Ids = frozenset[str] | None

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
LONGEST_MARKDOWN = 12_000
# Nowhere written; found by those who measured when `msg_blocks_too_long` comes (bolt-js#2509).
LONGEST_BLOCKS, EACH_BLOCK = 13_422, 125

_RICH_INPUT = thing(
    {"type": any_type, "action_id": ID},
    {"initial_value": of_type({"rich_text": RICH_TEXT}), "placeholder": plain(150), "focus_on_load": boolean},
)
_FIELDS: dict[str, Rule] = ELEMENTS | {"image": IMAGE, "rich_text_input": _RICH_INPUT}


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None, check: Any = None) -> Rule:
    return thing({"type": any_type, **required}, {"block_id": ID, **(optional or {})}, check)


def _section(block: Json, spot: Spot) -> None:
    if "text" not in block and "fields" not in block:
        spot.fault("must define either `text` or `fields`")


def _image(block: Json, spot: Spot) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        spot.fault("must define either `image_url` or `slack_file`")


def _input(block: Json, spot: Spot) -> None:
    if block["element"]["type"] == "rich_text_input" and spot.surface == "message":
        spot.at("element").fault("not available on this surface")


_CELL = of_type({"raw_text": thing({"type": any_type, "text": string(1, 3000)}, {}), "rich_text": RICH_TEXT})
_IMAGE_BLOCK = {"image_url": URL, "slack_file": thing({}, {"url": URL, "id": ID}), "title": plain(2000)}

BLOCKS: dict[str, Rule] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": many(text(2000), 1, 10),
            "accessory": of_type(_FIELDS, IN_SECTION),
            "expand": boolean,
        },
        _section,
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": many(of_type({"image": IMAGE, "mrkdwn": text(3000), "plain_text": text(3000)}), 1, 10)}),
    "actions": _block({"elements": many(of_type(_FIELDS, IN_ACTIONS), 1, 25)}),
    "image": _block({"alt_text": string(1, 2000)}, _IMAGE_BLOCK, _image),
    "input": _block(
        {"label": plain(2000), "element": of_type(_FIELDS, IN_INPUT)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        _input,
    ),
    "rich_text": RICH_TEXT,
    "markdown": _block({"text": string(1, LONGEST_MARKDOWN)}),
    "table": _block({"rows": many(many(_CELL, 1, 20), 1, 100)}, {"column_settings": many(lambda *_: None, 0, 20)}),
}
ONLY_IN_MESSAGES = {"markdown", "table"}
IN_VIEW = set(BLOCKS) - ONLY_IN_MESSAGES


def faults_in_message(blocks: object, users: Ids = None, channels: Ids = None) -> list[str]:
    """Return what Slack would refuse about the blocks of a message."""
    spot = Spot("/blocks", "message", users, channels)
    many(of_type(BLOCKS), 0, MOST_IN_MESSAGE)(blocks, spot)
    if not spot.faults:
        assert isinstance(blocks, list)
        _doubled(blocks, spot)
        markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
        if markdown > LONGEST_MARKDOWN:
            spot.fault(f"all markdown blocks together must be less than {LONGEST_MARKDOWN + 1} characters")
        if sum(block["type"] == "table" for block in blocks) > 1:
            spot.fault("only one table is allowed")
    return spot.faults


_MODAL = thing(
    {"type": any_type, "title": plain(24), "blocks": many(of_type(BLOCKS, IN_VIEW), 1, MOST_IN_VIEW)},
    {
        "submit": plain(24),
        "close": plain(24),
        "callback_id": string(0, 255),
        "private_metadata": string(0, 3000),
        "external_id": string(0, 255),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)
_HOME = thing(
    {"type": any_type, "blocks": many(of_type(BLOCKS, IN_VIEW), 1, MOST_IN_VIEW)},
    {"callback_id": string(0, 255), "private_metadata": string(0, 3000), "external_id": string(0, 255)},
)


def faults_in_view(view: object, users: Ids = None, channels: Ids = None) -> list[str]:
    """Return what Slack would refuse about a modal or a Home tab."""
    surface = str(view.get("type")) if isinstance(view, dict) else ""
    spot = Spot("/view", surface, users, channels)
    of_type({"modal": _MODAL, "home": _HOME})(view, spot)
    if not spot.faults:
        assert isinstance(view, dict)
        _doubled(view["blocks"], spot.at("blocks"))
        if surface == "modal" and "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
            spot.fault("missing required field: submit")
        focused = [element for _, _, element in _elements(view["blocks"]) if element.get("focus_on_load")]
        if len(focused) > 1:
            spot.at("blocks").fault("only one element may have focus_on_load set to true")
    return spot.faults


def _elements(blocks: list[Json]) -> Iterator[tuple[int, str, Json]]:
    for place, block in enumerate(blocks):
        for name in ("accessory", "element"):
            if name in block:
                yield place, name, block[name]
        if block["type"] == "actions":
            for number, element in enumerate(block["elements"]):
                yield place, f"elements/{number}", element


def _doubled(blocks: list[Json], spot: Spot) -> None:
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        id_ = block.get("block_id")
        if id_ is not None and id_ in seen:
            spot.at(place).at("block_id").fault(f"`block_id` {json.dumps(id_)} already exists")
        seen |= {id_} if id_ is not None else set()
    actions: set[tuple[int, str]] = set()
    for place, inside, element in _elements(blocks):
        id_ = element.get("action_id")
        if id_ is not None and (place, id_) in actions:
            block_id = json.dumps(blocks[place].get("block_id", ""))
            spot.at(place).at(inside).at("action_id").fault(f"`action_id` {json.dumps(id_)} already exists for block_id {block_id}")
        actions |= {(place, id_)} if id_ is not None else set()


def too_long(blocks: list[Json]) -> bool:
    """Whether all is right with the blocks, but it is too much."""
    return _letters(blocks) + EACH_BLOCK * len(blocks) > LONGEST_BLOCKS


def _letters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(one) if name == "text" and isinstance(one, str) else _letters(one) for name, one in value.items())
    return sum(_letters(one) for one in value) if isinstance(value, list) else 0


def filled_in(blocks: list[Json]) -> list[Json]:
    """Return right blocks as Slack keeps them: ids where there were none, and what every text has unless it says otherwise."""
    kept: list[Json] = json.loads(json.dumps(blocks), object_hook=_with_defaults)
    for block in kept:
        block.setdefault("block_id", secrets.token_urlsafe(8)[:5])
    for _, _, element in _elements(kept):
        if element["type"] != "image":
            element.setdefault("action_id", secrets.token_urlsafe(8)[:5])
    return kept


def _with_defaults(made: Json) -> Json:
    if made.get("type") == "mrkdwn" and "text" in made:
        return {"verbatim": False} | made
    if made.get("type") == "plain_text" and "text" in made:
        return {"emoji": True} | made
    return made
