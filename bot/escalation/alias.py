"""Who does an id stand for, once two accounts have turned out to be one person's?

What was written about a case stays as it was written; whoever reads it sees each person under the one name that they have now. So an
alias changes no fact and no hash, and nobody has to compare two ids of one person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.words import PersonId

Names = Mapping[PersonId, PersonId]
_Renamed = Callable[[Any, Names], Any]


def case_as(case: Case, names: Names) -> Case:
    """Return a case with everybody under the name that they have now, and nobody twice."""
    if not names:
        return case
    known: Case = _record(case, names)
    if known is case:
        return case
    # One who was affected by what turned out to be their own report is no other person.
    others = tuple(person for person in known.affected if person not in known.keyholders)
    return replace(known, affected=others, owners=tuple(_in_a_row(known.owners)))


def fact_as(fact: Fact, names: Names) -> Fact:
    """Return a fact with everybody under the name that they have now."""
    if not names:
        return fact
    by = names.get(fact.by, fact.by) if fact.by is not None else None
    sets = {name: _of_case()[name](value, names) if name in _of_case() else value for name, value in fact.sets.items()}
    return replace(fact, by=by, what=_record(fact.what, names), sets=sets)


def _of_case() -> Mapping[str, _Renamed]:
    return _fields(Case)


def _in_a_row(people: Iterable[PersonId]) -> Iterable[PersonId]:
    """Yield people in their order, one who follows themselves once: A, B, A is a loop, A, A is none."""
    last: PersonId | None = None
    for person in people:
        if person != last:
            yield person
        last = person


def _record(value: Any, names: Names) -> Any:
    changed, kind = {}, type(value)
    for name, renamed in _fields(kind).items():  # type: ignore[arg-type]  # a type can be hashed
        before = getattr(value, name)
        after = renamed(before, names)
        if after != before:
            changed[name] = after
    return replace(value, **changed) if changed else value


@cache
def _fields(record: type) -> Mapping[str, _Renamed]:
    """Return how the fields of a dataclass that may name people are renamed: told by their types, so that no later one is forgotten."""
    hints = get_type_hints(record)
    found = {field.name: _by_type(hints[field.name], field.name) for field in fields(record)}
    return {name: renamed for name, renamed in found.items() if renamed is not None}


def _by_type(hint: Any, name: str) -> _Renamed | None:
    if hint is PersonId:
        return lambda person, names: names.get(person, person)
    if get_origin(hint) is tuple:
        return _each(get_args(hint)[0], name)
    if get_origin(hint) in (Union, UnionType):
        inner = next((found for arm in get_args(hint) if (found := _by_type(arm, name))), None)
        return inner and (lambda value, names: None if value is None else inner(value, names))
    if is_dataclass(hint) and isinstance(hint, type) and _fields(hint):
        return _record
    return None


def _each(item: Any, name: str) -> _Renamed | None:
    inner = _by_type(item, name)
    if inner is None:
        return None
    if item is PersonId and name != "owners":  # their order says who had it when
        return lambda people, names: tuple(dict.fromkeys(inner(person, names) for person in people))
    return lambda values, names: tuple(inner(value, names) for value in values)
