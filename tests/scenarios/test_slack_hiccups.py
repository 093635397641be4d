"""Slack has trouble of its own at the worst moment; what was said is not lost, said once, and never by the wrong door."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.adapters.slack.access import Access
from bot.adapters.slack.tokens import Tokens
from bot.clock import ManualClock
from bot.config import loads
from bot.escalation.words import PersonId
from tests.patience import PATIENT
from tests.scenarios.slack_stage import SlackStage, access, in_slack, slack_org, slack_world, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.slack.client import Workspace
from tests.unhurried import running
from tests.world import World


@pytest.fixture
async def world(sqlite_url: str, slack_address: str) -> AsyncIterator[World]:
    """A world in Slack on a Monday at nine."""
    async with slack_world(sqlite_url, slack_address, "http") as there:
        yield there


@pytest.fixture
def stage(world: World) -> SlackStage:
    """The stage of this world."""
    assert isinstance(world.stage, SlackStage)
    return world.stage


@pytest.mark.parametrize("fault", ["error:ratelimited", "error:internal_error", "status_500", "drop_before"])
async def test_a_reaction_is_not_lost_when_its_message_cannot_be_read_at_once(stage: SlackStage, fault: str) -> None:
    said = await stage.ws.say("tom", "the website is down", "help")
    await stage.ws.fault(fault, "conversations.history")
    await stage._answer("rita", await stage.ws.react("rita", "help", str(said.ts), "ticket"), where="help")

    assert [case["title"] for case in await stage.cases()] == ["the website is down"]


@pytest.mark.parametrize("fault", ["error:internal_error", "status_500", "drop_before", "error:token_revoked"])
async def test_nothing_is_acknowledged_and_dropped_because_a_token_could_not_be_looked_at(stage: SlackStage, fault: str) -> None:
    await stage.ws.fault(fault, "auth.test", times=9)
    out = await stage.ws.say("rita", "report billing: said directly")
    await stage._answer("rita", out, where="@rita")
    command = await stage.ws.command("rita", "/case report billing: by a command", "help")

    assert "C-2 is in" in command.text
    assert len(await stage.cases()) == 2


@pytest.mark.parametrize("fault", ["error:internal_error", "error:service_unavailable", "status_500", "drop_before"])
async def test_a_start_during_a_hiccup_loses_nothing(
    sqlite_url: str, slack_address: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.slack.side._ASK_AGAIN", 0.01)
    async with workspace(slack_address) as ws, ClientSession() as http:
        config = replace(loads(slack_org(ws), str(ORG), {}), database_url=sqlite_url)
        await ws.fault(fault, "auth.test", times=2)
        async with running(config, ManualClock(MONDAY), local_too=False, slack=access(ws)) as bot, in_slack(bot, ws, config):
            stage = SlackStage(bot, ws, LocalStage(await bot.serve_local(0), http))
            await ws.until(lambda: known(bot.slack, ws))
            await stage._answer("rita", await ws.say("rita", "@buckstop report billing: after the hiccup", "help"), where="help")
            assert [case["title"] for case in await stage.cases()] == ["after the hiccup"]


async def known(slack: object, ws: Workspace) -> bool:
    """Tell whether the bot knows who it is."""
    return bool(slack.workspaces[ws.team].room.bot_user)  # type: ignore[attr-defined]


async def test_another_workspaces_token_sends_nothing_even_if_it_is_found_out_late(sqlite_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ours, workspace(slack_address) as theirs:
        config = replace(loads(slack_org(ours), str(ORG), {}), database_url=sqlite_url)
        await theirs.fault("status_500", "auth.test")
        wrong = {ours.team: Tokens(theirs.bot_token, theirs.app_token, theirs.signing_secret)}
        async with running(config, ManualClock(MONDAY), local_too=False, slack=Access(ours.api_url, wrong, None)) as bot:
            async with bot.store.begin() as tx:
                await tx.notify("k", PersonId("ana"), ("for our Ana",))
            await bot.settle()
            assert await theirs.messages("@ana") == []
            assert (await bot.store.health(MONDAY)).deliveries_waiting == 1


async def test_a_mention_is_answered_once_and_so_is_what_comes_again(stage: SlackStage) -> None:
    await stage.ws.deliver_events(copies=3)
    await stage._answer("rita", await stage.ws.say("rita", "@buckstop report billing: meter swapped", "help"))
    assert len([m for m in await stage.ws.ephemeral("help", "rita") if "C-1 is in" in m.shown]) == 1

    for text in ("list", "the bill that I got is wrong again", "help"):
        before = len(await stage.ws.messages("@rita"))
        await stage._answer("rita", await stage.ws.say("rita", text))
        assert len(await stage.ws.messages("@rita")) == before + 2


async def test_a_form_that_was_not_kept_stays_filled_in(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.press("ana", f"ask:{case}", "@ana")
    async with stage.bot.database.begin():  # somebody else is writing
        stage.bot.database.limit = 0.1
        out = await stage.ws.submit("ana", {"question": "which meter?"})
    assert out.errors == {"question": "Not saved, please try again."}

    stage.bot.database.limit = PATIENT
    await stage._answer("ana", await stage.ws.submit("ana", {}))
    assert (await world.case(case))["status"] == "waiting"


@pytest.mark.parametrize("error", ["cannot_reply_to_message", "restricted_action_non_threadable_channel"])
async def test_where_nothing_can_be_answered_in_a_thread_the_card_stands_beside_it(stage: SlackStage, error: str) -> None:
    said = await stage.ws.say("tom", "the website is down", "help")
    await stage.ws.fault(f"error:{error}", "chat.postMessage", "help")
    await stage._answer("rita", await stage.ws.react("rita", "help", str(said.ts), "ticket"))

    [card] = [m for m in await stage.ws.messages("help") if m.bot_id]
    assert card.shown.startswith("C-1: the website is down")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[" * 5000, b"[]", b'"x"', b"payload=%7B", b"null"])
async def test_garbage_at_the_door_is_refused(stage: SlackStage, body: bytes) -> None:
    assert stage.bot.slack is not None
    address = await stage.bot.listen(stage.bot.slack.door(), "127.0.0.1", 0)
    async with ClientSession() as http:
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            async with http.post(f"{address}/slack/{stage.ws.team}/events", data=body, headers={"Content-Type": kind}) as answer:
                assert answer.status in (400, 401)


async def test_the_messages_tab_is_the_apps_and_makes_nobody_unreachable(world: World, stage: SlackStage) -> None:
    await stage.ws.fault("error:messages_tab_disabled", "chat.postMessage", times=4)
    await stage._answer("rita", await stage.ws.command("rita", "/case report billing: meter swapped", "help"))
    async with stage.bot.store.read() as reading:
        assert all(person.reachable for person in (await reading.org()).people.values())
    assert (await world.case("C-1"))["level"] == 0


async def test_somebody_who_is_in_one_of_two_workspaces_hears_everything_there(sqlite_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as first, workspace(slack_address) as second:
        await first.do("change_user", user="ana", email="somebody@else.example")
        both = f'workspaces = ["{first.team}", "{second.team}"]'
        text = slack_org(first, without_accounts=("ana",)).replace(f'workspaces = ["{first.team}"]', both)
        for kind in ("slack = ", "help = ", "leadership = "):
            text = text.replace(f'{kind}"', f'{kind}"{first.team}/')
        config = replace(loads(text, str(ORG), {}), database_url=sqlite_url)
        tokens = {ws.team: Tokens(ws.bot_token, ws.app_token, ws.signing_secret) for ws in (first, second)}
        async with running(config, ManualClock(MONDAY), local_too=False, slack=Access(first.api_url, tokens, None)) as bot:
            for number in range(3):
                async with bot.store.begin() as tx:
                    await tx.notify(f"k{number}", PersonId("ana"), (f"number {number}",))
                await bot.settle()
            assert [m.shown for m in await second.messages("@ana")] == [f"number {number}" for number in range(3)]
            assert await first.messages("@ana") == []
            assert await first.messages("@ida") == []
            assert len(await first.calls("users.lookupByEmail")) == 1
