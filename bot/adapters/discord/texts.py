"""What did somebody type in Discord, in plain words? Pure.

Discord hands on what people typed as it was sent: people, roles, channels, emoji, times and commands in angle brackets, by their numbers.
Escapes stay as they were typed: whoever wrote a backslash meant it, or will recognise it.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime

MENTION = "@buckstop"  # how the bot itself is called in what the handlers read

NameOf = Callable[[str], str | None]

_LAST = 253_402_300_800  # seconds: what comes after the year 9999
_SIGNS = re.compile(
    r"<(?:@!?(?P<user>[0-9]{1,20})|@&(?P<role>[0-9]{1,20})|#(?P<channel>[0-9]{1,20})"
    r"|a?:(?P<emoji>[A-Za-z0-9_]{1,40}):[0-9]{1,20}|t:(?P<time>-?[0-9]{1,15})(?::[A-Za-z])?"
    r"|/(?P<command>[^<>:\n]{1,100}):[0-9]{1,20}|id:(?P<page>[a-z-]{1,30})(?::[0-9]{1,20})?|(?P<link>https?://[^\s<>]+))>"
)


def typed(content: str, name_of: Callable[[str], str], channel_of: NameOf = lambda _id: None, role_of: NameOf = lambda _id: None) -> str:
    """Return what somebody typed.

    `name_of` tells what to call an account, "@" included; the others what a channel or a role is called, None if nobody knows.
    """

    def said(found: re.Match[str]) -> str:
        what = found[found.lastgroup or ""]
        match found.lastgroup:
            case "user":
                return name_of(what)
            case "role":
                return f"@{(role_of(what) or what).removeprefix('@')}"
            case "channel":
                return f"#{channel_of(what) or what}"
            case "emoji":
                return f":{what}:"
            case "time":
                return _moment(int(what)) or found[0]
            case "command":
                return f"/{what}"
            case "page":
                return f"#{what}"
            case _:
                return what

    return whole(_SIGNS.sub(said, content))


def _moment(seconds: int) -> str | None:
    """Say a time so that whoever reads it, or reads it out to the bot again, is not mistaken: "2026-11-27 15:00 UTC"."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC" if 0 <= seconds < _LAST else None


def whole(text: str) -> str:
    """Return a text that can be kept and sent: halves of pairs, which no encoding has, become the sign for what cannot be read."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
