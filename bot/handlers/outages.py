"""What the digest tells beside its figures: which contact routes were down, and which cases came of a change that nobody announced.

Its cost follows the live cases of routes and the cases that were closed in the span, not all there are.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.escalation.announcing import announced, unannounced
from bot.escalation.case import Case
from bot.escalation.entries import About, team_of, utc
from bot.escalation.org import Org
from bot.escalation.probing import routes_down
from bot.escalation.words import Kind, case_name
from bot.ports import Reading, Where

_MOST = 100_000
Entries = tuple[list[dict[str, Any]], int]  # what is told, and how many private cases are only counted


async def routes_of(reading: Reading, about: About, start: datetime, end: datetime) -> Entries:
    """Return the contact routes that were down in [start, end), those that went down first at the top, as JSON."""
    live = await reading.cases(Where(live=True, kind=Kind.ROUTE, limit=_MOST))
    ended = await reading.cases(Where(live=False, kind=Kind.ROUTE, closed_from=start, limit=_MOST))
    cases = {case.id: case for case in _of(about, (*live, *ended))}
    found, private = routes_down(list(cases.values()), start, end)
    org = await reading.org()
    entries = [
        {
            **_what(cases[down.case]),
            "route": str(down.route),
            "since": utc(down.since),
            "until": utc(down.until) if down.until else None,
            "probed": down.probed,
            **_whose(cases[down.case], about, org),
        }
        for down in found
    ]
    return entries, private


async def unannounced_of(reading: Reading, about: About, start: datetime, end: datetime) -> Entries:
    """Return the problems closed in [start, end) whose cause was a change that nobody had announced, as JSON."""
    ended = await _closed(reading, about, start, end)
    surprises = set(unannounced(ended))
    told = [case for case in ended if case.id in surprises]
    org = await reading.org()
    entries = [_what(case) | _whose(case, about, org) for case in told if not case.private]
    return sorted(entries, key=lambda entry: int(entry["case"][2:])), sum(case.private for case in told)


async def announced_of(reading: Reading, about: About, start: datetime, end: datetime) -> Entries:
    """Return the problems closed in [start, end) that were opened in the window of an announced change, as JSON with its name."""
    ended = await _closed(reading, about, start, end)
    expected = set(announced(ended))
    told = [case for case in ended if case.id in expected]
    entries = [_what(case) | {"announced": case.announced} for case in told if not case.private]
    return sorted(entries, key=lambda entry: int(entry["case"][2:])), sum(case.private for case in told)


async def _closed(reading: Reading, about: About, start: datetime, end: datetime) -> list[Case]:
    where = Where(live=False, kind=Kind.PROBLEM, closed_from=start, closed_until=end, limit=_MOST)
    return _of(about, await reading.cases(where))


def _of(about: About, cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if not about.services or case.service in about.services]


def _what(case: Case) -> dict[str, Any]:
    return {"case": case_name(case.id), "title": str(case.title), "service": str(case.service), "team": case.team}


def _whose(case: Case, about: About, org: Org) -> dict[str, Any]:
    return {"owner_team": team_of(case.owner, org), **about.person("owner", case.owner)}
