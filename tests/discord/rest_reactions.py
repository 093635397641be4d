"""The API's routes for reactions."""

from typing import Any
from urllib.parse import unquote

from tests.discord import reacting, shapes
from tests.discord.entities import Channel, Message
from tests.discord.routing import Call, Reply, route
from tests.discord.words import ApiError, Json


def _found(call: Call) -> tuple[Channel, Message, str]:
    channel = call.world.seen(call.where["channel_id"])
    emoji = unquote(call.where["emoji"])
    if not emoji or (":" not in emoji and emoji.isascii() and emoji not in "#*0123456789"):
        # A name such as `sos` is no emoji.
        raise ApiError(10014)
    return channel, call.world.message(channel, call.where["message_id"]), emoji


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def add(call: Call) -> Any:
    """React as the bot."""
    channel, message, emoji = _found(call)
    call.world.need(channel, "read_message_history")
    if not message.reactions.get(emoji):
        call.world.need(channel, "add_reactions")
        if len([one for one in message.reactions.values() if one]) >= 20:
            raise ApiError(30010)
    if channel.archived:
        raise ApiError(50083)
    reacting.add(call.world, channel, message, call.world.bot, emoji)
    return Reply(204)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/{user_id}")
def remove(call: Call) -> Any:
    """Take a reaction away: the bot's own (`@me`), or with the permission anybody's."""
    channel, message, emoji = _found(call)
    mine = call.where["user_id"] in {"@me", call.world.bot}
    if not mine:
        call.world.need(channel, "manage_messages")
    reacting.remove(call.world, channel, message, call.world.bot if mine else call.where["user_id"], emoji)
    return Reply(204)


@route("GET", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}")
def users(call: Call) -> list[Json]:
    """Return who has reacted so, by id."""
    channel, message, emoji = _found(call)
    call.world.need(channel, "read_message_history")
    limit, after = call.number("limit", 25, 100), int(call.query.get("after", "0"))
    there = sorted((one for one in message.reactions.get(emoji, []) if int(one) > after), key=int)
    return [shapes.user(call.world.users[one]) for one in there[:limit]]
