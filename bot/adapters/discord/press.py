"""What does a button carry, and how does it find its way back? In its custom id, so that one works after any restart or upgrade.

The library keeps nothing of what was sent: it makes a `Press` or an `Again` of whatever is pressed, and hands it to the client. What a
button carries is only a hint, checked anew when it is pressed.
"""

import re
from typing import Any, Protocol, Self, cast

import discord

from bot.chat import Button
from bot.escalation.words import CaseId, case_name

LONGEST_ID, LONGEST_LABEL = 100, 80
_PRESS = r"b:(?P<verb>[a-z][a-z0-9_-]{0,39}):(?:C-(?P<case>[1-9][0-9]{0,17})|-):(?:(?P<version>[0-9]{1,18})|-)(?::[0-9]{1,3})?"
_AGAIN = rf"g:(?P<key>[^\n]{{1,{LONGEST_ID - 2}}})"

Item = discord.ui.Item[Any]
Interaction = discord.Interaction[Any]


class Presses(Protocol):
    """What the client does with what is pressed."""

    async def pressed(self, interaction: Interaction, press: "Press") -> None:
        """Answer a button of ours."""

    async def again(self, interaction: Interaction, key: str) -> None:
        """Go on with a form that was begun."""


class Press(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_PRESS):
    """A button of a card or an answer: a verb, and what it is about."""

    def __init__(self, item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        found = self.template.fullmatch(self.custom_id)
        assert found is not None
        self.verb = found["verb"]
        self.case = CaseId(int(found["case"])) if found["case"] else None
        self.version = int(found["version"]) if found["version"] else None

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Item, match: re.Match[str], /) -> Self:
        """Return the button that somebody pressed."""
        return cls(cast(discord.ui.Button[Any], item))

    async def callback(self, interaction: Interaction) -> None:
        """Hand it to the client."""
        await cast(Presses, interaction.client).pressed(interaction, self)


class Again(discord.ui.DynamicItem[discord.ui.Button[Any]], template=_AGAIN):
    """A button that goes on with a form that was begun: its next page, or the same once more."""

    def __init__(self, item: discord.ui.Button[Any]) -> None:
        super().__init__(item)
        self.key = self.custom_id.removeprefix("g:")

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: Item, match: re.Match[str], /) -> Self:
        """Return the button that somebody pressed."""
        return cls(cast(discord.ui.Button[Any], item))

    async def callback(self, interaction: Interaction) -> None:
        """Hand it to the client."""
        await cast(Presses, interaction.client).again(interaction, self.key)


def press_id(button: Button, number: int = 1) -> str:
    """Return what a button carries. `number` tells apart what is there twice: Discord refuses a message with two alike."""
    about = case_name(button.case) if button.case is not None else "-"
    version = button.version if button.version is not None else "-"
    return f"b:{button.id}:{about}:{version}" + (f":{number}" if number > 1 else "")


def again_id(key: str) -> str:
    """Return what a button carries that goes on with the form kept under this key."""
    return f"g:{key}"
