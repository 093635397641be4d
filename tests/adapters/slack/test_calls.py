"""What does each way in which a call to Slack can end mean for the message that it was about?"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientOSError,
    ClientPayloadError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    SocketTimeoutError,
    web,
)
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError, SlackClientError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.slack.calls import APPS_OWN, DEAD, LATER, NO_MESSAGE, SHUT, UNKNOWN_WAIT, UNSURE, client, ended, error_of, why
from bot.ports import GiveUp, TryLater

TOKEN = "xoxb-1-hunter2"


def answered(error: str | None, status: int = 200, data: Any = None, **headers: str) -> SlackApiError:
    """What the library raises for an answer of Slack's."""
    told = {"ok": False, "error": error} if error is not None else data
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="https://slack.com/api/x", req_args={}, data=told, headers=shown, status_code=status
    )
    return SlackApiError("The request to the Slack API failed.", response)


def no_connection() -> ClientConnectorError:
    return ClientConnectorError(ConnectionKey("slack.com", 443, True, True, None, None, None), OSError(111, "refused"))


def limit(after: timedelta = UNKNOWN_WAIT, *, alone: bool = False) -> TryLater:
    return TryLater("Slack's rate limit", after, alone=alone)


def lost(name: str) -> TryLater:
    return TryLater(f"no answer from Slack ({name})", ambiguous=True)


def at_fault(what: str) -> TryLater:
    return TryLater(f"Slack had a fault of its own ({what})", ambiguous=True)


ENDS: dict[str, tuple[Exception, TryLater | GiveUp]] = {
    "a limit that says how long": (answered("ratelimited", 429, Retry_After="17"), limit(timedelta(seconds=17))),
    "a limit, its header in small letters": (answered("ratelimited", 429, retry_after="3"), limit(timedelta(seconds=3))),
    "a limit, in fractions of seconds": (answered("ratelimited", 429, Retry_After="0.25"), limit(timedelta(seconds=0.25))),
    "a limit for no time at all": (answered("ratelimited", 429, Retry_After="0"), limit(timedelta())),
    "a limit that says nothing": (answered("ratelimited", 429), limit()),
    "a limit that says nonsense": (answered("ratelimited", 429, Retry_After="soon"), limit()),
    "a limit that says a number of nobody's": (answered("ratelimited", 429, Retry_After="²"), limit()),
    "a limit that goes on for ever": (answered("ratelimited", 429, Retry_After="9" * 400), limit()),
    "a limit whose body is no JSON": (answered(None, 429, {}, Retry_After="5"), limit(timedelta(seconds=5))),
    "a limit in a good answer": (answered("rate_limited"), limit()),
    "too many messages altogether": (answered("message_limit_exceeded"), limit()),
    "a workspace on the move": (answered("team_added_to_org"), TryLater("team_added_to_org", UNKNOWN_WAIT)),
    "a service that rests": (answered("service_unavailable", 503), TryLater("service_unavailable", UNKNOWN_WAIT)),
    "a fault of Slack's that may have had its effect": (answered("fatal_error"), at_fault("fatal_error")),
    "another": (answered("internal_error"), at_fault("internal_error")),
    "Slack waited too long for itself": (answered("request_timeout"), at_fault("request_timeout")),
    "a fault that Slack names, with a status": (answered("something", 502), at_fault("something")),
    "a page of a proxy's": (answered(None, 502, {}), at_fault("502")),
    "a page in plain text": (answered(None, 503, "upstream connect error"), at_fault("503")),
    "an answer that is no answer": (answered(None, 200, {}), at_fault("200")),
    "an answer without a word": (answered("", 200), at_fault("200")),
    "an answer that is nothing": (answered(None, 200, None), at_fault("200")),
    "an answer that is a list": (answered(None, 200, ["ok"]), at_fault("200")),
    "no connection": (no_connection(), TryLater("no connection to Slack")),
    "no connection in time": (ConnectionTimeoutError(), TryLater("no connection to Slack")),
    "disconnected": (ServerDisconnectedError(), lost("ServerDisconnectedError")),
    "reset": (ClientOSError(104, "reset"), lost("ClientOSError")),
    "half an answer": (ClientPayloadError(), lost("ClientPayloadError")),
    "a connection that was closed": (ClientConnectionError(), lost("ClientConnectionError")),
    "no answer in time": (TimeoutError(), lost("TimeoutError")),
    "no byte in time": (SocketTimeoutError(), lost("SocketTimeoutError")),
    "something of the system's": (OSError(5, "input/output"), lost("OSError")),
    "something of the library's": (SlackRequestError("?"), lost("SlackRequestError")),
    "the library's own": (SlackClientError("?"), lost("SlackClientError")),
    "a message that Slack will never take": (answered("invalid_blocks"), GiveUp("invalid_blocks")),
    "a message that is too long": (answered("msg_blocks_too_long"), GiveUp("msg_blocks_too_long")),
    "a channel that is not there": (answered("channel_not_found"), GiveUp(DEAD["channel_not_found"], dead=True)),
    "a token that was revoked": (answered("token_revoked"), GiveUp(SHUT["token_revoked"], mendable=True)),
    "a token that is refused with a status": (answered("invalid_auth", 401), GiveUp(SHUT["invalid_auth"], mendable=True)),
}


@pytest.mark.parametrize(("fault", "outcome"), ENDS.values(), ids=ENDS.keys())
def test_how_a_post_ends(fault: Exception, outcome: TryLater | GiveUp) -> None:
    assert ended(fault) == outcome


@pytest.mark.parametrize("error", sorted(set(DEAD) - {APPS_OWN}))
def test_what_nothing_gets_to_any_more_is_dead_and_says_why(error: str) -> None:
    assert ended(answered(error)) == GiveUp(DEAD[error], dead=True)
    assert ended(answered(error), edit=True) == GiveUp(DEAD[error], dead=True)


@pytest.mark.parametrize("error", SHUT)
def test_what_shuts_buckstop_out_can_be_mended(error: str) -> None:
    assert ended(answered(error)) == GiveUp(SHUT[error], mendable=True)


@pytest.mark.parametrize("error", sorted(NO_MESSAGE))
def test_a_message_that_is_gone_is_no_dead_route(error: str) -> None:
    assert ended(answered(error), edit=True) == GiveUp(error)


def test_each_word_of_slacks_means_one_thing() -> None:
    meanings: list[frozenset[str]] = [frozenset(DEAD), frozenset(SHUT), UNSURE, LATER, NO_MESSAGE]

    assert sum(map(len, meanings)) == len(frozenset().union(*meanings))


EDITS = {
    "a limit": (answered("ratelimited", 429, Retry_After="60"), limit(timedelta(seconds=60), alone=True)),
    "a limit in a good answer": (answered("rate_limited"), limit(alone=True)),
    "a fault of Slack's": (answered("fatal_error"), at_fault("fatal_error")),
    "no connection": (no_connection(), TryLater("no connection to Slack")),
}


@pytest.mark.parametrize(("fault", "outcome"), EDITS.values(), ids=EDITS.keys())
def test_a_limit_on_edits_holds_up_no_post(fault: Exception, outcome: TryLater) -> None:
    assert ended(fault, edit=True) == outcome


@pytest.mark.parametrize("fault", [ValueError("ours"), KeyError("ts"), AssertionError()])
def test_a_fault_of_ours_is_not_hidden(fault: Exception) -> None:
    with pytest.raises(type(fault)) as raised:
        ended(fault)

    assert raised.value is fault


WORDS: dict[str, tuple[Exception, str, str]] = {
    "one that is known": (answered("is_archived"), "is_archived", "the channel is archived"),
    "one that shuts out": (answered("token_revoked"), "token_revoked", "the bot token was revoked"),
    "one that is not": (answered("no_text"), "no_text", "no_text"),
    "an answer without a word": (answered(None, 500, {}), "", "SlackApiError"),
    "no answer": (TimeoutError("hunter2"), "", "TimeoutError"),
}


@pytest.mark.parametrize(("fault", "error", "words"), WORDS.values(), ids=WORDS.keys())
def test_what_went_wrong_in_words(fault: Exception, error: str, words: str) -> None:
    assert (error_of(fault), why(fault)) == (error, words)


# --- the library itself, against what a network and a proxy really do


@asynccontextmanager
async def slack(status: int = 200, body: str = "", kind: str = "application/json", **headers: str) -> AsyncIterator[AsyncWebClient]:
    """A client of ours, and what answers it: a status and a body; with "drop" it closes the connection, with "hang" it never answers."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        if body == "drop":
            assert request.transport is not None
            request.transport.close()
        if body == "hang":
            await never.wait()
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body.encode(), content_type=kind, headers=shown)

    asked: list[str] = []
    never = asyncio.Event()
    app = web.Application()
    app.router.add_post("/api/{method}", answer)
    server = TestServer(app)
    await server.start_server()
    async with ClientSession() as session:
        yield client(str(server.make_url("/api/")), TOKEN, session)
    never.set()
    await server.close()
    assert len(asked) <= 1, "the library tried it again"


REAL: dict[str, tuple[Mapping[str, Any], TryLater | GiveUp]] = {
    "a refusal": ({"body": '{"ok": false, "error": "is_archived"}'}, GiveUp(DEAD["is_archived"], dead=True)),
    "a limit": (
        {"status": 429, "body": '{"ok": false, "error": "ratelimited"}', "Retry_After": "7"},
        limit(timedelta(seconds=7)),
    ),
    "a limit without a body": ({"status": 429, "kind": "text/html", "Retry_After": "7"}, limit(timedelta(seconds=7))),
    "a page instead of JSON": ({"status": 502, "body": "<html>bad gateway", "kind": "text/html"}, at_fault("502")),
    "plain text instead of JSON": ({"status": 503, "body": "upstream", "kind": "text/plain"}, at_fault("503")),
    "broken JSON": ({"body": '{"ok": tr'}, at_fault("200")),
    "broken JSON with a limit": ({"status": 429, "body": "{", "Retry_After": "2"}, limit(timedelta(seconds=2))),
    "no body": ({"body": ""}, at_fault("200")),
    "a dropped connection": ({"body": "drop"}, lost("ServerDisconnectedError")),
}


@pytest.mark.parametrize(("how", "outcome"), REAL.values(), ids=REAL.keys())
async def test_what_the_library_makes_of_it(how: Mapping[str, Any], outcome: TryLater | GiveUp) -> None:
    async with slack(**how) as calling:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is the question
            await calling.chat_postMessage(channel="C1", text="x")

    assert ended(raised.value) == outcome
    assert TOKEN not in str(raised.value)


async def test_nobody_there() -> None:
    async with slack() as calling:
        pass
    async with ClientSession() as session:
        with pytest.raises(ClientConnectorError) as raised:
            await client(calling.base_url, TOKEN, session).chat_postMessage(channel="C1", text="x")

    assert ended(raised.value) == TryLater("no connection to Slack")


async def test_it_waits_no_longer_than_the_session_does() -> None:
    async with slack(body="hang") as calling, ClientSession(timeout=ClientTimeout(total=0.05)) as impatient:
        with pytest.raises(TimeoutError) as raised:
            await client(calling.base_url, TOKEN, impatient).chat_postMessage(channel="C1", text="x")

    assert ended(raised.value) == lost("TimeoutError")
