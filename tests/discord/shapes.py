"""How do payloads describe people, guilds, channels and messages?"""

from dataclasses import replace
from datetime import UTC, datetime

from tests.discord.entities import CATEGORY, DM, FORUM, HAS_THREAD, REPLY, STARTER, THREAD, VOICE, Channel, Guild, Member, Message, User
from tests.discord.snowflakes import moment
from tests.discord.words import Json
from tests.discord.world import World


def stamp(seconds: float | None) -> str | None:
    """Return a moment as Discord writes it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def user(who: User) -> Json:
    """Return somebody."""
    told: Json = {"id": who.id, "username": who.name, "discriminator": "0", "global_name": who.global_name, "avatar": None}
    return told | {"public_flags": 0} | ({"bot": True} if who.bot else {})


def member(one: Member) -> Json:
    """Return what being in a guild says of somebody, without who they are."""
    told: Json = {"roles": list(one.roles), "nick": one.nick, "joined_at": stamp(one.joined), "deaf": False, "mute": False, "flags": 0}
    return told | {"avatar": None, "premium_since": None, "pending": False, "communication_disabled_until": None}


def whole_member(world: World, one: Member) -> Json:
    """Return a member with who they are."""
    return member(one) | {"user": user(world.users[one.user])}


def roles(guild: Guild) -> list[Json]:
    """Return the roles of a guild."""
    usual: Json = {"color": 0, "hoist": False, "mentionable": False, "flags": 0, "icon": None, "unicode_emoji": None}
    usual |= {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    return [
        usual | {"id": role.id, "name": role.name, "permissions": str(role.permissions), "position": place, "managed": role.managed}
        for place, role in enumerate(guild.roles.values())
    ]


def guild(one: Guild) -> Json:
    """Return a guild as the API gives it."""
    told: Json = {"id": one.id, "name": one.name, "owner_id": one.owner, "roles": roles(one), "icon": None, "features": []}
    told |= {"emojis": [], "stickers": [], "preferred_locale": "en-US", "afk_timeout": 300, "system_channel_flags": 0}
    told |= {"verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0, "mfa_level": 0}
    return told | {"premium_tier": 0, "nsfw_level": 0, "max_members": 500000, "description": None, "premium_progress_bar_enabled": False}


def whole_guild(world: World, one: Guild, everybody: bool) -> Json:
    """Return a guild as GUILD_CREATE gives it, with all members or with the bot only."""
    there = [channel for channel in world.channels.values() if channel.guild == one.id]
    people = [whole_member(world, who) for who in one.members.values() if everybody or who.user == world.bot]
    active = [channel for channel in there if channel.is_thread and not channel.archived and world.may(world.bot, channel, "view_channel")]
    told: Json = {"channels": [place(world, channel) for channel in there if not channel.is_thread], "members": people}
    told |= {"threads": [place(world, channel) for channel in active], "member_count": len(one.members), "large": False}
    told |= {"unavailable": False, "joined_at": stamp(one.members[world.bot].joined), "voice_states": [], "presences": []}
    return guild(one) | told | {"stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": []}


def place(world: World, channel: Channel) -> Json:
    """Return a channel, a thread or direct messages."""
    if channel.type == DM:
        assert channel.recipient is not None
        told: Json = {"id": channel.id, "type": DM, "last_message_id": _last(channel), "flags": 0}
        return told | {"recipients": [user(world.users[channel.recipient])]}
    return _thread(world, channel) if channel.is_thread else _room(channel)


def _last(channel: Channel) -> str | None:
    return next(reversed(channel.messages), None)


def _room(channel: Channel) -> Json:
    overwrites = [
        {"id": whose, "type": one.type, "allow": str(one.allow), "deny": str(one.deny)} for whose, one in channel.overwrites.items()
    ]
    told: Json = {"id": channel.id, "type": channel.type, "guild_id": channel.guild, "name": channel.name, "position": 0, "flags": 0}
    told |= {"permission_overwrites": overwrites, "parent_id": channel.parent, "nsfw": False}
    if channel.type == CATEGORY:
        return told
    told |= {"topic": None, "last_message_id": _last(channel), "rate_limit_per_user": 0, "default_auto_archive_duration": 4320}
    if channel.type == VOICE:
        return told | {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.type == FORUM:
        tags = [{"id": tag.id, "name": tag.name, "moderated": tag.moderated, "emoji_id": None, "emoji_name": None} for tag in channel.tags]
        told |= {"available_tags": tags, "default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0}
        told |= {"flags": 16 if channel.needs_tag else 0}
    return told


def _thread(world: World, channel: Channel) -> Json:
    when = stamp(moment(channel.id))
    data: Json = {"archived": channel.archived, "locked": channel.locked, "auto_archive_duration": 4320}
    data |= {"archive_timestamp": stamp(channel.archived_at) or when, "create_timestamp": when}
    told: Json = {"id": channel.id, "type": THREAD, "guild_id": channel.guild, "parent_id": channel.parent, "name": channel.name}
    told |= {"owner_id": channel.owner, "thread_metadata": data, "last_message_id": _last(channel), "rate_limit_per_user": 0, "flags": 0}
    told |= {"message_count": _counted(channel), "total_message_sent": channel.sent, "member_count": len(channel.members)}
    if world.channels[channel.parent or ""].type == FORUM:
        told["applied_tags"] = list(channel.applied)
    if world.bot in channel.members:
        told["member"] = thread_member(channel, world.bot)
    return told


def _counted(channel: Channel) -> int:
    """Return how many messages count: the one that a thread hangs on, or a post begins with, does not."""
    return sum(message.type != STARTER and message.id != channel.id for message in channel.living())


def thread_member(channel: Channel, who: str) -> Json:
    """Return somebody's being in a thread."""
    return {"id": channel.id, "user_id": who, "join_timestamp": stamp(moment(channel.id)), "flags": 0}


def message(world: World, one: Message, readable: bool = True) -> Json:
    """Return a message as the API gives it; what is not `readable` has no content. The nonce is left out."""
    channel = world.channels[one.channel]
    names = [user(world.users[who]) for who in one.mentions if who in world.users]
    told: Json = {"id": one.id, "channel_id": one.channel, "author": user(world.users[one.author]), "type": one.type, "flags": one.flags}
    told |= {"timestamp": stamp(moment(one.id)), "edited_timestamp": stamp(one.edited), "tts": False, "pinned": False}
    told |= {"mentions": names, "mention_roles": list(one.mention_roles), "mention_everyone": one.mention_everyone}
    told |= _words(world, one, readable)
    if any(one.reactions.values()):
        told["reactions"] = [_reaction(world, emoji, users) for emoji, users in one.reactions.items() if users]
    if one.reference:
        told["message_reference"] = one.reference
        told |= _referenced(world, one.type, one.reference, readable)
    if one.interaction:
        told["interaction_metadata"] = one.interaction
    if one.webhook:
        told |= {"webhook_id": one.webhook, "application_id": world.application}
    if one.id in world.channels and not channel.is_thread:
        told |= {"thread": place(world, world.channels[one.id]), "flags": one.flags | HAS_THREAD}
    return told


def _referenced(world: World, type: int, reference: Json, readable: bool) -> Json:
    """Return the message that is answered, or that a thread hangs on; none when it is gone."""
    if type not in {REPLY, STARTER}:
        return {}
    found = (
        world.channels[reference["channel_id"]].messages.get(reference["message_id"]) if reference["channel_id"] in world.channels else None
    )
    if found is None or found.deleted:
        return {"referenced_message": None}
    # What that one answers is not told again.
    return {"referenced_message": message(world, replace(found, reference=None), readable or found.author == world.bot)}


def _words(world: World, one: Message, readable: bool) -> Json:
    if not readable:
        return {"content": "", "components": [], "embeds": [], "attachments": []}
    return {"content": one.content, "components": one.components, "embeds": one.embeds, "attachments": _attached(world, one)}


def _attached(world: World, one: Message) -> list[Json]:
    """Return the files of a message; nothing is behind their addresses."""
    told = []
    for place, file in enumerate(one.attachments, 1):
        number, name = str(int(one.id) + place), file.get("filename", "file")
        url = f"{world.address}/attachments/{one.channel}/{number}/{name}"
        kind = {"content_type": file["type"]} if "type" in file else {}
        told.append({"id": number, "filename": name, "size": file.get("size", 1), "url": url, "proxy_url": url, **kind})
    return told


def _reaction(world: World, emoji: str, users: list[str]) -> Json:
    told: Json = {"count": len(users), "me": world.bot in users, "me_burst": False, "burst_colors": []}
    return told | {"emoji": emoji_of(emoji), "count_details": {"burst": 0, "normal": len(users)}}


def emoji_of(emoji: str) -> Json:
    """Return an emoji: `🆘`, or `name:id` for one of a guild."""
    name, _, own = emoji.partition(":")
    return {"id": own or None, "name": name}


def event(world: World, one: Message, readable: bool = True) -> Json:
    """Return a message as gateway events give it: with its guild and its author's membership."""
    channel = world.channels[one.channel]
    told = message(world, one, readable) | {"channel_type": channel.type}
    if channel.guild is None or one.ephemeral_to is not None:
        return told
    people = world.guilds[channel.guild].members
    named = [user(world.users[who]) | ({"member": member(people[who])} if who in people else {}) for who in one.mentions]
    told |= {"guild_id": channel.guild, "mentions": named}
    return told | ({"member": member(people[one.author])} if one.author in people else {})
