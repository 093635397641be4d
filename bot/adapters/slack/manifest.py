"""What does Slack have to know of the app, and why may the app do what it may?

`manifest` is what somebody pastes into Slack: made of the configuration, so that commands and addresses are the ones in use.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.config import SlackPlan

# Each sentence stands in docs/slack.md, and `buckstop doctor` says it of a scope that is missing.
SCOPES: Mapping[str, str] = {
    "commands": "Offers the slash commands and the two shortcuts.",
    "chat:write": "Posts messages, edits its cards in place, and answers where only one person sees it.",
    "app_mentions:read": "Hears that somebody mentioned it.",
    "channels:history": "Reads public channels it was invited to: thread replies are notes, and a post whose answer got lost is looked up.",
    "groups:history": "Reads private channels that it was invited to, for the same reasons.",
    "im:history": "Reads what people write to it directly, and looks up there what it has sent already.",
    "mpim:history": "Reads group conversations that it was added to, for the same reasons.",
    "files:write": "Uploads the digest's chart, which only the digest itself shows.",
    "channels:read": "Sees whether a public channel of the configuration exists, is archived, and has it as a member.",
    "groups:read": "Sees the same of private channels that it was invited to.",
    "im:write": "Opens a direct message to whoever is to be reminded.",
    "reactions:read": "Sees the reaction that reports a message, and the one that says it was no case.",
    "reactions:write": "Puts a sign on an answer in a thread that was noted, instead of answering it with a message.",
    "users:read": "Knows people's names and time zones, and whose account was deactivated.",
    "users:read.email": "Finds people by their e-mail address where the configuration has no account.",
}
EVENTS = (
    "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im", "message.mpim", "reaction_added", "user_change",
    "team_join", "channel_archive", "group_archive", "app_uninstalled",
    "tokens_revoked",
)  # fmt: skip
SHORTCUTS = (
    {"name": "Report a problem", "type": "global", "callback_id": "report", "description": "It gets an owner, and a time"},
    {"name": "Report as a case", "type": "message", "callback_id": "report_message", "description": "Put this message on record"},
)


class NoManifest(ValueError):
    """There is none for what was asked; the text is one sentence with the cure."""


def manifest(plan: SlackPlan, url: str | None = None, workspace: str | None = None) -> dict[str, Any]:
    """Return the manifest of a workspace's app; by HTTP, Slack's requests come to a path of the workspace's under `url`.

    Raises:
        NoManifest: the workspace or the address does not fit the configuration.
    """
    if workspace is not None and workspace not in plan.workspaces:
        raise NoManifest(f"--workspace: {workspace} is none of slack.workspaces: {', '.join(plan.workspaces) or 'there are none yet'}")
    address = {"request_url": _address(plan, url, workspace)} if plan.transport == "http" else {}
    return {
        "display_information": {"name": "Buckstop", "description": "Every problem has a name on it and a next time."},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Buckstop", "always_online": True},
            "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
            "slash_commands": [_command(name, verb, address.get("request_url")) for name, verb in plan.commands.items()],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": plan.transport == "socket",
            "token_rotation_enabled": False,
        },
    }


def path(workspace: str) -> str:
    """Return where a workspace's requests come to, below the address of the HTTP door."""
    return f"/slack/{workspace}/events"


def _command(name: str, verb: str, url: str | None) -> dict[str, Any]:
    if verb:
        says = {"description": "Report a problem: it gets an owner, and a time", "usage_hint": "[service:] [what is wrong]"}
    else:
        says = {
            "description": f"Report a problem, or go on with one: /{name} help says how",
            "usage_hint": "[report | mine | list | show C-42 | chase C-42 | ack C-42 | help]",
        }
    # Escaped, a person or a channel comes with its id: a name alone could be anybody's.
    return {"command": f"/{name}", **({"url": url} if url else {}), **says, "should_escape": True}


def _address(plan: SlackPlan, url: str | None, workspace: str | None) -> str:
    if workspace is None and len(plan.workspaces) != 1:
        raise NoManifest(f"each workspace has an address of its own: name one with --workspace: {', '.join(plan.workspaces)}")
    if url is None:
        raise NoManifest('slack.transport is "http", so Slack has to know the address: --url https://bot.example.com')
    if not _fits(url):
        raise NoManifest("--url: Slack takes an https:// address without ? and #, such as https://bot.example.com")
    return url.rstrip("/") + path(workspace or plan.workspaces[0])


def _fits(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # a wrong one raises
    except ValueError:
        return False
    plain = parts.username is None and not parts.query and not parts.fragment and url.isprintable() and " " not in url
    return bool(parts.scheme == "https" and parts.hostname and plain)
