"""Whom does a message name, and whom does it notify?

What is typed names anybody; what the bot sends notifies only those whom `allowed_mentions` lets it.
"""

from tests.discord.entities import Channel, Message
from tests.discord.reading import Pinged, pinged
from tests.discord.words import Json
from tests.discord.world import World


def notice(world: World, channel: Channel, message: Message, rules: Json | None) -> None:
    """Write into a message whom it names with effect, and whom it notifies."""
    payload: Json = {"content": message.content, "components": message.components}
    found = pinged(payload | ({"allowed_mentions": rules} if rules is not None else {}), _replied_to(world, message))
    everyone = bool(found.everyone or found.here) and bool(channel.guild) and world.may(message.author, channel, "mention_everyone")
    message.mentions = sorted(user for user in found.users if user in world.users)
    message.mention_roles, message.mention_everyone = sorted(found.roles), everyone
    there = _people(world, channel)
    message.notified = [user for user in there if user != message.author and _reached(world, channel, user, found, everyone)]


def _replied_to(world: World, message: Message) -> str | None:
    reference = message.reference or {}
    answered = world.channels[message.channel].messages.get(str(reference.get("message_id")))
    return answered.author if answered else None


def _reached(world: World, channel: Channel, user: str, found: Pinged, everyone: bool) -> bool:
    roles = world.guilds[channel.guild].members[user].roles if channel.guild else []
    # A role that not everybody may mention is reached by who may mention everyone.
    by_role = bool(found.roles & set(roles)) and world.may(user, channel, "view_channel")
    return user in found.users or everyone or by_role


def _people(world: World, channel: Channel) -> list[str]:
    if channel.guild is None:
        return [channel.recipient or "", world.bot]
    return [user for user in world.guilds[channel.guild].members if world.may(user, channel, "view_channel")]
