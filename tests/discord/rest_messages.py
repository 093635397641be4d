"""The API's routes for messages: post, edit, get, list, delete."""

import asyncio
from typing import Any

from tests.discord import posting
from tests.discord.entities import CATEGORY, DEFAULT, DM, EPHEMERAL, FORUM, REPLY, STARTER, Channel, Message, User
from tests.discord.forms import checked
from tests.discord.routing import Call, Reply, route
from tests.discord.snowflakes import SNOWFLAKES, moment
from tests.discord.words import ApiError, Json, wrong
from tests.discord.world import World
from tests.slack.wall import wall


def need_to_post(world: World, channel: Channel) -> None:
    """Refuse when the bot may not write here."""
    if channel.type in {FORUM, CATEGORY}:
        raise ApiError(40058 if channel.type == FORUM else 50008)
    if channel.type == DM:
        _need_to_reach(world, world.users[channel.recipient or ""])
        return
    world.need(channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
    if channel.locked and not world.may(world.bot, channel, "manage_threads"):
        raise ApiError(50083 if channel.archived else 160005)


def _need_to_reach(world: World, who: User) -> None:
    if who.dm_closed or who.bot or who.deleted:
        raise ApiError(50007)
    if not any(who.id in guild.members and world.bot in guild.members for guild in world.guilds.values()):
        raise ApiError(world.settings.stranger_error)


@route("POST", "/channels/{channel_id}/messages")
def post(call: Call) -> Json:
    """Post a message; the same enforced nonce within its window gives back the first one, or says that it was deleted."""
    world, form = call.world, call.body
    channel = world.seen(call.where["channel_id"])
    need_to_post(world, channel)
    nonce = _nonce(form)
    key = (world.bot, channel.id, nonce or "")
    first, until = world.nonces.get(key, ("", 0.0))
    if nonce and form.get("enforce_nonce") and call.now < until and first in channel.messages:
        if channel.messages[first].deleted:
            # On purpose, says Discord: what was posted, and then deleted, is not made anew.
            raise ApiError(10008)
        return posting.given(world, channel.messages[first]) | {"nonce": nonce}
    if form.get("attachments") and channel.type != DM:
        world.need(channel, "attach_files")
    new = checked(form)
    new["flags"] &= ~EPHEMERAL
    message = Message(SNOWFLAKES.now(), channel.id, world.bot, nonce=nonce, **new, **_of_form(world, channel, form))
    posting.post(world, message, form.get("allowed_mentions"))
    if nonce:
        world.nonces[key] = (message.id, call.now + world.settings.nonce_window)
    return posting.given(world, message) | ({"nonce": nonce} if nonce else {})


def _nonce(form: Json) -> str | None:
    nonce = form.get("nonce")
    return None if nonce is None else str(nonce)


def _of_form(world: World, channel: Channel, form: Json) -> Json:
    reference = form.get("message_reference")
    if not reference:
        return {"type": DEFAULT}
    if str(reference.get("message_id")) not in channel.messages:
        if reference.get("fail_if_not_exists", True):
            raise wrong("message_reference", "Unknown message", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
        return {"type": DEFAULT}
    if not world.may(world.bot, channel, "read_message_history"):
        raise ApiError(160002)
    told = {"type": 0, "message_id": str(reference["message_id"]), "channel_id": channel.id, "guild_id": channel.guild}
    return {"type": REPLY, "reference": told}


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call) -> Json:
    """Change a message of the bot's own."""
    world = call.world
    channel = world.seen(call.where["channel_id"])
    message = world.message(channel, call.where["message_id"])
    if message.author != world.bot:
        raise ApiError(50005)
    if message.type == STARTER:
        raise ApiError(50021)
    if channel.archived:
        raise ApiError(50083)
    new = checked(call.body, message)
    _not_too_often(world, message)
    return posting.given(world, posting.change(world, message, new, call.body.get("allowed_mentions")))


def _not_too_often(world: World, message: Message) -> None:
    most, now = world.settings.old_edits, asyncio.get_running_loop().time()
    if not most or wall() - moment(message.id) < world.settings.old_message:
        return
    recent = [then for then in world.old_edits.get(message.channel, []) if then > now - 3600]
    if len(recent) >= most:
        raise ApiError(30046)
    world.old_edits[message.channel] = [*recent, now]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def get(call: Call) -> Json:
    """Return a message."""
    channel = call.world.seen(call.where["channel_id"])
    call.world.need(channel, "read_message_history")
    return posting.given(call.world, call.world.message(channel, call.where["message_id"]))


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> list[Json]:
    """Return messages, newest first: all, or `before`, `after` or `around` one. Without the permission there are none."""
    channel = call.world.seen(call.where["channel_id"])
    if channel.type in {FORUM, CATEGORY}:
        raise ApiError(50008)
    limit = call.number("limit", 50, 100)
    if not call.world.may(call.world.bot, channel, "read_message_history"):
        return []
    there = sorted(channel.living(), key=lambda message: int(message.id))
    return [posting.given(call.world, message) for message in reversed(_page(there, call, limit))]


def _page(there: list[Message], call: Call, limit: int) -> list[Message]:
    if "after" in call.query:
        return [message for message in there if int(message.id) > int(call.query["after"])][:limit]
    if "before" in call.query:
        return [message for message in there if int(message.id) < int(call.query["before"])][-limit:]
    if "around" in call.query:
        middle = int(call.query["around"])
        older = [message for message in there if int(message.id) <= middle][-(limit // 2 + 1) :]
        return older + [message for message in there if int(message.id) > middle][: limit - len(older)]
    return there[-limit:]


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call) -> Any:
    """Delete a message: one's own, or with the permission anybody's."""
    world = call.world
    channel = world.seen(call.where["channel_id"])
    message = world.message(channel, call.where["message_id"])
    if message.author != world.bot:
        if channel.guild is None:
            raise ApiError(50003)
        world.need(channel, "manage_messages")
    if channel.archived:
        raise ApiError(50083)
    posting.remove(world, message)
    return Reply(204)


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> Any:
    """Show that the bot is typing."""
    need_to_post(call.world, call.world.seen(call.where["channel_id"]))
    return Reply(204)
