"""One dead route, many who say so: one case, the right key, and nothing told of a private one."""

from dataclasses import replace

import pytest

from bot.chat import Button, Reply
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import CaseId, Kind, PersonId, RouteId, ServiceId, Status
from bot.store.database import Database
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import BEN, BRUNO, ORG, RITA

BILLING = ServiceId("billing")


def private() -> Org:
    return replace(ORG, services={**ORG.services, BILLING: replace(ORG.services[BILLING], private=True)})


async def pressed(floor: Floor, who: str) -> Reply:
    return await floor.press(who, "dead-website", None)


async def test_the_home_has_a_button_for_each_route(floor: Floor) -> None:
    home = await floor.desk.home(PersonId("rita"), Place("local", "local", "@rita"))
    [card] = next(section for section in home.sections if section.title == "Contact routes").cards
    assert card.buttons == (Button("dead-website", "Contact form: the link does not work"),)

    reply = await pressed(floor, "rita")
    assert reply.case is not None
    case = await floor.case(reply.case)
    assert (case.kind, case.owner, case.keyholders, case.route, case.probed) == (Kind.ROUTE, BEN, (RITA,), "website", False)
    home = await floor.desk.home(PersonId("cleo"), Place("local", "local", "@cleo"))
    [card] = next(section for section in home.sections if section.title == "Contact routes").cards
    assert any(f"C-{case.id}" in str(part) for line in card.lines for part in line)


async def test_pressed_twice_is_reported_once(floor: Floor) -> None:
    first = await pressed(floor, "rita")
    again = await pressed(floor, "rita")
    assert again.case == first.case
    assert await floor.names(first.case or 0) == ["reported"]


async def test_others_join_and_their_words_are_noted(floor: Floor) -> None:
    first = await pressed(floor, "rita")
    second = await floor.say("cleo", "/case dead contact form because it says 404")
    third = await floor.say("rita", "/case dead website: now it says 500")
    assert {second.case, third.case} == {first.case}
    assert await floor.names(first.case or 0) == ["reported", "joined", "noted", "noted"]


async def test_whoever_holds_the_key_says_by_it_that_it_is_still_broken(floor: Floor) -> None:
    number = (await pressed(floor, "rita")).case or 0
    await floor.say("ben", f"/case resolve C-{number} fix software: back again")
    joined = await pressed(floor, "cleo")
    assert (joined.case, (await floor.case(number)).status) == (number, Status.RESOLVED)

    await pressed(floor, "rita")
    case = await floor.case(number)
    assert (case.status, case.contacts) == (Status.ACKNOWLEDGED, 2)


async def test_its_owner_does_not_hold_both_keys(floor: Floor) -> None:
    case = await floor.case((await pressed(floor, "ben")).case or 0)
    assert (case.owner, case.keyholders, case.affected) == (BEN, (BRUNO,), (BEN,))


async def test_once_it_is_closed_the_next_report_is_another_case(floor: Floor) -> None:
    first = (await pressed(floor, "rita")).case or 0
    await floor.say("rita", f"/case withdraw C-{first} my own mistake")
    second = (await pressed(floor, "cleo")).case
    assert second not in (None, first)


async def test_what_was_merged_goes_on_in_the_other(sqlite: Database) -> None:
    hotline = replace(ORG.routes[RouteId("website")], id=RouteId("hotline"), name="Hotline", kind="phone", probe_every=None)
    floor = floor_of(sqlite, replace(ORG, routes={**ORG.routes, hotline.id: hotline}))
    first = (await pressed(floor, "rita")).case or 0
    other = await floor.case((await floor.press("cleo", "dead-hotline", None)).case or 0)
    await floor.say("bruno", f"/case merge C-{first} into C-{other.id}")
    reply = await pressed(floor, "ana")
    assert reply.case == other.id


async def test_what_was_no_case_is_forgotten_and_reported_anew(floor: Floor) -> None:
    first = (await pressed(floor, "rita")).case or 0
    await floor.say("rita", f"/case undo C-{first}")
    second = await pressed(floor, "cleo")
    assert second.case not in (None, first)
    assert "Down since" in floor.text(await floor.say("ana", "/case routes"))


async def test_a_private_one_is_known_to_be_and_no_more(sqlite: Database) -> None:
    floor = floor_of(sqlite, private())
    number = (await pressed(floor, "rita")).case or 0
    reply = await pressed(floor, "cleo")
    assert reply.case is None
    assert f"C-{number}" not in floor.text(reply)
    assert await floor.names(number) == ["reported"]
    listed = floor.text(await floor.say("cleo", "/case routes"))
    assert "1 of them down" in listed
    assert f"C-{number}" not in listed
    assert f"C-{number}" in floor.text(await floor.say("ben", "/case routes"))


async def test_without_routes_there_is_nothing_to_report_dead(sqlite: Database) -> None:
    floor = floor_of(sqlite, replace(ORG, routes={}))
    for said in ("/case dead website", "/case dead"):
        reply = await floor.say("rita", said)
        assert reply.refused
        assert reply.form is None
    assert "No contact routes" in floor.text(await floor.say("rita", "/case routes"))
    home = await floor.desk.home(PersonId("rita"), Place("local", "local", "@rita"))
    assert all(section.title != "Contact routes" for section in home.sections)


async def test_so_many_reports_an_hour_and_no_more(sqlite: Database) -> None:
    floor = floor_of(sqlite, replace(ORG, rules=replace(ORG.rules, reports_per_hour=1)))
    await floor.report("rita", "billing: wrong")
    assert (await pressed(floor, "rita")).refused
    assert (await pressed(floor, "cleo")).case == CaseId(2)


@pytest.mark.parametrize("button", ["dead-", "dead-nowhere", "dead-../x", "dead"])
async def test_a_button_that_we_never_made_opens_no_case(floor: Floor, button: str) -> None:
    reply = await floor.press("rita", button, None)
    assert reply.case is None
    assert reply.refused or reply.form is not None


async def test_a_dead_route_in_an_announced_window_is_explained_and_linked(floor: Floor) -> None:
    await floor.say("ana", "/case announce billing now to 18:00: the site moves")
    said = await pressed(floor, "rita")
    assert "the site moves" in floor.text(said)
    assert (await floor.case(said.case or 0)).announced == "A-1"


async def test_who_has_it_is_named_and_what_nobody_has_looked_at_is_not_called_up(floor: Floor) -> None:
    assert "1 contact route, none of them known to be down" in floor.text(await floor.say("rita", "/case routes"))
    number = (await pressed(floor, "rita")).case
    assert f"Down since today 10:07: C-{number}, Ben Okoro has it." in floor.text(await floor.say("rita", "/case routes"))
    await floor.say("ben", f"/case escalate C-{number} help")
    assert "Bruno Weiss (level 1) has it." in floor.text(await floor.say("rita", "/case routes"))
