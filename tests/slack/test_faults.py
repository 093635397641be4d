"""Do calls go wrong in just the way that a test asks for?"""

import asyncio

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import Impossible, Workspace


async def post(client: AsyncWebClient, text: str = "x", channel: str = "C0HELP") -> str:
    return str((await client.chat_postMessage(channel=channel, text=text))["ts"])


async def shown(ws: Workspace) -> list[str]:
    return [message.shown for message in await ws.messages("help")]


@pytest.mark.parametrize(("kind", "accepted"), [("drop_before", False), ("drop_after", True)])
async def test_a_dropped_connection(client: AsyncWebClient, ws: Workspace, kind: str, accepted: bool) -> None:
    fault = await ws.fault(kind, "chat.postMessage", "help")

    with pytest.raises(ClientConnectionError):
        await post(client, "lost")
    await fault.hit()
    await post(client, "fine")

    assert await shown(ws) == (["lost", "fine"] if accepted else ["fine"])
    first, second = await ws.calls("chat.postMessage")
    assert (first["fault"], first["accepted"]) == (kind, accepted)
    assert (second["fault"], second["accepted"]) == (None, True)


async def test_the_library_posts_twice_over_a_dropped_connection(ws: Workspace) -> None:
    """The trap that `retry_handlers=[]` avoids."""
    await ws.fault("drop_after", "chat.postMessage")

    await post(AsyncWebClient(token=ws.bot_token, base_url=ws.api_url), "twice")

    assert await shown(ws) == ["twice", "twice"]


@pytest.mark.parametrize(("kind", "accepted"), [("hang_before", []), ("hang_after", ["late"])])
async def test_a_call_that_hangs(client: AsyncWebClient, ws: Workspace, kind: str, accepted: list[str]) -> None:
    fault = await ws.fault(kind, "chat.postMessage")
    going = asyncio.create_task(post(client, "late"))

    await fault.hit()
    assert await shown(ws) == accepted
    assert not going.done()

    await fault.release()
    await going
    assert await shown(ws) == ["late"]


async def test_a_call_that_hangs_and_is_dropped(client: AsyncWebClient, ws: Workspace) -> None:
    fault = await ws.fault("hang_after", "chat.postMessage")
    going = asyncio.create_task(post(client, "late"))
    await fault.hit()

    await fault.release(drop=True)

    with pytest.raises(ClientConnectionError):
        await going


@pytest.mark.parametrize(("kind", "accepted"), [("status_500", []), ("status_500_after", ["x"])])
async def test_a_fault_of_the_server(client: AsyncWebClient, ws: Workspace, kind: str, accepted: list[str]) -> None:
    await ws.fault(kind, "chat.postMessage")

    with pytest.raises(SlackApiError) as failed:
        await post(client)

    assert failed.value.response.status_code == 500
    assert await shown(ws) == accepted


async def test_any_error(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.fault("error:channel_not_found", "chat.postMessage", times=2)

    for _ in range(2):
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await post(client)
    await post(client)


async def test_too_fast(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.fault("ratelimited", "chat.postMessage", retry_after=7)

    with pytest.raises(SlackApiError) as refused:
        await post(client)

    assert refused.value.response.status_code == 429
    assert refused.value.response["error"] == "ratelimited"
    assert refused.value.response.headers["Retry-After"] == "7"
    assert await shown(ws) == []


async def test_only_the_channel_that_is_named(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.fault("error:fatal_error", "chat.postMessage", "@ana")

    await post(client)
    with pytest.raises(SlackApiError, match="fatal_error"):
        await post(client, channel="U0ANA")


async def test_everything_goes_well_again(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.fault("error:fatal_error", "*", times=100)
    with pytest.raises(SlackApiError):
        await client.auth_test()

    await ws.clear_faults()

    await client.auth_test()


async def test_slowly(client: AsyncWebClient, ws: Workspace) -> None:
    fault = await ws.fault("slow", "chat.postMessage", seconds=0.05)
    start = asyncio.get_running_loop().time()

    await post(client)

    await fault.hit()
    assert asyncio.get_running_loop().time() - start >= 0.05


async def test_a_fault_that_there_is_not(ws: Workspace) -> None:
    with pytest.raises(Impossible, match="no fault is called 'explode'"):
        await ws.fault("explode", "chat.postMessage")
