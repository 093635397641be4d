"""What does a person see who opens Buckstop itself in Discord? A message for their eyes, since Discord has no home for an app. Pure."""

from collections import Counter

from discord import ui

from bot.adapters.discord.lines import Reader, fitted
from bot.adapters.discord.parts import MOST_COMPONENTS, MOST_LETTERS, Item, Message, buttons, count, letters, rows, text
from bot.chat import Card, Home, Section
from bot.wording.plain import counted

_MOST_BUTTONS = 3  # of a case: the first ones and the last one, which shows all there is to it
_LONGEST_ENTRY = 700


def of_home(home: Home, reader: Reader) -> ui.LayoutView:
    """Return a person's home. Where there is nothing, there is no section; what does not fit is counted."""
    often: Counter[str] = Counter()  # one case may stand in two sections
    drawn = [*text((home.greeting,), reader, _LONGEST_ENTRY, bold_first=True), *rows(buttons(home.buttons, often))]
    sections = [section for section in home.sections if section.cards or section.more]
    for number, section in enumerate(sections):
        left = len(sections) - number
        drawn += _section(section, reader, often, (MOST_COMPONENTS - 1 - count(drawn)) // left, (MOST_LETTERS - letters(drawn)) // left)
    return Message(drawn)


def _section(section: Section, reader: Reader, often: Counter[str], most: int, room: int) -> list[Item]:
    """Return a section in at most so many components and letters; cases that do not fit are counted with those not to be shown."""
    number, there = len(section.cards) + section.more, 0
    head: Item = ui.TextDisplay(f"### {fitted([(f'{section.title} ({number})',)], reader, room)}")
    drawn: list[Item] = [head]
    for card in section.cards:
        entry = _entry(card, reader, often)
        rest = [] if there + 1 == number else _and_more(number - there - 1, reader)
        if count([*drawn, *entry, *rest]) > most or letters([*drawn, *entry, *rest]) > room:
            break
        drawn += entry
        there += 1
    return [*drawn, *(_and_more(number - there, reader) if there < number else [])]


def _entry(card: Card, reader: Reader, often: Counter[str]) -> list[Item]:
    few = card.buttons if len(card.buttons) <= _MOST_BUTTONS else (*card.buttons[: _MOST_BUTTONS - 1], card.buttons[-1])
    return [*text((card.title, *card.lines), reader, _LONGEST_ENTRY, bold_first=True), *rows(buttons(few, often))]


def _and_more(more: int, reader: Reader) -> list[Item]:
    return text([(f"And {counted(more, 'more case')}; `/case mine` lists them all.",)], reader, _LONGEST_ENTRY)
