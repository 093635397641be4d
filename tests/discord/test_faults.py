"""Can every call be made to go wrong, and does discord.py take it as it does Discord's?"""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord.bots import Start
from tests.discord.client import Impossible, World
from tests.discord.rest import Rest

Json = dict[str, Any]
POSTS = "POST /channels/*/messages"


@pytest.fixture
def posts(world: World) -> str:
    """Where messages are posted to #help."""
    return f"/channels/{world.channels['help']}/messages"


@pytest.mark.parametrize(("kind", "there"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_connection_is_dropped(world: World, rest: Rest, posts: str, kind: str, there: int) -> None:
    fault = await world.fault(kind, POSTS)

    with pytest.raises(aiohttp.ClientError):
        await rest.post(posts, content="one")

    await fault.hit()
    assert len(await world.messages("help")) == there
    (call,) = await world.calls(POSTS)
    assert (call["fault"], call["accepted"]) == (kind, bool(there))
    await rest.post(posts, content="two")


@pytest.mark.parametrize(("kind", "status", "there"), [("status_500", 500, 0), ("status_503_after", 503, 1), ("status_500_after", 500, 1)])
async def test_a_server_fails(world: World, rest: Rest, posts: str, kind: str, status: int, there: int) -> None:
    await world.fault(kind, POSTS)

    assert (await rest.call("POST", posts, {"content": "one"}))[0] == status
    assert len(await world.messages("help")) == there


@pytest.mark.parametrize(("kind", "meanwhile"), [("hang_before", 0), ("hang_after", 1)])
async def test_a_call_hangs_until_it_is_let_go(world: World, rest: Rest, posts: str, kind: str, meanwhile: int) -> None:
    fault = await world.fault(kind, POSTS)
    calling = asyncio.create_task(rest.post(posts, content="one"))
    await fault.hit()

    assert (len(await world.messages("help")), calling.done()) == (meanwhile, False)
    await fault.release()
    assert (await calling)["content"] == "one"


async def test_what_hangs_may_be_dropped(world: World, rest: Rest, posts: str) -> None:
    fault = await world.fault("hang_after", POSTS)
    calling = asyncio.create_task(rest.post(posts, content="one"))
    await fault.hit()
    await fault.release(drop=True)

    with pytest.raises(aiohttp.ClientError):
        await calling


async def test_a_code_is_refused_with(world: World, rest: Rest, posts: str) -> None:
    await world.fault("error:50007", POSTS, times=2)

    assert [await rest.call("POST", posts, {"content": "one"}) for _ in range(2)] == [
        (403, {"message": "Cannot send messages to this user", "code": 50007})
    ] * 2
    assert await rest.status("POST", posts, {"content": "two"}) == 200


async def test_a_fault_is_of_a_place_and_its_threads(world: World, rest: Rest, posts: str) -> None:
    thread = (await world.start_thread("ana", "help", "more")).thread
    await world.fault("status_500", POSTS, "help", times=9)

    assert await rest.status("POST", f"/channels/{world.channels['secret']}/messages", {"content": "one"}) == 200
    assert await rest.status("POST", posts, {"content": "one"}) == 500
    assert await rest.status("POST", f"/channels/{thread}/messages", {"content": "one"}) == 500
    await world.clear_faults()
    assert await rest.status("POST", posts, {"content": "one"}) == 200


async def test_discord_py_tries_again_after_a_500_but_not_after_a_503(world: World, start: Start) -> None:
    room = (await start()).channel(world.channels["help"])
    await world.fault("status_503", POSTS)
    with pytest.raises(discord.DiscordServerError):
        await room.send("one")

    await world.fault("status_500_after", POSTS)
    await room.send("two", nonce="n")

    # It was accepted both times; the nonce made one message of it.
    assert [message.shown for message in await world.messages("help")] == ["two"]
    assert len(await world.calls(POSTS, accepted=True)) == 2


async def test_discord_py_waits_out_a_429_that_has_a_via(world: World, start: Start) -> None:
    room = (await start()).channel(world.channels["help"])
    await world.fault("ratelimited", POSTS, retry_after=0.05)
    await room.send("one")
    assert [call["status"] for call in await world.calls(POSTS)] == [429, 200]
    assert await world.refused() == 1

    await world.fault("ratelimited", POSTS, retry_after=0.05, via=False)
    with pytest.raises(discord.HTTPException) as refused:
        await room.send("two")
    assert refused.value.status == 429


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_429_says_whose_limit_it_is(world: World, rest: Rest, posts: str, scope: str) -> None:
    await world.fault("ratelimited", POSTS, retry_after=2.5, scope=scope)

    _, body = await rest.call("POST", posts, {"content": "one"})

    assert (body["retry_after"], body["global"]) == (2.5, scope == "global")
    assert body["message"] == ("The resource is being rate limited." if scope == "shared" else "You are being rate limited.")


async def test_a_fault_is_of_a_route_or_of_one_path(world: World, rest: Rest) -> None:
    one, other = f"/channels/{world.channels['help']}", f"/channels/{world.channels['secret']}"
    await world.fault("status_500", f"GET {one}")
    await world.fault("status_502", "GET /channels/{channel_id}")

    assert [await rest.status("GET", path) for path in (other, one, one)] == [502, 500, 200]


async def test_an_unknown_fault_is_said(world: World) -> None:
    with pytest.raises(Impossible, match="no fault is called 'explode'"):
        await world.fault("explode", POSTS)
    with pytest.raises(Impossible, match="nothing is called 'explode'"):
        await world.do("explode")
    with pytest.raises(Impossible, match="say"):
        await world.do("say", whom="ana")


async def test_a_slow_answer_comes(world: World, rest: Rest, posts: str) -> None:
    await world.fault("slow", POSTS, seconds=0.01)

    assert (await rest.post(posts, content="one"))["content"] == "one"
