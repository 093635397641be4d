"""How does a message come into a channel, change there, and go?

Here it is stored, read for mentions and links, written into the journal, and told to the app. Who is allowed to is asked elsewhere.
"""

from collections.abc import Iterable

from tests.slack import happenings
from tests.slack.delivering import Courier
from tests.slack.events import Delivery, emit
from tests.slack.messages import Message
from tests.slack.noticing import Names, Notice, notice
from tests.slack.reading import buttons, shown
from tests.slack.words import Json
from tests.slack.workspace import Channel, Workspace

Deliveries = list[Delivery | None]


def post(ws: Workspace, courier: Courier, message: Message, link_names: bool = False, parse: str = "", via: str = "api") -> Deliveries:
    """Put a new message into its channel."""
    channel = ws.channels[message.channel]
    _notify(ws, channel, message, _read(ws, message, link_names, parse))
    channel.messages[message.ts] = message
    _note(ws, message, "posted", via)
    return _tell(ws, courier, happenings.posted(ws, channel, message))


def post_ephemeral(ws: Workspace, message: Message, link_names: bool = False, parse: str = "", via: str = "api") -> None:
    """Show a message to one person only; no event tells of it."""
    channel = ws.channels[message.channel]
    found = _read(ws, message, link_names, parse)
    _notify(ws, channel, message, found)
    # Nobody else can see it, so nobody else is notified by it.
    message.notified = [user for user in message.notified if user == message.ephemeral_to]
    channel.ephemerals.append(message)
    _note(ws, message, "ephemeral", via)


def change(
    ws: Workspace, courier: Courier, message: Message, new: Json, editor: str, link_names: bool = False, parse: str = ""
) -> Deliveries:
    """Change a message: any of `text`, `blocks`, `attachments`, `metadata`. Nobody is notified."""
    channel = ws.channels[message.channel]
    before = happenings.before(ws, channel, message)
    message.versions.append(message.version())
    for name, value in new.items():
        setattr(message, name, value)
    message.edited = {"user": editor, "ts": ws.ts()}
    found = _read(ws, message, link_names, parse)
    message.links, message.fallback_mentions = found.links, found.fallback_mentions
    message.mentions = found.mentions
    _note(ws, message, "updated")
    return _tell(ws, courier, happenings.changed(ws, channel, message, before)) if message.ephemeral_to is None else []


def remove(ws: Workspace, courier: Courier, message: Message) -> Deliveries:
    """Delete a message; one that has replies leaves a tombstone."""
    channel = ws.channels[message.channel]
    before = happenings.before(ws, channel, message)
    message.versions.append(message.version())
    if message.ephemeral_to is None and replies(channel, message.ts):
        message.subtype, message.text, message.user = "tombstone", "This message was deleted.", "USLACKBOT"
        message.blocks, message.attachments, message.bot_id, message.app_id, message.metadata = [], [], None, None, None
        message.reactions = {}
    else:
        message.deleted = True
    _note(ws, message, "deleted")
    return _tell(ws, courier, happenings.deleted(ws, channel, message, before)) if message.ephemeral_to is None else []


def replies(channel: Channel, ts: str) -> list[Message]:
    """Return the answers in a thread, oldest first."""
    return [message for message in channel.messages.values() if message.thread_ts == ts and message.reply and not message.deleted]


def told(ws: Workspace, message: Message) -> Json:
    """Return a message as tests are told of it."""
    names = ws.names()
    read = {"blocks": message.blocks, "text": message.text, "attachments": message.attachments}
    return {
        "channel": message.channel,
        "ts": message.ts,
        "user": message.user,
        "bot_id": message.bot_id,
        "subtype": message.subtype,
        "text": message.text,
        "shown": shown(read, names),
        "blocks": message.blocks,
        "attachments": message.attachments,
        "buttons": buttons(message.blocks),
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
        "edited": message.edited,
        "deleted": message.deleted,
        "reactions": {name: list(users) for name, users in message.reactions.items() if users},
        "ephemeral_to": message.ephemeral_to,
        "mentions": message.mentions,
        "notified": message.notified,
        "fallback_mentions": message.fallback_mentions,
        "links": [list(link) for link in message.links],
        "versions": list(message.versions),
    }


def _read(ws: Workspace, message: Message, link_names: bool, parse: str) -> Notice:
    people = {user.name.lower(): user.id for user in ws.users.values()}
    rooms = {channel.name.lower(): channel.id for channel in ws.channels.values() if channel.kind in {"channel", "group"}}
    return notice(message.text, message.blocks, message.attachments, Names(people, rooms), link_names, parse)


def _notify(ws: Workspace, channel: Channel, message: Message, found: Notice) -> None:
    message.mentions, message.links, message.fallback_mentions = found.mentions, found.links, found.fallback_mentions
    people = [user for mention in found.mentions for user in _people(ws, channel, mention)]
    living = [user for user in dict.fromkeys(people) if user != message.user and user in ws.users and not ws.users[user].deleted]
    message.notified = living


def _people(ws: Workspace, channel: Channel, mention: str) -> Iterable[str]:
    if not mention.startswith("!"):
        return [mention]
    return [member for member in channel.members if member != ws.bot_user]


def _note(ws: Workspace, message: Message, how: str, via: str = "api") -> None:
    ws.journal.add("message", how=how, via=via, channel=message.channel, ts=message.ts, user=message.user, message=told(ws, message))


def _tell(ws: Workspace, courier: Courier, events: Iterable[Json]) -> Deliveries:
    return [emit(ws, courier, event) for event in events]
