"""What stands in the tables? Facts as they were written, folded by plain assignment; nothing here asks the bot's code."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact, the case before it and the case after it, with people by name."""

    case: int
    n: int
    at: datetime
    by: str | None
    name: str
    what: Json
    sets: Json
    before: Json
    after: Json
    commit: int  # which commit wrote it
    moment: float  # when, on the loop's time

    @property
    def place(self) -> str:
        """How a person would name it."""
        return f"C-{self.case}, fact {self.n} ({self.name})"


@dataclass(slots=True)
class Delivered:
    """One row of the outbox."""

    key: str
    kind: str
    person: str | None
    case: int | None
    fact: int | None
    state: str
    bundle: str | None
    after: int | None
    retry_at: int | None
    why: str | None
    since: int | None


@dataclass(slots=True)
class Tables:
    """All of one seed."""

    entries: dict[int, list[Entry]] = field(default_factory=dict)
    rows: dict[str, Delivered] = field(default_factory=dict)
    texts: dict[str, set[tuple[int, int]]] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)
    absences: list[tuple[str, int, int]] = field(default_factory=list)

    def members(self, key: str) -> list[Delivered]:
        """Return the rows that a message with this key carries."""
        if key in self.rows:
            return [self.rows[key]]
        return [row for row in self.rows.values() if row.bundle == key]


def tables(reader: sqlite3.Connection, commits: Mapping[tuple[int, int], int], moments: Mapping[tuple[int, int], float]) -> Tables:
    """Read everything."""
    found = Tables()
    names = dict(reader.execute("SELECT key, person FROM people_keys"))
    for case, n, body in reader.execute("SELECT case_id, n, body FROM facts ORDER BY case_id, n"):
        told = _named(json.loads(body), names)
        earlier = found.entries.setdefault(case, [])
        before = earlier[-1].after if earlier else {}
        sets = told.get("sets", {})
        earlier.append(
            Entry(
                case,
                n,
                datetime.fromisoformat(told["at"]),
                told.get("by"),
                told["is"],
                told["what"],
                sets,
                before,
                {**before, **sets},
                commits[case, n],
                moments[case, n],
            )
        )
    columns = 'key, kind, person, case_id, fact, state, bundle, "after", retry_at, why, since'
    for row in reader.execute(f"SELECT {columns} FROM deliveries ORDER BY id"):
        found.rows[row[0]] = Delivered(*row)
    for case, n, text in reader.execute("SELECT case_id, n, text FROM texts"):
        for word in str(text).replace(":", " ").replace("?", " ").split():
            if word.startswith("q") and word.endswith("x"):
                found.texts.setdefault(word, set()).add((case, n))
    found.forgotten = {case for (case,) in reader.execute("SELECT id FROM cases WHERE forgotten IS NOT NULL")}
    found.absences = list(reader.execute('SELECT person, start, "end" FROM absences'))
    return found


_PEOPLE = {"owner", "accountable", "reporter", "author", "climbed", "to", "by", "before", "person", "back_to", "for_gone", "change_owner"}
_MANY = {"keyholders", "affected", "owners", "tried", "concerned", "answered_yes"}


def _named(told: Any, names: Mapping[int, str]) -> Any:
    """Return what a fact says with names in place of the keys of people."""
    if isinstance(told, list):
        return [_named(one, names) for one in told]
    if not isinstance(told, dict):
        return told
    named: Json = {}
    for key, value in told.items():
        if key in _PEOPLE and isinstance(value, int) and not isinstance(value, bool):
            named[key] = names.get(value, value)
        elif (key in _MANY or key == "to") and isinstance(value, list):
            named[key] = [names.get(one, one) if isinstance(one, int) else one for one in value]
        else:
            named[key] = _named(value, names)
    return named
