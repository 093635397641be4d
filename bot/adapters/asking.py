"""How patiently is a platform asked what may be asked again? What may go through later is tried later, up to a bound.

Only for calls whose repetition changes nothing. What is posted has the outbox's retry.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import TypeVar

from bot.ports import GiveUp, TryLater

_AGAIN = timedelta(seconds=0.5)  # between two tries of a call that got no answer
_TRIES = 3  # of such a call
_PATIENCE = timedelta(minutes=2)  # with one call altogether, where the platform says how long to wait
_LIMITED = 20  # tries of such a call: it may say "at once" again and again

Answer = TypeVar("Answer")


class NoAnswer(Exception):
    """Nothing can be learnt from the platform now: the network, a limit, a fault of its own. That says nothing about what was asked for."""


async def patiently(
    call: Callable[[], Awaitable[Answer]],
    ended: Callable[[Exception], TryLater | GiveUp],
    refusal: Callable[[Exception, GiveUp], Exception],
) -> Answer:
    """Return what a call answers. `ended` says what one that raised comes to, and `refusal` what to raise if waiting would not help.

    Raises:
        NoAnswer: the platform cannot be asked now.
        Exception: what `refusal` returns.
    """
    waited = timedelta()
    for tries in count(1):
        try:
            return await call()
        except Exception as fault:
            outcome = ended(fault)
            if isinstance(outcome, GiveUp):
                raise refusal(fault, outcome) from fault
            wait = outcome.after
            if tries >= (_TRIES if wait is None else _LIMITED) or waited + (wait or _AGAIN) > _PATIENCE:
                raise NoAnswer(_why(fault, outcome)) from fault
        pause = _AGAIN if wait is None else wait
        waited += pause
        await asyncio.sleep(pause.total_seconds())
    raise AssertionError  # counting has no end


def _why(fault: Exception, outcome: TryLater) -> str:
    # The name of it is what tells an unknown host from a certificate that is not trusted; its text could quote an address.
    return f"{outcome.why} ({type(fault).__name__})" if isinstance(fault, OSError) and "(" not in outcome.why else outcome.why
