"""What did it cost, whose budget paid, and what would it have cost if level 0 could have fixed it?

Amounts are those that people recorded, minutes are worth what the configuration says an hour of their level costs. A private case's are
left out: an amount tells too much of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.escalation.facts import CostRecorded
from bot.escalation.figure import Figure, number
from bot.escalation.story import Story, minutes
from bot.escalation.words import ServiceId

Rates = Sequence[Decimal]
_ZERO = Decimal(0)


def _open(stories: Iterable[Story], which: Callable[[Story], object]) -> tuple[Story, ...]:
    return tuple(story for story in stories if not story.case.private and which(story))


def _costs(story: Story) -> list[CostRecorded]:
    return [fact.what for fact in story.within if isinstance(fact.what, CostRecorded)]


def cost_by_budget(stories: Iterable[Story]) -> Figure:
    """Return what was recorded in the span, by whose budget paid it ("" where none was named)."""
    behind = _open(stories, _costs)
    sums: dict[str, Decimal] = {}
    for story in behind:
        for cost in _costs(story):
            sums[cost.budget] = sums.get(cost.budget, _ZERO) + cost.amount
    return Figure({budget: number(amount) for budget, amount in sorted(sums.items())}, behind)


def cost_by_service(stories: Iterable[Story]) -> Figure:
    """Return what was recorded in the span: the service that caused it with its own budget, beside the budget that paid."""
    behind = _open(stories, _costs)
    sums: dict[tuple[ServiceId, str, str], Decimal] = {}
    for story in behind:
        for cost in _costs(story):
            key = (story.case.service, story.case.budget or "", cost.budget)
            sums[key] = sums.get(key, _ZERO) + cost.amount
    return Figure(
        [
            {"service": service, "budget": own, "paid_by": paid, "amount": number(amount)}
            for (service, own, paid), amount in sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
        ],
        behind,
    )


def rate(level: int, rates: Rates) -> Decimal | None:
    """Return what an hour at a level costs; the last rate counts for those above it. None where no rates are configured."""
    return rates[min(level, len(rates) - 1)] if rates else None


def _worth(level: int, spent: int, rates: Rates) -> Decimal | None:
    hourly = rate(level, rates)
    return None if hourly is None else hourly * spent / 60


def effort_by_level(stories: Iterable[Story], rates: Rates) -> Figure:
    """Return the minutes that were recorded in the span, by the level at which they were spent, and what they cost."""
    behind = _open(stories, minutes)
    spent = Counter[int]()
    for story in behind:
        for effort in minutes(story):
            spent[effort.level] += effort.minutes
    return Figure({str(level): {"minutes": n, "cost": _said(_worth(level, n, rates))} for level, n in sorted(spent.items())}, behind)


def _said(amount: Decimal | None) -> int | float | None:
    return None if amount is None else number(amount)


@dataclass
class _Sum:
    """What one cause has cost in a span."""

    cases: int = 0
    paid: Decimal = _ZERO
    paid_at_level_0: Decimal = _ZERO
    minutes: int = 0
    worth: Decimal | None = _ZERO
    written: Counter[str] = field(default_factory=Counter)

    def add(self, story: Story, rates: Rates) -> None:
        """Add what was recorded of a case in the span."""
        self.cases += 1
        self.written[story.case.cause] += 1
        for cost, early in zip(_costs(story), story.paid_at_level_0, strict=True):
            self.paid += cost.amount
            self.paid_at_level_0 += cost.amount if early else _ZERO
        for effort in minutes(story):
            worth = _worth(effort.level, effort.minutes, rates)
            self.minutes += effort.minutes
            self.worth = None if worth is None or self.worth is None else self.worth + worth


def cost_by_cause(stories: Iterable[Story], rates: Rates) -> Figure:
    """Return what each cause has cost in the span, and what it would have cost at level 0.

    That is what was paid before the case was escalated, and all its minutes at level 0's rate.
    """
    behind = _open(stories, lambda story: _costs(story) or minutes(story))
    sums: dict[tuple[ServiceId, str], _Sum] = {}
    for story in behind:
        sums.setdefault(story.cause, _Sum()).add(story, rates)
    dear = sorted(sums.items(), key=lambda entry: (-(entry[1].paid + (entry[1].worth or 0)), entry[0]))
    return Figure([_cause(service, found, rates) for (service, _), found in dear], behind)


def _cause(service: ServiceId, found: _Sum, rates: Rates) -> dict[str, Any]:
    at_level_0 = _worth(0, found.minutes, rates)
    return {
        "service": service,
        "cause": usual(found.written),
        "cases": found.cases,
        "paid": number(found.paid),
        "minutes": found.minutes,
        "total": number(found.paid + (found.worth or _ZERO)),
        "at_level_0": number(found.paid_at_level_0 + (at_level_0 or _ZERO)),
    }


def usual(written: Counter[str]) -> str | None:
    """Return a cause as most people write it, the first in the alphabet among equals; None if nobody wrote one."""
    return min(written, key=lambda words: (-written[words], words)) or None
