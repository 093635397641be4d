"""What does a digest tell beside its figures? Who did not shout, which contact routes were down, which changes nobody had announced.

Computed from timelines like everything else of it, so that a past span says the same whenever it is asked for.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from bot.escalation.announcing import is_unannounced
from bot.escalation.entries import About, team_of, utc, what
from bot.escalation.lasting import cause_of
from bot.escalation.org import Org
from bot.escalation.probing import routes_down
from bot.escalation.silent import Sufferers, kin, sufferers
from bot.escalation.story import Stood, Story
from bot.escalation.words import CaseId, Kind, ServiceId, case_name

Entries = list[dict[str, Any]]  # as JSON; private cases have none


def routes(told: Iterable[Story], org: Org, about: About, start: datetime, end: datetime) -> Entries:
    """Return the contact routes that were down in [start, end), those that went down first at the top."""
    cases = {story.case.id: story.case for story in told}
    found, _ = routes_down(tuple(cases.values()), start, end)
    return [
        {
            **what(cases[down.case]),
            "route": str(down.route),
            "since": utc(down.since),
            "until": utc(down.until) if down.until else None,
            "probed": down.probed,
            **_whose(cases[down.case], about, org),
        }
        for down in found
    ]


def unannounced(told: Iterable[Story], org: Org, about: About) -> Entries:
    """Return the problems that were closed in the span and whose cause was a change that nobody had announced."""
    found = [story.case for story in told if story.closed_within and is_unannounced(story.case) and not story.case.private]
    return [what(case) | _whose(case, about, org) for case in sorted(found, key=lambda case: case.id)]


def _whose(case: Stood, about: About, org: Org) -> dict[str, Any]:
    return {"owner_team": team_of(case.owner, org), **about.person("owner", case.owner)}


# --- who did not shout -----------------------------------------------------------------------------------------------------------


class Kin:
    """The stories of a span and of thirty days by what makes two cases one, so that they are looked through once, not once for each fix."""

    def __init__(self, every: Iterable[Story]) -> None:
        self.stories = {story.case.id: story for story in every if story.case.kind is Kind.PROBLEM}
        self._of_cause: dict[tuple[ServiceId, str], list[Stood]] = {}
        self._under: dict[CaseId, list[Stood]] = {}
        for story in self.stories.values():
            case = story.case
            if cause_of(case):
                self._of_cause.setdefault((case.service, cause_of(case)), []).append(case)
            if case.under is not None:
                self._under.setdefault(case.under, []).append(case)

    def groups(self, about: About) -> Iterable[list[Stood]]:
        """Return the escalated fixes, those of one cause together, the newest first."""
        groups: dict[tuple[object, ...], list[Stood]] = {}
        fixes = (story.case for story in self.stories.values() if story.is_escalated_fix and not story.case.private)
        for fix in sorted((fix for fix in fixes if not about.services or fix.service in about.services), key=_newest):
            groups.setdefault(kin(fix), []).append(fix)
        return groups.values()

    def sufferers(self, fixes: Sequence[Stood]) -> Sufferers:
        """Return who suffers silently from what these fixes were about."""
        found = {number for fix in fixes for number in self.stories[fix.id].silent}
        candidates = {case.id: case for fix in fixes for case in (*self._said(fix), *self._under.get(fix.under or CaseId(0), ()))}
        candidates |= {number: self.stories[number].case for number in found if number in self.stories}
        loud = {number for number in candidates if self.stories[number].loud}
        return sufferers(fixes, candidates.values(), found, loud)

    def _said(self, fix: Stood) -> Sequence[Stood]:
        return self._of_cause.get((fix.service, cause_of(fix)), ())


def silent_sufferers(every: Iterable[Story], about: About, start: datetime) -> Entries:
    """Return who suffers silently from what was fixed: an entry for each cause (`kin`), led by its newest fix, those of the span first.

    Args:
        every: the stories of all cases that come into question, of the span and the thirty days before its end.
        start: of the span. A cause without a fix in it is told as long as not all of its sufferers are settled.
    """
    entries: list[tuple[bool, Stood, Sufferers]] = []
    cases = Kin(every)
    for fixes in cases.groups(about):
        found = cases.sufferers(fixes)
        earlier = fixes[0].closed_at is None or fixes[0].closed_at < start
        if found.unsettled or (found.settled and not earlier):
            entries.append((earlier, fixes[0], found))
    entries.sort(key=lambda entry: (entry[0], *_newest(entry[1])))
    return [_entry(lead, found) for _, lead, found in entries]


def asked_for(stories: Iterable[Story]) -> set[CaseId]:
    """Return the cases that must be known as well, to tell who did not shout: of an escalated fix, what was found, and its cause."""
    fixes = [story for story in stories if story.is_escalated_fix]
    return {number for story in fixes for number in (*story.silent, *((story.case.under,) if story.case.under else ()))}


def _newest(case: Stood) -> tuple[float, int]:
    return (-case.closed_at.timestamp() if case.closed_at else 0.0), -case.id


def _entry(case: Stood, silent: Sufferers) -> dict[str, Any]:
    return {
        **what(case),
        "cause": cause_of(case),
        "waiting": list(map(case_name, silent.waiting)),
        "offered": list(map(case_name, silent.offered)),
        "settled": list(map(case_name, silent.settled)),
    }
