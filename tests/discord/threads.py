"""How does a thread begin: from a message, by itself, as a post of a forum?"""

from tests.discord import intents, posting, shapes
from tests.discord.entities import STARTER, THREAD, THREAD_CREATED, Channel, Message
from tests.discord.events import emit, emit_in
from tests.discord.knobs import Event
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import Json
from tests.discord.world import World


def from_message(world: World, channel: Channel, message: Message, name: str, by: str) -> Channel:
    """Begin a thread on a message; it has the message's id, and begins with a system message that points to it."""
    thread = _made(world, message.id, channel, name, by)
    reference = {"type": 0, "channel_id": channel.id, "guild_id": channel.guild, "message_id": message.id}
    posting.post(world, Message(SNOWFLAKES.now(), thread.id, message.author, type=STARTER, reference=reference))
    posting.tell(world, message, "MESSAGE_UPDATE")
    return thread


def by_itself(world: World, channel: Channel, name: str, by: str) -> Channel:
    """Begin a thread on no message; the channel tells of it."""
    thread = _made(world, SNOWFLAKES.now(), channel, name, by)
    reference = {"type": 0, "channel_id": thread.id, "guild_id": channel.guild}
    posting.post(world, Message(SNOWFLAKES.now(), channel.id, by, name, type=THREAD_CREATED, reference=reference))
    return thread


def in_forum(world: World, forum: Channel, name: str, by: str, tags: list[str]) -> Channel:
    """Begin a post of a forum, whose first message is still to come and has the same id."""
    return _made(world, SNOWFLAKES.now(), forum, name, by, tags)


def _made(world: World, id: str, parent: Channel, name: str, by: str, tags: list[str] | None = None) -> Channel:
    thread = Channel(id, THREAD, name, parent.guild, parent.id, owner=by, members=[by], applied=tags or [])
    world.channels[id] = thread
    world.journal.add("thread", how="created", channel=id, name=name, parent=parent.id, owner=by)
    emit_in(world, thread, "THREAD_CREATE", shapes.place(world, thread) | {"newly_created": True}, intents.GUILDS)
    return thread


def gone(world: World, channel: Channel) -> None:
    """Let a channel with its threads, or a thread, be gone."""
    for thread in world.threads(channel.id):
        del world.channels[thread.id]
    del world.channels[channel.id]
    told = shapes.place(world, channel) if not channel.is_thread else _gone(channel)
    # Whoever could see it hears of it.
    emit(world, Event("THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", told, channel.guild, intents.GUILDS))
    world.journal.add("channel", how="deleted", channel=channel.id, name=channel.name)


def _gone(channel: Channel) -> Json:
    return {"id": channel.id, "guild_id": channel.guild, "parent_id": channel.parent, "type": channel.type}
