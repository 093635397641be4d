"""How is a workspace made for a test?"""

import secrets
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tests.slack.settings import Settings
from tests.slack.words import Impossible, Json
from tests.slack.workspace import PREFIXES, Channel, User, Workspace, id_for

USER = {"id", "name", "real_name", "email", "tz", "is_bot", "deleted", "dm_closed"}
CHANNEL = {"id", "name", "members", "private", "archived", "with_bot"}
# What may also be changed later.
LATER = {"scopes", "events", "transport", "request_url", "limits", "exact_limits", "settings"}
WORKSPACE = LATER | {"team", "domain", "users", "channels", "bot"}


def build(asked: Json, key: str, address: str) -> Workspace:
    """Return a workspace as a test describes it."""
    known("a workspace", asked, WORKSPACE)
    team = asked.get("team") or "T" + secrets.token_hex(5).upper()
    bot: str = asked.get("bot", "buckstop")
    code = id_for("", bot)[1:]
    ws = Workspace(
        key=key,
        team=team,
        domain=asked.get("domain", "acme"),
        bot_user="U0" + code,
        bot_id="B0" + code,
        app_id="A0" + code,
        bot_token=f"xoxb-{team[1:]}-{secrets.token_hex(6)}-{secrets.token_hex(12)}",
        app_token=f"xapp-1-A0{code}-{secrets.token_hex(6)}-{secrets.token_hex(24)}",
        signing_secret=secrets.token_hex(16),
        address=address,
    )
    ws.users[ws.bot_user] = User(ws.bot_user, bot, bot.capitalize(), None, "UTC", is_bot=True)
    set_up(ws, asked)
    for user in asked.get("users", []):
        add_user(ws, user if isinstance(user, dict) else {"name": user})
    for channel in asked.get("channels", []):
        add_channel(ws, channel if isinstance(channel, dict) else {"name": channel})
    return ws


def set_up(ws: Workspace, asked: Mapping[str, Any]) -> None:
    """Set what may also be set later."""
    ws.transport = asked.get("transport", ws.transport)
    ws.request_url = asked.get("request_url", ws.request_url)
    if ws.transport not in {"socket", "http"}:
        raise Impossible(f"a transport is `socket` or `http`, not {ws.transport!r}")
    if "scopes" in asked:
        ws.scopes = list(asked["scopes"])
    if "events" in asked:
        ws.subscribed = asked["events"]
    if "limits" in asked:
        ws.limits.set(asked["limits"], asked.get("exact_limits", False))
    settings: Json = asked.get("settings", {})
    known("the settings", settings, {one.name for one in fields(Settings)})
    for name, value in settings.items():
        setattr(ws.settings, name, tuple(value) if isinstance(value, list) else value)


def add_user(ws: Workspace, asked: Json) -> User:
    """Add somebody."""
    known("a user", asked, USER)
    name: str = asked["name"]
    user = User(
        id=asked.get("id") or id_for("U", name),
        name=name,
        real_name=asked.get("real_name", name.capitalize()),
        email=asked.get("email", f"{name}@example.com"),
        tz=asked.get("tz", "UTC"),
        is_bot=asked.get("is_bot", False),
        deleted=asked.get("deleted", False),
        dm_closed=closed(asked.get("dm_closed", False)),
    )
    if user.id in ws.users:
        raise Impossible(f"there is a user {user.id} already")
    ws.users[user.id] = user
    return user


def closed(how: bool | str) -> str:
    """Return the error that a direct message from the app meets."""
    return how if isinstance(how, str) else "messages_tab_disabled" if how else ""


def add_channel(ws: Workspace, asked: Json) -> Channel:
    """Add a channel: everybody is in it, and the bot, unless something else is said."""
    known("a channel", asked, CHANNEL)
    kind = "group" if asked.get("private") else "channel"
    everybody = [user.id for user in ws.users.values() if not user.is_bot and not user.deleted]
    members = [ws.user(member).id for member in asked["members"]] if "members" in asked else everybody
    if asked.get("with_bot", True) and ws.bot_user not in members:
        members.append(ws.bot_user)
    id_ = asked.get("id") or id_for(PREFIXES[kind] if kind == "channel" else "C", asked["name"])
    if id_ in ws.channels:
        raise Impossible(f"there is a channel {id_} already")
    ws.channels[id_] = Channel(id_, asked["name"], kind, members, asked.get("archived", False))
    return ws.channels[id_]


def known(what: str, asked: Mapping[str, Any], names: set[str]) -> None:
    """Refuse what a test has misspelt."""
    unknown = set(asked) - names
    if unknown:
        raise Impossible(f"{what} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(names))}")
