"""Several processes on one PostgreSQL, and what can happen to them: nothing is lost, nothing is said twice, and the others take over."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.long import LONG
from tests.scaling.company import Company, One
from tests.scaling.server import Bouncing
from tests.slack.client import Fault

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

BEFORE, AFTER = ("hang_before", "chat.postMessage"), ("hang_after", "chat.postMessage")
MOMENTS = (BEFORE, AFTER)
MANY = 60 if LONG else 8  # reports; Slack takes one message a second into a channel


@asynccontextmanager
async def caught(there: Company, kind: str, method: str) -> AsyncIterator[tuple[One, Fault]]:
    """Catch one worker in the middle of a sending to Ana, while the others stand still; they go on with the block."""
    busy, *others = there.workers
    for one in others:
        one.send(signal.SIGSTOP)
    fault = await there.ws.fault(kind, method, "@ana")
    assert await there.report(2)
    await fault.hit()
    for one in others:
        one.send(signal.SIGCONT)
    yield busy, fault
    await there.all_is_well()


@pytest.mark.parametrize("moment", MOMENTS if LONG else (AFTER,), ids=str)
async def test_what_a_killed_one_was_sending_the_others_take_over(there: Company, moment: tuple[str, str]) -> None:
    async with caught(there, *moment) as (busy, fault):
        await busy.kill()
        await fault.release(drop=True)
    await there.start("worker")


@pytest.mark.parametrize("moment", MOMENTS if LONG else (BEFORE,), ids=str)
async def test_who_stands_still_for_longer_than_its_lease_says_nothing_twice(there: Company, moment: tuple[str, str]) -> None:
    async with caught(there, *moment) as (busy, fault):
        busy.send(signal.SIGSTOP)
        await there.quiet()
        # Of a post that Slack has not taken by now, it never hears: what it took after the lease nobody could know of.
        await fault.release(drop=moment[0] == "hang_before")
        busy.send(signal.SIGCONT)
        # It works again: of what is reported now, it sends its share.
        await asyncio.gather(*(there.report(number) for number in range(3)))


async def test_what_does_not_end_in_time_after_sigterm_the_others_take_over(there: Company) -> None:
    async with caught(there, "hang_after", "chat.postMessage") as (busy, fault):
        await busy.terminate()
        assert "outbox.left_in_flight" in busy.log
        await fault.release(drop=True)
    await there.start("worker")


async def test_cut_connections_lose_nothing(there: Company, bounced: Bouncing) -> None:
    async with there.reporting(MANY):
        for number in range(1, MANY // 2):
            await there.has_reported(number)
            # Two may have been reported since the last time, and nobody be back yet.
            async with asyncio.timeout(60):
                while not await asyncio.to_thread(bounced.terminate_all, there.name):
                    pass
    await there.all_is_well()


async def test_a_server_that_is_bounced_loses_nothing(there: Company, bounced: Bouncing) -> None:
    async with there.reporting(MANY):
        await there.has_reported(2)
        await asyncio.to_thread(bounced.stop)
        await asyncio.to_thread(bounced.start)
    await there.all_is_well()
