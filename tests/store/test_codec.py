"""Does everything come back exactly as it was written, and is nobody's name or word in what is hashed?"""

import json
import string
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NewType, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.facts import Fact, Noted, Reported, What, fold
from bot.escalation.requests import Report
from bot.escalation.span import Span
from bot.escalation.words import CaseId, PersonId, ServiceId, Text
from bot.store import codec
from bot.store.codec import Keyed, Unkeyed, read_case, read_fact, write_case, write_fact
from bot.store.tables import compact, from_micros, micros
from tests.store.make import ANA, BILLING, ORG, RITA, at

# Names that are no part of any word that the JSON has anyway, so that finding one in the bytes means something.
PEOPLE = st.text("ÄÖÜßæøåñ-", min_size=1, max_size=6).map(PersonId)
TYPED = st.one_of(st.just(""), st.text("ÄÖÜßæøåñ \n\"'<@>&\N{PARTY POPPER}", min_size=8)).map(Text)
WORDS = st.text(string.ascii_lowercase + "@_ ", max_size=8)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it
LENGTHS = st.timedeltas(timedelta(days=-5000), timedelta(days=5000))
SPANS = st.one_of(st.builds(Span, days=st.fractions(-100, 100)), st.builds(Span, time=LENGTHS))

SIMPLE: Mapping[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**40), 2**40),
    bool: st.booleans(),
    datetime: MOMENTS,
    timedelta: LENGTHS,
    Fraction: st.fractions(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    Span: SPANS,
    PersonId: PEOPLE,
    Text: TYPED,
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of a type as it is declared; apart from the codec, so that both would have to be wrong alike."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, NewType):
        return values(hint.__supertype__)
    if get_origin(hint) is tuple:
        first, *others = get_args(hint)
        return st.lists(values(first), max_size=3).map(tuple) if others == [...] else st.tuples(*map(values, (first, *others)))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: values(hints[field.name]) for field in fields(hint)})
    return st.one_of([st.none() if arm is type(None) else values(arm) for arm in get_args(hint)])


CASE_HINTS = get_type_hints(Case)
CASES = values(Case)
SETS = st.fixed_dictionaries({}, optional={name: values(hint) for name, hint in CASE_HINTS.items()})
FACTS = st.builds(
    Fact,
    case=st.just(CaseId(42)),
    n=st.just(7),
    at=MOMENTS,
    by=st.none() | PEOPLE,
    what=st.sampled_from(get_args(What)).flatmap(values),
    sets=SETS,
)


def written(fact: Fact) -> tuple[bytes, Unkeyed]:
    """Return a fact's bytes, and what stands beside them."""
    first = Keyed()
    write_fact(fact, first)
    keys = {person: n for n, person in enumerate(sorted(first.unknown), start=1)}
    scribe = Keyed(keys)
    body = compact(write_fact(fact, scribe)).encode()
    return body, Unkeyed({n: person for person, n in keys.items()}, {digest: text for text, (digest, _) in scribe.texts.items()})


@given(CASES)
def test_a_case_comes_back_exactly(case: Case) -> None:
    again = read_case(json.loads(compact(write_case(case))), case.text)

    assert again == case
    assert hash(again) == hash(case)  # also the types inside: a list for a tuple would not hash


@given(FACTS)
def test_a_fact_comes_back_exactly(fact: Fact) -> None:
    body, beside = written(fact)

    assert read_fact(fact.case, fact.n, json.loads(body), beside) == fact


@given(FACTS)
def test_what_is_hashed_names_nobody_and_quotes_nobody(fact: Fact) -> None:
    body, _ = written(fact)

    assert body.isascii()


@given(MOMENTS)
def test_a_time_is_stored_exactly_and_in_order(moment: datetime) -> None:
    assert from_micros(micros(moment)) == moment
    assert micros(moment) < micros(moment + timedelta(microseconds=1))


def test_every_fact_can_be_written() -> None:
    kinds = get_args(What)

    assert len({kind.name for kind in kinds}) == len(kinds)
    assert [sorted(codec.fields_of(kind)) for kind in kinds] == [sorted(field.name for field in fields(kind)) for kind in kinds]


def noted(text: str = "The Müllers again.", by: PersonId | None = ANA) -> Fact:
    return Fact(CaseId(42), 7, at(), by, Noted(Text(text)), {})


def test_another_zone_is_the_same_moment() -> None:
    fact = Fact(CaseId(42), 7, at().astimezone(timezone(timedelta(hours=5))), ANA, Noted(Text("")), {})
    body, beside = written(fact)

    assert json.loads(body)["at"] == "2026-01-05T09:00:00.000000+00:00"
    assert read_fact(fact.case, fact.n, json.loads(body), beside).at == at()


def test_the_bytes_look_like_this() -> None:
    scribe = Keyed({ANA: 3, RITA: 4}, salt=lambda: b"salt")
    fact = Fact(CaseId(42), 7, at(), RITA, Reported(Text("Hot"), ServiceId("doors"), ANA, 2), {"due": None, "waited": Span(Fraction(3, 8))})

    assert compact(write_fact(fact, scribe)) == (
        '{"at":"2026-01-05T09:00:00.000000+00:00","by":4,"is":"reported","sets":{"due":null,"waited":"3/8"},"v":1,"what":{"asked_before":2,'
        '"owner":3,"service":"doors","title":{"t":"326b6ee37f86c2fb66267127aa557e43a7fdfea3f64cd171bbea59fb82fde47f"}}}'
    )


def test_the_same_text_twice_has_two_digests_and_one_within_a_fact() -> None:
    fact = Fact(CaseId(42), 7, at(), None, Noted(Text("Twice.")), {"title": Text("Twice.")})
    (one, beside), (two, _) = written(fact), written(fact)

    assert one != two  # an erased text cannot be found out by writing it again
    assert len(beside.texts) == 1


def test_whoever_and_whatever_was_erased_has_a_name_that_stays_the_same() -> None:
    body, beside = written(noted())
    erased = Unkeyed(dict.fromkeys(beside.people), dict.fromkeys(beside.texts))
    gone = Unkeyed({}, {})

    for scribe in (erased, gone):
        again = read_fact(CaseId(42), 7, json.loads(body), scribe)
        assert (again.by, again.what) == ("someone forgotten (1)", Noted(Text("[erased]")))


def test_an_old_fact_is_brought_up_when_it_is_read() -> None:
    body, beside = written(noted())
    old = json.loads(body)
    old["v"] = -1
    old["what"]["words"] = old["what"].pop("text")

    def first(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "v": 0, "what": {"said": body["what"]["words"]}}

    def second(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "v": 1, "what": {"text": body["what"]["said"]}}

    assert read_fact(CaseId(42), 7, old, beside, {-1: first, 0: second}) == noted()


def test_a_field_that_did_not_exist_then_has_its_default() -> None:
    @dataclass(frozen=True)
    class Grown:
        old: int
        new: str = "as before"
        newer: int | None = None

    assert codec.codec(Grown).read({"old": 1}, codec.Plain()) == Grown(1)
    with pytest.raises(TypeError, match="'old'"):
        codec.codec(Grown).read({"new": "x"}, codec.Plain())


def test_a_case_and_its_first_fact_from_before_a_case_could_come_of_another_are_read() -> None:
    report = Report(CaseId(42), RITA, BILLING, Text("Bill"), Text("Bill"))
    decision = advance(None, report, ORG, at())
    assert decision.case is not None
    later = {f.name for f in fields(Case) if f.default is not MISSING} - {"target"}
    state = {name: value for name, value in write_case(decision.case).items() if name not in later}
    body, beside = written(decision.facts[0])
    old = json.loads(body)
    old["sets"] = {name: value for name, value in old["sets"].items() if name not in later}

    assert later >= {"origin", "linked", "outcomes", "efforts", "remedy"}
    assert read_case(state, "Bill") == decision.case
    assert fold([read_fact(CaseId(42), 1, old, beside)]) == decision.case


@pytest.mark.parametrize("hint", [float, dict[str, int], int | str, list[int]])
def test_a_type_that_nobody_said_how_to_write_is_refused(hint: Any) -> None:
    with pytest.raises(TypeError, match="no way to"):
        codec.codec(hint)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        write_fact(Fact(CaseId(42), 7, datetime(2026, 1, 5), None, Noted(Text("")), {}), Keyed())  # noqa: DTZ001 - what is refused
