"""What had become of a case by a moment: its timeline read once, for everything that a digest says of it.

Whatever came after that moment is not looked at, so that the digest of a past day says the same whenever it is computed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.facts import Fact, Resolved, apply
from bot.escalation.words import Kind, Outcome


@dataclass(frozen=True, slots=True)
class Story:
    """A case as it stood at the end of a span, with the facts of that span and the moments that count."""

    case: Case
    within: tuple[Fact, ...]
    left_level_0: datetime | None
    at_fix: Case | None  # as it was when its latest resolution was proposed
    fixed_at: datetime | None
    closed_within: bool

    @property
    def is_fix(self) -> bool:
        """Tell whether it is a problem whose fix was confirmed in the span, and still stood at its end."""
        return self.closed_within and self.case.kind is Kind.PROBLEM and self.case.outcome is Outcome.FIXED

    @property
    def is_escalated_fix(self) -> bool:
        """Tell whether its fix came only after a real escalation: skips alone, for absence say, are none."""
        return self.is_fix and self.at_fix is not None and self.at_fix.escalations > 0

    @property
    def is_stuck(self) -> bool:
        """Tell whether it is at the top and not closed."""
        return self.case.live and self.case.at_top


def stories(cases: Iterable[tuple[Case, Sequence[Fact]]], start: datetime, end: datetime) -> Iterator[Story]:
    """Return each case's story up to `end`, one for each case; those that began later have none."""
    seen = set()
    for case, facts in cases:
        before = [fact for fact in facts if fact.at < end]
        if case.id not in seen and before:
            seen.add(case.id)
            yield _story(before, start)


def _story(facts: list[Fact], start: datetime) -> Story:
    case = apply(None, facts[0])
    left, at_fix, fixed_at = (case.opened_at if case.level > 0 else None), None, None
    for fact in facts[1:]:
        case = apply(case, fact)
        left = fact.at if left is None and case.level > 0 else left
        if isinstance(fact.what, Resolved):
            at_fix, fixed_at = case, fact.at
    within = tuple(fact for fact in facts if fact.at >= start)
    closed = case.closed_at is not None and case.closed_at >= start
    return Story(case, within, left, at_fix, fixed_at, closed)
