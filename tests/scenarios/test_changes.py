"""What level 0 lacked becomes a change with a name and a date; the next case of the same cause shows whether it worked."""

from tests.world import World

LIMIT = "Let clerks correct bills up to 10,000"


async def escalated_fix(world: World, cause: str = "process", text: str = "billing: meter swapped, bill is 9,000") -> str:
    """A case that only got fixed because Ana asked for help, and Bruno did it."""
    case = await world.report("rita", text)
    await world.say("ana", f"/case escalate {case} I may not change tariffs")
    await world.say("bruno", f"/case resolve {case} fix {cause}: credited by hand")
    await world.say("rita", f"/case confirm {case}")
    return case


async def changed(world: World) -> tuple[str, str]:
    """An escalated fix and the change that came of it, made and confirmed."""
    case = await escalated_fix(world)
    await world.say("bruno", f"/case lacked {case} authority: {LIMIT}")
    change = (await world.case(case))["linked"][0]
    await world.say("ana", f"/case ack {change}")
    await world.say("ana", f"/case resolve {change} fix process: the limit is 10,000 now")
    await world.say("bruno", f"/case confirm {change}")
    return case, change


async def test_whoever_fixed_it_is_asked_what_was_missing_and_the_change_has_an_owner_and_a_date(world: World) -> None:
    case = await escalated_fix(world)
    asked = next(text for text in await world.told("bruno") if "what did level 0 lack" in text)
    assert case in asked

    opened = await world.press("bruno", "lacked", case)
    assert opened.form is not None
    assert [field["name"] for field in opened.form["fields"]] == ["lacked", "change", "change_owner", "change_by"]
    answer = await world.fill("bruno", lacked="authority", change=LIMIT, change_owner="ben", change_by="2026-03-06 12:00")

    shown = await world.case(case)
    change = await world.case(shown["linked"][0])
    assert (change["kind"], change["origin"], change["owner"], change["reporter"]) == ("change", case, "ben", "ana")
    assert (change["wanted_by"], change["promise"]) == ("2026-03-06T12:00:00Z", "2026-03-06T12:00:00Z")
    assert f"{change['id']}: Ben is to make the change by Friday 12:00." in answer.text
    assert any(change["id"] in text and f"You own this change: with it, a case like {case}" in text for text in await world.told("ben"))
    assert any(f"{change['id']}: a change came of {case}, and Ben owns it." in text for text in await world.told("ana"))


async def test_case_and_change_show_each_other(world: World) -> None:
    case = await escalated_fix(world)
    await world.say("bruno", f"/case lacked {case} authority: {LIMIT}")
    change = (await world.case(case))["linked"][0]

    of_case = (await world.say("rita", f"/case show {case}")).text
    of_change = (await world.say("rita", f"/case show {change}")).text

    assert f"See also {change}." in of_case
    assert f"what must change is {change}." in of_case
    assert "what level 0 lacked: authority to decide it" in of_case
    assert f"It came of {case}" in of_change


async def test_a_change_that_is_not_made_in_time_goes_up_like_any_case(world: World) -> None:
    case = await escalated_fix(world)
    await world.press("bruno", "lacked", case)
    await world.fill("bruno", lacked="authority", change=LIMIT, change_owner="ben", change_by="2026-03-05 12:00")
    change = (await world.case(case))["linked"][0]
    await world.press("ben", "ack", change)

    await world.until("2026-03-05T12:00:00Z")

    late = await world.case(change)
    assert (late["level"], late["accountable"], late["broken_promises"]) == (1, "bruno", 1)
    assert [fact["why"] for fact in late["timeline"] if fact["fact"] == "escalated"] == ["promise_broken"]


async def test_the_next_case_of_the_cause_that_has_to_be_escalated_takes_the_change_up_again(world: World) -> None:
    _, change = await changed(world)
    made = await world.case(change)
    assert (made["status"], made["outcome"]) == ("closed", "fixed")
    await world.wait("1d")

    await world.report("tom", "billing: another bill of 9,000")
    again = await escalated_fix(world, " Process ", "billing: a third bill of 9,000")

    back = await world.case(change)
    assert (back["status"], back["level"], back["accountable"]) == ("open", 1, "bruno")
    assert again in back["linked"]
    assert any(f"what was changed did not keep the next case away: {again}" in text for text in await world.told("bruno"))
    reopened = [fact for fact in back["timeline"] if fact["fact"] == "reopened"]
    assert [fact["back"] for fact in reopened] == [again]
    assert f"It was taken up again: {again} had the same cause, and had to be escalated." in reopened[0]["text"]


async def test_a_case_that_level_0_fixes_shows_that_it_worked(world: World) -> None:
    _, change = await changed(world)
    await world.wait("1d")
    case = await world.report("tom", "billing: another bill of 9,000")
    await world.say("ana", f"/case resolve {case} fix process: corrected within the limit")
    await world.say("tom", f"/case confirm {case}")

    assert (await world.case(change))["status"] == "closed"


async def test_another_cause_another_service_and_a_case_from_before_say_nothing_about_it(world: World) -> None:
    before = await world.report("tom", "billing: an older bill of 9,000")
    await world.say("ana", f"/case escalate {before} too big for me")
    _, change = await changed(world)
    await world.wait("1d")

    await escalated_fix(world, "software", "billing: the page is blank")
    elsewhere = await world.report("rita", "metering: the meter is dark")
    await world.say("ben", f"/case escalate {elsewhere} too big for me")
    await world.say("bruno", f"/case resolve {elsewhere} fix process: replaced")
    await world.say("bruno", f"/case resolve {before} fix process: credited")

    assert (await world.case(change))["status"] == "closed"


async def test_a_private_case_has_a_private_change_and_touches_no_public_one(world: World) -> None:
    _, change = await changed(world)
    await world.wait("1d")
    case = await world.report("rita", "private billing: somebody reads my bills")
    await world.say("ana", f"/case escalate {case} I may not look at the logs")
    await world.say("bruno", f"/case resolve {case} fix process: access taken away")
    await world.say("bruno", f"/case lacked {case} access: let the desk see the logs")

    assert (await world.case(change))["status"] == "closed"
    own = await world.case((await world.case(case))["linked"][0])
    assert own["private"]
    assert "no case" in (await world.say("tom", f"/case show {own['id']}")).text.lower()
    assert not any(own["id"] in text for text in await world.posted("help"))

    await world.say("ana", f"/case resolve {own['id']} fix process: the desk sees the logs")
    await world.say("bruno", f"/case confirm {own['id']}")
    await world.wait("1d")
    await escalated_fix(world)
    assert (await world.case(own["id"]))["status"] == "closed"
    assert (await world.case(change))["status"] == "open"


async def test_what_level_0_lacked_is_for_who_fixed_it_and_only_of_cases_that_went_up(world: World) -> None:
    case = await escalated_fix(world)
    plain = await world.report("tom", "billing: wrong name")
    await world.say("ana", f"/case resolve {plain} fix data: corrected")

    assert "Only Ana or Bruno may say" in (await world.say("rita", f"/case lacked {case} authority")).text
    assert "never went up a level" in (await world.say("ana", f"/case lacked {plain} authority")).text
    assert (
        "is none of authority, information, access, time, an owner, other"
        in (await world.say("bruno", f"/case lacked {case} courage")).text
    )
    assert [fact for _, fact in await world.facts(case, "lacked")] == []


async def test_a_case_that_breaks_again_after_its_own_change_was_made_takes_it_up(world: World) -> None:
    """Also a private one: it and its change are seen by the same people."""
    for text in ("billing: meter swapped, bill is 9,000", "private billing: somebody reads my bills"):
        case = await escalated_fix(world, "process", text)
        await world.say("bruno", f"/case lacked {case} authority: {LIMIT}")
        change = (await world.case(case))["linked"][0]
        await world.say("ana", f"/case resolve {change} fix process: the limit is 10,000 now")
        await world.say("bruno", f"/case confirm {change}")
        assert (await world.case(change))["status"] == "closed"

        await world.wait("1d")
        await world.say("rita", f"/case reopen {case} it is back")
        await world.say("cleo", f"/case resolve {case} fix process: by hand once more")

        back = await world.case(change)
        assert (back["status"], back["level"]) == ("open", 1)
        assert back["linked"] == [case]


async def test_a_change_and_a_workaround_come_of_one_case_though_the_workaround_leans_on_an_older_debt(world: World) -> None:
    first = await world.report("tom", "billing: the page is blank")
    await world.say("ana", f"/case resolve {first} workaround old gateway: restarted it")
    (debt,) = (await world.case(first))["linked"]
    case = await world.report("rita", "billing: the page is blank again")
    await world.press("ana", "resolve", case)
    values = {"explanation": "restarted it", "cause": "old gateway", "kind": "workaround", "cost": "40", "change": "buy a gateway"}
    answer = await world.fill("ana", **values, change_owner="ben", change_by="2026-03-06 12:00")

    shown = await world.case(case)
    change, leaning = [await world.case(other) for other in shown["linked"]]
    assert (change["kind"], change["owner"], change["cause"]) == ("change", "ben", "old gateway")
    assert (leaning["id"], leaning["linked"]) == (debt, [first, case])
    assert f"{change['id']}: Ben is to make the change by Friday 12:00." in answer.text
    assert f"2 cases lean on this workaround: {first}, {case}." in answer.text
    assert [fact["by"] for fact in shown["timeline"] if fact["fact"] == "linked" and "by" in fact] == []
