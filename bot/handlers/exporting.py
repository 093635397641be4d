"""Write every case out: as CSV for a spreadsheet, as JSON lines with the whole timeline for a program.

A cell that a spreadsheet would take for a formula gets an apostrophe in front: what a person typed must not run on a leader's machine.
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
from bot.escalation.words import Text, case_name
from bot.ports import Store

COLUMNS = (
    "id", "kind", "status", "outcome", "title", "service", "team", "budget", "severity", "private", "reporter", "owner", "level",
    "accountable", "contacts", "handovers", "broken_promises", "kept_promises", "escalations", "opened_at", "closed_at", "due", "cost",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def write_csv(store: Store, to: TextIO) -> None:
    """Write a line a case; private ones without their title."""
    writer = csv.writer(to)
    writer.writerow(COLUMNS)
    async for case, _ in store.export():
        writer.writerow([safe(value) for value in _row(case)])


async def write_jsonl(store: Store, to: TextIO) -> None:
    """Write a JSON object a line: the case, and its facts in their order; private ones without any text."""
    async for case, facts in store.export():
        row = dict(zip(COLUMNS, _row(case), strict=True))
        row["origin"] = case_name(case.origin) if case.origin else None
        row["timeline"] = list(_timeline(facts, private=case.private))
        to.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")


def safe(value: object) -> str:
    """Return a cell that no spreadsheet runs as a formula."""
    text = "" if value is None else str(_plain(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(case: Case) -> list[object]:
    shown: dict[str, object] = {
        "id": case_name(case.id),
        "title": "(private)" if case.private else case.title,
        "cost": sum(cost.amount for cost in case.costs) if case.costs else None,
    }
    return [shown[name] if name in shown else getattr(case, name) for name in COLUMNS]


def _timeline(facts: Sequence[Fact], *, private: bool) -> Iterator[dict[str, Any]]:
    """Yield the facts of a case, each with how the case stood after it as far as that is another way than before."""
    sets: dict[str, Any] = {}
    stood: dict[str, Any] = {}
    for fact in facts:
        sets |= fact.sets
        stands = {name: _plain(sets[name]) for name in _STANDS if name in sets} | _told_later(sets, private=private)
        stands["at_top"] = sets["stranded"] or sets["level"] >= sets["chain"].top
        changed = {name: value for name, value in stands.items() if name not in stood or stood[name] != value}
        stood = stands
        yield _fact(fact, private=private) | {"stands": changed}


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


def _fact(fact: Fact, *, private: bool) -> dict[str, Any]:
    told = {"n": fact.n, "at": _plain(fact.at), "fact": fact.what.name, "by": fact.by}
    details = {field.name: getattr(fact.what, field.name) for field in fields(fact.what)}
    said = _said(type(fact.what)) if private else ()  # type: ignore[arg-type]  # a type can be hashed
    return told | {name: _plain(value) for name, value in details.items() if name not in said}


@cache
def _said(kind: type) -> frozenset[str]:
    """Return which details of a kind of fact somebody wrote: told by their types, so that no later one is forgotten."""
    texts = {name for name, hint in get_type_hints(kind).items() if Text in (hint, *get_args(hint))}
    return frozenset(texts | {"cause", "lacked"})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str | int | bool | type(None)):
        return value
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    return str(value)
