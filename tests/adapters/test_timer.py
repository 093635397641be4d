"""Does the timer nudge when it was told to, and never twice at once?"""

import asyncio
from datetime import datetime

from bot.adapters.timer import Timer
from bot.clock import RealClock

BEATS = 30


async def test_what_is_due_already_does_not_wait_for_the_next_second() -> None:
    beats, most, running, over = 0, 0, 0, asyncio.Event()

    async def beat() -> datetime | None:
        nonlocal beats, most, running
        beats, running = beats + 1, running + 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        if beats == BEATS:
            over.set()
        return RealClock().now() if beats < BEATS else None

    timer = Timer(beat)
    timer.start()
    try:
        async with asyncio.timeout(BEATS / 2):  # one a second would take twice as long
            await over.wait()
    finally:
        timer.stop()
    assert most == 1


async def test_a_beat_that_fails_is_not_the_last() -> None:
    beats, again = 0, asyncio.Event()

    async def beat() -> datetime | None:
        nonlocal beats
        beats += 1
        if beats == 1:
            raise ConnectionError("the database is away")
        again.set()
        return None

    timer = Timer(beat)
    timer.start()
    try:
        async with asyncio.timeout(30):
            await again.wait()
    finally:
        timer.stop()
