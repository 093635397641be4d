"""How does Discord's client show this text: what is formatted, who is mentioned, what can be clicked on?

It is the judge of what the bot escapes, so it knows nothing of the bot, and where clients differ it takes text for formatted rather
than not.
"""

import re
from dataclasses import dataclass

from tests.discord.markdown_pieces import Code, Emoji, Known, Link, Mention, Navigation, Piece, Styled, Time, plain, walk
from tests.discord.markdown_reader import Reader

_ESCAPED_MENTION = re.compile(r"\\+(?=<|@everyone|@here)")


@dataclass(frozen=True, slots=True)
class Format:
    """One piece of formatting, and the text that it was laid on as a person reads it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A link: where it leads, and what it shows."""

    target: str
    shows: str


def read(text: str) -> tuple[Piece, ...]:
    """Take a marked-up text apart into pieces, which hold others where marks are nested."""
    return Reader().read(text)


def as_read(text: str, known: Known | None = None) -> str:
    """Return what a person reads: no marks, no backslashes, names for mentions, a date for a time."""
    return plain(read(text), known)


def mentions(text: str) -> list[Mention]:
    """Return every mention that the client would highlight, in order: not those in code, nor escaped ones."""
    return [piece for piece in walk(read(text)) if isinstance(piece, Mention)]


def callable_mentions(text: str) -> list[Mention]:
    """Return what Discord's server may take for mentions: a backslash keeps a client from drawing one, not the server from calling."""
    return mentions(_ESCAPED_MENTION.sub("", text))


def links(text: str) -> list[Shown]:
    """Return everything that can be clicked on: where it leads, and what it shows."""
    return [Shown(piece.url, plain(piece.inside)) for piece in walk(read(text)) if isinstance(piece, Link)]


def formatting(text: str) -> list[Format]:
    """Return all formatting, outer before inner, each with the text it was laid on; an address that stands by itself is none.

    The kinds: bold, italics, underline, strikethrough, spoiler, quote, heading, subtext, list, code, code block, masked link, emoji,
    time, navigation.
    """
    return [Format(kind, _laid_on(piece)) for piece in walk(read(text)) if (kind := _kind(piece))]


def _laid_on(piece: Piece) -> str:
    match piece:
        case Styled(_, inside):
            return plain(inside).strip("\n")
        case Code(text):
            return text
        case _:
            return plain([piece])


def _kind(piece: Piece) -> str:
    match piece:
        case Styled() | Code():
            return piece.kind
        case Link("masked"):
            return "masked link"
        case Emoji():
            return "emoji"
        case Time():
            return "time"
        case Navigation():
            return "navigation"
        case _:
            return ""
