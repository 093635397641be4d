"""What is being done so that the next case need not be escalated: changes and workarounds, those that are late first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.escalation.corrections import Listed
from bot.escalation.entries import About, team_of, utc, what
from bot.escalation.facts import Escalated
from bot.escalation.figure import DAY, passed
from bot.escalation.org import Org
from bot.escalation.story import Story
from bot.escalation.words import Kind, Outcome, Why, case_name

SOON = timedelta(days=7)


def changes(told: Iterable[Story], month: Sequence[Story], org: Org, about: About, end: datetime) -> Listed:
    """Return the changes that are open, and those that were made in the last thirty days with what came of the cause since.

    `state` is `came_back` (it was made, and taken up again in the span because the cause came back), `overdue`, `open` or `made`.
    """
    recent = {story.case.id for story in month if story.closed_within and story.case.outcome is Outcome.FIXED}
    found = [s for s in told if s.case.kind is Kind.CHANGE and (s.case.live or s.case.id in recent)]
    entries = [_change(story, month, org, about, end) for story in found if not story.case.private]
    order = ("came_back", "overdue", "open", "made")
    entries.sort(key=lambda entry: (order.index(entry["state"]), entry["by"] or "~", int(entry["case"][2:])))
    return Listed(entries, sum(story.case.private for story in found))


def _change(story: Story, month: Sequence[Story], org: Org, about: About, end: datetime) -> dict[str, Any]:
    case = story.case
    made = case.closed_at if not case.live else None
    entry = {
        **what(case),
        "state": "made" if made else _state(story, end),
        "cause": case.cause_of or None,
        "from": case_name(case.origin) if case.origin else None,
        "owner_team": team_of(case.owner, org),
        **about.person("owner", case.owner),
        "by": utc(case.wanted_by) if case.wanted_by else None,
        "days_overdue": passed(case.wanted_by, end, DAY) if case.wanted_by and not made else 0,
    }
    return entry | (_since(story, made, month) if made else {})


def _state(story: Story, end: datetime) -> str:
    if any(isinstance(fact.what, Escalated) and fact.what.why is Why.CAME_BACK for fact in story.within):
        return "came_back"
    return "overdue" if story.case.wanted_by is not None and story.case.wanted_by < end else "open"


def _since(change: Story, made: datetime, month: Iterable[Story]) -> dict[str, Any]:
    """Return how often the same service and cause was fixed since a change was made: at level 0, and only by escalating."""
    about = (change.case.service, change.case.cause_of)
    same = [story for story in month if story.is_fix and story.cause == about and not story.case.private]
    opened = [story for story in same if story.reported_at > made]
    needed = sum(story.is_escalated_fix for story in opened)
    return {"made": utc(made), "fixed_at_level_0_since": len(opened) - needed, "escalated_since": needed}


def debts(told: Iterable[Story], org: Org, about: About, end: datetime) -> Listed:
    """Return the workarounds that have expired or will within seven days, and how many cases lean on each."""
    found = [s for s in told if s.case.kind is Kind.DEBT and s.case.live and s.case.wanted_by is not None and s.case.wanted_by < end + SOON]
    entries = [_debt(story, org, about, end) for story in found if not story.case.private]
    entries.sort(key=lambda entry: (entry["expires"], int(entry["case"][2:])))
    return Listed(entries, sum(story.case.private for story in found))


def _debt(story: Story, org: Org, about: About, end: datetime) -> dict[str, Any]:
    case = story.case
    assert case.wanted_by is not None
    return {
        **what(case),
        "state": "expired" if case.wanted_by < end else "soon",
        "cause": case.cause_of or None,
        "from": case_name(case.origin) if case.origin else None,
        "owner_team": team_of(case.owner, org),
        **about.person("owner", case.owner),
        "expires": utc(case.wanted_by),
        "leaning": len(case.linked),
        "renewals": case.renewals,
    }
