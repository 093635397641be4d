"""How does a reaction come to a message, and go again?"""

from tests.slack.delivering import Courier
from tests.slack.events import Delivery, emit
from tests.slack.messages import Message
from tests.slack.words import Json
from tests.slack.workspace import Workspace


def add(ws: Workspace, courier: Courier, message: Message, name: str, user: str) -> Delivery | None:
    """Put a reaction under a message."""
    message.reactions.setdefault(name, []).append(user)
    return _told(ws, courier, "reaction_added", message, name, user)


def take_away(ws: Workspace, courier: Courier, message: Message, name: str, user: str) -> Delivery | None:
    """Take a reaction away."""
    message.reactions[name].remove(user)
    return _told(ws, courier, "reaction_removed", message, name, user)


def _told(ws: Workspace, courier: Courier, kind: str, message: Message, name: str, user: str) -> Delivery | None:
    ws.journal.add("reaction", how=kind, channel=message.channel, ts=message.ts, name=name, user=user)
    if ws.bot_user not in ws.channels[message.channel].members:
        return None
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event: Json = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user, "event_ts": ws.ts()}
    return emit(ws, courier, event)
