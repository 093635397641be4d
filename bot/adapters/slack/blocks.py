"""What does a card, an answer or a person's home look like in Slack? Pure: from neutral values to Block Kit.

Its lines are rich text (lines.py). The top-level `text` is what notifications and screen readers say: the same words, escaped.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from bot.adapters.slack.lines import LONGEST_BLOCK, Block, Reader, rich_text
from bot.adapters.slack.texts import escaped
from bot.chat import Button, Card, Home, Line, Reply, Section, Who
from bot.escalation.words import PersonId, case_name
from bot.wording.plain import counted, plain, shortened

__all__ = ["Block", "Reader", "button", "buttons", "fallback", "of_card", "of_home", "of_reply", "plain_text", "with_picture"]

# Slack's limits (docs.slack.dev/reference/block-kit): blocks, buttons in a block, a button's label, a header.
MOST_IN_A_MESSAGE, MOST_IN_A_VIEW, MOST_BUTTONS, LONGEST_LABEL, LONGEST_HEADER = 50, 100, 25, 75, 150
# Slack refuses a message at some 13,400 characters, where each block counts as 125 more (`msg_blocks_too_long`, bolt-js#2509).
_MOST_LETTERS, _EACH_BLOCK = 11_500, 125
_LONGEST_ALT = 2000
_LONGEST_FALLBACK = 3000  # not Slack's: a notification shows the beginning of it
_BLOCKS_OF_BUTTONS = 5
_MOST_CASES, _LONGEST_PART = 10, 1000  # in a message about several, and what each may take of it
REFUSED = "refused"  # the block_id of an answer that changed nothing


def of_card(card: Card, reader: Reader, call: PersonId | None = None) -> tuple[str, list[Block]]:
    """Return a message's fallback text and its blocks. `call` is who is called by name first, where others read along."""
    # Of whom no account is known nothing is left but spaces, which a line does not begin with.
    called: Line = (Who(call, "", notify=True), " ") if call is not None else ()
    title: Line = (*called, *card.title)
    whole = _message((title, *card.lines), card.buttons, reader, bold_first=True, heads={number + 1 for number in card.heads})
    return fallback((card.title, *card.lines), reader), _case_by_case(title, card, reader) or whole


def _case_by_case(title: Line, card: Card, reader: Reader) -> list[Block]:
    """Return a message about several cases with each one's buttons under its line; nothing if it is none, or too much for that."""
    number = len(card.cases)
    if not 1 < number <= _MOST_CASES or len(card.lines) < number:
        return []
    rest = tuple(button for button in card.buttons if button.case not in card.cases)
    parts = [((line,), [each for each in card.buttons if each.case == case]) for line, case in zip(card.lines, card.cases, strict=False)]
    drawn = rich_text((title,), reader, _LONGEST_PART, bold_first=True)
    for lines, pressed in [*parts, (card.lines[number:], rest)]:
        drawn += [*rich_text(lines, reader, _LONGEST_PART), *buttons(pressed)]
    return drawn if len(drawn) <= MOST_IN_A_MESSAGE and _size(drawn) <= _MOST_LETTERS else []


def of_reply(reply: Reply, reader: Reader) -> tuple[str, list[Block]]:
    """Return an answer's fallback text and its blocks; one that was refused says so in its first block's id."""
    drawn = _message(reply.lines, reply.buttons, reader)
    if reply.refused and drawn:
        drawn[0]["block_id"] = REFUSED
    return fallback(reply.lines, reader), drawn


def _message(
    lines: Sequence[Line], pressed: Sequence[Button], reader: Reader, *, bold_first: bool = False, heads: Collection[int] = ()
) -> list[Block]:
    below = buttons(pressed)
    return [*rich_text(lines, reader, _MOST_LETTERS - _size(below), bold_first=bold_first, heads=heads), *below]


def with_picture(drawn: Sequence[Block], file: str, alt: str) -> list[Block]:
    """Return a message's blocks with a picture that was uploaded, under its words and above its buttons."""
    at = next((number for number, block in enumerate(drawn) if block["type"] == "actions"), len(drawn))
    picture: Block = {"type": "image", "slack_file": {"id": file}, "alt_text": alt[:_LONGEST_ALT]}
    return [*drawn[:at], picture, *drawn[at:]]


def _size(drawn: Sequence[Block]) -> int:
    """Return how much blocks count of what Slack takes in one message."""
    return sum(_EACH_BLOCK + _letters(block) for block in drawn)


def _letters(drawn: Any) -> int:
    match drawn:
        case str():
            return len(drawn)
        case list():
            return sum(map(_letters, drawn))
        case dict():
            return sum(_letters(inside) for name, inside in drawn.items() if name in ("text", "url", "elements"))
        case _:
            return 0


def of_home(home: Home, reader: Reader) -> list[Block]:
    """Return the blocks of a person's home. Where there is nothing, there is no section."""
    drawn = [*rich_text((home.greeting,), reader, LONGEST_BLOCK), *buttons(home.buttons)]
    sections = [section for section in home.sections if section.cards or section.more]
    for number, section in enumerate(sections):
        drawn += _section(section, reader, (MOST_IN_A_VIEW - len(drawn)) // (len(sections) - number))
    return drawn


def _section(section: Section, reader: Reader, room: int) -> list[Block]:
    """Return a section in at most so many blocks; cases that do not fit are counted with those that were not to be shown."""
    number, there = len(section.cards) + section.more, 0
    drawn: list[Block] = [{"type": "divider"}, {"type": "header", "text": plain_text(f"{section.title} ({number})", LONGEST_HEADER)}]
    for card in section.cards:
        entry = [*rich_text((card.title, *card.lines), reader, LONGEST_BLOCK, bold_first=True), *buttons(card.buttons)]
        last = there + 1 == number
        if len(drawn) + len(entry) + (0 if last else 1) > room:
            break
        drawn += entry
        there += 1
    if there < number:
        drawn += rich_text(((f"And {counted(number - there, 'more case')}; /case mine lists them all.",),), reader, LONGEST_BLOCK)
    return drawn


def fallback(lines: Iterable[Line], reader: Reader) -> str:
    """Return the words of some lines as Slack's notifications show them."""
    text = "\n".join(said for line in lines if (said := plain(reader.ours(line), reader.zone, reader.now)))
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
