"""What does a person read in a message or a view?

Everything becomes plain lines: marks of bold and so on are gone, mentions are names, links show what they show. In marked-up text
the three escapes are decoded, once; in rich and plain text nothing is. Buttons are told apart, by `buttons`.
"""

import re
from collections.abc import Iterator, Mapping

from tests.slack import forms_shown
from tests.slack.mrkdwn import Date, Link, Mention, Piece, Words, pieces, unescape
from tests.slack.words import Json

Names = Mapping[str, str]

_MARKS = (
    re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"),
    re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"),
    re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"),
)
_CODE = re.compile(r"```\n?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)


def shown(message: Json, names: Names | None = None) -> str:
    """Return what a person reads in a message, or in a view, one line per line."""
    known = names or {}
    if message.get("type") in {"modal", "home"}:
        return "\n".join(forms_shown.view(message, lambda block: _block(block, known)))
    lines = [line for block in message.get("blocks") or [] for line in _block(block, known)]
    if not message.get("blocks") and message.get("text"):
        lines = mrkdwn(message["text"], known).split("\n")
    for attachment in message.get("attachments") or []:
        lines += [line for block in attachment.get("blocks", []) for line in _block(block, known)]
        lines += [mrkdwn(attachment[name], known) for name in ("pretext", "title", "text") if attachment.get(name)]
    return "\n".join(lines)


def mrkdwn(text: str, names: Names | None = None) -> str:
    """Return what a person reads in a marked-up text."""
    # What is special is put aside first, so that its letters are not taken for marks, and put back when all else is read.
    aside: list[str] = []

    def put_aside(what: str) -> str:
        aside.append(what)
        return f"\0{len(aside) - 1}\0"

    flat = "".join(
        piece.text if isinstance(piece, Words) else put_aside(_special(piece, names or {})) for piece in pieces(text.replace("\0", ""))
    )
    flat = _CODE.sub(lambda found: put_aside(unescape(found[1] if found[1] is not None else found[2])), flat)
    for mark in _MARKS:
        flat = mark.sub(r"\1", flat)
    flat = unescape(flat)
    while "\0" in flat:
        flat = re.sub(r"\0(\d+)\0", lambda found: aside[int(found[1])], flat)
    return flat


def _special(piece: Piece, names: Names) -> str:
    match piece:
        case Mention("user", id_, label):
            return "@" + (names.get(id_) or label or id_)
        case Mention("channel", id_, label):
            return "#" + (names.get(id_) or label or id_)
        case Mention(_, id_, label):
            return "@" + (label.removeprefix("@") or id_.removeprefix("!"))
        case Link(_, label):
            return label
        case Date(fallback, _):
            return fallback
        case Words(text):
            return text


def text_object(text: Json, names: Names) -> str:
    """Return what a person reads in a text object."""
    return mrkdwn(text["text"], names) if text["type"] == "mrkdwn" else str(text["text"])


def _block(block: Json, names: Names) -> Iterator[str]:
    match block["type"]:
        case "section":
            texts = [block["text"]] if block.get("text") else []
            for text in [*texts, *block.get("fields", [])]:
                yield from text_object(text, names).split("\n")
        case "header":
            yield block["text"]["text"]
        case "context":
            parts = [f"[{one['alt_text']}]" if one["type"] == "image" else text_object(one, names) for one in block["elements"]]
            yield from " ".join(parts).split("\n")
        case "divider":
            yield "---"
        case "image":
            yield f"[{block['title']['text'] if block.get('title') else block['alt_text']}]"
        case "markdown":
            yield from block["text"].split("\n")
        case "rich_text":
            for element in block["elements"]:
                yield from _rich(element, names)
        case "table":
            for row in block["rows"]:
                yield " | ".join(_cell(cell, names) for cell in row)
        case _:
            return


def _cell(cell: Json, names: Names) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    return " ".join(line for element in cell["elements"] for line in _rich(element, names))


def _rich(element: Json, names: Names) -> Iterator[str]:
    match element["type"]:
        case "rich_text_list":
            for number, item in enumerate(element["elements"], element.get("offset", 0) + 1):
                mark = f"{number}. " if element.get("style") == "ordered" else "• "
                yield "  " * element.get("indent", 0) + mark + "\n".join(_rich(item, names))
        case "rich_text_quote":
            yield from ("> " + line for line in _words(element, names).split("\n"))
        case _:
            # A section's last line break is not an empty line.
            yield from _words(element, names).removesuffix("\n").split("\n")


def _words(section: Json, names: Names) -> str:
    return "".join(_word(word, names) for word in section["elements"])


def _word(word: Json, names: Names) -> str:
    match word["type"]:
        case "user":
            return f"@{names.get(word['user_id'], word['user_id'])}"
        case "channel":
            return f"#{names.get(word['channel_id'], word['channel_id'])}"
        case "usergroup":
            return f"@{word['usergroup_id']}"
        case "broadcast":
            return f"@{word['range']}"
        case "emoji":
            return f":{word['name']}:"
        case "date":
            return str(word.get("fallback", word["timestamp"]))
        case "link":
            return str(word.get("text") or word["url"])
        case _:
            return str(word.get("text", ""))


def buttons(blocks: list[Json]) -> list[Json]:
    """Return the buttons in blocks, in the order in which they stand."""
    return [
        {
            "action_id": element["action_id"],
            "label": element["text"]["text"],
            "value": element.get("value"),
            "style": element.get("style"),
            "block_id": block["block_id"],
            "url": element.get("url"),
        }
        for block in blocks
        for element in [*(block.get("elements", []) if block["type"] == "actions" else []), block.get("accessory") or {}]
        if element.get("type") == "button"
    ]
