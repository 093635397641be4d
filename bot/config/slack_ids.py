"""How Slack's workspaces, channels, accounts and commands are written in the file. A wrong id says where to find the right one."""

import re

from bot.config.faults import shown
from bot.config.values import Unfit, ident, some_texts, text, texts
from bot.config.within import Within, within

_LETTERS = {"workspace": "TE", "channel": "CGD", "account": "UW"}
_WHERE = {
    "workspace": 'such as "T0123456"; open Slack in a browser: it stands in the address, behind /client/',
    "channel": 'such as "C0123456"; click the channel\'s name in Slack: it stands at the end of "About"',
    "account": 'such as "U0123456"; open the person\'s profile in Slack, then ⋮ and "Copy member ID"',
}
_COMMAND = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}")


def workspaces(value: object) -> list[str]:
    """Read the ids of workspaces."""
    return [_id("workspace", given) for given in some_texts(value)]


def channels(value: object) -> dict[str, Within]:
    """Read Slack's channels: what they are called here, and each one's id."""
    if not isinstance(value, dict):
        raise Unfit(f'{shown(value)} is not a table; write it like {{ leadership = "C0123456" }}')
    return {ident(name): _in_workspace("channel", text(channel)) for name, channel in value.items()}


def accounts(value: object) -> list[Within]:
    """Read a person's accounts; a single one may stand without the brackets."""
    return [_in_workspace("account", given) for given in texts(value)]


def command(value: object) -> str:
    """Read the name of a slash command: what Slack takes, less the slash."""
    given = text(value)
    if not _COMMAND.fullmatch(given):
        near = given.lstrip("/").lower()
        such = f'; write "{near}"' if _COMMAND.fullmatch(near) else ""
        raise Unfit(f"{shown(given)} is no command's name; use up to 31 small letters, digits, - and _, without the slash{such}")
    return given


def _in_workspace(kind: str, given: str) -> Within:
    return within(given, lambda workspace: _id("workspace", workspace), lambda bare: _id(kind, bare))


def _id(kind: str, given: str) -> str:
    if not re.fullmatch(rf"[{_LETTERS[kind]}][A-Z0-9]{{4,20}}", given):
        raise Unfit(f"{shown(given)} is no Slack {kind}'s id, {_WHERE[kind]}")
    return given
