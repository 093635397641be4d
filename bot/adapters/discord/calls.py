"""How does a call to Discord end, and what does that mean for a message?

discord.py tries some calls again by itself: after a 429 that Discord sent, and after 500, 502, 504 and 524. A post that it repeats
carries the same nonce, so Discord has it once. What is ours: to wait no longer than `PATIENCE` for all of it, and that a call which
nobody waits for any more asks nothing further. Such a call is only cancelled while a request of its own is on its way: cancelled while
it sits out a limit on everything, it would leave the library's lock for everybody shut for good.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from json import JSONDecodeError
from math import isnan
from typing import Any, TypeVar

import discord
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError, TraceConfig

from bot.ports import GiveUp, TryLater

PATIENCE = timedelta(seconds=20)  # shorter than the outbox waits for a messenger, so that the answer is ours
UNKNOWN_WAIT = timedelta(seconds=30)  # after a 429 that does not say how long
_A_WHILE = timedelta(minutes=1)  # after a refusal that passes by itself, and says not when

# discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION, MISSING_ACCESS, MISSING_PERMISSION = 10003, 10008, 10062, 50001, 50013
CLOSED_TO_US, INVALID, ARCHIVED, NO_REPLY, HAS_A_THREAD, ANSWERED_ALREADY = 50007, 50035, 50083, 160002, 160004, 40060
# What may be refused for its picture: not allowed, not understood, too large.
NO_PICTURE = frozenset({MISSING_PERMISSION, INVALID, 40005, 50045, 50046})
# What nothing gets to any more: the account, the channel, or the way into it.
DEAD: Mapping[int, str] = {
    10003: "there is no such channel, or Buckstop may not see it",
    10004: "Buckstop is not in that server",
    10013: "there is no such account",
    40058: "the forum post is gone",
    50001: "Buckstop may not see the channel",
    50007: "they take no direct messages from it",
    50008: "it is no channel that messages can be written in",
    50013: "Buckstop lacks a permission there",
    50033: "the account takes no messages",
    50278: "they share no server with Buckstop",
    160005: "the thread is locked",
}
# Discord has shut Buckstop out: what waits goes out once somebody has mended it.
SHUT: Mapping[int, str] = {
    20026: "Discord has marked the bot as a sender of spam; the developer portal says how to appeal",
    40001: "the bot token is not valid",
    40002: "Discord wants the bot's account to be verified",
    40333: "Cloudflare blocks this machine's address",
    50014: "the bot token is not valid",
}
# What passes by itself.
LATER: Mapping[int, str] = {
    10008: "somebody deleted the message at once",
    20016: "the channel is in slow mode",
    20028: "Discord's limit on writing to the channel",
    20029: "Discord's limit on writing to the server",
    30046: "Discord lets messages that are over an hour old be edited only slowly",
    40003: "Discord lets direct messages be opened only slowly",
    40004: "Discord has stopped messages for some time",
    40006: "Discord has switched this off for some time",
    40062: "Discord's limit on a service of its own",
}
NOT_DISCORD = "what answers there is not Discord"
_FALLBACK = "Discord refused it"

Answer = TypeVar("Answer")


class NoAnswer(Exception):
    """Discord, or the library, has not come to an end in time. It may still."""


class NotDiscord(Exception):
    """Whoever answers at this address, Discord it is not."""


class LeftAlone(Exception):
    """A call that nobody waits for any more was about to ask Discord something."""


class Calls:
    """Calls that are waited for up to a bound, and do nothing more once nobody waits for them."""

    def __init__(self, patience: timedelta = PATIENCE) -> None:
        self.patience = patience
        self._going: set[asyncio.Task[Any]] = set()
        self._left: set[asyncio.Task[Any]] = set()
        self._asking: set[asyncio.Task[Any]] = set()  # those with a request on its way

    async def bounded(self, call: Coroutine[Any, Any, Answer], patience: timedelta | None = None) -> Answer:
        """Return what a call returns, or raise what it raises.

        Raises:
            NoAnswer: it did not end in time. What it had asked may still be answered; it asks nothing more.
        """
        task = asyncio.create_task(call)
        self._going.add(task)
        task.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(task), (patience or self.patience).total_seconds())
        except TimeoutError:
            if task.done():
                return task.result()
            raise NoAnswer from None
        finally:
            self._leave(task)

    def trace(self) -> TraceConfig:
        """Return what has a client's requests looked at: only of such a client is a call left alone."""
        config = TraceConfig()
        config.on_request_start.append(self._asks)
        config.on_response_chunk_received.append(self._asked)  # the whole answer has been read
        config.on_request_exception.append(self._asked)
        return config

    def _leave(self, task: asyncio.Task[Any]) -> None:
        if task.done():
            return
        self._left.add(task)
        if task in self._asking:
            # Otherwise it would hold its place in the library's queue for up to five minutes, and the next try of the same would wait.
            task.cancel()

    async def _asks(self, *_: Any) -> None:
        task = asyncio.current_task()
        if task in self._left:
            # The library has waited, and would try again: an edit would put an old card over a newer one.
            raise LeftAlone
        if task is not None and task in self._going:
            self._asking.add(task)

    async def _asked(self, *_: Any) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._asking.discard(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        for tasks in (self._going, self._left, self._asking):
            tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, whether or not anybody still waits for it

    async def ended(self) -> None:
        """Wait until nothing goes on any more, of itself."""
        while self._going:
            await asyncio.wait(self._going)

    async def close(self) -> None:
        """Let go of what still goes on."""
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)


def code_of(fault: BaseException) -> int:
    """Return Discord's number for what went wrong; 0 if it gave none."""
    return int(getattr(fault, "code", 0) or 0) if isinstance(fault, discord.HTTPException) else 0


def why(fault: BaseException) -> str:
    """Return what went wrong in words, without anything of what was sent."""
    code = code_of(fault)
    return DEAD.get(code) or SHUT.get(code) or LATER.get(code) or (f"Discord's error {code}" if code else type(fault).__name__)


def ended(fault: Exception, *, edit: bool = False) -> TryLater | GiveUp:
    """Return what a call that raised comes to. What holds up an edit holds up nothing that is posted beside it.

    Raises:
        Exception: the fault itself, if it is none of a call.
    """
    match fault:
        case discord.RateLimited():
            return TryLater("Discord's rate limit", timedelta(seconds=fault.retry_after), alone=edit)
        case discord.HTTPException():
            return _refused(fault, edit=edit)
        case ClientConnectorError() | ConnectionTimeoutError():
            return TryLater("no connection to Discord")
        case NoAnswer() | ClientError() | TimeoutError() | OSError():
            return TryLater(f"no answer from Discord ({type(fault).__name__})", ambiguous=True, alone=edit and isinstance(fault, NoAnswer))
        case NotDiscord() | JSONDecodeError():
            return TryLater(NOT_DISCORD, ambiguous=True)
        case _:
            raise fault


def _refused(fault: discord.HTTPException, *, edit: bool) -> TryLater | GiveUp:
    code, status = code_of(fault), fault.status
    if code in LATER or status == 429:
        after = waits(fault.response.headers, _A_WHILE if code in LATER else UNKNOWN_WAIT)
        return TryLater(LATER.get(code, "Discord's rate limit"), after, alone=edit)
    if status >= 500:
        return TryLater(f"Discord had a fault of its own ({status})", ambiguous=True)
    if status == 401 or code in SHUT:
        return GiveUp(SHUT.get(code) or SHUT[40001], mendable=True)
    if code == 0 and status != 400:
        # Discord has a number for everything that it refuses. A proxy, or a wrong address, makes nobody unreachable.
        return GiveUp(NOT_DISCORD, mendable=True)
    return GiveUp(DEAD.get(code, f"{_FALLBACK} ({code or status})"), dead=code in DEAD)


def waits(headers: Mapping[str, str], usual: timedelta) -> timedelta:
    """Return how long an answer says to wait, or else what is usual."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return usual
    return usual if isnan(seconds) else timedelta(seconds=min(max(seconds, 0.0), 86_400.0))
