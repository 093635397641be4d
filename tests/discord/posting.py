"""How does a message come into a channel, change there, and go?

Here it is stored, read for mentions, written into the journal, and told to the sessions. Who is allowed to is asked elsewhere.
"""

from tests.discord import intents, shapes
from tests.discord.entities import Channel, Message
from tests.discord.events import emit_in
from tests.discord.noticing import notice
from tests.discord.telling import told
from tests.discord.words import Json
from tests.discord.world import World
from tests.slack.wall import wall


def post(world: World, message: Message, rules: Json | None = None) -> Message:
    """Put a new message into its channel."""
    channel = world.channels[message.channel]
    if channel.archived:
        channel.archived, channel.archived_at = False, wall()
        thread_updated(world, channel)
    notice(world, channel, message, rules)
    channel.messages[message.id] = message
    channel.sent += 1
    if channel.is_thread and message.author not in channel.members:
        channel.members.append(message.author)
    _note(world, message, "posted")
    tell(world, message, "MESSAGE_CREATE")
    return message


def show(world: World, message: Message, rules: Json | None = None) -> Message:
    """Show a message to one person only."""
    channel = world.channels[message.channel]
    notice(world, channel, message, rules)
    # Nobody else can see it, so nobody else is notified by it.
    message.notified = [user for user in message.notified if user == message.ephemeral_to]
    channel.ephemerals.append(message)
    _note(world, message, "ephemeral")
    tell(world, message, "MESSAGE_CREATE")
    return message


def change(world: World, message: Message, new: Json, rules: Json | None = None, silently: bool = False) -> Message:
    """Change a message: any of `content`, `components`, `embeds`, `flags`. An edit notifies nobody anew."""
    channel = world.channels[message.channel]
    message.versions.append(shapes.message(world, message))
    for name, value in new.items():
        setattr(message, name, value)
    if not silently:
        message.edited = wall()
    notified = message.notified
    notice(world, channel, message, rules)
    message.notified = notified
    _note(world, message, "edited")
    tell(world, message, "MESSAGE_UPDATE")
    return message


def remove(world: World, message: Message) -> None:
    """Delete a message; its thread stays."""
    channel = world.channels[message.channel]
    message.deleted = True
    _note(world, message, "deleted")
    if message.ephemeral_to is None:
        gone = {"id": message.id, "channel_id": channel.id} | ({"guild_id": channel.guild} if channel.guild else {})
        emit_in(world, channel, "MESSAGE_DELETE", gone, intents.MESSAGES, intents.DIRECT_MESSAGES)


def thread_updated(world: World, channel: Channel) -> None:
    """Tell that a thread has changed."""
    world.journal.add("thread", how="updated", channel=channel.id, name=channel.name, archived=channel.archived)
    emit_in(world, channel, "THREAD_UPDATE", shapes.place(world, channel), intents.GUILDS)


def readable(world: World, message: Message) -> bool:
    """Whether the bot may read a message whatever its intents: its own, direct ones, ones that name it."""
    return message.author == world.bot or world.channels[message.channel].guild is None or world.bot in message.mentions


def given(world: World, message: Message) -> Json:
    """Return a message as the API gives it to this application."""
    return shapes.message(world, message, readable(world, message) or "message_content" in world.privileged)


def tell(world: World, message: Message, event: str) -> None:
    """Tell the sessions of a message."""
    payload = shapes.event(world, message)
    if message.nonce and event == "MESSAGE_CREATE":
        payload["nonce"] = message.nonce
    # Ephemeral messages come as direct ones, without a guild.
    place = world.channels[message.channel] if message.ephemeral_to is None else world.direct(message.ephemeral_to)
    emit_in(world, place, event, payload, intents.MESSAGES, intents.DIRECT_MESSAGES, veiled=not readable(world, message))


def _note(world: World, message: Message, how: str) -> None:
    world.journal.add("message", how=how, channel=message.channel, id=message.id, author=message.author, message=told(world, message))
