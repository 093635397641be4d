"""What does a person see who opens Buckstop itself in Discord? A message for their eyes, since Discord has no home for an app. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from discord import ui

from bot.adapters.discord.lines import Reader, fitted
from bot.adapters.discord.parts import MOST_COMPONENTS, MOST_LETTERS, Item, Message, buttons, count, letters, rows, text
from bot.chat import Card, Home, Section
from bot.wording.plain import counted

_BUTTONS = (25, 5, 3)  # of a case: all there are, or as many as leave room for the other cases
_LONGEST_ENTRY = 700


def of_home(home: Home, reader: Reader) -> ui.LayoutView:
    """Return a person's home. Where there is nothing, there is no section; what does not fit is counted."""
    drawn: list[Item] = []
    for most in _BUTTONS:
        drawing = _Drawing(reader, most)
        drawn = drawing.home(home)
        if drawing.whole:
            break
    return Message(drawn)


@dataclass
class _Drawing:
    """A home with at most so many buttons for each case."""

    reader: Reader
    most: int
    whole: bool = True  # as far as cases were given at all
    often: Counter[str] = field(default_factory=Counter)  # one case may stand in two sections

    def home(self, home: Home) -> list[Item]:
        drawn = [*text((home.greeting,), self.reader, _LONGEST_ENTRY, bold_first=True), *rows(buttons(home.buttons, self.often))]
        sections = [section for section in home.sections if section.cards or section.more]
        for number, section in enumerate(sections):
            left = len(sections) - number
            drawn += self._section(section, (MOST_COMPONENTS - 1 - count(drawn)) // left, (MOST_LETTERS - letters(drawn)) // left)
        return drawn

    def _section(self, section: Section, most: int, room: int) -> list[Item]:
        """Return a section in at most so many components and letters; cases that do not fit are counted with those not to be shown."""
        number, there = len(section.cards) + section.more, 0
        drawn: list[Item] = [ui.TextDisplay(f"### {fitted([(f'{section.title} ({number})',)], self.reader, room)}")]
        for card in section.cards:
            entry = self._entry(card)
            rest = [] if there + 1 == number else self._and_more(number - there - 1)
            if count([*drawn, *entry, *rest]) > most or letters([*drawn, *entry, *rest]) > room:
                self.whole = False
                break
            drawn += entry
            there += 1
        return [*drawn, *(self._and_more(number - there) if there < number else [])]

    def _entry(self, card: Card) -> list[Item]:
        # The last one shows all there is to a case.
        few = card.buttons if len(card.buttons) <= self.most else (*card.buttons[: self.most - 1], card.buttons[-1])
        return [*text((card.title, *card.lines), self.reader, _LONGEST_ENTRY, bold_first=True), *rows(buttons(few, self.often))]

    def _and_more(self, more: int) -> list[Item]:
        return text([(f"And {counted(more, 'more case')}; `/case mine` lists them all.",)], self.reader, _LONGEST_ENTRY)
