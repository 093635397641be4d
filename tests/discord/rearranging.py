"""What do administrators do to channels, threads, and messages that are not theirs?"""

from tests.discord import intents, permissions, posting, shapes, threads
from tests.discord.acting import verb
from tests.discord.building import add_channel, overwrite
from tests.discord.events import emit, emit_in, passed
from tests.discord.knobs import Event
from tests.discord.words import Impossible, Json
from tests.discord.world import World
from tests.slack.wall import wall


async def _done(world: World, **more: object) -> Json:
    await passed(world)
    return dict(more)


@verb
async def add_channel_(world: World, guild: str | None = None, **asked: object) -> Json:
    """Add a channel."""
    channel = add_channel(world, world.guild(guild), asked)
    emit(world, Event("CHANNEL_CREATE", shapes.place(world, channel), channel.guild, intents.GUILDS))
    return await _done(world, id=channel.id)


@verb
async def delete_channel(world: World, channel: str) -> Json:
    """Delete a channel with its threads, or a thread."""
    threads.gone(world, world.channel(channel))
    return await _done(world)


@verb
async def delete_message(world: World, channel: str, message: str) -> Json:
    """Delete anybody's message, as a moderator."""
    found = world.channel(channel).messages.get(message)
    if found is None:
        raise Impossible(f"there is no message {message} in {channel}")
    posting.remove(world, found)
    return await _done(world)


@verb
async def rename_channel(world: World, channel: str, name: str) -> Json:
    """Give a channel or thread another name."""
    found = world.channel(channel)
    found.name = name
    if found.is_thread:
        posting.thread_updated(world, found)
    else:
        emit_in(world, found, "CHANNEL_UPDATE", shapes.place(world, found), intents.GUILDS)
    return await _done(world)


@verb
async def archive_thread(world: World, thread: str, locked: bool | None = None, archived: bool = True) -> Json:
    """Archive a thread, or take it out again; locked, only moderators may do so."""
    found = world.channel(thread)
    if not found.is_thread:
        raise Impossible(f"{thread} is no thread")
    found.archived, found.archived_at = archived, wall()
    found.locked = found.locked if locked is None else locked
    posting.thread_updated(world, found)
    return await _done(world)


@verb
async def set_permissions(
    world: World, channel: str, who: str = "bot", deny: list[str] | None = None, allow: list[str] | None = None
) -> Json:
    """Deny or allow somebody (`bot`: the bot), or a role, permissions in a channel."""
    found = world.channel(channel)
    ref = world.bot if who == "bot" else who
    could = world.may(world.bot, found, "view_channel")
    overwrite(world, found, ref, permissions.bits(allow or []), permissions.bits(deny or []))
    if could or world.may(world.bot, found, "view_channel"):
        emit(world, Event("CHANNEL_UPDATE", shapes.place(world, found), found.guild, intents.GUILDS))
    return await _done(world)
