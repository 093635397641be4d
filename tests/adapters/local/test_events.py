"""What listeners hear, and that they can be many, slow, gone, or there at the end."""

import asyncio
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.adapters.local.events import Events
from bot.adapters.local.server import make_app
from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import Office
from tests.patience import PATIENT


async def test_a_page_hears_of_messages_cases_and_the_clock(api: Caller, office: Office) -> None:
    async with api.session.get(f"{api.base}/api/events") as stream, asyncio.timeout(PATIENT):
        assert stream.content_type == "text/event-stream"
        await until(stream.content, b": here")
        await api.post("/api/messages", as_="rita", text="/case report the bill is wrong")
        await api.post("/api/clock", advance="1m")
        heard = await until(stream.content, b"event: clock")

    assert 'event: message\ndata: {"id": "m1", "to": "@rita", "from": "buckstop", "edited": false}' in heard
    assert 'event: case\ndata: {"id": "C-1"}' in heard


async def test_a_change_without_a_message_is_heard_too(api: Caller, office: Office) -> None:
    await api.post("/api/messages", as_="rita", text="/case report the bill is wrong")
    async with office.events.listen() as queue:
        await api.post("/api/messages", as_="rita", text="/case note 1 the meter is new")

        event = queue.get_nowait()

    assert event is not None
    assert (event.name, event.data) == ("case", {"id": "C-1"})


async def test_several_listen_and_who_leaves_is_forgotten(api: Caller, office: Office) -> None:
    async with api.session.get(f"{api.base}/api/events") as one, asyncio.timeout(PATIENT):
        await until(one.content, b": here")
        async with office.events.listen() as two:
            office.events.tell("clock", {"now": "x"})
            assert two.qsize() == office.events.listeners - 1 == 1
            assert await until(one.content, b"event: clock")
    assert office.events.listeners <= 1


async def test_a_slow_listener_holds_up_nobody() -> None:
    events = Events()
    async with events.listen() as queue:
        for number in range(5000):
            events.tell("message", {"id": number})
        events.close()

        last: Any = None
        while not queue.empty():
            last = queue.get_nowait()
    assert last is None


async def test_the_stream_ends_with_the_server(office: Office) -> None:
    server = TestServer(make_app(office.workspace), host="127.0.0.1")
    await server.start_server()
    async with ClientSession() as session, asyncio.timeout(PATIENT), session.get(server.make_url("/api/events")) as stream:
        await until(stream.content, b": here")
        await server.close()
        assert await stream.content.read() == b"\n"

    async with office.events.listen() as late:
        assert late.get_nowait() is None


async def until(stream: Any, mark: bytes) -> str:
    """Read lines up to and with the first that has the mark."""
    heard = b""
    while mark not in heard:
        line = await stream.readline()
        assert line, heard
        heard += line
    return heard.decode()
