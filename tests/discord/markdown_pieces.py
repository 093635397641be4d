"""Of what does a text consist, once Discord has read its markup?

Frozen values, nested as the marks are nested. `plain` makes of them what a person reads.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BLOCKS = {"quote", "heading", "subtext", "list"}
_TIMES = {
    "t": "{0:%H:%M}",
    "T": "{0:%H:%M:%S}",
    "d": "{0:%d/%m/%Y}",
    "D": "{0.day} {0:%B %Y}",
    "f": "{0.day} {0:%B %Y %H:%M}",
    "F": "{0:%A}, {0.day} {0:%B %Y %H:%M}",
    "s": "{0:%d/%m/%Y, %H:%M}",
    "S": "{0:%d/%m/%Y, %H:%M:%S}",
    "R": "{0.day} {0:%B %Y %H:%M}",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Text without meaning of its own; escapes are undone."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """What stands in marks: bold, italics, underline, strikethrough, spoiler, quote, heading, subtext or list (one item of it)."""

    kind: str
    inside: tuple["Piece", ...]
    sign: str = ""  # what the client draws before a list's item; `#`, `##` or `###` of a heading, which is not drawn


@dataclass(frozen=True, slots=True)
class Code:
    """What is shown as it was typed: `code`, or a `code block`."""

    text: str
    block: bool = False
    language: str = ""

    @property
    def kind(self) -> str:
        """Return its name among the kinds of formatting."""
        return "code block" if self.block else "code"


@dataclass(frozen=True, slots=True)
class Mention:
    """What the client highlights: a user, role, channel, everyone, here, or a command (whose words are its name)."""

    kind: str
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """A moment that the client writes in the reader's zone and language."""

    at: datetime
    style: str = "f"


@dataclass(frozen=True, slots=True)
class Emoji:
    """A picture: some guild's own, or by its name alone one that everybody has."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Navigation:
    """A link to one of a guild's own pages: `customize`, `browse`, `guide`, `linked-roles`."""

    to: str


@dataclass(frozen=True, slots=True)
class Link:
    """What can be clicked on: `masked` (it shows other words than its address), `bare`, `angle` (no preview), `email`, `phone`."""

    kind: str
    url: str
    inside: tuple["Piece", ...]


Piece = Words | Styled | Code | Mention | Time | Emoji | Navigation | Link


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader's client knows: names by id of users and roles, of channels, and the zone it shows times in."""

    names: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC


def moment(seconds: int) -> datetime | None:
    """Return the time so many seconds after 1970, or None where there is no such date."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def walk(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Give every piece, those inside of others too, each after the one it stands in."""
    for piece in pieces:
        yield piece
        if isinstance(piece, Styled | Link):
            yield from walk(piece.inside)


def plain(pieces: Iterable[Piece], known: Known | None = None) -> str:
    """Return what a person reads, line by line: a quote behind `> `, a list's item behind its sign."""
    known = known or Known()
    shown, ended = "", False
    for piece in pieces:
        text = _plain(piece, known)
        # What is drawn as a block has its lines for itself, wherever it was written.
        if text and shown and not shown.endswith("\n") and not text.startswith("\n") and (ended or _is_block(piece, 0)):
            shown += "\n"
        shown, ended = shown + text, _is_block(piece, -1)
    return shown


def _is_block(piece: Piece, end: int) -> bool:
    """Tell whether the piece is a block, or the first (0) or last (-1) thing in its marks is one."""
    match piece:
        case Styled(kind, inside):
            return kind in BLOCKS or _is_block(inside[end], end)
        case Code(_, block):
            return block
        case _:
            return False


def _plain(piece: Piece, known: Known) -> str:
    match piece:
        case Words(text) | Code(text):
            return text
        case Styled(kind, inside, sign):
            return _styled(kind, plain(inside, known), sign)
        case Mention():
            return _mention(piece, known)
        case Time(at, style):
            return _TIMES[style].format(at.astimezone(known.zone))
        case Emoji(name, _):
            return f":{name}:"
        case Navigation(to):
            return f"#{to}"
        case Link(_, _, inside):
            return plain(inside, known)


def _styled(kind: str, text: str, sign: str) -> str:
    if kind not in {"quote", "list"}:
        return text
    # The line break at its end belongs to what follows it.
    ended = text.endswith("\n")
    first, *rest = text.removesuffix("\n").split("\n")
    mark, further = (f"{sign} ", "  ") if kind == "list" else ("> ", "> ")
    return "\n".join([mark + first, *(further + line for line in rest)]) + ("\n" if ended else "")


def _mention(mention: Mention, known: Known) -> str:
    match mention.kind:
        case "user":
            return "@" + known.names.get(mention.id, "unknown-user")
        case "role":
            return "@" + known.names.get(mention.id, "deleted-role")
        case "channel":
            return "#" + known.channels.get(mention.id, "unknown")
        case "command":
            return "/" + mention.name
        case _:
            return "@" + mention.kind
