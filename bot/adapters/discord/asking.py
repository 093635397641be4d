"""How is Discord asked something that may be asked again? Patiently: what may go through later is tried later, up to a bound.

Only for calls whose repetition changes nothing. What is posted has the outbox's retry (calls.py).
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any, TypeVar

import discord

from bot.adapters.discord.access import Access
from bot.adapters.discord.calls import DEAD, NOT_DISCORD, SHUT, Calls, code_of, ended
from bot.adapters.discord.rest import point_at
from bot.ports import GiveUp, TryLater

_UNAUTHORIZED = 40001
_AGAIN = timedelta(seconds=0.5)  # between two tries of a call that got no answer
_TRIES = 3  # of such a call
_PATIENCE = timedelta(minutes=2)  # with one call altogether, where Discord says how long to wait
_LIMITED = 20  # tries of such a call: Discord may say "at once" again and again
_LIBRARY_WAITS = 30.0  # seconds for a limit, before it lets us wait; it takes no less
_ONE_TRY = timedelta(seconds=40)  # the library tries some calls again by itself, for up to 25 s

Answer = TypeVar("Answer")


class Refused(Exception):
    """Discord says no to this one thing; `code` is its number."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class NoAnswer(Exception):
    """Nothing can be learnt from Discord now: the network, a limit, or a fault of its own. It says nothing about what was asked for."""


class ShutOut(Exception):
    """Discord lets this token do nothing at all."""


class Asking:
    """Asks one client, which is logged in."""

    def __init__(self, client: discord.Client, calls: Calls) -> None:
        self.client = client
        self._calls = calls

    async def __call__(self, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return what Discord answers; raise as `patiently` does."""
        return await patiently(self._calls, call)


@asynccontextmanager
async def logged_in(access: Access) -> AsyncIterator[Asking]:
    """Have a client that never opens a gateway.

    Raises:
        NoAnswer, ShutOut: it cannot be had.
    """
    point_at(access)
    # What the library remarks would only stand between the findings; what matters of it is raised.
    logging.getLogger("discord").handlers = [logging.NullHandler()]
    calls = Calls()
    try:
        client = await patiently(calls, lambda: _logged_in(access))
        try:
            yield Asking(client, calls)
        finally:
            await client.close()
    finally:
        await calls.close()


async def _logged_in(access: Access) -> discord.Client:
    client = discord.Client(intents=discord.Intents.none(), max_messages=None, max_ratelimit_timeout=_LIBRARY_WAITS)
    try:
        await client.login(access.token)
    except BaseException:
        await client.close()
        raise
    return client


async def patiently(calls: Calls, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Return what Discord answers.

    Raises:
        Refused: it says no to this.
        NoAnswer: it cannot be asked now.
        ShutOut: it cannot be asked with this token.
    """
    waited = timedelta()
    for tries in count(1):
        try:
            return await calls.bounded(call(), _ONE_TRY)
        except Exception as fault:
            wait = _wait(fault)
            if tries >= (_TRIES if wait is None else _LIMITED) or waited + (wait or _AGAIN) > _PATIENCE:
                raise NoAnswer(_why(fault)) from fault
        pause = _AGAIN if wait is None else wait
        waited += pause
        await asyncio.sleep(pause.total_seconds())
    raise AssertionError  # counting has no end


def _wait(fault: Exception) -> timedelta | None:
    """Return how long Discord wants us to wait; None if it did not say.

    Raises:
        Refused, ShutOut, NoAnswer: waiting would not help.
    """
    if isinstance(fault, discord.LoginFailure):
        raise ShutOut(SHUT[_UNAUTHORIZED]) from fault
    outcome = _outcome(fault)
    if isinstance(outcome, TryLater):
        return outcome.after
    if outcome.mendable and outcome.why != NOT_DISCORD:
        raise ShutOut(outcome.why) from fault
    if code_of(fault) == 0:
        # Discord has a number for everything that it refuses.
        raise NoAnswer(NOT_DISCORD) from fault
    raise Refused(code_of(fault), DEAD.get(code_of(fault), outcome.why)) from fault


def _outcome(fault: Exception) -> TryLater | GiveUp:
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - whoever stands at that address, Discord it is not
        return GiveUp(NOT_DISCORD)


def _why(fault: Exception) -> str:
    outcome = _outcome(fault)
    # The name of it is what tells an unknown host from a certificate that is not trusted; its text could quote an address.
    return f"{outcome.why} ({type(fault).__name__})" if isinstance(fault, OSError) and "(" not in outcome.why else outcome.why
