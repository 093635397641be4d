"""Wait until PostgreSQL has somebody wait for somebody else: no sleep of ours decides who came first."""

from sqlalchemy import text

from bot.store.database import Database

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_somebody_waits(database: Database) -> None:
    """Return once a connection to this database waits for what another one holds."""
    while True:
        async with database.read() as conn:
            if await conn.scalar(_WAITING):
                return
