"""May this still be sent? Not once the lease is over under which it was begun: by then another process has taken it over.

A process that was stopped for longer than its lease (SIGSTOP, a machine that sleeps) goes on where it stood, with the lease long gone and
its successor's message posted. So the lease is looked at at the last moment, when a request is about to be written to the network.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from aiohttp import ClientSession, TraceConfig

from bot.clock import elapsed

# What is written in the last moments of a lease would not be in the conversation's history yet when the successor looks there.
_MARGIN = 30  # a thirtieth of the lease

Elapsed = Callable[[], float]
_over: ContextVar[tuple[float, Elapsed] | None] = ContextVar("lease_over", default=None)


class LeaseOver(OSError):
    """The lease is over: nothing was written, and nothing may be. An OSError, so that the platforms' libraries hand it on as one."""


@contextmanager
def fenced(until: float, now: Elapsed = elapsed) -> Iterator[None]:
    """Let nothing be written after this time (in seconds of `now`) by what is done inside, tasks that it starts included."""
    token = _over.set((until, now))
    try:
        yield
    finally:
        _over.reset(token)


def until(began: float, lease: timedelta) -> float:
    """Return up to when something may be written under a lease that was asked for at `began`."""
    return began + (lease - lease / _MARGIN).total_seconds()


def check() -> None:
    """Refuse to go on once the lease is over.

    Raises:
        LeaseOver: it is. What has no lease, an answer to a command say, has none that could be over.
    """
    fence = _over.get()
    if fence is not None and fence[1]() > fence[0]:
        raise LeaseOver("the lease is over")


def trace(config: TraceConfig | None = None) -> TraceConfig:
    """Return what has a client's requests looked at: when each begins, and just before its body is written."""
    config = config or TraceConfig()
    config.on_request_start.append(_look)
    config.on_request_chunk_sent.append(_look)  # aiohttp calls it before it writes: headers and body go out together after it
    return config


async def _look(_session: ClientSession, _context: SimpleNamespace, _what: Any) -> None:
    check()
