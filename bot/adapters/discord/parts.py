"""Of what components does a message consist, and how many of them does Discord take? Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any

import discord
from discord import ui

from bot.adapters.discord.lines import Reader, fitted
from bot.adapters.discord.pieces import size
from bot.adapters.discord.press import LONGEST_LABEL, press_id
from bot.chat import Button, Line
from bot.wording.plain import counted, shortened

# Discord's limits (docs.discord.com/developers/components): components in a message, those in it included; letters in all its texts; a row.
MOST_COMPONENTS, MOST_LETTERS, IN_A_ROW = 40, 4000, 5
_MOST_BUTTONS = 31  # with their rows, a container and a text they are forty
GREY = 0x80848E
_STYLES = {"primary": discord.ButtonStyle.primary, "danger": discord.ButtonStyle.danger, "plain": discord.ButtonStyle.secondary}

Item = ui.Item[Any]


class Message(ui.LayoutView):
    """A message to be sent. The library keeps nothing of it, since what is pressed comes back as a `Press`."""

    def __init__(self, items: Iterable[Item], colour: int = GREY, id: int | None = None) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Container(*items, accent_colour=colour, id=id))

    def is_finished(self) -> bool:
        """Tell the library that nothing waits in it for being pressed: otherwise it would keep every message that was ever sent."""
        return True


def message(
    lines: Sequence[Line],
    pressed: Sequence[Button],
    reader: Reader,
    below: Sequence[ui.Button[Any]] = (),
    *,
    bold_first: bool = False,
    heads: Collection[int] = (),
) -> list[Item]:
    """Return a text and the buttons under it, as much as a message holds; buttons for which there is no room are counted."""
    most = _MOST_BUTTONS - (len(below) + 2 if below else 0)
    more = len(pressed) - most
    left_out: tuple[Line, ...] = ((f"({counted(more, 'more button')} had no room here.)",),) if more > 0 else ()
    shown = text([*lines, *left_out], reader, MOST_LETTERS, bold_first=bold_first, heads=heads)
    return [*shown, *rows(buttons(pressed[:most], Counter())), *rows(below)]


def text(lines: Sequence[Line], reader: Reader, room: int, *, bold_first: bool = False, heads: Collection[int] = ()) -> list[Item]:
    """Return lines as one text, in at most `room` letters; nothing if they say nothing."""
    said = fitted(lines, reader, room, bold_first=bold_first, heads=heads)
    return [ui.TextDisplay(said)] if said else []


def buttons(pressed: Iterable[Button], often: Counter[str]) -> list[ui.Button[Any]]:
    """Return buttons. `often` counts those of the message, since Discord refuses one with two alike."""
    drawn: list[ui.Button[Any]] = []
    for button in pressed:
        often[press_id(button)] += 1
        label = shortened(button.label, LONGEST_LABEL).text or "…"
        drawn.append(ui.Button(label=label, style=_STYLES[button.style], custom_id=press_id(button, often[press_id(button)])))
    return drawn


def rows(every: Sequence[ui.Button[Any]]) -> list[Item]:
    """Return the rows of some buttons, as few as can be and about as long as each other: one that is left over looks forgotten."""
    number = max(1, -(-len(every) // IN_A_ROW))
    ends = [round(len(every) * row / number) for row in range(number + 1)]
    return [ui.ActionRow(*every[start:end]) for start, end in pairwise(ends) if end > start]


def count(items: Iterable[Item]) -> int:
    """Return how many components these are, with those in them."""
    return sum(1 + (len(item.children) if isinstance(item, ui.ActionRow) else 0) for item in items)


def letters(items: Iterable[Item]) -> int:
    """Return how many letters these texts have."""
    return sum(size(item.content) for item in items if isinstance(item, ui.TextDisplay))
