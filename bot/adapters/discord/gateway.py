"""The connection that Discord's events come through, held up for as long as the bot runs.

The library keeps a connection alive, and resumes one that broke. What it does not survive is a first connection that is refused, a token
that was replaced, or an intent that was switched off: then it is begun anew, with longer and longer waits, and the log says what to mend.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord
import structlog

from bot.adapters.discord.calls import why

log = structlog.get_logger()

_FIRST, _LONGEST = 0.5, 60.0  # seconds between two tries
_WRONG = 300.0  # seconds where somebody has to mend something first: Discord counts the tries
_LASTED = 60.0  # seconds after which a connection counts as one that worked


class Gateway:
    """The connection of this process."""

    def __init__(self, made: Callable[[], Awaitable[discord.Client]], token: str) -> None:
        """`made` makes a client anew each time, since one that was closed cannot be used again."""
        self._made = made
        self._token = token
        self._task: asyncio.Task[None] | None = None
        self._client: discord.Client | None = None

    @property
    def ready(self) -> bool:
        """Tell whether events come in."""
        return self._client is not None and self._client.is_ready()

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
            await self._client.start(self._token)
        except discord.LoginFailure:
            log.error("discord.shut_out", why="the bot token is not valid any more: put the new one into DISCORD_TOKEN, and start again")  # noqa: TRY400
            return _WRONG
        except discord.PrivilegedIntentsRequired:
            log.error(  # noqa: TRY400 - where in the library it happened helps nobody
                "discord.shut_out",
                why="an intent is switched off: see `buckstop manifest discord` for those to switch on in the developer portal",
            )
            return _WRONG
        except Exception as fault:  # noqa: BLE001 - whatever kept it from connecting, the next try may work
            log.warning("discord.connection_ended", error=type(fault).__name__, why=why(fault))
        finally:
            if self._client is not None:
                with suppress(Exception):
                    await self._client.close()
        return 0.0

    async def close(self) -> None:
        """Take nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _now() -> float:
    return asyncio.get_running_loop().time()
