"""Three cases of one cause, and the service's owner is asked whether one thing is behind them; one tap gives it a name and a next time."""

from tests.world import World


async def resolved(world: World, text: str, how: str = "fix tariff table: bill corrected", who: str = "rita") -> str:
    """Report something about billing, and have it resolved."""
    case = await world.report(who, f"billing: {text}")
    await world.say("ana", f"/case resolve {case} {how}")
    return case


async def three(world: World) -> list[str]:
    """Return three cases of one cause, the last of which brings the proposal."""
    texts = ("bill shows the old price", "night rate is missing", "standing charge was counted double")
    return [await resolved(world, text) for text in texts]


async def test_one_tap_opens_it_and_everybody_is_asked_once_it_is_gone(world: World) -> None:
    cases = await three(world)
    asked = (await world.told("ana"))[-1]
    assert "3 cases of Billing had the same cause, tariff table" in asked
    assert all(case in asked for case in cases)

    opened = await world.press("ana", "cause-yes", cases[-1])

    cause = opened.case
    shown = await world.case(cause)
    assert (shown["status"], shown["owner"]) == ("open", "ana")
    assert any(cause in text and "one cause" in text for text in await world.told("bruno"))  # his is the second key
    for case in cases:
        assert await world.facts(case, "linked")

    await world.press("rita", "confirm", cases[0])  # this one is fixed already: nobody needs to be asked
    await world.say("ana", f"/case resolve {cause} fix tariff table: the table is read anew each night")
    refused = await world.say("rita", f"/case confirm {cause}")
    assert refused.refused
    await world.press("bruno", "confirm", cause)

    assert (await world.case(cause))["outcome"] == "fixed"
    assert not await world.facts(cases[0], "remedy_offered")
    for case in cases[1:]:
        assert await world.facts(case, "remedy_offered")
        await world.press("rita", "remedy-yes", case)
        assert (await world.case(case))["outcome"] == "fixed"


async def test_not_one_cause_forgets_it_until_as_many_have_come_anew(world: World) -> None:
    cases = await three(world)
    await world.press("ana", "cause-no", cases[-1])
    asked = len([text for text in await world.told("ana") if "had the same cause" in text])

    await resolved(world, "discount was left out")
    await resolved(world, "meter point is unknown")
    assert len([text for text in await world.told("ana") if "had the same cause" in text]) == asked == 1
    last = await resolved(world, "two accounts were mixed up")

    again = [text for text in await world.told("ana") if "had the same cause" in text]
    assert len(again) == 2
    assert cases[0] not in again[-1]
    assert await world.facts(last, "cause_proposed")


async def test_the_next_one_hangs_under_it_and_the_next_reporter_hears_of_the_workaround(world: World) -> None:
    await resolved(world, "the bill shows the old price", "workaround tariff table: price set by hand")
    await resolved(world, "night rate is missing")
    last = await resolved(world, "standing charge was counted double")
    cause = (await world.press("ana", "cause-yes", last)).case

    another = await resolved(world, "discount was left out")
    shown = await world.say("tom", "/case report billing: bill shows old price again")

    assert [fact for _, fact in await world.facts(another, "linked")] == ["linked"]
    assert f"It may have a known cause, {cause}" in shown.text
    assert "price set by hand" in shown.text


async def test_two_are_too_few_and_private_or_old_ones_do_not_count(world: World) -> None:
    await resolved(world, "bill shows the old price")
    await resolved(world, "my salary account is blocked", who="tom")
    private = await world.report("rita", "private billing: my debts are shown to all")
    await world.say("ana", f"/case resolve {private} fix tariff table: hidden")
    assert not any("had the same cause" in text for text in await world.told("ana"))

    await world.wait("31d")
    await resolved(world, "standing charge was counted double")
    assert not any("had the same cause" in text for text in await world.told("ana"))


async def test_only_who_answers_for_it_may_say_so(world: World) -> None:
    cases = await three(world)

    for somebody in ("rita", "tom", "ben"):
        assert (await world.say(somebody, f"/case cause {cases[-1]} yes")).refused
    assert (await world.say("ana", f"/case cause {cases[0]} yes")).refused  # nothing was asked about that one
    assert not (await world.say("ana", f"/case cause {cases[-1]} yes")).refused
    again = await world.say("ana", f"/case cause {cases[-1]} yes")

    assert "already" in again.text
    assert len([case for case in await world.stage.cases() if case["title"].startswith("The cause behind")]) == 1


async def test_a_duplicate_s_case_that_goes_on_is_asked_too_and_not_when_the_merge_was_undone(world: World) -> None:
    cases = await three(world)
    cause = (await world.press("ana", "cause-yes", cases[-1])).case
    for case in cases[:2]:
        await world.say("rita", f"/case reopen {case} it is still wrong")
    other, third = await world.report("tom", "billing: every bill is too high"), await world.report("tom", "billing: so is this one")
    await world.say("ana", f"/case merge {cases[0]} into {other}")
    await world.say("ana", f"/case merge {cases[1]} into {third}")
    assert f"The cause behind it is {cause}" in (await world.say("tom", f"/case show {other}")).text
    await world.say("rita", f"/case reopen {cases[1]}")
    assert f"The cause behind it is {cause}" not in (await world.say("tom", f"/case show {third}")).text

    await world.say("ana", f"/case resolve {cause} fix tariff table: the table is read anew each night")
    await world.press("bruno", "confirm", cause)

    assert [bool(await world.facts(case, "remedy_offered")) for case in (other, third, *cases[1:])] == [True, False, True, True]


async def test_a_cause_that_was_merged_into_another_takes_along_what_hangs_on_it(world: World) -> None:
    first = await three(world)
    one = (await world.press("ana", "cause-yes", first[-1])).case
    second = [await resolved(world, text, "fix print run: printed anew") for text in ("page two is missing", "no address", "blank page")]
    two = (await world.press("ana", "cause-yes", second[-1])).case
    assert not (await world.say("ana", f"/case merge {one} into {two}")).refused

    await world.say("ana", f"/case resolve {two} fix print run: the printer is replaced")
    await world.press("bruno", "confirm", two)

    for case in (*first, *second):
        assert await world.facts(case, "remedy_offered")


async def test_a_problem_is_no_duplicate_of_a_cause(world: World) -> None:
    cases = await three(world)
    cause = (await world.press("ana", "cause-yes", cases[-1])).case
    problem = await world.report("tom", "billing: every bill is too high")

    refused = await world.say("ana", f"/case merge {problem} into {cause}")

    assert refused.refused
    assert "not of one kind" in refused.text
    assert (await world.case(problem))["status"] == "open"


async def test_a_second_yes_hangs_them_under_the_cause_that_there_is(world: World) -> None:
    first = await three(world)
    second = [await resolved(world, text) for text in ("wrong discount", "wrong meter point", "mixed up accounts")]
    cause = (await world.press("ana", "cause-yes", first[-1])).case

    again = await world.press("ana", "cause-yes", second[-1])

    assert cause in again.text
    assert len([case for case in await world.stage.cases() if case["kind"] == "cause"]) == 1
    for case in second:
        assert f"The cause behind it is {cause}" in (await world.say("ana", f"/case show {case}")).text


async def test_what_was_withdrawn_meanwhile_does_not_hang_under_it(world: World) -> None:
    cases = await three(world)
    for case in cases[:2]:
        await world.say("rita", f"/case withdraw {case} it was my own mistake")

    cause = (await world.press("ana", "cause-yes", cases[-1])).case

    assert "behind 1 case:" in (await world.case(cause))["title"]
    assert not await world.facts(cases[0], "linked")


async def test_nobody_answers_and_it_is_asked_again(world: World) -> None:
    await three(world)
    await world.wait("1h")
    assert len([text for text in await world.told("ana") if "had the same cause" in text]) == 2
    await world.wait("1d")
    assert len([text for text in await world.told("bruno") if "had the same cause" in text]) == 1
