"""How does a test look into a world, and make things go wrong there?"""

import asyncio

from tests.discord import events
from tests.discord.acting import verb
from tests.discord.building import LATER, known, set_up
from tests.discord.entities import WRITTEN
from tests.discord.faults import How
from tests.discord.telling import told
from tests.discord.words import Json
from tests.discord.world import World
from tests.patience import PATIENT


@verb
async def set_(world: World, **asked: object) -> Json:
    """Change settings, limits, privileged intents or the number of shards."""
    known("what can be set", asked, LATER)
    set_up(world, asked)
    return {}


@verb
async def messages(world: World, channel: str, deleted: bool = False, system: bool = False) -> Json:
    """Return what is in a channel, a thread, or in the direct messages of `@somebody`, oldest first; Discord's own with `system`."""
    place = world.channel(channel)
    there = sorted(place.messages.values(), key=lambda message: int(message.id))
    return {
        "messages": [told(world, one) for one in there if (deleted or not one.deleted) and (system or one.type in WRITTEN)],
        "ephemeral": [told(world, message) for message in place.ephemerals if deleted or not message.deleted],
    }


@verb
async def answers(world: World, token: str) -> Json:
    """Return the messages that came of an interaction, oldest first."""
    made = world.interactions[token]
    channel = world.channels[made.channel]
    there = [one for one in [*channel.messages.values(), *channel.ephemerals] if (one.interaction or {}).get("id") == made.id]
    return {"messages": [told(world, one) for one in sorted(there, key=lambda one: int(one.id)) if not one.deleted]}


@verb
async def threads(world: World, channel: str) -> Json:
    """Return the threads of a channel or the posts of a forum, oldest first."""
    parent = world.channel(channel)
    tags = {tag.id: tag.name for tag in parent.tags}
    return {
        "threads": [
            {
                "id": one.id,
                "name": one.name,
                "owner": one.owner,
                "archived": one.archived,
                "locked": one.locked,
                "tags": [tags[tag] for tag in one.applied],
                "members": list(one.members),
            }
            for one in world.threads(parent.id)
        ]
    }


@verb
async def commands(world: World, guild: str | None = None) -> Json:
    """Return the commands that are registered, in a guild or everywhere."""
    return {"commands": world.commands.get(world.guild(guild).id if guild else "", [])}


@verb
async def journal(world: World, kind: str | None = None, since: int = 0, like: Json | None = None) -> Json:
    """Return what has happened."""
    return {"entries": world.journal.find(kind, since, **(like or {})), "n": world.journal.n}


@verb
async def changed(world: World, since: int, within: float = PATIENT) -> Json:
    """Wait until something happens after this number."""
    return {"n": await world.journal.wait(since, within)}


@verb
async def forget(world: World) -> Json:
    """Empty the journal."""
    world.journal.forget()
    return {"n": world.journal.n}


@verb
async def refused(world: World) -> Json:
    """Return how many calls were refused (401, 403, 429): those that Discord counts towards a ban."""
    return {"refused": len(world.refusals)}


@verb
async def fault(world: World, kind: str, route: str, channel: str | None = None, times: int = 1, **more: object) -> Json:
    """Let the next calls of a route go wrong."""
    place = world.channel(channel).id if channel else None
    how = How(**more)  # type: ignore[arg-type]
    return world.faults.add(kind, route, place, times, how).json()


@verb
async def fault_hit(world: World, id: int, within: float = PATIENT) -> Json:
    """Wait until a call has met a fault."""
    found = world.faults.get(id)
    try:
        await asyncio.wait_for(found.hit.wait(), within)
    except TimeoutError:
        return found.json() | {"hit": False}
    return found.json() | {"hit": True}


@verb
async def fault_release(world: World, id: int, drop: bool = False) -> Json:
    """Let go on what hangs: to its answer, or with `drop` to a closed connection."""
    found = world.faults.get(id)
    found.then_drop = drop
    found.released.set()
    return found.json()


@verb
async def clear_faults(world: World) -> Json:
    """Let everything go well again."""
    world.faults.clear()
    return {}


@verb
async def deliver_events(
    world: World, copies: int = 1, hold: bool = False, drop: bool = False, delay: float = 0.0, only: list[str] | None = None
) -> Json:
    """Say how events are delivered from now on; what is held stays held."""
    knobs = world.knobs
    knobs.copies, knobs.hold, knobs.drop, knobs.delay, knobs.only = copies, hold, drop, delay, tuple(only or ())
    return {"held": len(knobs.held)}


@verb
async def release_events(world: World, seed: int | None = None) -> Json:
    """Let held events go, in a shuffled order if there is a seed."""
    return {"events": await events.release(world, seed)}
