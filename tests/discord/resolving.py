"""How does a person choose people, channels and roles, and what is told of those whom they chose?"""

from tests.discord import shapes
from tests.discord.entities import Channel
from tests.discord.words import Impossible, Json
from tests.discord.world import World


def user_id(world: World, ref: str) -> str:
    """Return the id of somebody by name or id."""
    return world.user(ref).id


def role_id(world: World, where: Channel, ref: str) -> str:
    """Return the id of a role of the guild."""
    guild = world.guilds[where.guild or ""]
    for role in guild.roles.values():
        if ref.removeprefix("@") in {role.id, role.name}:
            return role.id
    raise Impossible(f"there is no role {ref!r}")


def resolved(world: World, where: Channel, users: list[str], channels: list[str], roles: list[str]) -> Json:
    """Return what a payload tells of whom it names."""
    told: Json = {}
    if users:
        told["users"] = {one: shapes.user(world.users[one]) for one in users}
    guild = world.guilds.get(where.guild or "")
    if guild is not None:
        members = {one: shapes.member(guild.members[one]) for one in users if one in guild.members}
        told |= {"members": members} if members else {}
        by_id = {role["id"]: role for role in shapes.roles(guild)}
        told |= {"roles": {one: by_id[one] for one in roles}} if roles else {}
    if channels:
        told["channels"] = {one: shapes.place(world, world.channels[one]) | {"permissions": "0"} for one in channels}
    return told
