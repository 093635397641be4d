"""How does a line become rich text in Slack, and what becomes of more lines than a message holds? Pure.

What somebody typed is one literal element, which Slack neither searches for mentions nor formats; a web address in it is a link that
shows nothing but itself. What does not fit is counted, never silently dropped.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any

from bot.chat import Line, Part, Typed, Who
from bot.escalation.words import PersonId
from bot.wording.plain import counted, harmless, shown, timed

Block = dict[str, Any]
AccountOf = Callable[[PersonId], str | None]

LONGEST_LINK = 2000
# Neither is Slack's: what is read at a glance, and what one line may take of a message.
LONGEST_BLOCK, _LONGEST_LINE = 2500, 4000
_COUNT = 60  # room for the words that say how much was left out

_COMMAND = re.compile(r"(?<![\w/])/case(?![\w/-])")
_TO_TYPE = re.compile(r"`([^`\n]+)`")
_MAYBE_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^`{}\u2069]+")
_AROUND = ".,;:!?*'\u2019\u201d\u00bb])}"  # ends a sentence or a quotation around an address
# A host in other letters may look like another's, and what stands before an "@" is no host at all.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9_.-]+(?::[0-9]{1,5})?(?:[/?#].*)?")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is drawn: their zone, the time, how people who are to be called are found, and what `/case` is called there."""

    zone: str
    now: datetime
    account_of: AccountOf = lambda _person: None
    command: str = "case"

    def ours(self, line: Line) -> Line:
        """Return a line whose own words, not what somebody typed, name the command as it is called there."""
        return tuple(_COMMAND.sub(f"/{self.command}", part) if isinstance(part, str) else part for part in line)


def rich_text(lines: Sequence[Line], reader: Reader, room: int, *, bold_first: bool = False, heads: Collection[int] = ()) -> list[Block]:
    """Return lines as blocks of rich text, a few lines each, of at most `room` letters in all; headings and `heads` stand out."""
    longest = min(_LONGEST_LINE, (room if len(lines) == 1 else room // 2) - 2 * _COUNT)
    every = ((number, _line(line, reader, bold=number in heads or _heads(number, line, bold_first))) for number, line in enumerate(lines))
    drawn = [[*_space_above(number, lines, heads), *_cut(line, longest)] for number, line in every if line]
    blocks: list[list[Block]] = []
    length = 0
    for line in _fitting(drawn, room):
        if not blocks or length + _size(line) > LONGEST_BLOCK:
            blocks.append([])
            length = 0
        blocks[-1] += [_text("\n"), *line] if blocks[-1] else line
        length += _size(line)
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]} for elements in blocks]


def _heads(number: int, line: Line, bold_first: bool) -> bool:
    return bold_first if number == 0 else _is_heading(line)


def _space_above(number: int, lines: Sequence[Line], heads: Collection[int]) -> list[Block]:
    """Return the space above what stands out; right under a heading there is none."""
    stands_out = _is_heading(lines[number]) or (number in heads and not _is_heading(lines[number - 1]))
    return [_text("\n")] if number and stands_out else []


def _is_heading(line: Line) -> bool:
    """Tell whether a line of our own words announces those that follow it: "Stuck at the top:"."""
    return len(line) == 1 and isinstance(line[0], str) and line[0].endswith(":")


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
    drawn = [element for part in timed(reader.ours(line), reader.zone, reader.now) for element in _part(part, reader)]
    return _trimmed([_styled(element, "bold") for element in drawn] if bold else drawn)


def _trimmed(line: list[Block]) -> list[Block]:
    """Return a line without the spaces at its ends, as it is said everywhere else."""
    for end, stripped in ((0, str.lstrip), (-1, str.rstrip)):
        while line and "text" in line[end]:
            rest = stripped(line[end]["text"])
            if rest:
                line[end] = line[end] | {"text": rest}
                break
            del line[end]
    return line


def _part(part: Part, reader: Reader) -> list[Block]:
    match part:
        case Who(person=person, notify=True) if (account := reader.account_of(person)) is not None:
            return [{"type": "user", "user_id": account}]
        case Typed():
            return _with_links(harmless(shown(part)))
        case Who():
            return [_text(text)] if (text := shown(part)) else []
        case _:
            return _ours(shown(part))


def _ours(text: str) -> list[Block]:
    """Return our own words; what is to be typed stands in them between backticks."""
    parts = ((_text(words), number % 2) for number, words in enumerate(_TO_TYPE.split(text)) if words)
    return [_styled(element, "code") if to_type else element for element, to_type in parts]


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _styled(element: Block, style: str) -> Block:
    return element | {"style": element.get("style", {}) | {style: True}}


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
    while address[-1] in _AROUND and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def _shows_where_it_leads(address: str) -> bool:
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in address)
    # One that we have cut leads somewhere else.
    known = len(address) <= LONGEST_LINK and "…" not in address and address.isprintable()
    return known and not turns and _ADDRESS.fullmatch(address) is not None
