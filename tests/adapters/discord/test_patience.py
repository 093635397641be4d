"""What becomes of an event that cannot be kept: tried again, put off, or let go, and what is known of it meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from bot.adapters.discord.connections import Connections
from bot.adapters.discord.patience import NotKept, Patience
from bot.ports import NotSaved
from tests.patience import PATIENT

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAITS = (0.0, 0.0, 0.0, 0.0)


class Clock:
    """A time that goes on by a second each time somebody looks."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def refused(status: int) -> discord.HTTPException:
    return discord.HTTPException(SimpleNamespace(status=status, reason="no"), {"code": 1, "message": "no"})


# What an event's work raises each time; whether it is done with after that, how often it was tried, and what the log says at last.
ENDS: dict[str, tuple[list[Exception | None], bool, int, str | None]] = {
    "it works": ([None], True, 1, None),
    "it works in the end": ([NotKept(), NotSaved(), OSError(), refused(503), None], True, 5, "discord.event_tried_again"),
    "it never works": ([NotKept()] * 5, False, 5, "discord.event_tried_again"),
    "Discord does not answer": ([TimeoutError()] * 5, False, 5, "discord.event_tried_again"),
    "Discord says not now": ([refused(429)] * 5, False, 5, "discord.event_tried_again"),
    "Discord says no": ([refused(403)], True, 1, "discord.event_lost"),
    "there is no such thing": ([refused(404)], True, 1, "discord.event_lost"),
    "a fault of our own": ([KeyError("x")] * 3, True, 3, "discord.event_lost"),
    "a fault of our own that passes": ([KeyError("x"), None], True, 2, "discord.event_tried_again"),
}


@pytest.mark.parametrize(("faults", "done", "tries", "said"), ENDS.values(), ids=ENDS.keys())
async def test_what_becomes_of_an_event(faults: list[Exception | None], done: bool, tries: int, said: str | None) -> None:
    patience, left = Patience(Clock(), WAITS), list(faults)

    async def work() -> None:
        fault = left.pop(0)
        if fault is not None:
            raise fault

    with capture_logs() as logged:
        assert await patience.kept(work, 1) is done
    assert len(faults) - len(left) == tries
    assert (logged[-1]["event"] if logged else None) == said
    assert patience.since() > START + timedelta(seconds=1)  # nothing is in hand any more


async def test_since_when_something_is_in_hand_is_known_until_it_is_done() -> None:
    clock = Clock()
    patience, go = Patience(clock, WAITS), asyncio.Event()
    first = asyncio.create_task(patience.kept(lambda: _waiting(go), 1))
    await asyncio.sleep(0)
    second = asyncio.create_task(patience.kept(lambda: _waiting(go), 1))
    await asyncio.sleep(0)
    assert patience.since() == START + timedelta(seconds=1)

    go.set()
    await asyncio.gather(first, second)
    assert patience.since() == clock.now


async def test_what_was_cancelled_stays_in_hand() -> None:
    patience = Patience(Clock(), WAITS)
    task = asyncio.create_task(patience.kept(lambda: _waiting(asyncio.Event()), 1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert patience.since() == START + timedelta(seconds=1)


async def _waiting(go: asyncio.Event) -> None:
    await go.wait()


async def test_a_channel_is_taken_in_its_order_and_holds_up_no_other() -> None:
    patience, done, go = Patience(Clock(), WAITS), [], asyncio.Event()

    async def note(name: str, wait: bool) -> None:
        if wait:
            await go.wait()
        done.append(name)

    tasks = [
        asyncio.create_task(patience.kept(lambda name=name, wait=wait: note(name, wait), turn))  # type: ignore[misc]
        for name, wait, turn in (("first", True, 1), ("second", False, 1), ("elsewhere", False, 2))
    ]
    await asyncio.wait(tasks[2:])
    assert done == ["elsewhere"]
    go.set()
    await asyncio.gather(*tasks)
    assert done == ["elsewhere", "first", "second"]


async def test_what_fails_is_done_before_what_comes_after_it() -> None:
    patience, done = Patience(Clock(), WAITS), []

    async def fails() -> None:
        done.append("first")
        if len(done) < 3:
            raise NotKept

    async def works() -> None:
        done.append("second")

    await asyncio.gather(patience.kept(fails, 1), patience.kept(works, 1))
    assert done == ["first", "first", "first", "second"]


SHARDS: dict[str, tuple[list[tuple[str, int]], bool]] = {
    "none yet": ([], False),
    "one of two": ([("up", 0)], False),
    "both": ([("up", 0), ("up", 1)], True),
    "one broke": ([("up", 0), ("up", 1), ("down", 1)], False),
    "it is there again": ([("up", 0), ("up", 1), ("down", 1), ("up", 1)], True),
    "another one came back": ([("up", 0), ("up", 1), ("down", 1), ("up", 0)], False),
    "it broke twice": ([("up", 0), ("up", 1), ("down", 1), ("down", 1), ("up", 1)], True),
}


@pytest.mark.parametrize(("happens", "whole"), SHARDS.values(), ids=SHARDS.keys())
async def test_events_come_in_while_all_shards_are_connected(happens: list[tuple[str, int]], whole: bool) -> None:
    connections = Connections([0, 1])
    for what, shard in happens:
        getattr(connections, what)(shard)
    assert connections.whole is whole


async def test_a_connection_that_stays_broken_is_given_up_and_one_that_comes_back_is_not() -> None:
    connections = Connections([0])
    lost: asyncio.Task[Any] = asyncio.create_task(connections.lost(0.05))
    await asyncio.sleep(0)
    assert not lost.done()  # it was never there, so that the library is still at it
    connections.up(0)
    connections.down(0)
    connections.up(0)
    await asyncio.sleep(0)
    assert not lost.done()
    connections.down(0)
    await asyncio.wait_for(lost, PATIENT)
