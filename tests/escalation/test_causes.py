"""When several cases are one cause, who is asked, who owns it, and who says that it is gone."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.case import Case, Resolution
from bot.escalation.causes import cause_report, may_hang, none_to_hang, one_cause, second_key, workaround
from bot.escalation.decision import FollowUp, No
from bot.escalation.requests import AnswerCause, Confirm, Link, OfferRemedy, ProposeCause, Resolve, Tick
from bot.escalation.words import CaseId, FixKind, Kind, MessageKind, Outcome, PersonId, Reason, ServiceId, Status, Text
from tests.escalation.world import (
    ANA,
    BEN,
    BILLING,
    BRUNO,
    CLEO,
    DESK,
    IDA,
    METERING,
    ORG,
    PIA,
    RITA,
    at,
    away,
    changed,
    decided,
    names,
    opened,
    play,
    ruled,
    told,
)

NOW = at("Wed 10:00")


def one(number: int, when: str = "Wed 09:00", cause: str = "Tariff table", **sets: Any) -> Case:
    """Return a resolved case of this cause."""
    said = Resolution(Text(f"Done {number}"), cause, FixKind.FIX, ANA, at(when), 0)
    case = opened("Mon 10:00", id=number)
    return replace(case, **{"status": Status.RESOLVED, "resolution": said, **sets})


THREE = (one(1), one(2), one(3))
IDS = tuple(case.id for case in THREE)

ENOUGH: dict[str, tuple[tuple[Case, ...], tuple[int, ...]]] = {
    "three of one cause": (THREE, (1, 2, 3)),
    "however it is written": ((one(1, cause="  TARIFF\ttable "), one(2), one(3)), (1, 2, 3)),
    "two": (THREE[1:], ()),
    "another cause": ((one(1, cause="typing"), one(2), one(3)), ()),
    "no cause said": (tuple(one(n, cause=" ") for n in (1, 2, 3)), ()),
    "another service": ((one(1, service=METERING), one(2), one(3)), ()),
    "private": ((one(1, private=True), one(2), one(3)), ()),
    "no problem": ((one(1, kind=Kind.DEBT), one(2), one(3)), ()),
    "closed as fixed": ((one(1, status=Status.CLOSED, outcome=Outcome.FIXED), one(2), one(3)), (1, 2, 3)),
    "withdrawn": ((one(1, status=Status.CLOSED, outcome=Outcome.WITHDRAWN), one(2), one(3)), ()),
    "a duplicate": ((one(1, status=Status.CLOSED, outcome=Outcome.DUPLICATE), one(2), one(3)), ()),
    "not resolved any more": ((one(1, resolution=None), one(2), one(3)), ()),
    "under a cause already": ((one(1, under=CaseId(9)), one(2), one(3)), ()),
    "proposed before": ((one(1), one(2, cause_proposed=(CaseId(1), CaseId(2), CaseId(8))), one(3)), ()),
    "as many again since": (
        (one(1), one(2, cause_proposed=(CaseId(1), CaseId(2))), one(3), one(4), one(5)),
        (3, 4, 5),
    ),
}


@pytest.mark.parametrize(("cases", "expected"), ENOUGH.values(), ids=ENOUGH.keys())
def test_enough_for_one_cause(cases: tuple[Case, ...], expected: tuple[int, ...]) -> None:
    assert one_cause(cases[-1], cases[:-1], ORG, NOW) == expected
    assert one_cause(cases[-1], (*reversed(cases[:-1]), cases[-1]), ORG, NOW) == expected


def test_within_so_many_days_to_the_moment() -> None:
    edge = at("Wed 09:00") + ORG.rules.cause_within

    assert one_cause(one(3, "Wed 10:00"), THREE[:2], ORG, edge) == IDS
    assert one_cause(one(3, "Wed 10:00"), THREE[:2], ORG, edge.replace(microsecond=1)) == ()


def test_how_many_is_for_the_organisation_to_say() -> None:
    assert one_cause(THREE[2], THREE[1:2], ruled(cause_cases=2), NOW) == IDS[1:]
    assert one_cause(THREE[2], THREE, ruled(cause_cases=4), NOW) == ()


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(("a", "b")), st.booleans()), max_size=12))
def test_what_is_proposed_is_always_enough_of_one_kind(drawn: list[tuple[int, str, bool]]) -> None:
    cases = [one(number, cause=cause, private=private) for number, cause, private in drawn]
    last = one(10, cause="a")
    found = one_cause(last, cases, ORG, NOW)

    by_number = {case.id: case for case in (*cases, last)}
    counted = sorted(number for number, case in by_number.items() if case.resolution and case.resolution.cause == "a" and not case.private)
    assert list(found) == (counted if len(counted) >= ORG.rules.cause_cases else [])


# --- asking


def test_the_service_s_owner_is_asked() -> None:
    decision = decided(THREE[2], ProposeCause(IDS), NOW)

    assert decision.case is not None
    asks = (at("Wed 11:00"), at("Wed 12:00"))
    assert decision.case == replace(THREE[2], version=THREE[2].version + 1, cause_proposed=IDS, cause_asks=asks, due=decision.case.due)
    assert told(decision) == {"cause ana"}
    assert decided(play(THREE[2], (ProposeCause(IDS), NOW)), ProposeCause(IDS), NOW).reason is Reason.ALREADY


def test_whose_turn_it_is_in_a_rotation_is_asked_and_who_stands_in_for_the_owner() -> None:
    desk = replace(THREE[2], service=DESK)
    org = away(ANA, "Mon 09:00", "Fri 09:00", PIA)

    assert [message.to for message in decided(desk, ProposeCause(IDS), NOW).messages] == [ORG.whose_turn(ORG.services[DESK].owner, NOW)]
    assert [(message.kind, message.to) for message in decided(THREE[2], ProposeCause(IDS), NOW, org).messages] == [(MessageKind.CAUSE, PIA)]


ASKED = play(THREE[2], (ProposeCause(IDS), NOW))


def test_no_is_kept_and_yes_may_still_follow() -> None:
    no = play(ASKED, (AnswerCause(ANA, one=False), NOW))
    yes = play(no, (AnswerCause(ANA, one=True, cause=CaseId(9)), NOW))

    assert (no.cause_one, yes.cause_one) == (False, True)
    assert decided(no, AnswerCause(ANA, one=False), NOW).reason is Reason.ALREADY
    assert decided(yes, AnswerCause(ANA, one=False), NOW).reason is Reason.ALREADY


def test_who_does_not_answer_is_asked_again_and_then_who_would_have_the_second_key() -> None:
    fixed = replace(ASKED, status=Status.CLOSED, outcome=Outcome.FIXED, confirm_by=None, due=ASKED.cause_asks[0])
    first = decided(fixed, Tick(), at("Wed 11:00"))
    assert (names(first), told(first), first.case and first.case.due) == (["cause_proposed"], {"cause ana"}, at("Wed 12:00"))
    second = decided(first.case, Tick(), at("Wed 12:00"))
    assert (told(second), second.case and second.case.cause_asks) == ({"cause bruno"}, ())
    assert second.case is not None
    assert second.case.due not in (at("Wed 11:00"), at("Wed 12:00"))
    assert decided(second.case, AnswerCause(BRUNO, one=False), at("Wed 12:10")).refusal is None


def test_who_has_answered_is_asked_no_more() -> None:
    assert play(ASKED, (AnswerCause(ANA, one=False), NOW)).cause_asks == ()
    assert play(ASKED, (Link(None, under=CaseId(9), kind=Kind.CAUSE), NOW)).cause_asks == ()


def test_whoever_missed_both_times_is_asked_once() -> None:
    late = decided(ASKED, Tick(), at("Thu 10:00"))
    assert (names(late), told(late)) == (["cause_proposed"], {"cause bruno"})


def test_what_cannot_hang_any_more_does_not() -> None:
    cases = (one(1, under=CaseId(9)), one(2, outcome=Outcome.WITHDRAWN), one(3))
    assert may_hang(THREE[2], cases) == [cases[2]]
    assert none_to_hang(cases[:2]).about == {"case": CaseId(9)}
    assert none_to_hang(cases[1:2]).no is No.NONE_LEFT


def test_the_yes_of_one_of_two_asks_everybody_linked_too() -> None:
    """The other key holder keeps silent: it closes as fixed all the same."""
    report = cause_report(CaseId(9), THREE[2], THREE, ORG, NOW)
    cause = replace(play(None, (report, NOW)), keyholders=(BRUNO, RITA))
    cause = play(cause, (Resolve(ANA, Text("Read anew each night."), "tariff table"), at("Wed 11:00")), (Confirm(BRUNO), at("Wed 12:00")))
    decision = decided(cause, Tick(), cause.confirm_by or NOW)
    assert decision.case is not None
    assert decision.case.outcome is Outcome.FIXED
    assert decision.follow_ups == tuple(FollowUp(number, OfferRemedy(None, CaseId(9))) for number in IDS)


MAY: dict[PersonId, bool] = {ANA: True, IDA: True, BRUNO: False, RITA: False, PIA: False, BEN: False}


@pytest.mark.parametrize(("by", "may"), MAY.items())
def test_who_may_answer(by: PersonId, may: bool) -> None:
    refusal = decided(ASKED, AnswerCause(by, one=False), NOW).refusal

    assert (refusal is None) is may
    assert refusal is None or (refusal.no, refusal.who) == (No.NOT_YOURS, (ANA,))


def test_what_was_not_asked_has_no_answer() -> None:
    refusal = decided(THREE[2], AnswerCause(ANA, one=True), NOW).refusal

    assert refusal is not None
    assert refusal.no is No.NO_CAUSE


# --- the case for it


def test_it_is_the_service_s_owner_s_and_bruno_s_to_confirm() -> None:
    report = cause_report(CaseId(9), THREE[2], THREE, ORG, NOW)
    cause = play(None, (report, NOW))

    assert (cause.kind, cause.owner, cause.keyholders, cause.private) == (Kind.CAUSE, ANA, (BRUNO,), False)
    assert (cause.cause_of, cause.linked, cause.origin) == ("tariff table", IDS, IDS[-1])
    assert (cause.title, cause.text.splitlines()[1]) == ("The cause behind 3 cases: Tariff table", "C-1: Bill")


def test_a_long_cause_and_many_cases_fit() -> None:
    many = [one(number, cause="x" * 60) for number in range(1, 100)]
    report = cause_report(CaseId(200), many[-1], many, ORG, NOW)

    assert len(report.title) <= 120
    assert report.text.splitlines()[-1] == "and 79 more"
    assert len(report.linked) == 99


KEYS: dict[str, tuple[ServiceId, PersonId, Any, PersonId]] = {
    "the manager at level 1": (BILLING, ANA, ORG, BRUNO),
    "the next one up, where that is its owner": (BILLING, BRUNO, ORG, CLEO),
    "who comes after somebody who is gone": (BILLING, ANA, changed(BRUNO, gone=True), CLEO),
    "an admin, where nobody is left above": (BILLING, CLEO, ORG, IDA),
    "of a service that is no more": (ServiceId("gone"), ANA, ORG, BRUNO),
}


@pytest.mark.parametrize(("service", "owner", "org", "key"), KEYS.values(), ids=KEYS.keys())
def test_the_second_key(service: ServiceId, owner: PersonId, org: Any, key: PersonId) -> None:
    assert second_key(service, owner, org, NOW) == key


def test_once_it_is_gone_everybody_linked_is_asked() -> None:
    cause = play(
        None,
        (cause_report(CaseId(9), THREE[2], THREE, ORG, NOW), NOW),
        (Resolve(ANA, Text("Read anew each night."), "tariff table"), at("Wed 11:00")),
    )
    decision = decided(cause, Confirm(BRUNO), at("Wed 12:00"))

    assert decision.follow_ups == tuple(FollowUp(number, OfferRemedy(BRUNO, CaseId(9))) for number in IDS)
    assert play(THREE[0], (OfferRemedy(BRUNO, CaseId(9)), at("Wed 12:00"))).remedy is not None


def test_the_latest_workaround_counts_and_no_private_one() -> None:
    def got_round(number: int, when: str, **sets: Any) -> Case:
        said = Resolution(Text("By hand"), "x", FixKind.WORKAROUND, ANA, at(when), 0)
        return replace(one(number), resolution=said, **sets)

    early, late = got_round(1, "Mon 11:00"), got_round(2, "Tue 11:00")

    assert workaround([late, early, one(3)]) == late
    assert workaround([early, replace(late, private=True)]) == early
    assert workaround([one(3), opened(id=4)]) is None
