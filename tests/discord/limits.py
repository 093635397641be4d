"""Is this call one too many, and what do the headers say of it?

Buckets as Discord has them: so many calls in a window that begins with the first of them, counted for each channel, guild or webhook.
Off unless a test switches them on. `REAL` is what has been observed; Discord itself only says to read the headers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from zlib import crc32

from tests.slack.wall import wall


@dataclass(frozen=True, slots=True)
class Rule:
    """So many calls within so many seconds."""

    limit: int
    per: float


REAL: dict[str, Rule] = {
    "global": Rule(50, 1.0),
    "POST /channels/{channel_id}/messages": Rule(5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Rule(5, 5.0),
    "GET /channels/{channel_id}/messages": Rule(5, 5.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me": Rule(1, 0.25),
    "POST /channels/{channel_id}/messages/{message_id}/threads": Rule(5, 5.0),
    "POST /channels/{channel_id}/threads": Rule(5, 5.0),
    "PATCH /channels/{channel_id}": Rule(5, 15.0),
    "POST /webhooks/*": Rule(5, 2.0),
    "PATCH /webhooks/*": Rule(5, 5.0),
}


@dataclass(slots=True)
class _Bucket:
    left: int
    ends: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that is one too many."""

    retry_after: float
    everywhere: bool


class Limits:
    """The limits of one application and how far each is used up."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {}
        self.via = True
        self._buckets: dict[str, _Bucket] = {}

    def set(self, wanted: bool | Mapping[str, Mapping[str, Any]], via: bool) -> None:
        """Switch them on as Discord has them, off, or only those that are named."""
        if isinstance(wanted, bool):
            self.rules = dict(REAL) if wanted else {}
        else:
            self.rules = {name: Rule(**rule) for name, rule in wanted.items()}
        self.via = via
        self._buckets.clear()

    def take(self, route: str, major: str, now: float) -> tuple[Refusal | None, dict[str, str]]:
        """Count a call; return why it is refused, if it is, and the headers of its answer."""
        # An answer to an interaction is outside the overall limit.
        everywhere = None if route.startswith("POST /interactions") else self.rules.get("global")
        if everywhere is not None:
            wait = self._take("global", everywhere, now)
            if wait:
                return Refusal(wait, everywhere=True), {}
        name, rule = next(((name, rule) for name, rule in self.rules.items() if fnmatchcase(route, name)), ("", None))
        if rule is None:
            return None, {}
        key = f"{name}:{major}"
        wait = self._take(key, rule, now)
        headers = self._headers(name, rule, self._buckets[key], now)
        return (Refusal(wait, everywhere=False) if wait else None), headers

    def _take(self, key: str, rule: Rule, now: float) -> float:
        bucket = self._buckets.get(key)
        if bucket is None or bucket.ends <= now:
            bucket = self._buckets[key] = _Bucket(rule.limit, now + rule.per)
        if bucket.left == 0:
            return max(0.001, bucket.ends - now)
        bucket.left -= 1
        return 0.0

    @staticmethod
    def _headers(name: str, rule: Rule, bucket: _Bucket, now: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(rule.limit),
            "X-RateLimit-Remaining": str(bucket.left),
            "X-RateLimit-Reset": f"{wall() + bucket.ends - now:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.ends - now:.3f}",
            "X-RateLimit-Bucket": f"{crc32(name.encode()):08x}",
        }
