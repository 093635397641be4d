"""Buttons, forms and answers, as people in Discord use them: in time and too late, before and after a restart, and in the wrong hands."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.config import loads
from tests.discord.client import Message, Outcome
from tests.patience import PATIENT
from tests.scenarios.discord_stage import DiscordStage, access, discord_org, discord_world, in_discord, northwind
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import World

ANSWER = "POST /interactions/{interaction_id}/{token}/callback"


@pytest.fixture
async def world(sqlite_url: str, discord_address: str) -> AsyncIterator[World]:
    """A world in Discord on a Monday at nine."""
    async with discord_world(sqlite_url, discord_address) as there:
        yield there


@pytest.fixture
def stage(world: World) -> DiscordStage:
    """The stage of this world."""
    assert isinstance(world.stage, DiscordStage)
    return world.stage


async def done(stage: DiscordStage) -> None:
    """Wait until all that was heard is done, and what follows is delivered."""
    assert stage.bot.discord is not None
    await stage.there.settle()
    await stage.bot.discord.settle()
    await stage.bot.settle()


async def ours(stage: DiscordStage, where: str) -> list[Message]:
    """Return what Buckstop has written somewhere."""
    return [message for message in await stage.there.messages(where) if message.author == stage.there.bot_user_id]


async def pressed(stage: DiscordStage, who: str, verb: str, case: str = "C-1", **more: Any) -> Outcome:
    """Press the button for this in somebody's direct messages."""
    for message in reversed(await ours(stage, f"@{who}")):
        for button in message.buttons:
            if str(button.custom_id).startswith(f"b:{verb}:{case}:"):
                return await stage.there.press(who, str(button.custom_id), f"@{who}", message.id, **more)
    raise AssertionError(f"{who} has no button for {verb}")


async def test_a_date_is_written_and_said_back_in_full(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    out = await pressed(stage, "ana", "promise")
    assert out.modal is not None
    assert out.modal.title == "C-1: promise a date"

    past = await stage.there.submit("ana", {"until": "last Monday 08:00"})
    assert "Nothing is sent yet." in past.text
    assert "which is past" in past.text
    assert await world.facts(case, "promised") == []

    again = await stage.there.press("ana", "Change it", "@ana")
    assert again.modal is not None
    assert again.modal.fields["until"]["value"] == "last Monday 08:00"
    sent = await stage.there.submit("ana", {"until": "Friday 15:00"})
    assert "promised for Friday 6 March 2026, 15:00 (Europe/London)" in sent.text
    assert len(await world.facts(case, "promised")) == 1


async def test_a_handover_is_picked_among_people_or_desks(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: the meter was swapped")
    await pressed(stage, "ana", "handover")
    nobody = await stage.there.submit("ana", {"why": "it is the meter team's"})
    assert "Nothing is sent yet." in nobody.text

    await stage.there.press("ana", "Change it", "@ana")
    program = await stage.there.submit("ana", {"to": ["buckstop"]})
    assert "That account is a program's; pick a person." in program.text
    form = await stage.there.press("ana", "Change it", "@ana")
    assert form.modal is not None
    assert form.modal.fields["why"]["value"] == "it is the meter team's"

    await stage.there.submit("ana", {"to": ["ben"]})
    await done(stage)
    await pressed(stage, "ben", "accept")
    assert (await world.case(case))["owner"] == "ben"


async def test_a_form_of_two_pages_goes_on_and_keeps_what_was_written(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: one")
    first = await pressed(stage, "ana", "resolve")
    assert first.modal is not None
    assert first.modal.title.endswith("(1 of 2)")
    between = await stage.there.submit("ana", {"explanation": "reading corrected", "cause": "process"})
    [message] = between.ephemeral
    assert "Nothing is sent yet." in message.shown
    assert [button.label for button in message.buttons] == ["Send it", "Go on"]
    assert (await world.case(case))["status"] == "open"

    second = await stage.there.press("ana", "Go on", "@ana", message.id)
    assert second.modal is not None
    assert second.modal.title.endswith("(2 of 2)")
    sent = await stage.there.submit("ana", {"cost": "12.50"})
    assert "Rita will be asked whether C-1 is fixed." in sent.text
    [resolved] = [fact for fact in (await world.case(case))["timeline"] if fact["fact"] == "resolved"]
    assert resolved["cause"] == "process"
    assert len(await world.facts(case, "cost_recorded")) == 1


async def test_a_form_of_two_pages_is_sent_after_the_first(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: one")
    await pressed(stage, "ana", "resolve")
    await stage.there.submit("ana", {"explanation": "reading corrected", "cause": "process"})
    sent = await stage.there.press("ana", "Send it", "@ana")
    await done(stage)

    assert "Rita will be asked whether C-1 is fixed." in sent.text
    assert sent.answer == 7  # in place of the question
    assert (await world.case(case))["status"] == "resolved"
    again = await stage.there.press("ana", "Send it", "@ana", stale=True)
    assert "You have sent this form already, and it counts once" in again.text
    assert len(await world.facts(case, "resolved")) == 1


async def test_a_form_is_sent_once_however_often(world: World, stage: DiscordStage) -> None:
    opened = await stage.there.command("rita", "report", {}, "help")
    assert opened.modal is not None
    await stage.there.submit("rita", {"text": "meter swapped", "service": "billing"})
    await stage.there.command("rita", "report", {}, "help")
    again = await stage.there.submit(
        "rita", {"text": "meter swapped", "service": "billing"}, forge={"data.custom_id": opened.modal.custom_id}
    )
    await done(stage)

    assert "You have sent this form already" in again.text
    assert [case["id"] for case in await stage.cases()] == ["C-1"]


async def test_a_form_that_follows_a_form_waits_behind_a_button(world: World, stage: DiscordStage) -> None:
    """ "Is it fixed?" is answered by a form of its own, since Discord opens none from another."""
    case = await world.report("rita", "billing: meter swapped")
    await world.say("ana", f"/case ask {case} which meter?")
    await stage.there.say("rita", "the red one in the cellar, I think")
    await done(stage)
    offer = (await ours(stage, "@rita"))[-1]
    assert f"{case} waits for your answer. Is this it?" in offer.shown

    out = await stage.there.press("rita", offer.buttons[0].label, "@rita", offer.id)
    assert out.modal is not None
    assert out.modal.fields["text"]["value"] == "the red one in the cellar, I think"
    await stage.there.submit("rita", {})
    await done(stage)
    assert len(await world.facts(case, "answered")) == 1


@pytest.mark.parametrize("label", ["Go on", "Send it"])
async def test_a_draft_is_its_writers_alone(world: World, stage: DiscordStage, label: str) -> None:
    await world.report("rita", "billing: one")
    await pressed(stage, "ana", "resolve")
    between = await stage.there.submit("ana", {"explanation": "secret words", "cause": "process"})
    out = await stage.there.press("ana", label, "@ana", between.ephemeral[0].id, forge={"user.id": stage.there.users["tom"]})
    await done(stage)

    assert out.modal is None
    assert out.ok
    answered = (await stage.there.ephemeral("@ana"))[-1]
    assert "not kept any more, or it is somebody else's" in answered.shown
    assert "secret" not in answered.shown
    assert (await world.case("C-1"))["status"] == "open"


async def test_what_is_left_of_a_form_when_the_case_went_on(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: one")
    await pressed(stage, "ana", "ask")
    await world.say("rita", f"/case withdraw {case} found it")
    out = await stage.there.submit("ana", {"question": "what is the meter number?"})
    await done(stage)

    assert "C-1" in out.text
    assert "closed" in out.text or "withdrawn" in out.text
    assert (await world.case(case))["status"] == "closed"
    assert await world.facts(case, "asked") == []


async def test_a_stale_button_answers_with_how_it_stands_now(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    await world.say("ana", f"/case resolve {case} fix process: reading corrected")
    [question] = [m for m in await ours(stage, "@rita") if any("confirm" in str(b.custom_id) for b in m.buttons)]
    confirm = next(str(b.custom_id) for b in question.buttons if str(b.custom_id).startswith("b:confirm"))
    await world.say("rita", f"/case reopen {case} it is back")
    await world.say("ana", f"/case resolve {case} fix process: meter replaced")
    # The first question is still there, and speaks of the first answer.
    out = await stage.there.press("rita", confirm, "@rita", question.id)
    await done(stage)

    assert out.text.startswith("C-1 has moved on since then. This is how it stands now:")
    assert (await world.case(case))["status"] == "resolved"


async def test_whoever_may_not_is_told_who_may_and_nobody_else_sees_it(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    out = await stage.there.command("tom", "case resolve", {"case": "C-1", "explanation": "done", "cause": "me"}, "help")
    await done(stage)

    assert "Ana" in out.text
    [answer] = out.ephemeral
    assert answer.ephemeral_to == stage.there.users["tom"]
    assert answer.components[0]["id"] == 403
    assert [m for m in await ours(stage, "help") if m.id > answer.id] == []


async def test_everything_that_was_sent_works_after_a_restart(sqlite_url: str, discord_address: str) -> None:
    async with northwind(discord_address) as there, ClientSession() as http:
        config = replace(loads(discord_org(there), str(ORG), {}), database_url=sqlite_url)
        clock = ManualClock(MONDAY)
        async with running(config, clock, local_too=False, discord=access(there)) as bot, in_discord(bot, there):
            stage = DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http))
            first = World(stage)
            await first.report("rita", "billing: meter swapped")
            await first.say("tom", "/case report metering: no reading")
            asked = await pressed(stage, "ana", "ask")  # a form that was opened before
            assert asked.modal is not None
            await there.command("rita", "report", {}, "help")
            await pressed(stage, "ben", "resolve", "C-2")  # a form between its two pages
            between = await there.submit("ben", {"explanation": "read by hand", "cause": "process"})

        async with running(config, clock, local_too=False, discord=access(there)) as bot, in_discord(bot, there):
            stage = DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http))
            sent = await there.submit("ana", {"question": "what is the meter number?"})
            assert "C-1" in sent.text
            reported = await there.submit("rita", {"text": "no bill since March", "service": "billing"})
            assert "C-3 is in" in reported.text
            resolved = await there.press("ben", "Send it", "@ben", between.ephemeral[0].id)
            assert "Tom will be asked whether C-2 is fixed." in resolved.text
            await done(stage)
            await pressed(stage, "ana", "ack", "C-3")
            await done(stage)
            assert [(await stage.case(case))["status"] for case in ("C-1", "C-2", "C-3")] == ["waiting", "resolved", "acknowledged"]


async def test_what_was_done_is_said_directly_when_the_answer_is_too_late(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await stage.there.set(settings={"interaction_timeout": 0.3})
    await stage.there.fault("slow", ANSWER, seconds=0.6)
    before = len(await ours(stage, "@ana"))
    out = await stage.there.command("ana", "case promise", {"case": "C-1", "until": "Friday 15:00"}, "help")
    assert not out.ok
    await stage.there.until_said("@ana", "promised for Friday")
    await done(stage)
    assert len(await ours(stage, "@ana")) >= before + 1
    assert len(await world.facts("C-1", "promised")) == 1


async def test_a_form_that_came_too_late_is_opened_by_a_button(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await stage.there.set(settings={"interaction_timeout": 0.3})
    await stage.there.fault("slow", ANSWER, seconds=0.6)
    out = await stage.there.command("ana", "case resolve", {"case": "C-1"}, "help")
    assert not out.ok
    offered = await stage.there.until_said("@ana", "The form could not be opened")
    await stage.there.set(settings={"interaction_timeout": 3.0})
    opened = await stage.there.press("ana", offered.buttons[0].label, "@ana", offered.id)
    assert opened.modal is not None
    assert opened.modal.title.startswith("C-1: ")


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "status_500_after"])
async def test_an_answer_that_got_lost_is_given_once_more_and_nothing_is_done_twice(world: World, stage: DiscordStage, fault: str) -> None:
    await stage.there.fault(fault, ANSWER)
    out = await stage.there.command("rita", "case report", {"what": "meter swapped", "service": "billing"}, "help")
    await done(stage)

    assert out.ok
    assert [case["id"] for case in await stage.cases()] == ["C-1"]
    assert len(await stage.there.ephemeral("help", "rita")) == 1
    assert len(await ours(stage, "@rita")) == 1


async def test_while_the_database_is_busy_a_form_stays_open_and_can_be_sent_again(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await pressed(stage, "ana", "ask")
    await stage.there.set(settings={"interaction_timeout": 0.5})
    async with stage.bot.database.begin():  # somebody else writes, and takes their time
        stage.bot.database.limit = 0.1
        out = await stage.there.submit("ana", {"question": "which meter?"})
    stage.bot.database.limit = PATIENT
    await stage.there.set(settings={"interaction_timeout": 30.0})
    assert not out.ok  # there is nowhere to keep what she wrote, except in the form that is before her
    assert await world.facts("C-1", "asked") == []

    again = await stage.there.submit("ana", {"question": "which meter?"})
    await done(stage)
    assert again.ok
    assert len(await world.facts("C-1", "asked")) == 1


async def test_while_the_database_is_busy_a_button_says_that_nothing_is_saved(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    async with stage.bot.database.begin():
        stage.bot.database.limit = 0.2
        out = await pressed(stage, "ana", "ack")
    stage.bot.database.limit = PATIENT
    assert out.text == "Not saved, please try again."
    assert (await world.case("C-1"))["status"] == "open"
    await pressed(stage, "ana", "ack")
    assert (await world.case("C-1"))["status"] == "acknowledged"


async def test_long_after_its_answer_nothing_breaks(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    out = await stage.there.command("ana", "case show", {"case": case}, "help")
    await stage.there.set(settings={"interaction_life": 0.0})
    with capture_logs() as logged:
        await world.say("ana", f"/case ack {case}")
        await done(stage)
    assert out.ok
    assert (await world.case(case))["status"] == "acknowledged"
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_an_answer_in_a_channel_shows_others_nothing(world: World, stage: DiscordStage) -> None:
    await world.say("rita", "/case report private billing: about my manager")
    n = (await stage.there.do("changed", since=-1))["n"]
    mine = await stage.there.command("rita", "case mine", {}, "help")
    shown = await stage.there.command("rita", "case show", {"case": "C-1"}, "help")
    tried = [
        await stage.there.command("tom", "case show", {"case": "C-1"}, "help"),
        await stage.there.command("tom", "case note", {"case": "C-1", "text": "x"}, "help"),
        await stage.there.command("tom", "case list", {}, "help"),
        await stage.there.command("tom", "case metoo", {"case": "C-1"}, "help"),
    ]
    await done(stage)

    assert "about my manager" in mine.text
    assert "about my manager" in shown.text
    assert all(message.ephemeral_to == stage.there.users["rita"] for message in [*mine.ephemeral, *shown.ephemeral])
    assert not any("manager" in out.text for out in tried)
    assert {out.text for out in (tried[0], tried[1], tried[3])} == {
        (await stage.there.command("tom", "case show", {"case": "C-99"}, "help")).text.replace("C-99", "C-1")
    }
    posted = [entry["message"] for entry in await stage.there.journal("message", since=n) if not entry["message"]["ephemeral_to"]]
    assert [one for one in posted if one["channel"] == stage.there.channels["help"]] == []


async def test_many_at_once_are_all_answered_in_time(world: World, stage: DiscordStage) -> None:
    people = ("rita", "tom", "eve", "dana", "ben", "bruno", "cleo", "ida")
    outs = await asyncio.gather(
        *(
            stage.there.command(person, "case report", {"what": f"problem {number} of {person}", "service": "billing"}, "help")
            for person in people
            for number in range(3)
        )
    )
    await done(stage)
    assert [out.failure for out in outs if not out.ok] == []
    assert len(await stage.cases()) == 24


@pytest.mark.parametrize("custom_id", ["ack:C-1", "b:ack:C-1:x", "", "g:", "answer"])
async def test_a_button_that_nobody_understands_any_more_is_answered(world: World, stage: DiscordStage, custom_id: str) -> None:
    await world.report("rita", "billing: meter swapped")
    out = await pressed(stage, "ana", "ack", forge={"data.custom_id": custom_id})
    assert "That comes from an older version" in out.text
    assert (await world.case("C-1"))["status"] == "open"


async def test_a_button_that_went_away_while_it_was_pressed_is_answered(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    [card] = await ours(stage, "help")
    [button] = [str(button.custom_id) for button in card.buttons if str(button.custom_id).startswith("b:chase")]
    await world.say("rita", "/case withdraw C-1 found it")
    [closed] = await ours(stage, "help")
    assert button not in [button.custom_id for button in closed.buttons]

    out = await stage.there.press("rita", button, "help", card.id, stale=True)
    assert out.ok
    assert "closed" in out.text or "withdrawn" in out.text


async def test_a_command_that_is_registered_otherwise_is_answered(stage: DiscordStage) -> None:
    await stage.there.command("rita", "report", {}, "help")
    await stage.there.close_modal("rita")
    out = await stage.there.command("rita", "report", {}, "help", forge={"data.name": "fall"})
    assert "newer version than the list of commands" in out.text
