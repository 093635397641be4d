"""How is a world made for a test?"""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tests.discord import permissions
from tests.discord.entities import FORUM, KINDS, Channel, Guild, Member, Overwrite, Role, Tag, User
from tests.discord.intents import PRIVILEGED
from tests.discord.settings import Settings
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import Impossible, Json
from tests.discord.world import World
from tests.slack.wall import wall

USER = {"id", "name", "global_name", "bot", "deleted", "dm_closed"}
GUILD = {"id", "name", "channels", "members", "with_bot", "bot", "roles", "owner"}
ROLE = {"name", "permissions", "members"}
CHANNEL = {"id", "name", "kind", "tags", "needs_tag", "deny", "allow", "bot", "parent"}
# What may also be changed later.
LATER = {"privileged", "limits", "via", "settings", "shards"}
WORLD = LATER | {"users", "guilds", "bot"}


def _token(bot: str, key: str) -> str:
    """Return a bot token as Discord makes them: whose it is, when it was made (here: which world it is of), and the secret."""
    return f"{b64encode(bot.encode()).decode().rstrip('=')}.{key}.{secrets.token_urlsafe(24)}"


def build(asked: Json, key: str, address: str) -> World:
    """Return a world as a test describes it."""
    known("a world", asked, WORLD)
    application = SNOWFLAKES.old()
    world = World(key, _token(application, key), application, application, address, list(PRIVILEGED))
    name: str = asked.get("bot", "buckstop")
    world.users[world.bot] = User(world.bot, name, bot=True)
    set_up(world, asked)
    for user in asked.get("users", []):
        add_user(world, user if isinstance(user, dict) else {"name": user})
    for guild in asked.get("guilds", []):
        add_guild(world, guild if isinstance(guild, dict) else {"name": guild})
    return world


def set_up(world: World, asked: Mapping[str, Any]) -> None:
    """Set what may also be set later."""
    world.shards = asked.get("shards", world.shards)
    if "privileged" in asked:
        known("the privileged intents", dict.fromkeys(asked["privileged"]), set(PRIVILEGED))
        world.privileged = list(asked["privileged"])
    if "limits" in asked:
        world.limits.set(asked["limits"], asked.get("via", True))
    settings: Json = asked.get("settings", {})
    known("the settings", settings, {one.name for one in fields(Settings)})
    for name, value in settings.items():
        setattr(world.settings, name, value)


def add_user(world: World, asked: Json) -> User:
    """Add somebody, who is in no guild yet."""
    known("a user", asked, USER)
    user = User(**asked) if "id" in asked else User(SNOWFLAKES.old(), **asked)
    if any(user.id == other.id or user.name == other.name for other in world.users.values()):
        raise Impossible(f"there is a user {user.name} already")
    world.users[user.id] = user
    return user


def add_guild(world: World, asked: Json) -> Guild:
    """Add a guild: everybody is in it, and the bot, unless something else is said."""
    known("a guild", asked, GUILD)
    key = asked.get("id") or SNOWFLAKES.old()
    # Its owner may do everything everywhere, so by default it is nobody whom a test knows.
    owner = world.user(asked["owner"]).id if asked.get("owner") else SNOWFLAKES.old()
    guild = Guild(key, asked["name"], owner, {key: Role(key, "@everyone", permissions.EVERYONE)})
    world.guilds[key] = guild
    members = asked.get("members")
    people = [world.user(one).id for one in members] if members is not None else [one for one in world.users if one != world.bot]
    for user in people:
        guild.members[user] = Member(user, joined=wall())
    for role in asked.get("roles") or []:
        add_role(world, guild, role if isinstance(role, dict) else {"name": role})
    lacking = permissions.bits(asked.get("bot") or [])
    if asked.get("with_bot", True):
        add_bot(world, guild, lacking)
    for channel in asked.get("channels") or []:
        add_channel(world, guild, channel if isinstance(channel, dict) else {"name": channel}, lacking)
    return guild


def add_role(world: World, guild: Guild, asked: Json) -> Role:
    """Add a role and give it to people."""
    known("a role", asked, ROLE)
    role = Role(SNOWFLAKES.old(), asked["name"], permissions.bits(asked.get("permissions") or []))
    guild.roles[role.id] = role
    for name in asked.get("members") or []:
        guild.members[world.user(name).id].roles.append(role.id)
    return role


def add_bot(world: World, guild: Guild, lacking: int = 0) -> None:
    """Let the bot be in a guild, with a role of its own."""
    role = Role(SNOWFLAKES.old(), world.users[world.bot].name, permissions.BOT & ~lacking, managed=True)
    guild.roles[role.id] = role
    guild.members[world.bot] = Member(world.bot, roles=[role.id], joined=wall())


def add_channel(world: World, guild: Guild, asked: Json, lacking: int = 0) -> Channel:
    """Add a channel; `deny` and `allow` are about seeing it, `bot` are permissions that the bot lacks there."""
    known("a channel", asked, CHANNEL)
    kind = asked.get("kind", "text")
    if kind not in KINDS:
        raise Impossible(f"no kind of channel is called {kind!r}; there are {', '.join(KINDS)}")
    tags = [Tag(SNOWFLAKES.old(), name) for name in asked.get("tags") or []]
    channel = Channel(asked.get("id") or SNOWFLAKES.old(), KINDS[kind], asked["name"], guild.id, tags=tags)
    channel.needs_tag = bool(asked.get("needs_tag")) and kind == "forum"
    if tags and channel.type != FORUM:
        raise Impossible(f"{channel.name} is no forum and has no tags")
    channel.parent = world.channel(asked["parent"]).id if asked.get("parent") else None
    world.channels[channel.id] = channel
    for name in asked.get("deny") or []:
        overwrite(world, channel, name, deny=permissions.bits(["view_channel"]))
    for name in asked.get("allow") or []:
        overwrite(world, channel, name, allow=permissions.bits(["view_channel"]))
    lacks = lacking | permissions.bits(asked.get("bot") or [])
    if lacks:
        overwrite(world, channel, world.bot, deny=lacks)
    return channel


def overwrite(world: World, channel: Channel, ref: str, allow: int = 0, deny: int = 0) -> None:
    """Allow or deny somebody, or a role (`@everyone` too), something in a channel."""
    guild = world.guilds[channel.guild or ""]
    role = next((role for role in guild.roles.values() if ref in {role.id, role.name} and not role.managed), None)
    whose = role.id if role else world.user(ref).id
    one = channel.overwrites.setdefault(whose, Overwrite(0 if role else 1))
    one.allow, one.deny = (one.allow | allow) & ~deny, (one.deny | deny) & ~allow


def known(what: str, asked: Mapping[str, Any], names: set[str]) -> None:
    """Refuse what a test has misspelt."""
    unknown = set(asked) - names
    if unknown:
        raise Impossible(f"{what} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(names))}")
