"""Which events does a message cause: posted, changed, deleted, mentioning the app?"""

from collections.abc import Iterator

from tests.slack.messages import Message
from tests.slack.words import Json
from tests.slack.workspace import Channel, Workspace


def posted(ws: Workspace, channel: Channel, message: Message) -> Iterator[Json]:
    """Return the events of a new message."""
    if ws.bot_user not in channel.members:
        return
    told = _told(ws, channel, message)
    yield told | {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}
    mentioned = ws.bot_user in message.mentions and message.user != ws.bot_user and message.subtype is None
    if mentioned and channel.kind != "im":
        # Besides the message, with the same `ts`: an app that hears both must know that it is one.
        yield told | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}


def changed(ws: Workspace, channel: Channel, message: Message, before: Json) -> Iterator[Json]:
    """Return the events of a changed message; `before` is what it was."""
    if ws.bot_user in channel.members:
        yield _hidden(ws, channel, "message_changed") | {"message": _told(ws, channel, message), "previous_message": before}


def deleted(ws: Workspace, channel: Channel, message: Message, before: Json) -> Iterator[Json]:
    """Return the events of a deleted message; one that has replies leaves a tombstone."""
    if ws.bot_user not in channel.members:
        return
    if message.subtype == "tombstone":
        yield from changed(ws, channel, message, before)
    else:
        yield _hidden(ws, channel, "message_deleted") | {"deleted_ts": message.ts, "previous_message": before}


def before(ws: Workspace, channel: Channel, message: Message) -> Json:
    """Return a message as events tell it, to be kept before it is changed."""
    return _told(ws, channel, message)


def _hidden(ws: Workspace, channel: Channel, subtype: str) -> Json:
    ts = ws.ts()
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": ts,
        "event_ts": ts,
    }


def _told(ws: Workspace, channel: Channel, message: Message) -> Json:
    told = message.slack(ws.team, ws.bot_profile)
    parent = channel.messages.get(message.thread_ts or "")
    if message.reply and parent is not None:
        told["parent_user_id"] = parent.user
    if message.bot_id is None and message.subtype is None:
        told["client_msg_id"] = f"{message.user}-{message.ts}".lower()
    return told
