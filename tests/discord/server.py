"""How is the fake spoken to: as Discord by an application, and by tests?"""

import asyncio
import secrets
import signal
import socket
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from tests.discord import (
    administering,
    breaking,
    commanding,
    gateway,
    pressing,
    rearranging,
    rest_channels,
    rest_commands,
    rest_guilds,
    rest_interactions,
    rest_messages,
    rest_people,
    rest_reactions,
    saying,
    sending,
    steering,
    submitting,
)
from tests.discord.acting import do
from tests.discord.building import build
from tests.discord.calling import answer
from tests.discord.routing import find
from tests.discord.words import Impossible, Json
from tests.discord.world import World

# They add their routes and verbs when they are imported.
ROUTES = (rest_channels, rest_commands, rest_guilds, rest_interactions, rest_messages, rest_people, rest_reactions)
VERBS = (administering, breaking, commanding, pressing, rearranging, saying, sending, steering, submitting)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeDiscord:
    """All worlds of one process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.worlds: dict[str, World] = {}

    def by_token(self, token: str) -> World | None:
        """Return the world whose bot has this token."""
        found = self._by_key(token.removeprefix("Bot "))
        return found if found is not None and found.token == token.removeprefix("Bot ") and not found.revoked else None

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of the API."""
        path = "/" + request.match_info["path"]
        one, where = find(request.method, request.rel_url.raw_path.removeprefix("/api/v10"))
        authorization = request.headers.get("Authorization", "")
        kind, _, token = authorization.partition(" ")
        world = self._by_key(token) if kind == "Bot" else None
        allowed = world is not None and self.by_token(token) is world
        if one is not None and one.by_token:
            world, allowed = next((it for it in self.worlds.values() if where["token"] in it.interactions), world), True
        if world is None:
            status, code = (404, 10015) if one is not None and one.by_token else (401, 0)
            words = "Unknown Webhook" if code else "401: Unauthorized"
            return web.Response(
                text=f'{{"message": "{words}", "code": {code}}}', status=status, headers={"Content-Type": "application/json"}
            )
        return await answer(world, one, where, request, path, allowed)

    def _by_key(self, token: str) -> World | None:
        return self.worlds.get(token.partition(".")[2].partition(".")[0])

    async def gateway(self, request: web.Request) -> web.StreamResponse:
        """Serve a connection to the gateway."""
        world = self.worlds.get(request.match_info["key"])
        if world is None or world.refusing:
            raise web.HTTPServiceUnavailable
        return await gateway.serve(request, self.by_token, world.settings.heartbeat_interval)

    async def make(self, request: web.Request) -> web.StreamResponse:
        """Make a world."""
        world = build(await request.json(), secrets.token_hex(6), self.address)
        self.worlds[world.key] = world
        return web.json_response(_described(world))

    async def close(self, request: web.Request) -> web.StreamResponse:
        """Forget a world."""
        world = self._asked(request)
        await end(world)
        del self.worlds[world.key]
        return web.json_response({})

    async def control(self, request: web.Request) -> web.StreamResponse:
        """Do what a test asks for."""
        args: Json = await request.json()
        told = await do(self._asked(request), request.match_info["verb"], args)
        return web.json_response(told)

    def _asked(self, request: web.Request) -> World:
        world = self.worlds.get(request.match_info["key"])
        if world is None:
            raise Impossible("there is no such world (any more)")
        return world


async def end(world: World) -> None:
    """Let a world end: nothing hangs any more, and nobody is connected."""
    world.faults.clear()
    for task in list(world.running):
        task.cancel()
    await breaking.gone(world)


def _described(world: World) -> Json:
    channels = {}
    for channel in world.channels.values():
        guild = world.guilds[channel.guild or ""]
        channels[f"{guild.name}/{channel.name}"] = channel.id
        channels.setdefault(channel.name, channel.id)
    return {
        "key": world.key,
        "token": world.token,
        "application_id": world.application,
        "bot_user_id": world.bot,
        "api_url": f"{world.address}/api/v10",
        "gateway_url": world.gateway_url,
        "users": {user.name: user.id for user in world.users.values()},
        "guilds": {guild.name: guild.id for guild in world.guilds.values()},
        "channels": channels,
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
        # A fault of the fake must be seen, not taken for an answer of Discord's: no client tries again after this status.
        traceback.print_exc()
        return web.json_response({"error": traceback.format_exc()}, status=501)


def make_app(discord: FakeDiscord) -> web.Application:
    """Return the fake as a web application."""
    app = web.Application(client_max_size=32 << 20, middlewares=[_faults_in_words])
    app.router.add_post("/control/worlds", discord.make)
    app.router.add_delete("/control/{key}", discord.close)
    app.router.add_post("/control/{key}/{verb}", discord.control)
    app.router.add_get("/gateway/{key}/", discord.gateway)
    app.router.add_get("/gateway/{key}", discord.gateway)
    app.router.add_route("*", "/api/v10/{path:.*}", discord.api)
    return app


def serve(port: int) -> None:
    """Serve until SIGTERM, having printed the address."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    listening = socket.create_server(("127.0.0.1", port), backlog=512)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    discord = FakeDiscord(address)
    runner = web.AppRunner(make_app(discord), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    print(address, flush=True)
    await ended.wait()
    for world in discord.worlds.values():
        await end(world)
    await runner.cleanup()
