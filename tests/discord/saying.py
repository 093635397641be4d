"""What do people do with messages: write, change, delete, react, begin threads and posts?"""

import re

from tests.discord import posting, reacting, threads
from tests.discord.acting import message as found
from tests.discord.acting import person, place, verb
from tests.discord.entities import DEFAULT, FORUM, REPLY, Message, User
from tests.discord.events import passed
from tests.discord.outcomes import Start, outcome
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import Impossible, Json
from tests.discord.world import World

_AT = re.compile(r"(?<![\w@<])(?P<mark>[@#])(?P<name>[\w][\w.-]*)")


def typed(world: World, text: str) -> str:
    """Return a message as Discord keeps it: with `<@id>` for `@ana`, `<#id>` for `#help`."""
    return _AT.sub(lambda one: _mention(world, one), text)


def _mention(world: World, one: re.Match[str]) -> str:
    name = one["name"].rstrip(".-")
    rest = one["name"][len(name) :]
    if one["mark"] == "@":
        people = [user for user in world.users.values() if user.name == name]
        return f"<@{people[0].id}>{rest}" if people else one[0]
    rooms = [channel for channel in world.channels.values() if channel.guild and channel.name == name]
    return f"<#{rooms[0].id}>{rest}" if rooms else one[0]


async def _done(world: World, who: User, start: Start, wait: bool, **more: object) -> Json:
    if wait:
        await passed(world)
    return outcome(world, who, start, where=more)


@verb
async def say(
    world: World,
    user: str,
    text: str,
    channel: str | None = None,
    thread: str | None = None,
    reply: str | None = None,
    files: list[str] | None = None,
    wait: bool = True,
) -> Json:
    """Write a message, in a channel, in a thread, or to the bot; with `reply` as an answer to another."""
    who, start = person(world, user, programs=True), Start.of(world)
    where = place(world, who, thread or channel)
    _may_write(world, who, where.id)
    content = typed(world, text).strip()
    if not (content or files) or len(content) > 2000:
        raise Impossible("a message has 1 to 2000 characters")
    reference = {"type": 0, "message_id": found(where, reply).id, "channel_id": where.id, "guild_id": where.guild} if reply else None
    written = Message(SNOWFLAKES.now(), where.id, who.id, content, type=REPLY if reply else DEFAULT, reference=reference)
    written.attachments = [{"filename": name} for name in files or ()]
    posting.post(world, written)
    return await _done(world, who, start, wait, channel=where.id, message=written.id)


def _may_write(world: World, who: User, id: str) -> None:
    where = world.channels[id]
    if where.type == FORUM:
        raise Impossible(f"{where.name} is a forum: `post` there, or say something in a post")
    if where.locked or not world.may(who.id, where, "send_messages_in_threads" if where.is_thread else "send_messages"):
        raise Impossible(f"{who.name} may not write in {where.name}")


@verb
async def edit(world: World, user: str, channel: str | None, message: str, text: str, wait: bool = True) -> Json:
    """Change one's own message."""
    who, start = person(world, user), Start.of(world)
    mine = _own(world, who, channel, message)
    posting.change(world, mine, {"content": typed(world, text)})
    return await _done(world, who, start, wait, channel=mine.channel, message=mine.id)


@verb
async def delete(world: World, user: str, channel: str | None, message: str, wait: bool = True) -> Json:
    """Delete one's own message."""
    who, start = person(world, user), Start.of(world)
    mine = _own(world, who, channel, message)
    posting.remove(world, mine)
    return await _done(world, who, start, wait, channel=mine.channel, message=mine.id)


def _own(world: World, who: User, channel: str | None, id: str) -> Message:
    mine = found(place(world, who, channel), id)
    if mine.author != who.id:
        raise Impossible(f"the message is not {who.name}'s")
    return mine


@verb
async def react(world: World, user: str, channel: str | None, message: str, emoji: str, wait: bool = True) -> Json:
    """Put a reaction under a message."""
    who, start = person(world, user, programs=True), Start.of(world)
    where = place(world, who, channel)
    reacting.add(world, where, found(where, message), who.id, emoji)
    return await _done(world, who, start, wait, channel=where.id, message=message)


@verb
async def unreact(world: World, user: str, channel: str | None, message: str, emoji: str, wait: bool = True) -> Json:
    """Take one's reaction away."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    reacting.remove(world, where, found(where, message), who.id, emoji)
    return await _done(world, who, start, wait, channel=where.id, message=message)


@verb
async def post(world: World, user: str, forum: str, title: str, text: str, tags: list[str] | None = None, wait: bool = True) -> Json:
    """Begin a post in a forum."""
    who, start = person(world, user, programs=True), Start.of(world)
    where = place(world, who, forum)
    known = {tag.name: tag.id for tag in where.tags}
    if where.type != FORUM or not set(tags or ()) <= set(known) or (where.needs_tag and not tags):
        raise Impossible(f"{where.name} is no forum, or has not these tags; it has {', '.join(known)}")
    thread = threads.in_forum(world, where, title, who.id, [known[tag] for tag in tags or ()])
    posting.post(world, Message(thread.id, thread.id, who.id, typed(world, text)))
    return await _done(world, who, start, wait, channel=thread.id, message=thread.id, thread=thread.id)


@verb
async def start_thread(world: World, user: str, channel: str, name: str, message: str | None = None, wait: bool = True) -> Json:
    """Begin a thread, on a message or by itself."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    if message is None:
        thread = threads.by_itself(world, where, name, who.id)
    elif message in world.channels:
        raise Impossible("there is a thread on this message already")
    else:
        thread = threads.from_message(world, where, found(where, message), name, who.id)
    return await _done(world, who, start, wait, channel=where.id, message=message, thread=thread.id)
