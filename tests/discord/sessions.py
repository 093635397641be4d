"""A session of the gateway: which events has it had, which come through its socket, and what is kept for a resume?"""

import asyncio
import json
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from tests.discord.words import Json


class Closed(Exception):
    """The gateway closes the connection: its code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


class Line:
    """One open socket, through which frames go in order."""

    def __init__(self, socket: web.WebSocketResponse, compressed: bool) -> None:
        self.socket = socket
        self._zlib = zlib.compressobj() if compressed else None
        self._frames: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self._pings = 0
        self._marks: dict[bytes, asyncio.Future[None]] = {}
        self._writer = asyncio.create_task(self._write())
        self.closed = False
        self.said: int | None = None  # with which code we closed it
        self.ended = asyncio.Event()

    def send(self, frame: Json) -> None:
        """Let a frame go out after all others."""
        self._frames.put_nowait(("frame", frame))

    def close(self, code: int, words: str = "") -> None:
        """Close after all that is still to go out."""
        self.said = self.said or code
        self._frames.put_nowait(("close", {"code": code, "words": words}))

    async def passed(self, within: float) -> bool:
        """Wait until the client has read all that was sent: it answers a ping only in its turn."""
        if self.closed:
            return False
        self._pings += 1
        mark = f"{self._pings}".encode()
        waiting = self._marks[mark] = asyncio.get_running_loop().create_future()
        self._frames.put_nowait(("ping", {"mark": mark.decode()}))
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(waiting, within)
            return True
        return False

    def pong(self, mark: bytes) -> None:
        """Note that the client has read as far as this."""
        waiting = self._marks.pop(mark, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def good_bye(self) -> None:
        """Wait until the client has answered our close: cut off before, it would not know with which code it was closed."""
        if self.said is not None:
            await asyncio.wait({self._writer}, timeout=5.0)

    def end(self) -> None:
        """Forget the socket, which is gone."""
        self.closed = True
        self.ended.set()
        self._writer.cancel()
        for waiting in self._marks.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("closed"))
                # Nobody may be waiting for it any more.
                waiting.exception()

    def cut(self) -> None:
        """Cut it without a word."""
        transport = self.socket._req.transport if self.socket._req else None
        if transport is not None:
            transport.abort()

    async def _write(self) -> None:
        with suppress(ConnectionError, RuntimeError):
            while True:
                kind, what = await self._frames.get()
                if kind == "ping":
                    await self.socket.ping(what["mark"].encode())
                elif kind == "close":
                    await self.socket.close(code=what["code"], message=what["words"].encode())
                    return
                else:
                    await self._send(json.dumps(what))

    async def _send(self, text: str) -> None:
        if self._zlib is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH))


@dataclass(slots=True)
class Session:
    """What one client hears, across its sockets."""

    id: str
    shard: int
    shards: int
    intents: int
    kept: deque[Json]
    line: Line | None = None
    seq: int = 0
    ended: float | None = None
    sent: list[str] = field(default_factory=list)

    def hears(self, guild: str | None) -> bool:
        """Whether events of this guild come to its shard; those of no guild come to the first."""
        return self.shard == ((int(guild) >> 22) % self.shards if guild else 0)

    def dispatch(self, event: str, data: Json) -> None:
        """Send an event, or keep it until the client comes back."""
        self.seq += 1
        frame = {"op": 0, "t": event, "s": self.seq, "d": data}
        self.kept.append(frame)
        if self.line is not None and not self.line.closed:
            self.line.send(frame)

    def missed(self, seq: int) -> list[Json] | None:
        """Return what was sent after this number; None if not all of it is kept."""
        wanted = [frame for frame in self.kept if frame["s"] > seq]
        return wanted if len(wanted) == self.seq - seq else None
