"""What does slack-bolt take by itself? Its door with nothing behind it, as a process of its own: `python -m tests.bench.empty PORT`.

The same library, settings and web server as in bot/adapters/slack: a command is acknowledged when its listener is done, which here has
nothing to do.
"""

import asyncio
import os
import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

PATH = "/slack/events"


async def serve(port: int) -> None:
    """Acknowledge every `/case` until ended."""
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"], process_before_response=True)

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    async def take(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    app.command("/case")(nothing)
    application = web.Application()
    application.router.add_post(PATH, take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
