"""How do the fake's own tests run a real bolt app against it, over either transport?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import Workspace
from tests.slack.words import Json

TRANSPORTS = ("socket", "http")


def bolt(ws: Workspace) -> AsyncApp:
    """Return an app that acknowledges when it is done, not before."""
    client = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, retry_handlers=[])
    return AsyncApp(client=client, signing_secret=ws.signing_secret, process_before_response=True)


@asynccontextmanager
async def running(ws: Workspace, app: AsyncApp, transport: str) -> AsyncIterator[None]:
    """Let the workspace reach the app."""
    if transport == "http":
        async with over_http(ws, app):
            yield
    else:
        async with over_socket(ws, app):
            yield


@asynccontextmanager
async def over_socket(ws: Workspace, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app by Socket Mode."""
    handler = AsyncSocketModeHandler(app, ws.app_token, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await ws.until_connected()
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def over_http(ws: Workspace, app: AsyncApp) -> AsyncIterator[str]:
    """Serve the app on loopback and tell the workspace where."""
    runner = web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await ws.set(transport="http", request_url=f"http://127.0.0.1:{port}/slack/events")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


class Listener:
    """An app that is nothing but a socket: it keeps what it hears, and acknowledges only when told to."""

    def __init__(self, http: ClientSession, ws: Workspace) -> None:
        self._http = http
        self._ws = ws
        self.frames: list[Json] = []
        self.socket: ClientWebSocketResponse

    async def connect(self) -> "Listener":
        """Take a ticket and open the socket; hears the hello."""
        self.socket = await self._http.ws_connect(await self.address())
        self.frames.append(await self.socket.receive_json())
        return self

    async def address(self) -> str:
        """Return an address that is good once."""
        client = AsyncWebClient(base_url=self._ws.api_url)
        return str((await client.apps_connections_open(app_token=self._ws.app_token))["url"])

    async def next(self, acknowledge: bool = True, payload: Json | None = None) -> Json:
        """Wait for the next frame."""
        frame: Json = await self.socket.receive_json()
        self.frames.append(frame)
        if acknowledge:
            answer = {"envelope_id": frame["envelope_id"]}
            await self.socket.send_json(answer | ({"payload": payload} if payload else {}))
        return frame
