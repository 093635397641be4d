"""What may an app say through a response URL, or by what it acknowledges a command with?"""

import asyncio
import json

from aiohttp import web

from tests.slack import posting
from tests.slack.delivering import Courier
from tests.slack.messages import Message
from tests.slack.tickets import ResponseUrl
from tests.slack.webapi_chat import LONGEST_TEXT, checked_blocks
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Channel, Workspace


async def respond(ws: Workspace, courier: Courier, secret: str, request: web.Request) -> web.Response:
    """Answer a POST to a response URL."""
    permit = ws.response_urls.get(secret)
    text = await request.text()
    entry = ws.journal.add("response_url", body=text, ok=False, error=None)
    try:
        if permit is None:
            raise ApiError("expired_url")
        _allow(ws, permit)
        said = json.loads(text)
        if not isinstance(said, dict):
            raise ApiError("invalid_payload")
        apply(ws, courier, permit, said, "response_url")
    except ValueError:
        return _refused(ws, entry, "invalid_payload", 400)
    except ApiError as refused:
        return _refused(ws, entry, refused.error, 404 if refused.error.endswith("_url") else 400)
    entry["ok"] = True
    ws.journal.touch()
    return web.Response(text="ok")


def _refused(ws: Workspace, entry: Json, error: str, status: int) -> web.Response:
    entry["error"] = error
    ws.journal.touch()
    return web.json_response({"ok": False, "error": error}, status=status)


def _allow(ws: Workspace, permit: ResponseUrl) -> None:
    if asyncio.get_running_loop().time() - permit.made > ws.settings.response_url_life:
        raise ApiError("expired_url")
    if permit.uses >= ws.settings.response_url_uses:
        raise ApiError("used_url")
    permit.uses += 1


def apply(ws: Workspace, courier: Courier, permit: ResponseUrl, said: Json, via: str) -> None:
    """Do what the app says: a message to one person or to all, or a change of the message that was acted on."""
    channel = ws.channels[permit.channel]
    original = _original(channel, permit)
    if said.get("delete_original"):
        if original is None:
            raise ApiError("message_not_found")
        posting.remove(ws, courier, original)
        return
    content = _content(ws, said)
    if said.get("replace_original") and original is not None:
        posting.change(ws, courier, original, {name: content[name] for name in ("text", "blocks", "attachments")}, ws.bot_user)
        return
    message = Message(ts=ws.ts(), channel=channel.id, user=ws.bot_user, bot_id=ws.bot_id, app_id=ws.app_id, **content)
    message.thread_ts = said.get("thread_ts") or (permit.thread_ts if permit.ephemeral else None)
    if said.get("response_type", "ephemeral") == "in_channel":
        posting.post(ws, courier, message, via=via)
    else:
        message.ephemeral_to = permit.user
        posting.post_ephemeral(ws, message, via=via)


def _original(channel: Channel, permit: ResponseUrl) -> Message | None:
    if permit.original is None:
        return None
    if permit.ephemeral:
        found = next((message for message in channel.ephemerals if message.ts == permit.original), None)
    else:
        found = channel.messages.get(permit.original)
    return found if found is not None and not found.deleted else None


def _content(ws: Workspace, said: Json) -> Json:
    text = said.get("text") or ""
    if len(text) > LONGEST_TEXT:
        raise ApiError("msg_too_long")
    blocks = checked_blocks(ws, said.get("blocks"))
    attachments = said.get("attachments") or []
    if not (text or blocks or attachments):
        raise ApiError("no_text")
    return {"text": text, "blocks": blocks, "attachments": attachments}
