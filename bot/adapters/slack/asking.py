"""How is Slack asked something that may be asked again? Patiently: what may go through later is tried later, up to a bound.

Only for calls whose repetition changes nothing. What is posted has the outbox's retry (calls.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack.calls import DEAD, SHUT, ended, error_of
from bot.ports import GiveUp, TryLater

_AGAIN = timedelta(seconds=0.5)  # between two tries of a call that got no answer
_TRIES = 3  # of such a call
_PATIENCE = timedelta(minutes=2)  # with one call altogether, where Slack says how long to wait
_LIMITED = 20  # tries of such a call: Slack may say "at once" again and again

NOT_SLACK = "what answers there is not Slack"


class Refused(Exception):
    """Slack says no to this one thing. `dead` if nothing gets there any more; `lacks` names the scope that would allow it."""

    def __init__(self, error: str, lacks: str = "") -> None:
        super().__init__(DEAD.get(error, error))
        self.error = error
        self.dead = error in DEAD
        self.lacks = lacks


class NoAnswer(Exception):
    """Nothing can be learnt from Slack now: the network, a limit, or a fault of its own. It says nothing about what was asked for."""


class ShutOut(Exception):
    """Slack lets this token do nothing at all."""

    def __init__(self, error: str) -> None:
        super().__init__(SHUT[error])
        self.error = error


async def ask(call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
    """Return what Slack answers.

    Raises:
        Refused: it says no to this.
        NoAnswer: it cannot be asked now.
        ShutOut: it cannot be asked with this token.
    """
    waited = timedelta()
    for tries in count(1):
        try:
            return await call()
        except Exception as fault:
            wait = _wait(fault)
            if tries >= (_TRIES if wait is None else _LIMITED) or waited + (wait or _AGAIN) > _PATIENCE:
                raise NoAnswer(_why(fault)) from fault
        pause = _AGAIN if wait is None else wait
        waited += pause
        await asyncio.sleep(pause.total_seconds())
    raise AssertionError  # counting has no end


def _wait(fault: Exception) -> timedelta | None:
    """Return how long Slack wants us to wait; None if it did not say.

    Raises:
        Refused, ShutOut: waiting would not help.
    """
    outcome = _outcome(fault)
    if isinstance(outcome, TryLater):
        return outcome.after
    error = error_of(fault)
    if error == "missing_scope":
        raise Refused(error, _lacks(fault)) from fault
    if error in SHUT:
        raise ShutOut(error) from fault
    raise Refused(error) from fault


def _outcome(fault: Exception) -> TryLater | GiveUp:
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - whoever stands at that address, Slack it is not
        return TryLater(NOT_SLACK)


def _why(fault: Exception) -> str:
    outcome = _outcome(fault)
    # The name of it is what tells an unknown host from a certificate that is not trusted; its text could quote an address.
    return f"{outcome.why} ({type(fault).__name__})" if isinstance(fault, OSError) and "(" not in outcome.why else outcome.why


def _lacks(fault: Exception) -> str:
    data = fault.response.data if isinstance(fault, SlackApiError) and isinstance(fault.response, AsyncSlackResponse) else None
    return str(data.get("needed") or "") if isinstance(data, Mapping) else ""


def part(answer: AsyncSlackResponse, name: str) -> Mapping[str, Any]:
    """Return what an answer is about.

    Raises:
        NoAnswer: there is no such thing in it.
    """
    found = answer.get(name)
    if not isinstance(found, Mapping) or "id" not in found:
        raise NoAnswer(NOT_SLACK)
    return found
