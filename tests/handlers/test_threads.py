"""One case on two platforms: where its cards stand, and what is said in which thread."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat import Reply, Said
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId, ServiceId
from bot.ports import Address
from bot.store.database import Database
from bot.store.delivery_tables import cards, deliveries
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import ORG


class Everywhere:
    """Channels of any platform, each in a workspace that its name begins with: "slack:T1/desk"."""

    def address(self, channel: str) -> Address | None:
        platform, _, name = channel.partition(":")
        workspace, _, conversation = name.partition("/")
        return Address(platform, workspace, conversation)


def at_home(**channels: str) -> Org:
    """Return the organisation whose services have these channels."""
    services = {ServiceId(name): replace(ORG.services[ServiceId(name)], channel=channel) for name, channel in channels.items()}
    return replace(ORG, services={**ORG.services, **services})


@pytest.fixture
def floor(sqlite: Database) -> Floor:
    """A desk whose billing is at home in Slack, and its metering in Discord."""
    return floor_of(sqlite, at_home(billing="slack:T1/desk", metering="discord:G1/meters"), places=Everywhere())


IN_DISCORD = Place("discord", "G1", "help", "m1")
THREAD = Place("discord", "G1", "help", "m2", "m1")


async def reported(floor: Floor, place: Place, words: str = "billing: the bill is wrong") -> CaseId:
    reply = await floor.desk.handle(Said(floor._key(None), PersonId("rita"), place, f"@buckstop report {words}"))
    assert reply.case is not None, reply
    return reply.case


async def standing(floor: Floor) -> list[str]:
    """Return where cards stand."""
    async with floor.store.database.read() as conn:
        return [
            f"{row.platform}:{row.workspace}/{row.conversation}" + (f"#{row.thread}" if row.thread else "")
            for row in await conn.execute(select(cards).order_by(cards.c.key))
        ]


async def echoes(floor: Floor) -> list[tuple[str, int, str]]:
    """Return what is to be said in other threads: where, of which fact, and where it was said."""
    async with floor.store.database.read() as conn:
        found = select(deliveries).where(deliveries.c.kind == "echo").order_by(deliveries.c.id)
        return [(row.channel, row.fact, row.body["in"]) for row in await conn.execute(found)]


async def say(floor: Floor, who: str, words: str, place: Place = THREAD, *, edited: bool = False) -> Reply:
    return await floor.desk.handle(Said(floor._key(None), PersonId(who), place, words, edited=edited))


WHERE = {
    "where it was reported, and at home": (IN_DISCORD, "billing: wrong", ["discord:G1/help#m1", "slack:T1/desk"]),
    "once in one workspace": (IN_DISCORD, "metering: wrong", ["discord:G1/help#m1"]),
    "in another workspace too": (Place("slack", "T2", "C1", "m1"), "billing: wrong", ["slack:T1/desk", "slack:T2/C1#m1"]),
    "at home, if it was reported directly": (Place("slack", "T1", "@rita", "m1"), "billing: wrong", ["slack:T1/desk"]),
    "of a service that is at home nowhere": (IN_DISCORD, "desk: wrong", ["discord:G1/help#m1"]),
    "nowhere, if it is private": (IN_DISCORD, "private billing: wrong", []),
}


@pytest.mark.parametrize(("place", "words", "where"), WHERE.values(), ids=WHERE.keys())
async def test_where_the_cards_stand(floor: Floor, place: Place, words: str, where: list[str]) -> None:
    await reported(floor, place, words)

    assert await standing(floor) == where


async def test_a_case_that_goes_to_another_desk_has_a_card_there_if_it_has_none_on_that_platform(floor: Floor) -> None:
    slack = await reported(floor, Place("slack", "T1", "C1", "m1"))
    discord = await reported(floor, IN_DISCORD)
    assert await standing(floor) == ["slack:T1/C1#m1", "discord:G1/help#m1", "slack:T1/desk"]

    for case in (slack, discord):
        await floor.say("ana", f"/case handover C-{case} metering: it is the meter")
        assert not (await floor.say("ben", f"/case accept C-{case}")).refused

    assert await standing(floor) == ["discord:G1/meters", "slack:T1/C1#m1", "discord:G1/help#m1", "slack:T1/desk"]


async def test_what_is_said_in_one_thread_is_said_in_the_other(floor: Floor) -> None:
    await reported(floor, IN_DISCORD)

    assert (await say(floor, "ana", "is it the old meter?")).quiet
    assert (await say(floor, "rita", "the new one")).quiet
    assert (await say(floor, "rita", "the newer one", edited=True)).quiet

    there = "card/C-1/slack:T1:desk"
    assert await echoes(floor) == [(there, 2, "discord"), (there, 3, "discord"), (there, 4, "discord")]


async def test_an_answer_in_the_thread_is_said_in_the_other_and_a_refusal_is_not(floor: Floor) -> None:
    case = await reported(floor, IN_DISCORD)
    await floor.say("ana", f"/case ask C-{case} which meter?")
    before = len(await floor.facts(case))

    await say(floor, "rita", "the new one")
    await say(floor, "cleo", "may I say something?")

    assert await echoes(floor) == [("card/C-1/slack:T1:desk", before + 1, "discord")]


async def test_what_was_said_directly_or_by_a_command_is_not_said_in_any_thread(floor: Floor) -> None:
    case = await reported(floor, Place("slack", "T1", "@rita", "m1"))

    await floor.say("ana", f"/case note C-{case} the meter is back")
    await say(floor, "rita", "thank you", Place("slack", "T1", "@rita", "m2", "m1"))

    assert [name for name in await floor.names(case) if name == "noted"] == ["noted", "noted"]
    assert await echoes(floor) == []


async def test_a_private_case_is_spoken_of_in_no_thread(floor: Floor) -> None:
    private = await reported(floor, Place("discord", "G1", "help", "m9"), "private billing: mine")

    await say(floor, "rita", "more of it", Place("discord", "G1", "help", "m10", "m9"))

    assert await floor.names(private) == ["reported"]
    assert await echoes(floor) == []


async def test_a_code_that_is_typed_in_a_thread_becomes_no_note(floor: Floor) -> None:
    case = await reported(floor, IN_DISCORD)

    reply = await say(floor, "rita", "@buckstop link K7M-QXR-4TC")

    assert floor.text(reply).startswith("That code does not count")
    assert await floor.names(case) == ["reported"]
    assert await echoes(floor) == []
