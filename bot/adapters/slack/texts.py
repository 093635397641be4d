"""What did somebody type in Slack, in plain words, and how is plain text said so that Slack reads nothing into it?

Slack hands on what people typed with `&`, `<` and `>` escaped, and people, channels and links in angle brackets. Both directions are pure.
"""

import re
from collections.abc import Callable

MENTION = "@buckstop"  # how the bot itself is called in what the handlers read

# <@U1>, <@U1|ana>, <#C1|help>, <!here>, <!subteam^S1|@billing>, <!date^...^...|fallback>, <https://x|label>, <mailto:a@b|a@b>
_BRACKETS = re.compile(r"<([@#!][^<>|]+|[a-z][a-z0-9+.-]*:[^<>|]+)(?:\|([^<>]*))?>", re.IGNORECASE)
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def typed(text: str, name_of: Callable[[str, str], str]) -> str:
    """Return what somebody typed. `name_of` tells what to call an account: it gets its id, and the name that Slack gave with it."""
    parts: list[str] = []
    at = 0
    for found in _BRACKETS.finditer(text):
        # Each part by itself: a name that has "&amp;" in it is no escape of Slack's.
        parts += [unescaped(text[at : found.start()]), _said(unescaped(found[1]), unescaped(found[2] or ""), name_of)]
        at = found.end()
    return whole("".join([*parts, unescaped(text[at:])]))


def _said(what: str, label: str, name_of: Callable[[str, str], str]) -> str:
    match what[0]:
        case "@":
            return name_of(what[1:], label)
        case "#":
            return f"#{label or what[1:]}"
        case "!":
            return _command(what[1:], label)
        case _:
            return _link(what, label)


def _command(what: str, label: str) -> str:
    name, _, rest = what.partition("^")
    match name:
        case "date":
            return label
        case "subteam":
            return f"@{label.removeprefix('@') or rest}"
        case _:
            return f"@{name}"


def _link(address: str, label: str) -> str:
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    return shown if not label or label in (address, shown) or shown.endswith(f"//{label}") else f"{label} ({shown})"


def whole(text: str) -> str:
    """Return a text that can be kept and sent: halves of pairs, which no encoding has, become the sign for what cannot be read."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def unescaped(text: str) -> str:
    """Return a text with Slack's three escapes taken out."""
    for escaped, sign in _ESCAPES:
        text = text.replace(escaped, sign)
    return text


def escaped(text: str) -> str:
    """Return a text in which Slack finds no mention, no link and no command."""
    for escape, sign in reversed(_ESCAPES):
        text = text.replace(sign, escape)
    return text
