"""Does the process start, say where it is, and end?"""

import asyncio
import signal
import subprocess
import sys
from urllib.parse import urlsplit

from tests.discord.client import FakeDiscord, World
from tests.discord.rest import rest_of
from tests.discord.running import fake_discord


def test_it_says_where_it_is_and_ends_when_told() -> None:
    process = subprocess.Popen([sys.executable, "-m", "tests.discord", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = urlsplit(process.stdout.readline().strip())

    process.send_signal(signal.SIGTERM)

    rest, _ = process.communicate(timeout=10)
    assert (address.scheme, address.hostname, process.returncode, rest) == ("http", "127.0.0.1", 0, "")


async def test_it_ends_while_something_hangs() -> None:
    with fake_discord() as address:
        async with FakeDiscord(address) as discord:
            world = await discord.world()
            fault = await world.fault("hang_before", "GET /users/@me")
            hanging = asyncio.create_task(_me(world))
            await fault.hit()
    await asyncio.gather(hanging, return_exceptions=True)


async def _me(world: World) -> None:
    async with rest_of(world) as rest:
        await rest.get("/users/@me")
