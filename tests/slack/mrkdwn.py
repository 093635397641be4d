"""What does Slack's markup say: which words, which mentions, which links?

Text is escaped, and `<...>` carries meaning. This takes a text apart into what is read literally and what is not, and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Literal text, still escaped."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A user (`U1`), a channel (`C1`), a group of users (`S1`), or everybody (`!here`)."""

    kind: str
    id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address and what is shown of it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Date:
    """A time, shown in the reader's own zone, or its fallback."""

    fallback: str
    url: str = ""


Piece = Words | Mention | Link | Date

BROADCASTS = ("here", "channel", "everyone", "group")
_SPECIAL = re.compile(r"<([^<>\n]+)>")
_USER = re.compile(r"@([UWB][A-Z0-9]+)")
_CHANNEL = re.compile(r"#([CGD][A-Z0-9]+)")
_GROUP = re.compile(r"!subteam\^(S[A-Z0-9]+)")
_DATE = re.compile(r"!date\^\d+\^[^^|]+(?:\^(?P<url>[^|]+))?")
_SCHEME = re.compile(r"(?:https?|ftp|mailto|tel|slack|sms|skype|[a-z][a-z0-9+.-]*:/)[:/]", re.IGNORECASE)
# Slack makes links of addresses, of mail addresses, and of hosts without a scheme.
_BARE = re.compile(
    r"(?P<url>\b(?:https?|ftp)://[^\s<>|]*[^\s<>|.,;:!?'\"()\[\]{}*_~`])"
    r"|(?P<mail>\b(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<host>(?<![\w@./-])(?:www\.[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|io|dev|edu|gov|app|co|info|biz|example|de|es|fr|uk|eu))\b"
    r"(?:/[^\s<>|]*[^\s<>|.,;:!?'\"()\[\]{}*_~`])?)",
    re.IGNORECASE,
)
_AT = re.compile(r"(?<![\w@&])@(here|channel|everyone|group)\b", re.IGNORECASE)


def unescape(text: str) -> str:
    """Return the text as it is read. Only these three are ever decoded, and each once."""
    return re.sub(r"&(amp|lt|gt);", lambda found: {"amp": "&", "lt": "<", "gt": ">"}[found[1]], text)


def escape(text: str) -> str:
    """Return the text as Slack keeps what was typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(text: str) -> Iterator[Piece]:
    """Take a marked-up text apart."""
    at = 0
    for found in _SPECIAL.finditer(text):
        piece = _special(found[1])
        if piece is not None:
            if found.start() > at:
                yield Words(text[at : found.start()])
            yield piece
            at = found.end()
    if at < len(text):
        yield Words(text[at:])


def _special(inside: str) -> Piece | None:
    target, _, label = inside.partition("|")
    label = unescape(label)
    for kind, pattern in (("user", _USER), ("channel", _CHANNEL), ("group", _GROUP)):
        found = pattern.fullmatch(target)
        if found:
            return Mention(kind, found[1], label)
    if target.startswith("!"):
        return _command(target, label)
    if _SCHEME.match(target):
        url = unescape(target)
        return Link(url, label or url.removeprefix("mailto:"))
    return None


def _command(target: str, label: str) -> Piece | None:
    if target[1:] in BROADCASTS:
        return Mention("broadcast", target, label)
    date = _DATE.fullmatch(target)
    if date:
        return Date(label, unescape(date["url"] or ""))
    return None


def bare_links(words: str) -> Iterator[Link]:
    """Find the addresses that Slack would make into links by itself."""
    for found in _BARE.finditer(words):
        text = unescape(found[0])
        if found["url"]:
            yield Link(text, text)
        elif found["mail"]:
            yield Link("mailto:" + text.removeprefix("mailto:"), text)
        else:
            yield Link("http://" + text, text)


def bare_broadcasts(words: str) -> Iterator[str]:
    """Find `@here` and its like, where Slack would parse them."""
    for found in _AT.finditer(words):
        yield "!" + found[1].lower()


def bare_names(words: str, sign: str, known: frozenset[str]) -> Iterator[str]:
    """Find `@ana` or `#help`, where Slack would parse them, of those that are known."""
    for found in re.finditer(rf"(?<![\w{sign}&]){sign}([\w][\w.-]*)", words):
        name = found[1].rstrip(".-").lower()
        if name in known:
            yield name
