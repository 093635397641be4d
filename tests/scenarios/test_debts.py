"""A workaround is a debt: it has an owner, an expiry, and the number of cases that lean on it; letting it stand longer goes up a level."""

from tests.world import World


async def got_round(world: World, who: str = "rita", text: str = "billing: the page is blank", cause: str = "old gateway") -> str:
    case = await world.report(who, text)
    await world.say("ana", f"/case resolve {case} workaround {cause}: restarted the gateway")
    return case


async def test_a_workaround_becomes_a_debt_that_expires(world: World) -> None:
    case = await got_round(world)

    (number,) = (await world.case(case))["linked"]
    debt = await world.case(number)
    assert (debt["kind"], debt["origin"], debt["owner"], debt["reporter"]) == ("debt", case, "ana", "rita")
    assert debt["wanted_by"] == "2026-04-01T09:00:00Z"  # thirty days, as the rules have it
    assert any(f"{number}: the workaround of {case} is to be put right, and Ana owns that." in text for text in await world.told("rita"))

    await world.say("ana", f"/case resolve {number} fix equipment: the gateway has been replaced")
    await world.press("rita", "confirm", number)
    assert (await world.case(number))["outcome"] == "fixed"


async def test_a_form_says_by_when_it_is_put_right(world: World) -> None:
    case = await world.report("rita", "billing: the page is blank")
    form = (await world.press("ana", "resolve", case)).form
    assert form is not None
    assert "expires" in [field["name"] for field in form["fields"]]
    await world.fill("ana", explanation="restarted it", cause="old gateway", kind="workaround", expires="2026-03-04 12:00", minutes="20")

    shown = await world.case(case)
    assert shown["minutes"] == 20
    debt = await world.case(shown["linked"][0])
    assert debt["wanted_by"] == "2026-03-04T12:00:00Z"
    await world.press("ana", "ack", debt["id"])
    await world.until("2026-03-04T12:00:00Z")
    late = await world.case(debt["id"])
    assert (late["level"], late["accountable"]) == (1, "bruno")


async def test_the_next_workaround_of_the_cause_leans_on_the_debt_that_there_is(world: World) -> None:
    first = await got_round(world)
    (debt,) = (await world.case(first))["linked"]
    second = await world.report("tom", "billing: blank again")
    answer = await world.say("ana", f"/case resolve {second} workaround Old  Gateway: restarted it once more")
    third = await got_round(world, "tom", "billing: another thing", "wrong data")

    assert (await world.case(debt))["linked"] == [first, second]
    assert (await world.case(second))["linked"] == [debt]
    assert (await world.case(third))["linked"] != [debt]
    assert f"2 cases lean on this workaround: {first}, {second}." in answer.text
    assert "2 cases lean on this workaround" in (await world.say("tom", f"/case show {debt}")).text
    assert f"in {debt}" in (await world.say("tom", f"/case show {second}")).text


async def test_once_it_is_put_right_the_next_workaround_is_a_new_debt(world: World) -> None:
    first = await got_round(world)
    (debt,) = (await world.case(first))["linked"]
    await world.say("ana", f"/case resolve {debt} fix equipment: replaced")
    await world.say("rita", f"/case confirm {debt}")

    second = await got_round(world, "tom", "billing: blank again")

    assert (await world.case(second))["linked"] != [debt]
    third = await got_round(world, "tom", "billing: and again")
    assert (await world.case(third))["linked"] == (await world.case(second))["linked"]


async def test_a_renewal_needs_a_reason_and_goes_a_level_up(world: World) -> None:
    case = await got_round(world)
    (debt,) = (await world.case(case))["linked"]
    await world.press("ana", "renew", debt)  # asks until when, and why
    await world.say("ana", f"/case renew {debt} 2026-05-01 12:00")
    assert "renewals" not in await world.case(debt)

    answer = await world.say("ana", f"/case renew {debt} 2026-05-01 12:00: the part is late")

    shown = await world.case(debt)
    assert (shown["level"], shown["accountable"], shown["renewals"]) == (1, "bruno", 1)
    assert (shown["wanted_by"], shown["promise"]) == ("2026-05-01T11:00:00Z", "2026-05-01T11:00:00Z")
    assert "the level above has your reason" in answer.text
    assert any("a workaround is to stand longer than was said: the part is late" in text for text in await world.told("bruno"))
    assert "is no workaround" in (await world.say("ana", f"/case renew {case} 2026-05-01 12:00: later")).text


async def test_a_private_workaround_leans_on_nothing(world: World) -> None:
    public = await got_round(world)
    private = await world.report("tom", "private billing: somebody reads my bills")
    await world.say("ana", f"/case resolve {private} workaround old gateway: locked it")

    (own,) = (await world.case(private))["linked"]
    assert (await world.case(own))["private"]
    assert [own] != (await world.case(public))["linked"]
    again = await got_round(world, "tom", "billing: blank again")
    assert (await world.case(again))["linked"] == (await world.case(public))["linked"]


async def test_no_public_workaround_leans_on_a_private_one(world: World) -> None:
    private = await world.report("tom", "private billing: somebody reads my bills")
    await world.say("ana", f"/case resolve {private} workaround old gateway: locked it")
    public = await got_round(world)

    assert (await world.case(public))["linked"] != (await world.case(private))["linked"]
    assert not (await world.case((await world.case(public))["linked"][0]))["private"]


async def test_what_was_withdrawn_leans_on_nothing_and_where_it_came_from_is_said_once(world: World) -> None:
    case = await world.report("rita", "billing: letters went out twice")
    await world.say("ana", f"/case resolve {case} workaround print run: stopped by hand")
    [debt] = [one["id"] for one in await world.stage.cases() if one["kind"] == "debt"]
    shown = (await world.say("rita", f"/case show {debt}")).text
    assert f"1 case leans on this workaround: {case}." in shown
    assert shown.count(f"It came of {case}") == 1

    await world.say("rita", f"/case withdraw {case} it was my own mistake")

    assert "No case leans on this workaround any more." in (await world.say("rita", f"/case show {debt}")).text


async def test_a_promise_does_not_go_round_a_renewal(world: World) -> None:
    case = await world.report("rita", "billing: letters went out twice")
    await world.say("ana", f"/case resolve {case} workaround print run: stopped by hand")
    [debt] = [one["id"] for one in await world.stage.cases() if one["kind"] == "debt"]

    refused = await world.say("ana", f"/case promise {debt} 30 June 2027 12:00")

    assert refused.refused
    assert "with a reason" in refused.text or "asks for a reason" in refused.text
