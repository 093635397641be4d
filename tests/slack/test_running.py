"""Does the process start, say where it is, and end?"""

import asyncio
import signal
import subprocess
import sys
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import FakeSlack
from tests.slack.running import fake_slack


def test_it_says_where_it_is_and_ends_when_told() -> None:
    process = subprocess.Popen([sys.executable, "-m", "tests.slack", "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = urlsplit(process.stdout.readline().strip())

    process.send_signal(signal.SIGTERM)

    rest, _ = process.communicate(timeout=10)
    assert (address.scheme, address.hostname, process.returncode, rest) == ("http", "127.0.0.1", 0, "")


async def test_it_ends_while_something_hangs() -> None:
    with fake_slack() as address:
        async with FakeSlack(address) as slack:
            ws = await slack.workspace()
            fault = await ws.fault("hang_before", "auth.test")
            hanging = asyncio.create_task(AsyncWebClient(token=ws.bot_token, base_url=ws.api_url).auth_test())
            await fault.hit()
    await asyncio.gather(hanging, return_exceptions=True)
