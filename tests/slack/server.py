"""How is the fake spoken to: as Slack by the app, and by tests?"""

import asyncio
import secrets
import signal
import socket
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web

from tests.slack import (
    administering,
    commanding,
    people,
    pressing,
    responding,
    steering,
    submitting,
    webapi_app,
    webapi_chat,
    webapi_conversations,
    webapi_files,
    webapi_users,
    webapi_views,
)
from tests.slack.acting import Actor, do
from tests.slack.building import build
from tests.slack.calling import answer, read_args, token_of
from tests.slack.delivering import Courier
from tests.slack.words import ApiError, Impossible, Json
from tests.slack.workspace import Workspace

METHODS = {
    **webapi_app.METHODS,
    **webapi_chat.METHODS,
    **webapi_conversations.METHODS,
    **webapi_files.METHODS,
    **webapi_users.METHODS,
    **webapi_views.METHODS,
}
# They add their verbs when they are imported.
VERBS = (administering, commanding, people, pressing, steering, submitting)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeSlack:
    """All workspaces of one process."""

    def __init__(self, address: str, courier: Courier) -> None:
        self.address = address
        self.courier = courier
        self.workspaces: dict[str, Workspace] = {}
        self.by_token: dict[str, Workspace] = {}

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of the Web API."""
        name = request.match_info["method"]
        try:
            given = await read_args(request)
        except ApiError as refused:
            return web.json_response({"ok": False, "error": refused.error})
        token = token_of(request, given)
        ws = self.by_token.get(token)
        if ws is None:
            return web.json_response({"ok": False, "error": "invalid_auth" if token else "not_authed"})
        return await answer(ws, self.courier, name, METHODS.get(name), token, given, request)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Serve a socket of Socket Mode."""
        ws = self.workspaces.get(request.match_info["key"])
        if ws is None or ws.sockets.refusing or not ws.sockets.use(request.match_info["ticket"]):
            raise web.HTTPForbidden
        settings = ws.settings

        def note(what: str, number: int) -> None:
            ws.journal.add("socket", what=what, number=number)

        return await ws.sockets.serve(request, ws.app_id, settings.most_sockets, settings.ping_every, note)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Take what an app posts to a response URL."""
        ws = self.workspaces.get(request.match_info["key"])
        if ws is None:
            raise web.HTTPNotFound
        return await responding.respond(ws, self.courier, request.match_info["secret"], request)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of a file."""
        ws = self.workspaces.get(request.match_info["key"])
        if ws is None:
            raise web.HTTPNotFound
        return await webapi_files.take(ws, request.match_info["secret"], request)

    async def make(self, request: web.Request) -> web.StreamResponse:
        """Make a workspace."""
        ws = build(await request.json(), secrets.token_hex(6), self.address)
        self.workspaces[ws.key] = ws
        self.by_token |= {ws.bot_token: ws, ws.app_token: ws}
        return web.json_response(_described(ws))

    async def close(self, request: web.Request) -> web.StreamResponse:
        """Forget a workspace."""
        ws = self._asked(request)
        ws.faults.clear()
        for task in list(ws.running):
            task.cancel()
        await ws.sockets.close()
        del self.workspaces[ws.key], self.by_token[ws.bot_token], self.by_token[ws.app_token]
        return web.json_response({})

    async def control(self, request: web.Request) -> web.StreamResponse:
        """Do what a test asks for."""
        args: Json = await request.json()
        told = await do(Actor(self._asked(request), self.courier), request.match_info["verb"], args)
        return web.json_response(told)

    def _asked(self, request: web.Request) -> Workspace:
        ws = self.workspaces.get(request.match_info["key"])
        if ws is None:
            raise Impossible("there is no such workspace (any more)")
        return ws


def _described(ws: Workspace) -> Json:
    return {
        "key": ws.key,
        "team": ws.team,
        "domain": ws.domain,
        "bot_token": ws.bot_token,
        "app_token": ws.app_token,
        "signing_secret": ws.signing_secret,
        "bot_user_id": ws.bot_user,
        "bot_id": ws.bot_id,
        "app_id": ws.app_id,
        "api_url": f"{ws.address}/api/",
        "users": {user.name: user.id for user in ws.users.values()},
        "channels": {channel.name: channel.id for channel in ws.channels.values()},
    }


@web.middleware
async def _faults_in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Impossible as why:
        return web.json_response({"error": str(why)}, status=400)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 - shown in full
        # A fault of the fake must be seen, not taken for an answer of Slack's.
        traceback.print_exc()
        return web.json_response({"error": traceback.format_exc()}, status=500)


def make_app(slack: FakeSlack) -> web.Application:
    """Return the fake as a web application."""
    app = web.Application(client_max_size=8 << 20, middlewares=[_faults_in_words])
    app.router.add_post("/control/workspaces", slack.make)
    app.router.add_delete("/control/{key}", slack.close)
    app.router.add_post("/control/{key}/{verb}", slack.control)
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_get("/socket/{key}/{ticket}", slack.socket)
    app.router.add_post("/respond/{key}/{secret}", slack.respond)
    app.router.add_post("/upload/{key}/{secret}", slack.upload)
    return app


def serve(port: int) -> None:
    """Serve until SIGTERM, having printed the address."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    listening = socket.create_server(("127.0.0.1", port), backlog=512)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    connector = TCPConnector(limit=0)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar(), auto_decompress=True) as http:
        slack = FakeSlack(address, Courier(http))
        runner = web.AppRunner(make_app(slack), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        print(address, flush=True)
        await end.wait()
        for ws in slack.workspaces.values():
            ws.faults.clear()
            await ws.sockets.close()
        await runner.cleanup()
