"""What does a card, an answer or a person's home look like in Slack? Pure: from neutral values to Block Kit.

Everything is rich text: what somebody typed is one literal element there, which Slack neither searches for mentions nor formats.
The top-level `text` is what notifications and screen readers say; it is the same words, escaped. What does not fit is counted.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any

from bot.adapters.slack.texts import escaped
from bot.chat import Button, Card, Home, Line, Part, Reply, Section, Typed, Who
from bot.escalation.words import PersonId, case_name
from bot.wording.plain import counted, plain, shortened, shown, timed

Block = dict[str, Any]
AccountOf = Callable[[PersonId], str | None]

# Slack's limits (docs.slack.dev/reference/block-kit): blocks in a view, buttons in a block, a button's label, a header, an address.
MOST_IN_A_VIEW, MOST_BUTTONS, LONGEST_LABEL, LONGEST_HEADER, LONGEST_LINK = 100, 25, 75, 150, 2000
# Slack refuses a message at some 13,400 characters, where each block counts as 125 more (`msg_blocks_too_long`, bolt-js#2509).
_MOST_LETTERS, _EACH_BLOCK = 11_500, 125
# None of these is Slack's: what is read at a glance, what one line may take of a message, and what a notification shows the start of.
_LONGEST_BLOCK, _LONGEST_LINE, _LONGEST_FALLBACK = 2500, 4000, 3000
_BLOCKS_OF_BUTTONS = 5
_COUNT = 60  # the words that say how much was left out
REFUSED = "refused"  # the block_id of an answer that changed nothing

_MAYBE_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^`{}\u2069]+")
# A host in other letters may look like another's, and what stands before an "@" is no host at all.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9_.-]+(?::[0-9]{1,5})?(?:[/?#].*)?")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is drawn: their zone, the time, and how people who are to be called are found."""

    zone: str
    now: datetime
    account_of: AccountOf = lambda _person: None


def of_card(card: Card, reader: Reader, call: PersonId | None = None) -> tuple[str, list[Block]]:
    """Return a message's fallback text and its blocks. `call` is who is called by name first, where others read along."""
    known = call is not None and reader.account_of(call) is not None
    called: Line = (Who(call, "", notify=True), " ") if call is not None and known else ()
    lines = ((*called, *card.title), *card.lines)
    return fallback((card.title, *card.lines), reader), _message(lines, card.buttons, reader, bold_first=True)


def of_reply(reply: Reply, reader: Reader) -> tuple[str, list[Block]]:
    """Return an answer's fallback text and its blocks; one that was refused says so in its first block's id."""
    drawn = _message(reply.lines, reply.buttons, reader)
    if reply.refused and drawn:
        drawn[0]["block_id"] = REFUSED
    return fallback(reply.lines, reader), drawn


def _message(lines: Sequence[Line], pressed: Sequence[Button], reader: Reader, *, bold_first: bool = False) -> list[Block]:
    below = buttons(pressed)
    taken = sum(_EACH_BLOCK + sum(len(each["text"]["text"]) for each in block["elements"]) for block in below)
    return [*_texts(lines, reader, _MOST_LETTERS - taken, bold_first=bold_first), *below]


def of_home(home: Home, reader: Reader) -> list[Block]:
    """Return the blocks of a person's home. Where there is nothing, there is no section."""
    drawn = [*_texts((home.greeting,), reader, _LONGEST_BLOCK), *buttons(home.buttons)]
    sections = [section for section in home.sections if section.cards or section.more]
    for number, section in enumerate(sections):
        drawn += _section(section, reader, (MOST_IN_A_VIEW - len(drawn)) // (len(sections) - number))
    return drawn


def _section(section: Section, reader: Reader, room: int) -> list[Block]:
    """Return a section in at most so many blocks; cases that do not fit are counted with those that were not to be shown."""
    number, there = len(section.cards) + section.more, 0
    drawn: list[Block] = [{"type": "divider"}, {"type": "header", "text": plain_text(f"{section.title} ({number})", LONGEST_HEADER)}]
    for card in section.cards:
        entry = [*_texts((card.title, *card.lines), reader, _LONGEST_BLOCK, bold_first=True), *buttons(card.buttons)]
        last = there + 1 == number
        if len(drawn) + len(entry) + (0 if last else 1) > room:
            break
        drawn += entry
        there += 1
    if there < number:
        drawn += _texts(((f"And {counted(number - there, 'more case')}; /case mine lists them all.",),), reader, _LONGEST_BLOCK)
    return drawn


def fallback(lines: Iterable[Line], reader: Reader) -> str:
    """Return the words of some lines as Slack's notifications show them."""
    text = "\n".join(plain(line, reader.zone, reader.now) for line in lines)
    return escaped(text if len(text) <= _LONGEST_FALLBACK else f"{text[: _LONGEST_FALLBACK - 1]}…")


def buttons(pressed: Sequence[Button]) -> list[Block]:
    """Return the blocks of some buttons. One that is there twice gets a number: Slack refuses a message with two alike."""
    drawn: list[Block] = []
    often: Counter[str] = Counter()
    for each in pressed[: MOST_BUTTONS * _BLOCKS_OF_BUTTONS]:
        made = button(each)
        often[made["action_id"]] += 1
        number = often[made["action_id"]]
        drawn.append(made if number == 1 else made | {"action_id": f"{made['action_id']}:{number}"})
    return [{"type": "actions", "elements": drawn[at : at + MOST_BUTTONS]} for at in range(0, len(drawn), MOST_BUTTONS)]


def button(pressed: Button) -> Block:
    """Return a button; what it carries is only a hint, checked anew when it is pressed."""
    about = case_name(pressed.case) if pressed.case is not None else "-"
    drawn: Block = {
        "type": "button",
        "text": plain_text(pressed.label, LONGEST_LABEL),
        "action_id": f"{pressed.id}:{about}",
        "value": f"{about}:{pressed.version if pressed.version is not None else '-'}",
    }
    return drawn if pressed.style == "plain" else drawn | {"style": pressed.style}


def plain_text(text: str, longest: int) -> Block:
    """Return text in which nothing is read: no formatting, no mention, and no emoji by its name. Slack takes none that is empty."""
    return {"type": "plain_text", "text": shortened(text, longest).text or "…", "emoji": False}


def _texts(lines: Sequence[Line], reader: Reader, room: int, *, bold_first: bool = False) -> list[Block]:
    """Return lines as blocks of rich text, a few lines each, with at most `room` letters in all."""
    drawn = [_line(line, reader, bold=bold_first and number == 0) for number, line in enumerate(lines)]
    blocks: list[list[Block]] = []
    length = 0
    for line in _fitting([_cut(line, min(_LONGEST_LINE, room // 2 - 2 * _COUNT)) for line in drawn], room):
        if not blocks or length + _size(line) > _LONGEST_BLOCK:
            blocks.append([])
            length = 0
        blocks[-1] += [_text("\n"), *line] if blocks[-1] else line
        length += _size(line)
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]} for elements in blocks if elements]


def _fitting(lines: list[list[Block]], room: int) -> list[list[Block]]:
    """Return the lines, or as many of the first and of the last as fit: what it is stands above, and what happened last below."""
    if sum(map(_size, lines)) <= room:
        return lines
    head = _how_many(lines, room // 2)
    tail = _how_many(lines[:head:-1], room - _COUNT - sum(map(_size, lines[:head])))
    between = [_text(f"… {counted(len(lines) - head - tail, 'more line')} …")]
    return [*lines[:head], between, *lines[len(lines) - tail :]]


def _how_many(lines: Sequence[list[Block]], room: int) -> int:
    return sum(1 for _ in takewhile(lambda size: size <= room, accumulate(map(_size, lines))))


def _cut(line: list[Block], longest: int) -> list[Block]:
    """Return a line of at most so many letters, and how many more there are."""
    if _size(line) <= longest:
        return line
    kept: list[Block] = []
    for element in line:
        left = longest - _size(kept)
        if len(_words(element)) <= left:
            kept.append(element)
            continue
        begun = _begun(element["text"], left) if "text" in element else ""
        kept += [element | {"text": begun}] if begun else []
        break
    return [*kept, _text(f"… ({counted(_size(line) - _size(kept), 'more character')})")]


def _begun(text: str, longest: int) -> str:
    """Return the beginning of a text, whole letters only, and what runs the other way closed off."""
    cut = text[: max(0, longest - 1)]
    while cut and (unicodedata.combining(text[len(cut)]) or text[len(cut)] in "\u200d\ufe0f" or cut[-1] == "\u200d"):
        cut = cut[:-1]
    return f"{cut}\u2069" if cut.count("\u2068") > cut.count("\u2069") else cut


def _size(line: Sequence[Block]) -> int:
    """Return how many letters a line takes, its end included."""
    return 1 + sum(len(_words(element)) for element in line)


def _words(element: Block) -> str:
    return str(element.get("text") or element.get("url") or "")


def _line(line: Line, reader: Reader, *, bold: bool) -> list[Block]:
    style = {"style": {"bold": True}} if bold else {}
    return [element | style for part in timed(line, reader.zone, reader.now) for element in _part(part, reader)]


def _part(part: Part, reader: Reader) -> list[Block]:
    match part:
        case Who(person=person, notify=True) if (account := reader.account_of(person)) is not None:
            return [{"type": "user", "user_id": account}]
        case Typed():
            return _with_links(shown(part))
        case _:
            text = shown(part)
            return [_text(text)] if text else []


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _with_links(text: str) -> list[Block]:
    """Return typed text with its web addresses as links that show nothing but the address itself."""
    elements: list[Block] = []
    at = 0
    for found in _MAYBE_ADDRESS.finditer(text):
        address = _without_punctuation(found[0])
        if _shows_where_it_leads(address):
            elements += [_text(text[at : found.start()])] if found.start() > at else []
            elements.append({"type": "link", "url": address})
            at = found.start() + len(address)
    return [*elements, _text(text[at:])] if at < len(text) else elements


def _without_punctuation(address: str) -> str:
    """Return an address without what ends the sentence around it; a bracket that was opened in it belongs to it."""
    while address[-1] in ".,;:!?*'])}" and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def _shows_where_it_leads(address: str) -> bool:
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in address)
    return len(address) <= LONGEST_LINK and address.isprintable() and not turns and _ADDRESS.fullmatch(address) is not None
