"""Who may come in: unsigned, old, forged and misdirected requests have no effect, and stand in the log."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.adapters.slack.access import Access
from bot.adapters.slack.manifest import path
from bot.adapters.slack.tokens import Tokens
from bot.app import Failure
from bot.clock import ManualClock
from bot.config import loads
from tests.scenarios.slack_stage import PEOPLE, SlackStage, Transport, access, slack_org, slack_world, workspace
from tests.scenarios.stages import MONDAY, ORG
from tests.security.storm import open_doors
from tests.slack.client import FakeSlack, Workspace
from tests.unhurried import running
from tests.world import World


@pytest.fixture(params=["socket", "http"])
async def world(request: pytest.FixtureRequest, sqlite_url: str, slack_address: str) -> AsyncIterator[World]:
    """A world in Slack on a Monday at nine, with one case in it."""
    async with slack_world(sqlite_url, slack_address, request.param) as there:
        await there.report("rita", "billing: meter swapped")
        yield there


@pytest.fixture
def stage(world: World) -> SlackStage:
    """The stage of this world."""
    assert isinstance(world.stage, SlackStage)
    return world.stage


async def everything(stage: SlackStage) -> Any:
    """Return all that a request could change: cases, timelines, and what was posted."""
    await stage.bot.settle()
    cases = [await stage.case(case["id"]) for case in await stage.cases()]
    posted = [
        (m.ts, m.shown, m.deleted) for where in ("help", "leadership", *(f"@{p}" for p in PEOPLE)) for m in await stage.ws.messages(where)
    ]
    return cases, [one for one in posted if "refused" not in one[1]]


FORGERIES: dict[str, tuple[Transport, dict[str, Any]]] = {
    "unsigned": ("http", {"signature": "none"}),
    "signed by somebody else": ("http", {"signature": "wrong"}),
    "ten minutes old": ("http", {"age": 600}),
    "from another workspace": ("http", {"team": "T9OTHER"}),
    "from another workspace, by a socket": ("socket", {"team": "T9OTHER"}),
}


@pytest.mark.parametrize(("transport", "forge"), FORGERIES.values(), ids=FORGERIES.keys())
async def test_what_does_not_come_from_our_slack_has_no_effect(
    sqlite_url: str, slack_address: str, transport: Transport, forge: dict[str, Any]
) -> None:
    async with slack_world(sqlite_url, slack_address, transport) as there:
        stage = there.stage
        assert isinstance(stage, SlackStage)
        case = await there.report("rita", "billing: meter swapped")
        form = await stage.ws.press("ana", f"ask:{case}", "@ana")
        assert form.view is not None
        before = await everything(stage)
        await stage.ws.set(settings={"interactive_timeout": 3.0})  # for what comes by a socket nobody answers
        with capture_logs() as logged:
            for out in (
                await stage.ws.command("rita", "/case report billing: forged", "help", forge=forge),
                await stage.ws.press("ana", f"ack:{case}", "@ana", forge=forge),
                await stage.ws.submit("ana", {"question": "forged?"}, forge=forge),
                await stage.ws.shortcut("rita", "report", forge=forge),
            ):
                assert not out.ok
        assert await everything(stage) == before
        assert len([entry for entry in logged if entry["event"] == "slack.refused"]) == 4


async def test_who_has_no_signature_sets_no_complaint_going(sqlite_url: str, slack_address: str) -> None:
    """A time that is none made the library fail over it, and us say so to whoever the payload named, before any signature was looked at."""
    async with open_doors(sqlite_url, slack_address) as doors, ClientSession() as http:
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {"id": doors.ws.users["ana"]},
            "team": {"id": doors.ws.team},
            "trigger_id": "1.2",
        }
        payload |= {"channel": {"id": doors.ws.channels["help"]}, "actions": [{"action_id": "ack", "type": "button", "value": "C-1:1"}]}
        for when in ("never", "", "-1", "0x10"):
            headers = {"X-Slack-Request-Timestamp": when, "X-Slack-Signature": "v0=00"}
            with capture_logs() as logged:
                async with http.post(
                    f"{doors.slack}{path(doors.ws.team)}", data={"payload": json.dumps(payload)}, headers=headers
                ) as answer:
                    assert answer.status == 401
                await doors.bot.settle()
            assert [entry["event"] for entry in logged] == ["slack.refused"]


FORGED_PRESSES = {
    "somebody else's button": {"user.id": "U0TOM"},
    "a case that does not exist": {"actions.0.value": "C-77:1"},
    "a verb that does not exist": {"actions.0.action_id": "fire:C-1"},
    "no value": {"actions.0.value": ""},
    "a value of another kind": {"actions.0.value": "\N{SNOWMAN}:99999999999999999999"},
    "a channel that is none": {"user.id": "U0TOM", "channel.id": "C0NOWHERE", "container.channel_id": "C0NOWHERE"},
    "an account that is none": {"user.id": "U0NOBODY"},
    "to be said once more: somebody else's words": {"actions.0.action_id": "again", "actions.0.value": '{"read": ["D0RITA", "1.2"]}'},
    "to be said once more: no words": {"actions.0.action_id": "again", "actions.0.value": "[]"},
}


@pytest.mark.parametrize("forged", FORGED_PRESSES.values(), ids=FORGED_PRESSES.keys())
async def test_a_forged_press_has_no_effect(stage: SlackStage, forged: dict[str, Any]) -> None:
    before = await everything(stage)
    with capture_logs() as logged:
        out = await stage.ws.press("ana", "ack:C-1", "@ana", forge={"payload": forged})
        assert stage.bot.slack is not None
        await stage.bot.slack.workspaces[stage.ws.team].settle()
    assert out.status == 200
    cases, _ = await everything(stage)
    assert cases == before[0]
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


FORGED_VIEWS: dict[str, dict[str, Any]] = {
    "another person": {"user.id": "U0TOM"},
    "another case": {"view.private_metadata": '["ask:C-77:1:abc", "", null, null]'},
    "another verb, which the person may not": {"view.private_metadata": '["confirm:C-1:1:abc", "", null, null]'},
    "no such verb": {"view.private_metadata": '["fire:C-1:1:abc", "", null, null]'},
    "no metadata": {"view.private_metadata": ""},
    "metadata that is none": {"view.private_metadata": '{"a": [1, 2'},
    "a list of the wrong things": {"view.private_metadata": "[1, 2, 3, 4]"},
    "no state": {"view.state": None},
    "a state of the wrong kind": {"view.state": {"values": {"question": {"value": {"type": "static_select"}}}}},
}


@pytest.mark.parametrize("forged", FORGED_VIEWS.values(), ids=FORGED_VIEWS.keys())
async def test_a_forged_view_has_no_effect(stage: SlackStage, forged: dict[str, Any]) -> None:
    opened = await stage.ws.press("ana", "ask:C-1", "@ana")
    assert opened.view is not None
    before = await everything(stage)
    with capture_logs() as logged:
        out = await stage.ws.submit("ana", {"question": "what is the meter number?"}, forge={"payload": forged})
    assert out.status == 200
    assert (await everything(stage))[0] == before[0]
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_who_may_is_said_and_the_refusal_is_on_record(stage: SlackStage) -> None:
    with capture_logs() as logged:
        answer = await stage._answer("tom", await stage.ws.command("tom", "/case ack C-1", "help"))
    assert answer["reply"]["refused"]
    assert "Ana" in answer["reply"]["text"]
    refused = [entry for entry in logged if entry["event"] == "slack.answered_no"]
    assert [(entry["by"], entry["case"]) for entry in refused] == [("tom", 1)]


async def test_two_workspaces_with_the_same_ids_never_mix(
    sqlite_url: str, slack_address: str, logged: list[MutableMapping[str, Any]]
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(workspace(slack_address))
        second = await stack.enter_async_context(workspace(slack_address))
        assert first.channels == second.channels
        assert first.users == second.users
        text = slack_org(first).replace(f'workspaces = ["{first.team}"]', f'workspaces = ["{first.team}", "{second.team}"]')
        # Where a service has a channel, its cases of the other workspace have a card there, as the configuration has it.
        text = text.replace('channel = "slack:help"\n', "")
        for kind in ("slack = ", "help = ", "leadership = "):
            text = text.replace(f'{kind}"', f'{kind}"{first.team}/')
        tokens = {ws.team: Tokens(ws.bot_token, ws.app_token, ws.signing_secret) for ws in (first, second)}
        config = replace(loads(text, str(ORG), {}), database_url=sqlite_url)
        bot = await stack.enter_async_context(
            running(config, ManualClock(MONDAY), local_too=False, slack=Access(first.api_url, tokens, None))
        )
        assert config.slack is not None
        await bot.serve_slack(config.slack)
        await asyncio.gather(first.until_connected(), second.until_connected())

        # The same account id in the other workspace is somebody else, who owns nothing.
        assert "C-1" in (await first.command("rita", "/case report billing: in the first", "help")).text
        assert "C-2" in (await second.command("rita", "/case report billing: in the second", "help")).text
        await bot.settle()
        refused = await second.command("ana", "/case ack C-1", "help")
        assert "Ana" in refused.text
        async with bot.store.read() as reading:
            cases = {case.id: case for case in [await reading.case(number) for number in (1, 2)] if case}  # type: ignore[arg-type]
        assert [case.reporter for case in cases.values()] == ["rita", f"slack.{second.team}.{second.users['rita']}"]
        assert {case.status for case in cases.values()} == {"open"}

        async def posted(ws: Workspace, where: str) -> list[str]:
            return [message.shown.partition("\n")[0] for message in await ws.messages(where) if message.bot_id]

        assert [await posted(ws, "help") for ws in (first, second)] == [["C-1: in the first"], ["C-2: in the second"]]
        assert [len(await posted(ws, "@rita")) for ws in (first, second)] == [1, 1]
        assert [len(await posted(ws, "@ana")) for ws in (first, second)] == [2, 0]

    secrets = [secret for ws in (first, second) for secret in (ws.bot_token, ws.app_token, ws.signing_secret)]
    assert not any(secret in str(logged) for secret in secrets)


@pytest.fixture
def logged() -> Any:
    """What is logged, as values."""
    with capture_logs() as entries:
        yield entries


async def test_a_token_of_another_workspace_is_refused_at_the_start(sqlite_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ours, workspace(slack_address) as theirs:
        config = replace(loads(slack_org(ours), str(ORG), {}), database_url=sqlite_url)
        wrong = {ours.team: Tokens(theirs.bot_token, theirs.app_token, theirs.signing_secret)}
        with pytest.raises(Failure, match=f"belongs to the workspace {theirs.team}"):
            async with running(config, ManualClock(MONDAY), slack=Access(ours.api_url, wrong, None)):
                pass
        await ours.do("revoke")
        with pytest.raises(Failure, match="Slack refuses the bot token") as failed:
            async with running(config, ManualClock(MONDAY), slack=access(ours)):
                pass
        assert ours.bot_token not in str(failed.value)


async def test_a_workspace_has_a_path_of_its_own(sqlite_url: str, slack_address: str) -> None:
    async with slack_world(sqlite_url, slack_address, "http") as there, FakeSlack(slack_address):
        stage = there.stage
        assert isinstance(stage, SlackStage)
        assert path(stage.ws.team) == f"/slack/{stage.ws.team}/events"
        verified = await stage.ws.do("verify_url")
        assert verified["ok"]
