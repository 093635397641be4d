"""The methods that are about the app itself, and reactions: who am I, where do I connect, what do I think of a message?"""

import re

from tests.slack import reacting
from tests.slack.calling import Call, Method
from tests.slack.words import ApiError, Json

_EMOJI = re.compile(r"[a-z0-9_+'-]+(?:::skin-tone-[2-6])?")


def auth_test(call: Call) -> Json:
    """auth.test."""
    ws = call.ws
    return {
        "url": f"https://{ws.domain}.slack.com/",
        "team": ws.domain.capitalize(),
        "user": ws.bot.name,
        "team_id": ws.team,
        "user_id": ws.bot_user,
        "bot_id": ws.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """apps.connections.open: an address for one socket."""
    if call.ws.sockets.refusing:
        raise ApiError("internal_error")
    return {"url": f"ws{call.ws.address.removeprefix('http')}/socket/{call.ws.key}/{call.ws.sockets.ticket()}"}


def reactions_add(call: Call) -> Json:
    """reactions.add."""
    name = call.args.need("name", "no_reaction").strip(":")
    if not _EMOJI.fullmatch(name):
        raise ApiError("invalid_name")
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    if call.ws.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    if channel.archived:
        raise ApiError("is_archived")
    message = channel.messages.get(call.args.need("timestamp", "no_item_specified"))
    if message is None or message.deleted:
        raise ApiError("message_not_found")
    if call.ws.bot_user in message.reactions.get(name, []):
        raise ApiError("already_reacted")
    reacting.add(call.ws, call.courier, message, name, call.ws.bot_user)
    return {}


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, token="app"),
    "reactions.add": Method(reactions_add, "reactions:write"),
}
