"""The owner proposes that it is fixed; only the reporter can say so. Silence is not a fix."""

from tests.world import World


async def test_resolved_still_broken_resolved_confirmed(world: World) -> None:
    case = await world.report("rita", "billing: meter swapped, bill is 9,000")
    await world.press("ana", "ack")
    await world.say("ana", f"/case resolve {case} fix process: reading corrected, bill reissued")
    assert (await world.case(case))["status"] == "resolved"

    await world.press("rita", "reopen", case)
    if (await world.case(case))["status"] == "resolved":  # the button asks what is still broken
        await world.fill("rita", why="the new bill says 9,000 as well")
    shown = await world.case(case)
    assert (shown["status"], shown["level"], shown["contacts"]) == ("acknowledged", 0, 2)

    await world.say("ana", f"/case resolve {case} fix process: the right bill this time")
    await world.press("rita", "confirm", case)

    shown = await world.case(case)
    assert (shown["status"], shown["outcome"]) == ("closed", "fixed")
    assert [fact for _, fact in await world.facts(case, "resolved", "reopened", "confirmed")] == [
        "resolved",
        "reopened",
        "resolved",
        "confirmed",
    ]


async def test_the_second_still_broken_goes_up_a_level(world: World) -> None:
    case = await world.report("rita", "billing: refund missing")
    for _ in range(2):
        await world.say("ana", f"/case resolve {case} fix process: sent")
        await world.say("rita", f"/case reopen {case} nothing has arrived")

    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (1, "bruno")
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["still_broken"]


async def test_silence_closes_it_as_unconfirmed_and_it_may_be_confirmed_later(world: World) -> None:
    case = await world.report("rita", "billing: wrong name on the bill")
    await world.say("ana", f"/case resolve {case} fix data: name corrected")
    await world.wait("1w")

    shown = await world.case(case)
    assert (shown["status"], shown["outcome"]) == ("closed", "unconfirmed")
    reminders = await world.facts(case, "nagged")
    assert len(reminders) == 2  # the reporter is asked again, twice at most

    await world.say("rita", f"/case confirm {case}")
    assert (await world.case(case))["outcome"] == "fixed"


async def test_only_the_reporter_turns_the_second_key(world: World) -> None:
    case = await world.report("rita", "billing: direct debit failed")
    await world.say("ana", f"/case resolve {case} fix bank: set up again")
    for somebody in ("ana", "bruno", "tom", "cleo"):
        answer = await world.say(somebody, f"/case confirm {case}")
        assert answer.refused
        assert "Rita" in answer.text
    assert (await world.case(case))["status"] == "resolved"


async def test_waiting_stops_the_clocks_and_the_answer_starts_them_again(world: World) -> None:
    case = await world.report("rita", "billing: cannot log in")
    await world.wait("30m")
    await world.say("ana", f"/case ask {case} which e-mail address do you use?")
    assert "which e-mail address" in (await world.told("rita"))[-1]
    await world.wait("5h")
    shown = await world.case(case)
    assert (shown["status"], shown["level"]) == ("waiting", 0)

    await world.say("rita", f"/case answer {case} rita at northwind")

    assert (await world.case(case))["status"] == "acknowledged"
    assert any("rita at northwind" in text for text in await world.told("ana"))


async def test_without_an_answer_it_goes_on(world: World) -> None:
    case = await world.report("rita", "billing: cannot log in")
    await world.say("ana", f"/case ask {case} which e-mail address do you use?")
    await world.until("2026-03-04T17:29:00Z")
    assert (await world.case(case))["status"] == "waiting"
    await world.until("2026-03-04T17:30:00Z")  # three of Rita's working days, from Monday 09:00
    shown = await world.case(case)
    assert (shown["status"], shown["level"]) == ("acknowledged", 0)
    assert len(await world.facts(case, "nagged")) == 2


async def test_withdrawn_and_taken_back(world: World) -> None:
    case = await world.report("rita", "billing: my mistake perhaps")
    await world.say("rita", f"/case withdraw {case} found it myself")
    assert (await world.case(case))["outcome"] == "withdrawn"
    await world.say("rita", f"/case reopen {case} no, it is still there")
    shown = await world.case(case)
    assert (shown["status"], shown["level"]) == ("open", 0)


async def test_a_recheck_that_fails_reopens_it_one_level_higher(world: World) -> None:
    case = await world.report("rita", "billing: estimate every month")
    await world.say("ana", f"/case resolve {case} fix process: real readings from now on")
    await world.press("rita", "confirm", case)
    await world.wait("8d")
    assert "still fixed" in (await world.told("rita"))[-1].lower()

    await world.press("rita", "reopen", case)
    if (await world.case(case))["status"] == "closed":
        await world.fill("rita", why="an estimate again")

    shown = await world.case(case)
    assert (shown["level"], shown["accountable"], shown["contacts"]) == (1, "bruno", 2)
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["recheck_failed"]
