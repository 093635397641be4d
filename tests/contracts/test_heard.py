"""Up to when a platform's events have been heard: it never goes back, and every restart finds it."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.store.database import Database
from bot.store.heard import SqlHeard

NOON = datetime(2026, 3, 2, 12, 0, 0, 123000, tzinfo=UTC)


async def test_at_first_nothing_was_heard(database: Database) -> None:
    heard = SqlHeard(database)
    assert await heard.until("discord/0/all") is None
    assert await heard.under("") == {}


async def test_it_never_goes_back(database: Database) -> None:
    heard = SqlHeard(database)
    for minutes in (0, 5, 3, -60):
        await heard.keep("discord/0/all", NOON + timedelta(minutes=minutes))
    assert await SqlHeard(database).until("discord/0/all") == NOON + timedelta(minutes=5)


async def test_names_do_not_mix(database: Database) -> None:
    heard = SqlHeard(database)
    kept = {"discord/2/0": NOON, "discord/2/1": NOON + timedelta(hours=1), "discord.direct/5": NOON, "discord_2/0": NOON}
    for name, at in kept.items():
        await heard.keep(name, at)
    assert await heard.until("discord/2/1") == NOON + timedelta(hours=1)
    assert await heard.under("discord/") == {name: at for name, at in kept.items() if name.startswith("discord/")}
    assert await heard.under("discord.direct/") == {"discord.direct/5": NOON}
    assert await heard.under("discord_") == {"discord_2/0": NOON}
    assert await heard.under("") == kept


async def test_of_several_processes_that_keep_it_at_once_the_latest_counts(database: Database) -> None:
    heard = SqlHeard(database)
    await asyncio.gather(*(heard.keep("discord/0/all", NOON + timedelta(seconds=second)) for second in range(10)))
    assert await heard.until("discord/0/all") == NOON + timedelta(seconds=9)


async def test_times_before_and_long_after_are_kept_to_the_millisecond(database: Database) -> None:
    heard = SqlHeard(database)
    for name, at in (("early", datetime(1970, 1, 1, tzinfo=UTC)), ("late", datetime(2400, 1, 1, 0, 0, 0, 999000, tzinfo=UTC))):
        await heard.keep(name, at)
        assert await heard.until(name) == at
