"""Which sessions hear of what happens, and when?"""

import asyncio
import random

from tests.discord import intents
from tests.discord.entities import Channel
from tests.discord.knobs import Event
from tests.discord.words import Json
from tests.discord.world import World

# What a session without the intent gets of a message that it may not read.
_VEIL: Json = {"content": "", "components": [], "embeds": [], "attachments": []}


def emit(world: World, event: Event) -> Json:
    """Tell the sessions of an event, as the test wants events delivered; return its entry in the journal."""
    entry = world.journal.add("event", event=event.type, guild=event.guild, data=event.data, veiled=event.veiled, intent=event.intent)
    if not world.knobs.concern(event.type):
        _tell(world, event)
    elif world.knobs.hold:
        world.knobs.held.append(event)
    elif not world.knobs.drop:
        for _ in range(world.knobs.copies):
            _later(world, event)
    return entry


def emit_in(world: World, channel: Channel, type: str, data: Json, intent: int, direct: int = intents.ANY, veiled: bool = False) -> None:
    """Tell of what happened in a channel, if the bot can see it; `direct` is the intent for direct messages."""
    if channel.guild is None:
        emit(world, Event(type, data, None, direct, veiled))
    elif world.may(world.bot, channel, "view_channel"):
        emit(world, Event(type, data, channel.guild, intent, veiled))


def _later(world: World, event: Event) -> None:
    if not world.knobs.delay:
        _tell(world, event)
        return

    async def wait(seconds: float) -> None:
        await asyncio.sleep(seconds)
        _tell(world, event)

    task = asyncio.create_task(wait(world.knobs.delay))
    world.running.add(task)
    task.add_done_callback(world.running.discard)


def _tell(world: World, event: Event) -> None:
    for session in list(world.sessions.values()):
        if session.hears(event.guild) and (event.intent == intents.ANY or session.intents & event.intent):
            hidden = event.veiled and not session.intents & intents.CONTENT
            session.dispatch(event.type, _veiled(world, event.data) if hidden else event.data)


def _veiled(world: World, data: Json) -> Json:
    answered = data.get("referenced_message")
    more = {"referenced_message": _veiled(world, answered)} if answered and answered["author"]["id"] != world.bot else {}
    return data | _VEIL | more


async def passed(world: World, within: float = 5.0) -> None:
    """Wait until every connected client has read what was sent."""
    lines = [session.line for session in world.sessions.values() if session.line is not None]
    await asyncio.gather(*(line.passed(within) for line in lines))


async def release(world: World, seed: int | None) -> list[str]:
    """Let held events go, in a shuffled order if there is a seed; return which."""
    held, world.knobs.held = world.knobs.held, []
    if seed is not None:
        random.Random(seed).shuffle(held)
    for event in held:
        _tell(world, event)
    await passed(world)
    return [event.type for event in held]
