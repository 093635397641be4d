"""Write every case out: as CSV for a spreadsheet, as JSON lines with the whole timeline for a program.

A cell that a spreadsheet would take for a formula gets an apostrophe in front: what a person typed must not run on a leader's machine.
Where figures name nobody (`names = "teams"`), an export names nobody either: teams stand in the place of people, and private cases are
counted.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO, get_args, get_type_hints

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import PersonId, Text, case_name
from bot.ports import Store

COLUMNS = (
    "id", "kind", "status", "outcome", "title", "service", "team", "budget", "severity", "private", "reporter", "owner", "level",
    "accountable", "contacts", "handovers", "broken_promises", "kept_promises", "escalations", "opened_at", "closed_at", "due", "cost",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def write_csv(store: Store, to: TextIO, teams: Org | None = None) -> int:
    """Write a line a case, and return how many were left out.

    Args:
        store: where the cases are.
        to: where the lines go.
        teams: whose teams stand in the place of people; private cases are left out. None: people, and private cases without their title.
    """
    writer = csv.writer(to)
    writer.writerow(COLUMNS)
    left_out = 0
    async for case, _ in store.export():
        if teams is not None and case.private:
            left_out += 1
            continue
        writer.writerow([safe(value) for value in _row(case, teams)])
    return left_out


async def write_jsonl(store: Store, to: TextIO, teams: Org | None = None) -> int:
    """Write a JSON object a line: the case, and its facts in their order; private ones without any text. `teams` as in `write_csv`."""
    left_out = 0
    async for case, facts in store.export():
        if teams is not None and case.private:
            left_out += 1
            continue
        row = dict(zip(COLUMNS, _row(case, teams), strict=True))
        row["origin"] = case_name(case.origin) if case.origin else None
        row["timeline"] = list(_timeline(facts, teams, private=case.private))
        to.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
    return left_out


def safe(value: object) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    text = "" if value is None else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(case: Case, teams: Org | None) -> list[object]:
    shown: dict[str, object] = {
        **{name: _named(getattr(case, name), teams) for name in ("reporter", "owner", "accountable")},
        "id": case_name(case.id),
        "title": "(private)" if case.private else case.title,
        "cost": sum(cost.amount for cost in case.costs) if case.costs else None,
    }
    return [shown[name] if name in shown else getattr(case, name) for name in COLUMNS]


def _named(people: Any, teams: Org | None) -> Any:
    """Return a person's id, or several people's; or their teams instead, where nobody is to be named."""
    if teams is None or people is None:
        return people
    if isinstance(people, str):
        known = teams.people.get(PersonId(people))
        return known.team if known is not None else None
    return [_named(person, teams) for person in people]


def _timeline(facts: Sequence[Fact], teams: Org | None, *, private: bool) -> Iterator[dict[str, Any]]:
    """Yield the facts of a case, each with how the case stood after it as far as that is another way than before."""
    sets: dict[str, Any] = {}
    stood: dict[str, Any] = {}
    for fact in facts:
        sets |= fact.sets
        stands = {name: _plain(sets[name]) for name in _STANDS if name in sets} | _told_later(sets, private=private)
        stands |= {name: _named(sets[name], teams) for name in ("owner", "accountable") if name in sets}
        stands["at_top"] = sets["stranded"] or sets["level"] >= sets["chain"].top
        changed = {name: value for name, value in stands.items() if name not in stood or stood[name] != value}
        stood = stands
        yield _fact(fact, teams, private=private) | {"stands": changed}


_STANDS = (
    *("status", "outcome", "service", "team", "budget", "level", "owner", "accountable", "handovers", "target", "wanted_by", "renewals"),
    *("linked", "under"),
)


def _told_later(sets: Mapping[str, Any], *, private: bool) -> dict[str, Any]:
    """Return what was said of a case beside its facts: the cause that it is about, what level 0 lacked, and what has to change."""
    resolution = sets["resolution"] if not private else None
    lesson = {"lacked": resolution.lacked, "change": resolution.change} if resolution else {"lacked": None, "change": None}
    # A private case is told neither by the announcement in whose window it was opened nor by its route.
    begun = {"announced": None, "route": None} if private else {name: sets.get(name) for name in ("announced", "route")}
    return lesson | begun | {"cause_of": "" if private else sets["cause_of"], "probed": sets.get("probed", False)}


def _fact(fact: Fact, teams: Org | None, *, private: bool) -> dict[str, Any]:
    told = {"n": fact.n, "at": _plain(fact.at), "fact": fact.what.name, "by": _named(fact.by, teams)}
    details = {field.name: getattr(fact.what, field.name) for field in fields(fact.what)}
    kind: Any = type(fact.what)  # a type can be hashed
    said, people = _said(kind) if private else (), _people(kind)
    return told | {
        name: _named(value, teams) if teams is not None and name in people else _plain(value)
        for name, value in details.items()
        if name not in said
    }


@cache
def _said(kind: type) -> frozenset[str]:
    """Return which details of a kind of fact somebody wrote: told by their types, so that no later one is forgotten."""
    texts = {name for name, hint in get_type_hints(kind).items() if Text in (hint, *get_args(hint))}
    return frozenset(texts | {"cause", "lacked"})


@cache
def _people(kind: type) -> frozenset[str]:
    """Return which details of a kind of fact are people, by their types as well."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if PersonId in (hint, *get_args(hint)))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str | int | bool | type(None)):
        return value
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    return str(value)
