"""Write every case out: as CSV for a spreadsheet, as JSON lines with the whole timeline for a program.

A cell that a spreadsheet would take for a formula gets an apostrophe in front: what a person typed must not run on a leader's machine.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.words import case_name
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
        row["timeline"] = [_fact(fact, private=case.private) for fact in facts]
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


def _fact(fact: Fact, *, private: bool) -> dict[str, Any]:
    told = {"n": fact.n, "at": _plain(fact.at), "fact": fact.what.name, "by": fact.by}
    texts = ("title", "question", "answer", "text", "why", "words", "explanation") if private else ()
    details = {field.name: getattr(fact.what, field.name) for field in fields(fact.what) if field.name not in texts}
    return told | {name: _plain(value) for name, value in details.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str | int | bool | type(None)):
        return value
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    return str(value)
