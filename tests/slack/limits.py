"""Is this call one too many?

Token buckets, off unless a test switches them on. `REAL` is what Slack says of itself: about one message a second and channel with a
small burst, a few hundred a minute for the workspace, 50 a minute for most others.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """So many calls a second, after a burst, counted for each channel or for the workspace."""

    rate: float
    burst: float
    by: str = "workspace"


REAL: dict[str, Rule] = {
    "chat.postMessage": Rule(1.0, 3, "channel"),
    "posts": Rule(5.0, 60),
    "chat.update": Rule(50 / 60, 10),
    "chat.delete": Rule(50 / 60, 10),
    "chat.postEphemeral": Rule(100 / 60, 20),
    "conversations.open": Rule(50 / 60, 10),
    "conversations.history": Rule(50 / 60, 10),
    "conversations.replies": Rule(50 / 60, 10),
    "conversations.list": Rule(20 / 60, 5),
    "users.info": Rule(100 / 60, 20),
    "users.list": Rule(20 / 60, 5),
    "users.lookupByEmail": Rule(50 / 60, 10),
    "views.publish": Rule(100 / 60, 20),
}
# Everything that puts a message into a channel draws on the workspace's budget as well.
POSTS = {"chat.postMessage", "chat.postEphemeral"}


class Limits:
    """The limits of one workspace and how far each is used up."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.exact = False
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def set(self, wanted: bool | Mapping[str, Mapping[str, Any]], exact: bool) -> None:
        """Switch them on as Slack has them, off, or only those that are named."""
        if isinstance(wanted, bool):
            self.rules = dict(REAL) if wanted else {}
        else:
            self.rules = {name: Rule(**rule) for name, rule in wanted.items()}
        self.exact = exact
        self._buckets.clear()

    def refuse(self, method: str, channel: str | None, now: float) -> str | None:
        """Return the Retry-After of a call that is one too many, else None and count it."""
        names = [method, "posts"] if method in POSTS else [method]
        rules = [(name, self.rules[name]) for name in names if name in self.rules]
        waits = [self._wait(name, rule, channel, now) for name, rule in rules]
        if any(waits):
            wait = max(waits)
            # Slack gives whole seconds. A test that turned the rate up has no second to lose, and says so.
            return f"{wait:.3f}" if self.exact else str(math.ceil(wait))
        for name, rule in rules:
            key = (name, channel or "" if rule.by == "channel" else "")
            left, then = self._level(key, rule, now)
            self._buckets[key] = (left - 1, then)
        return None

    def _wait(self, name: str, rule: Rule, channel: str | None, now: float) -> float:
        left, _ = self._level((name, channel or "" if rule.by == "channel" else ""), rule, now)
        return 0.0 if left >= 1 else (1 - left) / rule.rate

    def _level(self, key: tuple[str, str], rule: Rule, now: float) -> tuple[float, float]:
        left, then = self._buckets.get(key, (rule.burst, now))
        return min(rule.burst, left + (now - then) * rule.rate), now
