"""Does the timer nudge when it was told to, and never twice at once?"""

import asyncio
from datetime import datetime, timedelta

from bot.adapters.timer import Timer
from bot.clock import RealClock
from tests.patience import PATIENT

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
        async with asyncio.timeout(PATIENT):
            await again.wait()
    finally:
        timer.stop()


async def test_a_scheduler_that_waits_for_a_clock_that_was_set_back_keeps_nothing_from_beating() -> None:
    again = asyncio.Event()

    async def beat() -> datetime | None:
        again.set()
        return None

    timer = Timer(beat)
    timer.start()
    try:
        timer._scheduler.pause()  # as good as silent for an hour
        again.clear()
        async with asyncio.timeout(PATIENT):
            await again.wait()
    finally:
        timer.stop()


async def test_what_is_foretold_by_a_clock_that_does_not_believe_a_step_is_not_asked_for_again_and_again() -> None:
    beats, over = 0, asyncio.Event()

    async def beat() -> datetime | None:
        nonlocal beats
        beats += 1
        if beats == 2:
            over.set()
        return RealClock().now() - timedelta(minutes=30)  # in half an hour, by a clock that is an hour behind

    timer = Timer(beat, lambda: RealClock().now() - timedelta(hours=1))
    timer.start()
    try:
        async with asyncio.timeout(PATIENT):
            await over.wait()
        assert timer._scheduler.get_job("next").next_run_time > RealClock().now() + timedelta(minutes=25)
    finally:
        timer.stop()


async def test_a_beat_that_runs_when_the_timer_is_stopped_comes_to_its_end() -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), False

    async def beat() -> datetime | None:
        nonlocal ended
        begun.set()
        await go_on.wait()
        ended = True
        return None

    timer = Timer(beat)
    timer.start()
    timer._scheduler.pause()  # so that it beats in spite of the scheduler, in what `stop` cuts short
    async with asyncio.timeout(PATIENT):
        await begun.wait()
        timer.stop()
        await asyncio.sleep(0)
        go_on.set()
        await timer.rest()
    assert ended
