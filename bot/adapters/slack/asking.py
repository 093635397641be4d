"""How is Slack asked something that may be asked again, and what does it mean when it refuses?"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.asking import NoAnswer, patiently
from bot.adapters.slack.calls import DEAD, SHUT, ended, error_of
from bot.ports import GiveUp, TryLater

NOT_SLACK = "what answers there is not Slack"


class Refused(Exception):
    """Slack says no to this one thing. `dead` if nothing gets there any more; `lacks` names the scope that would allow it."""

    def __init__(self, error: str, lacks: str = "") -> None:
        super().__init__(DEAD.get(error, error))
        self.error = error
        self.dead = error in DEAD
        self.lacks = lacks


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
    return await patiently(call, _outcome, _refusal)


def _outcome(fault: Exception) -> TryLater | GiveUp:
    try:
        return ended(fault)
    except Exception:  # noqa: BLE001 - whoever stands at that address, Slack it is not
        return TryLater(NOT_SLACK)


def _refusal(fault: Exception, _: GiveUp) -> Refused | ShutOut:
    error = error_of(fault)
    if error == "missing_scope":
        return Refused(error, _lacks(fault))
    return ShutOut(error) if error in SHUT else Refused(error)


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
