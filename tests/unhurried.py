"""A Buckstop in the process of its test, whose transactions may take their time: how busy the machine is, is not what is tested."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import ParamSpec

from bot import app
from tests.patience import PATIENT

Params = ParamSpec("Params")


def _unhurried(run: Callable[Params, AbstractAsyncContextManager[app.Bot]]) -> Callable[Params, AbstractAsyncContextManager[app.Bot]]:
    @asynccontextmanager
    async def running(*words: Params.args, **more: Params.kwargs) -> AsyncIterator[app.Bot]:
        async with run(*words, **more) as bot:
            bot.database.limit = PATIENT
            yield bot

    return running


running = _unhurried(app.running)
"""As `bot.app.running`."""
