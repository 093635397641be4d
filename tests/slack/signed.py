"""How does Slack sign what it sends over HTTP, and how would somebody forge it?"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.slack.wall import wall
from tests.slack.words import Impossible, Json

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True, slots=True)
class Forgery:
    """What is false about a request: its signature, its age, its team, or something in its payload."""

    signature: str = ""
    age: float = 0.0
    team: str = ""
    payload: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, forge: Json | None) -> "Forgery":
        """Read what a test asks for."""
        forgery = cls(**(forge or {}))
        if forgery.signature not in {"", "wrong", "none"}:
            raise Impossible(f"a signature is `wrong` or `none`, not {forgery.signature!r}")
        return forgery

    def applied(self, payload: Json) -> Json:
        """Return the payload with what is false about it."""
        if not self.team and not self.payload:
            return payload
        forged: Json = json.loads(json.dumps(payload))
        changes = dict(self.payload)
        if self.team:
            paths = [
                "team_id",
                "team.id",
                "user.team_id",
                "view.team_id",
                "view.app_installed_team_id",
                "authorizations.0.team_id",
                "event.team",
            ]
            changes |= {path: self.team for path in paths if _has(forged, path)}
        for path, value in changes.items():
            _put(forged, path, value)
        return forged


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return Slack's version 0 signature."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """Return the body and the content type in which this kind of thing is posted."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def headers(secret: str, body: bytes, content_type: str, forgery: Forgery) -> dict[str, str]:
    """Return what goes before the body."""
    timestamp = str(int(wall() - forgery.age))
    signed = {"Content-Type": content_type, "User-Agent": AGENT}
    if forgery.signature == "none":
        return signed
    proof = signature("somebody else's secret" if forgery.signature == "wrong" else secret, timestamp, body)
    return signed | {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": proof}


def _steps(path: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _has(data: Any, path: str) -> bool:
    for step in _steps(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return False
    return data is not None


def _put(data: Any, path: str, value: Any) -> None:
    *way, last = _steps(path)
    for step in way:
        data = data[step]
    data[last] = value
