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
    message.notified = [user for user in _candidates(world, channel, found, everyone) if user != message.author]


def _replied_to(world: World, message: Message) -> str | None:
    reference = message.reference or {}
    answered = world.channels[message.channel].messages.get(str(reference.get("message_id")))
    return answered.author if answered else None


def _candidates(world: World, channel: Channel, found: Pinged, everyone: bool) -> list[str]:
    """Return those whom it reaches: the named, those with a named role, or all; of them who can see the channel."""
    if channel.guild is None:
        return [user for user in (channel.recipient or "", world.bot) if user in found.users]
    people = world.guilds[channel.guild].members
    if everyone or found.roles:
        reached = [user for user, one in people.items() if everyone or user in found.users or found.roles & set(one.roles)]
    else:
        reached = [user for user in sorted(found.users) if user in people]
    return [user for user in reached if world.may(user, channel, "view_channel")]
