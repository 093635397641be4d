"""Of what pieces does a line consist in Discord, and how is each written so that it reads as it stands? Pure.

Discord's clients read markup in every text there is, so whatever is not meant as markup is escaped: with a backslash where a sign could
begin something, with a space without width where only the server looks, which does not care for backslashes.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address
from itertools import accumulate, groupby, takewhile
from typing import Literal

from bot.wording.plain import harmless

LONGEST_LINK = 2000

_TO_TYPE = re.compile(r"`([^`\n]+)`")
# Before what could begin a mark, a link, a mention or an emoji. "14:00" begins none.
_MARK = re.compile(r"(?=[\\*_~|`<\[#]|:(?!\s)(?!(?<=[0-9]:)[0-9]{2}(?![\w:])))")
# A quotation, an item of a list and a small line begin a line; what has no width does not keep a client from reading them so.
_BEGINS = re.compile("([\u200b-\u200f\u2060-\u206f\ufeff\u061c\u00ad ]*(?:[0-9]+)?)((?<![0-9])[->+]|(?<=[0-9])[.)])")

_MAYBE_ADDRESS = re.compile(r"https?://[^\s<>\"|\\^`{}\u2069]+")
_AROUND = ".,;:!?*'\u2019\u201d\u00bb])}"  # ends a sentence or a quotation around an address
# A host in other letters may look like another's, and what stands before an "@" is no host at all.
_ADDRESS = re.compile(r"https?://((?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*[A-Za-z0-9]\.?)(?::([0-9]{1,5}))?(?:[/?#].*)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as they are read, and what they are: plain text, something to type, a web address, or somebody who is called (by `account`)."""

    words: str
    kind: Literal["text", "code", "link", "mention"] = "text"
    account: str = ""


def of_ours(text: str) -> list[Piece]:
    """Return our own words; what is to be typed stands in them between backticks."""
    return [Piece(words, "code" if number % 2 else "text") for number, words in enumerate(_TO_TYPE.split(text))]


def of_typed(text: str) -> list[Piece]:
    """Return typed text with its web addresses as links."""
    text = harmless(text)
    pieces: list[Piece] = []
    at = 0
    for found in _MAYBE_ADDRESS.finditer(text):
        address = _without_punctuation(found[0])
        if _shows_where_it_leads(address):
            pieces += [Piece(text[at : found.start()]), Piece(address, "link")]
            at = found.start() + len(address)
    return [*pieces, Piece(text[at:])]


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces with those of plain text that follow each other as one: "@" and then "everyone" are a call, too."""
    line: list[Piece] = []
    for kind, run in groupby(pieces, key=lambda piece: piece.kind):
        if kind != "text":
            line += run
        elif words := harmless("".join(piece.words for piece in run)):
            line.append(Piece(words))
    return line


def written(line: Iterable[Piece]) -> str:
    """Return a line as it is sent."""
    text = "".join(_written(piece) for piece in line)
    return _BEGINS.sub(r"\1\\\2", text, count=1) if _BEGINS.match(text) else text


def size(text: str) -> int:
    """Return how many characters Discord may count: an emoji is one or two, depending on who counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def begun(piece: Piece, longest: int) -> Piece | None:
    """Return the beginning of a piece that takes at most so many characters, whole letters only; None if there is none."""
    if size(_written(piece)) <= longest:
        return piece
    if piece.kind != "text":
        return None
    # Two are kept for a backslash before the line's first sign, and for closing off what runs the other way.
    taken = accumulate(size(sign) + (1 if _MARK.match(sign) else 0) for sign in piece.words[:longest])
    cut = piece.words[: sum(1 for _ in takewhile(lambda taken: taken <= longest - 2, taken))]
    while cut and (unicodedata.combining(piece.words[len(cut)]) or piece.words[len(cut)] in "\u200d\ufe0f" or cut[-1] == "\u200d"):
        cut = cut[:-1]
    return Piece(f"{cut}\u2069" if cut.count("\u2068") > cut.count("\u2069") else cut) if cut else None


def _written(piece: Piece) -> str:
    match piece.kind:
        case "code":
            return f"`{piece.words}`"
        case "link":
            return f"<{piece.words}>"
        case "mention":
            return f"<@{piece.account}>"
        case "text":
            return _MARK.sub(r"\\", piece.words)


def _without_punctuation(address: str) -> str:
    """Return an address without what ends the sentence around it; a bracket that was opened in it belongs to it."""
    while address[-1] in _AROUND and not (address[-1] == ")" and address.count("(") >= address.count(")")):
        address = address[:-1]
    return address


def _shows_where_it_leads(address: str) -> bool:
    found = _ADDRESS.fullmatch(address)
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in address)
    # One that we have cut leads somewhere else, and two stars would end a title that is bold.
    known = len(address) <= LONGEST_LINK and "…" not in address and "**" not in address and address.isprintable()
    return found is not None and known and not turns and _is_host(found[1]) and int(found[2] or 1) < 1 << 16


def _is_host(host: str) -> bool:
    """Tell whether a browser would take this for a host: what ends in a number has to be an address of four."""
    if not host.rstrip(".").rpartition(".")[2].isdecimal():
        return True
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True
