"""The methods `conversations.*`: which places are there, who is in them, and what was said?"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from tests.slack import joining, posting, quiet
from tests.slack.calling import Call, Method
from tests.slack.events import HISTORY
from tests.slack.messages import Message
from tests.slack.paging import page
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Channel, Workspace

READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def open_(call: Call) -> Json:
    """conversations.open: the direct messages with somebody."""
    named = call.args.text("channel")
    if named:
        return {"channel": {"id": call.ws.visible(named).id}}
    users = [user for user in call.args.need("users", "users_list_not_supplied").split(",") if user]
    if len(users) != 1:
        raise ApiError("too_many_users")
    user = call.ws.users.get(users[0])
    if user is None:
        raise ApiError("user_not_found")
    quiet.refuse_opening(user)
    there = "D" + user.id[1:] in call.ws.channels
    channel = call.ws.im(user.id)
    told = described(call.ws, channel) if call.args.flag("return_im") else {"id": channel.id}
    return {"channel": told} | ({"no_op": True, "already_open": True} if there else {})


def history(call: Call) -> Json:
    """conversations.history: newest first, without the answers in threads."""
    channel = _readable(call)
    said = [message for message in channel.living() if not message.reply and _within(call, message)]
    newest_first = said[::-1]
    some, cursor = page(call.args, newest_first)
    return _told(call, channel, some, cursor)


def replies(call: Call) -> Json:
    """conversations.replies: a thread, oldest first, its beginning included."""
    channel = _readable(call)
    ts = call.args.need("ts")
    parent = channel.messages.get(ts)
    if parent is None or parent.deleted:
        raise ApiError("thread_not_found")
    answers = [] if parent.reply else [message for message in posting.replies(channel, ts) if _within(call, message)]
    some, cursor = page(call.args, [parent, *answers])
    return _told(call, channel, some, cursor)


def _readable(call: Call) -> Channel:
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    call.need_scope(HISTORY[channel.kind])
    if call.ws.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _within(call: Call, message: Message) -> bool:
    inclusive = call.args.flag("inclusive")
    at = Decimal(message.ts)
    for name, sign in (("oldest", 1), ("latest", -1)):
        bound = call.args.text(name)
        if bound and bound not in {"0", "now"}:
            try:
                distance = (at - Decimal(bound)) * sign
            except InvalidOperation as wrong:
                raise ApiError(f"invalid_ts_{name}") from wrong
            if distance < 0 or (distance == 0 and not inclusive):
                return False
    return True


def _told(call: Call, channel: Channel, messages: Sequence[Message], cursor: str) -> Json:
    with_metadata = call.args.flag("include_all_metadata")
    told = [_message(call.ws, channel, message, with_metadata) for message in messages]
    return {"messages": told, "has_more": bool(cursor), "pin_count": 0, "response_metadata": {"next_cursor": cursor}}


def _message(ws: Workspace, channel: Channel, message: Message, with_metadata: bool) -> Json:
    told = message.slack(ws.team, ws.bot_profile)
    if with_metadata and message.metadata:
        told["metadata"] = message.metadata
    if message.reply:
        parent = channel.messages.get(message.thread_ts or "")
        return told | ({"parent_user_id": parent.user} if parent else {})
    answers = posting.replies(channel, message.ts)
    if answers:
        users = list(dict.fromkeys(answer.user for answer in answers))
        told |= {"thread_ts": message.ts, "reply_count": len(answers), "reply_users": users, "reply_users_count": len(users)}
        told |= {"latest_reply": answers[-1].ts, "is_locked": False, "subscribed": False}
    return told


def info(call: Call) -> Json:
    """conversations.info."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    call.need_scope(READ[channel.kind])
    told = described(call.ws, channel)
    if call.args.flag("include_num_members"):
        told["num_members"] = len(channel.members)
    return {"channel": told}


def list_(call: Call) -> Json:
    """conversations.list."""
    kinds = [kind.strip() for kind in (call.args.text("types") or "public_channel").split(",")]
    if set(kinds) - set(KINDS):
        raise ApiError("invalid_types")
    for kind in kinds:
        call.need_scope(READ[KINDS[kind]])
    wanted = {KINDS[kind] for kind in kinds}
    found = [channel for channel in call.ws.channels.values() if channel.kind in wanted]
    found = [channel for channel in found if channel.kind == "channel" or call.ws.bot_user in channel.members]
    if call.args.flag("exclude_archived"):
        found = [channel for channel in found if not channel.archived]
    some, cursor = page(call.args, found)
    return {"channels": [described(call.ws, channel) for channel in some], "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> Json:
    """conversations.members."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    call.need_scope(READ[channel.kind])
    some, cursor = page(call.args, channel.members)
    return {"members": list(some), "response_metadata": {"next_cursor": cursor}}


def join(call: Call) -> Json:
    """conversations.join: public channels only."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.archived:
        raise ApiError("is_archived")
    there = call.ws.bot_user in channel.members
    if not there:
        joining.join(call.ws, call.courier, channel, call.ws.bot_user)
    told = {"channel": described(call.ws, channel)}
    return told | ({"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}} if there else {})


def described(ws: Workspace, channel: Channel) -> Json:
    """Return a channel as the API gives it."""
    kind = channel.kind
    told: Json = {"id": channel.id, "created": 1700000000, "is_im": kind == "im", "is_org_shared": False}
    told |= {"is_channel": kind == "channel", "is_group": kind == "group", "is_mpim": kind == "mpim", "is_private": kind != "channel"}
    if kind == "im":
        return told | {"user": channel.name, "is_user_deleted": ws.users[channel.name].deleted, "is_open": True, "is_archived": False}
    return told | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_archived": channel.archived,
        "is_member": ws.bot_user in channel.members,
        "num_members": len(channel.members),
        "context_team_id": ws.team,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


METHODS = {
    "conversations.open": Method(open_, "im:write"),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
    "conversations.info": Method(info),
    "conversations.list": Method(list_),
    "conversations.members": Method(members),
    "conversations.join": Method(join, "channels:join"),
}
