"""After the confirmation: three questions, one tap each, none of them owed."""

from tests.world import World


async def confirmed(world: World) -> str:
    case = await world.report("rita", "billing: meter swapped, bill is 9,000")
    await world.say("ana", f"/case resolve {case} fix process: reading corrected")
    await world.press("rita", "confirm", case)
    return case


async def test_one_tap_each_and_the_last_one_counts(world: World) -> None:
    case = await confirmed(world)
    assert "Should you have needed to contact us at all?" in (await world.told("rita"))[-1]

    first = await world.press("rita", "needed-yes", case)
    assert f"your answer is on {case}" in first.text
    await world.press("rita", "process-4", case)
    await world.press("rita", "prevented-no", case)
    assert (await world.case(case))["outcomes"] == {"needed": True, "process": 4, "prevented": False}

    await world.press("rita", "needed-no", case)
    assert (await world.case(case))["outcomes"] == {"needed": False, "process": 4, "prevented": False}
    again = await world.press("rita", "needed-no", case)
    assert "already" in again.text


async def test_they_can_be_typed_and_are_nobody_elses(world: World) -> None:
    case = await confirmed(world)
    assert "Only Rita may say what came of it" in (await world.say("tom", f"/case outcome {case} needed yes")).text.replace(case, "it")

    await world.say("rita", f"/case outcome {case} process 5")
    await world.say("rita", f"/case outcome {case} prevented no")

    assert (await world.case(case))["outcomes"] == {"process": 5, "prevented": False}
    assert "1 to 5" in (await world.say("rita", f"/case outcome {case} process 7")).text
    assert (await world.say("rita", f"/case outcome {case} politeness 5")).refused


async def test_silence_owes_nothing_and_the_re_checks_come_all_the_same(world: World) -> None:
    case = await confirmed(world)
    told = len(await world.told("rita"))

    await world.wait("6d")
    assert len(await world.told("rita")) == told
    await world.wait("30d")

    assert "outcomes" not in await world.case(case)
    assert [fact for _, fact in await world.facts(case, "rechecked")] == ["rechecked", "rechecked"]


async def test_nothing_is_asked_of_what_was_never_confirmed(world: World) -> None:
    case = await world.report("rita", "billing: wrong name on the bill")
    await world.say("ana", f"/case resolve {case} fix data: name corrected")
    await world.wait("1w")

    assert (await world.case(case))["outcome"] == "unconfirmed"
    assert not any("Should you have needed" in text for text in await world.told("rita"))
    assert "closed as fixed" in (await world.say("rita", f"/case outcome {case} needed no")).text
