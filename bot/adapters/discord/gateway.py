"""The connection that Discord's events come through, held up for as long as the bot runs.

The library keeps a connection alive, and resumes one that broke. What it does not survive is a first connection that is refused, a token
that was replaced, or an intent that was switched off: then it is begun anew, with longer and longer waits, and the log says what to mend.
After a long break the library waits up to 17 minutes between two tries, while people press buttons that nobody answers: then, too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord
import structlog

from bot.adapters.discord.calls import why
from bot.adapters.discord.listener import Listener

log = structlog.get_logger()

_FIRST, _LONGEST = 0.5, 60.0  # seconds between two tries
_WRONG = 300.0  # seconds where somebody has to mend something first: Discord counts the tries
_LASTED = 60.0  # seconds after which a connection counts as one that worked
_BROKEN = 120.0  # seconds that the library is given to mend a connection by itself
_UNAUTHORIZED = 401
_REFUSED = 4004  # what Discord closes a connection with whose token is not valid
_TOKEN = "the bot token is not valid any more: put the new one into DISCORD_TOKEN, and start again"  # noqa: S105
_INTENT = "an intent is switched off: see `buckstop manifest discord` for those to switch on in the developer portal"
_SHARDS = "Discord wants more connections than `discord.shards` says: raise `of`, or leave `shards` out"
# What Discord closes a connection with: wrong shards, too few of them, intents that do not exist or are not allowed.
_CLOSED = {_REFUSED: _TOKEN, 4010: _SHARDS, 4011: _SHARDS, 4013: _INTENT, 4014: _INTENT}


class Gateway:
    """The connection of this process."""

    def __init__(self, made: Callable[[], Awaitable[Listener]], token: str) -> None:
        """`made` makes a client anew each time, since one that was closed cannot be used again."""
        self.mended_within = _BROKEN  # seconds; for the next life
        self._made = made
        self._token = token
        self._task: asyncio.Task[None] | None = None
        self._client: Listener | None = None

    @property
    def ready(self) -> bool:
        """Tell whether events come in."""
        return self._client is not None and self._client.connections.whole

    def open(self) -> None:
        """Begin to connect, and go on until told to stop."""
        self._task = asyncio.create_task(self._kept_up())

    async def _kept_up(self) -> None:
        wait = _FIRST
        while True:
            began = _now()
            least = await self._one_life()
            wait = _FIRST if _now() - began > _LASTED else wait
            wait = max(wait, least)
            log.warning("discord.not_connected", again=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, max(_LONGEST, least))

    async def _one_life(self) -> float:
        """Connect once, and return how long to wait at least after it has ended."""
        try:
            self._client = await self._made()
            await self._lived(self._client)
        except Exception as fault:  # noqa: BLE001 - whatever kept it from connecting, the next try may work
            wrong = _to_mend(fault)
            if wrong is not None:
                log.error("discord.shut_out", why=wrong)  # noqa: TRY400 - where in the library it happened helps nobody
                return _WRONG
            log.warning("discord.connection_ended", error=type(fault).__name__, why=why(fault))
        finally:
            if self._client is not None:
                client, self._client = self._client, None
                with suppress(Exception):
                    await client.close()
        return 0.0

    async def _lived(self, client: Listener) -> None:
        """Listen until the connection ends, or is broken for longer than the library may take to mend it."""
        life, lost = asyncio.create_task(client.start(self._token)), asyncio.create_task(client.connections.lost(self.mended_within))
        try:
            await asyncio.wait({life, lost}, return_when=asyncio.FIRST_COMPLETED)
            if life.done():
                life.result()
        finally:
            life.cancel()
            lost.cancel()
            await asyncio.gather(life, lost, return_exceptions=True)

    async def close(self) -> None:
        """Take nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _to_mend(fault: BaseException | None) -> str | None:
    """Return what somebody has to mend before another try can work; None if time alone may do it."""
    match fault:
        case discord.LoginFailure():
            return _TOKEN
        case discord.PrivilegedIntentsRequired():
            return _INTENT
        case discord.ConnectionClosed():
            return _CLOSED.get(fault.code)
        case discord.GatewayNotFound():
            return _to_mend(fault.__cause__)  # whatever the library was refused when it asked for the gateway's address
        case discord.HTTPException():
            return _TOKEN if fault.status == _UNAUTHORIZED else None
        case _:
            return None


def _now() -> float:
    return asyncio.get_running_loop().time()
