"""How does a call to Discord end, and what does that mean for a message?

discord.py tries some calls again by itself: after a 429 that Discord sent, and after 500, 502, 504 and 524. A post that it repeats carries
the same nonce, so Discord has it once. What is ours: to wait no longer than `PATIENCE` for all of it, without cancelling the library while
it holds its own lock for everybody (a cancelled wait for the global limit would leave that lock shut for good).
"""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import discord
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from bot.ports import GiveUp, TryLater

PATIENCE = timedelta(seconds=20)  # shorter than the outbox waits for a messenger, so that the answer is ours
UNKNOWN_WAIT = timedelta(seconds=30)  # after a 429 that does not say how long
_EDITS_OF_OLD = timedelta(seconds=60)  # between two tries of an edit of a message that is over an hour old

# discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION, MISSING_ACCESS, MISSING_PERMISSION = 10003, 10008, 10062, 50001, 50013
CLOSED_TO_US, ARCHIVED, TOO_MANY_OLD_EDITS, HAS_A_THREAD, ANSWERED_ALREADY = 50007, 50083, 30046, 160004, 40060
# What nothing gets to any more: the account, the channel, or the way into it.
DEAD: Mapping[int, str] = {
    10003: "there is no such channel, or Buckstop may not see it",
    10004: "Buckstop is not in that server",
    10013: "there is no such account",
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
    40001: "the bot token is not valid",
    40002: "Discord wants the bot's account to be verified",
    40062: "Discord has restricted the bot for some time",
    50014: "the bot token is not valid",
}
_FALLBACK = "Discord refused it"

Answer = TypeVar("Answer")


class NoAnswer(Exception):
    """Discord, or the library, has not come to an end in time. It may still."""


class Calls:
    """Calls that are waited for up to a bound, and end by themselves."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[Any]] = set()

    async def bounded(self, call: Coroutine[Any, Any, Answer], patience: timedelta = PATIENCE) -> Answer:
        """Return what a call returns, or raise what it raises.

        Raises:
            NoAnswer: it goes on, and nobody waits for it any more.
        """
        task = asyncio.create_task(call)
        self._going.add(task)
        task.add_done_callback(self._done)
        try:
            return await asyncio.wait_for(asyncio.shield(task), patience.total_seconds())
        except TimeoutError:
            if task.done():
                return task.result()
            raise NoAnswer from None

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._going.discard(task)
        if not task.cancelled():
            task.exception()  # seen, whether or not anybody still waits for it

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
    return DEAD.get(code) or SHUT.get(code) or (f"Discord's error {code}" if code else type(fault).__name__)


def ended(fault: Exception, *, edit: bool = False) -> TryLater | GiveUp:
    """Return what a call that raised comes to.

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
            return TryLater(f"no answer from Discord ({type(fault).__name__})", ambiguous=True)
        case _:
            raise fault


def _refused(fault: discord.HTTPException, *, edit: bool) -> TryLater | GiveUp:
    code, status = code_of(fault), fault.status
    if code == TOO_MANY_OLD_EDITS:
        return TryLater("Discord lets a message that is over an hour old be edited only slowly", _EDITS_OF_OLD, alone=True)
    if status == 429:
        return TryLater("Discord's rate limit", _retry_after(fault), alone=edit)
    if status >= 500:
        return TryLater(f"Discord had a fault of its own ({status})", ambiguous=True)
    if status == 401 or code in SHUT:
        return GiveUp(SHUT.get(code) or SHUT[40001], mendable=True)
    if code in DEAD:
        return GiveUp(DEAD[code], dead=True)
    return GiveUp(f"{_FALLBACK} ({code or status})", dead=status == 404)


def _retry_after(fault: discord.HTTPException) -> timedelta:
    given = fault.response.headers.get("Retry-After", "")
    try:
        seconds = float(given)
    except ValueError:
        return UNKNOWN_WAIT
    return timedelta(seconds=min(max(seconds, 0.0), 86_400.0))
