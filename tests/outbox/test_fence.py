"""Is nothing written any more once the lease is over, however far the sending has come?"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer

from bot.outbox.fence import LeaseOver, fenced, trace, until


class Clock:
    """Seconds that pass as told: one for each look, and a minute at one of them."""

    def __init__(self, stops_at: int | None = None) -> None:
        self.looks = 0
        self.now = 0.0
        self._stops_at = stops_at

    def __call__(self) -> float:
        self.looks += 1
        self.now += 61 if self.looks == self._stops_at else 0.001
        return self.now


@pytest.fixture
async def heard() -> AsyncIterator[tuple[str, list[str]]]:
    """A server's address, and what it was told."""
    told: list[str] = []

    async def take(request: web.Request) -> web.Response:
        told.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    async with TestServer(app) as server:
        yield str(server.make_url("/")), told


@pytest.mark.parametrize("stops_at", [1, 2], ids=["before it connects", "before it writes"])
@pytest.mark.parametrize("connected", [False, True], ids=["a new connection", "one that was open"])
async def test_what_was_stopped_for_longer_than_its_lease_writes_nothing(
    heard: tuple[str, list[str]], stops_at: int, connected: bool
) -> None:
    address, told = heard
    async with ClientSession(trace_configs=[trace()]) as session:
        if connected:
            await session.post(address, data="before")
        with fenced(until(0, timedelta(seconds=60)), Clock(stops_at)), pytest.raises((LeaseOver, ClientError)) as refused:
            await session.post(address, data="too late")
        assert isinstance(refused.value, OSError)
        await session.post(address, data="after")

    assert told == [*(["before"] if connected else []), "after"]


async def test_what_is_in_time_is_written_by_tasks_of_its_own_too(heard: tuple[str, list[str]]) -> None:
    address, told = heard
    clock = Clock()
    async with ClientSession(trace_configs=[trace()]) as session:
        with fenced(until(0, timedelta(seconds=60)), clock):
            await asyncio.create_task(_post(session, address))
    assert (told, clock.looks) == (["in time"], 2)


async def _post(session: ClientSession, address: str) -> None:
    await session.post(address, data="in time")


def test_the_last_moments_of_a_lease_are_its_successors() -> None:
    assert until(100, timedelta(seconds=60)) == pytest.approx(158)
