"""What did Discord just tell us? Plain functions from what the library hands on to what the handlers read; they ask nobody.

Who is behind an account, what is called like what, and where a channel is, is told them. What is not for Buckstop comes back as None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.adapters.discord import texts
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.press import Press
from bot.adapters.discord.spots import Spot
from bot.chat import Pointed, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId, case_name

NameOf = Callable[[str], str]

_SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
_JUMP = "https://discord.com/channels"


@dataclass(frozen=True, slots=True)
class Message:
    """A message that somebody wrote, and where."""

    id: int
    user: str
    spot: Spot
    text: str
    replies_to: int | None = None  # the message that it answers
    edited: str | None = None  # when it was changed
    files: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what it is known by, however often Discord tells of it."""
        return f"{PLATFORM}/message/{self.spot.here}/{self.id}" + (f"/{self.edited}" if self.edited else "")

    @property
    def opens_its_thread(self) -> bool:
        """Tell whether it is the first message of a forum post."""
        return self.spot.thread == str(self.id)

    @property
    def root(self) -> int | None:
        """Return the message that it speaks under: its thread's, or the one that it answers."""
        return int(self.spot.thread) if self.spot.thread else self.replies_to

    @property
    def link(self) -> str:
        """Return the address of it."""
        return f"{_JUMP}/{self.spot.guild or '@me'}/{self.spot.here}/{self.id}"

    def in_words(self, name_of: NameOf) -> str:
        """Return what it says in plain words, with the links of what hangs on it."""
        return "\n".join(part for part in (texts.typed(self.text, name_of), *self.files) if part)


def written(message: discord.Message, spot: Spot, *, changed: bool = False) -> Message | None:
    """Return what somebody wrote; None for what programs write, and for what Discord itself says."""
    if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
        return None
    edited = message.edited_at.isoformat() if changed and message.edited_at is not None else None
    return None if changed and edited is None else replace(found(message, spot), edited=edited)


def found(message: discord.Message, spot: Spot) -> Message:
    """Return a message as Discord shows it to us; one that a program wrote has no author."""
    author = "" if message.author.bot or message.webhook_id is not None else str(message.author.id)
    passed_on = [snapshot.content for snapshot in message.message_snapshots if snapshot.content]
    answers = message.reference.message_id if message.type is discord.MessageType.reply and message.reference else None
    files = tuple(file.url for file in message.attachments)
    return Message(message.id, author, spot, "\n".join([message.content, *passed_on]).strip("\n"), answers, None, files)


def said(message: Message, by: PersonId, name_of: NameOf) -> Said:
    """Return a message as something said. A changed one is spoken of in the thread that hangs on it."""
    return Said(message.key, by, place_of(message, by), message.in_words(name_of), edited=message.edited is not None)


def posted(message: Message, by: PersonId, title: str, name_of: NameOf) -> Said:
    """Return the first message of a forum post as the report of a problem."""
    words = f"{title}\n{message.in_words(name_of)}".strip()
    return Said(message.key, by, place_of(message, by), f"/report {words}")


def place_of(message: Message, by: PersonId | None) -> Place:
    """Return where a message is."""
    return message.spot.place(by, message.id, message.replies_to or (message.id if message.edited else None))


def mentions(message: discord.Message, bot: int | None) -> bool:
    """Tell whether a message calls the bot by its name; an answer to one of its messages alone does not."""
    return bot is not None and (f"<@{bot}>" in message.content or f"<@!{bot}>" in message.content)


def commanded(key: str, by: PersonId, place: Place, verb: str, words: str) -> Said:
    """Return a slash command as it would be typed here."""
    return Said(key, by, place, " ".join(part for part in ("/case", verb, words) if part))


def pressed(interaction: discord.Interaction[Any], press: Press, by: PersonId, spot: Spot) -> Pressed:
    """Return which button somebody pressed. What it carries is a hint: a case that it names is looked at anew."""
    message = interaction.message.id if interaction.message is not None else None
    return Pressed(key_of(interaction), by, spot.place(by, message), press.verb, press.case, press.version)


def submitted(interaction: discord.Interaction[Any], by: PersonId, spot: Spot, form: str, values: Mapping[str, Any]) -> Submitted:
    """Return a form that somebody sent."""
    message = interaction.message.id if interaction.message is not None else None
    return Submitted(key_of(interaction), by, spot.place(by, message), form, values)


def reacted(key: str, by: PersonId, message: Message, emoji: str, text: str, author: PersonId | None) -> Reacted:
    """Return a reaction to a message that was read for it."""
    return Reacted(key, by, place_of(message, by), emoji, text, author, message.link)


def pointed(key: str, by: PersonId, message: Message, text: str, author: PersonId | None) -> Pointed:
    """Return a message that somebody chose "Report as a case" on."""
    return Pointed(key, by, place_of(message, by), text, author, message.link)


def key_of(interaction: discord.Interaction[Any]) -> str:
    """Return what a command, a press or a form is known by."""
    return f"{PLATFORM}/interaction/{interaction.id}"


def form_for(interaction: discord.Interaction[Any], verb: str, case: CaseId | None) -> str:
    """Return the id of a form that was filled in without having been shown: a command with all its values."""
    return f"{verb}:{case_name(case) if case is not None else '-'}:-:{interaction.id}"
