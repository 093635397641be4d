"""What is a test told of a message, as it is stored now?"""

from dataclasses import asdict

from tests.discord import shapes
from tests.discord.entities import Message
from tests.discord.reading import buttons, selects, shown
from tests.discord.words import Json
from tests.discord.world import World


def told(world: World, message: Message) -> Json:
    """Return a message as tests are told of it."""
    raw = shapes.event(world, message)
    return {
        "id": message.id,
        "channel": message.channel,
        "author": message.author,
        "shown": shown(raw, *names(world)),
        "content": message.content,
        "components": message.components,
        "buttons": [asdict(one) for one in buttons(raw)],
        "selects": [asdict(one) for one in selects(raw)],
        "type": message.type,
        "flags": message.flags,
        "nonce": message.nonce,
        "notified": list(message.notified),
        "mentions": list(message.mentions),
        "edited": shapes.stamp(message.edited),
        "deleted": message.deleted,
        "reactions": {emoji: list(users) for emoji, users in message.reactions.items() if users},
        "thread": message.id if message.id in world.channels and world.channels[message.id].is_thread else None,
        "ephemeral_to": message.ephemeral_to,
        "versions": list(message.versions),
        "raw": raw,
    }


def names(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a person reads instead of each id: of people and roles, of channels."""
    people = {user.id: user.global_name or user.name for user in world.users.values()}
    roles = {role.id: role.name for guild in world.guilds.values() for role in guild.roles.values()}
    return people | roles, {channel.id: channel.name for channel in world.channels.values() if channel.guild}
