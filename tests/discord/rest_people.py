"""The API's routes for people, the application and the gateway's address."""

from typing import Any

from tests.discord import intents, shapes
from tests.discord.entities import User
from tests.discord.routing import Call, route
from tests.discord.words import ApiError, Json


@route("GET", "/users/@me")
def me(call: Call) -> Json:
    """Return the bot."""
    return shapes.user(call.world.users[call.world.bot]) | {"verified": True, "mfa_enabled": False, "flags": 0}


@route("GET", "/users/{user_id}")
def user(call: Call) -> Json:
    """Return somebody."""
    found = call.world.users.get(call.where["user_id"])
    if found is None:
        raise ApiError(10013)
    return shapes.user(found)


@route("POST", "/users/@me/channels")
def open_direct(call: Call) -> Json:
    """Return the direct messages with somebody. It succeeds whether they take them or not."""
    found: User | None = call.world.users.get(str(call.body.get("recipient_id")))
    if found is None or found.id == call.world.bot:
        raise ApiError(50033)
    return shapes.place(call.world, call.world.direct(found.id))


def _application(call: Call) -> Json:
    world = call.world
    bot = world.users[world.bot]
    owner = {"id": "100000000000000001", "username": "owner", "discriminator": "0", "avatar": None, "global_name": None}
    told: Json = {"id": world.application, "name": bot.global_name or bot.name, "icon": None, "description": "", "owner": owner}
    told |= {"bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64, "team": None, "hook": True}
    told |= {"flags": intents.flags(world.privileged), "approximate_guild_count": len(world.guilds), "bot": shapes.user(bot)}
    return told | {"interactions_endpoint_url": None, "redirect_uris": [], "tags": [], "rpc_origins": []}


@route("GET", "/applications/@me")
def application(call: Call) -> Json:
    """Return the application."""
    return _application(call)


@route("GET", "/oauth2/applications/@me")
def oauth_application(call: Call) -> Json:
    """Return the application, where discord.py looks for it."""
    return _application(call)


@route("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> list[Json]:
    """Return the guilds that the bot is in."""
    mine = [guild for guild in call.world.guilds.values() if call.world.bot in guild.members]
    told: list[Json] = [{"id": one.id, "name": one.name, "icon": None, "owner": False, "features": []} for one in mine]
    for one, guild in zip(told, mine, strict=True):
        one["permissions"] = str(guild.roles[guild.id].permissions)
    return told


@route("GET", "/gateway")
def gateway(call: Call) -> Json:
    """Return the gateway's address."""
    return {"url": call.world.gateway_url}


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Any:
    """Return the gateway's address, how many shards there should be, and how often it may be identified to."""
    left = {"total": 1000, "remaining": max(0, 1000 - call.world.identifies), "reset_after": 14400000, "max_concurrency": 1}
    return gateway(call) | {"shards": call.world.shards, "session_start_limit": left}
