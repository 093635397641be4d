"""Merging: one case closes as a duplicate, the other carries on its contacts, its age, its level and its people."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.escalation.case import Case
from bot.escalation.decision import Decision, FollowUp, No
from bot.escalation.facts import Merged
from bot.escalation.requests import Absorb, Acknowledge, Chase, Confirm, Merge, MeToo, Reopen, Tick
from bot.escalation.words import CaseId, Kind, Outcome, Reason, Status
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    CLEO,
    DANA,
    FIX,
    FIXED,
    IDA,
    KENJI,
    ORG,
    RESOLVED,
    RITA,
    TOM,
    WHY,
    Row,
    at,
    away,
    clock,
    days,
    decided,
    names,
    opened,
    play,
    stopped,
    told,
)

SECOND = play(opened("Mon 09:00", by=TOM, id=43, asked_before=1, affected=(KENJI,)), (Acknowledge(ANA), at("Mon 09:30")))
SECOND_UP = play(opened("Mon 09:00", by=TOM, id=43, asked_before=1), (Tick(), at("Mon 10:00")))
SECRET = opened(by=TOM, id=43, private=True)

ROWS = {
    "18: it closes as a duplicate, and the other one is decided next": Row(
        SECOND,
        Merge(ANA, ACKED),
        at("Mon 11:00"),
        facts="merged",
        told="news tom",
        sets={
            "status": Status.CLOSED,
            "outcome": Outcome.DUPLICATE,
            "merged_into": ACKED.id,
            "closed_at": at("Mon 11:00"),
            "resolution_clock": stopped("2d", ANA, days("4/17")),
            "nag_at": None,
            "due": None,
        },
    ),
    "18: contacts, age, people and keys carry on, and no clock moves": Row(
        ACKED,
        Absorb(ANA, SECOND),
        at("Mon 11:00"),
        facts="merged",
        told="news rita, news tom",
        sets={
            "contacts": 3,
            "opened_at": at("Mon 09:00"),
            "target": SECOND.target,
            "keyholders": (RITA, TOM),
            "affected": (KENJI,),
            "absorbed": (CaseId(43),),
        },
    ),
    "18: the level is the higher of the two, and begins now": Row(
        ACKED,
        Absorb(ANA, SECOND_UP),
        at("Mon 11:00"),
        facts="merged",
        told="brief bruno, news rita, news tom",
        sets={
            "contacts": 3,
            "opened_at": at("Mon 09:00"),
            "target": SECOND.target,
            "keyholders": (RITA, TOM),
            "absorbed": (CaseId(43),),
            "status": Status.OPEN,
            "owner_acknowledged": False,
            "level": 1,
            "accountable": BRUNO,
            "climbed": BRUNO,
            "tried": (ANA,),
            "escalations": 1,
            "arrived_at": at("Mon 11:00"),
            "answer_by": at("Mon 13:00"),
            "response": clock("2h", BRUNO, at("Mon 11:00"), at("Mon 13:00")),
            "resolution_clock": clock("1d", BRUNO, at("Mon 11:00"), at("Tue 11:00")),
            "nag_at": at("Mon 15:00"),
            "due": at("Mon 13:00"),
        },
    ),
    "18: a resolved case asks the newcomer too, and its new level's clock stands still meanwhile": Row(
        RESOLVED,
        Absorb(ANA, SECOND_UP),
        at("Mon 13:00"),
        facts="merged",
        told="brief bruno, news rita, confirm tom",
        sets={
            "contacts": 3,
            "opened_at": at("Mon 09:00"),
            "target": SECOND.target,
            "keyholders": (RITA, TOM),
            "absorbed": (CaseId(43),),
            "owner_acknowledged": False,
            "level": 1,
            "accountable": BRUNO,
            "climbed": BRUNO,
            "tried": (ANA,),
            "escalations": 1,
            "arrived_at": at("Mon 13:00"),
            "answer_by": at("Mon 15:00"),
            "resolution_clock": stopped("1d", BRUNO, days("0")),
        },
    ),
    "absorbing twice changes nothing": Row(
        play(ACKED, (Absorb(ANA, SECOND), at("Mon 11:00"))), Absorb(ANA, SECOND), at("Mon 11:01"), reason=Reason.ALREADY
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_merging(row: Row) -> None:
    row.check()


def merged(one: Case, into: Case, when: str) -> tuple[Case, Case]:
    """Merge as a handler does: both cases in one transaction."""
    first = decided(one, Merge(ANA, into), at(when))
    assert first.follow_ups == (FollowUp(into.id, Absorb(ANA, one)),)
    second = decided(into, first.follow_ups[0].request, at(when))
    assert first.case is not None
    assert second.case is not None
    return first.case, second.case


def undone(one: Case, into: Case, by: Any, when: str) -> tuple[Decision, Case]:
    first = decided(one, Reopen(by, WHY), at(when))
    assert [fact.what for fact in first.facts] == [Merged(into=into.id, undone=True, why=WHY)]
    for follow_up in first.follow_ups:
        answer = decided(into, follow_up.request, at(when))
        assert answer.case is not None
        into = answer.case
    return first, into


def test_18_a_merge_is_undone_within_seven_days() -> None:
    closed, other = merged(SECOND, ACKED, "Mon 11:00")
    decision, other = undone(closed, other, TOM, "Fri 12:00")

    assert decision.case == replace(
        closed,
        version=closed.version + 1,
        status=Status.ACKNOWLEDGED,
        outcome=None,
        closed_at=None,
        merged_into=None,
        resolution_clock=clock("2d", ANA, at("Fri 12:00"), at("Tue 10:00", 1), days("4/17")),
        nag_at=at("Fri 16:00"),
        due=at("Fri 16:00"),
    )
    # The age stays the older one: it is never later than it was.
    kept = replace(ACKED, opened_at=at("Mon 09:00"), target=SECOND.target)
    assert other == replace(kept, version=other.version, due=other.due, nag_at=other.nag_at)
    assert (other.keyholders, other.contacts, other.affected, other.absorbed) == ((RITA,), 1, (), ())


def numbers(*of: int) -> tuple[CaseId, ...]:
    return tuple(CaseId(number) for number in of)


HANGS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[tuple[int, ...], int | None]]] = {
    "what hangs on a debt hangs on the other one too": ({"linked": numbers(5, 6)}, {"linked": numbers(4, 5)}, ((4, 5, 6), None)),
    "its cause becomes the other one's": ({"under": CaseId(9)}, {}, ((), 9)),
    "which keeps its own": ({"under": CaseId(9)}, {"under": CaseId(8)}, ((), 8)),
    "a private one hangs on nothing public": ({"linked": numbers(5), "under": CaseId(9)}, {"private": True}, ((), None)),
}


@pytest.mark.parametrize(("of_one", "of_other", "hangs"), HANGS.values(), ids=HANGS.keys())
def test_18_what_hangs_together_goes_on_and_comes_apart_again(
    of_one: dict[str, Any], of_other: dict[str, Any], hangs: tuple[tuple[int, ...], int | None]
) -> None:
    one, into = replace(SECOND, **of_one), replace(ACKED, **of_other)
    closed, other = merged(one, into, "Mon 11:00")
    assert (other.linked, other.under) == hangs

    later = replace(other, linked=(*other.linked, CaseId(70)))
    apart = decided(later, Absorb(TOM, closed, undo=True, before=into), at("Mon 12:00")).case
    assert apart is not None
    assert (apart.linked, apart.under) == ((*into.linked, CaseId(70)), into.under)


def test_18_and_not_later() -> None:
    closed, other = merged(SECOND, ACKED, "Mon 11:00")
    late = decided(closed, Reopen(TOM), at("Mon 11:00", 1) + timedelta(seconds=1))
    assert late.refusal is not None
    assert (late.refusal.no, late.refusal.when) == (No.TOO_LATE, at("Mon 11:00", 1))
    assert other.absorbed == (CaseId(43),)
    assert undone(closed, other, TOM, "2026-03-09 11:00")[0].refusal is None


def test_18_undoing_takes_the_newcomers_yes_along() -> None:
    closed, other = merged(SECOND, ACKED, "Mon 11:00")
    other = play(other, (FIX, at("Mon 12:00")), (Confirm(TOM), at("Mon 12:10")))
    assert (other.status, other.answered_yes) == (Status.RESOLVED, (TOM,))
    _, other = undone(closed, other, TOM, "Mon 13:00")
    assert (other.keyholders, other.answered_yes) == ((RITA,), ())


TWO = merged(SECOND, ACKED, "Mon 11:00")[1]
TWO_RESOLVED = play(TWO, (FIX, at("Mon 12:00")))


def test_18_each_co_reporter_is_asked() -> None:
    assert told(decided(TWO, FIX, at("Mon 12:00"))) == {"confirm rita", "confirm tom"}


def test_18_it_is_fixed_when_all_have_said_so() -> None:
    half = play(TWO_RESOLVED, (Confirm(TOM), at("Mon 13:00")))
    assert half.status is Status.RESOLVED
    assert told(decided(half, Tick(), half.due or at("Mon 13:00"))) == {"nag rita"}
    assert play(half, (Confirm(RITA), at("Mon 14:00"))).outcome is Outcome.FIXED


def test_18_any_no_reopens() -> None:
    half = play(TWO_RESOLVED, (Confirm(RITA), at("Mon 13:00")))
    again = play(half, (Reopen(TOM), at("Mon 14:00")))
    assert (again.status, again.answered_yes) == (Status.ACKNOWLEDGED, ())


def test_18_who_keeps_silent_does_not_undo_the_others_yes() -> None:
    half = play(TWO_RESOLVED, (Confirm(TOM), at("Mon 13:00")), (Tick(), at("Thu 12:00")))
    assert half.outcome is Outcome.FIXED


REFUSED = {
    "into itself": (SECOND, Merge(ANA, SECOND), No.INTO_ITSELF),
    "into a closed one": (SECOND, Merge(ANA, FIXED), No.INTO_CLOSED),
    "17: a problem into a debt": (SECOND, Merge(ANA, replace(ACKED, kind=Kind.DEBT)), No.OTHER_KIND),
    "17: a change into a problem": (replace(SECOND, kind=Kind.CHANGE), Merge(ANA, ACKED), No.OTHER_KIND),
    "a private one into a public one": (SECRET, Merge(ANA, ACKED), No.INTO_PUBLIC),
    "20: into one where somebody is whom its reporter left out": (
        opened(by=TOM, id=43, concerned=(BEN,)),
        Merge(IDA, play(ACKED, (MeToo(BEN), at("Mon 10:40")))),
        No.INTO_PUBLIC,
    ),
    "by its reporter": (SECOND, Merge(TOM, ACKED), No.NOT_YOURS),
    "what is closed": (FIXED, Merge(ANA, SECOND), No.CLOSED),
}


@pytest.mark.parametrize(("before", "request_", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(before: Case, request_: Merge, no: No) -> None:
    decision = decided(before, request_, at("Mon 16:00"))
    assert decision.case == before
    assert decision.refusal is not None
    assert decision.refusal.no is no


def test_a_private_case_may_go_into_a_private_one() -> None:
    assert merged(SECRET, opened(private=True), "Mon 11:00")[0].outcome is Outcome.DUPLICATE


def test_20_whom_the_reporter_left_out_is_left_out_and_untold() -> None:
    """The level is passed over without a name, and nothing reaches them, not even in somebody's stead."""
    case = opened(concerned=(BRUNO, IDA))
    up = decided(case, Tick(), at("Mon 11:00"))
    assert names(up) == ["skipped", "escalated"]
    assert up.facts[0].what.person is None  # type: ignore[union-attr]
    assert told(up) == {"brief cleo", "news ana", "news rita"}
    gone = replace(ORG, people={**ORG.people, CLEO: replace(ORG.people[CLEO], gone=True)})
    assert told(decided(case, Tick(), at("Mon 11:00"), gone)) == set()


def test_20_a_deputy_who_was_left_out_neither_hears_nor_acts() -> None:
    """Ana is away and Ben covers for her, whom the case is about: what is hers waits for her."""
    case = opened(concerned=(BEN,))
    org = away(ANA, "Mon 10:30", "Fri 09:00", BEN)
    assert told(decided(case, MeToo(TOM), at("Mon 11:00"), org)) == {"news ana"}
    refused = decided(case, Acknowledge(BEN), at("Mon 11:00"), org)
    assert refused.refusal is not None
    assert refused.refusal.no is No.NOT_YOURS


def test_20_a_private_case_is_joined_by_nobody_from_outside() -> None:
    refused = decided(SECRET, MeToo(DANA), at("Mon 11:00"))
    assert refused.refusal is not None
    assert refused.refusal.no is No.NOT_YOURS


def test_10_a_co_reporters_chase_is_a_contact() -> None:
    assert play(TWO, (Chase(TOM), at("Mon 12:00"))).contacts == 4
