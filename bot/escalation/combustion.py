"""What keeps coming back? Services and causes of which several cases needed escalating within thirty days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.escalation.facts import Escalated
from bot.escalation.money import usual
from bot.escalation.story import Story
from bot.escalation.words import Kind, ServiceId, case_name

FEWEST = 2


def combustion_points(told: Iterable[Story], month: Iterable[Story]) -> list[dict[str, Any]]:
    """Return the services and causes with two or more problems that escalated, or were escalated fixes, in the thirty days, at least one of
    them in the span.

    A case whose cause is not known yet counts for its service with no cause. Private cases are left out: a cause tells too much.
    """
    cases: dict[tuple[ServiceId, str], list[Story]] = {}
    for story in month:
        if _burned(story):
            cases.setdefault(story.cause, []).append(story)
    again = {story.cause for story in told if _burned(story)}
    often = [(point, found) for point, found in cases.items() if len(found) >= FEWEST and point in again]
    return [_point(service, found) for (service, _), found in sorted(often, key=lambda point: (-len(point[1]), point[0]))]


def _burned(story: Story) -> bool:
    went_up = any(isinstance(fact.what, Escalated) for fact in story.within)
    return story.case.kind is Kind.PROBLEM and not story.case.private and (went_up or story.is_escalated_fix)


def _point(service: ServiceId, found: Sequence[Story]) -> dict[str, Any]:
    # People write one cause in several ways; the usual one is shown.
    written = Counter(story.case.cause for story in found)
    return {"service": service, "cause": usual(written), "cases": [case_name(n) for n in sorted(story.case.id for story in found)]}
