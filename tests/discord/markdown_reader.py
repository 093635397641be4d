"""How is a text taken apart as Discord's client does it: from left to right, at each place whatever may begin there?"""

import re
from dataclasses import dataclass, field

from tests.discord import markdown_marks as marks
from tests.discord import markdown_signs as signs
from tests.discord.markdown_pieces import Code, Piece, Styled, Words

_SPECIAL = re.compile(r"[!-/:-@\[-`{-~\n¯]|(?:https?|steam|discord)://")
_ESCAPE = re.compile(rf"\\([^0-9A-Za-z{marks.SPACE}])")
_UNSEEN = re.compile(rf"[{marks.SPACE}\u00ad\u061c\u200b-\u200f\u2060-\u206f]")
_SHRUG = "¯\\_(ツ)_/¯"
_QUOTE_ALL = re.compile(r" *>>> ([\s\S]*)")
_QUOTE = re.compile(r" *>(?!>>) [^\n]*(?:\n *>(?!>>) [^\n]*)*\n?")
_HEADING = re.compile(r" *(#{1,3}) +([^\n]+\n?)")
_SUBTEXT = re.compile(r" *(-#) +([^\n]+\n?)")
# One client takes `+` for a bullet, another does not.
_ITEM = re.compile(r"( *)([*+-]|\d+\.) +([^\n]+(?:\n\1 {2}[^\n]+)*\n?)")
_DEEPEST = 11


@dataclass(slots=True)
class Reader:
    """Where in a message the reading stands. Marks hand it on, so that what begins a line within them is seen as such."""

    line_start: bool = True
    in_quote: bool = False
    in_link: bool = False
    depth: int = 0
    pieces: list[Piece] = field(default_factory=list)

    def read(self, text: str) -> tuple[Piece, ...]:
        """Take a text apart."""
        at = 0
        while at < len(text):
            at = self._lines(text, at) or self._piece(text, at) or self._words(text, at)
        return _joined(self.pieces)

    def _inner(self, text: str, quoted: bool = False, linked: bool = False, deeper: int = 0) -> tuple[Piece, ...]:
        inner = Reader(self.line_start, self.in_quote or quoted, self.in_link or linked, self.depth + deeper)
        read = inner.read(text)
        self.line_start = inner.line_start
        return read

    def _add(self, piece: Piece, end: int) -> int:
        self.pieces.append(piece)
        return end

    def _words(self, text: str, at: int) -> int:
        """Take what has no meaning here, up to where a piece could begin. What cannot be seen leaves the line's start where it is."""
        if self.line_start and _UNSEEN.match(text[at]):
            end = at + 1
        else:
            found = _SPECIAL.search(text, at + 1)
            end = found.start() if found else len(text)
            self.line_start = text[at] == "\n"
            if self.line_start:
                end = at + 1
        return self._add(Words(text[at:end]), end)

    def _lines(self, text: str, at: int) -> int | None:
        """Take what only the start of a line can begin."""
        if not self.line_start or text[at] not in " >#-*+0123456789":
            return None
        end = self._quote(text, at) or self._item(text, at)
        for kind, line in (("heading", _HEADING), ("subtext", _SUBTEXT)):
            found = None if end else line.match(text, at)
            if found:
                end = self._add(Styled(kind, self._inner(found[2]), found[1]), found.end())
        if end:
            self.line_start = True
        return end

    def _quote(self, text: str, at: int) -> int | None:
        if self.in_quote:
            return None
        found = _QUOTE_ALL.match(text, at)
        if found:
            quoted = found[1]
        else:
            found = _QUOTE.match(text, at)
            if not found:
                return None
            quoted = re.sub(r"^ *> ?", "", found[0], flags=re.MULTILINE)
        return self._add(Styled("quote", self._inner(quoted, quoted=True)), found.end())

    def _item(self, text: str, at: int) -> int | None:
        """Take a list, item by item. The first one's sign counts for all: whatever numbers follow, the client counts on."""
        first = found = _ITEM.match(text, at)
        if self.depth >= _DEEPEST or not first:
            return None
        number, end = 0, at
        while found:
            sign = "•" if len(first[2]) == 1 else f"{int(first[2][:-1]) + number}."
            inside = re.sub(rf"\n{found[1]} {{2}}", "\n", found[3])
            self.line_start = True
            end = self._add(Styled("list", self._inner(inside, deeper=1), sign), found.end())
            number += 1
            found = _ITEM.match(text, end) if text[end - 1] == "\n" else None
        return end

    def _piece(self, text: str, at: int) -> int | None:
        """Take what may stand anywhere."""
        if not _SPECIAL.match(text, at):
            return None
        end = self._code_block(text, at) or self._escaped(text, at) or self._sign(text, at)
        if end:
            self.line_start = False
            return end
        found = marks.styled(text, at)
        if found:
            kind, inside, end = found
            return self._add(Styled(kind, self._inner(inside)), end)
        return self._code(text, at)

    def _escaped(self, text: str, at: int) -> int | None:
        if text.startswith(_SHRUG, at):
            return self._add(Words(_SHRUG), at + len(_SHRUG))
        found = _ESCAPE.match(text, at)
        return self._add(Words(found[1]), found.end()) if found else None

    def _sign(self, text: str, at: int) -> int | None:
        found = signs.angled(text, at) or signs.everybody(text, at) or signs.named_picture(text, at) or signs.bare_link(text, at)
        if not found and text[at] == "[" and not self.in_link:
            found = signs.masked_link(text, at, lambda label: self._inner(label, linked=True))
        return self._add(*found) if found else None

    def _code_block(self, text: str, at: int) -> int | None:
        found = marks.code_block(text, at)
        return self._add(Code(found[1], True, found[0]), found[2]) if found else None

    def _code(self, text: str, at: int) -> int | None:
        found = marks.code(text, at)
        if not found:
            return None
        self.line_start = False
        return self._add(Code(found[0]), found[1])


def _joined(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Make one piece of words that follow each other."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
