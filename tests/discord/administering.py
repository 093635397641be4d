"""What do administrators and the platform do: people come and go, roles change, the bot is thrown out?"""

from tests.discord import intents, shapes
from tests.discord.acting import verb
from tests.discord.building import add_bot, add_guild, add_role, add_user
from tests.discord.entities import Guild, Member
from tests.discord.events import emit, passed
from tests.discord.knobs import Event
from tests.discord.words import Json
from tests.discord.world import World
from tests.slack.wall import wall


async def _done(world: World, **more: object) -> Json:
    await passed(world)
    return dict(more)


def _updated(world: World, guild: Guild, user: str) -> None:
    told = shapes.whole_member(world, guild.members[user]) | {"guild_id": guild.id}
    emit(world, Event("GUILD_MEMBER_UPDATE", told, guild.id, intents.MEMBERS))


@verb
async def add_user_(world: World, guild: str | None = None, **asked: object) -> Json:
    """Add somebody, and let them join a guild if one is named."""
    user = add_user(world, asked)
    if guild is not None:
        await join(world, user.id, guild)
    return await _done(world, id=user.id)


@verb
async def join(world: World, user: str, guild: str | None = None) -> Json:
    """Let somebody join a guild, or the bot be invited to it."""
    place, who = world.guild(guild), world.user(user)
    if who.id == world.bot:
        add_bot(world, place)
        emit(world, Event("GUILD_CREATE", shapes.whole_guild(world, place, everybody=False), place.id, intents.GUILDS))
    else:
        place.members[who.id] = Member(who.id, joined=wall())
        told = shapes.whole_member(world, place.members[who.id]) | {"guild_id": place.id}
        emit(world, Event("GUILD_MEMBER_ADD", told, place.id, intents.MEMBERS))
    return await _done(world)


@verb
async def leave(world: World, user: str, guild: str | None = None) -> Json:
    """Let somebody leave a guild, or be thrown out."""
    place, who = world.guild(guild), world.user(user)
    place.members.pop(who.id, None)
    emit(world, Event("GUILD_MEMBER_REMOVE", {"guild_id": place.id, "user": shapes.user(who)}, place.id, intents.MEMBERS))
    return await _done(world)


@verb
async def kick_bot(world: World, guild: str | None = None) -> Json:
    """Throw the bot out of a guild."""
    place = world.guild(guild)
    member = place.members.pop(world.bot, None)
    for role in member.roles if member else []:
        del place.roles[role]
    emit(world, Event("GUILD_DELETE", {"id": place.id}, place.id, intents.GUILDS))
    return await _done(world)


@verb
async def guild_unavailable(world: World, guild: str | None = None, unavailable: bool = True) -> Json:
    """Let a guild be out of reach through an outage, or back."""
    place = world.guild(guild)
    if unavailable:
        emit(world, Event("GUILD_DELETE", {"id": place.id, "unavailable": True}, place.id, intents.GUILDS))
    else:
        emit(world, Event("GUILD_CREATE", shapes.whole_guild(world, place, everybody=False), place.id, intents.GUILDS))
    return await _done(world)


@verb
async def rename(
    world: World, user: str, name: str | None = None, global_name: str | None = None, guild: str | None = None, nick: str | None = None
) -> Json:
    """Give somebody another name, a display name, or a nickname in a guild."""
    who = world.user(user)
    who.name, who.global_name = name or who.name, global_name or who.global_name
    for place in world.guilds.values():
        if who.id in place.members:
            if nick is not None and place is world.guild(guild):
                place.members[who.id].nick = nick or None
            _updated(world, place, who.id)
    return await _done(world)


@verb
async def close_dms(world: World, user: str, closed: bool = True) -> Json:
    """Let somebody refuse direct messages of bots, or take them again."""
    world.user(user).dm_closed = closed
    return {}


@verb
async def delete_user(world: World, user: str) -> Json:
    """Let an account be deleted: it leaves every guild."""
    who = world.user(user)
    for place in world.guilds.values():
        if who.id in place.members:
            await leave(world, who.id, place.id)
    who.deleted = True
    return await _done(world)


@verb
async def add_guild_(world: World, **asked: object) -> Json:
    """Add a guild; the bot is in it unless something else is said."""
    place = add_guild(world, asked)
    if world.bot in place.members:
        emit(world, Event("GUILD_CREATE", shapes.whole_guild(world, place, everybody=False), place.id, intents.GUILDS))
    return await _done(world, id=place.id, channels={one.name: one.id for one in world.channels.values() if one.guild == place.id})


@verb
async def add_role_(world: World, guild: str | None = None, **asked: object) -> Json:
    """Add a role and give it to people."""
    place = world.guild(guild)
    role = add_role(world, place, asked)
    told = next(one for one in shapes.roles(place) if one["id"] == role.id)
    emit(world, Event("GUILD_ROLE_CREATE", {"guild_id": place.id, "role": told}, place.id, intents.GUILDS))
    for user, member in place.members.items():
        if role.id in member.roles:
            _updated(world, place, user)
    return await _done(world, id=role.id)


@verb
async def revoke(world: World, revoked: bool = True) -> Json:
    """Make the token invalid; what is connected is closed. `revoked=False` makes it good again."""
    world.revoked = revoked
    for session in list(world.sessions.values()) if revoked else []:
        if session.line is not None:
            session.line.close(4004, "Authentication failed.")
        del world.sessions[session.id]
    return {}
