"""What is a figure? A value, and the cases behind it: whoever doubts one can look at each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from bot.escalation.measure import DAY, HOUR, number, passed
from bot.escalation.story import Story
from bot.escalation.words import case_name

__all__ = ["DAY", "HOUR", "Figure", "behind", "counted", "median_hours", "number", "passed", "public", "share"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as JSON writes it, and the stories that it counts."""

    value: Any
    behind: tuple[Story, ...]


def counted(which: Iterable[Story]) -> Figure:
    """Return how many these are."""
    behind = tuple(which)
    return Figure(len(behind), behind)


def behind(figure: Figure) -> dict[str, Any]:
    """Return the cases behind a figure by their numbers; private ones are only counted."""
    open_ones = sorted(story.case.id for story in figure.behind if not story.case.private)
    return {"cases": [case_name(case) for case in open_ones], "private": sum(story.case.private for story in figure.behind)}


def share(part: int, whole: int) -> float | None:
    """Return the part of a whole, to three decimals; None of nothing."""
    return round(part / whole, 3) if whole else None


def public(which: Iterable[Story]) -> tuple[Story, ...]:
    """Return those of which more than their number may be told: a mean, a median or an answer over one private case would be its own."""
    return tuple(story for story in which if not story.case.private)


def median_hours(fixes: Iterable[Story]) -> Figure:
    """Return the median of the hours from report to fix; private cases are left out."""
    behind = tuple(story for story in public(fixes) if story.fixed_at)
    hours = [max(story.fixed_at - story.case.opened_at, timedelta(0)) / HOUR for story in behind if story.fixed_at]
    return Figure(number(median(hours)) if hours else None, behind)
