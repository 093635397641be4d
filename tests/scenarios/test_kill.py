"""`kill -9` at any moment: after the restart the same story ends the same, and each message is there once.

The real process runs on a file, and is killed while it works on a call: after a part of the time that the same call took in a run
that nobody disturbed. The caller then does what callers do: it starts the process again and makes the same call with the same key.
"""

import asyncio
import os
import random
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout

from tests.scenarios.stages import ORG

Json = dict[str, Any]

CALLS: tuple[tuple[str, Json], ...] = (
    ("messages", {"as": "rita", "channel": "help", "text": "/case report billing: the bill says 9,000; asked 5 times"}),
    ("messages", {"as": "tom", "channel": "help", "text": "/case report metering: the display is dark"}),
    ("clock", {"advance": "30m"}),
    ("messages", {"as": "ana", "channel": None, "text": "/case ack C-1"}),
    ("messages", {"as": "ana", "channel": None, "text": "/case promise C-1 today 16:00"}),
    ("clock", {"advance": "8h"}),
    ("messages", {"as": "rita", "channel": None, "text": "/case chase C-1"}),
    ("clock", {"advance": "1d"}),
    ("messages", {"as": "cleo", "channel": None, "text": "/case resolve C-1 fix process: bill reissued"}),
    ("messages", {"as": "rita", "channel": None, "text": "/case confirm C-1"}),
    ("clock", {"advance": "2d"}),
)
PLACES = ("as=rita", "as=tom", "as=ana", "as=ben", "as=bruno", "as=cleo", "as=ida", "channel=help", "channel=leadership")
SLOWEST_START = 30
ANCHOR = re.compile(r"\(Timelines: [0-9a-f]+\)")


@dataclass
class Demo:
    """The process, started again whenever it is not there."""

    file: Path
    http: ClientSession
    address: str = ""
    process: Process | None = None
    kills: int = 0
    took: list[float] = field(default_factory=list)

    async def start(self) -> None:
        """Start it and wait for the line with its address."""
        words = ["demo", "--config", str(ORG), "--db", str(self.file), "--port", "0", "--no-browser", "--start", "2026-03-02T09:00"]
        self.process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *words, stdout=PIPE, env=_environment())
        assert self.process.stdout is not None
        async with asyncio.timeout(SLOWEST_START):
            self.address = (await self.process.stdout.readline()).decode().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address

    async def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        self.kills += 1

    async def call(self, number: int, kill_after: float | None) -> Json:
        """Make one call of the story, and make it again with the same key for as long as the process dies under it."""
        path, body = CALLS[number]
        given = {name: value for name, value in body.items() if value is not None} | {"key": f"call-{number}"}
        began = monotonic()
        if kill_after is not None:
            try:
                async with asyncio.timeout(kill_after):
                    return await self._post(path, given)
            except TimeoutError:
                await self.kill()
                await self.start()
        answer = await self._post(path, given)
        self.took.append(monotonic() - began)
        return answer

    async def _post(self, path: str, body: Json) -> Json:
        async with self.http.post(f"{self.address}/api/{path}", json=body) as response:
            answer: Json = await response.json()
        assert response.status == 200, answer
        return answer

    async def get(self, path: str) -> Any:
        """Read something."""
        async with self.http.get(f"{self.address}/api/{path}") as response:
            return await response.json()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BUCKSTOP_")}


@asynccontextmanager
async def demo(file: Path) -> AsyncIterator[Demo]:
    """Run the demo on a file, and end it."""
    async with ClientSession(timeout=ClientTimeout(total=60)) as http:
        there = Demo(file, http)
        await there.start()
        try:
            yield there
        finally:
            if there.process is not None and there.process.returncode is None:
                there.process.terminate()
                assert await there.process.wait() == 0


async def ended(there: Demo) -> Json:
    """Return everything that people can see: their messages, and the cases with their timelines."""
    shown: Json = {}
    for place in PLACES:
        messages = await there.get(f"messages?{place}")
        # Numbers differ with the order of what happens at one time, and a digest's hash with the salts; what is said does not.
        shown[place] = sorted((m["at"], m["from"], ANCHOR.sub("", m["text"]), str([b["id"] for b in m["buttons"]])) for m in messages)
    for case in ("C-1", "C-2"):
        shown[case] = await there.get(f"cases/{case}")
    return shown


@pytest.mark.slow
async def test_killed_at_any_moment_the_story_ends_the_same(tmp_path: Path) -> None:
    async with demo(tmp_path / "undisturbed.db") as there:
        for number in range(len(CALLS)):
            await there.call(number, None)
        undisturbed, took = await ended(there), there.took

    lots = random.Random(42)
    moments: list[Callable[[], float]] = [lambda: 0.0, lambda: lots.uniform(0, 1), lambda: lots.uniform(0, 1)]
    for turn, moment in enumerate(moments):
        async with demo(tmp_path / f"killed-{turn}.db") as there:
            for number in range(len(CALLS)):
                disturbed = number % len(moments) == turn or number == len(CALLS) - 1
                await there.call(number, moment() * took[number] if disturbed else None)
            assert there.kills > 0
            assert await ended(there) == undisturbed
    assert not any(len(texts) != len(set(texts)) for place, texts in undisturbed.items() if "=" in place)


async def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    async with demo(tmp_path / "stopped.db") as there:
        await there.call(0, None)
    assert there.process is not None
    assert there.process.returncode == 0


async def test_a_call_that_reached_it_is_not_done_twice(tmp_path: Path) -> None:
    async with demo(tmp_path / "twice.db") as there:
        first = await there.call(0, None)
        await there.kill()
        await there.start()
        assert await there.call(0, None) == first
        assert len(await there.get("cases")) == 1
