"""How does a picture get into a Slack message? It is uploaded first, for nobody to see, and shown by a block of the message.

So the message is there once however often this is begun, and a picture that fails keeps no message back: what is left over of it is a file
that nobody sees. Slack looks at a file some time after it was uploaded, and refuses to show it before.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.blocks import with_picture
from bot.adapters.slack.calls import error_of, why
from bot.ports import Picture

log = structlog.get_logger()

NAME = "chart.png"
_UPLOADED_WITHIN = 8.0  # seconds; with the waits below, less than the outbox waits for an answer
_WAITS = (0.5, 1.5, 3.0)  # seconds until Slack is asked once more whether it has looked at the file


async def post_with_picture(
    client: AsyncWebClient, message: Mapping[str, Any], picture: Picture, thread: str | None, key: str, *, wait: bool
) -> Mapping[str, Any] | None:
    """Post a message with its picture and return Slack's answer; None if it was not posted, and is to be posted without.

    `wait` is whether to give Slack time to look at the file.

    Raises:
        SlackApiError, and whatever else a post raises: Slack refuses the message itself, or it may have arrived.
    """
    try:
        async with asyncio.timeout(_UPLOADED_WITHIN):
            file = await uploaded(client, picture)
    except Exception as fault:  # noqa: BLE001 - nothing was posted yet, and the words can be read without it
        log.warning("slack.no_picture", key=key, why=why(fault))
        return None
    blocks = with_picture(message["blocks"], file, picture.alt)
    for seconds in (*_WAITS, None):
        try:
            answer = await client.chat_postMessage(**{**message, "blocks": blocks}, thread_ts=thread)
        except SlackApiError as fault:
            if error_of(fault) != "invalid_blocks":
                raise
            if seconds is not None:
                await asyncio.sleep(seconds if wait else 0)
        else:
            return answer.data if isinstance(answer.data, dict) else {}
    log.warning("slack.no_picture", key=key, why="Slack does not show the file")
    return None


async def uploaded(client: AsyncWebClient, picture: Picture) -> str:
    """Upload a picture that nobody sees yet, and return the file's id.

    Raises:
        SlackApiError, OSError, ValueError: it did not work.
    """
    told = await client.files_getUploadURLExternal(filename=NAME, length=len(picture.png), alt_txt=picture.alt[:1000])
    session = client.session
    assert session is not None  # `calls.client` gives it one
    async with session.post(str(told["upload_url"]), data=picture.png, headers={"Content-Type": "image/png"}) as answer:
        if answer.status != 200:
            raise ValueError(f"the upload was answered with {answer.status}")
    file = str(told["file_id"])
    await client.files_completeUploadExternal(files=[{"id": file, "title": NAME}])
    return file
