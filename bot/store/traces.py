"""Where does a text still tell of a person who is to be forgotten, and how does it read without? Pure.

Two kinds of traces: the words that name them (ids, name, addresses, accounts), as whole words; and what they wrote themselves, wherever it
was said again: whole, or cut short from its end, or line by line.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.store.codec import ERASED

SOMEONE = "someone forgotten"
_SHORTEST_SAID = 6  # characters: less than that ("yes") is nobody's own wording
_CUT_SHORT = 20  # so much of the beginning is enough to know it again


class Traces:
    """The traces of one person."""

    def __init__(self, ids: Mapping[str, str], words: Collection[str], wrote: Iterable[str] = ()) -> None:
        """Take what to look for.

        Args:
            ids: by each id that they have, what stands in its place from now on.
            words: what names them, the ids that are to count as words too.
            wrote: what they wrote.
        """
        self.ids = ids
        self.words = words
        self.wrote = frozenset(text for text in wrote if text.strip())
        self._id = _whole(ids)
        self._word = _whole(words)
        self._begins = _beginnings(self.wrote)

    def named_in(self, text: str) -> bool:
        """Tell whether a text names them."""
        return self._word is not None and self._word.search(text) is not None

    def key(self, text: str) -> str:
        """Return a key, a place or an id without their ids and whatever names them in it."""
        text = self._id.sub(lambda found: self._instead(found[0]), text) if self._id else text
        return self._unnamed(text)

    def text(self, text: str) -> str:
        """Return a text without what they wrote and whatever names them."""
        return ERASED if text in self.wrote else self._unnamed(self._unsaid(text))

    def value(self, value: Any) -> Any:
        """Return a JSON value without any trace of them."""
        if isinstance(value, str):
            return self.ids.get(value) or self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.key(name): self.value(one) for name, one in value.items()}
        return value

    def _unnamed(self, text: str) -> str:
        return self._word.sub(lambda found: self._instead(found[0]), text) if self._word else text

    def _instead(self, found: str) -> str:
        return self.ids.get(found, SOMEONE)

    def _unsaid(self, text: str) -> str:
        if not self._begins:
            return text
        kept, at = [], 0
        while at < len(text):
            length = max((_as_far(text, at, said) for said in self._begins.get(text[at : at + _SHORTEST_SAID], ())), default=0)
            kept.append(ERASED if length else text[at])
            at += length or 1
        return "".join(kept)


def _whole(words: Collection[str]) -> re.Pattern[str] | None:
    # The longest first: "Rita Lund" before "Rita".
    longest = sorted((word for word in words if word.strip()), key=len, reverse=True)
    if not longest:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in longest)})(?!\w)", re.IGNORECASE)


def _beginnings(wrote: Iterable[str]) -> dict[str, list[str]]:
    begins = defaultdict(list)
    lines = {line.strip() for text in wrote for line in text.splitlines()} | {text.strip() for text in wrote}
    for line in lines:
        if len(line) >= _SHORTEST_SAID:
            begins[line[:_SHORTEST_SAID]].append(line)
    return dict(begins)


def _as_far(text: str, at: int, said: str) -> int:
    """Return how far a text says the same from here on; 0 if not far enough to be the same."""
    if text.startswith(said, at):
        return len(said)
    length = next((n for n in range(min(len(said), len(text) - at)) if text[at + n] != said[n]), min(len(said), len(text) - at))
    return length if length >= _CUT_SHORT else 0
