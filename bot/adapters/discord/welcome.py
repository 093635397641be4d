"""Does Discord take anything from us just now, as far as its last answers tell?

A limit on everything, a token that it refuses, or so many refusals that it would ban us: each holds up whatever Buckstop says by itself
before it is asked for. What people ask for is answered all the same. Times are arguments: seconds of one clock that only goes on.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.adapters.discord.brake import Brake
from bot.adapters.discord.calls import SHUT
from bot.ports import GiveUp, TryLater

log = structlog.get_logger()

_LOOK_AGAIN = 60.0  # seconds until a token that was refused is tried once more
_NOT_VALID = 40001


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says about us."""

    status: int
    scope: str | None = None  # of a limit: "user", "shared", "global"
    wait: timedelta = timedelta()  # that a limit asks for
    ours: bool = True  # asked with the bot's token, not with an interaction's


class Welcome:
    """Remembers what concerns every request."""

    def __init__(self, brake: Brake | None = None) -> None:
        self.brake = brake or Brake()
        self._limited = 0.0  # until when there is a limit on everything
        self._shut: float | None = None  # until when a token that was refused is not tried again

    def seen(self, answer: Answer, now: float) -> None:
        """Take note of an answer. What has to be mended is said once."""
        if self.brake.seen(answer.status, answer.scope, now):
            log.error("discord.braked", refused=self.brake.refused, why="too many requests were refused; Discord would ban us")
        if answer.status == 429 and answer.scope == "global":
            self._limited = max(self._limited, now + answer.wait.total_seconds())
        if answer.status == 401 and answer.ours:
            if self._shut is None:
                log.error("discord.shut_out", why=SHUT[_NOT_VALID])
            self._shut = now + _LOOK_AGAIN
        elif answer.status < 300 and answer.ours and self._shut is not None:
            self._shut = None
            log.info("discord.let_in")

    def held(self, now: float) -> TryLater | GiveUp | None:
        """Return why nothing may be said now; None if it may."""
        braked = self.brake.held(now)
        if braked is not None:
            return TryLater("Discord has refused too many requests lately", braked)
        if now < self._limited:
            return TryLater("Discord's limit on everything", timedelta(seconds=self._limited - now))
        if self._shut is not None:
            if now < self._shut:
                return GiveUp(SHUT[_NOT_VALID], mendable=True)
            # One asks, and the others hear of its answer: each by itself would be a refusal more.
            self._shut = now + _LOOK_AGAIN
        return None
