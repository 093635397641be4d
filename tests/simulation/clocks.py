"""Did each level get its full time? Working time counted minute by minute, which shares nothing with the bot's calendar."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.company import Company
from tests.simulation.timelines import Entry, Tables
from tests.simulation.world import World

_MINUTE = timedelta(minutes=1)


def full_time(world: World, told: Tables) -> Iterator[str]:
    """Yield each move up for lack of an answer or a fix that came before the level's time was over."""
    for entries in told.entries.values():
        for entry in entries:
            if entry.name == "escalated" and entry.by is None and entry.what.get("why") in ("unanswered", "unresolved"):
                why = _too_early(world, entry, entries)
                if why is not None:
                    yield f"{entry.place}: {why}"


def _too_early(world: World, entry: Entry, entries: list[Entry]) -> str | None:
    before = entry.before
    arrived = datetime.fromisoformat(before["arrived_at"])
    here = [other for other in entries if other.n < entry.n and other.after["arrived_at"] == before["arrived_at"]]
    if any(other.name == "severity_changed" for other in here):
        return None  # another severity has other times, and what was used up counts in proportion
    if any(here[0].moment <= step.at <= entry.moment for step in world.steps):
        return None
    rung = before["chain"]["levels"][before["level"]]
    named = "respond_within" if entry.what["why"] == "unanswered" else "resolve_within"
    due = _allowed(world.company, rung[named], Fraction(before["stretch"]), always=before["chain"]["always"])
    had = _worked(world.company, arrived, entry.at, always=before["chain"]["always"])
    if had < due - timedelta(minutes=2):
        return f"{named} is {due}, and the level had {had}"
    return None


def _allowed(company: Company, written: Any, stretch: Fraction, *, always: bool) -> timedelta:
    """Return an allowance as time: microseconds, or a number of working days as text."""
    if isinstance(written, int):
        return timedelta(microseconds=int(written * stretch))
    day = 24 * 60 if always else company.hours[1] - company.hours[0]
    return timedelta(minutes=float(Fraction(written) * stretch * day))


def _worked(company: Company, start: datetime, end: datetime, *, always: bool) -> timedelta:
    """Return how much working time lies between two times; all of it where people's hours differ, so that nobody is wronged."""
    if always or not company.same_hours:
        return end - start
    zone, (begins, ends) = ZoneInfo(company.zone), company.hours
    minutes, at = 0, start
    while at < end:
        local = at.astimezone(zone)
        minutes += local.weekday() < 5 and begins <= local.hour * 60 + local.minute < ends
        at += _MINUTE
    return minutes * _MINUTE
