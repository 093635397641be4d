"""The machine's clock is set an hour, a day or ten years on or back, or the machine sleeps: nothing is lost, doubled or hurried.

The bot runs on a machine whose time is the test's; each beat and each delivery is made by hand.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.app import Bot
from bot.chat import Said
from bot.config import loads
from bot.escalation.case import Case, Place
from bot.escalation.facts import Fact
from bot.escalation.words import CaseId, PersonId
from bot.store.delivery_tables import deliveries
from tests.scenarios.stages import MONDAY, ORG
from tests.test_clock import DAY, HOUR, MINUTE, YEARS, Machine
from tests.unhurried import running

pytestmark = pytest.mark.timeout(180)

FIRST = CaseId(1)
OFTEN = 5 * MINUTE  # there is a beat
BRUNOS_TIME = 2 * HOUR  # to answer, at the level to which the case comes first


class Office:
    """A bot on such a machine."""

    def __init__(self, bot: Bot, machine: Machine) -> None:
        self.bot = bot
        self.machine = machine
        self.moves: list[tuple[timedelta, int]] = []  # when by the steady time a case went up, and to which level

    async def passes(self, time: timedelta, every: timedelta = OFTEN) -> None:
        """Let time pass, with a beat every so often; note when the case goes up."""
        end = self.machine.steady + time
        while self.machine.steady < end:
            self.machine.passes(min(every, end - self.machine.steady))
            before = (await self.case()).level
            await self.bot.beat()
            await self.bot.worker.drain(self.bot.clock.now())
            after = (await self.case()).level
            if after != before:
                self.moves.append((self.machine.steady, after))

    async def case(self) -> Case:
        async with self.bot.store.read() as reading:
            case = await reading.case(FIRST)
        assert case is not None
        return case

    async def facts(self) -> list[Fact]:
        async with self.bot.store.read() as reading:
            return await reading.timeline(FIRST)

    async def told(self) -> Counter[str]:
        """Return how often each message was said."""
        async with self.bot.database.read() as conn:
            rows = await conn.execute(select(deliveries.c.state, deliveries.c.bundle, deliveries.c.key))
            return Counter(row.bundle or row.key for row in rows if row.state == "delivered")


@asynccontextmanager
async def office(database_url: str, start: datetime = MONDAY) -> AsyncIterator[Office]:
    """Open the office on a Monday at nine, with one case that nobody answers."""
    machine = Machine(start)
    config = replace(loads(ORG.read_text("utf-8"), str(ORG), {}), database_url=database_url)
    with capture_logs():
        async with running(config, machine.clock()) as bot:
            there = Office(bot, machine)
            place = Place("local", "local", "help")
            await bot.desk.handle(Said("1", PersonId("rita"), place, "/case report billing: the meter was swapped"))
            await there.passes(10 * MINUTE)
            yield there


STEPS = {"an hour": HOUR, "a day": DAY, "ten years": YEARS}


@pytest.mark.parametrize("step", [HOUR, -DAY, YEARS, -YEARS], ids=["an hour on", "a day back", "ten years on", "ten years back"])
async def test_a_step_that_is_taken_back_within_a_minute_is_not_noticed(sqlite_url: str, step: timedelta) -> None:
    async with office(sqlite_url) as there:
        facts, told = await there.facts(), await there.told()
        there.machine.wall += step
        await there.passes(MINUTE, every=MINUTE / 6)
        there.machine.wall -= step
        await there.passes(30 * MINUTE)
        assert (await there.facts(), await there.told()) == (facts, told)

        await there.passes(20 * MINUTE)
        assert [level for _, level in there.moves] == [1]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
async def test_a_step_on_happens_once_and_each_level_has_its_full_time(sqlite_url: str, step: timedelta) -> None:
    async with office(sqlite_url) as there:
        there.machine.wall += step
        await there.passes(3 * HOUR)

        assert_in_its_time(there)
        assert set((await there.told()).values()) == {1}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
async def test_after_half_an_hour_in_the_future_everything_goes_on_from_now(sqlite_url: str, step: timedelta) -> None:
    async with office(sqlite_url) as there:
        there.machine.wall += step
        await there.passes(30 * MINUTE)
        there.machine.wall -= step
        await there.passes(3 * HOUR)

        assert_in_its_time(there, more=35 * MINUTE)
        due = (await there.case()).due
        assert due is not None
        assert due < there.machine.wall + 7 * DAY
        assert set((await there.told()).values()) == {1}
        assert (await there.bot.store.health(there.bot.clock.now())).parked == 0


def assert_in_its_time(there: Office, more: timedelta = timedelta()) -> None:
    """It came to Bruno and to Cleo, and Bruno had his full time, and hardly more than that and what the clock stood wrong."""
    assert [level for _, level in there.moves] == [1, 2]
    (first, _), (second, _) = there.moves
    assert BRUNOS_TIME <= second - first <= BRUNOS_TIME + more + 2 * OFTEN


async def test_a_step_back_of_an_hour_gives_each_its_time(sqlite_url: str) -> None:
    async with office(sqlite_url, MONDAY + 3 * HOUR) as there:
        there.machine.wall -= HOUR
        await there.passes(4 * HOUR)

        assert_in_its_time(there)
        assert set((await there.told()).values()) == {1}


async def test_a_machine_that_slept_for_two_hours_does_once_what_it_missed(sqlite_url: str) -> None:
    async with office(sqlite_url) as there:
        await there.passes(2 * HOUR, every=2 * HOUR)
        assert [level for _, level in there.moves] == [1]
        await there.passes(2 * HOUR + OFTEN)

        assert_in_its_time(there)
        assert set((await there.told()).values()) == {1}


async def test_a_restart_after_the_clock_was_set_right_finds_what_lies_in_the_future(sqlite_url: str) -> None:
    async with office(sqlite_url, MONDAY + YEARS) as there:
        assert (await there.case()).due is not None
    machine = Machine(MONDAY)
    config = replace(loads(ORG.read_text("utf-8"), str(ORG), {}), database_url=sqlite_url)
    with capture_logs():
        async with running(config, machine.clock()) as bot:
            again = Office(bot, machine)
            await again.passes(4 * HOUR)

            assert_in_its_time(again)
