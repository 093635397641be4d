"""What a digest says of one case by name. Nobody is named unless that is wanted."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from bot.escalation.facts import Declined
from bot.escalation.figure import DAY, HOUR, number, passed
from bot.escalation.odds import complaints
from bot.escalation.org import Org
from bot.escalation.story import Stood, Story
from bot.escalation.words import Outcome, PersonId, ServiceId, case_name


@dataclass(frozen=True, slots=True)
class About:
    """For whom a digest is: the channel, what it is about (no service: all of them), and whether people are named."""

    channel: str
    names: Literal["teams", "people"] = "teams"
    services: tuple[ServiceId, ...] = ()

    def person(self, key: str, person: PersonId) -> dict[str, str]:
        """Return somebody under a key, where people are named."""
        return {key: str(person)} if self.names == "people" else {}


def utc(at: datetime) -> str:
    """Write a time as everything else that others read is written."""
    return at.isoformat().replace("+00:00", "Z")


def what(case: Stood) -> dict[str, Any]:
    """Return what a case is about."""
    return {"case": case_name(case.id), "title": str(case.title), "service": str(case.service), "team": case.team}


def fixed(story: Story, about: About) -> dict[str, Any]:
    """Return an escalated fix: what it took, what it cost, and what it taught."""
    case, at_fix, fixed_at = story.case, story.at_fix, story.fixed_at
    # An escalated fix has both: nothing is closed as fixed without either a resolution or a remedy that helped.
    assert at_fix is not None
    assert fixed_at is not None
    resolution = case.resolution or at_fix.resolution
    return {
        **what(case),
        "days_below": story.days_below,
        "fixed_at_level": resolution.level if resolution else at_fix.level,
        **about.person("fixed_by", resolution.by if resolution else at_fix.owner),
        "hours_after": passed(at_fix.arrived_at, fixed_at, HOUR),
        "contacts": case.contacts,
        "handovers": case.handovers,
        "cost": number(sum((cost.amount for cost in case.costs), Decimal(0))),
        "budget": _budget(case),
        "cause": case.cause,
        "lacked": resolution.lacked if resolution else None,
        **({"change": str(resolution.change)} if resolution and resolution.change else {}),
    }


def _budget(case: Stood) -> str | None:
    """Whose budget paid; where nothing was paid, the one that would have."""
    paid = dict.fromkeys(cost.budget for cost in case.costs if cost.budget)
    return ", ".join(paid) or case.budget


def stuck(story: Story, org: Org, end: datetime, about: About) -> dict[str, Any]:
    """Return a case that is at the top and not closed."""
    case = story.case
    return {
        **what(case),
        "status": str(case.status),
        "level": case.level,
        "since": utc(case.opened_at),
        "days_open": passed(case.opened_at, end, DAY),
        "at_top_since": utc(case.arrived_at),
        "owner_team": team_of(case.owner, org),
        **about.person("owner", case.owner),
        **about.person("accountable", case.accountable),
        "contacts": case.contacts,
        "handovers": case.handovers,
        "broken_promises": case.broken_promises,
    }


def team_of(person: PersonId, org: Org) -> str | None:
    """Return somebody's team."""
    known = org.people.get(person)
    return known.team if known else None


def is_declined(story: Story) -> bool:
    """Tell whether it was declined in the span, and still is."""
    return story.closed_within and story.case.outcome is Outcome.DECLINED


def declined(story: Story) -> dict[str, Any]:
    """Return a case that will not be fixed, and why."""
    why = [str(fact.what.why) for fact in story.within if isinstance(fact.what, Declined)]
    return {**what(story.case), "why": why[-1] if why else ""}


def disagreement(story: Story) -> dict[str, Any]:
    """Return a case whose speed says something else than what came of it."""
    return {**what(story.case), "in_time": bool(story.in_time), "against": complaints(story)}
