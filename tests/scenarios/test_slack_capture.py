"""Every way into a case that Slack has: commands, shortcuts, a reaction, a mention, a direct message; and what becomes of the original."""

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.slack_stage import SlackStage, slack_world
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


async def cards(stage: SlackStage, channel: str = "help") -> list[tuple[str | None, str]]:
    """Return the thread and the first line of what Buckstop has posted in a channel."""
    return [(m.thread_ts, m.shown.partition("\n")[0]) for m in await stage.ws.messages(channel) if m.bot_id]


async def test_a_message_is_reported_by_its_shortcut_with_text_author_and_link(stage: SlackStage) -> None:
    said = await stage.ws.say("tom", "the *bill* of meter <4711> is 9,000 & nobody answers", "help")
    assert said.ts is not None

    out = await stage.ws.message_shortcut("rita", "help", said.ts, "report_message")
    answer = await stage._answer("rita", out, where="help")

    assert "C-1 is in" in answer["reply"]["text"]
    case = await stage.case("C-1")
    assert (case["reporter"], case["affected"]) == ("rita", ["tom"])
    text, _, link = case["text"].partition("\n")
    assert text == "the *bill* of meter <4711> is 9,000 & nobody answers"
    assert link.startswith("https://")
    assert said.ts.replace(".", "") in link
    # One card, in the thread on the original; nobody else in the channel is told anything.
    assert await cards(stage) == [(said.ts, "C-1: the *bill* of meter <4711> is 9,000 & nobody answers")]
    assert [m for m in await stage.ws.messages("help") if m.notified] == []


async def test_the_global_shortcut_opens_the_form(stage: SlackStage) -> None:
    out = await stage.ws.shortcut("rita", "report")
    assert out.view is not None
    assert (out.view.title, out.view.fields[:2]) == ("Report a problem", ["service", "title"])

    sent = await stage.ws.submit("rita", {"service": "metering", "title": "no reading since March"})
    await stage._answer("rita", sent)
    case = await stage.case("C-1")
    assert (case["service"], case["reporter"]) == ("metering", "rita")


async def test_a_command_that_was_renamed_is_what_people_are_told_to_type(sqlite_url: str, slack_address: str) -> None:
    async with slack_world(sqlite_url, slack_address, "http", lines='command = "fall"') as world:
        assert isinstance(world.stage, SlackStage)
        ws = world.stage.ws
        listed = await ws.command("rita", "/fall help promise", "help")
        refused = await ws.command("rita", "/fall prmoise C-1", "help")
        await ws.command("rita", "/fall report billing: /case is another app's", "help")
        shown = await ws.command("rita", "/fall show C-1", "help")

    assert "/fall promise C-42" in listed.text
    assert "did you mean /fall promise?" in refused.text
    assert "/fall help" in refused.text
    assert "/case" not in listed.text + refused.text
    assert "/case is another app's" in shown.text  # their own words are left alone


async def test_a_mention_reports_and_its_card_hangs_on_it(world: World, stage: SlackStage) -> None:
    answer = await world.say("rita", "@buckstop report billing: direct debit taken twice")

    assert answer.case == "C-1"
    [original] = [m for m in await stage.ws.messages("help") if not m.bot_id]
    assert await cards(stage) == [(original.ts, "C-1: direct debit taken twice")]


async def test_a_mention_and_its_message_are_one_event(world: World, stage: SlackStage) -> None:
    await stage.ws.deliver_events(copies=3)
    await world.say("rita", "@buckstop report billing: direct debit taken twice")

    assert [entry["type"] for entry in await stage.ws.journal("sent")].count("events_api") >= 6
    async with stage.bot.store.read() as reading:
        assert await reading.case(1) is not None  # type: ignore[arg-type]
        assert await reading.case(2) is None  # type: ignore[arg-type]


async def test_what_is_said_directly_is_offered_as_a_report_with_the_words_in_it(world: World, stage: SlackStage) -> None:
    text = "my bill shows a meter that I never had"
    answer = await world.say("rita", text, channel=None)
    assert "report" in answer.text.lower()

    [offer] = [m for m in await stage.ws.messages("@rita") if m.bot_id]
    out = await stage.ws.press("rita", "again", "@rita", offer.ts)
    assert out.view is not None
    assert out.view.values["text"]["value"]["value"] == text
    await stage._answer("rita", await stage.ws.submit("rita", {}))

    assert (await stage.case("C-1"))["text"] == text


async def test_what_is_said_directly_and_too_long_for_a_form_is_not_cut(world: World, stage: SlackStage) -> None:
    text = "the bill is wrong " * 200
    await world.say("rita", text.strip(), channel=None)
    [offer] = [m for m in await stage.ws.messages("@rita") if m.bot_id]

    await stage._answer("rita", await stage.ws.press("rita", "again", "@rita", offer.ts), where="@rita")

    assert (await stage.case("C-1"))["text"] == text.strip()


async def test_commands_work_directly_and_a_reply_to_a_question_is_the_answer(world: World, stage: SlackStage) -> None:
    case = await world.report("rita", "billing: cannot log in")
    await world.say("ana", f"ask {case} which e-mail address?", channel=None)
    question = next(m for m in await stage.ws.messages("@rita") if "asks about" in m.shown)
    assert (await world.case(case))["status"] == "waiting"

    await world.say("rita", "rita at northwind", channel=None, thread=question.ts)

    assert (await world.case(case))["status"] == "acknowledged"
    [answered] = [fact for fact in (await world.case(case))["timeline"] if fact["fact"] == "answered"]
    assert "rita at northwind" in answered["text"]


async def test_a_reply_in_the_thread_is_a_note_with_a_sign_and_no_noise(world: World, stage: SlackStage) -> None:
    await world.report("rita", "billing: meter swapped")
    [card] = [m for m in await stage.ws.messages("help") if m.bot_id]
    before = len(await stage.ws.messages("help"))

    said = await stage.ws.say("rita", "it is the red one", "help", card.ts)
    other = await stage.ws.say("eve", "lunch?", "help", card.ts)
    await stage._answer("eve", other)

    assert [fact for _, fact in await world.facts("C-1", "noted")] == ["noted"]
    replies = {m.ts: m for m in await stage.ws.messages("help")}
    assert [list(replies[str(out.ts)].reactions) for out in (said, other)] == [["memo"], []]
    assert len(replies) == before + 2
    assert await stage.ws.ephemeral("help") == [m for m in await stage.ws.ephemeral("help") if m.ephemeral_to == stage.ws.users["rita"]]


async def test_what_is_changed_afterwards_goes_on_record_and_what_is_deleted_is_kept(world: World, stage: SlackStage) -> None:
    said = await stage.ws.say("rita", "the bill is wrong again", "help")
    assert said.ts is not None
    await world.react("rita", said.ts)
    await stage._answer("rita", await stage.ws.edit("rita", "help", said.ts, "the bill of March is wrong again"))

    notes = [fact["text"] for fact in (await world.case("C-1"))["timeline"] if fact["fact"] == "noted"]
    assert len(notes) == 1
    assert "the bill of March is wrong again" in notes[0]

    await stage.ws.delete("rita", "help", said.ts)
    await world.press("ana", "ack")
    case = await world.case("C-1")
    assert (case["status"], case["text"].partition("\n")[0]) == ("acknowledged", "the bill is wrong again")
    [card] = [m for m in await stage.ws.messages("help") if m.bot_id]
    assert "acknowledged" in card.shown


async def test_a_report_whose_message_is_gone_before_its_card_stands_in_the_channel(world: World, stage: SlackStage) -> None:
    said = await stage.ws.say("tom", "the bill is wrong again", "help")
    assert said.ts is not None
    fault = await stage.ws.fault("hang_before", "chat.postMessage", "help")
    shortcut = await stage.ws.message_shortcut("rita", "help", said.ts, "report_message")
    await stage.ws.delete("tom", "help", said.ts)
    await fault.release()
    await stage._answer("rita", shortcut)

    posted = await cards(stage)
    assert [line for _, line in posted] == ["C-1: the bill is wrong again"]
    assert (await world.case("C-1"))["status"] == "open"


async def test_a_card_that_somebody_deleted_is_put_up_again_once(world: World, stage: SlackStage) -> None:
    await world.report("rita", "billing: meter swapped")
    [card] = [m for m in await stage.ws.messages("help") if m.bot_id]
    assert stage.bot.slack is not None
    await stage.bot.slack.clients[stage.ws.team].chat_delete(channel=card.channel, ts=card.ts)

    await world.press("ana", "ack")
    await world.say("ana", "/case promise C-1 Friday 15:00")

    [again] = [m for m in await stage.ws.messages("help") if m.bot_id]
    assert again.ts != card.ts
    assert "acknowledged" in again.shown


async def test_a_reaction_takes_it_back_within_ten_minutes(world: World, stage: SlackStage) -> None:
    said = await stage.ws.say("tom", "the website is slow today", "help")
    assert said.ts is not None
    await world.react("rita", said.ts)
    answer = await world.react("rita", said.ts, "x")

    assert "taken back" in answer.text
    assert await stage.cases() == []


async def test_whoever_is_not_configured_becomes_a_reporter_at_their_first_word(world: World, stage: SlackStage) -> None:
    await stage.ws.do("add_user", name="zoe", real_name="Zoe Quist", tz="Asia/Tokyo")
    out = await stage.ws.command("zoe", "/case report billing: I cannot pay online", "help")
    assert "C-1" in out.text

    case = await stage.case("C-1")
    async with stage.bot.store.read() as reading:
        org = await reading.org()
    person = org.people[case["reporter"]]
    assert (person.name, person.calendar.zone, person.manager) == ("Zoe Quist", "Asia/Tokyo", None)
    await stage.bot.settle()
    told = [m.shown for m in await stage.ws.messages("@zoe") if m.bot_id]
    assert "thank you, it is in" in told[0]
    assert "Zoe Quist" in "\n".join(await world.told("ana"))


async def test_a_person_is_found_by_their_e_mail_address(sqlite_url: str, slack_address: str) -> None:
    async with slack_world(sqlite_url, slack_address, "socket", without_accounts=("ana",)) as world:
        assert isinstance(world.stage, SlackStage)
        case = await world.report("rita", "billing: meter swapped")

        assert len(await world.told("ana")) == 1
        await world.press("ana", "ack", case)
        assert (await world.case(case))["status"] == "acknowledged"
