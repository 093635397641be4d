"""What has to be agreed to when Buckstop is invited, what has to be switched on, and why?

Everything here is made of the configuration: a permission that only forums need is asked for only where there is one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import discord

from bot.config import DiscordPlan

SCOPES = ("bot", "applications.commands")
# What Discord's settings call a permission, and a sentence that stands in docs/discord.md too; `buckstop doctor` says it of one that lacks.
PERMISSIONS: Mapping[str, tuple[str, str]] = {
    "view_channel": ("View Channels", "Sees the channels that it works in, and hears what is said there."),
    "send_messages": ("Send Messages and Create Posts", "Posts cards and digests."),
    "attach_files": ("Attach Files", "Sends the digest's chart as a picture."),
    "send_messages_in_threads": ("Send Messages in Threads and Posts", "Writes in a case's thread, where a card has its talk."),
    "create_public_threads": ("Create Public Threads", "Opens a thread under a card, or under the message that somebody reported."),
    "read_message_history": (
        "Read Message History",
        "Looks up whether a message that it is not sure of has arrived, reads what was written while it was away, and opens threads.",
    ),
    "add_reactions": ("Add Reactions", "Puts a sign on an answer in a thread that was noted, instead of answering it with a message."),
    "manage_threads": ("Manage Threads and Posts", "Sets the tags of forum posts, which belong to whoever wrote them. Only with forums."),
}
_IN_FORUMS = frozenset(PERMISSIONS) - {"send_messages", "attach_files", "create_public_threads"}
_IN_CHANNELS = frozenset(PERMISSIONS) - {"manage_threads"}
INTENTS: Mapping[str, tuple[str, str]] = {
    "message_content": (
        "Message Content Intent",
        "Reads what people write in a case's thread, and the message that they report; without it every text is empty.",
    ),
    "members": ("Server Members Intent", "Hears at once who has left, so that their cases wait for nobody who is gone."),
}
_AUTHORIZE, PORTAL = "https://discord.com/oauth2/authorize", "https://discord.com/developers/applications"


def needed(plan: DiscordPlan) -> dict[str, tuple[str, str]]:
    """Return the permissions that Buckstop is to have in a server."""
    return {name: told for name, told in PERMISSIONS.items() if plan.forums or name in _IN_CHANNELS}


def needed_in(*, forum: bool) -> dict[str, tuple[str, str]]:
    """Return the permissions that it needs in one channel."""
    return {name: told for name, told in PERMISSIONS.items() if name in (_IN_FORUMS if forum else _IN_CHANNELS)}


def intents(plan: DiscordPlan) -> dict[str, tuple[str, str]]:
    """Return the privileged intents that have to be switched on."""
    return privileged(members=plan.members_intent)


def privileged(*, members: bool) -> dict[str, tuple[str, str]]:
    """Return the privileged intents, that of who comes and leaves only with `members`."""
    return {key: told for key, told in INTENTS.items() if key != "members" or members}


def invite(plan: DiscordPlan, application: str) -> str:
    """Return the address that invites the bot with the least it needs."""
    asked = discord.Permissions(**dict.fromkeys(needed(plan), True)).value
    return f"{_AUTHORIZE}?{urlencode({'client_id': application, 'permissions': asked, 'scope': ' '.join(SCOPES)})}"


def manifest(plan: DiscordPlan, application: str) -> dict[str, Any]:
    """Return everything for a program to read."""
    return {
        "application": application,
        "invite": invite(plan, application),
        "scopes": list(SCOPES),
        "permissions": [{"id": key, "name": name, "why": why} for key, (name, why) in needed(plan).items()],
        "intents": [{"id": key, "name": name, "why": why} for key, (name, why) in intents(plan).items()],
        "portal": f"{PORTAL}/{application}/bot",
    }


def manifest_text(plan: DiscordPlan, application: str) -> str:
    """Return everything for a person to read."""
    servers = "" if len(plan.guilds) < 2 else f", once for each of the {len(plan.guilds)} servers"
    return "\n".join([
        f"Open this address as somebody who may manage the server{servers}:",
        f"  {invite(plan, application)}",
        "",
        "It asks for these permissions, and for no others:",
        *_listed(needed(plan)),
        "",
        f"Switch on under {PORTAL}/{application}/bot, Privileged Gateway Intents:",
        *_listed(intents(plan)),
    ])  # fmt: skip


def _listed(named: Mapping[str, tuple[str, str]]) -> list[str]:
    return [f"  {name}: {why}" for name, why in named.values()]
