"""The methods `files.*`: an upload in three steps, as Slack has it since `files.upload` went.

`files.getUploadURLExternal` gives an address and an id, the bytes are posted there, `files.completeUploadExternal` makes a file of them.
Without a channel nobody sees it but the app, until an image block shows it. Slack looks at a file some time after that, and refuses the
block until it has (node-slack-sdk#1865); `settings.looks_at_files_after` says how many blocks it refuses here.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack.calling import Call, Method
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Workspace

LARGEST = 1 << 30
_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8"


@dataclass(slots=True)
class File:
    """A file, from the moment it is announced."""

    id: str
    secret: str
    name: str
    length: int
    alt: str
    body: bytes | None = None
    title: str | None = None  # with one, it is complete
    refused: int = 0  # image blocks with it that came too early

    @property
    def is_picture(self) -> bool:
        """Tell whether an image block can show it."""
        return self.body is not None and self.body.startswith((_PNG, _JPEG, _GIF))


def get_upload_url(call: Call) -> Json:
    """files.getUploadURLExternal."""
    name, length = call.args.need("filename"), call.args.number("length", 0, LARGEST, "invalid_arguments")
    if len(call.args.text("alt_txt")) > 1000:
        raise ApiError("alt_txt_too_large")
    file = File(call.ws.new_id("F"), secrets.token_hex(8), name, length, call.args.text("alt_txt"))
    call.ws.files[file.id] = file
    return {"upload_url": f"{call.ws.address}/upload/{call.ws.key}/{file.secret}", "file_id": file.id}


def complete(call: Call) -> Json:
    """files.completeUploadExternal. Sharing into a channel is not what we do, and is refused."""
    named = call.args.json("files", "invalid_arguments")
    if not isinstance(named, list) or not named or not all(isinstance(one, dict) and one.get("id") for one in named):
        raise ApiError("invalid_arguments")
    if call.args.text("channel_id") or call.args.text("channels"):
        raise ApiError("posting_to_general_channel_denied")
    found = [call.ws.files.get(one["id"]) for one in named]
    for one, file in zip(named, found, strict=True):
        if file is None or file.body is None:
            raise ApiError("file_not_found")
        if file.title is not None:
            raise ApiError("file_update_failed")
        file.title = str(one.get("title") or file.name)
    return {"files": [{"id": file.id, "title": file.title} for file in found if file is not None]}


async def take(ws: Workspace, secret: str, request: web.Request) -> web.Response:
    """Take the bytes of a file, which have to be as many as were announced."""
    file = next((one for one in ws.files.values() if one.secret == secret), None)
    fault = ws.faults.take("upload", None)
    body = await request.read()
    if fault is not None:
        fault.hit.set()
        return web.Response(status=500, text="upstream connect error")
    if file is None or file.body is not None:
        return web.Response(status=404, text="no such upload")
    if len(body) != file.length:
        return web.Response(status=400, text="length mismatch")
    file.body = body
    return web.Response(text=f"OK - {len(body)}")


def faults_of(ws: Workspace, blocks: list[Any]) -> list[str]:
    """Return what is wrong with the pictures of a message: none that is not there, complete, and looked at."""
    faults = []
    for place, block in enumerate(blocks):
        shown = block.get("slack_file") if isinstance(block, dict) and block.get("type") == "image" else None
        if shown is None:
            continue
        file = ws.files.get(shown.get("id", ""))
        ready = file is not None and file.title is not None and file.is_picture
        if file is not None and ready and file.refused < ws.settings.looks_at_files_after:
            file.refused += 1
            ready = False
        if not ready:
            faults.append(f"invalid slack file [json-pointer:/blocks/{place}/slack_file]")
    return faults


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, "files:write"),
    "files.completeUploadExternal": Method(complete, "files:write"),
}
