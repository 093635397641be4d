"""Socket Mode: through which socket does an envelope reach the app, and has it been acknowledged?"""

import asyncio
import json
import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from tests.slack.answers import Answer
from tests.slack.words import Json


@dataclass(slots=True)
class Connection:
    """One open socket."""

    number: int
    socket: web.WebSocketResponse
    sent: int = 0


class Sockets:
    """The sockets of one app."""

    def __init__(self) -> None:
        self.refusing = False
        self.open: list[Connection] = []
        self._tickets: set[str] = set()
        self._pending: dict[str, asyncio.Future[Json]] = {}
        self._numbers = 0

    def ticket(self) -> str:
        """Return the secret part of an address, good for one connection."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    def use(self, ticket: str) -> bool:
        """Whether this ticket is good; it is used up."""
        good = ticket in self._tickets
        self._tickets.discard(ticket)
        return good

    async def serve(
        self, request: web.Request, app_id: str, most: int, ping_every: float, note: Callable[[str, int], None]
    ) -> web.StreamResponse:
        """Talk through one socket until it ends."""
        socket = web.WebSocketResponse(heartbeat=ping_every)
        await socket.prepare(request)
        if len(self.open) >= most:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {"host": "fake"}})
            await socket.close()
            note("refused", 0)
            return socket
        self._numbers += 1
        connection = Connection(self._numbers, socket)
        self.open.append(connection)
        try:
            await socket.send_json(_hello(app_id, len(self.open)))
            note("open", connection.number)
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
        finally:
            self.open.remove(connection)
            self._give_up_if_nobody_is_left()
            note("closed", connection.number)
        return socket

    def _heard(self, frame: Json) -> None:
        waiting = self._pending.get(frame.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)

    def _give_up_if_nobody_is_left(self) -> None:
        # Slack would wait out its three seconds. Nobody is there to answer, so a test need not.
        if not self.open:
            for waiting in self._pending.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError("socket_closed"))

    async def send(self, envelope: Json, within: float) -> Answer:
        """Send an envelope through the socket whose turn it is, and wait until it is acknowledged."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        if not self.open:
            # Before there ever was an app, nobody waits for it to come back.
            return Answer(ok=False, took=0.0, why="no_socket" if self._numbers else "no_app")
        connection = min(self.open, key=lambda one: (one.sent, one.number))
        connection.sent += 1
        waiting = self._pending[envelope["envelope_id"]] = loop.create_future()
        try:
            await connection.socket.send_json(envelope)
            frame = await asyncio.wait_for(waiting, within)
            return Answer(ok=True, took=loop.time() - start, status=200, body=frame.get("payload"))
        except TimeoutError:
            return Answer(ok=False, took=loop.time() - start, why="timeout")
        except ConnectionError:
            return Answer(ok=False, took=loop.time() - start, why="socket_closed")
        finally:
            self._pending.pop(envelope["envelope_id"], None)

    async def ask_to_reconnect(self, reason: str) -> int:
        """Tell every socket that it will be closed soon, as Slack does every few hours."""
        for connection in list(self.open):
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
        return len(self.open)

    def cut(self) -> int:
        """Cut every socket without a word."""
        cut = list(self.open)
        for connection in cut:
            transport = connection.socket._req.transport if connection.socket._req else None
            if transport is not None:
                transport.abort()
        return len(cut)

    async def close(self) -> None:
        """Close all of them, politely."""
        for connection in list(self.open):
            with suppress(ConnectionError, TimeoutError):
                await asyncio.wait_for(connection.socket.close(), 1.0)


def envelope(kind: str, payload: Json, retry: int, reason: str) -> Json:
    """Wrap a payload."""
    wrapped = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
    return wrapped | ({"retry_attempt": retry, "retry_reason": reason} if kind == "events_api" else {})


def _hello(app_id: str, number: int) -> Json:
    debug = {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060}
    return {"type": "hello", "num_connections": number, "debug_info": debug, "connection_info": {"app_id": app_id}}
