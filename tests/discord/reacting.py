"""How does a reaction come under a message, and go?"""

from tests.discord import intents, shapes
from tests.discord.entities import Channel, Message
from tests.discord.events import emit_in
from tests.discord.words import Json
from tests.discord.world import World


def add(world: World, channel: Channel, message: Message, user: str, emoji: str) -> None:
    """React to a message; a second time changes nothing."""
    users = message.reactions.setdefault(emoji, [])
    if user in users:
        return
    users.append(user)
    told = _told(world, channel, message, user, emoji) | {"message_author_id": message.author}
    if channel.guild and user in world.guilds[channel.guild].members:
        told["member"] = shapes.whole_member(world, world.guilds[channel.guild].members[user])
    world.journal.add("reaction", how="added", channel=channel.id, id=message.id, user=user, emoji=emoji)
    emit_in(world, channel, "MESSAGE_REACTION_ADD", told, intents.REACTIONS, intents.DIRECT_REACTIONS)


def remove(world: World, channel: Channel, message: Message, user: str, emoji: str) -> None:
    """Take a reaction away, if it is there."""
    if user in message.reactions.get(emoji, []):
        message.reactions[emoji].remove(user)
        world.journal.add("reaction", how="removed", channel=channel.id, id=message.id, user=user, emoji=emoji)
        told = _told(world, channel, message, user, emoji)
        emit_in(world, channel, "MESSAGE_REACTION_REMOVE", told, intents.REACTIONS, intents.DIRECT_REACTIONS)


def _told(world: World, channel: Channel, message: Message, user: str, emoji: str) -> Json:
    told: Json = {"user_id": user, "channel_id": channel.id, "message_id": message.id, "emoji": shapes.emoji_of(emoji)}
    return told | {"burst": False, "type": 0} | ({"guild_id": channel.guild} if channel.guild else {})
