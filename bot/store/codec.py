"""Turn cases and facts into JSON and back, exactly, by the types that they declare.

What is hashed must outlive the people and the words in it. So a fact's bytes hold a key for each person and a salted digest for each
text; a case's row, which is not hashed, holds both as they are. Which of the two it is, the `Scribe` decides.
"""

import hashlib
import secrets
import types
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, NewType, Protocol, Union, get_args, get_origin, get_type_hints

from bot.escalation.case import Case, Place
from bot.escalation.facts import Fact, What
from bot.escalation.org import Level
from bot.escalation.span import Span
from bot.escalation.words import CaseId, PersonId, Text
from bot.escalation.zones import MICROSECOND

SCHEMA = 1
"""The version of the facts that are written now."""

ERASED = Text("[erased]")


class Scribe(Protocol):
    """How people and texts are written, and read again."""

    def person(self, person: str, /) -> Any: ...
    def read_person(self, written: Any, /) -> str: ...
    def text(self, text: str, /) -> Any: ...
    def read_text(self, written: Any, /) -> str: ...


class Plain:
    """As they are."""

    def person(self, person: str, /) -> Any:
        return person

    text = person

    def read_person(self, written: Any, /) -> str:
        return str(written)

    read_text = read_person


@dataclass(slots=True)
class Keyed:
    """Written by key and digest. `texts` gathers what must be kept beside the bytes, `unknown` who has no key yet."""

    keys: Mapping[str, int] = field(default_factory=dict)
    salt: Callable[[], bytes] = lambda: secrets.token_bytes(16)
    texts: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # text: digest and salt
    unknown: set[str] = field(default_factory=set)

    def person(self, person: str, /) -> Any:
        if person not in self.keys:
            self.unknown.add(person)
        return self.keys.get(person, 0)

    def text(self, text: str, /) -> Any:
        if text and text not in self.texts:
            salt = self.salt()
            self.texts[text] = (digest(salt, text), salt)
        return {"t": self.texts[text][0]} if text else text

    def read_person(self, written: Any, /) -> str:
        raise TypeError("what was written by key is read with `Unkeyed`")

    read_text = read_person


@dataclass(slots=True)
class Unkeyed:
    """Read by key and digest; whoever and whatever was erased has a name that stays the same. `unknown` gathers the keys to look up."""

    people: Mapping[int, str | None] = field(default_factory=dict)
    texts: Mapping[str, str | None] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)

    def read_person(self, written: Any, /) -> str:
        if written not in self.people:
            self.unknown.add(written)
        person = self.people.get(written)
        return f"someone forgotten ({written})" if person is None else person

    def read_text(self, written: Any, /) -> str:
        if isinstance(written, str):
            return written
        text = self.texts.get(written["t"])
        return ERASED if text is None else text

    def person(self, person: str, /) -> Any:
        raise TypeError("what is to be hashed is written with `Keyed`")

    text = person


def digest(salt: bytes, text: str) -> str:
    """Return what stands for a text in the hashed bytes. The salt keeps anyone from guessing an erased text and checking the guess."""
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


# --- by type -------------------------------------------------------------------------------------------------------------------

Write = Callable[[Any, Scribe], Any]
Read = Callable[[Any, Scribe], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one type are written and read."""

    write: Write
    read: Read


def _write_time(at: datetime, _: Scribe) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read_time(written: str, _: Scribe) -> datetime:
    at = datetime.fromisoformat(written)
    # UTC itself, not an offset of nothing: sums with it are faster, and it is what the engine gives.
    return at if at.tzinfo is UTC else at.replace(tzinfo=UTC)


def _write_span(span: Span, _: Scribe) -> str | int:
    return str(span.days) if span.days else span.time // MICROSECOND


def _read_span(written: str | int, _: Scribe) -> Span:
    return _span(written)


@lru_cache(maxsize=4096)
def _span(written: str | int) -> Span:
    # A company has few different ones, and a fraction takes long to read.
    return Span(time=timedelta(microseconds=written)) if isinstance(written, int) else Span(days=Fraction(written))


@lru_cache(maxsize=4096)
def _fraction(written: str) -> Fraction:
    return Fraction(written)


def _same(value: Any, _: Scribe) -> Any:
    return value


_SIMPLE: Mapping[Any, Codec] = {
    str: Codec(_same, _same),
    int: Codec(_same, _same),
    bool: Codec(_same, _same),
    datetime: Codec(_write_time, _read_time),
    timedelta: Codec(lambda v, _: v // MICROSECOND, lambda v, _: timedelta(microseconds=v)),
    Fraction: Codec(lambda v, _: str(v), lambda v, _: _fraction(v)),
    Decimal: Codec(lambda v, _: str(v), lambda v, _: Decimal(v)),
    Span: Codec(_write_span, _read_span),
    PersonId: Codec(lambda v, scribe: scribe.person(v), lambda v, scribe: scribe.read_person(v)),
    Text: Codec(lambda v, scribe: scribe.text(v), lambda v, scribe: scribe.read_text(v)),
}


def _write_target(to: str, scribe: Scribe) -> Any:
    return to if to in {"owner", "manager"} else scribe.person(to)


def _read_target(written: Any, scribe: Scribe) -> str:
    return written if isinstance(written, str) else scribe.read_person(written)


def _write_conversation(conversation: str, scribe: Scribe) -> Any:
    # Written as it is, the person's id alone could not be told from a channel; only a key can.
    by_key = conversation.startswith("@") and not isinstance(scribe, Plain)
    return scribe.person(conversation[1:]) if by_key else conversation


def _read_conversation(written: Any, scribe: Scribe) -> str:
    return written if isinstance(written, str) else f"@{scribe.read_person(written)}"


# Words in which a person's id stands although their type does not say so.
_PEOPLE_INSIDE: Mapping[tuple[type, str], Codec] = {
    (Level, "to"): Codec(_write_target, _read_target),
    (Place, "conversation"): Codec(_write_conversation, _read_conversation),
}


@cache
def codec(hint: Any) -> Codec:
    """Return how values of this type are written and read, worked out once.

    Raises:
        TypeError: nobody said how to write this type; it must not be lost silently.
    """
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if isinstance(hint, NewType):
        return codec(hint.__supertype__)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Codec(lambda v, _: v.value, lambda v, _: hint(v))
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if get_origin(hint) in {Union, types.UnionType}:
        return _optional(hint)
    raise TypeError(f"no way to write {hint}")


def _optional(hint: Any) -> Codec:
    inner = [arm for arm in get_args(hint) if arm is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"no way to tell the arms of {hint} apart")
    write, read = codec(inner[0]).write, codec(inner[0]).read
    return Codec(
        lambda v, scribe: None if v is None else write(v, scribe),
        lambda v, scribe: None if v is None else read(v, scribe),
    )


def _tuple(items: tuple[Any, ...]) -> Codec:
    if len(items) == 2 and items[1] is Ellipsis:
        write, read = codec(items[0]).write, codec(items[0]).read
        return Codec(lambda v, scribe: [write(x, scribe) for x in v], lambda v, scribe: tuple([read(x, scribe) for x in v]))
    parts = [codec(item) for item in items]
    return Codec(
        lambda v, scribe: [part.write(x, scribe) for part, x in zip(parts, v, strict=True)],
        lambda v, scribe: tuple([part.read(x, scribe) for part, x in zip(parts, v, strict=True)]),
    )


@cache
def fields_of(record: type) -> Mapping[str, Codec]:
    """Return how each field of a dataclass is written and read."""
    hints = get_type_hints(record)
    return {f.name: _PEOPLE_INSIDE.get((record, f.name)) or codec(hints[f.name]) for f in fields(record) if f.init}


def _record(record: type) -> Codec:
    parts = fields_of(record)
    each = [(name, part.write) for name, part in parts.items()]
    readers = {name: None if part.read is _same else part.read for name, part in parts.items()}
    nothing = {name: None for name, hint in get_type_hints(record).items() if name in parts and type(None) in get_args(hint)}

    def write(value: Any, scribe: Scribe) -> dict[str, Any]:
        values = [(name, getattr(value, name), write) for name, write in each]
        return {name: write(v, scribe) for name, v, write in values if v is not None}

    def read(written: dict[str, Any], scribe: Scribe) -> Any:
        # Left out is None. A field that did not exist when this was written has its default; one without a default is a fault.
        known = nothing.copy()
        for name, value in written.items():
            if name in readers:
                read = readers[name]
                known[name] = value if read is None else read(value, scribe)
        return record(**known)

    return Codec(write, read)


# --- cases and facts -----------------------------------------------------------------------------------------------------------

_PLAIN = Plain()
_KINDS: Mapping[str, type] = {kind.name: kind for kind in get_args(What)}
_CASE = fields_of(Case)
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Mapping[int, Upcast] = {}
"""How a written fact of one version becomes one of the next. The stored bytes stay as they are (DESIGN.md section 11.22)."""


def write_case(case: Case) -> dict[str, Any]:
    """Return a case but for its long text, which has a column of its own."""
    state: dict[str, Any] = codec(Case).write(case, _PLAIN)
    del state["text"]
    return state


def read_case(state: dict[str, Any], text: str) -> Case:
    """Return the case behind a row."""
    state["text"] = text
    case: Case = codec(Case).read(state, _PLAIN)
    return case


def write_fact(fact: Fact, scribe: Keyed) -> dict[str, Any]:
    """Return what of a fact is hashed. Its case and number are not in it: its place in the chain says them."""
    return {
        "v": SCHEMA,
        "at": _write_time(fact.at, scribe),
        "by": None if fact.by is None else scribe.person(fact.by),
        "is": fact.what.name,
        "what": codec(_KINDS[fact.what.name]).write(fact.what, scribe),
        "sets": {name: None if value is None else _CASE[name].write(value, scribe) for name, value in fact.sets.items()},
    }


def read_fact(case: CaseId, n: int, body: dict[str, Any], scribe: Unkeyed, upcasts: Mapping[int, Upcast] = UPCASTS) -> Fact:
    """Return the fact behind its bytes, brought up to this program's version."""
    body = _upcast(body, upcasts)
    by = body["by"]
    return Fact(
        case=case,
        n=n,
        at=_read_time(body["at"], scribe),
        by=None if by is None else PersonId(scribe.read_person(by)),
        what=codec(_KINDS[body["is"]]).read(body["what"], scribe),
        sets=_read_sets(body["sets"], scribe),
    )


def fold_written(bodies: Iterable[dict[str, Any]], scribe: Unkeyed) -> Case:
    """Return what facts add up to, from their bytes: folding only assigns, so only what is left at the end need be read."""
    left: dict[str, Any] = {}
    for body in bodies:
        left |= _upcast(body, UPCASTS)["sets"]
    return Case(**_read_sets(left, scribe))


def read_looked_at(body: dict[str, Any], looked_at: Container[str], scribe: Unkeyed, *, told: bool) -> tuple[What | None, dict[str, Any]]:
    """Return what happened, where it is to be told, and those of the fields that it set that somebody looks at."""
    body = _upcast(body, UPCASTS)
    what: What | None = codec(_KINDS[body["is"]]).read(body["what"], scribe) if told else None
    return what, _read_sets({name: value for name, value in body["sets"].items() if name in looked_at}, scribe)


def _upcast(body: dict[str, Any], upcasts: Mapping[int, Upcast]) -> dict[str, Any]:
    while body["v"] in upcasts:
        body = upcasts[body["v"]](body)
    return body


def _read_sets(sets: dict[str, Any], scribe: Unkeyed) -> dict[str, Any]:
    return {name: None if value is None else _CASE[name].read(value, scribe) for name, value in sets.items()}
