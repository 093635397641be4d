"""Much at once, and nothing for hours: everything is told, once, as fast as it may be, and nobody is buried.

What takes minutes of a platform's patience runs on machine time that is wound by hand; nothing sleeps.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.escalation.words import PersonId
from bot.ports import Address, Limit, Outcome, Parcel, TryLater
from bot.store.database import Database
from tests.bench.backlog import restart
from tests.bench.databases import place
from tests.outbox.platform import MACHINE, Machine, Platform, PostRoom
from tests.scenarios.slack_stage import SlackStage, slack_world
from tests.slack.told import Message

pytestmark = pytest.mark.timeout(180)

POSTS = Limit("local:w:post", timedelta(milliseconds=200), at_once=20)  # Slack's budget of a workspace
REST = timedelta(seconds=1)  # of a conversation
CHANNELS, MESSAGES = 20, 120  # a small part of a storm, at the same pace: `make bench` has it whole


@pytest.fixture(autouse=True)
def logged() -> Iterator[None]:
    """What is logged, as values: there is a line for each refusal."""
    with capture_logs():
        yield


class Timed(Platform):
    """Notes when each message came, refuses everything for a while, and then keeps Slack's limits."""

    def __init__(self, machine: Machine, refuses_until: datetime = MACHINE) -> None:
        super().__init__()
        self.limited, self.rest = (POSTS,), REST
        self.came: list[tuple[datetime, str, str]] = []
        self.asked_in_vain = Counter[str]()
        self._machine = machine
        self._refuses_until = refuses_until

    async def send(self, parcel: Parcel) -> Outcome:
        """Take a message, or say to come again in half a minute."""
        if self._machine.now < self._refuses_until:
            self.asked_in_vain[parcel.address.conversation] += 1
            return TryLater("slow down", after=timedelta(seconds=30))
        self.came.append((self._machine.now, parcel.address.conversation, parcel.key))
        return await super().send(parcel)


async def storm(room: PostRoom, platform: Timed, messages: int, channels: int) -> list[str]:
    """Queue messages to so many conversations, all due at once; return their keys in order."""
    room.platform = platform
    people = [PersonId(f"somebody-{number}") for number in range(channels)]
    room.ways.also = {person: Address("local", "w", f"@{person}") for person in people}
    room.worker = room.hire()
    async with room.store.begin() as tx:
        for number in range(messages):
            await tx.notify(f"{number:04}", people[number % channels], (f"{number:04}",))
    return [f"{number:04}" for number in range(messages)]


async def weathered(room: PostRoom, until: timedelta = timedelta(hours=2)) -> None:
    """Let machine time pass from one moment at which something can go to the next, until all is told."""
    end = room.machine.now + until
    while (await room.outbox.backlog(room.clock.now())).waiting:
        await room.drain()
        rests = await room.outbox.rests()
        room.machine.now += max(rests or timedelta(seconds=1), timedelta(milliseconds=10))
        assert room.machine.now < end, "the storm does not end"


def in_order(platform: Timed) -> bool:
    """Tell whether every conversation got its messages in the order in which they were queued."""
    each = defaultdict[str, list[str]](list)
    for _, conversation, key in platform.came:
        each[conversation].append(key)
    return all(keys == sorted(keys) for keys in each.values())


def most_within(times: Sequence[datetime], span: timedelta) -> int:
    """Return how many came within the worst such span."""
    return max(sum(start <= time < start + span for time in times) for start in times)


async def test_all_due_at_once_go_out_at_the_pace_that_is_allowed_and_once(sqlite: Database) -> None:
    room = PostRoom(sqlite)
    platform = Timed(room.machine)
    keys = await storm(room, platform, MESSAGES, CHANNELS)
    await weathered(room)

    assert sorted(platform.keys) == keys
    assert in_order(platform)
    times = [time for time, _, _ in platform.came]
    took, least = times[-1] - times[0], POSTS.every * (MESSAGES - POSTS.at_once)
    assert least <= took <= least / 0.95
    assert most_within(times, timedelta(seconds=10)) <= POSTS.at_once + timedelta(seconds=10) / POSTS.every
    for conversation in {conversation for _, conversation, _ in platform.came}:
        its = [time for time, where, _ in platform.came if where == conversation]
        assert all(later - earlier >= REST for earlier, later in pairwise(its))


async def test_after_ten_minutes_of_refusals_everything_goes_out_once_and_in_order(sqlite: Database) -> None:
    room = PostRoom(sqlite)
    platform = Timed(room.machine, refuses_until=MACHINE + timedelta(minutes=10))
    keys = await storm(room, platform, 3 * CHANNELS, CHANNELS)
    await weathered(room)

    assert sorted(platform.keys) == keys
    assert in_order(platform)
    # Each conversation asked as often as it was told to, and not once for each of its messages.
    assert set(platform.asked_in_vain.values()) <= {18, 19, 20}
    came = [time for time, _, _ in platform.came]
    assert came[0] - MACHINE <= timedelta(minutes=10, seconds=31)
    assert came[-1] - MACHINE <= timedelta(minutes=11, seconds=30)


@pytest.mark.slow
async def test_after_an_outage_each_owner_gets_one_message(tmp_path: Path) -> None:
    with place("SQLite", tmp_path) as there:
        found = await restart(there, 60, owners=6)

    assert found.reminders == {"owner-0": 1, "owner-2": 1, "owner-4": 1}  # of ten cases each
    assert found.moved_up == 30


# --- over the wire, in Slack


async def shown(stage: SlackStage, where: str) -> list[Message]:
    """Return what Buckstop has posted there."""
    return [message for message in await stage.ws.messages(where) if message.bot_id and message.metadata is not None]


async def test_a_limit_on_edits_alone_holds_up_nothing_else(sqlite_url: str, slack_address: str) -> None:
    async with slack_world(sqlite_url, slack_address, "socket") as world:
        stage = world.stage
        assert isinstance(stage, SlackStage)
        case = await world.report("rita", "billing: meter swapped")
        await stage.ws.fault("ratelimited", "chat.update", times=1, retry_after=600)
        await world.say("ana", f"/case ack {case}")
        await world.say("ana", f"/case promise {case} today 16:00")

        [card] = await shown(stage, "help")
        assert "16:00" not in card.shown
        assert any("16:00" in text for text in await world.told("rita"))

        await stage.bot.outbox.hurry()
        await stage.bot.settle()
        [card] = await shown(stage, "help")
        assert "16:00" in card.shown
        assert len(await stage.ws.calls("chat.update")) == 2


async def test_events_that_come_two_hours_late_three_times_and_in_any_order_count_once(sqlite_url: str, slack_address: str) -> None:
    async with slack_world(sqlite_url, slack_address, "socket") as world:
        stage = world.stage
        assert isinstance(stage, SlackStage)
        case = await world.report("rita", "billing: meter swapped")
        [card] = await shown(stage, "help")
        await stage.ws.deliver_events(copies=3, hold=True)
        await stage.ws.say("rita", "the bill is still wrong", "help", card.ts)
        await stage.ws.say("tom", "@buckstop report metering: the display is dark", "help")

        await world.wait("2h")
        assert [one["id"] for one in await stage.cases()] == [case]
        reminded = [text for text in await world.told("ana") if case in text]
        assert len(reminded) >= 2  # by the clock, which needs no events

        await stage.ws.release_events(seed=6)
        await stage.bot.settle()
        assert len(await stage.cases()) == 2
        assert len(await world.facts(case, "noted")) == 1
        assert len(reminded) == len([text for text in await world.told("ana") if case in text and "still wrong" not in text])
