"""What becomes of what a person types: into a channel, behind a command?

Slack keeps text escaped, with people, channels and addresses already marked up, so that an app can tell them from words.
"""

import re

from tests.slack.mrkdwn import BROADCASTS, Link, Mention, Words, escape, pieces, unescape
from tests.slack.words import Json
from tests.slack.workspace import Workspace

_PARTS = re.compile(r"(?P<url>https?://[^\s<>|]+)|(?<![\w@])@(?P<at>[\w][\w.-]*)|(?<![\w#])#(?P<room>[\w][\w-]*)")


def message(ws: Workspace, typed: str) -> str:
    """Return a typed message as Slack keeps it."""
    return _marked(ws, typed, labels=False)


def command(ws: Workspace, typed: str) -> str:
    """Return what follows a command as Slack hands it over."""
    return _marked(ws, typed, labels=True) if ws.settings.should_escape else typed


def _marked(ws: Workspace, typed: str, labels: bool) -> str:
    marked, at = [], 0
    for found in _PARTS.finditer(typed):
        marked += [escape(typed[at : found.start()]), _part(ws, found, labels)]
        at = found.end()
    return "".join([*marked, escape(typed[at:])])


def _part(ws: Workspace, found: re.Match[str], labels: bool) -> str:
    if found["url"]:
        return f"<{escape(found['url'])}>"
    name = (found["at"] or found["room"]).rstrip(".-")
    rest = escape(found[0][1 + len(name) :])
    if found["at"] and name in BROADCASTS and not labels:
        return f"<!{name}>{rest}"
    user = next((user for user in ws.users.values() if user.name == name), None) if found["at"] else None
    if user is not None:
        return f"<@{user.id}|{name}>{rest}" if labels else f"<@{user.id}>{rest}"
    rooms = [channel for channel in ws.channels.values() if channel.name == name and channel.kind in {"channel", "group"}]
    if found["room"] and rooms:
        return f"<#{rooms[0].id}|{name}>{rest}"
    return escape(found[0])


def rich_text(ws: Workspace, stored: str) -> list[Json]:
    """Return the block that Slack's own composer makes of a person's message."""

    elements: list[Json] = []
    for piece in pieces(stored):
        match piece:
            case Words(text):
                elements.append({"type": "text", "text": unescape(text)})
            case Mention("user", id_):
                elements.append({"type": "user", "user_id": id_})
            case Mention("channel", id_):
                elements.append({"type": "channel", "channel_id": id_})
            case Mention("broadcast", id_):
                elements.append({"type": "broadcast", "range": id_.removeprefix("!")})
            case Link(url, _):
                elements.append({"type": "link", "url": url})
            case _:
                pass
    return [{"type": "rich_text", "block_id": ws.new_id("b"), "elements": [{"type": "rich_text_section", "elements": elements}]}]
