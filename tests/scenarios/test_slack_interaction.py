"""Buttons, modals and the home tab, as people in Slack use them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from bot.clock import ManualClock
from bot.config import loads
from tests.scenarios.slack_stage import SlackStage, access, in_slack, slack_org, slack_world, workspace
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import World


@pytest.fixture
async def world(sqlite_url: str, slack_address: str) -> AsyncIterator[World]:
    """A world in Slack on a Monday at nine."""
    async with slack_world(sqlite_url, slack_address, "socket") as there:
        yield there


@pytest.fixture
def stage(world: World) -> SlackStage:
    """The stage of this world."""
    assert isinstance(world.stage, SlackStage)
    return world.stage


async def test_a_date_is_picked_and_said_back_in_full(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    out = await stage.ws.press("ana", f"promise:{case}", "@ana")
    assert out.view is not None
    assert out.view.title == "C-1: promise a date"

    past = await stage.ws.submit("ana", {"until": datetime(2026, 3, 2, 8, tzinfo=UTC)})
    assert list(past.errors) == ["until"]
    assert "past" in past.errors["until"]
    assert await world.facts(case, "promised") == []

    sent = await stage.ws.submit("ana", {"until": datetime(2026, 3, 6, 15, tzinfo=UTC)})
    assert sent.view is not None
    assert "promised for Friday 6 March 2026, 15:00 (Europe/London)" in sent.view.shown
    assert len(await world.facts(case, "promised")) == 1


async def test_a_handover_is_picked_among_people_or_desks(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: the meter was swapped")
    await stage.ws.press("ana", f"handover:{case}", "@ana")
    nobody = await stage.ws.submit("ana", {"why": "it is the meter team's"})
    assert list(nobody.errors) == ["to"]

    program = await stage.ws.submit("ana", {"to": "buckstop", "why": "it is the meter team's"})
    assert program.errors == {"to": "That account is a program's; pick a person."}

    await stage._answer("ana", await stage.ws.submit("ana", {"to": "ben", "why": "it is the meter team's"}))
    await world.press("ben", "accept", case)
    assert (await world.case(case))["owner"] == "ben"

    await stage.ws.command("ben", f"/case handover {case}")
    await stage._answer("ben", await stage.ws.submit("ben", {"service": "people", "why": "wrong desk"}))
    [offered] = [fact for fact in (await world.case(case))["timeline"] if fact["fact"] == "handover_offered"][1:]
    assert offered["to"] == "dana"


async def test_a_cause_is_chosen_from_the_list_or_written_beside_it(world: World, stage: SlackStage) -> None:
    for case, values, cause in (
        (await world.report("rita", "billing: one"), {"cause": "process"}, "process"),
        (await world.report("rita", "billing: two"), {"cause.other": "a mouse in the meter"}, "a mouse in the meter"),
    ):
        await stage.ws.press("ana", f"resolve:{case}", "@ana")
        lacking = await stage.ws.submit("ana", {"explanation": "reading corrected"})
        assert list(lacking.errors) == ["cause"]
        await stage._answer("ana", await stage.ws.submit("ana", {"explanation": "reading corrected", **values}))
        [resolved] = [fact for fact in (await world.case(case))["timeline"] if fact["fact"] == "resolved"]
        assert resolved["cause"] == cause


async def test_the_home_tab_shows_whose_move_it_is_and_works(world: World, stage: SlackStage) -> None:
    mine = await world.report("ana", "metering: my own problem")
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.open_home("ana")
    home = await stage.ws.home("ana")
    assert home is not None
    first, _, rest = home.shown.partition("Reported by you")
    assert "1 case waits for you." in first
    assert case in first
    assert mine in rest

    await stage._answer("ana", await stage.ws.press("ana", f"ack:{case}", home=True))
    assert (await world.case(case))["status"] == "acknowledged"
    form = await stage.ws.form("ana")
    assert form is not None
    assert f"{case} is acknowledged" in form.shown

    await world.say("ana", f"/case escalate {case} I may not decide this")
    await stage.ws.open_home("bruno")
    above = await stage.ws.home("bruno")
    assert above is not None
    assert case in above.shown.partition("Reported by you")[0]
    await stage.ws.press("bruno", f"resolve:{case}", home=True)
    asked = await stage.ws.form("bruno")
    assert asked is not None
    assert asked.title == f"{case}: it is fixed"


async def test_reporting_from_the_home_tab(world: World, stage: SlackStage) -> None:
    await stage.ws.open_home("rita")
    await stage.ws.press("rita", "report:-", home=True)
    await stage._answer("rita", await stage.ws.submit("rita", {"title": "bill is 9,000"}))
    assert (await world.case("C-1"))["reporter"] == "rita"
    # Nothing tells which channel it belongs to, so its card stands in the service's.
    assert [m.shown.partition("\n")[0] for m in await stage.ws.messages("help")] == ["C-1: bill is 9,000"]


async def test_a_form_that_slack_will_not_open_any_more_is_offered_by_a_button(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.set(settings={"trigger_life": 0.0})
    typed = await stage.ws.command("ana", f"/case handover {case} ben", "help")
    pressed = await stage._answer("ana", await stage.ws.press("ana", f"promise:{case}", "@ana"), where="@ana")
    assert "Press the button to open it" in typed.text
    assert "Press the button to open it" in pressed["reply"]["text"]

    await stage.ws.set(settings={"trigger_life": 3.0})
    again = await stage.ws.press("ana", "again", "help")
    assert again.view is not None
    assert (again.view.title, again.view.values["to"]["value"]["selected_user"]) == (f"{case}: hand over", stage.ws.users["ben"])
    later = await stage.ws.press("ana", f"promise:{case}", "@ana")
    assert later.view is not None


async def test_a_slash_command_that_opens_a_form_files_its_case_where_it_was_typed(world: World, stage: SlackStage) -> None:
    await stage.ws.command("rita", "/case report", "leadership")
    await stage._answer("rita", await stage.ws.submit("rita", {"title": "typed in another channel"}))
    assert [m.shown.partition("\n")[0] for m in await stage.ws.messages("leadership") if m.bot_id] == ["C-1: typed in another channel"]


async def test_likely_duplicates_are_offered_with_a_button_in_the_answer(world: World, stage: SlackStage) -> None:
    await world.report("rita", "billing: the direct debit of March was taken twice")
    out = await stage.ws.command("tom", "/case report billing: direct debit of March taken twice", "help")
    assert "C-1" in out.text

    await stage._answer("tom", await stage.ws.press("tom", "metoo:C-1", "help"), where="help")
    assert (await world.case("C-1"))["affected"] == ["tom"]


async def test_a_button_from_before_a_restart_works(sqlite_url: str, slack_address: str) -> None:
    async with workspace(slack_address) as ws, ClientSession() as http:
        config = replace(loads(slack_org(ws), str(ORG), {}), database_url=sqlite_url)
        for turn in range(2):
            async with running(config, ManualClock(MONDAY), local_too=False, slack=access(ws)) as bot, in_slack(bot, ws, config):
                stage = SlackStage(bot, ws, LocalStage(await bot.serve_local(0), http))
                if turn == 0:
                    await stage._answer("rita", await ws.command("rita", "/case report billing: meter swapped", "help"))
                    continue
                answer = await stage._answer("ana", await ws.press("ana", "ack:C-1", "@ana"), where="@ana")
                assert "C-1 is acknowledged" in answer["reply"]["text"]
                assert (await stage.case("C-1"))["status"] == "acknowledged"


async def test_what_was_done_is_not_asked_for_again_when_its_answer_cannot_be_shown(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await stage.ws.fault("drop_before", "views.open", times=1)
    out = await stage.ws.command("ana", f"/case handover {case} ben", "help")
    assert out.ok
    assert "What you did is kept" in out.text

    await stage.ws.fault("status_500", "views.open", times=1)
    answer = await stage._answer("ana", await stage.ws.press("ana", f"promise:{case}", "@ana"), where="@ana")
    assert "What you did is kept" in answer["reply"]["text"]


async def test_what_nobody_foresaw_is_said_and_an_event_comes_again(world: World, stage: SlackStage) -> None:
    await stage.ws.do("add_user", name="zoe", real_name="Zoe Quist")
    await stage.ws.fault("status_500", "users.info", times=2)
    out = await stage.ws.command("zoe", "/case report billing: I cannot pay online", "help")
    assert out.ok
    assert "please try again" in out.text

    said = await stage.ws.say("zoe", "@buckstop report billing: I cannot pay online", "help")
    assert said.ok
    assert [entry["answer"]["status"] for entry in await stage.ws.journal("sent") if entry["type"] == "events_api"][-1] == 200
    assert (await world.case("C-1"))["text"] == "I cannot pay online"
