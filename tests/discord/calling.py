"""How is a call of the API read, allowed and answered?

The order is Discord's: who are you, are you too fast, may you, is it right. In between, a fault that a test has queued may strike.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.discord.faults import Fault
from tests.discord.routing import Call, Reply, Route
from tests.discord.words import ApiError, Json, wrong
from tests.discord.world import World

BAN = "<!doctype html><title>Access denied | discord.com used Cloudflare to restrict access</title>"


async def read_body(request: web.Request) -> Json:
    """Return the body of a request, which is JSON, or a form with JSON in it beside files."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        text = form.get("payload_json", "{}")
        body = _parsed(text if isinstance(text, str) else "{}")
        return body | {"attachments": _uploaded(body, form)} if any(name.startswith("files[") for name in form) else body
    text = await request.text()
    return _parsed(text) if text else {}


def _uploaded(body: Json, form: Mapping[str, Any]) -> list[Json]:
    """Return what is told of the files of a form, each with its size. `attachments` and `files[0]`, `files[1]` ... have to fit together."""
    told = {str(one.get("id")): one for one in body.get("attachments") or []}
    sent = {name[6:-1]: part for name, part in form.items() if name.startswith("files[") and isinstance(part, web.FileField)}
    if set(told) - set(sent):
        raise wrong("attachments", "no file was sent for it", "ATTACHMENT_NOT_FOUND")
    return [
        {"filename": part.filename} | told.get(number, {}) | {"size": len(part.file.read()), "type": part.content_type}
        for number, part in sent.items()
    ]


def _parsed(text: str) -> Json:
    try:
        body = json.loads(text)
    except ValueError as wrong_json:
        raise ApiError(50109) from wrong_json
    # A list is what a bulk overwrite of commands sends.
    return body if isinstance(body, dict) else {"": body}


async def answer(world: World, one: Route | None, where: dict[str, str], request: web.Request, path: str, allowed: bool) -> web.Response:
    """Answer one call, or fail to as a test wants it to."""
    name = one.name if one else f"{request.method} {path}"
    entry = world.journal.add("call", method=request.method, route=name, path=path, where=where, query=dict(request.query))
    entry |= {"args": {}, "status": None, "code": None, "accepted": False, "fault": None, "id": None, "channel": where.get("channel_id")}
    fault = world.faults.take(name, f"{request.method} {path}", _channels(world, where))
    if fault is not None:
        entry["fault"] = fault.kind
        world.journal.touch()
        fault.hit.set()
        spoilt = None if fault.after else await _strike(fault, request)
        if spoilt is not None:
            return _noted(world, entry, spoilt)
    response = await _result(world, one, where, request, entry, allowed)
    if fault is not None and fault.after:
        spoilt = await _strike(fault, request)
        if spoilt is not None:
            return spoilt
    return response


def _channels(world: World, where: dict[str, str]) -> set[str]:
    """Return the places that a call is about: its channel, and of a thread its parent."""
    channel = world.channels.get(where.get("channel_id", ""))
    interaction = world.interactions.get(where.get("token", ""))
    if channel is None and interaction is not None:
        channel = world.channels.get(interaction.channel)
    return {one for one in (channel.id, channel.parent) if one} if channel else set()


async def _result(world: World, one: Route | None, where: dict[str, str], request: web.Request, entry: Json, allowed: bool) -> web.Response:
    now = asyncio.get_running_loop().time()
    if world.banned(now):
        return _noted(world, entry, too_fast(world.settings.ban_window, via=False, scope="user"))
    major = where.get("channel_id") or where.get("guild_id") or where.get("token") or ""
    refusal, headers = world.limits.take(entry["route"], major, now)
    if refusal is not None:
        scope = "global" if refusal.everywhere else "user"
        return _noted(world, entry, too_fast(refusal.retry_after, world.limits.via, scope, headers))
    try:
        if not allowed:
            raise ApiError(0, status=401, message="401: Unauthorized")
        if one is None:
            raise ApiError(0)
        _snowflakes(where)
        body = await read_body(request)
        entry["args"] = body.get("", body)
        reply = one.handler(Call(world, where, request.query, body, now))
        if asyncio.iscoroutine(reply):
            reply = await reply
    except ApiError as refused:
        entry["code"] = refused.code
        entry["errors"] = refused.errors
        return _noted(world, entry, _json(refused.status, refused.json(), headers))
    status, told = (reply.status, reply.body) if isinstance(reply, Reply) else (200, reply)
    entry |= {"accepted": True, "id": told.get("id") if isinstance(told, dict) else None}
    return _noted(world, entry, _json(status, told, headers))


def _snowflakes(where: Mapping[str, str]) -> None:
    for name, value in where.items():
        if name.endswith("_id") and not value.isdigit() and value not in {"@me", "@original"}:
            raise wrong(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")


def _noted(world: World, entry: Json, response: web.Response) -> web.Response:
    entry["status"] = response.status
    if response.status in {401, 403, 429}:
        world.refusals.append(asyncio.get_running_loop().time())
    world.journal.touch()
    return response


def _json(status: int, body: Any, headers: Mapping[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    # discord.py reads JSON only from exactly this type, and Discord sends no charset with it.
    return web.Response(body=json.dumps(body).encode(), status=status, headers={"Content-Type": "application/json", **headers})


def too_fast(retry_after: float, via: bool, scope: str, more: Mapping[str, str] | None = None) -> web.Response:
    """Return a 429; without `Via` it comes from before Discord's own servers, and is no JSON."""
    if not via:
        return web.Response(text=BAN, status=429, content_type="text/html", headers={"Retry-After": f"{retry_after:g}"})
    headers = {"Via": "1.1 google", "X-RateLimit-Scope": scope, "Retry-After": f"{retry_after:.3f}", **(more or {})}
    words = "The resource is being rate limited." if scope == "shared" else "You are being rate limited."
    everywhere = {"X-RateLimit-Global": "true"} if scope == "global" else {}
    body = {"message": words, "retry_after": round(retry_after, 3), "global": scope == "global"}
    return _json(429, body, headers | everywhere)


async def _strike(fault: Fault, request: web.Request) -> web.Response | None:
    if fault.kind.startswith("hang"):
        await fault.released.wait()
        return _dropped(request) if fault.then_drop else None
    if fault.kind.startswith("drop"):
        return _dropped(request)
    if fault.kind == "slow":
        await asyncio.sleep(fault.how.seconds)
        return None
    if fault.kind == "ratelimited":
        return too_fast(fault.how.retry_after, fault.how.via, fault.how.scope)
    if fault.kind.startswith("status"):
        return web.Response(text=f"{fault.number}: failed", status=fault.number)
    refused = ApiError(fault.number)
    return _json(refused.status, refused.json(), {})


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
