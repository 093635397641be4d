"""How does a client connect to the gateway, and keep its connection?

Hello, heartbeats, and the order in which all must come. How a session begins stands in `identifying.py`, what it gets in `events.py`.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.discord.identifying import identify, resume, tell_members
from tests.discord.sessions import Closed, Line, Session
from tests.discord.words import Json
from tests.discord.world import World

Find = Callable[[str], World | None]

# A client that says good-bye does not come back to its session, nor one whose session is not valid or has timed out.
_FOR_GOOD = frozenset({1000, 1001, 4007, 4009})


class Gateway:
    """One connection of a client."""

    def __init__(self, line: Line, find: Find, interval: float) -> None:
        self.line = line
        self.find = find
        self.interval = interval
        self.world: World | None = None
        self.session: Session | None = None
        self._times: deque[float] = deque()
        self._beat = asyncio.get_running_loop().time()

    def hello(self) -> None:
        """Begin."""
        self.line.send({"op": 10, "t": None, "s": None, "d": {"heartbeat_interval": int(self.interval * 1000)}})

    def heard(self, text: str) -> None:
        """Take a frame of the client."""
        frame = _read(text)
        self._count()
        match frame.get("op"):
            case 1:
                self._beat = asyncio.get_running_loop().time()
                if self.world is None or self.world.acknowledging:
                    self.line.send({"op": 11, "t": None, "s": None, "d": None})
            case 2:
                self._begin(_dict(frame), identify)
            case 6:
                self._begin(_dict(frame), resume)
            case 3 | 4 | 8 if self.world is None or self.session is None:
                raise Closed(4003, "Not authenticated.")
            case 8:
                assert self.world is not None
                assert self.session is not None
                tell_members(self.world, self.session, _dict(frame))
            case 3 | 4:
                pass
            case _:
                raise Closed(4001, "Unknown opcode.")

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self._times.append(now)
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if self.world is not None and len(self._times) > self.world.settings.gateway_frames:
            raise Closed(4008, "Rate limited.")

    def _known(self, token: object) -> World:
        world = self.find(str(token))
        if world is None:
            raise Closed(4004, "Authentication failed.")
        return world

    def _begin(self, asked: Json, how: Callable[[World, Json, Line], Session | None]) -> None:
        if self.session is not None:
            raise Closed(4005, "Already authenticated.")
        world = self._known(asked.get("token"))
        session = how(world, asked, self.line)
        if session is None:
            self.line.send({"op": 9, "t": None, "s": None, "d": False})
        else:
            self.world, self.session = world, session

    def watch(self) -> None:
        """Close the connection when no heartbeat has come for too long; look again and again."""
        loop = asyncio.get_running_loop()
        if self.line.closed:
            return
        if loop.time() - self._beat > self.interval * 2:
            self.line.close(4009, "Session timed out.")
        loop.call_later(self.interval, self.watch)

    def ended(self) -> None:
        """Note that the socket is gone; the session waits to be resumed."""
        self.line.end()
        if self.world is not None and self.session is not None and self.session.line is self.line:
            self.session.line = None
            self.session.ended = asyncio.get_running_loop().time()
            # A client answers our close with a code of its own, which means nothing any more.
            code = self.line.said or self.line.socket.close_code
            if code in _FOR_GOOD:
                self.world.sessions.pop(self.session.id, None)
            self.world.journal.add("gateway", what="closed", session=self.session.id, code=code)


def _read(text: str) -> Json:
    if len(text) > 4096:
        raise Closed(4002, "Payload too large.")
    try:
        frame = json.loads(text)
    except ValueError as wrong:
        raise Closed(4002, "Error while decoding payload.") from wrong
    if not isinstance(frame, dict):
        raise Closed(4002, "Error while decoding payload.")
    return frame


def _dict(frame: Json) -> Json:
    data = frame.get("d")
    if not isinstance(data, dict):
        raise Closed(4002, "Error while decoding payload.")
    return data


async def serve(request: web.Request, find: Find, interval: float) -> web.StreamResponse:
    """Talk through one socket until it ends."""
    if request.query.get("encoding", "json") != "json":
        raise web.HTTPBadRequest
    compressed = request.query.get("compress")
    if compressed not in {None, "zlib-stream"}:
        raise web.HTTPBadRequest(text=f"this fake does not compress as {compressed}")
    # Pongs tell how far the client has read, so aiohttp must not swallow them.
    socket = web.WebSocketResponse(autoping=False)
    await socket.prepare(request)
    gateway = Gateway(Line(socket, compressed is not None), find, interval)
    gateway.hello()
    gateway.watch()
    try:
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                gateway.heard(frame.data)
            elif frame.type is WSMsgType.PONG:
                gateway.line.pong(bytes(frame.data))
            elif frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
    except Closed as why:
        gateway.line.close(why.code, why.words)
        async for _ in socket:
            pass
    finally:
        await gateway.line.good_bye()
        gateway.ended()
    return socket
