"""Who must have been told of a fact? A plain table, written from DESIGN.md sections 4 and 5 and not from the engine.

It holds what nobody may go without, not every message there is. Whoever is away has a deputy, and whoever did it themselves need not be
told; a case that was taken back tells nobody.
"""

from collections.abc import Callable, Iterable

from tests.simulation.timelines import Entry

Demand = tuple[str, str]  # kind, person


def demanded(entry: Entry) -> list[Demand]:
    """Return who must be told what because of a fact."""
    rule = _RULES.get(entry.name)
    people = rule(entry) if rule else []
    # Whoever did it knows it; but a receipt is theirs.
    return [(kind, person) for kind, person in people if person != entry.by or kind == "receipt"]


def _all(kind: str, people: Iterable[str | None]) -> list[Demand]:
    return [(kind, person) for person in people if person]


def _keys(entry: Entry) -> list[str]:
    return list(entry.before.get("keyholders", ()))


def _reported(entry: Entry) -> list[Demand]:
    case = entry.after
    had = "assigned" if case["level"] == 0 else "brief"
    return _all("receipt", [case["reporter"]]) + _all(had, [case["accountable"]])


def _escalated(entry: Entry) -> list[Demand]:
    return _all("brief", [entry.after["accountable"]]) + _all("news", [*_keys(entry), entry.before["owner"]])


def _reopened(entry: Entry) -> list[Demand]:
    return _all("news", [entry.before["owner"]])


def _closed(entry: Entry) -> list[Demand]:
    return _all("news", [entry.before["owner"], *_keys(entry)])


_RULES: dict[str, Callable[[Entry], list[Demand]]] = {
    "reported": _reported,
    "escalated": _escalated,
    "acknowledged": lambda entry: _all("news", _keys(entry)),
    "promised": lambda entry: _all("news", _keys(entry)),
    "asked": lambda entry: _all("question", [entry.before["reporter"]]),
    "answered": lambda entry: _all("news", [entry.before["owner"]]),
    "chased": lambda entry: _all("news", [entry.before["owner"]]),
    "handover_offered": lambda entry: _all("offer", [entry.what["to"]]),
    "handover_accepted": lambda entry: _all("news", [*_keys(entry), entry.before["owner"]]),
    "handover_declined": lambda entry: _all("news", [entry.before["owner"], *_keys(entry)]),
    "handover_lapsed": lambda entry: _all("news", [entry.before["owner"], entry.what["to"]]),
    "taken": lambda entry: _all("assigned", [entry.what["owner"]]) + _all("news", _keys(entry)),
    "nagged": lambda entry: _all("nag", entry.what["to"]),
    "resolved": lambda entry: _all("confirm", _keys(entry)),
    "reopened": _reopened,
    "confirmed": _closed,
    "closed_unconfirmed": _closed,
    "withdrawn": _closed,
    "declined": _closed,
    "time_given": lambda entry: _all("news", [entry.before["owner"]]),
    "rechecked": lambda entry: _all("recheck", _keys(entry)) if entry.what.get("still_fixed") is None else [],
}
