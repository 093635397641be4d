"""What does an administrator do: to people, to channels, to the app?"""

from tests.slack import building, joining
from tests.slack.acting import Actor, verb
from tests.slack.building import add_channel, add_user
from tests.slack.events import emit, settled
from tests.slack.posting import Deliveries
from tests.slack.webapi_conversations import described
from tests.slack.webapi_users import EMAIL
from tests.slack.words import Impossible, Json
from tests.slack.workspace import User


async def _told(deliveries: Deliveries) -> Json:
    events = await settled(deliveries)
    return {"events": events, "ok": all(event["ok"] for event in events)}


def _about(act: Actor, kind: str, user: User) -> Json:
    told = user.slack(act.ws.team, EMAIL in act.ws.scopes)
    return {"type": kind, "user": told, "cache_ts": 0, "event_ts": act.ws.ts()}


@verb
async def add_user_(act: Actor, **user: object) -> Json:
    """Let somebody join the workspace."""
    added = add_user(act.ws, dict(user))
    return await _told([emit(act.ws, act.courier, _about(act, "team_join", added))]) | {"id": added.id}


@verb
async def change_user(act: Actor, user: str, **new: object) -> Json:
    """Rename somebody, deactivate them (`deleted`), change their mail or zone."""
    person = act.ws.user(user)
    unknown = set(new) - {"name", "real_name", "email", "tz", "deleted"}
    if unknown:
        raise Impossible(f"a user has no {', '.join(sorted(unknown))}")
    for name, value in new.items():
        setattr(person, name, value)
    return await _told([emit(act.ws, act.courier, _about(act, "user_change", person))])


@verb
async def close_dms(act: Actor, user: str, closed: bool | str = True) -> Json:
    """Let somebody take no direct messages from the app, with this error; it is not told."""
    act.ws.user(user).dm_closed = building.closed(closed)
    return {}


@verb
async def add_channel_(act: Actor, **channel: object) -> Json:
    """Make a channel; the app is not told."""
    return {"id": add_channel(act.ws, dict(channel)).id}


@verb
async def archive(act: Actor, channel: str, by: str | None = None, back: bool = False) -> Json:
    """Archive a channel, or bring it back."""
    place = act.ws.channel(channel)
    place.archived = not back
    who = act.ws.user(by).id if by else next(iter(act.ws.users))
    event: Json = {
        "type": f"{place.kind}_unarchive" if back else f"{place.kind}_archive",
        "channel": place.id,
        "user": who,
        "event_ts": act.ws.ts(),
    }
    return await _told([emit(act.ws, act.courier, event)])


@verb
async def rename_channel(act: Actor, channel: str, name: str) -> Json:
    """Give a channel another name."""
    place = act.ws.channel(channel)
    place.name = name
    event: Json = {"type": f"{place.kind}_rename", "channel": described(act.ws, place), "event_ts": act.ws.ts()}
    return await _told([emit(act.ws, act.courier, event)])


@verb
async def join(act: Actor, user: str, channel: str) -> Json:
    """Let somebody into a channel; `bot` is the bot."""
    place, who = act.ws.channel(channel), _who(act, user)
    if who in place.members:
        raise Impossible(f"{user} is in {channel} already")
    return await _told([joining.join(act.ws, act.courier, place, who)])


@verb
async def leave(act: Actor, user: str, channel: str) -> Json:
    """Let somebody leave a channel; `bot` is the bot."""
    place, who = act.ws.channel(channel), _who(act, user)
    if who not in place.members:
        raise Impossible(f"{user} is not in {channel}")
    return await _told([joining.leave(act.ws, act.courier, place, who)])


def _who(act: Actor, user: str) -> str:
    return act.ws.bot_user if user == "bot" else act.ws.user(user).id


@verb
async def revoke(act: Actor) -> Json:
    """Revoke the bot's token."""
    act.ws.token_state = "token_revoked"
    event: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [act.ws.bot_user]}, "event_ts": act.ws.ts()}
    return await _told([emit(act.ws, act.courier, event)])


@verb
async def uninstall(act: Actor) -> Json:
    """Take the app out of the workspace."""
    act.ws.token_state = "account_inactive"
    tokens: Json = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [act.ws.bot_user]}, "event_ts": act.ws.ts()}
    gone: Json = {"type": "app_uninstalled", "event_ts": act.ws.ts()}
    return await _told([emit(act.ws, act.courier, tokens), emit(act.ws, act.courier, gone)])


@verb
async def reinstall(act: Actor) -> Json:
    """Make the same tokens good again."""
    act.ws.token_state = "good"
    return {}


@verb
async def change_scopes(act: Actor, only: list[str] | None = None, without: list[str] | None = None) -> Json:
    """Set the bot's scopes, or take some away."""
    scopes = act.ws.scopes if only is None else list(only)
    act.ws.scopes = [scope for scope in scopes if scope not in (without or [])]
    return {"scopes": act.ws.scopes}
