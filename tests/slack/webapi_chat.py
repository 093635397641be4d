"""The methods `chat.*`: what may a bot say, change and delete, and where?"""

import json
from typing import Any

from tests.slack import posting, quiet
from tests.slack.blockkit import faults_in_message, filled_in, too_long
from tests.slack.calling import Call, Method
from tests.slack.messages import Message
from tests.slack.webapi_files import faults_of
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Channel, Workspace

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LARGEST_METADATA = 8_000


def post_message(call: Call) -> Json:
    """chat.postMessage."""
    channel = _place(call, call.args.need("channel", "channel_not_found"))
    content = content_of(call, LONGEST_TEXT)
    if not (content["text"] or content["blocks"] or content["attachments"]):
        raise ApiError("no_text")
    message = _bots(call.ws, channel, content, _thread(call, channel))
    posting.post(call.ws, call.courier, message, call.args.flag("link_names"), call.args.text("parse"))
    answer = message.slack(call.ws.team, call.ws.bot_profile)
    if message.metadata:
        answer["metadata"] = message.metadata
    return {"channel": channel.id, "ts": message.ts, "message": answer}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = _place(call, call.args.need("channel", "channel_not_found"))
    user = call.ws.users.get(call.args.need("user"))
    if user is None or user.deleted or user.id not in channel.members:
        raise ApiError("user_not_in_channel")
    content = content_of(call, LONGEST_TEXT)
    if not (content["text"] or content["blocks"] or content["attachments"]):
        raise ApiError("no_text")
    message = _bots(call.ws, channel, content, _thread(call, channel))
    message.ephemeral_to = user.id
    posting.post_ephemeral(call.ws, message, call.args.flag("link_names"), call.args.text("parse"))
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """chat.update. What is not named stays as it is, the blocks too."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    message = _own(call, channel, "cant_update_message")
    _writable(call.ws, channel)
    content = content_of(call, LONGEST_UPDATE)
    named = {name for name in ("text", "blocks", "attachments", "metadata") if call.args.given.get(name) is not None}
    if not named & {"text", "blocks", "attachments"}:
        raise ApiError("no_text")
    new = {name: content[name] for name in named}
    after = {"text": message.text, "blocks": message.blocks, "attachments": message.attachments} | new
    if not (after["text"] or after["blocks"] or after["attachments"]):
        raise ApiError("no_text")
    posting.change(call.ws, call.courier, message, new, call.ws.bot_user, call.args.flag("link_names"), call.args.text("parse"))
    told = message.slack(call.ws.team, call.ws.bot_profile)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": told}


def delete(call: Call) -> Json:
    """chat.delete."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    message = _own(call, channel, "cant_delete_message")
    posting.remove(call.ws, call.courier, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    channel = call.ws.visible(call.args.need("channel", "channel_not_found"))
    ts = call.args.need("message_ts", "message_not_found")
    message = channel.messages.get(ts)
    if message is None or message.deleted:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.ws, channel, message)}


def permalink(ws: Workspace, channel: Channel, message: Message) -> str:
    """Return the address of a message."""
    address = f"https://{ws.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return address + (f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.reply else "")


def content_of(call: Call, longest: int) -> Json:
    """Return the text, blocks, attachments and metadata of a call, all of them checked."""
    text = call.args.text("text")
    if len(text) > longest:
        raise ApiError("msg_too_long")
    blocks = checked_blocks(call.ws, call.args.json("blocks", "invalid_blocks_format"))
    attachments = call.args.json("attachments", "invalid_attachments") or []
    metadata = checked_metadata(call.args.json("metadata", "invalid_metadata_format"))
    return {"text": text, "blocks": blocks, "attachments": attachments, "metadata": metadata}


def checked_blocks(ws: Workspace, blocks: Any) -> list[Json]:
    """Return the blocks of a message with all ids filled in."""
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    faults = faults_in_message(blocks, frozenset(ws.users), frozenset(ws.channels)) or faults_of(ws, blocks)
    if faults:
        raise ApiError("invalid_blocks", {"errors": faults, "response_metadata": {"messages": [f"[ERROR] {fault}" for fault in faults]}})
    if too_long(blocks):
        raise ApiError("msg_blocks_too_long")
    return filled_in(blocks)


def checked_metadata(metadata: Any) -> Json | None:
    """Return the metadata of a message."""
    if metadata is None or metadata == {}:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    if not metadata["event_type"] or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise ApiError("metadata_too_large")
    return metadata


def _bots(ws: Workspace, channel: Channel, content: Json, thread: str | None) -> Message:
    return Message(ts=ws.ts(), channel=channel.id, user=ws.bot_user, bot_id=ws.bot_id, app_id=ws.app_id, thread_ts=thread, **content)


def _place(call: Call, ref: str) -> Channel:
    """Return where a message may be posted: a channel, or somebody's direct messages by their user id."""
    ws = call.ws
    if ref in ws.users or (ref.startswith("D") and ref in ws.channels):
        user = ws.users[ref if ref in ws.users else next(one for one in ws.channels[ref].members if one != ws.bot_user)]
        quiet.refuse_posting(ws, user)
        return ws.im(user.id)
    channel = ws.visible(ref)
    _writable(ws, channel)
    return channel


def _writable(ws: Workspace, channel: Channel) -> None:
    if channel.archived:
        raise ApiError("is_archived")
    if ws.bot_user not in channel.members and "chat:write.public" not in ws.scopes:
        raise ApiError("not_in_channel")


def _thread(call: Call, channel: Channel) -> str | None:
    ts = call.args.text("thread_ts")
    if not ts:
        return None
    parent = channel.messages.get(ts)
    if parent is None or parent.deleted:
        if call.ws.settings.lost_thread_error:
            raise ApiError(call.ws.settings.lost_thread_error)
        return None
    # An answer to an answer lands in the same thread.
    return parent.thread_ts if parent.reply else ts


def _own(call: Call, channel: Channel, error: str) -> Message:
    message = channel.messages.get(call.args.need("ts", "message_not_found"))
    if message is None or message.deleted or message.subtype == "tombstone":
        raise ApiError("message_not_found")
    if message.bot_id != call.ws.bot_id:
        raise ApiError(error)
    return message


METHODS = {
    "chat.postMessage": Method(post_message, "chat:write"),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write"),
    "chat.update": Method(update, "chat:write"),
    "chat.delete": Method(delete, "chat:write"),
    "chat.getPermalink": Method(get_permalink),
}
