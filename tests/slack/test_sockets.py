"""Does Socket Mode work as Slack's does, with what goes wrong in it?"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, WSMsgType, WSServerHandshakeError
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from tests.slack.apps import Listener, bolt, over_socket
from tests.slack.client import Workspace


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_hello(http: ClientSession, ws: Workspace) -> None:
    listener = await Listener(http, ws).connect()

    [hello] = listener.frames
    assert (hello["type"], hello["num_connections"], hello["connection_info"]) == ("hello", 1, {"app_id": "A0BUCKSTOP"})


async def test_an_envelope_and_its_acknowledgement(http: ClientSession, ws: Workspace) -> None:
    listener = await Listener(http, ws).connect()

    done = asyncio.create_task(ws.command("ana", "/case report", "help"))
    envelope = await listener.next(payload={"text": "fine"})
    out = await done

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/case"
    assert (out.ok, out.text, out.body) == (True, "fine", {"text": "fine"})


async def test_an_event_that_is_not_acknowledged_comes_again(http: ClientSession, ws: Workspace) -> None:
    await ws.set(settings={"event_timeout": 0.05, "event_retry_delays": [0.01, 0.01, 0.01]})
    listener = await Listener(http, ws).connect()

    done = asyncio.create_task(ws.say("ana", "hello", "help"))
    frames = [await listener.next(acknowledge=False) for _ in range(2)] + [await listener.next()]
    out = await done

    assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2]
    assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout"]
    assert len({frame["envelope_id"] for frame in frames}) == 3
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert [attempt["ok"] for attempt in out.events[0]["attempts"]] == [False, False, True]


async def test_after_three_more_times_an_event_is_lost(http: ClientSession, ws: Workspace) -> None:
    await ws.set(settings={"event_timeout": 0.02, "event_retry_delays": [0.01, 0.01, 0.01]})
    listener = await Listener(http, ws).connect()

    out = await ws.say("ana", "hello", "help")

    assert not out.ok
    assert [attempt["why"] for attempt in out.events[0]["attempts"]] == ["timeout"] * 4
    assert not listener.socket.closed


async def test_nobody_connected(ws: Workspace) -> None:
    out = await ws.command("ana", "/case report", "help")

    assert (out.failure, out.why) == ('/case failed with the error "dispatch_failed"', "no_app")


async def test_envelopes_go_round(http: ClientSession, ws: Workspace) -> None:
    listeners = [await Listener(http, ws).connect() for _ in range(2)]
    assert [listener.frames[0]["num_connections"] for listener in listeners] == [1, 2]

    for listener in [*listeners, *listeners]:
        done = asyncio.create_task(ws.shortcut("ana", "anywhere"))
        await listener.next()
        assert (await done).ok


async def test_one_more_than_ten(http: ClientSession, ws: Workspace) -> None:
    ten = [await Listener(http, ws).connect() for _ in range(10)]

    eleventh = await Listener(http, ws).connect()

    assert eleventh.frames[0]["reason"] == "too_many_websockets"
    assert (await eleventh.socket.receive()).type is WSMsgType.CLOSE
    assert not any(listener.socket.closed for listener in ten)


async def test_a_ticket_is_good_once(http: ClientSession, ws: Workspace) -> None:
    address = await Listener(http, ws).address()
    await http.ws_connect(address)

    with pytest.raises(WSServerHandshakeError):
        await http.ws_connect(address)


async def test_new_sockets_can_be_refused(http: ClientSession, ws: Workspace) -> None:
    await ws.do("refuse_sockets")
    with pytest.raises(SlackApiError):
        await Listener(http, ws).connect()

    await ws.do("refuse_sockets", refuse=False)
    await Listener(http, ws).connect()


async def test_what_is_on_its_way_when_the_last_socket_goes(http: ClientSession, ws: Workspace) -> None:
    listener = await Listener(http, ws).connect()

    done = asyncio.create_task(ws.command("ana", "/case report", "help"))
    await listener.next(acknowledge=False)
    await ws.do("cut_sockets")

    out = await done
    assert (out.ok, out.why) == (False, "socket_closed")
    assert (await listener.socket.receive()).type in {WSMsgType.CLOSED, WSMsgType.CLOSE, WSMsgType.ERROR}


@pytest.fixture
def app(ws: Workspace) -> AsyncApp:
    app = bolt(ws)

    @app.command("/case")
    async def case(ack: "object") -> None:
        await ack("here")  # type: ignore[operator]

    return app


@pytest.mark.parametrize("how", ["cut_sockets", "ask_to_reconnect"])
async def test_the_real_client_comes_back(ws: Workspace, app: AsyncApp, how: str) -> None:
    async with over_socket(ws, app):
        await ws.do(how)

        async def back() -> bool:
            opened = [entry["number"] for entry in await ws.journal("socket", what="open")]
            return len(opened) > 1 and (await ws.do("sockets"))["open"] == opened[-1:]

        await ws.until(back)
        assert (await ws.command("ana", "/case x", "help")).text == "here"
