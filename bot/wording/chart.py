"""What does the digest's chart show, and what does it say to whoever does not see it?

Thirty days: how many cases were fixed, how many of them only because they were escalated, and how many contacts a fix took. It counts
cases and contacts, and names nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import Chart, ChartDay
from bot.wording.plain import counted


def chart(content: Mapping[str, Any], zone: str) -> Chart | None:
    """Return the chart of a digest; None where it tells of no days, or nothing was fixed on any of them."""
    days = tuple(_day(entry, zone) for entry in content.get("days", ()))
    fixes, needed = sum(day.fixes for day in days), sum(day.escalated_fixes for day in days)
    if not fixes:
        return None
    title = f"{needed} of {fixes} needed escalation"
    return Chart(
        days, title, f"Chart of the last {counted(len(days), 'day')}. Fixes: {title} ({needed / fixes:.0%}).{_trend(days)}{_contacts(days)}"
    )


def _day(entry: Mapping[str, Any], zone: str) -> ChartDay:
    """Read a day: it is called after the date on which it ends, as the digest is."""
    there = datetime.fromisoformat(entry["to"]).astimezone(ZoneInfo(zone)).date()
    return ChartDay(there, entry["fixes"], entry["escalated_fixes"], entry["contacts"])


def _trend(days: tuple[ChartDay, ...]) -> str:
    """Say how the first half compares with the second: what an eye sees at once."""
    halves = (days[: len(days) // 2], days[len(days) // 2 :])
    if not all(any(day.fixes for day in half) for half in halves):
        return ""
    first, second = (sum(day.escalated_fixes for day in half) / sum(day.fixes for day in half) for half in halves)
    return f" The first half: {first:.0%}, the second: {second:.0%}."


def _contacts(days: tuple[ChartDay, ...]) -> str:
    told = [(day.contacts, day.fixes) for day in days if day.contacts is not None]
    if not told:
        return ""
    mean = sum(contacts * fixes for contacts, fixes in told) / sum(fixes for _, fixes in told)
    return f" Contacts until a case was fixed: {mean:.1f} on average, {max(contacts for contacts, _ in told):.1f} on the worst day."
