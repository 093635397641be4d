"""Does the manifest ask Slack for what the bot uses, all of it and no more?"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from bot.adapters.slack.manifest import EVENTS, SCOPES, NoManifest, manifest
from bot.config import SlackPlan

SOCKET = SlackPlan(("T0123456",))
HTTP = replace(SOCKET, transport="http")
BOTH = replace(HTTP, workspaces=("T0123456", "T7654321"))
DOCS = (Path(__file__).parent.parent.parent.parent / "docs/slack.md").read_text("utf-8")

# What Slack's reference says that each event and each method needs; of several, one for each kind of conversation.
OF_EVENTS = {
    "app_home_opened": set[str](),
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "user_change": {"users:read"},
    "team_join": {"users:read"},
    "channel_archive": {"channels:read"},
    "group_archive": {"groups:read"},
    "app_uninstalled": set(),
    "tokens_revoked": set(),
}
OF_METHODS = {
    "a slash command, a shortcut": {"commands"},
    "chat.postMessage, chat.update, chat.postEphemeral": {"chat:write"},
    "conversations.history, conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "files.getUploadURLExternal, files.completeUploadExternal": {"files:write"},
    "conversations.info of a channel": {"channels:read", "groups:read"},
    "conversations.open with one person": {"im:write"},
    "reactions.add": {"reactions:write"},
    "users.info, users.list": {"users:read"},
    "users.lookupByEmail": {"users:read", "users:read.email"},
    "views.open, views.publish, chat.getPermalink, auth.test": set[str](),
}


def test_the_scopes_are_those_that_are_used_and_no_wider() -> None:
    assert set(EVENTS) == set(OF_EVENTS)
    assert set(SCOPES) == set().union(*OF_EVENTS.values(), *OF_METHODS.values())


@pytest.mark.parametrize("scope", SCOPES)
def test_the_documentation_says_why_of_every_scope(scope: str) -> None:
    assert f"| `{scope}` | {SCOPES[scope]} |" in DOCS


def test_the_documentation_names_no_other_scope() -> None:
    assert [line.split("`")[1] for line in DOCS.splitlines() if line.startswith("| `") and ":" in line.split("`")[1]] == [
        scope for scope in SCOPES if ":" in scope
    ]


def test_by_socket_there_is_no_address() -> None:
    assert manifest(SOCKET) == snapshot(
        {
            "display_information": {"name": "Buckstop", "description": "Every problem has a name on it and a next time."},
            "features": {
                "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
                "bot_user": {"display_name": "Buckstop", "always_online": True},
                "shortcuts": [
                    {"name": "Report a problem", "type": "global", "callback_id": "report", "description": "It gets an owner, and a time"},
                    {
                        "name": "Report as a case",
                        "type": "message",
                        "callback_id": "report_message",
                        "description": "Put this message on record",
                    },
                ],
                "slash_commands": [
                    {
                        "command": "/case",
                        "description": "Report a problem, or go on with one: /case help says how",
                        "usage_hint": "[report | mine | list | show C-42 | chase C-42 | ack C-42 | help]",
                        "should_escape": True,
                    },
                    {
                        "command": "/report",
                        "description": "Report a problem: it gets an owner, and a time",
                        "usage_hint": "[service:] [what is wrong]",
                        "should_escape": True,
                    },
                ],
            },
            "oauth_config": {
                "scopes": {
                    "bot": [
                        "commands",
                        "chat:write",
                        "app_mentions:read",
                        "channels:history",
                        "groups:history",
                        "im:history",
                        "mpim:history", "files:write", "channels:read",
                        "groups:read",
                        "im:write",
                        "reactions:read",
                        "reactions:write",
                        "users:read",
                        "users:read.email",
                    ]
                }
            },
            "settings": {
                "event_subscriptions": {
                    "bot_events": [
                        "app_home_opened",
                        "app_mention",
                        "message.channels",
                        "message.groups",
                        "message.im",
                        "message.mpim",
                        "reaction_added",
                        "user_change",
                        "team_join",
                        "channel_archive",
                        "group_archive",
                        "app_uninstalled",
                        "tokens_revoked",
                    ]
                },
                "interactivity": {"is_enabled": True},
                "org_deploy_enabled": False,
                "socket_mode_enabled": True,
                "token_rotation_enabled": False,
            },
        }
    )


def urls(value: Any) -> list[str]:
    """Return every address in a manifest."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in ([inner] if key in ("url", "request_url") else urls(inner))]
    return [found for inner in value for found in urls(inner)] if isinstance(value, list) else []


ADDRESSES: dict[str, tuple[SlackPlan, str | None, str | None, list[str]]] = {
    "by socket": (SOCKET, None, None, []),
    "by socket, with an address": (SOCKET, "https://bot.example.com", "T0123456", []),
    "by socket, of several workspaces": (replace(BOTH, transport="socket"), None, None, []),
    "before there is a workspace": (SlackPlan(()), None, None, []),
    "by HTTP": (HTTP, "https://bot.example.com", None, ["https://bot.example.com/slack/T0123456/events"] * 4),
    "below a path": (HTTP, "https://example.com:8443/bot/", "T0123456", ["https://example.com:8443/bot/slack/T0123456/events"] * 4),
    "of one of several workspaces": (BOTH, "https://bot.example.com", "T7654321", ["https://bot.example.com/slack/T7654321/events"] * 4),
}


@pytest.mark.parametrize(("plan", "url", "workspace", "found"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_by_http_all_requests_come_to_the_workspaces_path(
    plan: SlackPlan, url: str | None, workspace: str | None, found: list[str]
) -> None:
    made = manifest(plan, url, workspace)

    assert urls(made) == found
    assert made["settings"]["socket_mode_enabled"] is (plan.transport == "socket")


NONE: dict[str, tuple[SlackPlan, str | None, str | None, str]] = {
    "no address": (HTTP, None, None, 'slack.transport is "http", so Slack has to know the address: --url https://bot.example.com'),
    "another workspace": (BOTH, None, "T9999999", "--workspace: T9999999 is none of slack.workspaces: T0123456, T7654321"),
    "a workspace before there is one": (
        SlackPlan(()), None, "T0123456", "--workspace: T0123456 is none of slack.workspaces: there are none yet"
    ),
    "which workspace": (
        BOTH,
        "https://bot.example.com",
        None,
        "each workspace has an address of its own: name one with --workspace: T0123456, T7654321",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "url", "workspace", "why"), NONE.values(), ids=NONE.keys())
def test_where_there_is_none_it_says_why(plan: SlackPlan, url: str | None, workspace: str | None, why: str) -> None:
    with pytest.raises(NoManifest) as found:
        manifest(plan, url, workspace)

    assert str(found.value) == why


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example.com",
        "bot.example.com",
        "https://",
        "https://a:b@bot.example.com",
        "https://bot.example.com/?a",
        "https://a:b/",
        "",
    ],
)
def test_slack_takes_encrypted_addresses_only(url: str) -> None:
    with pytest.raises(NoManifest, match="https:// address"):
        manifest(HTTP, url)


def test_the_commands_are_those_of_the_configuration() -> None:
    commands = manifest(replace(SOCKET, commands={"buckstop": "", "new-case": "report"}))["features"]["slash_commands"]

    assert [(command["command"], command["should_escape"]) for command in commands] == [("/buckstop", True), ("/new-case", True)]
    assert commands[0]["description"].endswith("/buckstop help says how")


def lengths(made: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Return what a manifest has of each thing that Slack limits, and the limit."""
    features, about = made["features"], made["display_information"]
    return [
        ("name", len(about["name"]), 35),
        ("description", len(about["description"]), 140),
        ("events", len(made["settings"]["event_subscriptions"]["bot_events"]), 100),
        ("scopes", len(made["oauth_config"]["scopes"]["bot"]), 255),
        *(("shortcut", len(shortcut["name"]), 24) for shortcut in features["shortcuts"]),
        *(("shortcut's description", len(shortcut["description"]), 150) for shortcut in features["shortcuts"]),
        *(("command", len(command["command"]), 32) for command in features["slash_commands"]),
        *(("usage hint", len(command["usage_hint"]), 1000) for command in features["slash_commands"]),
    ]


def test_nothing_is_longer_than_slack_takes() -> None:
    made = manifest(replace(SOCKET, commands={"x" * 31: "", "y" * 31: "report"}))

    assert [over for over in lengths(made) if over[1] > over[2]] == []
