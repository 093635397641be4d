"""A dead link has an owner: somebody says so in one tap, or a probe finds it, and whoever holds the second key hears how it ends."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.ports import Look
from tests.scenarios.conftest import TOLD, told_on
from tests.world import World

FORM = "https://northwind.example/contact"
ROUTES = f"""
[[routes]]
id = "website"
name = "Contact form"
kind = "web"
address = "{FORM}"
service = "billing"
owner = "ben"
probe_every = "1h"

[[routes]]
id = "hotline"
name = "Hotline"
kind = "phone"
address = "+44 20 7946 0000"
service = "billing"
"""


@dataclass
class Pages:
    """The outside: every page answers, until it does not."""

    down: set[str] = field(default_factory=set)
    looked: list[str] = field(default_factory=list)

    async def probe(self, address: str) -> Look:
        """Look at a page."""
        self.looked.append(address)
        return Look("fails", "it answers 404") if address in self.down else Look("works", "it answers 200")


@pytest.fixture
def pages() -> Pages:
    """The outside."""
    return Pages()


@pytest.fixture(params=TOLD)
async def world(request: pytest.FixtureRequest, pages: Pages) -> AsyncIterator[World]:
    """A world with two contact routes, on a Monday at nine."""
    async with told_on(request, ROUTES, pages) as there:
        yield there


async def test_a_dead_link_is_reported_in_one_tap_and_several_reports_are_one_case(world: World) -> None:
    listed = await world.say("rita", "/case routes")
    assert "Contact form" in listed.text
    assert "Hotline" in listed.text

    case = (await world.take("rita", "Contact form: the link does not work")).case
    shown = await world.case(case)
    assert (shown["kind"], shown["owner"], shown["status"]) == ("route", "ben", "open")
    assert any(case in text for text in await world.told("ben"))

    again = await world.say("tom", "/case dead website: it says 404")
    assert again.case == case
    assert "it says 404" in (await world.say("ben", f"/case show {case}")).text
    assert [one["id"] for one in await world.stage.cases()] == [case]
    assert case in (await world.say("tom", "/case routes")).text

    await world.say("ben", f"/case resolve {case} fix software: the form is at its old address again")
    await world.press("rita", "confirm", case)
    assert (await world.case(case))["outcome"] == "fixed"
    assert case not in (await world.say("tom", "/case routes")).text

    # The next time is another case.
    assert (await world.say("tom", "/case dead contact form")).case != case


async def test_a_probe_looks_again_before_it_opens_a_case_and_its_own_success_is_only_proposed(world: World, pages: Pages) -> None:
    pages.down.add(FORM)
    await world.wait("1h")
    assert await world.stage.cases() == []  # once may be chance

    await world.wait("1m")
    [opened] = await world.stage.cases()
    case = opened["id"]
    shown = await world.case(case)
    assert (shown["kind"], shown["owner"], shown["reporter"]) == ("route", "ben", "ida")
    assert "404" in (await world.say("ida", f"/case show {case}")).text
    assert any(case in text for text in await world.told("ben"))
    assert "a probe found a dead contact route" in (await world.told("ida"))[-1]
    assert any(case in text for text in await world.posted("help"))

    pages.down.clear()
    await world.wait("2h")
    shown = await world.case(case)
    assert (shown["status"], shown["owner"]) == ("resolved", "ben")
    assert "works again" in (await world.told("ida"))[-1]

    await world.press("ida", "confirm", case)
    assert (await world.case(case))["outcome"] == "fixed"


async def test_a_probe_takes_back_what_was_only_said_to_be_fixed(world: World, pages: Pages) -> None:
    pages.down.add(FORM)
    await world.wait("61m")
    [opened] = await world.stage.cases()
    case = opened["id"]
    await world.say("ben", f"/case resolve {case} fix software: it is there again")
    assert (await world.case(case))["status"] == "resolved"

    await world.wait("1h")
    shown = await world.case(case)
    assert (shown["status"], shown["contacts"]) == ("acknowledged", 1)
    assert [fact for _, fact in await world.facts(case, "resolved", "reopened")] == ["resolved", "reopened"]


async def test_whoever_reports_what_a_probe_found_joins_it_and_one_that_works_is_left_to_people(world: World, pages: Pages) -> None:
    hotline = (await world.say("rita", "/case dead hotline")).case
    await world.wait("3h")
    assert (await world.case(hotline))["status"] != "resolved"  # nobody can look at a telephone

    pages.down.add(FORM)
    await world.wait("2h")
    website = next(one["id"] for one in await world.stage.cases() if one["id"] != hotline)
    joined = await world.say("tom", "/case dead website")
    assert joined.case == website
    assert "tom" in [fact.get("by") for fact in (await world.case(website))["timeline"] if fact["fact"] == "joined"]


async def test_what_nobody_knows_is_asked_for_and_said(world: World) -> None:
    assert "website" in (await world.say("rita", "/case dead webseite")).text

    answer = await world.say("rita", "/case dead")
    assert answer.form is not None
    case = (await world.fill("rita", route="hotline", why="nobody picks up")).case
    assert "nobody picks up" in (await world.say("ana", f"/case show {case}")).text
    assert (await world.case(case))["owner"] == "ana"  # the service's owner, where the route has none of its own


async def test_the_digest_tells_which_routes_are_down(world: World) -> None:
    case = (await world.say("rita", "/case dead hotline")).case
    await world.until("2026-03-03T09:00:00Z")
    assert any(case in text and "Hotline does not work" in text for text in await world.posted("leadership"))
