"""Do rate limits refuse, and say so, as Discord's do?"""

import asyncio

import pytest
from aiohttp import ClientSession

from tests.discord.bots import Start
from tests.discord.client import World
from tests.discord.limits import Limits
from tests.discord.rest import Rest

POST = "POST /channels/{channel_id}/messages"


def test_a_window_begins_with_its_first_call() -> None:
    limits = Limits()
    limits.set({POST: {"limit": 2, "per": 5.0}}, via=True)

    taken = [limits.take(POST, "1", now) for now in (10.0, 12.0, 14.0, 15.1)]

    assert [refusal and refusal.retry_after for refusal, _ in taken] == [None, None, 1.0, None]
    assert [headers["X-RateLimit-Remaining"] for _, headers in taken] == ["1", "0", "0", "1"]


def test_each_channel_has_a_bucket_and_all_have_one_together() -> None:
    limits = Limits()
    limits.set({POST: {"limit": 1, "per": 5.0}, "global": {"limit": 3, "per": 1.0}}, via=True)

    refusals = [limits.take(POST, channel, 10.0)[0] for channel in "112"] + [limits.take("GET /gateway", "", 10.0)[0]]

    assert [(refusal.retry_after, refusal.everywhere) if refusal else None for refusal in refusals] == [
        None,
        (5.0, False),
        None,
        (1.0, True),
    ]
    # Answers to interactions are outside the overall limit.
    assert limits.take("POST /interactions/{interaction_id}/{token}/callback", "t", 10.0)[0] is None


async def test_the_headers_tell_how_much_is_left(world: World, rest: Rest) -> None:
    await world.set(limits={POST: {"limit": 2, "per": 60.0}})
    address = f"{world.api_url}/channels/{world.channels['help']}/messages"
    async with ClientSession(headers={"Authorization": f"Bot {world.token}"}) as http:
        for status, left in ((200, "1"), (200, "0"), (429, "0")):
            async with http.post(address, json={"content": "one"}) as response:
                assert (response.status, response.headers["X-RateLimit-Remaining"]) == (status, left)
                assert response.headers["X-RateLimit-Limit"] == "2"
        async with http.post(address, json={"content": "one"}) as response:
            assert response.headers["Via"]
            assert response.headers["X-RateLimit-Scope"] == "user"
            assert 50 < float(response.headers["Retry-After"]) <= 60
    assert await world.refused() == 2


async def test_discord_py_keeps_below_a_limit_by_itself(world: World, start: Start) -> None:
    await world.set(limits={POST: {"limit": 5, "per": 0.1}})
    room = (await start()).channel(world.channels["help"])

    await asyncio.gather(*(room.send(f"{number}") for number in range(12)))

    assert len(await world.messages("help")) == 12
    assert await world.refused() == 0


@pytest.mark.parametrize("via", [True, False])
async def test_who_is_refused_too_often_is_banned(world: World, rest: Rest, via: bool) -> None:
    await world.set(settings={"ban_after": 3})
    path = "/channels/1"
    await world.fault("ratelimited", "GET *", times=2, via=via)
    for _ in range(2):
        await rest.status("GET", path)
    assert await rest.status("GET", path) == 404
    await world.do("set_permissions", channel="help", deny=["view_channel"])
    assert await rest.status("GET", f"/channels/{world.channels['help']}") == 403

    status, body = await rest.call("GET", "/users/@me")

    assert status == 429
    assert "Cloudflare" in body
    await world.set(settings={"ban_window": 0.0})
    assert await rest.status("GET", "/users/@me") == 200
