"""The figures of a digest. They measure the system, never a person: contacts, days lost, causes, costs.

Each has one definition: docs/figures.md has it in words, and this is where it is computed. All count cases of kind `problem` only, by what
had happened before the span's end; times are wall time. A figure over nothing is None, never 0.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, median
from typing import Any

from bot.escalation.facts import Confirmed, Escalated, Fact, PromiseBroken, PromiseKept, Reported
from bot.escalation.figure import Figure, behind, counted, median_hours, number, public, share
from bot.escalation.money import cost_by_budget, cost_by_cause, cost_by_service, effort_by_level
from bot.escalation.odds import odds, outcome_beside_speed, outcomes
from bot.escalation.org import Org
from bot.escalation.story import Story, came_back
from bot.escalation.words import FixKind, Kind, Outcome, Why


@dataclass(frozen=True)
class Told:
    """The stories of a span, sorted once for all figures."""

    stories: Sequence[Story]
    org: Org

    @cached_property
    def problems(self) -> list[Story]:
        """What people reported; changes, debts, routes and causes are no figures."""
        return [story for story in self.stories if story.case.kind is Kind.PROBLEM]

    @cached_property
    def fixes(self) -> list[Story]:
        """Those that were confirmed as fixed in the span, and not reopened before its end."""
        return [story for story in self.problems if story.is_fix]

    @cached_property
    def above(self) -> list[Story]:
        """Those fixes that needed escalating."""
        return [story for story in self.fixes if story.is_escalated_fix]

    @cached_property
    def below(self) -> list[Story]:
        """Those fixes that did not."""
        return [story for story in self.fixes if not story.is_escalated_fix]


def _share_escalated(told: Told) -> Figure:
    return Figure(share(len(told.above), len(told.fixes)), tuple(told.fixes))


def _contacts(told: Told) -> Figure:
    fixes = public(told.fixes)
    contacts = [story.case.contacts for story in fixes]
    value = {"median": number(median(contacts)), "mean": number(mean(contacts))} if contacts else None
    return Figure(value, fixes)


def _self_confirmed(story: Story) -> bool:
    last = [fact.what for fact in story.within if isinstance(fact.what, Confirmed) and fact.what.closes]
    return bool(last) and last[-1].self_confirmed


def _happened(told: Told, is_it: Callable[[Fact], bool]) -> Figure:
    """Count how often something happened in the span."""
    times = [(story, sum(is_it(fact) for fact in story.within)) for story in told.problems]
    return Figure(sum(n for _, n in times), tuple(story for story, n in times if n))


def _is_loop(fact: Fact) -> bool:
    return isinstance(fact.what, Escalated) and fact.what.why is Why.HANDOVER_LOOP


def _is_workaround(story: Story) -> bool:
    return story.case.resolution is not None and story.case.resolution.kind is FixKind.WORKAROUND


def _lacked(told: Told) -> Figure:
    # Not of private ones: what is lacking may be said in many words.
    above = public(told.above)
    words = Counter((story.case.resolution.lacked or "" if story.case.resolution else "").strip().casefold() for story in above)
    return Figure(dict(sorted(words.items())), above)


FIGURES: Mapping[str, Callable[[Told], Figure]] = {
    "reported": lambda told: counted(story for story in told.problems if story.said(Reported)),
    "fixes": lambda told: counted(told.fixes),
    "escalated_fixes": lambda told: counted(told.above),
    "share_escalated": _share_escalated,
    "contacts_per_resolution": _contacts,
    "median_hours_below": lambda told: median_hours(told.below),
    "median_hours_above": lambda told: median_hours(told.above),
    "odds": lambda told: odds(told.problems),
    "self_confirmed": lambda told: counted(story for story in told.fixes if _self_confirmed(story)),
    "unconfirmed": lambda told: counted(s for s in told.problems if s.closed_within and s.case.outcome is Outcome.UNCONFIRMED),
    "reopened": lambda told: counted(story for story in told.problems if came_back(story)),
    "workarounds": lambda told: counted(story for story in told.fixes if _is_workaround(story)),
    "lacked": _lacked,
    "promises_kept": lambda told: _happened(told, lambda fact: isinstance(fact.what, PromiseKept)),
    "promises_broken": lambda told: _happened(told, lambda fact: isinstance(fact.what, PromiseBroken)),
    "handover_loops": lambda told: _happened(told, _is_loop),
    "cost_by_budget": lambda told: cost_by_budget(told.problems),
    "cost_by_service": lambda told: cost_by_service(told.problems),
    "effort_by_level": lambda told: effort_by_level(told.problems, told.org.rules.rates),
    "cost_by_cause": lambda told: cost_by_cause(told.problems, told.org.rules.rates),
    "outcomes": lambda told: outcomes(told.problems),
    "outcome_beside_speed": lambda told: outcome_beside_speed(told.problems),
}
"""Every figure by its name, as docs/figures.md defines it."""

WITHOUT_TREND = frozenset(("cost_by_service", "cost_by_cause"))
"""Lists that would only be long beside another span's."""


def figures(told: Told) -> dict[str, Any]:
    """Return the figures of a span by their names, each with the cases behind it."""
    return {name: figure(told) for name, figure in FIGURES.items()}


def values(found: Mapping[str, Figure]) -> dict[str, Any]:
    """Return what the figures are."""
    return {name: figure.value for name, figure in found.items()}


def cases_behind(found: Mapping[str, Figure]) -> dict[str, Any]:
    """Return the cases behind each figure."""
    return {name: behind(figure) for name, figure in found.items()}


def trend(told: Told) -> dict[str, Any]:
    """Return the figures of another span, to hold those of this one against."""
    return {name: figure(told).value for name, figure in FIGURES.items() if name not in WITHOUT_TREND}
