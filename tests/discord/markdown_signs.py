"""Which signs stand for something else: mentions, times, emoji, addresses?

Each function looks at one place of a text and answers with a piece and where it ends, or with None. None of them looks at marks.
"""

import re
from collections.abc import Callable

from tests.discord.markdown_pieces import Emoji, Link, Mention, Navigation, Piece, Time, Words, moment

Found = tuple[Piece, int] | None

_COMMAND = r"</(?P<command>[\w'-]{1,32}(?: [\w'-]{1,32}){0,2}):(?P<command_id>\d+)>"
_ANGLED = re.compile(
    r"<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|<#(?P<channel>\d+)>"
    rf"|{_COMMAND}"
    r"|<a?:(?P<emoji>[A-Za-z0-9_]{2,32}):(?P<emoji_id>\d+)>"
    r"|<t:(?P<at>-?\d{1,17})(?::(?P<style>[tTdDfFsSR]))?>"
    r"|<id:(?P<to>customize|browse|guide|home|linked-roles)(?::\d+)?>"
    r"|<(?P<phone>\+[0-9][0-9 ()./-]*)>"
    r"|<(?P<angle>[^: >]+:/[^ >]+)>"
    r"|<(?:mailto:)?(?P<email>[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>"
)
_NAMED = re.compile(r":((?=[^:\s]*[A-Za-z]|100:|1234:|[+-]1:)[A-Za-z0-9_+-]+):")
# The client cuts these off an address's end, since they belong to the sentence.
_BARE = re.compile(r"""(?:https?|steam|discord)://[^\s<]+[^<.,:;"'\]\s]""")
_ADDRESS = re.compile(r"(?:https?|discord)://", re.IGNORECASE)
_HREF = re.compile(
    r"""\(\s*<?(?P<url>(?:\\.|\([^()\s]*\)|\((?![^()\s]*\))|[^\s\\()<>])+)>?(?:\s+(?P<quote>['"]).*?(?P=quote))?\s*\)""",
    re.DOTALL,
)


def angled(text: str, at: int) -> Found:
    """Read what stands in `<` and `>`."""
    found = _ANGLED.match(text, at)
    if found is None:
        return None
    piece = _angled(found)
    return (piece, found.end()) if piece else None


def _angled(found: re.Match[str]) -> Piece | None:
    kind = found.lastgroup or ""
    match kind:
        case "user" | "role" | "channel":
            return Mention(kind, found[kind])
        case "command_id":
            return Mention("command", found["command_id"], found["command"])
        case "emoji_id":
            return Emoji(found["emoji"], found["emoji_id"])
        case "at" | "style":
            time = moment(int(found["at"]))
            return Time(time, found["style"] or "f") if time else None
        case "to":
            return Navigation(found["to"])
        case "phone":
            return Link("phone", f"tel:{found['phone']}", (Words(found["phone"]),))
        case "email":
            return Link("email", f"mailto:{found['email']}", (Words(found["email"]),))
        case _:
            return Link("angle", found["angle"], (Words(found["angle"]),))


def everybody(text: str, at: int) -> Found:
    """Read `@everyone` and `@here`, which the client finds within words too."""
    for kind in ("everyone", "here"):
        if text.startswith("@" + kind, at):
            return Mention(kind), at + 1 + len(kind)
    return None


def named_picture(text: str, at: int) -> Found:
    """Read `:wave:`. Which names there are differs from client to client, so each that could be one is taken for one."""
    found = _NAMED.match(text, at)
    return (Emoji(found[1], ""), found.end()) if found else None


def bare_link(text: str, at: int) -> Found:
    """Read an address that stands by itself; a bracket that closes none of its own is not part of it."""
    found = _BARE.match(text, at)
    if found is None:
        return None
    url = found[0]
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1]
    return Link("bare", url, (Words(url),)), at + len(url)


def masked_link(text: str, at: int, read: Callable[[str], tuple[Piece, ...]]) -> Found:
    """Read `[words](address)`; `read` reads the words. Words that are an address themselves are left as they are: no client masks those."""
    for end in reversed(_label_ends(text, at)):
        found = _HREF.match(text, end + 1)
        label = text[at + 1 : end]
        if found and _ADDRESS.match(found["url"]) and label.strip() and not _BARE.search(label):
            return Link("masked", re.sub(r"\\([^0-9A-Za-z\s])", r"\1", found["url"]), read(label)), found.end()
    return None


def _label_ends(text: str, at: int) -> list[int]:
    """Return where the words of a link could end: at a `]` before a `(`. A backslash does not keep the client from taking it so."""
    ends = []
    here = at + 1
    while here < len(text):
        if text[here] == "[":
            here = text.find("]", here)
            if here < 0:
                break
        elif text[here] == "]":
            if text.startswith("(", here + 1):
                ends.append(here)
            further, opening = text.find("]", here + 1), text.find("[", here + 1)
            if further < 0 or 0 <= opening < further:
                break
        here += 1
    return ends
