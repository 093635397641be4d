"""What is offered to somebody who has begun to type: what they may see, what fits first, and nothing is written."""

from dataclasses import replace

import pytest

from bot.chat import Option
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from bot.handlers.suggesting import LONGEST, Kind
from bot.store.database import Database
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import ANA, ORG, person


async def offered(floor: Floor, who: str, kind: Kind, typed: str = "", verb: str = "show", most: int = 25) -> list[str]:
    return [option.id for option in await options(floor, who, kind, typed, verb, most)]


async def options(floor: Floor, who: str, kind: Kind, typed: str = "", verb: str = "show", most: int = 25) -> tuple[Option, ...]:
    return await floor.desk.suggest(PersonId(who), Place("local", "local", "help"), kind, verb, typed, most)


CASES: dict[str, tuple[str, str, str, list[str]]] = {
    "the newest first": ("ana", "show", "", ["C-3", "C-2", "C-1"]),
    "what the verb fits first": ("ana", "ack", "", ["C-3", "C-2", "C-1"]),
    "by a word of the title": ("ana", "show", "INVOICE", ["C-2"]),
    "by the number": ("ana", "show", "C-1", ["C-1"]),
    "by the number alone": ("ana", "show", "2", ["C-2"]),
    "what nobody has": ("ana", "show", "C-99", []),
    "another's, by its number": ("ben", "show", "c1", ["C-1"]),
    "another's, not by its words": ("ben", "show", "invoice", []),
    "a private one of their own": ("rita", "show", "boss", ["C-3"]),
    "a private one of somebody else's": ("ben", "show", "C-3", []),
    "nothing of theirs": ("cleo", "show", "", []),
}


@pytest.mark.parametrize(("who", "verb", "typed", "wanted"), CASES.values(), ids=CASES.keys())
async def test_cases(floor: Floor, who: str, verb: str, typed: str, wanted: list[str]) -> None:
    await floor.report("rita", "billing: bill is wrong")
    await floor.report("rita", "billing: invoice came twice")
    await floor.report("rita", "private billing: about my boss")
    await floor.say("ana", "/case ack C-1")
    assert await offered(floor, who, "case", typed, verb) == wanted


async def test_those_for_which_it_can_be_done_come_first(floor: Floor) -> None:
    for number in range(3):
        await floor.report("rita", f"billing: number {number}")
    await floor.say("ana", "/case ack C-3")
    await floor.say("ana", "/case resolve C-2 fix process: done")

    assert await offered(floor, "ana", "case", verb="ack") == ["C-1", "C-3", "C-2"]
    assert await offered(floor, "rita", "case", verb="confirm") == ["C-2", "C-3", "C-1"]
    assert await offered(floor, "ana", "case", verb="show") == ["C-3", "C-2", "C-1"]


async def test_what_is_closed_can_be_reopened_and_a_teams_case_be_taken(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("rita", "billing: two")
    await floor.say("rita", "/case withdraw C-1 found it")
    assert await offered(floor, "rita", "case", verb="reopen") == ["C-1", "C-2"]
    assert await offered(floor, "rita", "case", verb="chase") == ["C-2"]
    assert await offered(floor, "ben", "case", verb="take") == []
    org = replace(ORG, people={**ORG.people, PersonId("ben"): replace(ORG.people[PersonId("ben")], team="billing")})
    assert await offered(floor_of(floor.store.database, org), "ben", "case", verb="take") == ["C-2"]


async def test_no_more_than_may_be_shown_and_none_too_long(floor: Floor) -> None:
    for number in range(5):
        await floor.report("rita", f"billing: {number} {'very ' * 40}wrong")
    found = await options(floor, "ana", "case", most=3)
    assert [option.id for option in found] == ["C-5", "C-4", "C-3"]
    assert {len(option.label) <= LONGEST for option in found} == {True}
    assert found[0].label.startswith("C-5: 4 very very")


NAMES: dict[str, tuple[Kind, str, list[str]]] = {
    "services": ("service", "", ["billing", "desk", "metering"]),
    "a service by its name": ("service", "payments", ["billing"]),
    "a service by its id": ("service", "bil", ["billing"]),
    "what begins so goes before what has it within": ("service", "m", ["metering", "billing"]),
    "people": ("person", "", ["ana", "ben", "bruno", "cleo", "rita"]),
    "a person by the second name": ("person", "OKORO", ["ben"]),
    "those who begin so first": ("person", "b", ["ben", "bruno"]),
    "a severity": ("severity", "crit", ["critical"]),
    "severities": ("severity", "", ["critical", "normal"]),
    "nobody": ("person", "zoe", []),
}


@pytest.mark.parametrize(("kind", "typed", "wanted"), NAMES.values(), ids=NAMES.keys())
async def test_names(floor: Floor, kind: Kind, typed: str, wanted: list[str]) -> None:
    assert await offered(floor, "rita", kind, typed) == wanted


async def test_neither_newcomers_nor_whoever_is_gone_can_be_handed_anything(sqlite: Database) -> None:
    zoe = person(PersonId("discord..1"), "Zoe")
    org = replace(ORG, people={**ORG.people, zoe.id: zoe, ANA: replace(ORG.people[ANA], gone=True)})
    assert await offered(floor_of(sqlite, org), "rita", "person") == ["ben", "bruno", "cleo", "rita"]
