"""Requests that nobody honest sends: made from recorded ones by a seed, so that each can be made again.

Two kinds. Forged ones are whole, and would do something, but are not signed by our Slack, are old, or come from another workspace.
Mutated ones are signed, and come from somebody who may do nothing, with one or more of their parts replaced by something absurd.
"""

import copy
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.slack.client import Workspace
from tests.slack.signed import signature
from tests.slack.wall import wall

_RECORDED = Path(__file__).parent.parent / "payloads" / "slack"
_DEEP: Any = "C-1"
for _ in range(60):
    _DEEP = [_DEEP]

ABSURD: tuple[Any, ...] = (
    None, "", " ", 0, -1, 1.5, 2**63, 10**40, True, [], {}, [None], {"a": {"b": []}}, _DEEP, "\0", "\ud800", "C-1", "C-77:1",
    "ack:C-1:1", "b:ack:C-1:1", "m:0:-:confirm:1:1:abc", "T9OTHER", "U9NOBODY", "C9NOWHERE", "1.2", "99999999999999999999", "x" * 5000,
    "\N{SNOWMAN}" * 1500, "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "<!channel>", "@everyone", "=cmd|' /C calc'!A0",
    "\r\nX-Injected: 1", '["ask:C-77:1:abc", "", null, null]', "undefined",
)  # fmt: skip

FORGED = ("command", "press_in_direct_messages", "submission", "message_shortcut", "app_mention", "reaction_added")
HOW = ("unsigned", "wrong", "cut", "another version", "old", "early", "no time", "another workspace")
MUTATED = (
    "command", "press_in_direct_messages", "press_in_a_channel", "press_in_a_thread", "press_at_home", "press_in_a_modal", "submission",
    "message", "message_in_a_thread", "message_changed", "message_deleted", "shortcut", "reaction_of_some_skin",
)  # fmt: skip
COMMANDS = ("ack C-1", "resolve C-1 fix process: x", "confirm C-1", "take C-1", "note C-1 x", "cost C-1 5")


@dataclass(frozen=True, slots=True)
class Made:
    """One request, ready to be posted."""

    kind: str
    path: str
    body: bytes
    headers: dict[str, str]


class Chance:
    """Replaces parts of what it is given by something absurd."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def absurd(self, payload: Any) -> Any:
        """Return a payload with one to three parts replaced by something absurd."""
        for _ in range(self._random.choice((1, 1, 2, 3))):
            payload = self._changed(payload)
        return payload

    def _changed(self, payload: Any) -> Any:
        changed = copy.deepcopy(payload)
        holder, key = self._somewhere(changed)
        if holder is None:
            return self._random.choice(ABSURD)
        match self._random.randrange(4):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[f"{key}\N{SNOWMAN}"] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]]
            case _:
                holder[key] = self._random.choice(ABSURD)
        return changed

    def _somewhere(self, value: Any) -> tuple[Any, Any]:
        """Return a random place within a value: what holds it, and under which key."""
        places: list[tuple[Any, Any]] = []
        waiting = [value]
        while waiting:
            one = waiting.pop()
            keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
            places += [(one, key) for key in keys]
            waiting += [one[key] for key in keys]
        return self._random.choice(places) if places else (None, None)

    def _torn(self, body: bytes) -> bytes:
        at = self._random.randrange(len(body) + 1)
        match self._random.randrange(4):
            case 0:
                return body[:at]
            case 1:
                return body[:at] + self._random.randbytes(4) + body[at:]
            case 2:
                return body[:at] + body[at + 1 :]
            case _:
                return body + body


class Forger(Chance):
    """Makes requests for one workspace of the fake Slack, and for the local workspace beside it."""

    def __init__(self, ws: Workspace, seed: int) -> None:
        super().__init__(seed)
        self._ws = ws
        self._recorded = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(_RECORDED.glob("*.json"))}
        self._count = 0

    # --- over HTTP, as Slack

    def forged(self) -> Made:
        """Make a request that would do something if it came from our Slack."""
        name, how = self._random.choice(FORGED), self._random.choice(HOW)
        payload = self._ours(name, self._ws.users["rita" if name == "message_shortcut" else "ana"])
        if how == "another workspace":
            payload = _replaced(payload, self._ws.team, "T9OTHER")
        body, content = _encoded(name, payload)
        return Made(f"forged: {how}", f"/slack/{self._ws.team}/events", body, {"Content-Type": content} | self._signed(body, how))

    def mutated(self) -> Made:
        """Make a signed request of somebody who may do nothing, with something absurd in it."""
        name = self._random.choice(MUTATED)
        payload = self._ours(name, self._ws.users["eve"])
        for _ in range(self._random.choice((1, 1, 1, 2, 5))):
            payload = self._changed(payload)
        body, content = _encoded(name, payload)
        if self._random.random() < 0.15:
            body = self._torn(body)
        return Made(f"mutated: {name}", f"/slack/{self._ws.team}/events", body, {"Content-Type": content} | self._signed(body, "right"))

    def _ours(self, name: str, who: str) -> Any:
        self._count += 1
        text = json.dumps(self._recorded[name])
        for old, new in (
            ("T0NORTH1", self._ws.team), ("U0RITA", who), ("U0ANA", who), ("C0HELP", self._ws.channels["help"]),
            ("https://hooks.slack.com/", "http://127.0.0.1:9/"), ("9962.", f"{self._count}."), ("Ev0", f"Ev{self._count}N"),
        ):  # fmt: skip
            text = text.replace(old, new)
        payload = json.loads(text)
        if "command" in payload:
            payload["text"] = self._random.choice(COMMANDS)
        return payload

    def _signed(self, body: bytes, how: str) -> dict[str, str]:
        at = str(int(wall() + {"old": -600, "early": 600}.get(how, 0)))
        proof = signature("another" if how == "wrong" else self._ws.signing_secret, at, body)
        match how:
            case "unsigned":
                return {}
            case "cut":
                proof = proof[: self._random.randrange(len(proof))]
            case "another version":
                proof = proof.replace("v0=", "v1=")
            case "no time":
                at = self._random.choice(("", "never", "-1", "9" * 30))
            case _:
                pass
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": proof}

    # --- over the local workspace's API

    def local(self) -> Made:
        """Make a request to the local workspace's API: absurd, or in a name that means nothing, or sent by somebody else's page."""
        bodies: Sequence[tuple[str, Any]] = (
            ("messages", {"as": "eve", "channel": "help", "text": "/case ack C-1"}),
            ("messages", {"as": "eve", "channel": "help", "text": "/case confirm C-1", "thread": "m1"}),
            ("actions", {"as": "eve", "message": "m1", "button": "ack", "case": "C-1"}),
            ("forms", {"as": "eve", "form": "resolve:1:1:abc", "values": {"explanation": "x", "cause": "y", "kind": "fix"}}),
            ("reactions", {"as": "eve", "message": "m1", "emoji": "eyes"}),
            ("clock", {"advance": "soon"}),
        )
        path, body = self._random.choice(bodies)
        headers = {"Content-Type": "application/json"}
        if self._random.random() < 0.2:
            body = body | {"as": "ana"} if "as" in body else body
            headers |= self._random.choice(({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Content-Type": "text/plain"}))
            return Made("local: another page's", f"/api/{path}", json.dumps(body).encode(), headers)
        for _ in range(self._random.choice((1, 1, 2, 4))):
            body = self._changed(body)
        raw = json.dumps(body).encode()
        return Made(f"local: {path}", f"/api/{path}", self._torn(raw) if self._random.random() < 0.2 else raw, headers)


def _encoded(name: str, payload: Any) -> tuple[bytes, str]:
    if name.startswith(("message", "app_mention", "reaction")) and name != "message_shortcut":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if name.startswith("command") and isinstance(payload, dict) else {"payload": json.dumps(payload)}
    return urlencode(fields, errors="replace").encode(), "application/x-www-form-urlencoded"


def _replaced(payload: Any, old: str, new: str) -> Any:
    return json.loads(json.dumps(payload).replace(old, new))
