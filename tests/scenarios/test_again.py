"""What was closed and is reported again joins its line: age, contacts and level go on. One tap says so; without it, it stands alone."""

from tests.world import World

BILL = "billing: bill too high after meter swap"


async def fixed(world: World, who: str = "rita", text: str = BILL) -> str:
    """Report something, and have it fixed and confirmed."""
    case = await world.report(who, text)
    await world.say("ana", f"/case resolve {case} fix process: reading corrected")
    await world.press(who, "confirm", case)
    assert (await world.case(case))["outcome"] == "fixed"
    return case


async def test_who_reports_it_again_is_asked_and_one_tap_goes_on(world: World) -> None:
    old = await fixed(world)
    await world.wait("3d")
    again = await world.say("rita", "/case report billing: meter swapped, bill is 9,000 again, asked 2 times")
    new = again.case
    assert new != old
    assert f"Is this {old} again?" in again.text

    taken = await world.take("rita", f"Yes, {old} again")

    assert f"{new} is {old} again" in taken.text
    shown = await world.case(old)
    assert (shown["status"], shown["level"], shown["accountable"]) == ("open", 1, "bruno")
    assert shown["contacts"] == 1 + 3  # the first report; the second one, and twice before it
    assert [fact for _, fact in await world.facts(old, "reopened", "escalated", "merged")] == ["reopened", "escalated", "merged"]
    assert ((await world.case(new))["status"], (await world.case(new))["outcome"]) == ("closed", "duplicate")
    assert any(text.startswith(f"{old} has come to you") or old in text for text in await world.told("bruno"))


async def test_somebody_else_who_reports_it_holds_a_key_from_then_on(world: World) -> None:
    old = await fixed(world)
    await world.wait("1d")
    again = await world.say("tom", "/case report billing: bill too high since the meter was swapped")
    await world.take("tom", f"Yes, {old} again")
    await world.say("bruno", f"/case resolve {old} fix process: tariff corrected")

    await world.press("rita", "confirm", old)
    assert (await world.case(old))["status"] == "resolved"
    await world.press("tom", "confirm", old)

    assert (await world.case(old))["outcome"] == "fixed"
    assert (await world.case(again.case))["outcome"] == "duplicate"


async def test_who_does_not_tap_has_a_case_of_its_own(world: World) -> None:
    old = await fixed(world)
    await world.wait("1d")
    new = await world.report("tom", "billing: bill too high since the meter was swapped")
    await world.wait("1h")

    assert (await world.case(old))["status"] == "closed"
    assert (await world.case(new))["status"] == "open"


async def test_by_words_too_but_not_for_somebody_else_nor_twice(world: World) -> None:
    old = await fixed(world)
    new = await world.report("tom", "billing: bill too high since the meter was swapped")

    assert (await world.say("rita", f"/case again {new} {old}")).refused
    assert not (await world.say("tom", f"/case again {new} {old}")).refused
    assert (await world.say("tom", f"/case again {new} {old}")).refused
    assert (await world.case(old))["contacts"] == 2


async def test_what_is_asked_about_later_counts_as_a_failed_recheck(world: World) -> None:
    old = await fixed(world)
    await world.wait("8d")  # after a week rita was asked whether it is still fixed
    new = await world.report("rita", BILL)
    await world.take("rita", f"Yes, {old} again")

    shown = await world.case(old)
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["recheck_failed"]
    assert (await world.case(new))["outcome"] == "duplicate"


async def test_nothing_is_asked_of_what_was_withdrawn_private_or_long_ago(world: World) -> None:
    withdrawn = await world.report("rita", "billing: the refund for june is missing")
    await world.say("rita", f"/case withdraw {withdrawn} found it")
    await fixed(world, "rita", "private billing: my account is blocked")
    long_ago = await fixed(world, "rita", "billing: direct debit taken twice")
    await world.wait("91d")

    for text in ("the refund for june is missing", "my account is blocked", "direct debit taken twice"):
        assert "again?" not in (await world.say("tom", f"/case report billing: {text}")).text
    assert (await world.case(long_ago))["status"] == "closed"
