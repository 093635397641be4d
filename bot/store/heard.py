"""Up to when a platform's events have been heard, kept where every restart finds it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, literal, select

from bot.store.database import Database
from bot.store.inserts import upsert
from bot.store.tables import counters

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_STEP = timedelta(milliseconds=1)


class SqlHeard:
    """Times by name, in milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def until(self, name: str) -> datetime | None:
        """Return up to when; None if nothing was ever heard."""
        async with self._database.read() as conn:
            kept = await conn.scalar(select(counters.c.value).where(counters.c.name == _row(name)))
        return _time(kept) if kept is not None else None

    async def keep(self, name: str, at: datetime) -> None:
        """Keep up to when; it never goes back."""
        async with self._database.begin() as conn:
            now = (at - _BEGINNING) // _STEP
            later = func.max(counters.c.value, literal(now)) if conn.dialect.name == "sqlite" else func.greatest(counters.c.value, now)
            await conn.execute(upsert(conn, counters, {"name": _row(name), "value": now}, {"value": later}))

    async def under(self, beginning: str) -> dict[str, datetime]:
        """Return up to when, for every name that begins like this."""
        async with self._database.read() as conn:
            found = await conn.execute(select(counters).where(counters.c.name.startswith(_row(beginning), autoescape=True)))
        return {row.name.removeprefix(_row("")): _time(row.value) for row in found}


def _time(kept: int) -> datetime:
    return _BEGINNING + kept * _STEP


def _row(name: str) -> str:
    return f"heard/{name}"
