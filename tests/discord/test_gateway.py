"""Does the gateway do as Discord's does: sessions, resumes, intents, shards, and all the ways in which a connection ends?"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from tests.discord.bots import Bot, Start
from tests.discord.client import FakeDiscord, World

Json = dict[str, Any]


class Raw:
    """A connection without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, op: int, data: Any) -> None:
        """Send a frame."""
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, world: World, intents: int = 1 << 9 | 1 << 15, **more: Any) -> None:
        """Identify."""
        await self.send(2, {"token": world.token, "intents": intents, "properties": {}, **more})

    async def frame(self) -> Json:
        """Return the next frame."""
        frame: Json = json.loads(await self.socket.receive_str(timeout=5))
        return frame

    async def until(self, event: str) -> Json:
        """Return the next event of this kind."""
        while True:
            frame = await self.frame()
            if frame["t"] == event:
                return frame

    async def close_code(self) -> int | None:
        """Wait until the gateway closes it; return with which code."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


@asynccontextmanager
async def raw(world: World) -> AsyncIterator[Raw]:
    """Open a connection, past the hello."""
    async with aiohttp.ClientSession() as http, http.ws_connect(world.gateway_url + "?v=10&encoding=json") as socket:
        connection = Raw(socket)
        assert (await connection.frame())["op"] == 10
        yield connection


async def test_what_was_missed_comes_after_a_cut(world: World, start: Start) -> None:
    bot = await start()
    await world.say("ana", "one", "help")

    await world.do("cut_gateway")
    await world.say("ana", "two", "help")
    await world.say("ana", "three", "help")
    await world.until_connected()
    await world.settle()

    assert [message.content for message in bot.heard] == ["one", "two", "three"]
    assert bot.resumed == 1


async def test_what_happens_while_the_gateway_is_gone_is_lost(world: World, start: Start) -> None:
    bot = await start()

    await world.do("gone")
    await world.say("ana", "lost", "help")
    await world.do("gone", gone=False)
    await world.until_connected()
    await world.say("ana", "heard", "help")

    assert [message.content for message in bot.heard] == ["heard"]
    assert [one["what"] for one in await world.journal("gateway") if one["what"] in {"identify", "not_resumed"}] == [
        "identify",
        "not_resumed",
        "identify",
    ]


@pytest.mark.parametrize(("verb", "more", "again"), [("ask_to_reconnect", {}, "resume"), ("invalid_session", {}, "identify")])
async def test_a_client_comes_back_when_it_is_told_to(world: World, start: Start, verb: str, more: Json, again: str) -> None:
    await start()
    since = (await world.do("changed", since=-1))["n"]

    await world.do(verb, **more)

    async def back() -> list[str]:
        return [one["what"] for one in await world.journal("gateway", since) if one["what"] != "closed"]

    assert await world.until(back) == [again]


@pytest.mark.parametrize(
    ("settings", "said", "op"),
    [({}, 3, 0), ({"session_events": 2}, 3, 9), ({"session_life": 0.0}, 0, 9)],
    ids=["all of it is kept", "more was missed than is kept", "the session is too old"],
)
async def test_a_resume(world: World, settings: Json, said: int, op: int) -> None:
    await world.set(settings=settings)
    async with raw(world) as connection:
        await connection.identify(world)
        ready = await connection.until("READY")
        await connection.socket.close(code=4000)
    for number in range(said):
        await world.say("ana", f"{number}", "help")

    async with raw(world) as connection:
        await connection.send(6, {"token": world.token, "session_id": ready["d"]["session_id"], "seq": ready["s"]})
        frame = await connection.frame()

    assert frame["op"] == op
    assert frame["d"] is False or frame["d"]["content"] == "0"


async def test_a_number_that_was_never_sent_cannot_be_resumed_from(world: World) -> None:
    async with raw(world) as connection:
        await connection.identify(world)
        ready = await connection.until("READY")
        await connection.socket.close(code=4000)

    async with raw(world) as connection:
        await connection.send(6, {"token": world.token, "session_id": ready["d"]["session_id"], "seq": ready["s"] + 5})

        assert await connection.close_code() == 4007


async def test_a_client_that_says_good_bye_ends_its_session(world: World) -> None:
    async with raw(world) as connection:
        await connection.identify(world)
        await connection.until("READY")
        await connection.socket.close(code=1000)

    async def ended() -> bool:
        return not (await world.do("sessions"))["sessions"]

    assert await world.until(ended)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 30}, 4013),
        ({"intents": 1 << 8}, 4014),
        ({"shard": [2, 2]}, 4010),
    ],
)
async def test_it_does_not_let_everybody_in(world: World, change: Json, code: int) -> None:
    await world.set(privileged=["members", "message_content"])
    async with raw(world) as connection:
        await connection.send(2, {"token": world.token, "intents": 1, "properties": {}} | change)

        assert await connection.close_code() == code


async def test_too_few_shards_are_refused(world: World) -> None:
    await world.set(shards=2)
    async with raw(world) as connection:
        await connection.identify(world)

        assert await connection.close_code() == 4011


@pytest.mark.parametrize(("op", "code"), [(8, 4003), (3, 4003), (77, 4001)])
async def test_what_is_out_of_order_closes_it(world: World, op: int, code: int) -> None:
    async with raw(world) as connection:
        await connection.send(op, {})

        assert await connection.close_code() == code


async def test_what_is_no_json_closes_it(world: World) -> None:
    async with raw(world) as connection:
        await connection.socket.send_str("{")

        assert await connection.close_code() == 4002


async def test_what_is_too_large_closes_it(world: World) -> None:
    async with raw(world) as connection:
        await connection.send(1, "s" * 4096)

        assert await connection.close_code() == 4002


async def test_a_second_identify_closes_it(world: World) -> None:
    async with raw(world) as connection:
        await connection.identify(world)
        await connection.identify(world)

        assert await connection.close_code() == 4005


async def test_too_many_frames_close_it(world: World) -> None:
    await world.set(settings={"gateway_frames": 5})
    async with raw(world) as connection:
        await connection.identify(world)
        for _ in range(6):
            await connection.send(1, None)

        assert await connection.close_code() == 4008


async def test_who_sends_no_heartbeat_is_closed(world: World) -> None:
    await world.set(settings={"heartbeat_interval": 0.05})
    async with raw(world) as connection:
        await connection.identify(world)

        assert await connection.close_code() == 4009


async def test_heartbeats_are_acknowledged_unless_a_test_says_no(world: World) -> None:
    async with raw(world) as connection:
        await connection.identify(world)
        await connection.until("READY")
        await connection.send(1, 1)
        assert (await connection.frame())["op"] == 11

        await world.do("stop_acknowledging_heartbeats")
        await connection.send(1, 1)
        await world.do("ask_for_heartbeat")
        assert (await connection.frame())["op"] == 1


async def test_identifying_too_often_is_an_invalid_session(world: World) -> None:
    await world.set(settings={"identify_every": 60.0})
    async with raw(world) as first, raw(world) as second:
        await first.identify(world)
        await first.until("READY")
        await second.identify(world)

        frame = await second.frame()
        assert (frame["op"], frame["d"]) == (9, False)


async def test_without_the_intent_there_is_no_content(world: World, start: Start) -> None:
    bot = await start(Bot(discord.Intents(guilds=True, messages=True)))

    await world.say("ana", "between us", "help")
    out = await world.say("ana", "listen @buckstop", "help")
    await world.say("ana", "to you")
    await world.say("ana", "again", "help", reply=out.message)

    mention = f"listen <@{world.bot_user_id}>"
    assert [message.content for message in bot.heard] == ["", mention, "to you", ""]
    answered = bot.heard[3].reference
    assert answered is not None
    assert isinstance(answered.resolved, discord.Message)
    assert answered.resolved.content == ""


async def test_without_an_intent_there_is_no_event(world: World, start: Start) -> None:
    bot = await start(Bot(discord.Intents(guilds=True, dm_messages=True)))

    await world.say("ana", "in the guild", "help")
    await world.say("ana", "to you")

    assert [message.content for message in bot.heard] == ["to you"]


async def test_a_disallowed_intent_is_an_error_of_the_client(world: World, start: Start) -> None:
    await world.set(privileged=[])

    with pytest.raises(discord.PrivilegedIntentsRequired):
        await start()


async def test_events_go_to_the_shard_of_their_guild(fake: FakeDiscord) -> None:
    guilds = [{"name": name, "channels": [f"{name}-help"]} for name in ("north", "south", "east")]
    world = await fake.world(users=["ana"], guilds=guilds, shards=2)
    async with raw(world) as zero, raw(world) as one:
        await zero.identify(world, 1 << 9 | 1 << 12, shard=[0, 2])
        await one.identify(world, 1 << 9 | 1 << 12, shard=[1, 2])
        mine = [[guild["id"] for guild in (await shard.until("READY"))["d"]["guilds"]] for shard in (zero, one)]
        assert sorted(mine[0] + mine[1]) == sorted(world.guilds.values())
        assert all((int(guild) >> 22) % 2 == shard for shard in (0, 1) for guild in mine[shard])

        for name in world.guilds:
            await world.say("ana", "hello", f"{name}-help", wait=False)
        await world.say("ana", "direct", wait=False)
        heard = [[(await shard.until("MESSAGE_CREATE"))["d"] for _ in ids] for shard, ids in zip((zero, one), mine, strict=True)]
        assert [[message["guild_id"] for message in messages] for messages in heard] == [
            [guild for guild in world.guilds.values() if guild in ids] for ids in mine
        ]
        assert (await zero.until("MESSAGE_CREATE"))["d"]["content"] == "direct"
    await world.close()


async def test_two_sessions_hear_the_same(world: World, start: Start) -> None:
    first, second = await start(), await start()

    await world.say("ana", "to all", "help")

    assert [bot.heard[0].content for bot in (first, second)] == ["to all", "to all"]


async def test_the_bot_hears_nothing_of_what_it_cannot_see(world: World, start: Start) -> None:
    bot = await start()

    await world.say("ana", "among us", "hidden")

    assert bot.heard == []


async def test_members_are_asked_for_through_the_gateway(world: World, start: Start) -> None:
    bot = await start()

    guild = bot.get_guild(int(world.guilds["northwind"]))

    assert guild is not None
    assert guild.chunked
    assert {member.name for member in guild.members} == {"ana", "bruno", "rita", "buckstop"}
    assert [member.name for member in await guild.query_members("ri")] == ["rita"]


async def test_events_come_several_times_late_shuffled_or_not_at_all(world: World, start: Start) -> None:
    bot = await start()

    await world.deliver_events(copies=3)
    await world.say("ana", "thrice", "help")
    await world.deliver_events(drop=True)
    await world.say("ana", "lost", "help")
    await world.deliver_events(hold=True)
    for text in "abcdef":
        await world.say("ana", text, "help")
    assert [message.content for message in bot.heard] == ["thrice"] * 3
    await world.release_events(seed=7)

    late = [message.content for message in bot.heard[3:]]
    assert sorted(late) == list("abcdef")
    assert late != list("abcdef")


async def test_an_event_is_sent_once_more(world: World, start: Start) -> None:
    bot = await start()
    out = await world.say("ana", "again", "help")

    assert out.n is not None
    await world.replay(out.n)
    await world.send("MESSAGE_DELETE", {"id": out.message, "channel_id": out.channel}, guild="northwind")

    assert [str(message.id) for message in bot.heard] == [out.message] * 2
