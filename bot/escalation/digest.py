"""Which cases only got fixed because they were escalated, what did that cost, and what did the level below lack?

`digest` answers for one channel and one span, as the JSON of DESIGN.md section 9. It is computed from timelines alone, so that
whoever doubts it can compute it again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Literal

from bot.escalation.case import Case
from bot.escalation.facts import Declined, Fact
from bot.escalation.figures import DAY, HOUR, combustion_points, figures, number, passed
from bot.escalation.org import Org
from bot.escalation.story import Story, stories
from bot.escalation.words import Outcome, case_name

Timelines = Iterable[tuple[Case, Sequence[Fact]]]


def digest(
    channel: str, start: datetime, end: datetime, told: Timelines, stuck: Timelines, org: Org, names: Literal["teams", "people"]
) -> dict[str, Any]:
    """Return the digest of a channel for [start, end).

    Args:
        told: what was closed in the span, each case with its whole timeline.
        stuck: what is live, or was at its end; those at the top are told, and what happened in the span counts in the figures.
            A case may be in both.
        names: "people" also says who fixed what and who has what is stuck; "teams" names nobody.
    """
    every = list(stories(chain(told, stuck), start, end))
    at_top = [story for story in every if story.is_stuck]
    fixed = sorted((story for story in every if story.is_escalated_fix), key=_days_lost)
    private = {"escalated_fixes": sum(s.case.private for s in fixed), "stuck": sum(s.case.private for s in at_top)}
    return {
        "channel": channel,
        "from": _utc(start),
        "to": _utc(end),
        "escalated_fixes": [_fixed(story, names) for story in fixed if not story.case.private],
        "stuck": [_stuck(story, org, end, names) for story in sorted(at_top, key=_oldest) if not story.case.private],
        "figures": figures(every) | {"private": private, "declined": [_declined(story) for story in every if _is_declined(story)]},
        "combustion_points": combustion_points(every),
        "changes": [],
        "debts": [],
        "silent_sufferers": [],
    }


def _days_lost(story: Story) -> tuple[float, int]:
    return -_days_below(story), story.case.id


def _oldest(story: Story) -> tuple[datetime, int]:
    return story.case.opened_at, story.case.id


def _days_below(story: Story) -> float:
    return passed(story.case.opened_at, story.left_level_0, DAY) if story.left_level_0 else 0


def _about(case: Case) -> dict[str, Any]:
    return {"case": case_name(case.id), "title": str(case.title), "service": str(case.service), "team": case.team}


def _fixed(story: Story, names: Literal["teams", "people"]) -> dict[str, Any]:
    case, at_fix, fixed_at = story.case, story.at_fix, story.fixed_at
    # An escalated fix has both: the engine closes nothing as fixed that was not resolved.
    assert at_fix is not None
    assert fixed_at is not None
    resolution = case.resolution or at_fix.resolution
    assert resolution is not None
    return {
        **_about(case),
        "days_below": _days_below(story),
        "fixed_at_level": resolution.level,
        **({"fixed_by": str(resolution.by)} if names == "people" else {}),
        "hours_after": passed(at_fix.arrived_at, fixed_at, HOUR),
        "contacts": case.contacts,
        "handovers": case.handovers,
        "cost": number(sum((cost.amount for cost in case.costs), Decimal(0))),
        "budget": _budget(case),
        "cause": resolution.cause,
        "lacked": resolution.lacked,
        **({"change": str(resolution.change)} if resolution.change else {}),
    }


def _budget(case: Case) -> str | None:
    """Whose budget paid; where nothing was paid, the one that would have."""
    paid = dict.fromkeys(cost.budget for cost in case.costs if cost.budget)
    return ", ".join(paid) or case.budget


def _utc(at: datetime) -> str:
    """Write a time as everything else that others read is written."""
    return at.isoformat().replace("+00:00", "Z")


def _stuck(story: Story, org: Org, end: datetime, names: Literal["teams", "people"]) -> dict[str, Any]:
    case = story.case
    owner = org.people.get(case.owner)
    return {
        **_about(case),
        "status": str(case.status),
        "level": case.level,
        "since": _utc(case.opened_at),
        "days_open": passed(case.opened_at, end, DAY),
        "at_top_since": _utc(case.arrived_at),
        "owner_team": owner.team if owner else None,
        **({"owner": str(case.owner), "accountable": str(case.accountable)} if names == "people" else {}),
        "contacts": case.contacts,
        "handovers": case.handovers,
        "broken_promises": case.broken_promises,
    }


def _is_declined(story: Story) -> bool:
    return story.closed_within and story.case.outcome is Outcome.DECLINED and not story.case.private


def _declined(story: Story) -> dict[str, Any]:
    why = [str(fact.what.why) for fact in story.within if isinstance(fact.what, Declined)]
    return {**_about(story.case), "why": why[-1] if why else ""}
