"""How is a call of the Web API read, allowed and answered?

The order is Slack's: who are you, are you too fast, may you, is it right. In between, a fault that a test has queued may strike.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack.delivering import Courier
from tests.slack.faults import Fault
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Args:
    """The arguments of a call, which come as JSON or as a form whose values are all text."""

    given: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a text, empty if there is none."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def need(self, name: str, error: str = "invalid_arguments") -> str:
        """Return a text that must be there."""
        value = self.text(name)
        if not value:
            raise ApiError(error, _messages(f"missing required field: {name}") if error == "invalid_arguments" else {})
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no."""
        return str(self.given.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int, most: int, error: str = "invalid_limit") -> int:
        """Return a number within its bounds."""
        value = self.text(name) or str(default)
        if not value.isdigit() or not 0 < int(value) <= most:
            raise ApiError(error)
        return int(value)

    def json(self, name: str, error: str) -> Any:
        """Return what is JSON, within JSON or within a form; None if it is not there."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise ApiError(error) from wrong


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the app of one workspace."""

    ws: Workspace
    courier: Courier
    args: Args
    now: float

    def need_scope(self, scope: str) -> None:
        """Refuse when the bot has no such scope."""
        if scope not in self.ws.scopes:
            raise ApiError("missing_scope", {"needed": scope, "provided": ",".join(self.ws.scopes)})


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: who may call it, and what it does."""

    handler: Handler
    scope: str | None = None
    token: str = "bot"


def _messages(*messages: str) -> Json:
    return {"response_metadata": {"messages": [f"[ERROR] {message}" for message in messages]}}


async def read_args(request: web.Request) -> Json:
    """Return the arguments of a request, its token among them if it is a form."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except ValueError as wrong:
            raise ApiError("invalid_json") from wrong
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        # With JSON a token goes into the header; Slack does not look for it in the body.
        body.pop("token", None)
        return given | body
    form = await request.post()
    return given | {name: value for name, value in form.items() if isinstance(value, str)}


def token_of(request: web.Request, given: Json) -> str:
    """Return the token, which is taken out of the arguments."""
    in_body = given.pop("token", "")
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value if kind == "Bearer" else str(in_body)


async def answer(
    ws: Workspace, courier: Courier, name: str, method: Method | None, token: str, given: Json, request: web.Request
) -> web.StreamResponse:
    """Answer one call, or fail to as a test wants it to."""
    loop = asyncio.get_running_loop()
    channel = _channel(ws, given)
    entry = ws.journal.add("call", team=ws.team, method=name, args=given, channel=channel, ok=None, error=None, accepted=False, fault=None)
    fault = ws.faults.take(name, channel)
    if fault is not None:
        entry["fault"] = fault.kind
        ws.journal.touch()
        fault.hit.set()
        spoilt = None if fault.after else await _strike(fault, request)
        if spoilt is not None:
            return spoilt
    status, body, headers = _result(Call(ws, courier, Args(given), loop.time()), name, method, token, channel, fault)
    entry |= {"ok": body["ok"], "error": body.get("error"), "accepted": body["ok"], "ts": body.get("ts"), "status": status}
    ws.journal.touch()
    if fault is not None and fault.after:
        spoilt = await _strike(fault, request)
        if spoilt is not None:
            return spoilt
    return web.json_response(body, status=status, headers=headers)


def _channel(ws: Workspace, given: Json) -> str | None:
    named = given.get("channel") or given.get("users")
    if not isinstance(named, str) or not named:
        return None
    return "D" + named[1:] if named in ws.users else named


def _result(
    call: Call, name: str, method: Method | None, token: str, channel: str | None, fault: Fault | None
) -> tuple[int, Json, dict[str, str]]:
    headers = {"x-oauth-scopes": ",".join(call.ws.scopes)} if token == call.ws.bot_token else {}
    if fault is not None and fault.kind == "ratelimited":
        return _too_fast(f"{fault.retry_after:g}")
    try:
        if fault is not None and fault.error:
            raise ApiError(fault.error)
        if method is None:
            raise ApiError("unknown_method", {"req_method": name})
        _allow(call, method, token)
        wait = call.ws.limits.refuse(name, channel, call.now)
        if wait is not None:
            return _too_fast(wait)
        if method.scope is not None and method.token == "bot":
            call.need_scope(method.scope)
        return 200, {"ok": True} | method.handler(call), headers
    except ApiError as refused:
        return 200, {"ok": False, "error": refused.error} | refused.more, headers


def _allow(call: Call, method: Method, token: str) -> None:
    kind = "app" if token == call.ws.app_token else "bot"
    if kind == "bot" and call.ws.token_state != "good":
        raise ApiError(call.ws.token_state)
    if method.token not in {kind, "any"}:
        raise ApiError("not_allowed_token_type")


def _too_fast(wait: str) -> tuple[int, Json, dict[str, str]]:
    return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": wait}


async def _strike(fault: Fault, request: web.Request) -> web.StreamResponse | None:
    """Spoil the answer; None lets the call go on."""
    match fault.kind.removesuffix("_before").removesuffix("_after"):
        case "slow":
            await asyncio.sleep(fault.seconds)
        case "hang":
            await fault.released.wait()
            if fault.then_drop:
                return _dropped(request)
        case "status_500":
            return web.Response(status=500, text="upstream connect error", content_type="text/html")
        case "drop":
            return _dropped(request)
        case _:
            pass
    return None


def _dropped(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
