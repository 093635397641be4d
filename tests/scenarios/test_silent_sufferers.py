"""Who had the same as what was escalated and fixed, and did not shout, is named, and offered the same remedy by one button."""

from tests.world import World


async def shouted(world: World, text: str = "billing: meter swapped, bill is 9,000") -> str:
    """Report something that is escalated, and fixed by Bruno."""
    case = await world.report("rita", text)
    await world.wait("1h")
    await world.say("rita", f"/case escalate {case} I was asked to pay it")
    await world.say("bruno", f"/case resolve {case} fix tariff table: bill reissued")
    await world.press("rita", "confirm", case)
    shown = await world.case(case)
    assert (shown["outcome"], shown["level"]) == ("fixed", 1)
    return case


async def unconfirmed(world: World) -> str:
    """Report something else of the same cause, which was closed because nobody confirmed."""
    case = await world.report("tom", "billing: night rate is missing")
    await world.say("ana", f"/case resolve {case} workaround tariff table: price set by hand")
    await world.wait("14d")
    assert (await world.case(case))["outcome"] == "unconfirmed"
    return case


async def test_who_did_not_shout_is_offered_the_same(world: World) -> None:
    same_cause = await unconfirmed(world)
    alike = await world.report("tom", "billing: bill too high since the meter was swapped")
    other = await world.report("tom", "billing: the phone is never answered")
    loud = await shouted(world)

    said = [text for text in await world.told("bruno") if "nobody shouted" in text]
    assert len(said) == 1
    assert alike in said[0]
    assert same_cause in said[0]
    assert other not in said[0]
    assert any("nobody shouted" in text for text in await world.told("cleo"))

    offered = await world.press("bruno", "remedies", loud)
    assert alike in offered.text
    assert same_cause in offered.text

    await world.press("tom", "remedy-yes", alike)
    await world.press("tom", "remedy-no", same_cause)
    assert (await world.case(alike))["outcome"] == "fixed"
    assert (await world.case(same_cause))["outcome"] == "unconfirmed"
    assert not await world.facts(other, "remedy_offered")


async def test_pressed_twice_or_by_two_it_is_offered_once(world: World) -> None:
    alike = await world.report("tom", "billing: bill too high since the meter was swapped")
    loud = await shouted(world)

    await world.press("bruno", "remedies", loud)
    again = await world.press("cleo", "remedies", loud)
    assert "already" in again.text
    assert len(await world.facts(alike, "remedy_offered")) == 1

    await world.press("tom", "remedy-yes", alike)
    nobody = await world.say("bruno", f"/case remedies {loud}")
    assert "nobody left" in nobody.text


async def test_who_may_not_offer_it_is_told_who_may(world: World) -> None:
    alike = await world.report("tom", "billing: bill too high since the meter was swapped")
    loud = await shouted(world)

    for somebody in ("rita", "tom", "ben"):
        answer = await world.say(somebody, f"/case remedies {loud}")
        assert answer.refused
        assert "Bruno" in answer.text
    assert (await world.say("ana", f"/case remedies {alike}")).refused  # nothing was fixed there
    assert not (await world.say("ana", f"/case remedies {loud}")).refused  # the service is hers


async def test_nobody_is_named_where_nobody_suffers_or_all_is_private(world: World) -> None:
    secret = await world.report("tom", "private billing: bill too high since the meter was swapped")
    loud = await shouted(world)

    assert not await world.facts(loud, "silent_found")
    assert not any("nobody shouted" in text for text in await world.told("bruno"))
    assert "nobody left" in (await world.say("bruno", f"/case remedies {loud}")).text
    assert not await world.facts(secret, "remedy_offered")


async def test_what_fixed_a_private_case_is_offered_to_nobody(world: World) -> None:
    alike = await unconfirmed(world)
    secret = await shouted(world, "private billing: meter swapped, bill is 9,000")

    for fixer in ("bruno", "ana"):
        answer = await world.say(fixer, f"/case remedies {secret}")
        assert (answer.refused, alike in answer.text) == (True, False)
        assert "private" in answer.text
    assert not await world.facts(alike, "remedy_offered")
    assert not any(secret in text for text in await world.told("tom"))


async def test_the_digest_counts_them_until_each_is_settled(world: World) -> None:
    alike = await world.report("tom", "billing: bill too high since the meter was swapped")
    loud = await shouted(world)
    assert alike in await silent(world, loud)

    await world.press("bruno", "remedies", loud)
    assert "offered to 1 so far, and 0 of those are settled" in await silent(world, loud)
    await world.wait("2d")  # two digests later
    assert "offered to 1 so far, and 0 of those are settled" in await silent(world, loud)

    await world.press("tom", "remedy-yes", alike)
    await world.wait("1d")
    assert await silent(world, loud) == ""


async def test_a_second_fix_of_the_same_cause_neither_loses_an_offer_nor_repeats_one(world: World) -> None:
    alike = await world.report("tom", "billing: bill too high since the meter was swapped")
    first = await shouted(world)
    await world.press("bruno", "remedies", first)
    second = await shouted(world)
    assert "has been offered already; 1 is not answered yet" in (await world.press("bruno", "remedies", second)).text
    told = await silent(world, second)
    assert "offered to 1 so far, and 0 of those are settled" in told
    assert first not in told  # one cause, one entry

    await world.press("tom", "remedy-no", alike)
    await world.press("bruno", "remedies", second)
    await world.press("tom", "remedy-no", alike)
    for fix in (first, second, first):
        assert "nobody left" in (await world.say("bruno", f"/case remedies {fix}")).text
    assert len(await world.facts(alike, "remedy_offered")) == 2
    await world.wait("1d")
    assert await silent(world, second) == ""


async def silent(world: World, case: str) -> str:
    """Return what the digest says now of those who had the same as a case."""
    _, found, told = (await world.say("cleo", "/case digest", channel=None)).text.partition("Same cause, and nobody shouted")
    return told if found and case in told else ""
