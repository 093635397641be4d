"""Who comes into a channel, and who goes?"""

from tests.slack.delivering import Courier
from tests.slack.events import Delivery, emit
from tests.slack.words import Json
from tests.slack.workspace import Channel, Workspace


def join(ws: Workspace, courier: Courier, channel: Channel, user: str) -> Delivery | None:
    """Let somebody in."""
    channel.members.append(user)
    if ws.bot_user not in channel.members:
        return None
    return emit(ws, courier, _event(ws, "member_joined_channel", channel, user))


def leave(ws: Workspace, courier: Courier, channel: Channel, user: str) -> Delivery | None:
    """Let somebody go; the bot is told of its own going, the last thing that it hears of the channel."""
    there = ws.bot_user in channel.members
    channel.members.remove(user)
    return emit(ws, courier, _event(ws, "member_left_channel", channel, user)) if there else None


def _event(ws: Workspace, kind: str, channel: Channel, user: str) -> Json:
    sort = {"channel": "C", "group": "G"}[channel.kind]
    return {"type": kind, "user": user, "channel": channel.id, "channel_type": sort, "team": ws.team, "event_ts": ws.ts()}
