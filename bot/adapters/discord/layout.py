"""What does a card or an answer look like in Discord? Pure: from neutral values to Components V2.

Everything stands in one container, whose colour says how it stands: text displays (lines.py), and under each the buttons that belong to
it. A delivery carries its key in the ids of its container and of its first text, by which it is found again in a history.
"""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import discord
from discord import ui

from bot.adapters.discord.lines import Reader, each_fitted
from bot.adapters.discord.parts import GREY, MOST_COMPONENTS, MOST_LETTERS, Item, Message, buttons, count, letters, message, rows, text
from bot.adapters.discord.press import LONGEST_LABEL, again_id
from bot.chat import Card, Line, Reply, Who
from bot.escalation.words import Outcome, PersonId, Status
from bot.wording.plain import shortened

__all__ = ["PICTURE", "REFUSED", "again_button", "called", "carries", "ids_of", "of_card", "of_reply"]

PICTURE, _LONGEST_ALT = "chart.png", 1024
_LONGEST_TITLE, _LONGEST_REST = 500, 300  # of a message about several cases
REFUSED = 403  # the id of the container of an answer that changed nothing

_AMBER, _BLUE, _YELLOW, _TEAL, _GREEN, _RED = 0xE67E22, 0x3498DB, 0xF1C40F, 0x1ABC9C, 0x2ECC71, 0xE74C3C
_COLOURS: dict[str, int] = {
    Status.OPEN: _AMBER,
    Status.ACKNOWLEDGED: _BLUE,
    Status.WAITING: _YELLOW,
    Status.RESOLVED: _TEAL,
    Outcome.FIXED: _GREEN,
}


def of_card(card: Card, reader: Reader, key: str, call: PersonId | None = None, picture: str | None = None) -> ui.LayoutView:
    """Return the message of a delivery with this key. `call` is who is called by name first, where others read along.

    `picture` is what the picture says that is sent along as the file `PICTURE`.
    """
    # Of whom no account is known nothing is left but spaces, which a line does not begin with.
    called: Line = (Who(call, "", notify=True), " ") if call is not None else ()
    title: Line = (*called, *card.title)
    heads = {number + 1 for number in card.heads}
    drawn = _case_by_case(title, card, reader) or message((title, *card.lines), card.buttons, reader, bold_first=True, heads=heads)
    if not drawn or not isinstance(drawn[0], ui.TextDisplay):
        drawn.insert(0, ui.TextDisplay("…"))  # nothing was said, and still the message has to be found again
    if picture is not None:
        shown = discord.MediaGalleryItem(f"attachment://{PICTURE}", description=picture[:_LONGEST_ALT])
        drawn.insert(1, ui.MediaGallery(shown))
    whole, drawn[0].id = ids_of(key)
    return Message(drawn, _COLOURS.get(card.status or "", GREY), whole)


def of_reply(reply: Reply, reader: Reader, below: Sequence[ui.Button[Any]] = ()) -> ui.LayoutView | None:
    """Return an answer, with other buttons `below` its own; None if there is nothing to say. One that was refused is red and called so."""
    drawn = message(reply.lines, reply.buttons, reader, below)
    if not drawn:
        return None
    return Message(drawn, _RED, REFUSED) if reply.refused else Message(drawn)


def called(card: Card, reader: Reader, call: PersonId | None = None) -> list[int]:
    """Return the accounts of those whom a message may notify: those who are meant, whatever else was typed in it."""
    meant = [part.person for line in (card.title, *card.lines) for part in line if isinstance(part, Who) and part.notify]
    accounts = [reader.account_of(person) for person in ([call] if call is not None else []) + meant]
    return list(dict.fromkeys(int(account) for account in accounts if account is not None))


def ids_of(key: str) -> tuple[int, int]:
    """Return the two component ids that a delivery with this key carries, well above those that Discord gives by itself."""
    hashed = blake2b(key.encode(), digest_size=8).digest()
    whole, first = (int.from_bytes(part) & 0x3FFFFFFF | 0x40000000 for part in (hashed[:4], hashed[4:]))
    return whole, first if first != whole else first ^ 1


def carries(found: discord.Message, key: str) -> bool:
    """Tell whether a message is the delivery with this key."""
    whole, first = ids_of(key)
    there = (part for part in found.components if isinstance(part, discord.Container) and part.id == whole)
    return any(isinstance(part, discord.TextDisplay) and part.id == first for container in there for part in container.children)


def again_button(label: str, key: str, style: discord.ButtonStyle = discord.ButtonStyle.primary) -> ui.Button[Any]:
    """Return a button that goes on with the form kept under this key: "Go on", "Change it", "Open the form"."""
    return ui.Button(label=shortened(label, LONGEST_LABEL).text, style=style, custom_id=again_id(key))


def _case_by_case(title: Line, card: Card, reader: Reader) -> list[Item]:
    """Return a message about several cases with the buttons of each, or of each two, under its line; nothing if it is none, or too much."""
    number = len(card.cases)
    if number < 2 or len(card.lines) < number:
        return []
    for together in (1, 2):
        drawn = _grouped(title, card, reader, together)
        if count(drawn) < MOST_COMPONENTS:
            return drawn
    return []


def _grouped(title: Line, card: Card, reader: Reader, together: int) -> list[Item]:
    number = len(card.cases)
    often: Counter[str] = Counter()
    head: list[Item] = [*text((title,), reader, _LONGEST_TITLE, bold_first=True)]
    others = [button for button in card.buttons if button.case not in card.cases]
    rest = [*text(card.lines[number:], reader, _LONGEST_REST), *rows(buttons(others, often))]
    lines = each_fitted(card.lines[:number], reader, MOST_LETTERS - letters([*head, *rest]) - number)
    drawn: list[Item] = []
    for at in range(0, number, together):
        cases = card.cases[at : at + together]
        pressed = [button for case in cases for button in card.buttons if button.case == case]
        said = "\n".join(line for line in lines[at : at + together] if line)
        drawn += [*([ui.TextDisplay(said)] if said else []), *rows(buttons(pressed, often))]
    return [*head, *drawn, *rest]
