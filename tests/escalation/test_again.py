"""A report of what was closed joins that case's line: what both are afterwards, and who may say so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.case import Case
from bot.escalation.decision import FollowUp, No
from bot.escalation.requests import Again, Recur, Reopen, Tick
from bot.escalation.words import CaseId, Kind, Outcome, PersonId, Reason, Status
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BILLING,
    BRUNO,
    DECLINED,
    FIXED,
    IDA,
    METERING,
    ORG,
    RITA,
    TOM,
    UNCONFIRMED,
    WITHDRAWN,
    Row,
    at,
    clock,
    decided,
    names,
    opened,
    play,
    stopped,
    told,
)

NEW = opened("Tue 09:00", by=TOM, id=43, asked_before=2)  # Ana, to answer by 10:00, to fix by Thu 09:00
MINE = opened("Tue 09:00", by=RITA, id=43)

ROWS = {
    "the new one closes as a duplicate, and the old one is decided next": Row(
        NEW,
        Again(TOM, FIXED),
        at("Tue 09:00"),
        facts="merged",
        told="news ana",
        sets={
            "status": Status.CLOSED,
            "outcome": Outcome.DUPLICATE,
            "merged_into": FIXED.id,
            "closed_at": at("Tue 09:00"),
            "response": stopped("1h", ANA, NEW.response.spent if NEW.response else None),  # type: ignore[arg-type]
            "resolution_clock": stopped("2d", ANA, NEW.resolution_clock.spent if NEW.resolution_clock else None),  # type: ignore[arg-type]
            "nag_at": None,
            "due": None,
        },
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_again(row: Row) -> None:
    row.check()
    assert decided(row.before, row.request, row.now).follow_ups == (FollowUp(FIXED.id, Recur(TOM, NEW)),)


def test_the_old_one_goes_on_a_level_up_with_its_age_and_the_contacts_of_both() -> None:
    decision = decided(FIXED, Recur(TOM, NEW), at("Tue 09:00"))
    case = decision.case

    assert case is not None
    assert names(decision) == ["reopened", "escalated", "merged"]
    assert (case.status, case.outcome, case.level, case.accountable) == (Status.OPEN, None, 1, BRUNO)
    assert (case.opened_at, case.contacts, case.still_broken) == (FIXED.opened_at, FIXED.contacts + NEW.contacts, 1)
    assert (case.keyholders, case.absorbed) == ((RITA, TOM), (CaseId(43),))
    assert (case.resolution, case.rechecks, case.closed_at, case.promise) == (None, (), None, None)
    assert case.response == clock("2h", BRUNO, at("Tue 09:00"), at("Tue 11:00"))
    assert told(decision) >= {"brief bruno", "news rita", "news ana"}
    assert "news tom" not in told(decision)  # it was he who said so


def test_it_differs_from_reopening_only_by_who_and_what_joins() -> None:
    reopened = play(UNCONFIRMED, (Reopen(RITA), at("Fri 09:00")))
    recurred = play(UNCONFIRMED, (Recur(RITA, replace(MINE, contacts=1)), at("Fri 09:00")))

    assert recurred == replace(reopened, version=recurred.version, absorbed=(CaseId(43),))


def test_an_unanswered_recheck_is_answered_by_it() -> None:
    asked = play(FIXED, (Tick(), FIXED.rechecks[0]))
    decision = decided(asked, Recur(TOM, NEW), at("Mon 18:00", 1))

    assert names(decision)[:2] == ["rechecked", "reopened"]
    assert decision.case is not None
    assert decision.case.recheck_asked is None


def test_the_higher_level_of_the_two_counts() -> None:
    above = play(NEW, (Tick(), at("Tue 10:00")), (Tick(), at("Tue 12:00")))
    assert above.level == 2

    case = play(FIXED, (Recur(TOM, above), at("Tue 13:00")))

    assert (case.level, case.accountable) == (2, above.accountable)


def test_what_was_reopened_meanwhile_takes_it_in_as_it_is() -> None:
    decision = decided(ACKED, Recur(TOM, NEW), at("Tue 09:00"))

    assert names(decision) == ["merged"]
    assert decision.case is not None
    assert (decision.case.level, decision.case.status) == (0, Status.ACKNOWLEDGED)


def test_a_second_time_does_nothing() -> None:
    case = play(FIXED, (Recur(TOM, NEW), at("Tue 09:00")))

    assert decided(case, Recur(TOM, NEW), at("Tue 09:01")).reason is Reason.ALREADY


def test_undone_within_a_week_the_new_one_goes_on_by_itself() -> None:
    closed = play(NEW, (Again(TOM, FIXED), at("Tue 09:00")))
    decision = decided(closed, Reopen(TOM), at("Tue 10:00"))

    assert decision.case is not None
    assert decision.case.live
    assert [follow_up.case for follow_up in decision.follow_ups] == [FIXED.id]


REFUSED: dict[str, tuple[Case, PersonId, Case, No]] = {
    "its owner, who merges instead": (NEW, ANA, FIXED, No.NOT_YOURS),
    "an admin": (NEW, IDA, FIXED, No.NOT_YOURS),
    "somebody who has nothing to do with it": (NEW, BEN, FIXED, No.NOT_YOURS),
    "itself": (NEW, TOM, NEW, No.INTO_ITSELF),
    "what was withdrawn": (NEW, TOM, WITHDRAWN, No.NOT_AGAIN),
    "what was declined": (NEW, TOM, DECLINED, No.NOT_AGAIN),
    "a duplicate": (NEW, TOM, replace(FIXED, outcome=Outcome.DUPLICATE), No.NOT_AGAIN),
    "of another service": (NEW, TOM, replace(FIXED, service=METERING), No.NOT_AGAIN),
    "what was closed too long ago": (
        NEW,
        TOM,
        replace(FIXED, closed_at=at("Tue 09:00") - ORG.rules.again_within - timedelta(seconds=1)),
        No.TOO_LONG_AGO,
    ),
    "a change": (NEW, TOM, replace(FIXED, kind=Kind.CHANGE), No.NOT_AGAIN),
    "what is private": (NEW, TOM, replace(FIXED, private=True), No.PRIVATE),
    "a private one": (replace(NEW, private=True), TOM, FIXED, No.PRIVATE),
    "whom the new one concerns": (replace(NEW, concerned=(ANA,)), TOM, FIXED, No.PRIVATE),
    "whom the old one concerns": (NEW, TOM, replace(FIXED, concerned=(TOM,)), No.PRIVATE),
    "of what is closed itself": (replace(FIXED, id=CaseId(43)), RITA, FIXED, No.CLOSED),
}


@pytest.mark.parametrize(("case", "by", "of", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(case: Case, by: PersonId, of: Case, no: No) -> None:
    decision = decided(case, Again(by, of), at("Tue 09:00"))

    assert decision.refusal is not None
    assert (decision.refusal.no, decision.facts, decision.follow_ups) == (no, (), ())
    assert case.service == BILLING
