"""Nobody answers, or somebody promises and does not keep it: the case goes up by itself, at the times that were foretold."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.config import load
from bot.handlers.foretelling import foretell
from tests.scenarios.stages import ORG
from tests.world import World


async def test_silence_takes_it_to_the_top_at_the_times_that_simulate_foretold(world: World) -> None:
    foretold = foretell(load(ORG, {}).org, datetime(2026, 3, 2, 9, tzinfo=UTC), service="billing", chain=None, owner=None, severity=None)
    case = await world.report("rita", "billing: meter swapped, bill is 9,000")
    assert "Acknowledge within 1 hour" in (await world.told("ana"))[0]

    await world.until("2026-03-06T17:30:00Z")

    climbed = [(event.at, event.level, event.to) for event in foretold if event.kind == "escalation"]
    shown = await world.case(case)
    escalated = [fact for fact in shown["timeline"] if fact["fact"] == "escalated"]
    assert [datetime.fromisoformat(fact["at"]) for fact in escalated] == [at for at, _, _ in climbed]
    assert [fact["level"] for fact in escalated] == [1, 2]
    assert (shown["level"], shown["accountable"], shown["owner"]) == (2, "cleo", "ana")
    nags = [datetime.fromisoformat(at) for at, fact in await world.facts(case, "nagged")]
    assert [event.at for event in foretold if event.kind == "nag"] == nags[: sum(event.kind == "nag" for event in foretold)]


async def test_each_level_hears_it_once_and_the_reporter_hears_each_move(world: World) -> None:
    case = await world.report("rita", "billing: the invoice is wrong")
    await world.wait("1h")
    assert f"{case} has come to you" in (await world.told("bruno"))[0]
    await world.wait("2h")

    assert len(await world.told("bruno")) == 1
    assert len(await world.told("cleo")) == 1
    told = await world.told("rita")
    assert len(told) == 3
    assert "Bruno" in told[1]
    assert "Cleo" in told[2]
    assert all(a != b for a, b in pairwise(told))


async def test_acknowledging_stops_the_response_clock_but_not_the_resolution_clock(world: World) -> None:
    case = await world.report("rita", "billing: no refund for weeks")
    await world.wait("30m")
    await world.press("ana", "ack")
    await world.wait("3h")
    assert (await world.case(case))["level"] == 0

    await world.until("2026-03-04T09:00:00Z")  # two working days after the report: 2d of 8.5 hours from Monday 09:00

    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (1, "bruno")
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["unresolved"]


async def test_a_broken_promise_goes_up_and_the_reporter_is_told(world: World) -> None:
    case = await world.report("rita", "billing: double charge")
    await world.press("ana", "ack")
    answer = await world.say("ana", f"/case promise {case} today 16:00")
    assert "Monday 2 March 2026, 16:00" in answer.text
    assert "16:00" in (await world.told("rita"))[-1]

    await world.until("2026-03-02T15:59:00Z")
    assert (await world.facts(case, "nagged", "escalated")) == []  # a promise keeps the reminders quiet

    await world.wait("1m")
    assert await world.facts(case, "promise_broken", "escalated") == [
        ("2026-03-02T16:00:00Z", "promise_broken"),
        ("2026-03-02T16:00:00Z", "escalated"),
    ]
    shown = await world.case(case)
    assert shown["accountable"] == "bruno"
    assert "promise" in (await world.told("bruno"))[-1].lower()


async def test_the_third_chase_goes_up_a_level(world: World) -> None:
    case = await world.report("rita", "billing: still waiting asked 2 times")
    assert (await world.case(case))["contacts"] == 3
    for _ in range(2):
        await world.say("rita", f"/case chase {case}")
    assert (await world.case(case))["level"] == 0

    await world.say("rita", f"/case chase {case}")

    shown = await world.case(case)
    assert (shown["level"], shown["contacts"]) == (1, 6)
    assert [fact["why"] for fact in shown["timeline"] if fact["fact"] == "escalated"] == ["chased"]


async def test_the_reporter_may_escalate_once_the_response_time_has_passed(world: World) -> None:
    case = await world.report("rita", "billing: wrong tariff")
    await world.press("ana", "ack")
    early = await world.say("rita", f"/case escalate {case} I have waited long enough")
    assert early.refused
    assert "10:00" in early.text  # it says from when

    await world.wait("61m")
    await world.say("rita", f"/case escalate {case} I have waited long enough")

    shown = await world.case(case)
    assert (shown["level"], shown["accountable"]) == (1, "bruno")


@pytest.mark.parametrize(
    ("start", "escalates"),
    [
        pytest.param("2026-03-06T17:00:00Z", "2026-03-09T09:30:00Z", id="over a weekend"),
        pytest.param("2026-04-02T16:00:00Z", "2026-04-07T08:30:00Z", id="over Good Friday and Easter Monday, in summer time by then"),
        pytest.param("2026-03-27T17:00:00Z", "2026-03-30T08:30:00Z", id="over the change to summer time"),
        pytest.param("2026-10-23T16:00:00Z", "2026-10-26T09:30:00Z", id="over the change back"),
    ],
)
async def test_the_hour_to_answer_is_an_hour_of_working_time(world: World, start: str, escalates: str) -> None:
    await world.until(start)
    local = datetime.fromisoformat(start).astimezone(ZoneInfo("Europe/London"))
    assert local.hour in (16, 17)

    case = await world.report("rita", "billing: late on a Friday")
    await world.until(escalates)

    assert await world.facts(case, "escalated") == [(escalates, "escalated")]
