"""A beat in which nothing is due asks the database once, whatever the company has: each second has one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, event

from bot.app import running
from bot.clock import ManualClock
from bot.config import load
from bot.ports import DigestRecord
from tests.scenarios.stages import MONDAY, ORG


@contextmanager
def asked(*engines: Engine) -> Iterator[list[str]]:
    """Yield the statements that are executed meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield said


async def test_an_idle_beat_is_one_query(database_url: str) -> None:
    config = replace(load(ORG, {}), database_url=database_url)
    async with running(config, ManualClock(MONDAY)) as bot:
        assert config.digests
        async with bot.store.begin() as tx:
            for channel in {channel for plan in config.digests for channel in plan.to}:
                await tx.post_digest(DigestRecord(channel, MONDAY.date(), MONDAY - timedelta(days=1), MONDAY, {}))
        await bot.beat()  # once: the first of a day tidies up, and sees that today's digests were sent
        writer, reader = bot.database.writer.sync_engine, bot.database.reader.sync_engine
        # Both engines of PostgreSQL share their listeners.
        with asked(*((writer, reader) if bot.database.sqlite else (writer,))) as said:
            await bot.beat()

    assert len(said) == 1, said
