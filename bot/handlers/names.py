"""Whom or what does this name mean? People and services by id, by name, or by a first name that only one of them has."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from rapidfuzz import fuzz, process

from bot.escalation.org import Org
from bot.escalation.words import PersonId, ServiceId

_Id = TypeVar("_Id", bound=str)
_Known = TypeVar("_Known")
_ENDS = " \t\n:,;.!?"


def remembered(work: Callable[[Org], _Known]) -> Callable[[Org], _Known]:
    """Work it out once for each organisation: that changes a few times a day, and is asked with every word that people type."""
    last: tuple[Org, _Known] | None = None

    def known(org: Org) -> _Known:
        nonlocal last
        if last is None or last[0] is not org:
            last = org, work(org)
        return last[1]

    return known


def person_named(text: str, org: Org, by: PersonId | None = None) -> PersonId | None:
    """Return the person that is meant; "me" is `by`."""
    if by is not None and _plain(text) in ("me", "myself"):
        return by
    return people_by_name(org).get(_plain(text))


def service_named(text: str, org: Org) -> ServiceId | None:
    """Return the service that is meant."""
    return services_by_name(org).get(_plain(text))


@remembered
def people_by_name(org: Org) -> Mapping[str, PersonId]:
    """Return everybody under each name that means them alone; an id goes before a name."""
    firsts = Counter(_plain(person.name).split(" ")[0] for person in org.people.values())
    by_first = {first: person.id for person in org.people.values() if firsts[first := _plain(person.name).split(" ")[0]] == 1}
    names = Counter(_plain(person.name) for person in org.people.values())
    by_name = {name: person.id for person in org.people.values() if names[name := _plain(person.name)] == 1}
    known = by_first | by_name | {_plain(person): person for person in org.people}
    return {name: person for name, person in known.items() if name}


@remembered
def services_by_name(org: Org) -> Mapping[str, ServiceId]:
    """Return all services under their names and ids."""
    return {_plain(s.name): s.id for s in org.services.values()} | {_plain(service): service for service in org.services}


def leading(text: str, known: Mapping[str, _Id]) -> tuple[_Id, str] | None:
    """Return what the text begins with the name of, the longest that fits, and the rest of the text."""
    low = text.lstrip(" @").lower()
    for name in sorted(known, key=len, reverse=True):
        if low.startswith(name) and (len(low) == len(name) or low[len(name)] in _ENDS):
            return known[name], text.lstrip(" @")[len(name) :].lstrip(_ENDS)
    return None


def trailing(text: str, known: Mapping[str, _Id]) -> tuple[str, _Id] | None:
    """Return the text before the name that it ends with, and what has that name."""
    low = text.rstrip(_ENDS).lower()
    for name in sorted(known, key=len, reverse=True):
        before = low[: -len(name)]
        if low.endswith(name) and (not before or before[-1] in f"{_ENDS}@"):
            return text[: len(before)].rstrip(f"{_ENDS}@"), known[name]
    return None


def nearest(text: str, names: Iterable[str]) -> str | None:
    """Return the name that was probably meant."""
    found = process.extractOne(_plain(text), list(names), scorer=fuzz.ratio, score_cutoff=60)
    return found[0] if found else None


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).strip(f"{_ENDS}@")
