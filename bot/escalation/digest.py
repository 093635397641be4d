"""Which cases only got fixed because they were escalated, what did that cost, and what did the level below lack?

`digest` answers for one channel and one span, as the JSON of DESIGN.md section 9; docs/figures.md says what each part means. It is computed
from timelines alone, so that whoever doubts it can compute it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bot.escalation.announcing import is_unannounced
from bot.escalation.beside import asked_for, routes, silent_sufferers, unannounced
from bot.escalation.combustion import combustion_points
from bot.escalation.corrections import corrections
from bot.escalation.entries import About, declined, disagreement, fixed, is_declined, stuck, utc
from bot.escalation.figure import public
from bot.escalation.figures import Told, cases_behind, figures, trend, values
from bot.escalation.odds import disagree
from bot.escalation.org import Org
from bot.escalation.remaining import changes, debts
from bot.escalation.story import Facts, Story, stories
from bot.escalation.words import CaseId, Kind

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Spans:
    """The span that a digest tells of, the one before it that is as long, and the thirty days that end with it."""

    start: datetime
    end: datetime
    zone: str

    @property
    def before(self) -> datetime:
        """Return when the span before this one begins."""
        return self.start - (self.end - self.start)

    @property
    def days(self) -> list[datetime]:
        """Return the ends of thirty days in the zone's wall time, the last of them the span's end, with the first one's beginning."""
        local = self.end.astimezone(ZoneInfo(self.zone))
        return [(local - timedelta(days=back)).astimezone(self.end.tzinfo) for back in range(MONTH_DAYS, 0, -1)] + [self.end]

    @property
    def month(self) -> datetime:
        """Return when the thirty days begin."""
        return self.days[0]

    @property
    def earliest(self) -> datetime:
        """Return from when on something may count."""
        return min(self.start, self.before, self.month)


def digest(spans: Spans, about: About, timelines: Iterable[Facts], org: Org) -> dict[str, Any]:
    """Return the digest of a span.

    Args:
        about: for which channel, and whether people are named.
        timelines: of each case that something happened to since `spans.earliest`, or that is at the top, or is a change, a debt or a
            route, and of those that `beside` names. More of them do no harm. Of those that are not told by name, it is enough what
            `story.LOOKED_AT` says.
    """
    every = list(timelines)
    told, month = _stories(every, about, spans.start, spans.end), _stories(every, about, spans.month, spans.end)
    found = figures(Told(told, org))
    at_top = [story for story in told if story.is_stuck]
    above = sorted((story for story in told if story.is_escalated_fix), key=lambda s: (-s.days_below, s.case.id))
    refused, odd = [s for s in told if is_declined(s)], [s for s in _open(told) if disagree(s)]
    lasting = changes(told, month, org, about, spans.end), debts(told, org, about, spans.end)
    mended = corrections(told)
    down, surprises = routes(told, org, about, spans.start, spans.end), unannounced(told, org, about)
    silent = silent_sufferers(_lately(every, spans), about, spans.start)
    return {
        "channel": about.channel,
        "from": utc(spans.start),
        "to": utc(spans.end),
        **({"services": list(about.services)} if about.services else {}),
        "escalated_fixes": [fixed(story, about) for story in _open(above)],
        "stuck": [stuck(story, org, spans.end, about) for story in _open(sorted(at_top, key=_oldest))],
        "figures": values(found) | {"private": _private(above, at_top), "declined": [declined(story) for story in _open(refused)]},
        "cases": cases_behind(found),
        "trends": {
            "before": _trend(_stories(every, about, spans.before, spans.start), spans.before, spans.start, org),
            "month": _trend(month, spans.month, spans.end, org),
        },
        "days": _days(month, spans.days),
        "disagreements": [disagreement(story) for story in odd],
        "combustion_points": combustion_points(told, month),
        "changes": lasting[0].entries,
        "debts": lasting[1].entries,
        "corrections": mended.entries,
        "silent_sufferers": silent,
        "routes": down,
        "unannounced": surprises,
        "private": {
            "declined": _count_private(refused),
            "changes": lasting[0].private,
            "debts": lasting[1].private,
            "corrections": mended.private,
        },
    }


def told_by_name(spans: Spans, about: About, timelines: Iterable[Facts]) -> list[CaseId]:
    """Return the cases of which a digest says more than their numbers: of these it needs the people and the texts as well."""
    every = list(timelines)
    found = _open(_stories(every, about, spans.start, spans.end))
    of_note = {story.case.id for story in found if story.is_escalated_fix or story.is_stuck or _is_of_note(story, spans)}
    silent = silent_sufferers(_lately(every, spans), about, spans.start)
    return sorted(of_note | {CaseId(int(entry["case"].removeprefix("C-"))) for entry in silent})


def beside(spans: Spans, timelines: Iterable[Facts]) -> list[CaseId]:
    """Return the cases that must be known as well, whenever it was that something happened to them."""
    return sorted(asked_for(_lately(timelines, spans)))


def _lately(timelines: Iterable[Facts], spans: Spans) -> Iterable[Story]:
    """Return the stories of the span and of the thirty days before its end: so long those who did not shout are counted."""
    return stories(timelines, min(spans.start, spans.month), spans.end)


def _stories(timelines: Iterable[Facts], about: About, start: datetime, end: datetime) -> list[Story]:
    found = stories(timelines, start, end)
    return [story for story in found if not about.services or story.case.service in about.services]


def _is_of_note(story: Story, spans: Spans) -> bool:
    # Whatever is no problem is told by its title; and what was closed before and touched again may be a correction.
    lasts = story.is_lasting and (story.case.closed_at is None or story.case.closed_at >= spans.month)
    told = is_declined(story) or disagree(story) or story.was_told or (story.closed_within and is_unannounced(story.case))
    return lasts or told or story.case.kind is Kind.ROUTE


def _open(found: Iterable[Story]) -> list[Story]:
    return [story for story in found if not story.case.private]


def _count_private(found: Iterable[Story]) -> int:
    return sum(story.case.private for story in found)


def _private(above: Iterable[Story], at_top: Iterable[Story]) -> dict[str, int]:
    return {"escalated_fixes": _count_private(above), "stuck": _count_private(at_top)}


def _oldest(story: Story) -> tuple[datetime, int]:
    return story.case.opened_at, story.case.id


def _trend(told: Sequence[Story], start: datetime, end: datetime, org: Org) -> dict[str, Any]:
    return {"from": utc(start), "to": utc(end), "figures": trend(Told(told, org))}


def _days(month: Sequence[Story], ends: Sequence[datetime]) -> list[dict[str, Any]]:
    """Return, for each of thirty days, its date and what was fixed in it, as it stood at the end of the last one."""
    fixes = [story for story in month if story.is_fix]
    days = []
    for start, end in pairwise(ends):
        there = [story for story in fixes if story.case.closed_at is not None and start <= story.case.closed_at < end]
        contacts = [story.case.contacts for story in public(there)]
        days.append(
            {
                "to": utc(end),
                "fixes": len(there),
                "escalated_fixes": sum(story.is_escalated_fix for story in there),
                "contacts": round(sum(contacts) / len(contacts), 4) if contacts else None,
            }
        )
    return days
