"""How does a process die exactly at a named point? `arm` wraps what commits and what writes to the network, and kills from in there.

The wrappers find out where they were called from by the frames above them, so that nothing in `bot/` knows of any of this.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import aiohttp
import discord
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from tests.torture.points import BOT, Point, points

When = Literal["before", "after", "lost", "answered"]
COMMITS: tuple[When, ...] = ("before", "after")
WRITES: tuple[When, ...] = ("before", "lost", "answered")
# What a library asks of a platform without changing anything on it.
_READS = ("auth.test", "users.", "conversations.info", "conversations.list", "conversations.history", "conversations.replies",
          "chat.getPermalink", "bots.info", "apps.connections.open", "team.info", "conversations.members")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Death:
    """Where to die, and when.

    before: a commit is undone by it; a write is never sent.
    after: it is committed, and nobody was told yet.
    lost: the platform has accepted it, and nobody here has its answer.
    answered: whoever asked has the answer, and has gone on to where it waits next.
    """

    point: str
    when: When


def arm(death: Death | None, stray: str) -> None:
    """Die there. Writes to a platform that come from no known point are noted in the file `stray`."""
    Database.begin = _committing(Database.begin, death)  # type: ignore[method-assign]
    AsyncWebClient.api_call = _writing(AsyncWebClient.api_call, _asks_slack, death, stray)  # type: ignore[method-assign]
    discord.http.HTTPClient.request = _writing(discord.http.HTTPClient.request, _asks_discord, death, stray)  # type: ignore[method-assign]
    discord.webhook.async_.AsyncWebhookAdapter.request = _writing(  # type: ignore[method-assign]
        discord.webhook.async_.AsyncWebhookAdapter.request, _asks_discord, death, stray
    )
    if death is not None and death.point.endswith(":post"):
        aiohttp.ClientSession.post = _posting(aiohttp.ClientSession.post, death)  # type: ignore[method-assign]


def _committing(begin: Callable[..., Any], death: Death | None) -> Callable[..., Any]:
    @asynccontextmanager
    async def wrapped(self: Database) -> AsyncIterator[AsyncConnection]:
        here = death is not None and any(point.name == death.point for point in _above("commit"))
        async with begin(self) as connection:
            yield connection
            _die_if(here and death is not None and death.when == "before")
        _die_if(here and death is not None and death.when == "after")

    return wrapped


def _writing(request: Callable[..., Any], asks: Callable[..., str | None], death: Death | None, stray: str) -> Callable[..., Any]:
    async def wrapped(self: Any, *args: Any, **more: Any) -> Any:
        what, here = asks(*args, **more), next(_above("write"), None)
        if what is None:
            return await request(self, *args, **more)
        if here is None:
            _note(stray, what)
        due = death is not None and here is not None and here.name == death.point
        return await _dying(lambda: request(self, *args, **more), death if due else None)

    return wrapped


async def _dying(request: Callable[[], Any], death: Death | None) -> Any:
    _die_if(death is not None and death.when == "before")
    answer = await request()
    _die_if(death is not None and death.when == "lost")
    if death is not None:
        asyncio.get_running_loop().call_soon(_die_if, True)
    return answer


def _posting(post: Callable[..., Any], death: Death) -> Callable[..., Any]:
    """Uploads go past Slack's client: `async with session.post(...)`."""

    @asynccontextmanager
    async def wrapped(self: aiohttp.ClientSession, *args: Any, **more: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        here = any(point.name == death.point for point in _above("write"))
        _die_if(here and death.when == "before")
        async with post(self, *args, **more) as answer:
            _die_if(here and death.when == "lost")
            if here:
                asyncio.get_running_loop().call_soon(_die_if, True)
            yield answer

    return wrapped


def _asks_slack(method: str, **_: Any) -> str | None:
    return None if method.startswith(_READS) else method


def _asks_discord(route: Any, *_: Any, **__: Any) -> str | None:
    return None if route.method == "GET" else f"{route.method} {getattr(route, 'path', route)}"


def _above(kind: str) -> Iterator[Point]:
    """Yield the points whose code is waiting for this call, the innermost first."""
    frame = sys._getframe(1)
    while (back := frame.f_back) is not None:
        frame = back
        file = frame.f_code.co_filename
        if file.startswith(_OURS):
            yield from (point for point in _in(file, kind) if point.holds(file, frame.f_lineno))


@cache
def _in(file: str, kind: str) -> tuple[Point, ...]:
    return tuple(point for point in points() if point.kind == kind and point.file == file)


_OURS = f"{BOT}{os.sep}"


def _note(stray: str, what: str) -> None:
    frame, seen = sys._getframe(1), list[str]()
    while (back := frame.f_back) is not None:
        frame = back
        if frame.f_code.co_filename.startswith(_OURS):
            seen.append(f"{Path(frame.f_code.co_filename).relative_to(BOT)}:{frame.f_lineno}")
    with Path(stray).open("a", encoding="utf-8") as file:
        file.write(f"a write from no known point: {what} from {', '.join(seen) or 'a library of its own'}\n")


def _die_if(now: bool) -> None:
    if now:
        os.kill(os.getpid(), signal.SIGKILL)
