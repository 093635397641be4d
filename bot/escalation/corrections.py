"""What was told in an earlier digest, and is not so any more? A digest is never computed again; the next one says what has changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.escalation.entries import what
from bot.escalation.facts import CostRecorded, Lacked, Reopened
from bot.escalation.figure import number
from bot.escalation.story import Story
from bot.escalation.words import Outcome


@dataclass(frozen=True, slots=True)
class Listed:
    """Entries as JSON, and how many private cases would have had one."""

    entries: list[dict[str, Any]]
    private: int


def corrections(told: Iterable[Story]) -> Listed:
    """Return what happened in the span to problems that had been told before it as fixed, unconfirmed or declined.

    `reopened`: it is not so any more. `confirmed`: it was told as unconfirmed, and is fixed. `cost` and `lacked`: what an escalated fix
    had cost, and what level 0 lacked, was recorded later.
    """
    touched = [(story, list(_changed(story))) for story in sorted(told, key=lambda story: story.case.id) if story.was_told]
    entries = [what(story.case) | change for story, changes in touched for change in changes if not story.case.private]
    return Listed(entries, sum(story.case.private for story, changes in touched if changes))


def _changed(story: Story) -> Iterator[dict[str, Any]]:
    before = story.before
    assert before is not None
    told = {"told": str(before.outcome), "was_escalated_fix": _was_escalated_fix(story)}
    if story.said(Reopened):
        yield told | {"now": str(story.case.outcome or story.case.status), "what": "reopened"}
        return
    if before.outcome is Outcome.UNCONFIRMED and story.case.outcome is Outcome.FIXED:
        yield told | {"now": str(story.case.outcome), "what": "confirmed"}
    if _was_escalated_fix(story):
        yield from _later_known(story, told | {"now": str(story.case.outcome)})


def _later_known(story: Story, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    costs = [fact.what.amount for fact in story.within if isinstance(fact.what, CostRecorded)]
    if costs:
        whole = sum((cost.amount for cost in story.case.costs), Decimal(0))
        yield told | {"what": "cost", "added": number(sum(costs, Decimal(0))), "cost": number(whole)}
    if story.said(Lacked) and story.case.resolution:
        change = story.case.resolution.change
        yield told | {"what": "lacked", "lacked": story.case.resolution.lacked, **({"change": str(change)} if change else {})}


def _was_escalated_fix(story: Story) -> bool:
    return story.before is not None and story.before.outcome is Outcome.FIXED and story.told_went_up
