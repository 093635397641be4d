"""Who suffers silently from what somebody else had escalated and fixed: a definition, case by case."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.case import Case, Remedy, Resolution
from bot.escalation.decision import No
from bot.escalation.requests import Chase, Confirm, Escalate, FindSilent, Request, Resolve, Tick
from bot.escalation.silent import Sufferers, kin, remedies_refused, sufferers
from bot.escalation.story import story
from bot.escalation.words import CaseId, FixKind, Kind, Outcome, PersonId, Reason, Status, Text
from tests.escalation.test_digest import timeline
from tests.escalation.world import (
    ANA,
    BEN,
    BRUNO,
    CLEO,
    FIXED,
    IDA,
    METERING,
    ORG,
    PIA,
    RITA,
    TOM,
    UP_ACKED,
    at,
    away,
    decided,
    opened,
    play,
    report,
    told,
)

LOUD = play(
    UP_ACKED, (Resolve(BRUNO, Text("Reissued"), "Tariff table"), at("Mon 12:00")), (Confirm(RITA), at("Mon 15:00"))
)  # closed on Monday at 15:00
OTHER = opened("Mon 09:00", by=TOM, id=43)
SAID = Resolution(Text("By hand"), "tariff  TABLE", FixKind.WORKAROUND, ANA, at("Mon 11:00"), 0)
N = OTHER.id


def among(*, alike: tuple[CaseId, ...] = (), loud: tuple[CaseId, ...] = (), of: Case = LOUD, **sets: Any) -> Sufferers:
    """Return who suffers, if there is but one other case, which differs from `OTHER` like this."""
    return sufferers([of], [replace(OTHER, **sets)], alike, loud)


CLOSED: dict[str, Any] = {"status": Status.CLOSED, "closed_at": at("Mon 14:00")}
OFFERED = Remedy(LOUD.id, BRUNO, at("Mon 16:00"))

COUNT: dict[str, tuple[Sufferers, Sufferers]] = {
    "its words are alike, and nobody has said the cause": (among(alike=(N,)), Sufferers(waiting=(N,))),
    "nothing in common": (among(), Sufferers()),
    "the same cause was said of it": (among(resolution=SAID, outcome=Outcome.UNCONFIRMED, **CLOSED), Sufferers(waiting=(N,))),
    "its reporter is asked already whether it is fixed": (among(resolution=SAID, status=Status.RESOLVED), Sufferers()),
    "asked already, when what fixed another one was offered": (
        among(resolution=SAID, status=Status.RESOLVED, remedy=OFFERED),
        Sufferers(offered=(N,)),
    ),
    "alike, but another cause was said": (among(alike=(N,), resolution=replace(SAID, cause="typing error")), Sufferers()),
    "the same cause in another service": (among(resolution=SAID, service=METERING), Sufferers()),
    "alike in another service": (among(alike=(N,), service=METERING), Sufferers()),
    "under the same cause, in whatever service": (
        among(of=replace(LOUD, under=CaseId(9)), under=CaseId(9), service=METERING),
        Sufferers(waiting=(N,)),
    ),
    "neither is under any cause": (among(under=None, service=METERING), Sufferers()),
    "closed as unconfirmed": (among(alike=(N,), outcome=Outcome.UNCONFIRMED, **CLOSED), Sufferers(waiting=(N,))),
    "closed as fixed": (among(alike=(N,), outcome=Outcome.FIXED, **CLOSED), Sufferers()),
    "closed as withdrawn": (among(alike=(N,), outcome=Outcome.WITHDRAWN, **CLOSED), Sufferers()),
    "its reporter had it escalated": (among(alike=(N,), loud=(N,)), Sufferers()),
    "it climbed by time alone": (among(alike=(N,), escalations=2, level=2), Sufferers(waiting=(N,))),
    "reported after the fix": (among(alike=(N,), opened_at=at("Mon 15:00")), Sufferers()),
    "no problem": (among(alike=(N,), kind=Kind.DEBT), Sufferers()),
    "a part of it": (among(of=replace(LOUD, absorbed=(N,)), alike=(N,)), Sufferers()),
    "private": (among(resolution=SAID, private=True), Sufferers()),
    "offered, and not answered": (among(alike=(N,), remedy=OFFERED), Sufferers(offered=(N,))),
    "it helped": (
        among(alike=(N,), remedy=replace(OFFERED, helped=True), outcome=Outcome.FIXED, **CLOSED),
        Sufferers(settled=(N,)),
    ),
    "it did not help": (among(alike=(N,), remedy=replace(OFFERED, helped=False)), Sufferers(settled=(N,))),
    "withdrawn since it was offered": (among(alike=(N,), remedy=OFFERED, outcome=Outcome.WITHDRAWN, **CLOSED), Sufferers(settled=(N,))),
    "offered what fixed another one, and not answered": (among(alike=(N,), remedy=replace(OFFERED, of=CaseId(9))), Sufferers(offered=(N,))),
    "what fixed another one did not help": (
        among(alike=(N,), remedy=replace(OFFERED, of=CaseId(9), helped=False)),
        Sufferers(waiting=(N,)),
    ),
    "it did not help, and nor did what fixed another one later": (
        among(alike=(N,), remedies_had=(LOUD.id,), remedy=replace(OFFERED, of=CaseId(9), helped=False)),
        Sufferers(settled=(N,)),
    ),
}


@pytest.mark.parametrize(("found", "expected"), COUNT.values(), ids=COUNT.keys())
def test_who_counts(found: Sufferers, expected: Sufferers) -> None:
    assert found == expected


def test_the_fix_itself_does_not_count() -> None:
    assert sufferers([LOUD], [LOUD, replace(LOUD, status=Status.OPEN, outcome=None)], (LOUD.id,)) == Sufferers()


@given(st.lists(st.tuples(st.integers(50, 60), st.sampled_from((None, True, False)), st.booleans(), st.booleans()), max_size=12))
def test_everybody_counts_once(others: list[tuple[int, bool | None, bool, bool]]) -> None:
    cases = [
        replace(
            OTHER,
            id=CaseId(number),
            private=private,
            remedy=replace(OFFERED, helped=helped) if offered else None,
        )
        for number, helped, offered, private in others
    ]
    silent = sufferers([LOUD], cases, {case.id for case in cases})
    last = {case.id: case for case in cases}

    numbers = [*silent.waiting, *silent.offered, *silent.settled]
    assert sorted(numbers) == sorted(number for number, case in last.items() if not case.private)
    assert set(silent.unsettled) == set(numbers) - set(silent.settled)


NEWER = replace(LOUD, id=CaseId(50), closed_at=at("Tue 15:00"))
SEVERAL: dict[str, tuple[dict[str, Any], Sufferers]] = {
    "it waits for the newest": ({}, Sufferers(waiting=(N,))),
    "an unanswered offer of the older one is one": ({"remedy": OFFERED}, Sufferers(offered=(N,))),
    "what the older one had did not help": ({"remedy": replace(OFFERED, helped=False)}, Sufferers(waiting=(N,))),
    "what the older one had helped": (
        {"remedy": replace(OFFERED, helped=True), "outcome": Outcome.FIXED} | CLOSED,
        Sufferers(settled=(N,)),
    ),
    "neither helped": (
        {"remedies_had": (LOUD.id,), "remedy": replace(OFFERED, of=CaseId(50), helped=False)},
        Sufferers(settled=(N,)),
    ),
}


@pytest.mark.parametrize(("sets", "expected"), SEVERAL.values(), ids=SEVERAL.keys())
def test_fixes_of_one_cause_are_one(sets: dict[str, Any], expected: Sufferers) -> None:
    assert kin(LOUD) == kin(NEWER)
    assert sufferers([NEWER, LOUD], [LOUD, NEWER, replace(OTHER, **sets)], (N,)) == expected


def loud(*steps: tuple[Request, datetime]) -> bool:
    """Tell whether the reporter of a case that went like this has shouted."""
    _, facts = timeline((report(), at("Mon 10:00")), *steps)
    return story(facts, at("Mon 09:00"), at("Tue 09:00")).loud


def test_only_the_reporter_shouts() -> None:
    chases = [(Chase(RITA), at(f"Mon 10:{minute}")) for minute in (10, 20, 30)]

    assert loud((Escalate(RITA, Text("now")), at("Mon 11:30")))
    assert loud(*chases)
    assert not loud(*chases[:2])
    assert not loud((Tick(), at("Mon 11:00")))
    assert not loud((Escalate(ANA, Text("help")), at("Mon 10:30")))


# --- putting it on record, and offering it


def test_it_is_put_on_record_and_told_to_who_fixed_it_and_to_the_leaders() -> None:
    decision = decided(LOUD, FindSilent((N,)), at("Mon 15:00"))

    assert decision.case == replace(LOUD, version=LOUD.version + 1)
    assert told(decision) == {"silent bruno", "silent cleo"}


NOT_FOUND = {
    "nobody": (LOUD, FindSilent(())),
    "never escalated": (FIXED, FindSilent((N,))),
    "private": (replace(LOUD, private=True), FindSilent((N,))),
    "not fixed": (UP_ACKED, FindSilent((N,))),
}


@pytest.mark.parametrize(("case", "request_"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_there_is_nothing_to_put_on_record(case: Case, request_: FindSilent) -> None:
    assert decided(case, request_, at("Mon 16:00")).reason is Reason.ALREADY


MAY: dict[PersonId, bool] = {BRUNO: True, ANA: True, CLEO: True, IDA: True, RITA: False, TOM: False, PIA: False, BEN: False}


@pytest.mark.parametrize(("by", "may"), MAY.items())
def test_who_may_offer_it(by: PersonId, may: bool) -> None:
    refusal = remedies_refused(LOUD, by, ORG, at("Mon 16:00"))

    assert (refusal is None) is may
    assert refusal is None or (refusal.no, refusal.who) == (No.NOT_YOURS, (BRUNO, ANA))


def test_whoever_stands_in_for_them_may_too_but_not_whom_it_concerns() -> None:
    org = away(BRUNO, "Mon 09:00", "Fri 09:00", PIA)

    assert remedies_refused(LOUD, PIA, org, at("Mon 16:00")) is None
    assert remedies_refused(replace(LOUD, concerned=(PIA,)), PIA, org, at("Mon 16:00")) is not None


def test_what_fixed_a_private_case_is_nobody_elses() -> None:
    refusal = remedies_refused(replace(LOUD, private=True), BRUNO, ORG, at("Mon 16:00"))

    assert refusal is not None
    assert refusal.no is No.PRIVATE_FIX


def test_what_was_never_escalated_has_no_remedy_to_offer() -> None:
    refusal = remedies_refused(FIXED, ANA, ORG, at("Mon 16:00"))

    assert refusal is not None
    assert refusal.no is No.NO_FIX
    assert report().kind is Kind.PROBLEM
