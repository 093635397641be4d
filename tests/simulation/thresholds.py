"""When may something happen next by itself? Read from the tables, without the bot's code, so that the simulation can jump there."""

import sqlite3
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.simulation.company import Company

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CASES = "SELECT min(due) FROM cases WHERE parked IS NULL AND forgotten IS NULL"
_OVERDUE = "SELECT id, due FROM cases WHERE parked IS NULL AND forgotten IS NULL AND due <= ?"
_WAITING = """
    SELECT min(max(coalesce(d.after, 0), coalesce(d.retry_at, 0), coalesce(l.lease_until, 0), coalesce(l.free_at, 0)))
    FROM deliveries d LEFT JOIN lanes l ON l.lane = d.lane WHERE d.state = 'waiting'
"""
_LEASED = "SELECT min(lease_until) FROM lanes WHERE token IS NOT NULL"
_REMINDERS = "SELECT min(remind_at) FROM announcements WHERE remind_at IS NOT NULL"
_LAST_DIGEST = 'SELECT max("end") FROM digests WHERE channel = ?'
_FIRST_CASE = "SELECT min(opened_at) FROM cases"


def micros(at: datetime) -> int:
    """Return a time as the store has it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_micros(at: int) -> datetime:
    """Return the time behind a stored number."""
    return _EPOCH + timedelta(microseconds=at)


def digest_after(company: Company, at: datetime) -> datetime:
    """Return the first time of a digest later than a time: the local hour of the next day that comes."""
    zone = ZoneInfo(company.zone)
    day = at.astimezone(zone).date() - timedelta(days=1)
    while True:
        then = datetime(day.year, day.month, day.day, company.digest_at, tzinfo=zone).astimezone(UTC)
        if then > at:
            return then
        day += timedelta(days=1)


class Thresholds:
    """The next times in the database of one seed."""

    def __init__(self, reader: sqlite3.Connection) -> None:
        self._reader = reader

    def one(self, query: str, *values: object) -> int | None:
        """Return the one number that a query gives."""
        found: int | None = self._reader.execute(query, values).fetchone()[0]
        return found

    def paused(self) -> bool:
        """Tell whether the emergency brake is on."""
        return self.one("SELECT count(*) FROM pause") == 1

    def overdue(self, now: datetime) -> list[tuple[int, int]]:
        """Return the cases whose time has come, with it."""
        return [(case, due) for case, due in self._reader.execute(_OVERDUE, (micros(now),))]

    def sweep(self, company: Company) -> int | None:
        """Return the earliest time at which a beat may find something; None while everything is paused."""
        if self.paused():
            return None
        times = [self.one(query) for query in (_CASES, _REMINDERS)]
        first = self.one(_FIRST_CASE)
        if first is not None:
            times += [self._digest(company, channel, first) for channel in company.channels]
        return min((at for at in times if at is not None), default=None)

    def _digest(self, company: Company, channel: str, first: int) -> int:
        last = self.one(_LAST_DIGEST, channel)
        return micros(digest_after(company, from_micros(last if last is not None else first)))

    def deliver(self) -> int | None:
        """Return the earliest time at which the outbox may find something; None while everything is paused, or nothing waits."""
        times = [] if self.paused() else [self.one(query) for query in (_WAITING, _LEASED)]
        return min((at for at in times if at is not None), default=None)
