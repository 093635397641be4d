"""One person on two platforms, and one case: what is theirs is theirs on both, and each is told once, where they like to be."""

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.crossing import PEOPLE, Both, both, ids_in
from tests.world import World

IN_SLACK = tuple(person for person in PEOPLE if person != "tom")


@pytest.fixture
async def company(database_url: str, slack_address: str, discord_address: str) -> AsyncIterator[Both]:
    """A company in Slack, some of whose people are in Discord too, where nobody knows them yet; Tom is in Discord only."""
    async with both(database_url, slack_address, discord_address, IN_SLACK, ("tom",)) as there:
        yield there


async def linked(company: Both, person: str) -> str:
    """Let somebody make their accounts one, and return what they were answered in Discord."""
    code = (await company.slack.say(person, "/case link")).text.split("/case link ")[1].split()[0].strip("`")
    return (await company.discord.say(person, f"/case link {code}")).text


async def threads(world: World, channel: str = "help") -> list[str]:
    """Return what Buckstop said in the threads of a channel."""
    found = await world.stage.messages(channel)
    return [message["text"] for message in found if message["thread"] and message["from"] == "buckstop"]


async def card(world: World, channel: str = "help") -> str:
    """Return the id of the newest card in a channel."""
    return str([message for message in await world.stage.messages(channel) if message["from"] == "buckstop"][-1]["id"])


async def test_what_somebody_reported_as_a_stranger_is_theirs_on_both_platforms(company: Both) -> None:
    case = await company.discord.report("rita", "billing: meter swapped, bill is 9,000")
    assert case not in (await company.slack.say("rita", "/case mine")).text
    assert (await company.case_of(case))["reporter"].startswith("discord..")

    answer = await linked(company, "rita")

    assert "your account here and that of Rita are one person's" in answer
    assert "Reminders go to Slack first" in answer
    assert case in (await company.slack.say("rita", "/case mine")).text
    assert (await company.case_of(case))["reporter"] == "rita"
    await company.slack.say("ana", f"/case resolve {case} fix process: reading corrected")
    assert f"Is {case} fixed?" in (await company.slack.told("rita"))[-1]
    await company.slack.press("rita", "confirm", case)
    assert (await company.case_of(case))["outcome"] == "fixed"
    assert await company.faults() == []
    assert ids_in(await company.everything()) == []


async def test_reminders_go_where_somebody_likes_to_be_and_else_to_the_other_platform(company: Both) -> None:
    await linked(company, "rita")
    await company.discord.say("rita", "/case prefer discord")
    case = await company.slack.report("rita", "billing: meter swapped")
    assert case in (await company.discord.told("rita"))[-1]
    before = len(await company.slack.told("rita"))

    await company.there.do("close_dms", user="rita")
    await company.slack.say("ana", f"/case ask {case} which meter?")

    assert "asks about" in (await company.slack.told("rita"))[-1]
    assert len(await company.slack.told("rita")) == before + 1
    assert not [text for text in await threads(company.slack) if "asks about" in text]


async def test_whose_account_was_closed_is_told_by_the_other_without_a_word_to_the_admins(company: Both) -> None:
    await linked(company, "rita")
    case = await company.slack.report("rita", "billing: meter swapped")
    before = await company.slack.told("ida")

    await company.ws.do("change_user", user="rita", deleted=True)
    await company.bot.settle()
    await company.slack.say("ana", f"/case ack {case}")

    assert f"{case}: Ana acknowledged it." in (await company.discord.told("rita"))[-1].splitlines()[0]
    assert await company.slack.told("ida") == before
    assert (await company.case_of(case))["status"] == "acknowledged"


async def test_a_case_has_a_card_on_both_platforms_and_what_is_said_under_one_is_said_under_the_other(company: Both) -> None:
    case = await company.discord.report("tom", "billing: meter swapped")
    here, there = await card(company.slack), await card(company.discord)

    await company.slack.say("ana", "is it the old meter?", "help", here)
    await company.discord.say("tom", "no, the new one", "help", there)
    await company.slack.say("ana", f"/case ack {case}")

    assert await threads(company.slack) == ["Tom, in Discord:\nno, the new one"]
    assert await threads(company.discord) == ["Ana, in Slack:\nis it the old meter?"]
    assert [kind for _, kind in await company.slack.facts(case, "noted")] == ["noted", "noted"]
    for world in (company.slack, company.discord):
        [shown] = [m["text"] for m in await world.stage.messages("help") if m["from"] == "buckstop" and f"{case}:" in m["text"]]
        assert "acknowledged. Owner: Ana." in shown
    assert await company.bot.worker.drain(company.bot.clock.now()) == 0


async def test_a_message_that_was_changed_is_said_again_as_changed(company: Both) -> None:
    await company.discord.report("tom", "billing: meter swapped")
    here = await card(company.slack)
    said = await company.slack.say("ana", "is it the old meter?", "help", here)
    assert said.message is not None

    await company.ws.edit("ana", "help", said.message, "is it the older meter?")
    await company.bot.settle()

    assert await threads(company.discord) == [
        "Ana, in Slack:\nis it the old meter?",
        "Ana, in Slack, changed a message:\nis it the older meter?",
    ]


async def test_a_private_case_is_spoken_of_in_no_channel(company: Both) -> None:
    await company.discord.report("tom", "private billing: a matter of mine")

    for world in (company.slack, company.discord):
        assert [m for m in await world.stage.messages("help") if "matter of mine" in m["text"]] == []
