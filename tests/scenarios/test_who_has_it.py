"""A case always has a name on it: hand-overs need two, loops are broken, absences are skips and nobody's silence."""

from tests.world import World


async def test_a_handover_needs_two(world: World) -> None:
    case = await world.report("rita", "billing: the meter shows somebody else's reading")
    await world.say("ana", f"/case handover {case} ben: it is the meter team's")
    assert (await world.case(case))["owner"] == "ana"
    assert "the meter team's" in (await world.told("ben"))[-1]

    await world.press("ben", "accept", case)

    shown = await world.case(case)
    assert (shown["owner"], shown["status"], shown["handovers"]) == ("ben", "acknowledged", 1)
    assert "Ben" in (await world.told("rita"))[-1]


async def test_back_and_forth_is_a_loop_and_goes_to_the_manager_of_both(world: World) -> None:
    case = await world.report("rita", "billing: two departments pass it around")
    await world.say("ana", f"/case handover {case} ben: it is the meter team's")
    await world.press("ben", "accept", case)
    await world.say("ben", f"/case handover {case} ana: it is not the meter")
    await world.press("ana", "accept", case)

    shown = await world.case(case)
    assert (shown["owner"], shown["level"], shown["accountable"], shown["handovers"]) == ("ana", 1, "bruno", 2)
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["handover_loop"]


async def test_an_offer_that_nobody_answers_lapses_and_the_clocks_ran_on(world: World) -> None:
    case = await world.report("rita", "billing: whose is it")
    await world.press("ana", "ack")
    await world.say("ana", f"/case handover {case} ben: yours I think")
    await world.wait("1h")
    assert [fact for _, fact in await world.facts(case, "handover_offered", "handover_lapsed")] == ["handover_offered", "handover_lapsed"]
    shown = await world.case(case)
    assert (shown["owner"], shown["handovers"]) == ("ana", 0)


async def test_declining_needs_a_reason_and_leaves_it_where_it_was(world: World) -> None:
    case = await world.report("rita", "billing: whose is it")
    await world.say("ana", f"/case handover {case} ben: yours I think")
    await world.say("ben", f"/case decline {case} the meter was never changed")
    assert (await world.case(case))["owner"] == "ana"
    assert "the meter was never changed" in (await world.told("ana"))[-1]


async def test_a_wrong_desk_changes_team_and_budget(world: World) -> None:
    case = await world.report("rita", "billing: the display is dark")
    await world.say("ana", f"/case handover {case} metering: a dark display is a meter")
    await world.press("ben", "accept", case)
    shown = await world.case(case)
    assert (shown["owner"], shown["service"]) == ("ben", "metering")


async def test_a_manager_who_is_away_with_a_deputy_is_answered_for(world: World) -> None:
    await world.say("ida", "/case away bruno until 2026-03-13 eve")
    case = await world.report("rita", "billing: nobody there")
    await world.wait("1h")
    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (1, "bruno")
    assert "Bruno" in (await world.told("eve"))[-1]
    assert not any(case in text for text in await world.told("bruno"))

    await world.say("eve", f"/case ack {case}")
    assert (await world.case(case))["status"] == "acknowledged"


async def test_a_manager_who_is_away_without_a_deputy_is_skipped_at_once(world: World) -> None:
    await world.say("bruno", "/case away until 2026-03-13")
    case = await world.report("rita", "billing: nobody there")
    await world.wait("1h")
    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (2, "cleo")
    skipped = [fact for fact in shown["timeline"] if fact["fact"] == "skipped"]
    assert [(fact["level"], fact["why"]) for fact in skipped] == [(1, "away")]


async def test_an_owner_who_is_away_at_opening_is_skipped_and_that_is_no_escalation(world: World) -> None:
    await world.say("ana", "/case away until 2026-03-13")
    case = await world.report("rita", "billing: opened while Ana is away")
    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (1, "bruno")
    assert [fact for _, fact in await world.facts(case)][:2] == ["reported", "skipped"]
    await world.say("bruno", f"/case resolve {case} fix process: done")
    await world.press("rita", "confirm", case)
    await world.wait("1d")
    digest = (await world.posted("leadership"))[-1]
    assert case not in digest


async def test_a_duplicate_carries_its_contacts_and_its_age_over(world: World) -> None:
    first = await world.report("rita", "billing: wrong bill asked 3 times")
    await world.wait("10m")
    second = await world.report("tom", "billing: the same wrong bill asked once")
    await world.say("ana", f"/case merge {first} into {second}")

    closed, going_on = await world.case(first), await world.case(second)
    assert (closed["status"], closed["outcome"]) == ("closed", "duplicate")
    assert going_on["contacts"] == 6
    assert going_on["opened_at"] == closed["opened_at"]

    await world.say("ana", f"/case resolve {second} fix process: both corrected")
    await world.press("tom", "confirm", second)
    assert (await world.case(second))["status"] == "resolved"  # Rita holds a key too
    await world.press("rita", "confirm", second)
    assert (await world.case(second))["outcome"] == "fixed"


async def test_the_level_above_may_take_it_or_decline_it(world: World) -> None:
    case = await world.report("rita", "billing: pay me double")
    await world.wait("1h")
    early = await world.say("ana", f"/case decline {case} no")
    assert early.refused
    await world.say("bruno", f"/case decline {case} our terms do not allow it")
    shown = await world.case(case)
    assert (shown["status"], shown["outcome"]) == ("closed", "declined")
    assert "our terms do not allow it" in (await world.told("rita"))[-1]

    other = await world.report("rita", "billing: pay me back")
    await world.wait("1h")
    await world.say("bruno", f"/case take {other}")
    shown = await world.case(other)
    assert (shown["owner"], shown["status"], shown["handovers"]) == ("bruno", "acknowledged", 0)


async def test_a_private_case_is_seen_by_those_on_it_only(world: World) -> None:
    case = await world.report("rita", "private people: my manager reads my letters", channel=None)
    for outsider in ("tom", "ben", "eve"):
        answer = await world.say(outsider, f"/case show {case}")
        assert "letters" not in answer.text
        assert "letters" not in (await world.say(outsider, "/case list")).text
    assert "letters" in (await world.say("dana", f"/case show {case}")).text
    for channel in ("help", "leadership"):
        assert not any("letters" in text for text in await world.posted(channel))
