"""What does a card, an answer or a person's home look like in Slack? Pure: from neutral values to Block Kit.

Everything is rich text: what somebody typed is one literal element there, which Slack neither searches for mentions nor formats.
The top-level `text` is what notifications and screen readers say; it is the same words, escaped.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.adapters.slack.texts import escaped
from bot.chat import Button, Card, Home, Line, Part, Reply, Typed, Who
from bot.escalation.words import PersonId, case_name
from bot.wording.plain import counted, harmless, plain, shown, timed

Block = dict[str, Any]
AccountOf = Callable[[PersonId], str | None]

# Slack's limits (docs.slack.dev/reference/block-kit): blocks in a message, buttons in a block, a button's label, an address in a link.
MOST_BLOCKS, MOST_BUTTONS, LONGEST_LABEL, LONGEST_LINK = 50, 25, 75, 2000
MOST_IN_A_VIEW = 100
# Neither figure is Slack's: a block that is read at a glance, and a fallback that notifications show the beginning of.
_LONGEST_BLOCK, _LONGEST_FALLBACK = 2500, 3000
_ROOM_FOR_BUTTONS = 6
REFUSED = "refused"  # the block_id of an answer that changed nothing

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"|]*[^\s<>\"|.,;:!?)\]}'\u2069]")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is drawn: their zone, the time, and how people who are to be called are found."""

    zone: str
    now: datetime
    account_of: AccountOf = lambda _person: None


def of_card(card: Card, reader: Reader, call: PersonId | None = None) -> tuple[str, list[Block]]:
    """Return a message's fallback text and its blocks. `call` is who is called by name first, where others read along."""
    called = (Who(call, "", notify=True), " ") if call is not None else ()
    lines = ((*called, *card.title), *card.lines)
    drawn = _texts(lines, reader, MOST_BLOCKS - _ROOM_FOR_BUTTONS, bold_first=True)
    return fallback((card.title, *card.lines), reader), [*drawn, *buttons(card.buttons)]


def of_reply(reply: Reply, reader: Reader) -> tuple[str, list[Block]]:
    """Return an answer's fallback text and its blocks; one that was refused says so in its first block's id."""
    drawn = _texts(reply.lines, reader, MOST_BLOCKS - _ROOM_FOR_BUTTONS)
    if reply.refused and drawn:
        drawn[0]["block_id"] = REFUSED
    return fallback(reply.lines, reader), [*drawn, *buttons(reply.buttons)]


def of_home(home: Home, reader: Reader) -> list[Block]:
    """Return the blocks of a person's home."""
    drawn = [*_texts((home.greeting,), reader, 1), *buttons(home.buttons)]
    for section in home.sections:
        drawn += [{"type": "divider"}, _header(f"{section.title} ({len(section.cards) + section.more})")]
        for card in section.cards:
            drawn += [*_texts((card.title, *card.lines), reader, 1, bold_first=True), *buttons(card.buttons)]
        if section.more:
            drawn += _texts(((f"And {counted(section.more, 'more case')}; /case mine lists them all.",),), reader, 1)
        if not section.cards:
            drawn += _texts((("None.",),), reader, 1)
    return drawn[:MOST_IN_A_VIEW]


def fallback(lines: Iterable[Line], reader: Reader) -> str:
    """Return the words of some lines as Slack's notifications show them."""
    text = "\n".join(plain(line, reader.zone, reader.now) for line in lines)
    return escaped(text if len(text) <= _LONGEST_FALLBACK else f"{text[: _LONGEST_FALLBACK - 1]}…")


def buttons(pressed: Sequence[Button]) -> list[Block]:
    """Return the blocks of some buttons."""
    parts = (pressed[at : at + MOST_BUTTONS] for at in range(0, len(pressed), MOST_BUTTONS))
    return [{"type": "actions", "elements": [button(each) for each in part]} for part in parts][: _ROOM_FOR_BUTTONS - 1]


def button(pressed: Button) -> Block:
    """Return a button; what it carries is only a hint, checked anew when it is pressed."""
    about = case_name(pressed.case) if pressed.case is not None else "-"
    drawn: Block = {
        "type": "button",
        "text": plain_text(pressed.label[:LONGEST_LABEL]),
        "action_id": f"{pressed.id}:{about}",
        "value": f"{about}:{pressed.version if pressed.version is not None else '-'}",
    }
    return drawn if pressed.style == "plain" else drawn | {"style": pressed.style}


def plain_text(text: str) -> Block:
    """Return text in which nothing is read: no formatting, no mention, and no emoji by its name."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text)}


def _texts(lines: Sequence[Line], reader: Reader, most: int, *, bold_first: bool = False) -> list[Block]:
    """Return lines as blocks of rich text, a few lines each; what does not fit is counted."""
    blocks: list[Block] = []
    elements: list[Block] = []
    length = left_out = 0
    for number, line in enumerate(lines):
        drawn = _line(line, reader, bold=bold_first and number == 0)
        size = sum(len(str(element.get("text") or element.get("url") or "")) for element in drawn)
        if elements and length + size > _LONGEST_BLOCK:
            blocks.append(_rich(elements))
            elements, length = [], 0
        if len(blocks) == most - 1 and length + size > _LONGEST_BLOCK - 100:
            left_out = len(lines) - number
            break
        elements += [_text("\n"), *drawn] if elements else drawn
        length += size
    if left_out:
        elements += [_text(f"\n… and {counted(left_out, 'more line')}.")]
    return [*blocks, _rich(elements)] if elements else blocks


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _line(line: Line, reader: Reader, *, bold: bool) -> list[Block]:
    style = {"style": {"bold": True}} if bold else {}
    return [element | style for part in timed(line, reader.zone, reader.now) for element in _part(part, reader)]


def _part(part: Part, reader: Reader) -> list[Block]:
    match part:
        case Who(person=person, notify=True) if (account := reader.account_of(person)) is not None:
            return [{"type": "user", "user_id": account}]
        case Typed():
            return _with_links(harmless(shown(part)))
        case _:
            text = shown(part)
            return [_text(text)] if text else []


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _with_links(text: str) -> list[Block]:
    """Return typed text with its web addresses as links that show nothing but the address itself."""
    elements: list[Block] = []
    at = 0
    for found in _WEB_ADDRESS.finditer(text):
        if len(found[0]) <= LONGEST_LINK:
            elements += [_text(text[at : found.start()])] if found.start() > at else []
            elements.append({"type": "link", "url": found[0]})
            at = found.end()
    return [*elements, _text(text[at:])] if at < len(text) else elements
