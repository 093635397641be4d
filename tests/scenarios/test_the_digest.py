"""What leadership reads in the morning: a summary with its picture, the details in its thread, and buttons that lead to the cases."""

from typing import Any

from tests.world import World

ALT = "Chart of the last 30 days. Fixes: 1 of 1 needed escalation (100%)."


async def one_escalated_fix(world: World) -> str:
    """Have one case fixed by Bruno on Monday after it had waited for Ana, and the digest sent on Tuesday."""
    case = await world.report("rita", "billing: the bill is 9,000")
    await world.wait("1h")
    await world.say("bruno", f"/case resolve {case} fix process: reading corrected")
    await world.press("rita", "confirm", case)
    await world.until("2026-03-03T09:00:00Z")
    return case


async def both(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the digest's two messages: the one in the channel, and the one in its thread."""
    first, second = [message for message in await world.stage.messages("leadership") if message["from"] == "buckstop"]
    return first, second


async def test_a_leader_reads_the_whole_in_one_message_and_finds_the_rest_in_its_thread(world: World) -> None:
    case = await one_escalated_fix(world)

    first, second = await both(world)
    lines = [line for line in first["text"].splitlines() if line]
    assert lines[0] == "1 case got fixed only because it was escalated."
    assert f"{case}: the bill is 9,000 (Billing)" in lines
    assert "Waited 1 hour, then fixed at level 1 within 1 minute; 1 contact." in lines
    assert "Fixed and confirmed: 1 case; needed escalation: 1 (100%; over thirty days 100%)." in lines
    assert f"Ask what level 0 lacked; nobody has said it of {case}." in lines
    assert "Everything in full is in the thread: 1 message." in lines
    assert second["text"].startswith("Fixed only because they were escalated (2 of 2)")
    assert "Cause: process. What the level below lacked was not said." in second["text"].splitlines()
    assert first.get("thread") in (None, "", first["id"])
    assert second["thread"] == first["id"]
    # Nothing is said again, whatever time passes.
    await world.wait("1h")
    assert len(await world.posted("leadership")) == 2


async def test_its_picture_is_there_in_words_too(world: World) -> None:
    await one_escalated_fix(world)

    first, second = await both(world)
    # The local workspace has it beside the text, the others in the message.
    assert ALT in (first["text"] + str(first.get("picture")))
    assert ALT not in (second["text"] + str(second.get("picture")))


async def test_whoever_reads_it_is_shown_the_case_by_a_button(world: World) -> None:
    case = await one_escalated_fix(world)
    first, second = await both(world)

    for message in (first, second):
        assert [(button["id"], button["label"]) for button in message["buttons"]] == [("show", f"{case}: show")]
        answer = await world.stage.press("cleo", message["id"], "show", case)
        assert "the bill is 9,000" in answer["reply"]["text"]
        assert not answer["reply"].get("refused")


async def test_a_private_case_is_a_count_in_every_message(world: World) -> None:
    case = await world.report("rita", "private billing: my salary is public", channel=None)
    await world.wait("1h")
    await world.say("bruno", f"/case resolve {case} fix process: access closed", channel=None)
    await world.press("rita", "confirm", case)
    await world.until("2026-03-03T09:00:00Z")

    said = "\n".join(await world.posted("leadership"))
    assert "1 case got fixed only because it was escalated." in said
    assert "Private cases, only counted: 1 fixed only after escalation." in said
    assert "salary" not in said
    assert case not in said


async def test_nobody_is_named_in_any_message(world: World) -> None:
    await one_escalated_fix(world)

    said = "\n".join(await world.posted("leadership"))
    assert [name for name in ("Ana", "Bruno", "Rita", "Cleo", "Ben") if name in said] == []


async def test_one_line_when_there_is_nothing(world: World) -> None:
    case = await world.report("rita", "billing: fixed by its owner")
    await world.say("ana", f"/case resolve {case} fix process: done")
    await world.press("rita", "confirm", case)
    await world.until("2026-03-03T09:00:00Z")

    [digest] = await world.posted("leadership")
    assert digest.startswith("No case needed escalating to be fixed since yesterday 09:00, and none is stuck.")
    assert "\n" not in digest


async def test_the_same_remedy_is_offered_to_those_who_did_not_shout_with_one_button(world: World) -> None:
    loud = await world.report("rita", "billing: the bill is 9,000 since the meter was swapped")
    silent = await world.report("tom", "billing: the bill is 9,000 since the meter was swapped")
    await world.say("rita", f"/case chase {loud}", channel=None)
    await world.say("rita", f"/case chase {loud}", channel=None)
    await world.say("rita", f"/case chase {loud}", channel=None)
    await world.wait("1h")
    await world.say("bruno", f"/case resolve {loud} fix process: reading corrected")
    await world.press("rita", "confirm", loud)
    await world.until("2026-03-03T09:00:00Z")

    first, *_ = [message for message in await world.stage.messages("leadership") if message["from"] == "buckstop"]
    assert f"Offer the same remedy to those who did not shout: {silent}." in first["text"].splitlines()
    refused = await world.stage.press("tom", first["id"], "remedies", loud)
    assert "Only Bruno, Ana" in refused["reply"]["text"]
    offered = await world.stage.press("bruno", first["id"], "remedies", loud)
    assert silent in offered["reply"]["text"]
    assert f"{silent}: {loud} had the same cause, and is fixed." in (await world.told("tom"))[-1].splitlines()[0]
