"""Which sessions hear of what happens, and when?"""

import asyncio
import random
from collections.abc import Callable

from tests.discord import intents
from tests.discord.entities import Channel
from tests.discord.knobs import Held
from tests.discord.sessions import Session
from tests.discord.words import Json
from tests.discord.world import World

# A payload, or what makes one for a session with these intents.
Payload = Json | Callable[[Session], Json]


def emit(world: World, event: str, data: Payload, guild: str | None, intent: int = intents.ANY) -> None:
    """Tell all sessions of the guild's shard that have the intent, as the test wants events delivered."""
    world.journal.add("event", event=event, guild=guild, data=data if isinstance(data, dict) else None)
    if not world.knobs.concern(event):
        _tell(world, event, data, guild, intent)
    elif world.knobs.hold:
        world.knobs.held.append(Held(event, data, guild, intent))
    elif not world.knobs.drop:
        for _ in range(world.knobs.copies):
            _later(world, event, data, guild, intent)


def emit_in(world: World, channel: Channel, event: str, data: Payload, in_guild: int, in_direct: int = intents.ANY) -> None:
    """Tell of what happened in a channel, if the bot can see it."""
    if world.may(world.bot, channel, "view_channel") and (channel.guild is None or world.bot in world.guilds[channel.guild].members):
        emit(world, event, data, channel.guild, in_guild if channel.guild else in_direct)


def _later(world: World, event: str, data: Payload, guild: str | None, intent: int) -> None:
    if not world.knobs.delay:
        _tell(world, event, data, guild, intent)
        return

    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)
        _tell(world, event, data, guild, intent)

    task = asyncio.create_task(wait(world.knobs.delay))
    world.running.add(task)
    task.add_done_callback(world.running.discard)


def _tell(world: World, event: str, data: Payload, guild: str | None, intent: int) -> None:
    for session in list(world.sessions.values()):
        if session.hears(guild) and (intent == intents.ANY or session.intents & intent):
            session.dispatch(event, data if isinstance(data, dict) else data(session))


async def passed(world: World, within: float = 5.0) -> None:
    """Wait until every connected client has read what was sent."""
    lines = [session.line for session in world.sessions.values() if session.line is not None]
    await asyncio.gather(*(line.passed(within) for line in lines))


async def release(world: World, seed: int | None) -> list[str]:
    """Let held events go, in a shuffled order if there is a seed; return which."""
    held, world.knobs.held = world.knobs.held, []
    if seed is not None:
        random.Random(seed).shuffle(held)
    for one in held:
        _tell(world, one.type, one.data, one.guild, one.intent)
    await passed(world)
    return [one.type for one in held]
