"""Who is notified by a message, and which links does it show?

This is what keeps "no typed text can notify anyone or disguise a link" honest, so it errs on the side of finding too much: a mention
counts wherever it stands, in code as well, and whoever it names counts, in the channel or not.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.slack import content, mrkdwn
from tests.slack.content import Found, Markdown, Text
from tests.slack.mrkdwn import Link, Mention, Words, bare_broadcasts, bare_links, bare_names, pieces
from tests.slack.words import Json

_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that Slack would find in a text, and what they stand for."""

    users: dict[str, str]
    channels: dict[str, str]


NOBODY = Names({}, {})


@dataclass(frozen=True, slots=True)
class Notice:
    """Mentions in the order in which they stand (`U1`, `S1`, `!here`), the links, and what only a push notification shows."""

    mentions: list[str]
    links: list[tuple[str, str]]
    fallback_mentions: list[str]


def notice(
    text: str, blocks: list[Json], attachments: list[Json], names: Names = NOBODY, link_names: bool = False, parse: str = ""
) -> Notice:
    """Read a message as Slack's clients would."""
    asked = link_names or parse == "full"
    # Without anything said, Slack makes links of the addresses in a text, and leaves names alone.
    top = Text(text, links=parse != "none", rooms=asked, names=asked)
    shown: list[Found] = [*content.in_blocks(blocks), *content.in_attachments(attachments)]
    if not blocks:
        shown.insert(0, top)
    found = list(_taken_apart(shown, names))
    links = [(one.url, one.label) for one in found if isinstance(one, Link)]
    fallback = _mentions(_taken_apart([top], names)) if blocks else []
    return Notice(_mentions(found), links, fallback)


def _taken_apart(found: Iterable[Found], names: Names) -> Iterator[Mention | Link]:
    for one in found:
        match one:
            case Text():
                yield from _in_text(one, names)
            case Markdown(text):
                yield from _in_markdown(text)
            case _:
                yield one


def _in_text(text: Text, names: Names) -> Iterator[Mention | Link]:
    for piece in pieces(text.text):
        match piece:
            case Words(words):
                yield from _in_words(words, text, names)
            case mrkdwn.Date(fallback, url):
                if url:
                    yield Link(url, fallback)
            case _:
                yield piece


def _in_words(words: str, text: Text, names: Names) -> Iterator[Mention | Link]:
    if text.links:
        yield from bare_links(words)
    if text.rooms:
        yield from (Mention("broadcast", command) for command in bare_broadcasts(words))
        yield from (Mention("channel", names.channels[name]) for name in bare_names(words, "#", frozenset(names.channels)))
    if text.names:
        yield from (Mention("user", names.users[name]) for name in bare_names(words, "@", frozenset(names.users)))


def _in_markdown(text: str) -> Iterator[Mention | Link]:
    for piece in pieces(text):
        if isinstance(piece, Mention | Link):
            yield piece
        elif isinstance(piece, Words):
            for label, url in _MARKDOWN_LINK.findall(piece.text):
                yield Link(url, label)
            yield from bare_links(_MARKDOWN_LINK.sub("", piece.text))


def _mentions(found: Iterable[Mention | Link]) -> list[str]:
    mentions = [one.id for one in found if isinstance(one, Mention) and one.kind != "channel"]
    return list(dict.fromkeys(mentions))
