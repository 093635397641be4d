"""How does a test name people, places and messages, and which verbs are there for it?"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from tests.discord.entities import Channel, Message, User
from tests.discord.words import Impossible, Json
from tests.discord.world import World

Verb = Callable[..., Awaitable[Json]]
VERBS: dict[str, Verb] = {}


def verb(function: Verb) -> Verb:
    """Let tests call this by its name."""
    VERBS[function.__name__.rstrip("_")] = function
    return function


async def do(world: World, name: str, args: dict[str, Any]) -> Json:
    """Do what a test asks for."""
    function = VERBS.get(name)
    if function is None:
        raise Impossible(f"nothing is called {name!r}")
    try:
        inspect.signature(function).bind(world, **args)
    except TypeError as wrong:
        raise Impossible(f"{name}: {wrong}") from wrong
    return await function(world, **args)


def person(world: World, ref: str, *, programs: bool = False) -> User:
    """Return somebody who can do things: not deleted, and no bot, unless it is what other `programs` do too."""
    user = world.user(ref)
    if user.deleted or (user.bot and not (programs and user.id != world.bot)):
        raise Impossible(f"{user.name} is {'a bot' if user.bot else 'gone'} and does nothing")
    return user


def place(world: World, who: User, ref: str | None) -> Channel:
    """Return where a person does something; None is their direct messages with the bot."""
    channel = world.direct(who.id) if ref is None else world.channel(ref)
    if channel.guild is None:
        if channel.recipient != who.id:
            raise Impossible(f"{who.name} is not in these direct messages")
    elif not world.may(who.id, channel, "view_channel"):
        raise Impossible(f"{who.name} cannot see {channel.name}")
    return channel


def message(channel: Channel, id: str, who: User | None = None) -> Message:
    """Return a message that is there, one that only this person sees too."""
    found = channel.messages.get(id) or next((one for one in channel.ephemerals if one.id == id), None)
    unseen = found is not None and found.ephemeral_to is not None and (who is None or found.ephemeral_to != who.id)
    if found is None or found.deleted or unseen:
        raise Impossible(f"there is no message {id} in {channel.name or 'these direct messages'}")
    return found
