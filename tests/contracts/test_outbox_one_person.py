"""What waits for somebody who turns out to be somebody else, and two platforms as two ways to one person."""

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.escalation.case import Place
from bot.escalation.org import Account, Org
from bot.escalation.requests import Ask, Report
from bot.escalation.words import CaseId, PersonId, Text
from bot.outbox.ways import Directories
from bot.outbox.worker import Worker
from bot.ports import Address, Known
from bot.store.database import Database
from tests.outbox.office import ANA, BILLING, ORG, RITA, Told, at
from tests.outbox.platform import Platform, PostRoom
from tests.outbox.telling import PASSED, dies, keep_facts

pytestmark = pytest.mark.timeout(60)
ZOE = PersonId("local.w.zoe")
IN_SLACK, IN_DISCORD = Account("slack", "T1", "U1"), Account("discord", "", "7")


# --- what waits


async def reported(room: PostRoom, number: int, by: PersonId) -> Told:
    """Let somebody report a case, and keep it."""
    story = Told(id=number)  # type: ignore[arg-type]
    await room.save(story.does(Report(story.id, by, BILLING, Text("The meter"), Text("It is wrong")), at("9:00")))
    return story


async def are_one(room: PostRoom) -> None:
    async with room.store.begin() as tx:
        await tx.know(Known(ZOE, same_as=RITA))


@pytest.fixture
async def met(room: PostRoom) -> PostRoom:
    """A room in which somebody new has spoken."""
    async with room.store.begin() as tx:
        await tx.know(Known(ZOE, "Zoe"))
    return room


async def test_what_waits_for_a_newcomer_goes_to_who_they_turn_out_to_be(met: PostRoom) -> None:
    await reported(met, 1, ZOE)
    await are_one(met)

    await met.drain()

    assert met.platform.titles("@rita") == ["receipt C-1/1"]
    assert await met.states() == {"C-1/1/receipt/local.w.zoe": "delivered", "C-1/1/assigned/ana": "delivered"}


async def test_what_was_on_its_way_when_they_turned_out_to_be_somebody_goes_the_other_way(met: PostRoom) -> None:
    met.platform.gone.add("@rita")
    met.ways.also[ZOE] = Address("local", "w", f"@{ZOE}")
    await reported(met, 1, ZOE)
    met.platform.moods += ["limited", "limited"]
    await met.drain()

    met.platform.gone.clear()
    await are_one(met)
    met.machine.wind(60)
    await met.drain()

    assert met.platform.titles("@rita") == ["receipt C-1/1"]
    assert met.platform.titles(f"@{ZOE}") == []


async def test_what_may_have_arrived_at_the_newcomer_is_looked_for_there(met: PostRoom) -> None:
    met.ways.also[ZOE] = Address("local", "w", f"@{ZOE}")
    await reported(met, 1, ZOE)
    await dies(met, "before_mark")
    await are_one(met)
    met.machine.wind(PASSED)

    await met.drain()

    assert met.platform.titles(f"@{ZOE}") == ["receipt C-1/1"]
    assert met.platform.titles("@rita") == []
    assert "C-1/1/receipt/local.w.zoe" in met.platform.asked


async def test_reminders_under_both_ids_are_one_message_and_count_together(met: PostRoom) -> None:
    first, second = await reported(met, 1, ZOE), await reported(met, 2, RITA)
    for story in (first, second):
        await met.save(story.does(Ask(ANA, Text("which meter?")), at("9:01")))
    await are_one(met)
    await met.drain(at("9:01"))
    met.platform.posts.clear()
    nag_at = first.now.nag_at
    assert nag_at is not None
    for story in (first, second):
        story.wait(nag_at)
        await keep_facts(met, story)  # decided before they were one, so that each is to another id
    await met.drain(nag_at)

    assert met.platform.titles("@rita") == ["2 nags and 0 more"]
    assert met.platform.titles(f"@{ZOE}") == []


# --- two platforms


class Way:
    """Direct messages on one platform for whoever has an account there, and the case's thread."""

    def __init__(self, platform: str, workspace: str) -> None:
        self.platform, self.workspace = platform, workspace

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        if org.account(person, self.platform, self.workspace) is None:
            return ()
        here = thread is not None and thread.platform == self.platform
        there = (Address(self.platform, thread.workspace, thread.conversation, thread.thread),) if here and thread else ()
        return (Address(self.platform, self.workspace, f"@{person}"), *there)

    def address(self, channel: str) -> None:
        return None


class Closed(Platform):
    """A platform on which people may take no direct messages."""

    def __init__(self, platform: str) -> None:
        super().__init__()
        self.platform = platform

    @property
    def where(self) -> list[str]:
        """Where messages to people were posted, in order: direct, or in a thread."""
        posted = [parcel.address for parcel in self.posts if "card/" not in parcel.key]
        return [f"#{address.thread}" if address.thread else address.conversation for address in posted]


class Two:
    """A room with Slack and Discord, and Rita's accounts on both; her case has a card on each."""

    def __init__(self, room: PostRoom) -> None:
        self.room = room
        self.slack, self.discord = Closed("slack"), Closed("discord")
        self.worker = self.worker_of("slack", "discord")

    def worker_of(self, *used: str) -> Worker:
        """Return a worker that delivers to these platforms."""
        room, there = self.room, {"slack": self.slack, "discord": self.discord}
        ways = {"slack": Way("slack", "T1"), "discord": Way("discord", "")}
        messengers, routes = {one: there[one] for one in used}, Directories({one: ways[one] for one in used})
        return Worker(room.outbox, room.store, room.clock, room.pen, messengers, routes, room.ways, lost=room._lose)

    async def knows(self, **known: object) -> None:
        async with self.room.store.begin() as tx:
            await tx.know(Known(RITA, **known))  # type: ignore[arg-type]

    async def tell(self) -> None:
        """Tell Rita something about a case that has a card on both platforms."""
        story = await reported(self.room, 1, RITA)
        async with self.room.store.begin() as tx:
            await tx.show_card(story.id, Place("slack", "T1", "help"))
            await tx.show_card(story.id, Place("discord", "G1", "help", thread="m9"))
        await self.worker.drain(self.room.clock.now())


@pytest.fixture
def two(database: Database, room: PostRoom) -> Two:
    """Slack and Discord; of Rita it is known that she is on both, of Ana that she is on neither."""
    org = replace(ORG, people={**ORG.people, RITA: replace(ORG.people[RITA], accounts=(IN_SLACK, IN_DISCORD))}, admins=())
    room.store.reorganise(org)
    return Two(room)


async def test_the_preferred_platform_is_written_to_and_no_other(two: Two) -> None:
    await two.tell()
    assert (two.slack.where, two.discord.where) == (["@rita"], [])


async def test_a_person_is_written_to_where_they_say(two: Two) -> None:
    await two.knows(prefers="discord")
    await two.tell()
    assert (two.slack.where, two.discord.where) == ([], ["@rita"])


@pytest.mark.parametrize("prefers", ["slack", "discord"])
async def test_a_closed_way_on_one_platform_takes_the_direct_messages_of_the_other_before_any_thread(two: Two, prefers: str) -> None:
    await two.knows(prefers=prefers)
    closed, other = (two.slack, two.discord) if prefers == "slack" else (two.discord, two.slack)
    closed.gone.add("@rita")

    await two.tell()

    assert (closed.where, other.where) == ([], ["@rita"])


async def test_where_both_are_closed_a_thread_is_taken_on_the_preferred_platform_first(two: Two) -> None:
    await two.knows(prefers="discord")
    for platform in (two.slack, two.discord):
        platform.gone.add("@rita")

    await two.tell()
    await two.worker.drain(two.room.clock.now())

    assert (two.slack.where, two.discord.where) == ([], ["#m9"])
    assert two.room.lost == []


async def test_a_deactivated_account_is_not_tried_while_there_is_another(two: Two) -> None:
    await two.knows(accounts=(IN_SLACK,), gone=True, named=True)

    await two.tell()

    assert (two.slack.where, two.discord.where) == ([], ["@rita"])
    assert [parcel.key for parcel in two.slack.posts] == ["card/C-1/slack:T1:help"]


# --- a platform that is not used any more


class Without(Two):
    """The same room, once Discord was taken out of the configuration while it took nothing."""

    async def tell(self) -> None:
        """Tell Rita something that waits in Discord, as do a card and what was said in its thread."""
        await self.knows(prefers="discord")
        self.discord.moods += ["limited", "limited"]
        await super().tell()
        async with self.room.store.begin() as tx:
            await tx.echo(CaseId(1), 1, Place("slack", "T1", "help", thread=self.slack.message("card/C-1/slack:T1:help")))
        self.worker = self.worker_of("slack")

    async def move(self, most: int = 9) -> int:
        """Empty the lanes that nobody serves, and deliver what can go; return how much was moved."""
        lanes = list(await self.room.outbox.stranded(self.worker.platforms))
        moved = await self.room.outbox.reroute(lanes, most)
        await self.worker.drain(self.room.clock.now())
        return moved

    async def states(self) -> dict[str, str]:
        """Return what became of what is told to Rita, or stands in Discord."""
        return {key: state for key, state in (await self.room.states()).items() if "rita" in key or "discord" in key}


CARD, SAID = "card/C-1/discord:G1:help:m9", "C-1/1/echo/discord:G1:help:m9"


@pytest.fixture
def without(two: Two) -> Without:
    return Without(two.room)


async def test_what_waited_there_goes_the_other_way_and_what_has_none_stays(without: Without) -> None:
    await without.tell()
    assert (without.slack.where, without.discord.posts) == ([], [])

    assert [await without.move(), await without.move()] == [1, 0]
    assert (without.slack.where, without.discord.posts) == (["@rita"], [])
    assert await without.states() == {"C-1/1/receipt/rita": "delivered", CARD: "waiting", SAID: "waiting"}

    without.room.machine.wind(PASSED)
    await without.worker_of("slack", "discord").drain(without.room.clock.now())  # Discord is used again
    assert (without.slack.where, without.discord.where) == (["@rita"], ["#m9"])
    assert set((await without.states()).values()) == {"delivered"}


async def test_what_is_served_is_left_alone(without: Without) -> None:
    await without.tell()

    without.worker = without.worker_of("slack", "discord")

    assert await without.room.outbox.stranded(without.worker.platforms) == {}


async def test_what_may_have_arrived_there_waits_for_its_platform(without: Without) -> None:
    without.discord.moods += ["lost", "lost"]
    await without.tell()

    assert await without.move() == 0
    assert without.slack.where == []


async def test_whoever_has_no_other_way_is_given_up_aloud(without: Without) -> None:
    rita = replace(ORG.people[RITA], accounts=(IN_DISCORD,))
    without.room.store.reorganise(replace(ORG, people={**ORG.people, RITA: rita}))
    await without.tell()

    with capture_logs() as logged:
        await without.move()

    assert (await without.states())["C-1/1/receipt/rita"] == "given_up"
    assert ("delivery.given_up", "C-1/1/receipt/rita") in [(entry["event"], entry.get("key")) for entry in logged]


async def test_what_is_moved_is_no_more_than_a_transaction_should_take(without: Without) -> None:
    await without.tell()
    async with without.room.store.begin() as tx:
        await tx.notify("hello", RITA, ("Hello.",))
    await without.worker_of("slack", "discord").drain(without.room.clock.now())  # it waits behind the other, in the same lane

    assert [await without.move(most=1) for _ in range(3)] == [1, 1, 0]


async def test_a_lane_that_somebody_holds_is_theirs(without: Without) -> None:
    await without.tell()
    found = list(await without.room.outbox.stranded(("slack",)))
    without.room.machine.wind(PASSED)
    without.discord.moods.append("hangs")
    busy = asyncio.create_task(without.worker_of("slack", "discord").drain(without.room.clock.now()))
    await without.discord.has(1)

    assert await without.room.outbox.reroute(found, 9) == 0
    busy.cancel()
    await asyncio.gather(busy, return_exceptions=True)
