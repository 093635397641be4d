"""The figures of a digest. They measure the system, never a person: contacts, days lost, causes, costs.

Each has one definition, here. All count cases of kind `problem` only, private ones included, by what had happened before the
span's end; times are wall time. A figure over nothing is None, never 0.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import mean, median
from typing import Any

from bot.escalation.facts import Confirmed, CostRecorded, Escalated, Fact, PromiseBroken, PromiseKept
from bot.escalation.story import Story
from bot.escalation.words import Kind, Outcome, Why, case_name

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def figures(stories: Sequence[Story]) -> dict[str, Any]:
    """Return the figures of a span.

    - `fixes`: confirmed as fixed in the span, and not reopened before its end.
    - `escalated_fixes`: those of them whose fix was proposed after at least one real escalation; `share_escalated` is their part.
    - `contacts_per_resolution`: the contacts that each of the fixes had taken, as `median` and `mean`.
    - `median_hours_below`, `median_hours_above`: hours from the report to the proposal that was confirmed, of the fixes that needed no
      escalation and of those that did.
    - `self_confirmed`: fixes whose last key was turned by whoever owned or resolved the case; among `fixes` too.
    - `unconfirmed`: closed in the span because nobody confirmed; never among the fixes.
    - `promises_kept`, `promises_broken`, `handover_loops`: how often that happened in the span.
    - `cost_by_budget`: what was recorded in the span, by whose budget paid it ("" where none was named).
    """
    problems = [story for story in stories if story.case.kind is Kind.PROBLEM]
    fixes = [story for story in problems if story.is_fix]
    above = [story for story in fixes if story.is_escalated_fix]
    below = [story for story in fixes if not story.is_escalated_fix]
    contacts = [story.case.contacts for story in fixes]
    facts = [fact for story in problems for fact in story.within]
    return {
        "fixes": len(fixes),
        "escalated_fixes": len(above),
        "share_escalated": round(len(above) / len(fixes), 3) if fixes else None,
        "contacts_per_resolution": {"median": number(median(contacts)), "mean": number(mean(contacts))} if contacts else None,
        "median_hours_below": _median_hours(below),
        "median_hours_above": _median_hours(above),
        "self_confirmed": sum(_self_confirmed(story) for story in fixes),
        "unconfirmed": sum(story.closed_within and story.case.outcome is Outcome.UNCONFIRMED for story in problems),
        "promises_kept": sum(isinstance(fact.what, PromiseKept) for fact in facts),
        "promises_broken": sum(isinstance(fact.what, PromiseBroken) for fact in facts),
        "handover_loops": sum(isinstance(fact.what, Escalated) and fact.what.why is Why.HANDOVER_LOOP for fact in facts),
        "cost_by_budget": _cost_by_budget(facts),
    }


def number(value: float | Decimal) -> int | float:
    """Return a number as JSON writes it: whole where it is, otherwise to four decimals, a few seconds of a day."""
    whole = int(value)
    return whole if value == whole else round(float(value), 4)


def passed(start: datetime, end: datetime, unit: timedelta) -> int | float:
    """Return how many units of wall time lie between; never less than none."""
    return number(max(end - start, timedelta(0)) / unit)


def _median_hours(fixes: Iterable[Story]) -> int | float | None:
    hours = [(story.fixed_at - story.case.opened_at) / HOUR for story in fixes if story.fixed_at]
    return number(median(hours)) if hours else None


def _self_confirmed(story: Story) -> bool:
    last = [fact.what for fact in story.within if isinstance(fact.what, Confirmed) and fact.what.closes]
    return bool(last) and last[-1].self_confirmed


def _cost_by_budget(facts: Iterable[Fact]) -> dict[str, int | float]:
    sums: dict[str, Decimal] = {}
    for fact in facts:
        if isinstance(fact.what, CostRecorded):
            sums[fact.what.budget] = sums.get(fact.what.budget, Decimal(0)) + fact.what.amount
    return {budget: number(amount) for budget, amount in sorted(sums.items())}


def combustion_points(stories: Iterable[Story]) -> list[dict[str, Any]]:
    """Return what keeps coming back: services and causes with two or more cases that escalated in the span, or were escalated fixes.

    A case whose cause is not known yet counts for its service with no cause. Private cases are left out: a cause tells too much.
    """
    cases: dict[tuple[str, str], list[Story]] = {}
    for story in stories:
        went_up = any(isinstance(fact.what, Escalated) for fact in story.within)
        if story.case.kind is Kind.PROBLEM and not story.case.private and (went_up or story.is_escalated_fix):
            cause = story.case.resolution.cause if story.case.resolution else ""
            cases.setdefault((story.case.service, " ".join(cause.lower().split())), []).append(story)
    often = sorted((point for point in cases.items() if len(point[1]) > 1), key=lambda point: (-len(point[1]), point[0]))
    return [_point(service, found) for (service, _), found in often]


def _point(service: str, found: Sequence[Story]) -> dict[str, Any]:
    # People write one cause in several ways; the usual one is shown.
    written = Counter(story.case.resolution.cause if story.case.resolution else "" for story in found)
    numbers = sorted(story.case.id for story in found)
    return {"service": service, "cause": written.most_common(1)[0][0] or None, "cases": [case_name(case) for case in numbers]}
