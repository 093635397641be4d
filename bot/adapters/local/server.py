"""How is the local workspace spoken to over HTTP?

One catch-all route with a table of calls: what is not in it is answered in JSON as well. Every POST runs alone, so that winding the
clock and talking never get into each other's way. Nobody but a program or a page of this machine gets through the door (`door.py`).
"""

import asyncio
import json
import re
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aiohttp import web

from bot.adapters.local import calls, door, page, pictures
from bot.adapters.local.drawing import Json
from bot.adapters.local.events import Event
from bot.adapters.local.inbound import Body, read_json
from bot.adapters.local.once import decided, once
from bot.adapters.local.workspace import Fault, Workspace, iso

__all__ = ["Workspace", "make_app"]

log = structlog.get_logger(__name__)

_LARGEST_BODY = 1 << 20
_BEAT = 15.0
_CASE = re.compile(r"/api/cases/([^/]+)")
_PICTURE = re.compile(r"/api/pictures/([^/]+)\.png")
_READ = {
    "/api/state": calls.state,
    "/api/messages": calls.messages,
    "/api/cases": calls.cases,
    "/api/story": calls.story,
}
_WRITE = {
    "/api/messages": calls.say,
    "/api/actions": calls.press,
    "/api/forms": calls.submit,
    "/api/reactions": calls.react,
}
_CLOCK = "/api/clock"
_EVENTS = "/api/events"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(workspace: Workspace) -> web.Application:
    """Return the local workspace as a web application."""
    app = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_sentences])
    app.router.add_route("*", "/{path:.*}", _Server(workspace).answer)

    async def hang_up(_: web.Application) -> None:
        workspace.events.close()

    app.on_shutdown.append(hang_up)
    return app


class _Server:
    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._one_at_a_time = asyncio.Lock()
        self._files = page.files()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        door.must_be_local(request)
        path = re.sub("/{2,}", "/", request.path)
        answers = self._answers(path)
        if not answers:
            raise Fault(404, f"There is nothing at {path}; docs/api.md lists the calls.")
        # HEAD is GET without the body; a stream has no end to leave out.
        method = "GET" if request.method == "HEAD" and path != _EVENTS else request.method
        if method not in answers:
            allowed = ", ".join(answers)
            raise _WrongMethod(f"{path} does not take {request.method}, only {allowed}.", allowed)
        return await answers[method](request)

    def _answers(self, path: str) -> dict[str, Answer]:
        """What can be done at a path, by method."""
        path = path.rstrip("/") or "/"
        if path in self._files:
            return {"GET": lambda request: page.serve(request, self._files[path])}
        answers: dict[str, Answer] = {}
        case = _CASE.fullmatch(path)
        if path in _READ:
            answers["GET"] = lambda request: self._read(_READ[path](self._work, request.query))
        elif case:
            answers["GET"] = lambda request: self._read(calls.one_case(self._work, request.query, case[1]))
        elif picture := _PICTURE.fullmatch(path):
            name = picture[1]
            answers["GET"] = lambda request: self._picture(name)
        elif path == _EVENTS:
            answers["GET"] = self._events
        if path in _WRITE or path == _CLOCK:
            answers["POST"] = lambda request: self._write(request, path)
        return answers

    async def _read(self, answer: Awaitable[object]) -> web.Response:
        return _json(await answer)

    async def _picture(self, name: str) -> web.Response:
        body = await pictures.picture(self._work, name)
        headers = {"Cache-Control": "private, max-age=86400", **door.HEADERS}  # a digest stays as it was sent
        return web.Response(body=body, content_type="image/png", headers=headers)

    async def _write(self, request: web.Request, path: str) -> web.Response:
        body = await _body(request)
        async with self._one_at_a_time:
            answer = await once(self._work.store, body.optional("key"), lambda key: self._do(path, body, key))
        return _json(answer)

    async def _do(self, path: str, body: Body, key: str) -> Json:
        if path == _CLOCK:
            to = await decided(self._work.store, key, lambda: calls.destination(self._work, body))
            return await calls.wind(self._work, to)
        answer = await _WRITE[path](self._work, body, key)
        await self._work.settle()
        return answer

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", **door.HEADERS})
        async with self._work.events.listen() as queue:
            await response.prepare(request)
            # A listener that has gone away is no news.
            with suppress(ConnectionResetError):
                await response.write(b": here\n\n")
                await self._relay(queue, response)
        return response

    async def _relay(self, queue: "asyncio.Queue[Event | None]", response: web.StreamResponse) -> None:
        while True:
            try:
                async with asyncio.timeout(_BEAT):
                    event = await queue.get()
            except TimeoutError:
                await response.write(f'event: clock\ndata: {{"now": "{iso(self._work.clock.now())}"}}\n\n'.encode())
                continue
            if event is None:
                return
            await response.write(event.wire)


class _WrongMethod(Fault):
    def __init__(self, sentence: str, allowed: str) -> None:
        super().__init__(405, sentence)
        self.allowed = allowed


async def _body(request: web.Request) -> Body:
    if request.content_type != "application/json":
        raise Fault(415, "This takes JSON: send the header Content-Type: application/json.")
    return read_json(await request.read())


@web.middleware
async def _sentences(request: web.Request, handler: Answer) -> web.StreamResponse:
    """Answer what goes wrong in one sentence of JSON."""
    try:
        return await handler(request)
    except _WrongMethod as wrong:
        return _fault(405, wrong.sentence, Allow=wrong.allowed)
    except Fault as fault:
        return _fault(fault.status, fault.sentence)
    except web.HTTPRequestEntityTooLarge:
        return _fault(413, f"That is too much at once: a request may have {_LARGEST_BODY:,} bytes. Nothing was kept.")
    except web.HTTPException as refused:
        return _fault(refused.status, f"{refused.reason}.")
    except Exception as broken:  # noqa: BLE001  # the last one to know: whatever it is, the caller gets a sentence
        # Where it happened and what kind it was, never its words nor the whole trace: they may quote what somebody typed.
        where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(broken.__traceback__)][-5:]
        log.error("local.failed", path=request.path, kind=type(broken).__name__, where=where)  # noqa: TRY400
        return _fault(500, "Something went wrong here; nothing was changed. Please try again.")


def _fault(status: int, sentence: str, **headers: str) -> web.Response:
    return _json({"error": sentence}, status=status, headers=headers)


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store", **door.HEADERS, **(headers or {})}
    )
