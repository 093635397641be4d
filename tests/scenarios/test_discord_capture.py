"""Every way into a case that Discord has: commands, a message's menu, a reaction, a mention, direct messages, a forum; and what becomes of
the original."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.store.tables import inbox
from tests.discord.client import Message
from tests.scenarios.discord_stage import DiscordStage, discord_world
from tests.world import World

FORUM = {"name": "problems", "kind": "forum", "tags": ["urgent", "open", "acknowledged", "resolved", "fixed"]}
NOTED, ANSWERED = "📝", "📬"


@pytest.fixture
async def world(sqlite_url: str, discord_address: str) -> AsyncIterator[World]:
    """A world in Discord on a Monday at nine, with a forum."""
    async with discord_world(sqlite_url, discord_address, lines='forums = ["problems"]', channels=[FORUM]) as there:
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


async def first_lines(stage: DiscordStage, where: str) -> list[str]:
    """Return the first line of each of those."""
    return [message.shown.partition("\n")[0] for message in await ours(stage, where)]


async def signs(stage: DiscordStage, where: str, message: str) -> list[str]:
    """Return the reactions of Buckstop's under a message."""
    [found] = [one for one in await stage.there.messages(where) if one.id == message]
    return [sign for sign, users in found.reactions.items() if stage.there.bot_user_id in users]


async def written(stage: DiscordStage) -> list[str]:
    """Return what was remembered of events."""
    async with stage.bot.database.read() as conn:
        return sorted((await conn.execute(select(inbox.c.key))).scalars())


async def test_a_report_with_its_options_is_in_at_once(stage: DiscordStage) -> None:
    options = {"what": "meter swapped, bill is 9,000", "service": "metering", "severity": "critical", "asked_before": 3}
    out = await stage.there.command("rita", "case report", options, "help")
    await done(stage)

    assert "C-1 is in" in out.text
    case = await stage.case("C-1")
    assert (case["service"], case["severity"], case["contacts"], case["reporter"]) == ("metering", "critical", 4, "rita")
    # A case from a command hangs on nothing that anybody said: its card is a message of its own.
    assert await first_lines(stage, "help") == ["C-1: meter swapped, bill is 9,000"]


async def test_a_report_without_words_opens_the_form_of_five(stage: DiscordStage) -> None:
    out = await stage.there.command("rita", "report", {}, "help")
    assert out.modal is not None
    assert list(out.modal.fields) == ["service", "text", "severity", "asked_before", "private"]
    sent = await stage.there.submit("rita", {"service": "metering", "text": "no reading since March"})
    await done(stage)

    assert "C-1 is in" in sent.text
    case = await stage.case("C-1")
    assert (case["service"], case["reporter"], case["text"]) == ("metering", "rita", "no reading since March")


@pytest.mark.parametrize("options", [{"private": True}, {"private": True, "asked_before": 2}])
async def test_what_is_private_stays_so_through_the_form(stage: DiscordStage, options: dict[str, Any]) -> None:
    out = await stage.there.command("rita", "report", options, "help")
    assert out.modal is not None
    assert out.modal.fields["private"]["default"] is True
    sent = await stage.there.submit("rita", {"text": "about my manager", "service": "billing"})
    await done(stage)

    assert "It is private" in sent.text
    case = await stage.case("C-1")
    assert (case["private"], case["contacts"]) == (True, 1 + options.get("asked_before", 0))
    assert await ours(stage, "help") == []


async def test_what_is_private_stays_so_when_something_is_wrong(stage: DiscordStage) -> None:
    options = {"private": True, "what": "about my manager", "severity": "apocalyptic"}
    out = await stage.there.command("rita", "report", options, "help")
    assert "Nothing is sent yet" in out.text
    assert "apocalyptic" in out.text
    again = await stage.there.press("rita", "Change it", "help")
    assert again.modal is not None
    assert again.modal.fields["text"]["value"] == "about my manager"
    await stage.there.submit("rita", {"text": "my manager", "severity": ["low"]})
    await done(stage)

    case = await stage.case("C-1")
    assert (case["private"], case["severity"]) == (True, "low")
    assert await ours(stage, "help") == []


async def test_a_word_that_names_no_case_does_nothing_to_another(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: meter swapped")
    for command, more in (("case ack", {}), ("case promise", {"until": "Friday 15:00"}), ("case show", {})):
        out = await stage.there.command("ana", command, {"case": "meter", **more}, "help")
        assert "“meter” names no case; write it like C-42." in out.text
    assert (await world.case(case))["status"] == "open"


async def test_cases_are_offered_to_whom_they_may_be_shown_the_fitting_first(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    await world.report("rita", "private billing: about my manager")
    await world.report("tom", "metering: no reading")
    await world.say("ana", "/case ack C-1")

    async def offered(who: str, command: str, typed: str = "") -> list[str]:
        out = await stage.there.autocomplete(who, command, {"case": typed}, "case", "help")
        return [choice["value"] for choice in out.choices or []]

    assert await offered("ana", "case ack") == ["C-2", "C-1"]  # what is acknowledged already comes last
    assert await offered("ana", "case ack", "swap") == ["C-1"]
    assert await offered("tom", "case show") == ["C-3"]
    assert await offered("tom", "case show", "C-2") == []  # private: to him it does not exist
    assert await offered("tom", "case show", "1") == ["C-1"]
    assert await offered("eve", "case show", "manager") == []


async def test_services_and_people_are_offered_by_name_and_no_more_than_twenty_five(sqlite_url: str, discord_address: str) -> None:
    async with discord_world(sqlite_url, discord_address) as world:
        stage = world.stage
        assert isinstance(stage, DiscordStage)
        for number in range(30):
            await stage.there.do("add_user", name=f"new{number}", guild="northwind")
            await stage.there.command(f"new{number}", "case report", {"what": f"problem {number}", "service": "metering"}, "help")
        await done(stage)

        async def offered(who: str, command: str, focused: str, typed: str) -> list[tuple[str, str]]:
            out = await stage.there.autocomplete(who, command, {focused: typed}, focused, "help")
            return [(choice["name"], choice["value"]) for choice in out.choices or []]

        assert await offered("rita", "report", "service", "matters") == [("People matters", "people")]
        assert await offered("rita", "report", "service", "bill") == [("Billing", "billing")]
        assert await offered("ana", "case handover", "to", "bru") == [("Bruno", "bruno")]
        assert [name for name, _ in await offered("ana", "case handover", "to", "")] == [
            "Ana", "Ben", "Bruno", "Cleo", "Dana", "Eve", "Ida", "Rita", "Tom",
        ]  # fmt: skip
        assert [value for _, value in await offered("rita", "report", "severity", "")] == ["critical", "low", "normal"]
        newest = [value for _, value in await offered("ben", "case show", "case", "")]
        assert newest == [f"C-{30 - number}" for number in range(25)]


async def test_nobody_gets_acquainted_with_by_typing(stage: DiscordStage) -> None:
    await stage.there.do("add_user", name="zoe", guild="northwind")
    before = await written(stage)
    out = await stage.there.autocomplete("zoe", "report", {"service": "met"}, "service", "help")

    assert [choice["value"] for choice in out.choices or []] == ["metering"]
    async with stage.bot.store.read() as reading:
        assert [person for person in (await reading.org()).people if "." in person] == []
    assert await written(stage) == before


async def test_a_message_is_reported_from_its_menu_with_text_author_and_link(stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "the *bill* of meter <4711> is 9,000 & nobody answers @ana", "help")
    assert said.message is not None
    out = await stage.there.message_command("rita", "Report as a case", "help", said.message)
    await done(stage)

    assert "C-1 is in" in out.text
    case = await stage.case("C-1")
    assert (case["reporter"], case["affected"]) == ("rita", ["tom"])
    text, _, link = case["text"].partition("\n")
    assert text == "the *bill* of meter <4711> is 9,000 & nobody answers @Ana"
    assert link == f"https://discord.com/channels/{stage.there.guilds['northwind']}/{stage.there.channels['help']}/{said.message}"
    # One card, in the thread on the original; nobody in the channel is notified of anything.
    [thread] = await stage.there.threads("help")
    assert thread.id == said.message
    assert [line.partition(":")[0] for line in await first_lines(stage, thread.id)] == ["C-1"]
    assert await ours(stage, "help") == []
    assert [one for one in await stage.there.messages(thread.id) if one.notified] == []


async def test_a_programs_message_is_no_speech_but_can_be_reported(stage: DiscordStage) -> None:
    await stage.there.do("add_user", name="monitor", bot=True, guild="northwind")
    said = await stage.there.say("monitor", "@buckstop report billing: disk is full", "help")
    assert said.message is not None
    await done(stage)
    assert await stage.cases() == []

    await stage.there.message_command("rita", "Report as a case", "help", said.message)
    await done(stage)
    case = await stage.case("C-1")
    assert (case["reporter"], case["affected"]) == ("rita", [])
    assert "disk is full" in case["text"]


async def test_what_a_webhook_says_is_left_alone(stage: DiscordStage) -> None:
    author = {"id": "111111111111111111", "username": "status page", "discriminator": "0000", "avatar": None, "bot": True}
    said = _payload(stage, author, "@buckstop report billing: disk is full") | {"webhook_id": author["id"]}
    await stage.there.send("MESSAGE_CREATE", said, guild="northwind")
    await done(stage)

    assert await stage.cases() == []
    assert await written(stage) == []


def _payload(stage: DiscordStage, author: dict[str, Any], content: str) -> dict[str, Any]:
    there = stage.there
    told: dict[str, Any] = {"id": "1500000000000000000", "channel_id": there.channels["help"], "guild_id": there.guilds["northwind"]}
    told |= {"content": content.replace("@buckstop", f"<@{there.bot_user_id}>"), "type": 0, "flags": 0, "author": author}
    told |= {"timestamp": "2026-03-02T09:00:00+00:00", "edited_timestamp": None, "tts": False, "pinned": False, "mention_everyone": False}
    return told | {"mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "components": []}


async def test_what_was_passed_on_is_read(stage: DiscordStage) -> None:
    account = stage.there.users["tom"]
    author = {"id": account, "username": "tom", "global_name": "Tom", "discriminator": "0", "avatar": None}
    passed = {"message": _payload(stage, author, "the bill of March is wrong") | {"id": "1"}}
    reference = {"type": 1, "message_id": "1400000000000000000", "channel_id": "1400000000000000001", "guild_id": None}
    said = _payload(stage, author, "") | {"message_reference": reference, "message_snapshots": [passed]}
    direct = await stage.there.say("tom", "mine", None)
    del said["guild_id"]
    await stage.there.send("MESSAGE_CREATE", said | {"channel_id": direct.channel}, guild=None)
    await done(stage)

    offer = (await ours(stage, "@tom"))[-1]
    out = await stage.there.press("tom", offer.buttons[0].label, "@tom", offer.id)
    assert out.modal is not None
    assert out.modal.fields["text"]["value"] == "the bill of March is wrong"


async def test_files_come_as_links(stage: DiscordStage) -> None:
    said = await stage.there.say("rita", "@buckstop report billing: see the picture", "help", files=["bill.png", "meter.png"])
    assert said.message is not None
    await done(stage)

    text = (await stage.case("C-1"))["text"]
    assert text.startswith("see the picture\nhttp")
    assert [line.partition("?")[0].rpartition("/")[2] for line in text.splitlines()[1:]] == ["bill.png", "meter.png"]


@pytest.mark.parametrize("emoji", ["🎫", "kaputt:1400000000000000001"])
async def test_a_reaction_reports_and_another_takes_it_back(sqlite_url: str, discord_address: str, emoji: str) -> None:
    async with discord_world(sqlite_url, discord_address) as world:
        stage = world.stage
        assert isinstance(stage, DiscordStage)
        stage.bot.desk.use(replace(stage.bot.desk.settings, reactions={"discord": frozenset({"🎫", "kaputt"})}))
        said = await stage.there.say("tom", "the website is slow today", "help")
        assert said.message is not None
        await stage.there.react("rita", "help", said.message, emoji)
        await done(stage)

        case = await stage.case("C-1")
        assert (case["reporter"], case["affected"], case["text"].partition("\n")[0]) == ("rita", ["tom"], "the website is slow today")
        assert await first_lines(stage, said.message) == ["C-1: the website is slow today"]
        assert await first_lines(stage, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]

        await stage.there.react("rita", "help", said.message, "❌")
        await done(stage)
        assert await stage.cases() == []
        assert (await first_lines(stage, "@rita"))[-1] == "C-1 is taken back: it was not a case, and counts nowhere."


async def test_a_message_in_a_thread_is_reported_into_it_and_taken_back(stage: DiscordStage) -> None:
    thread = (await stage.there.start_thread("tom", "help", "talk")).thread
    said = await stage.there.say("tom", "the website is slow today", thread)
    await stage.there.react("rita", thread, str(said.message), "🎫")
    await done(stage)
    assert await first_lines(stage, str(thread)) == ["C-1: the website is slow today"]
    await stage.there.react("rita", thread, str(said.message), "❌")
    await done(stage)
    assert await stage.cases() == []


async def test_other_reactions_cost_nothing(stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "lunch?", "help")
    assert said.message is not None
    n = (await stage.there.do("changed", since=-1))["n"]
    for person in ("rita", "eve", "ben"):
        for emoji in ("👍", "❌"):
            await stage.there.react(person, "help", said.message, emoji)
    await done(stage)

    # Once, it is asked what kind of channel that is: it could be a thread.
    assert [call["route"] for call in await stage.there.calls(since=n)] == ["GET /channels/{channel_id}"]
    assert await written(stage) == []


async def test_what_several_report_at_one_moment_is_one_case(stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "the website is slow today", "help")
    assert said.message is not None
    people = ("rita", "eve", "ben", "dana", "bruno")
    await asyncio.gather(
        *(stage.there.react(person, "help", said.message, "🎫") for person in people[:3]),
        *(stage.there.message_command(person, "Report as a case", "help", said.message) for person in people[3:]),
    )
    await done(stage)

    [case] = await stage.cases()
    told = {person: "\n".join(await first_lines(stage, f"@{person}")) for person in people}
    assert sorted(person for person in people if "thank you, it is in" in told[person]) == [case["reporter"]]
    for person in (one for one in people[:3] if one != case["reporter"]):
        assert "That is C-1 already" in told[person]


async def test_a_mention_reports_and_its_card_hangs_on_it(stage: DiscordStage) -> None:
    said = await stage.there.say("rita", "@buckstop report billing: direct debit taken twice", "help")
    assert said.message is not None
    await done(stage)

    assert await first_lines(stage, said.message) == ["C-1: direct debit taken twice"]
    # She is told once, by the receipt; the sign shows that it is on record.
    assert await first_lines(stage, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]
    assert await signs(stage, "help", said.message) == [NOTED]
    assert await ours(stage, "help") == []


async def test_what_is_asked_in_a_channel_is_answered_directly_and_a_sign_says_so(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "private billing: about my manager")
    said = await stage.there.say("rita", "@buckstop mine", "help")
    assert said.message is not None
    await done(stage)

    assert "about my manager" in (await ours(stage, "@rita"))[-1].shown
    assert await signs(stage, "help", said.message) == [ANSWERED]
    assert await ours(stage, "help") == []


@pytest.mark.parametrize(
    ("words", "heard"),
    [("mine", "That is heard and done. The answer is for you alone to read."), ("ack C-1", "That was not done, and why is for you alone")],
)
async def test_whose_direct_messages_are_closed_hears_how_to_ask_and_nobody_else_reads_the_answer(
    world: World, stage: DiscordStage, words: str, heard: str
) -> None:
    await world.report("rita", "private billing: about my manager")
    await stage.there.do("close_dms", user="rita", closed=True)
    said = await stage.there.say("rita", f"@buckstop {words}", "help")
    assert said.message is not None
    await done(stage)

    [answer] = await ours(stage, "help")
    assert answer.shown.startswith(heard)
    assert "/case" in answer.shown
    assert "manager" not in answer.shown
    assert answer.raw["message_reference"]["message_id"] == said.message
    assert answer.notified == []


async def test_a_mention_without_a_verb_is_offered_to_be_reported(stage: DiscordStage) -> None:
    text = "my bill shows a meter that I never had"
    await stage.there.say("rita", f"@buckstop {text}", "help")
    await done(stage)

    [offer] = await ours(stage, "@rita")
    out = await stage.there.press("rita", "Report a problem", "@rita", offer.id)
    assert out.modal is not None
    assert out.modal.fields["text"]["value"] == text
    await stage.there.submit("rita", {})
    await done(stage)
    assert (await stage.case("C-1"))["text"] == text


async def test_what_is_said_directly_and_too_long_for_a_form_is_not_cut(stage: DiscordStage) -> None:
    text = ("the bill is wrong " * 110).strip()
    await stage.there.say("rita", text)
    await done(stage)
    out = await stage.there.press("rita", "Report a problem", "@rita")
    assert out.modal is not None
    await stage.there.submit("rita", {})
    await done(stage)

    assert (await stage.case("C-1"))["text"] == text


async def test_commands_work_directly_and_a_reply_to_a_question_is_the_answer(world: World, stage: DiscordStage) -> None:
    case = await world.report("rita", "billing: cannot log in")
    await world.say("ana", f"ask {case} which e-mail address?", channel=None)
    question = next(m for m in await ours(stage, "@rita") if "asks about" in m.shown)
    assert (await world.case(case))["status"] == "waiting"

    await stage.there.say("rita", "rita at northwind", reply=question.id)
    await done(stage)

    [answered] = [fact for fact in (await world.case(case))["timeline"] if fact["fact"] == "answered"]
    assert "rita at northwind" in answered["text"]
    assert (await world.case(case))["status"] == "acknowledged"


async def test_a_reply_in_the_thread_is_a_note_with_a_sign_and_no_noise(world: World, stage: DiscordStage) -> None:
    said = await stage.there.say("rita", "@buckstop report billing: meter swapped", "help")
    await done(stage)
    thread = str(said.message)
    await stage.there.do("add_user", name="zoe", guild="northwind")
    before = len(await stage.there.messages(thread))

    note = await stage.there.say("rita", "it is the red one", thread)
    other = await stage.there.say("eve", "lunch?", thread)
    stranger = await stage.there.say("zoe", "what is this?", thread)
    await done(stage)

    assert [fact for _, fact in await world.facts("C-1", "noted")] == ["noted"]
    assert [await signs(stage, thread, str(out.message)) for out in (note, other, stranger)] == [[NOTED], [], []]
    assert len(await stage.there.messages(thread)) == before + 3
    assert len(await ours(stage, "@eve")) == len(await ours(stage, "@zoe")) == 0
    # What is not for us is not kept, nor who said it.
    assert [key for key in await written(stage) if str(other.message) in key or str(stranger.message) in key] == []
    async with stage.bot.store.read() as reading:
        assert [person for person in (await reading.org()).people if "." in person] == []


async def test_an_answer_to_the_card_in_the_channel_is_a_note(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: meter swapped")
    [card] = await ours(stage, "help")
    said = await stage.there.say("rita", "it is the red one", "help", reply=card.id)
    await done(stage)

    [noted] = [fact for fact in (await world.case("C-1"))["timeline"] if fact["fact"] == "noted"]
    assert "it is the red one" in noted["text"]
    assert await signs(stage, "help", str(said.message)) == [NOTED]


async def test_a_command_in_the_thread_needs_no_number(world: World, stage: DiscordStage) -> None:
    await world.report("rita", "billing: one")
    said = await stage.there.say("rita", "@buckstop report billing: two", "help")
    await done(stage)
    await stage.there.say("ana", "@buckstop ack", str(said.message))
    await done(stage)

    assert [(await world.case(case))["status"] for case in ("C-1", "C-2")] == ["open", "acknowledged"]
    out = await stage.there.command("ana", "case show", {}, str(said.message))
    assert out.text.startswith("C-2: two")


async def test_what_people_say_among_each_other_is_not_looked_at(stage: DiscordStage) -> None:
    said = await stage.there.say("tom", "report billing: nobody asked you, buckstop", "help")
    thread = await stage.there.start_thread("tom", "help", "talk", said.message)
    n = (await stage.there.do("changed", since=-1))["n"]
    await stage.there.say("eve", "is the bill wrong?", str(thread.thread))
    await stage.there.say("eve", "yes it is", "help", reply=said.message)
    await stage.there.edit("tom", "help", str(said.message), "report billing: still nobody")
    await done(stage)

    assert await stage.cases() == []
    assert await written(stage) == []
    assert [call["route"] for call in await stage.there.calls(since=n) if call["method"] != "GET"] == []


async def test_what_is_changed_afterwards_goes_on_record_and_what_is_deleted_is_kept(world: World, stage: DiscordStage) -> None:
    said = await stage.there.say("rita", "the bill is wrong again", "help")
    assert said.message is not None
    await stage.there.react("rita", "help", said.message, "🎫")
    await done(stage)
    await stage.there.edit("rita", "help", said.message, "the bill of March is wrong again")
    await done(stage)

    notes = [fact["text"] for fact in (await world.case("C-1"))["timeline"] if fact["fact"] == "noted"]
    assert len(notes) == 1
    assert "the bill of March is wrong again" in notes[0]

    await stage.there.delete("rita", "help", said.message)
    await world.press("ana", "ack")
    case = await world.case("C-1")
    assert (case["status"], case["text"].partition("\n")[0]) == ("acknowledged", "the bill is wrong again")
    assert "acknowledged" in (await ours(stage, said.message))[0].shown


async def test_a_post_is_a_case_its_replies_are_notes_and_its_tags_follow(world: World, stage: DiscordStage) -> None:
    post = await stage.there.post("rita", "problems", "Direct debit taken twice", "since Monday, and nobody answers", ["urgent"])
    assert post.thread is not None
    await done(stage)

    case = await stage.case("C-1")
    assert (case["reporter"], case["title"]) == ("rita", "Direct debit taken twice")
    assert "since Monday, and nobody answers" in case["text"]
    assert await first_lines(stage, post.thread) == ["C-1: Direct debit taken twice"]
    assert await first_lines(stage, "@rita") == ["C-1: thank you, it is in, and Ana owns it."]
    [thread] = await stage.there.threads("problems")
    assert thread.tags == ["urgent", "open"]

    await stage.there.say("rita", "account 4711", post.thread)
    await stage.there.edit("rita", post.thread, post.thread, "since Tuesday, and nobody answers")
    await done(stage)
    notes = [fact["text"] for fact in (await world.case("C-1"))["timeline"] if fact["fact"] == "noted"]
    first, second = notes
    assert first.endswith("account 4711")
    assert "since Tuesday" in second

    await world.press("ana", "ack")
    assert (await stage.there.threads("problems"))[0].tags == ["urgent", "acknowledged"]
    await world.say("ana", "/case resolve C-1 fix process: paid back")
    await world.press("rita", "confirm")
    assert (await stage.there.threads("problems"))[0].tags == ["urgent", "fixed"]
    assert len(await ours(stage, post.thread)) >= 1
    assert len(await stage.cases()) == 1


async def test_a_post_in_another_forum_is_left_alone(sqlite_url: str, discord_address: str) -> None:
    async with discord_world(sqlite_url, discord_address, channels=[FORUM]) as world:
        stage = world.stage
        assert isinstance(stage, DiscordStage)
        await stage.there.post("rita", "problems", "Lunch", "who comes along?")
        await done(stage)
        assert await stage.cases() == []


async def test_a_post_made_of_signs_is_a_case_and_calls_nobody(stage: DiscordStage) -> None:
    with capture_logs() as logged:
        post = await stage.there.post("rita", "problems", "<@&1> @everyone `code` **bold**", "# @here ||see|| <@1>")
        await done(stage)
    assert len(await stage.cases()) == 1
    assert [one.shown for one in await ours(stage, str(post.thread)) if one.notified] == []
    assert [entry for entry in logged if entry["log_level"] == "error"] == []


async def test_whoever_is_not_configured_becomes_a_reporter_at_their_first_word(world: World, stage: DiscordStage) -> None:
    await stage.there.do("add_user", name="zoe", global_name="Zoe Quist", guild="northwind")
    out = await stage.there.command("zoe", "case report", {"what": "I cannot pay online", "service": "billing"}, "help")
    await done(stage)

    assert "C-1" in out.text
    case = await stage.case("C-1")
    async with stage.bot.store.read() as reading:
        org = await reading.org()
    assert (org.people[case["reporter"]].name, org.people[case["reporter"]].manager) == ("Zoe Quist", None)
    assert (await first_lines(stage, "@zoe"))[0].startswith("C-1: thank you, it is in")
    assert "Zoe Quist" in "\n".join(await world.told("ana"))
