"""An id that somebody had before is read as the one that they have now, wherever it may stand; nothing else changes."""

from dataclasses import fields, replace
from datetime import timedelta
from functools import reduce
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation import facts as f
from bot.escalation import requests as r
from bot.escalation.advance import advance
from bot.escalation.alias import case_as, fact_as
from bot.escalation.calendar import ALWAYS
from bot.escalation.case import Case, Clock, Offer, Place, Promise, Question, Resolution, SeverityWish
from bot.escalation.facts import Fact, apply, fold
from bot.escalation.org import Person
from bot.escalation.span import Span
from bot.escalation.words import CaseId, FixKind, NagFor, PersonId, ServiceId, SkipWhy, Text, Why
from tests.outbox.office import ANA, BEN, BILLING, BRUNO, ORG, RITA, at, told

OLD, NOW = PersonId("discord..7"), RITA
NAMES = {OLD: NOW}
THEN, TEXT = at("9:30"), Text("discord..7 said so")
CASE = replace(
    told(()).now,
    reporter=OLD,
    keyholders=(OLD, BEN),
    answered_yes=(OLD,),
    affected=(OLD, ANA),
    author=OLD,
    concerned=(OLD,),
    owner=OLD,
    accountable=OLD,
    climbed=OLD,
    tried=(BRUNO, OLD),
    owners=(ANA, OLD, NOW, ANA),
    response=Clock(Span.parse("1h"), OLD),
    resolution_clock=Clock(Span.parse("1h"), OLD),
    promise=Promise(THEN, OLD, 0),
    offer=Offer(OLD, OLD, TEXT, THEN, THEN),
    question=Question(TEXT, OLD, THEN, THEN),
    resolution=Resolution(TEXT, "process", FixKind.FIX, OLD, THEN, 0, change_owner=OLD),
    severity_wish=SeverityWish("critical", OLD),
    place=Place("discord", "", f"@{OLD}", "m1", "m1"),
    title=TEXT,
)

FACTS: tuple[f.What, ...] = (
    f.Reported(TEXT, ServiceId("billing"), OLD, 0),
    f.Joined(OLD),
    f.Nagged((OLD, ANA, NOW), NagFor.FIX),
    f.HandoverOffered(OLD, TEXT),
    f.HandoverAccepted(OLD, OLD),
    f.HandoverDeclined(OLD, TEXT, OLD),
    f.HandoverLapsed(OLD, OLD),
    f.Taken(OLD, OLD),
    f.Escalated(1, OLD, 0, Why.UNANSWERED, TEXT),
    f.Skipped(1, OLD, SkipWhy.AWAY),
    f.Confirmed(closes=True, for_gone=OLD),
    f.RouteDead(1, OLD, SkipWhy.GONE),
    f.ClockMoved(OLD, OLD, None),
    f.Noted(TEXT),
)


def named(value: Any) -> list[Any]:
    """Return every value of a record, however deep, that is the old id."""
    if hasattr(value, "__dataclass_fields__"):
        return [found for field in fields(value) for found in named(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [found for one in value for found in named(one)]
    return [value] if value == OLD else []


def test_a_case_names_nobody_by_what_they_were_called_before() -> None:
    now = case_as(CASE, NAMES)

    assert named(CASE)
    assert named(now) == []
    assert (now.keyholders, now.affected, now.tried) == ((NOW, BEN), (ANA,), (BRUNO, NOW))
    assert now.owners == (ANA, NOW, ANA)  # a loop is one still; whoever follows themselves is none
    assert (now.title, now.place) == (CASE.title, CASE.place)  # what was typed, and where, stays


@pytest.mark.parametrize("what", FACTS, ids=lambda what: what.name)
def test_a_fact_names_nobody_by_what_they_were_called_before(what: f.What) -> None:
    fact = Fact(CaseId(1), 2, THEN, OLD, what, {"owner": OLD, "offer": CASE.offer, "keyholders": (OLD, NOW), "due": THEN})

    now = fact_as(fact, NAMES)

    assert (now.by, named(now.what)) == (NOW, [])
    assert now.sets == {"owner": NOW, "offer": replace(CASE.offer, to=NOW, by=NOW), "keyholders": (NOW,), "due": THEN}  # type: ignore[type-var]
    assert type(now.what) is type(what)


def test_every_kind_of_fact_that_names_people_is_among_them() -> None:
    naming = {kind for kind in get_args(f.What) if any("PersonId" in str(field.type) for field in fields(kind))}

    assert naming <= {type(what) for what in FACTS}


def test_nobody_renamed_is_the_same_value() -> None:
    assert case_as(CASE, {}) is CASE
    other = told(()).now
    assert case_as(other, NAMES) is other


@given(st.lists(st.sampled_from([OLD, NOW, ANA, BEN]), min_size=1, max_size=6))
def test_once_renamed_it_stays(people: list[PersonId]) -> None:
    case = replace(CASE, keyholders=tuple(people), affected=tuple(people), owners=tuple(people))

    once = case_as(case, NAMES)

    assert case_as(once, NAMES) == once
    assert len(set(once.keyholders)) == len(once.keyholders)
    assert not set(once.affected) & set(once.keyholders)


@given(st.sampled_from([OLD, NOW, ANA]), st.sampled_from([OLD, NOW, ANA]))
def test_it_is_the_same_to_rename_a_case_and_to_rename_what_happened_to_it(owner: PersonId, reporter: PersonId) -> None:
    fact = Fact(CaseId(1), 2, THEN, owner, f.Taken(owner, OLD), {"owner": owner, "reporter": reporter, "version": 2})

    assert case_as(apply(CASE, fact), NAMES) == apply(case_as(CASE, NAMES), fact_as(fact, NAMES))


# --- a case that goes on while its people turn out to be one

PEOPLE = [OLD, NOW, ANA, BEN, BRUNO]
BY = st.sampled_from(PEOPLE)
REQUESTS = st.one_of(
    st.builds(r.Note, BY, st.just(TEXT)),
    st.builds(r.MeToo, BY),
    st.builds(r.Acknowledge, BY),
    st.builds(r.Chase, BY),
    st.builds(r.Ask, BY, st.just(TEXT)),
    st.builds(r.HandOver, BY, BY, st.just(TEXT)),
    st.builds(r.Accept, BY),
    st.builds(r.Take, BY),
    st.builds(r.Resolve, BY, st.just(TEXT), st.just("process")),
    st.builds(r.Confirm, BY),
    st.builds(r.Reopen, BY),
    st.builds(r.Escalate, BY, st.just(TEXT)),
    st.just(r.Reckon()),
    st.just(r.Tick()),
)
NEWCOMER = Person(OLD, "Rita R.", ALWAYS, configured=False)
APART = replace(ORG, people={**ORG.people, OLD: NEWCOMER})
JOINED = replace(ORG, aliases=NAMES)


def renamed(request: r.Request) -> r.Request:
    """Return what a request is once its people are one: whoever asks is known by the id that they have now."""
    changes = {name: NOW for name in ("by", "to") if getattr(request, name, None) == OLD}
    return replace(request, **changes) if changes else request  # type: ignore[arg-type]  # only fields that there are


@given(st.lists(REQUESTS, max_size=12), st.integers(0, 12), st.sampled_from([OLD, NOW]))
def test_whatever_happens_a_row_is_what_its_facts_add_up_to(requests: list[r.Request], joined_at: int, reporter: PersonId) -> None:
    opening = advance(None, r.Report(CaseId(1), reporter, BILLING, TEXT, TEXT), APART, at("9:00"))
    assert opening.case is not None
    written, facts, now = opening.case, list(opening.facts), at("9:00")
    for step, request in enumerate(requests):
        one = step >= joined_at
        names, org, now = (NAMES, JOINED, now + timedelta(minutes=20)) if one else ({}, APART, now + timedelta(minutes=20))
        decision = advance(case_as(written, names), renamed(request) if one else request, org, now)

        written = reduce(apply, decision.facts, written)
        facts += decision.facts
        assert fold(facts) == written
        if decision.facts:
            assert decision.case is not None
            assert case_as(written, names) == case_as(decision.case, names)
            assert not one or not any(message.to == OLD for message in decision.messages)
            assert not one or OLD not in case_as(written, names).people


def test_a_case_has_no_field_with_people_that_is_not_looked_at() -> None:
    """Whoever adds a field must not have to remember this."""
    named_by_type = {field.name for field in fields(Case) if "PersonId" in str(field.type)}

    assert all(named(getattr(CASE, name)) for name in named_by_type)
