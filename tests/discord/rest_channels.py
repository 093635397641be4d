"""The API's routes for channels and threads: get, change, begin, list."""

from typing import Any

from tests.discord import intents, posting, shapes, threads
from tests.discord.entities import DM, FORUM, NEWS, TEXT, Channel, Message
from tests.discord.events import emit_in
from tests.discord.forms import checked
from tests.discord.routing import Call, Reply, route
from tests.discord.words import ApiError, Json, wrong
from tests.slack.wall import wall


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Json:
    """Return a channel, a thread or direct messages."""
    return shapes.place(call.world, call.world.seen(call.where["channel_id"]))


@route("PATCH", "/channels/{channel_id}")
def change(call: Call) -> Json:
    """Change a thread: its name, its tags, archived, locked; or the name of a channel."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    if found.type == DM:
        raise ApiError(50024)
    _need_to_change(call, found)
    _apply(call, found)
    if found.is_thread:
        posting.thread_updated(world, found)
    else:
        emit_in(world, found, "CHANNEL_UPDATE", shapes.place(world, found), intents.GUILDS)
    return shapes.place(world, found)


def _need_to_change(call: Call, found: Channel) -> None:
    world = call.world
    if not found.is_thread:
        world.need(found, "manage_channels")
        return
    opens = found.archived and set(call.body) == {"archived"} and not found.locked
    if not opens and (found.owner != world.bot or "locked" in call.body or found.locked):
        world.need(found, "manage_threads")
    if opens:
        world.need(found, "send_messages_in_threads")
    if found.archived and call.body.get("archived") is not False:
        raise ApiError(50083)


def _apply(call: Call, found: Channel) -> None:
    asked = call.body
    if "name" in asked:
        found.name = _name(asked)
    if "applied_tags" in asked:
        found.applied = _tags(call.world.channels[found.parent or ""], asked["applied_tags"] or [])
    found.locked = bool(asked.get("locked", found.locked))
    if "archived" in asked and bool(asked["archived"]) != found.archived:
        found.archived, found.archived_at = bool(asked["archived"]), wall()


def _name(asked: Json) -> str:
    name = asked.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        raise wrong("name", "Must be between 1 and 100 in length.")
    return name.strip()


def _tags(forum: Channel, asked: list[Any]) -> list[str]:
    known = {tag.id for tag in forum.tags}
    tags = [str(tag) for tag in asked]
    if len(tags) > 5:
        raise wrong("applied_tags", "Must be 5 or fewer in length.")
    if not set(tags) <= known:
        raise wrong("applied_tags", "Unknown tag", "CHANNEL_FORUM_TAG_UNKNOWN")
    if forum.needs_tag and not tags:
        raise ApiError(40067)
    return tags


@route("DELETE", "/channels/{channel_id}")
def delete(call: Call) -> Json:
    """Delete a channel or a thread; direct messages are only closed."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    told = shapes.place(world, found)
    if found.type != DM:
        world.need(found, "manage_threads" if found.is_thread else "manage_channels")
        threads.gone(world, found)
    return told


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def from_message(call: Call) -> Any:
    """Begin a thread on a message."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    if found.type not in {TEXT, NEWS}:
        raise ApiError(50024)
    message = world.message(found, call.where["message_id"])
    world.need(found, "create_public_threads")
    if message.id in world.channels:
        raise ApiError(160004)
    return Reply(201, shapes.place(world, threads.from_message(world, found, message, _name(call.body), world.bot)))


@route("POST", "/channels/{channel_id}/threads")
def begin(call: Call) -> Any:
    """Begin a post in a forum, or a thread on no message."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    name = _name(call.body)
    if found.type != FORUM:
        if found.type not in {TEXT, NEWS}:
            raise ApiError(50024)
        world.need(found, "create_public_threads")
        return Reply(201, shapes.place(world, threads.by_itself(world, found, name, world.bot)))
    world.need(found, "send_messages")
    form: Json = call.body.get("message") or {}
    new = checked(form)
    tags = _tags(found, call.body.get("applied_tags") or [])
    thread = threads.in_forum(world, found, name, world.bot, tags)
    message = Message(thread.id, thread.id, world.bot, **new)
    posting.post(world, message, form.get("allowed_mentions"))
    return Reply(201, shapes.place(world, thread) | {"message": posting.given(world, message)})


@route("GET", "/channels/{channel_id}/threads/archived/public")
def archived(call: Call) -> Json:
    """Return archived threads, the one archived last first."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    world.need(found, "read_message_history")
    limit = call.number("limit", 50, 100)
    there = sorted((one for one in world.threads(found.id) if one.archived), key=lambda one: one.archived_at, reverse=True)
    if "before" in call.query:
        there = [one for one in there if (shapes.stamp(one.archived_at) or "") < call.query["before"].replace("Z", "+00:00")]
    mine = [shapes.thread_member(one, world.bot) for one in there[:limit] if world.bot in one.members]
    return {"threads": [shapes.place(world, one) for one in there[:limit]], "members": mine, "has_more": len(there) > limit}


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def join(call: Call) -> Any:
    """Add somebody to a thread, or the bot (`@me`)."""
    world = call.world
    found = world.seen(call.where["channel_id"])
    who = world.bot if call.where["user_id"] == "@me" else call.where["user_id"]
    if not found.is_thread:
        raise ApiError(50024)
    if found.archived:
        raise ApiError(50083)
    if who not in world.users:
        raise ApiError(10013)
    if who not in found.members:
        found.members.append(who)
    return Reply(204)
