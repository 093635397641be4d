"""How is Discord asked something that may be asked again, and what does it mean when it refuses?"""

import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import discord

from bot.adapters.asking import Answer, NoAnswer, patiently
from bot.adapters.discord.access import Access
from bot.adapters.discord.calls import DEAD, NOT_DISCORD, SHUT, Calls, code_of, ended
from bot.adapters.discord.rest import point_at
from bot.ports import GiveUp, TryLater

_UNAUTHORIZED = 40001
_LIBRARY_WAITS = 30.0  # seconds for a limit, before it lets us wait; it takes no less
_ONE_TRY = timedelta(seconds=40)  # the library tries some calls again by itself, for up to 25 s


class Refused(Exception):
    """Discord says no to this one thing; `code` is its number."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class ShutOut(Exception):
    """Discord lets this token do nothing at all."""


class Asking:
    """Asks one client, which is logged in."""

    def __init__(self, client: discord.Client, calls: Calls) -> None:
        self.client = client
        self._calls = calls

    async def __call__(self, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """Return what Discord answers.

        Raises:
            Refused: it says no to this.
            NoAnswer: it cannot be asked now.
            ShutOut: it cannot be asked with this token.
        """
        return await _ask(self._calls, call)


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
        client = await _ask(calls, lambda: _logged_in(access))
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


async def _ask(calls: Calls, call: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    return await patiently(lambda: calls.bounded(call(), _ONE_TRY), _outcome, _refusal)


def _outcome(fault: Exception) -> TryLater | GiveUp:
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - whoever stands at that address, Discord it is not
        return GiveUp(NOT_DISCORD)


def _refusal(fault: Exception, outcome: GiveUp) -> Refused | ShutOut | NoAnswer:
    if isinstance(fault, discord.LoginFailure):
        return ShutOut(SHUT[_UNAUTHORIZED])
    if outcome.mendable and outcome.why != NOT_DISCORD:
        return ShutOut(outcome.why)
    code = code_of(fault)
    # Discord has a number for everything that it refuses.
    return Refused(code, DEAD.get(code, outcome.why)) if code else NoAnswer(NOT_DISCORD)
