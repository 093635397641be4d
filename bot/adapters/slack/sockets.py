"""Socket Mode: connections that Slack's requests come through, held up for as long as the bot runs.

The library keeps a connection alive and replaces one that Slack is about to close. What it does not survive is a first connection
that is refused, so that is tried again here.
"""

import asyncio
from contextlib import suppress

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.adapters.slack.calls import error_of

log = structlog.get_logger()

_FIRST, _LONGEST = 0.5, 30.0  # seconds between two tries


class Sockets:
    """The connections of one workspace's app."""

    def __init__(self, workspace: str, app: AsyncApp, app_token: str, count: int) -> None:
        self._workspace = workspace
        self._handlers = [AsyncSocketModeHandler(app, app_token) for _ in range(count)]
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to connect, and go on until each connection is there."""
        self._tasks = [asyncio.create_task(self._connected(handler)) for handler in self._handlers]

    async def _connected(self, handler: AsyncSocketModeHandler) -> None:
        wait = _FIRST
        while True:
            try:
                await handler.client.connect()
            except Exception as fault:  # noqa: BLE001 - whatever kept it from connecting, the next try may work
                log.warning("slack.not_connected", workspace=self._workspace, error=type(fault).__name__, why=_why(fault), again=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST)
            else:
                log.info("slack.connected", workspace=self._workspace)
                return

    async def close(self) -> None:
        """Take nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for handler in self._handlers:
            with suppress(Exception):  # a connection that is broken already
                await handler.client.close()


def _why(fault: Exception) -> str:
    return error_of(fault) if isinstance(fault, SlackApiError) else ""
