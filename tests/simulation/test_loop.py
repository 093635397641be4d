"""Is a kill a kill, and does time pass only where nobody can go on?"""

import asyncio
from random import Random

import pytest

from tests.simulation.loop import Life, Loop, Standstill


@pytest.fixture
def loop() -> Loop:
    """A loop of its own; nothing is left in it at the end."""
    return Loop(Random(1))


def test_a_month_is_over_at_once(loop: Loop) -> None:
    loop.run_until_complete(asyncio.sleep(30 * 86400))

    assert loop.time() == pytest.approx(30 * 86400)
    loop.close()


def test_whoever_is_killed_does_nothing_more_not_even_finally(loop: Loop) -> None:
    done: list[str] = []
    life = Life("p1")

    async def work() -> None:
        try:
            while True:
                done.append("worked")
                await asyncio.sleep(1)
        finally:
            done.append("cleaned up")

    async def story() -> None:
        working = loop.begin(life, work())
        await asyncio.sleep(2.5)
        loop.kill(life)
        await asyncio.sleep(60)
        assert not working.done()
        assert done == ["worked"] * 3

    loop.run_until_complete(story())
    loop.bury([life])  # after all is judged, so that nothing of it stays in memory
    assert done[-1] == "cleaned up"
    loop.close()


def test_a_kill_can_fall_between_any_two_steps(loop: Loop) -> None:
    life, steps = Life("p1"), []

    async def work() -> None:
        for step in range(10):
            steps.append(step)
            await asyncio.sleep(0)

    async def story() -> None:
        loop.light(life, 4, lambda: loop.kill(life))
        working = loop.begin(life, work())
        await asyncio.sleep(1)
        assert not working.done()

    loop.run_until_complete(story())
    assert steps == [0, 1, 2, 3]
    loop.bury([life])
    loop.close()


def test_whoever_is_suspended_goes_on_later(loop: Loop) -> None:
    life, at = Life("p1"), list[float]()

    async def work() -> None:
        while True:
            await asyncio.sleep(10)
            at.append(loop.time())

    async def story() -> None:
        working = loop.begin(life, work())
        await asyncio.sleep(15)
        loop.suspend(life)
        await asyncio.sleep(100)
        assert at == [10.0]
        loop.go_on(life)
        await asyncio.sleep(1)
        working.cancel()

    loop.run_until_complete(story())
    assert at == [10.0, 115.0]
    loop.close()


def test_a_thread_takes_virtual_time(loop: Loop) -> None:
    loop.aside = lambda: 2.0

    assert loop.run_until_complete(asyncio.to_thread(lambda: "written")) == "written"
    assert loop.time() == pytest.approx(2.0)
    loop.close()


def test_nobody_waits_for_nothing(loop: Loop) -> None:
    waiting = loop.create_task(asyncio.Event().wait())

    with pytest.raises(Standstill):
        loop.run_until_complete(waiting)

    waiting.cancel()
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()
