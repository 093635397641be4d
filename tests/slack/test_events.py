"""Which events does the app hear, in which shape, and how can their delivery be spoilt?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import Workspace
from tests.slack.words import Json


@dataclass
class Door:
    """A request URL that keeps every request, and answers with these statuses in turn, then with 200."""

    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes, Json]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append((dict(request.headers), body, await request.json() if request.content_type == "application/json" else {}))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)

    @property
    def events(self) -> list[Json]:
        """The events that were heard."""
        return [payload["event"] for _, _, payload in self.requests]

    @property
    def kinds(self) -> list[str]:
        """Their types, with subtypes."""
        return [".".join(filter(None, [event["type"], event.get("subtype")])) for event in self.events]


@pytest.fixture
async def door(ws: Workspace) -> AsyncIterator[Door]:
    door = Door()
    app = web.Application()
    app.router.add_post("/slack/events", door.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await ws.set(
        transport="http",
        request_url=f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events",
        settings={"event_retry_delays": [0.01, 0.01, 0.01]},
    )
    yield door
    await runner.cleanup()


async def test_an_event_is_signed_and_wrapped(ws: Workspace, door: Door) -> None:
    await ws.say("ana", "hello", "help")

    [(headers, body, payload)] = door.requests
    assert SignatureVerifier(ws.signing_secret).is_valid_request(body, headers)
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == ("event_callback", ws.team, "A0BUCKSTOP")
    assert payload["event_id"].startswith("Ev")
    who = {"enterprise_id": None, "team_id": ws.team, "user_id": "U0BUCKSTOP", "is_bot": True, "is_enterprise_install": False}
    assert payload["authorizations"] == [who]


async def test_an_event_comes_again_until_it_is_taken(ws: Workspace, door: Door) -> None:
    door.statuses = [500, 500]

    out = await ws.say("ana", "hello", "help")

    assert out.ok
    assert [headers.get("X-Slack-Retry-Num") for headers, _, _ in door.requests] == [None, "1", "2"]
    assert [headers.get("X-Slack-Retry-Reason") for headers, _, _ in door.requests] == [None, "http_error", "http_error"]
    assert len({payload["event_id"] for _, _, payload in door.requests}) == 1


async def test_nobody_is_followed_elsewhere(ws: Workspace, door: Door) -> None:
    door.statuses, door.headers = [302], {"Location": "/elsewhere"}

    out = await ws.command("ana", "/case report", "help")

    assert (out.ok, out.status, out.failure) == (False, 302, '/case failed with the error "http_service_error"')


async def test_an_app_may_ask_not_to_be_asked_again(ws: Workspace, door: Door) -> None:
    door.statuses, door.headers = [500], {"X-Slack-No-Retry": "1"}

    await ws.say("ana", "hello", "help")

    assert len(door.requests) == 1


async def test_nobody_listens(ws: Workspace) -> None:
    await ws.set(transport="http", request_url="http://127.0.0.1:9/nobody", settings={"event_retry_delays": []})

    out = await ws.say("ana", "hello", "help")

    assert [attempt["why"] for attempt in out.events[0]["attempts"]] == ["connection_failed"]


async def test_every_event_three_times(ws: Workspace, door: Door) -> None:
    await ws.deliver_events(copies=3)

    await ws.say("ana", "hello", "help")

    assert door.kinds == ["message"] * 3
    assert len({payload["event_id"] for _, _, payload in door.requests}) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_events_in_another_order(ws: Workspace, door: Door, together: bool) -> None:
    await ws.deliver_events(hold=True)
    said = [(await ws.say("ana", str(n), "help")).ts for n in range(6)]
    assert door.events == []

    released = await ws.release_events(seed=1, together=together)

    order = [event["ts"] for event in door.events]
    assert len(released) == 6
    assert sorted(order) == said
    assert order != said


async def test_events_that_get_lost_or_are_late(ws: Workspace, door: Door) -> None:
    await ws.deliver_events(drop=True, only=["reaction_added"])
    said = await ws.say("ana", "hello", "help")
    await ws.react("ana", "help", str(said.ts), "sos")
    assert door.kinds == ["message"]

    await ws.deliver_events(delay=0.01)
    await ws.react("bruno", "help", str(said.ts), "sos")
    assert door.kinds == ["message", "reaction_added"]


async def test_the_bots_own_messages_come_back(ws: Workspace, door: Door, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0HELP", text="mine")

    async def come_back() -> list[Json]:
        return door.events

    [event] = await ws.until(come_back)
    assert (event["bot_id"], event["user"], event["ts"]) == ("B0BUCKSTOP", "U0BUCKSTOP", posted["ts"])
    assert "subtype" not in event


async def test_changing_and_deleting(ws: Workspace, door: Door, client: AsyncWebClient) -> None:
    said = await ws.say("ana", "helo", "help")
    await ws.edit("ana", "help", str(said.ts), "hello")
    await ws.delete("ana", "help", str(said.ts))

    assert door.kinds == ["message", "message.message_changed", "message.message_deleted"]
    _, changed, deleted = door.events
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("hello", "helo")
    assert changed["message"]["edited"]["user"] == "U0ANA"
    assert (changed["hidden"], deleted["hidden"]) == (True, True)
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (said.ts, "hello")


async def test_deleting_what_has_answers(ws: Workspace, door: Door) -> None:
    said = await ws.say("ana", "no light", "help")
    answer = await ws.say("bruno", "same here", "help", thread=said.ts)
    assert (door.events[-1]["thread_ts"], door.events[-1]["parent_user_id"]) == (said.ts, "U0ANA")
    assert answer.ts != said.ts

    await ws.delete("ana", "help", str(said.ts))

    assert door.kinds[-1] == "message.message_changed"
    assert door.events[-1]["message"]["subtype"] == "tombstone"


async def test_only_where_the_bot_is(ws: Workspace, door: Door) -> None:
    await ws.do("add_channel", name="other", with_bot=False)

    await ws.say("ana", "@buckstop hello", "other")

    assert door.events == []


async def test_only_what_is_allowed_and_subscribed(ws: Workspace, door: Door) -> None:
    await ws.set(events=["message.im", "reaction_added"])
    await ws.do("change_scopes", without=["reactions:read"])
    said = await ws.say("ana", "@buckstop hello", "help")
    await ws.react("ana", "help", str(said.ts), "sos")
    await ws.say("ana", "directly")

    assert [event["channel_type"] for event in door.events] == ["im"]


async def test_what_an_administrator_does(ws: Workspace, door: Door) -> None:
    await ws.do("change_user", user="ana", real_name="Ana B.")
    await ws.do("change_user", user="ana", deleted=True)
    await ws.do("add_user", name="dora")
    await ws.do("archive", channel="help")
    await ws.do("archive", channel="help", back=True)
    await ws.do("archive", channel="secret")
    await ws.do("rename_channel", channel="help", name="helpdesk")
    await ws.do("join", user="dora", channel="helpdesk")
    await ws.do("leave", user="bot", channel="helpdesk")
    await ws.do("uninstall")

    assert door.kinds == [
        "user_change",
        "user_change",
        "team_join",
        "channel_archive",
        "channel_unarchive",
        "group_archive",
        "channel_rename",
        "member_joined_channel",
        "member_left_channel",
        *sorted(["app_uninstalled", "tokens_revoked"], key=door.kinds.index),
    ]
    renamed, deactivated = door.events[:2]
    assert (renamed["user"]["real_name"], renamed["user"]["deleted"]) == ("Ana B.", False)
    assert deactivated["user"]["deleted"]
    assert door.events[8]["user"] == "U0BUCKSTOP"


async def test_a_request_again_byte_for_byte(ws: Workspace, door: Door) -> None:
    out = await ws.command("ana", "/case report", "help")

    await ws.do("replay", n=out.n)

    (first, body, _), (second, again, _) = door.requests
    assert body == again
    assert first["X-Slack-Signature"] == second["X-Slack-Signature"]
    assert first["X-Slack-Request-Timestamp"] == second["X-Slack-Request-Timestamp"]


async def test_forged_requests(ws: Workspace, door: Door) -> None:
    for forge in ({"signature": "wrong"}, {"signature": "none"}, {"age": 3600}, {}):
        await ws.command("ana", "/case report", "help", forge=forge)

    verifier = SignatureVerifier(ws.signing_secret)
    valid = [verifier.is_valid_request(body, headers) for headers, body, _ in door.requests]
    assert valid == [False, False, False, True]


async def test_any_event(ws: Workspace, door: Door) -> None:
    await ws.do("send_event", event={"type": "emoji_changed"}, forge={"team": "T9"})

    assert (door.requests[0][2]["team_id"], door.kinds) == ("T9", ["emoji_changed"])


async def test_a_request_url_that_does_not_answer_the_challenge(ws: Workspace, door: Door) -> None:
    assert not (await ws.do("verify_url"))["ok"]
    assert door.requests[0][2]["type"] == "url_verification"
