"""Slack's side of the door: signed requests over connections that are kept, so many at a time, each sent when the last was answered.

As bare as can be, since what it costs itself is measured along: a client library would cost about as much as slack-bolt does.
"""

import asyncio
import hashlib
import hmac
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter, time
from urllib.parse import urlencode

GIVES_UP = 3.0
"""Seconds after which Slack tells whoever typed it that the command failed."""
PATIENCE = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Door:
    """Where requests go, and what they are signed with."""

    port: int
    path: str
    secret: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds; status 0 if nothing did."""

    took: float
    status: int = 0
    body: bytes = b""

    @property
    def good(self) -> bool:
        """Tell whether Slack would be content."""
        return self.status == 200 and self.took < GIVES_UP


@dataclass(frozen=True, slots=True)
class Knocked:
    """All answers, and how many seconds it took to have them."""

    answers: tuple[Answer, ...]
    lasted: float


Seen = Callable[[Answer], Awaitable[None]]


async def knock(door: Door, typed: Iterator[Mapping[str, str]], at_once: int, seconds: float, seen: Seen | None = None) -> Knocked:
    """Send what is typed for so many seconds, at least once. `seen` is awaited after each answer, outside of what is measured."""
    answers, began = list[Answer](), perf_counter()

    async def in_turn() -> None:
        async with Line(door) as line:
            while True:
                answers.append(await line.ask(request(door, next(typed))))
                if seen is not None:
                    await seen(answers[-1])
                if perf_counter() - began >= seconds:
                    return

    await asyncio.gather(*(in_turn() for _ in range(at_once)))
    return Knocked(tuple(answers), perf_counter() - began)


def request(door: Door, fields: Mapping[str, str]) -> bytes:
    """Return a request as Slack sends it, signed now."""
    body, at = urlencode(fields).encode(), str(int(time()))
    proof = hmac.new(door.secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    head = (
        f"POST {door.path} HTTP/1.1",
        f"Host: 127.0.0.1:{door.port}",
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept: application/json,*/*",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {at}",
        f"X-Slack-Signature: v0={proof}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Line:
    """A connection that is kept; one that breaks is opened anew."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._ends: tuple[StreamReader, StreamWriter] | None = None

    async def __aenter__(self) -> "Line":
        self._ends = await asyncio.open_connection("127.0.0.1", self._door.port)
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.hang_up()

    async def ask(self, sent: bytes) -> Answer:
        """Send a request and wait for its answer."""
        began = perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await self._answer(sent)
        except (OSError, EOFError, TimeoutError):
            await self.hang_up()
            return Answer(perf_counter() - began)
        return Answer(perf_counter() - began, status, body)

    async def _answer(self, sent: bytes) -> tuple[int, bytes]:
        if self._ends is None:
            self._ends = await asyncio.open_connection("127.0.0.1", self._door.port)
        reader, writer = self._ends
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length is not None, f"how long is the answer? {head!r}"
        return int(head.split(b" ", 2)[1]), await reader.readexactly(int(length[1]))

    async def hang_up(self) -> None:
        """Close the connection, if there is one."""
        if self._ends is not None:
            self._ends[1].close()
            with suppress(OSError):
                await self._ends[1].wait_closed()
        self._ends = None
