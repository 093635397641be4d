"""The API's routes for guilds: channels, roles, members."""

from typing import Any

from tests.discord import shapes
from tests.discord.entities import Guild, Member
from tests.discord.routing import Call, route
from tests.discord.words import ApiError, Json, wrong


def guild_of(call: Call) -> Guild:
    """Return the guild of a call, which the bot must be in."""
    guild = call.world.guilds.get(call.where["guild_id"])
    if guild is None or call.world.bot not in guild.members:
        raise ApiError(10004)
    return guild


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Json:
    """Return a guild."""
    found = guild_of(call)
    return shapes.guild(found) | {"approximate_member_count": len(found.members)}


@route("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> list[Json]:
    """Return the channels of a guild, without threads."""
    found = guild_of(call)
    there = [channel for channel in call.world.channels.values() if channel.guild == found.id and not channel.is_thread]
    return [shapes.place(call.world, channel) for channel in there]


@route("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> list[Json]:
    """Return the roles of a guild."""
    return shapes.roles(guild_of(call))


@route("GET", "/guilds/{guild_id}/members/search")
def search(call: Call) -> list[Json]:
    """Return members whose name or nickname begins with the query."""
    found, query = guild_of(call), call.query.get("query", "").lower()
    if not query:
        raise wrong("query", "This field is required", "BASE_TYPE_REQUIRED")
    limit = call.number("limit", 1, 1000)
    like = [one for one in found.members.values() if any(name.lower().startswith(query) for name in _names(call, one))]
    return [shapes.whole_member(call.world, one) for one in like[:limit]]


def _names(call: Call, one: Member) -> list[str]:
    user = call.world.users[one.user]
    return [name for name in (user.name, user.global_name, one.nick) if name]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Json:
    """Return a member."""
    found = guild_of(call).members.get(call.where["user_id"])
    if found is None:
        raise ApiError(10007 if call.where["user_id"] in call.world.users else 10013)
    return shapes.whole_member(call.world, found)


@route("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> list[Json]:
    """Return the members by id, a page at a time; it needs the privileged intent."""
    found = guild_of(call)
    if "members" not in call.world.privileged:
        raise ApiError(50001)
    limit, after = call.number("limit", 1, 1000), int(call.query.get("after", "0"))
    people = sorted((one for one in found.members.values() if int(one.user) > after), key=lambda one: int(one.user))
    return [shapes.whole_member(call.world, one) for one in people[:limit]]


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Any:
    """Return the threads of a guild that are not archived and that the bot can see."""
    found, world = guild_of(call), call.world
    there = [one for one in world.channels.values() if one.guild == found.id and one.is_thread and not one.archived]
    seen = [one for one in there if world.may(world.bot, one, "view_channel")]
    mine = [shapes.thread_member(one, world.bot) for one in seen if world.bot in one.members]
    return {"threads": [shapes.place(world, one) for one in seen], "members": mine}
