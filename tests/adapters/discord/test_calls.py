"""What does each way in which a call to Discord can end mean for the message that it was about?"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ClientPayloadError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    SocketTimeoutError,
    web,
)
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.test_utils import TestServer

from bot.adapters.discord.access import Access
from bot.adapters.discord.calls import DEAD, LATER, NOT_DISCORD, SHUT, UNKNOWN_WAIT, Calls, NoAnswer, NotDiscord, code_of, ended, why
from bot.adapters.discord.rest import Rest
from bot.ports import GiveUp, TryLater

TOKEN = "aaa.bbb.hunter2"


def answered(status: int, code: int | None = None, **headers: str) -> discord.HTTPException:
    """What the library raises for an answer of Discord's; without a code it was a page."""
    response = SimpleNamespace(status=status, reason="?", headers={name.replace("_", "-"): value for name, value in headers.items()})
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(
        status, discord.DiscordServerError if status >= 500 else discord.HTTPException
    )
    told = {"code": code, "message": "hunter2"} if code is not None else "<html>hunter2"
    return kind(cast(Any, response), cast(Any, told))


def no_connection() -> ClientConnectorError:
    return ClientConnectorError(ConnectionKey("discord.com", 443, True, True, None, None, None), OSError(111, "refused"))


def limit(seconds: float | None = None, *, alone: bool = False) -> TryLater:
    return TryLater("Discord's rate limit", timedelta(seconds=seconds) if seconds is not None else UNKNOWN_WAIT, alone=alone)


def lost(name: str, *, alone: bool = False) -> TryLater:
    return TryLater(f"no answer from Discord ({name})", ambiguous=True, alone=alone)


def at_fault(status: int) -> TryLater:
    return TryLater(f"Discord had a fault of its own ({status})", ambiguous=True)


def passes(code: int, seconds: float = 60, *, alone: bool = False) -> TryLater:
    return TryLater(LATER[code], timedelta(seconds=seconds), alone=alone)


ENDS: dict[str, tuple[Exception, TryLater | GiveUp]] = {
    "a limit that the library would not wait for": (discord.RateLimited(31.5), limit(31.5)),
    "a limit that says how long": (answered(429, 0, Retry_After="17"), limit(17)),
    "a limit in fractions of seconds": (answered(429, 0, Retry_After="0.25"), limit(0.25)),
    "a limit for no time at all": (answered(429, 0, Retry_After="0"), limit(0)),
    "a limit for a time that is over": (answered(429, 0, Retry_After="-3"), limit(0)),
    "a limit that says nothing": (answered(429, 0), limit()),
    "a limit that says nonsense": (answered(429, 0, Retry_After="soon"), limit()),
    "a limit that is no number": (answered(429, 0, Retry_After="nan"), limit()),
    "a limit that goes on for ever": (answered(429, 0, Retry_After="inf"), limit(86_400)),
    "a limit that is a page": (answered(429, Retry_After="600"), limit(600)),
    "direct messages that are opened too fast": (answered(403, 40003), passes(40003)),
    "a channel that is written to too fast": (answered(429, 20028, Retry_After="7"), passes(20028, 7)),
    "a post that somebody deleted at once": (answered(404, 10008), passes(10008)),
    "a fault of Discord's": (answered(500, 0), at_fault(500)),
    "an overload": (answered(503, 130000), at_fault(503)),
    "a page of a proxy's": (answered(502), at_fault(502)),
    "no connection": (no_connection(), TryLater("no connection to Discord")),
    "no connection in time": (ConnectionTimeoutError(), TryLater("no connection to Discord")),
    "disconnected": (ServerDisconnectedError(), lost("ServerDisconnectedError")),
    "reset": (ClientOSError(104, "reset"), lost("ClientOSError")),
    "half an answer": (ClientPayloadError(), lost("ClientPayloadError")),
    "no answer in time": (NoAnswer(), lost("NoAnswer")),
    "no byte in time": (SocketTimeoutError(), lost("SocketTimeoutError")),
    "something of the system's": (OSError(5, "input/output"), lost("OSError")),
    "a page in place of an answer": (NotDiscord(), TryLater(NOT_DISCORD, ambiguous=True)),
    "half a JSON": (json.JSONDecodeError("?", "{", 1), TryLater(NOT_DISCORD, ambiguous=True)),
    "an address where nothing of Discord's is": (answered(404, 0), GiveUp(NOT_DISCORD, mendable=True)),
    "a proxy that refuses": (answered(403), GiveUp(NOT_DISCORD, mendable=True)),
    "a token that is refused": (answered(401, 0), GiveUp(SHUT[40001], mendable=True)),
    "a bot that was marked": (answered(403, 20026), GiveUp(SHUT[20026], mendable=True)),
    "a message that Discord will never take": (answered(400, 50035), GiveUp("Discord refused it (50035)")),
    "a message without a number for what is wrong": (answered(400, 0), GiveUp("Discord refused it (400)")),
    "a message that the server's own rules stop": (answered(400, 200000), GiveUp("Discord refused it (200000)")),
    "a channel that is gone": (answered(404, 10003), GiveUp(DEAD[10003], dead=True)),
    "somebody who takes no direct messages": (answered(403, 50007), GiveUp(DEAD[50007], dead=True)),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "outcome"), ENDS.values(), ids=ENDS.keys())
def test_how_a_post_ends(fault: Exception, outcome: TryLater | GiveUp) -> None:
    assert ended(fault) == outcome


@pytest.mark.parametrize("code", DEAD)
def test_what_nothing_gets_to_any_more_is_dead_and_says_why(code: int) -> None:
    for status in (400, 403, 404):
        assert ended(answered(status, code)) == ended(answered(status, code), edit=True) == GiveUp(DEAD[code], dead=True)


@pytest.mark.parametrize("code", SHUT)
def test_what_shuts_buckstop_out_can_be_mended(code: int) -> None:
    assert ended(answered(403, code)) == GiveUp(SHUT[code], mendable=True)


def test_each_number_of_discords_means_one_thing() -> None:
    assert len(DEAD) + len(SHUT) + len(LATER) == len({*DEAD, *SHUT, *LATER})


EDITS: dict[str, tuple[Exception, TryLater | GiveUp]] = {
    "a limit": (answered(429, 0, Retry_After="60"), limit(60, alone=True)),
    "a limit that the library would not wait for": (discord.RateLimited(60), limit(60, alone=True)),
    "a message that is over an hour old": (answered(429, 30046), passes(30046, alone=True)),
    "a message that is over an hour old, and how long": (answered(429, 30046, Retry_After="20"), passes(30046, 20, alone=True)),
    "no answer in time": (NoAnswer(), lost("NoAnswer", alone=True)),
    "no connection": (no_connection(), TryLater("no connection to Discord")),
    "a fault of Discord's": (answered(500, 0), at_fault(500)),
}


@pytest.mark.parametrize(("fault", "outcome"), EDITS.values(), ids=EDITS.keys())
def test_what_holds_up_an_edit_holds_up_no_post(fault: Exception, outcome: TryLater) -> None:
    assert ended(fault, edit=True) == outcome


@pytest.mark.parametrize("fault", [ValueError("ours"), KeyError("id"), AssertionError(), TypeError()])
def test_a_fault_of_ours_is_not_hidden(fault: Exception) -> None:
    with pytest.raises(type(fault)) as raised:
        ended(fault)

    assert raised.value is fault


WORDS: dict[str, tuple[BaseException, int, str]] = {
    "one that is known": (answered(403, 50013), 50013, "Buckstop lacks a permission there"),
    "one that shuts out": (answered(401, 40001), 40001, "the bot token is not valid"),
    "one that passes": (answered(403, 40003), 40003, LATER[40003]),
    "one that is not known": (answered(400, 50035), 50035, "Discord's error 50035"),
    "an answer without a number": (answered(400, 0), 0, "HTTPException"),
    "a page": (answered(502), 0, "DiscordServerError"),
    "no answer": (TimeoutError("hunter2"), 0, "TimeoutError"),
}


@pytest.mark.parametrize(("fault", "code", "words"), WORDS.values(), ids=WORDS.keys())
def test_what_went_wrong_in_words(fault: BaseException, code: int, words: str) -> None:
    assert (code_of(fault), why(fault)) == (code, words)


# --- the library itself, against what a network and Discord really do

POST = "/channels/1/messages"
MESSAGE: Mapping[str, Any] = {
    "id": "5", "channel_id": "1", "content": "x", "timestamp": "2026-03-02T09:00:00+00:00", "edited_timestamp": None, "tts": False,
    "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": False, "type": 0,
    "author": {"id": "9", "username": "buckstop", "discriminator": "0", "avatar": None},
}  # fmt: skip
APPLICATION: Mapping[str, Any] = {
    "id": "8", "name": "Buckstop", "icon": None, "description": "", "rpc_origins": [], "bot_public": True, "verify_key": "0", "team": None,
    "bot_require_code_grant": False, "flags": 1 << 18 | 1 << 14,
    "owner": {"id": "7", "username": "o", "discriminator": "0", "avatar": None},
}  # fmt: skip


@dataclass(frozen=True)
class Says:
    """One answer. With `then` "drop" the connection is closed, with "hang" there is none until the test is over."""

    status: int = 200
    body: Any = field(default_factory=lambda: MESSAGE)
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    then: str = ""


GOOD, DROP, HANG = Says(), Says(then="drop"), Says(then="hang")


def too_fast(seconds: float, *, via: bool = True, everywhere: bool = False) -> Says:
    told = {"message": "You are being rate limited.", "retry_after": seconds, "global": everywhere}
    known = {"Via": "1.1 google"} if via else {}
    return Says(429, told, {"Retry-After": str(seconds), **known, **({"X-RateLimit-Global": "true"} if everywhere else {})})


class Server:
    """What answers in Discord's place: one thing after the other, the last one again and again."""

    def __init__(self, says: Sequence[Says]) -> None:
        self._says = list(says)
        self.asked: list[Mapping[str, Any]] = []
        self.heard, self.never = asyncio.Event(), asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a call."""
        if request.method == "GET":
            told = {"id": "9", "username": "buckstop", "discriminator": "0", "avatar": None} if "users" in request.path else APPLICATION
            return _response(Says(body=told))
        self.asked.append({"method": request.method, "path": request.path, **await request.json()})
        self.heard.set()
        says = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        if says.then == "drop" and request.transport is not None:
            request.transport.close()
        if says.then == "hang":
            await self.never.wait()
        return _response(says)


def _response(says: Says) -> web.Response:
    body = says.body if isinstance(says.body, str) else json.dumps(says.body)
    return web.Response(status=says.status, body=body.encode(), headers={"Content-Type": says.kind, **says.headers})


@asynccontextmanager
async def discord_that(*says: Says) -> AsyncIterator[tuple[Rest, Server]]:
    """A Discord that says this to whatever is posted, and our client of it."""
    there = Server(says)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", there.answer)
    server = TestServer(app)
    await server.start_server()
    rest = Rest(Access(str(server.make_url("")).rstrip("/"), "ws://127.0.0.1:9", TOKEN, None))
    await rest.begin()
    try:
        yield rest, there
    finally:
        there.never.set()
        await rest.close()
        await server.close()


async def post(rest: Rest, text: str = "x", patience: timedelta = timedelta(seconds=20)) -> discord.Message:
    return await rest.calls.bounded(rest.client.get_partial_messageable(1).send(text, nonce="n"), patience)


async def edit(rest: Rest, text: str, patience: timedelta = timedelta(seconds=20)) -> discord.Message:
    return await rest.calls.bounded(rest.client.get_partial_messageable(1).get_partial_message(5).edit(content=text), patience)


def at_once(seconds: float = 0.05) -> timedelta:
    return timedelta(seconds=seconds)


REPEATED = {
    "500": Says(500, "oops", kind="text/plain"),
    "502": Says(502, "oops", kind="text/plain"),
    "504": Says(504, "oops", kind="text/plain"),
    "524": Says(524, "oops", kind="text/plain"),
    "a limit": too_fast(0.05),
    "a limit on everything": too_fast(0.05, everywhere=True),
}


@pytest.mark.parametrize("first", REPEATED.values(), ids=REPEATED.keys())
async def test_what_the_library_tries_again_carries_the_same_nonce(first: Says) -> None:
    async with discord_that(first, GOOD) as (rest, there):
        assert (await post(rest)).id == 5

    assert [(call["nonce"], call["enforce_nonce"]) for call in there.asked] == [("n", True), ("n", True)]


ENDED: dict[str, tuple[Says, TryLater | GiveUp]] = {
    "a service that rests": (Says(503, "upstream", kind="text/plain"), at_fault(503)),
    "a dropped connection": (DROP, lost("ServerDisconnectedError")),
    "a limit without Via": (too_fast(7, via=False), limit(7)),
    "a page that bans us": (Says(429, "<html>1015", {"Retry-After": "600"}, "text/html"), limit(600)),
    "a limit that is too long for the library": (too_fast(31), limit(31)),
    "a page": (Says(200, "<html>log in", kind="text/html"), TryLater(NOT_DISCORD, ambiguous=True)),
    "half an answer": (Says(200, '{"id": "5'), TryLater(NOT_DISCORD, ambiguous=True)),
    "a page that is not found": (Says(404, "<html>no", kind="text/html"), GiveUp(NOT_DISCORD, mendable=True)),
    "a refusal": (Says(403, {"code": 50013, "message": "Missing Permissions"}), GiveUp(DEAD[50013], dead=True)),
    "a token that is refused": (Says(401, {"code": 0, "message": "401: Unauthorized"}), GiveUp(SHUT[40001], mendable=True)),
}


@pytest.mark.parametrize(("says", "outcome"), ENDED.values(), ids=ENDED.keys())
async def test_what_the_library_does_not_try_again(says: Says, outcome: TryLater | GiveUp) -> None:
    async with discord_that(says) as (rest, there):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is the question
            await post(rest)

    assert ended(raised.value) == outcome
    assert TOKEN not in str(raised.value)
    assert len(there.asked) == 1


async def test_a_limit_on_edits_is_not_waited_for_by_the_library() -> None:
    async with discord_that(too_fast(20)) as (rest, there):
        with pytest.raises(discord.RateLimited) as raised:
            await edit(rest, "x", at_once(5))

    assert ended(raised.value, edit=True) == limit(20, alone=True)
    assert len(there.asked) == 1


async def test_nobody_there() -> None:
    gone = Rest(Access("http://127.0.0.1:9", "ws://127.0.0.1:9", TOKEN, None))
    await gone.begin()
    assert gone.me is None
    await gone.close()


# --- what nobody waits for any more


async def test_a_call_that_hangs_leaves_the_way_free_for_the_next() -> None:
    async with discord_that(HANG, GOOD) as (rest, there):
        with pytest.raises(NoAnswer):
            await post(rest, patience=at_once())
        await rest.calls.ended()

        # The library takes one request at a time into a channel that it does not know yet.
        assert (await post(rest, patience=at_once(5))).id == 5
    assert len(there.asked) == 2


async def test_an_edit_that_nobody_waits_for_is_not_made_over_a_newer_one() -> None:
    async with discord_that(Says(502, "oops", kind="text/plain"), GOOD) as (rest, there):
        with pytest.raises(NoAnswer):
            await edit(rest, "old", at_once())
        await edit(rest, "new")
        await rest.calls.ended()

    assert [call["content"] for call in there.asked] == ["old", "new"]


async def test_the_librarys_lock_for_everybody_is_not_left_shut() -> None:
    async with discord_that(too_fast(0.3, everywhere=True), GOOD) as (rest, there):
        with pytest.raises(NoAnswer):
            await post(rest, "the one that holds it", at_once())
        with pytest.raises(NoAnswer):
            await post(rest, "one that waits for it", at_once())
        await rest.calls.ended()

        assert (await post(rest, "a later one", at_once(5))).id == 5
    assert [call["content"] for call in there.asked] == ["the one that holds it", "a later one"]


async def test_cancelled_in_the_librarys_hands_it_would_have_been() -> None:
    """What we keep from: this is why a call is not cancelled while it waits."""
    async with discord_that(too_fast(0.3, everywhere=True), GOOD) as (rest, there):
        holding = asyncio.create_task(rest.client.get_partial_messageable(1).send("x"))
        assert await asyncio.wait([holding], timeout=0.1) == (set(), {holding})
        holding.cancel()
        await asyncio.wait([holding])

        with pytest.raises(NoAnswer):
            await post(rest, "for ever", at_once(1))
    assert len(there.asked) == 1


async def test_whoever_stops_waiting_leaves_it_alone_as_well() -> None:
    async with discord_that(HANG, GOOD) as (rest, there):
        waiting = asyncio.create_task(post(rest))
        await there.heard.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await rest.calls.ended()

        assert (await post(rest, patience=at_once(5))).id == 5


async def test_what_ends_in_time_ends_as_it_does() -> None:
    async def good() -> int:
        return 5

    async def bad() -> int:
        raise ValueError("mine")

    calls = Calls()
    assert await calls.bounded(good()) == 5
    with pytest.raises(ValueError, match="mine"):
        await calls.bounded(bad())
    await calls.ended()


async def test_at_the_end_nothing_goes_on() -> None:
    calls, never = Calls(), asyncio.Event()

    async def forever() -> None:
        await never.wait()

    with pytest.raises(NoAnswer):
        await calls.bounded(forever(), at_once(0.01))
    await calls.close()
    await calls.ended()
