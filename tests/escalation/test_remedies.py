"""The same remedy: to whom it is offered, and what a yes and a no do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.case import Case, Clock, Remedy
from bot.escalation.decision import No
from bot.escalation.facts import RemedyAnswered, RemedyOffered
from bot.escalation.requests import Absorb, AnswerRemedy, Merge, OfferRemedy, Reopen
from bot.escalation.words import CaseId, Outcome, Reason, Status
from tests.escalation.world import (
    ACKED,
    ANA,
    BRUNO,
    DECLINED,
    FIXED,
    IDA,
    OPENED,
    RESOLVED,
    RITA,
    TOM,
    UNCONFIRMED,
    UP,
    WAITING,
    WITHDRAWN,
    Row,
    at,
    days,
    decided,
    opened,
    play,
    span,
    told,
)

OTHER = CaseId(77)
OFFER = OfferRemedy(IDA, OTHER)
OFFERED = Remedy(OTHER, IDA, at("Mon 13:00"))
YES, NO = AnswerRemedy(RITA, helped=True), AnswerRemedy(RITA, helped=False)
CLOSED = {
    "status": Status.CLOSED,
    "outcome": Outcome.FIXED,
    "closed_at": at("Mon 14:00"),
    "rechecks": (at("Mon 14:00") + timedelta(days=7), at("Mon 14:00") + timedelta(days=30)),
    "due": at("Mon 14:00") + timedelta(days=7),
    "answered_yes": (RITA,),
    "outcomes_asked": True,
    "nag_at": None,
    "remedy": replace(OFFERED, helped=True),
}


def offered(case: Case) -> Case:
    return play(case, (OFFER, at("Mon 13:00")))


ROWS = {
    "it is offered": Row(ACKED, OFFER, at("Mon 13:00"), facts="remedy_offered", told="remedy rita", sets={"remedy": OFFERED}),
    "also to who never confirmed": Row(
        UNCONFIRMED,
        OFFER,
        at("Fri 13:00"),
        facts="remedy_offered",
        told="remedy rita",
        sets={"remedy": Remedy(OTHER, IDA, at("Fri 13:00"))},
    ),
    "the same is offered once": Row(offered(ACKED), OFFER, at("Mon 14:00"), reason=Reason.ALREADY),
    "another may be offered after it": Row(
        play(offered(ACKED), (NO, at("Mon 14:00"))),
        OfferRemedy(None, CaseId(78)),
        at("Mon 15:00"),
        facts="remedy_offered",
        told="remedy rita",
        sets={"remedy": Remedy(CaseId(78), None, at("Mon 15:00")), "remedies_had": (OTHER,)},
    ),
    "but not while the first is not answered": Row(offered(ACKED), OfferRemedy(IDA, CaseId(78)), at("Mon 14:00"), reason=Reason.ALREADY),
    "nor the first again after both were refused": Row(
        play(offered(ACKED), (NO, at("Mon 14:00")), (OfferRemedy(IDA, CaseId(78)), at("Mon 15:00")), (NO, at("Mon 16:00"))),
        OFFER,
        at("Mon 16:30"),
        reason=Reason.ALREADY,
    ),
    "its own remedy is none": Row(ACKED, OfferRemedy(IDA, CaseId(42)), at("Mon 13:00"), reason=Reason.ALREADY),
    "what is fixed needs none": Row(FIXED, OFFER, at("Tue 13:00"), reason=Reason.ALREADY),
    "nor what was withdrawn": Row(WITHDRAWN, OFFER, at("Tue 13:00"), reason=Reason.ALREADY),
    "nor what was declined": Row(DECLINED, OFFER, at("Tue 13:00"), reason=Reason.ALREADY),
    "yes closes it as fixed": Row(
        offered(ACKED),
        YES,
        at("Mon 14:00"),
        facts="remedy_answered",
        told="news ana, outcome rita",
        sets=CLOSED | {"resolution_clock": Clock(span("2d"), ANA, days("8/17"))},
    ),
    "yes to who is waited for": Row(
        offered(WAITING),
        YES,
        at("Mon 14:00"),
        facts="remedy_answered",
        told="news ana, outcome rita",
        sets=CLOSED | {"question": None, "waited": days("6/17")},
    ),
    "yes where the owner says so too": Row(
        offered(RESOLVED), YES, at("Mon 14:00"), facts="remedy_answered", told="news ana, outcome rita", sets=CLOSED | {"confirm_by": None}
    ),
    "yes tells whoever answers for it above": Row(
        play(UP, (OFFER, at("Mon 12:00"))),
        YES,
        at("Mon 12:30"),
        facts="remedy_answered",
        told="news ana, news bruno, outcome rita",
        sets=CLOSED
        | {
            "closed_at": at("Mon 12:30"),
            "rechecks": (at("Mon 12:30") + timedelta(days=7), at("Mon 12:30") + timedelta(days=30)),
            "due": at("Mon 12:30") + timedelta(days=7),
            "remedy": Remedy(OTHER, IDA, at("Mon 12:00"), helped=True),
            "response": Clock(span("2h"), BRUNO, span("90m")),
            "resolution_clock": Clock(span("1d"), BRUNO, days("3/17")),
        },
    ),
    "no lets it go on": Row(
        offered(ACKED), NO, at("Mon 14:00"), facts="remedy_answered", told="news ana", sets={"remedy": replace(OFFERED, helped=False)}
    ),
    "after a no there is nothing to say": Row(play(offered(ACKED), (NO, at("Mon 14:00"))), YES, at("Mon 15:00"), reason=Reason.ALREADY),
    "nor after a yes": Row(play(offered(ACKED), (YES, at("Mon 14:00"))), NO, at("Mon 15:00"), reason=Reason.ALREADY),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_remedies(row: Row) -> None:
    row.check()


TWO = offered(play(OPENED, (Absorb(ANA, play(opened(by=TOM, id=43), (Merge(ANA, OPENED), at("Mon 10:05")))), at("Mon 10:05"))))


def test_of_several_reporters_everybody_has_to_say_yes() -> None:
    first = decided(TWO, YES, at("Mon 14:00"))
    assert first.case is not None
    assert (first.case.status, first.case.answered_yes, first.case.remedy) == (TWO.status, (RITA,), OFFERED)
    assert told(first) == {"news ana", "news tom"}
    assert decided(first.case, YES, at("Mon 14:01")).reason is Reason.ALREADY

    last = decided(first.case, AnswerRemedy(TOM, helped=True), at("Mon 14:30"))
    assert last.case is not None
    assert (last.case.outcome, last.case.answered_yes) == (Outcome.FIXED, (RITA, TOM))
    assert told(last) == {"news ana", "outcome rita", "outcome tom"}


def test_a_no_of_one_of_them_lets_it_go_on() -> None:
    first = play(TWO, (YES, at("Mon 14:00")))
    no = decided(first, AnswerRemedy(TOM, helped=False), at("Mon 14:30"))

    assert no.case is not None
    assert (no.case.status, no.case.remedy) == (first.status, replace(OFFERED, helped=False))


def test_what_it_closed_can_break_again() -> None:
    closed = play(offered(ACKED), (YES, at("Mon 14:00")))
    again = play(closed, (Reopen(RITA), at("Tue 10:00")))

    assert (again.status, again.level) == (Status.OPEN, 1)


def test_the_facts_say_what_was_said() -> None:
    assert decided(ACKED, OFFER, at("Mon 13:00")).facts[0].what == RemedyOffered(OTHER)
    assert decided(offered(ACKED), NO, at("Mon 14:00")).facts[0].what == RemedyAnswered(OTHER, helped=False)


@pytest.mark.parametrize(
    ("case", "answer", "no"),
    [(offered(ACKED), AnswerRemedy(ANA, helped=True), No.NOT_YOURS), (ACKED, YES, No.NO_REMEDY), (FIXED, NO, No.NO_REMEDY)],
    ids=["by the owner", "nothing offered", "nothing offered, and fixed"],
)
def test_refused(case: Case, answer: AnswerRemedy, no: No) -> None:
    decision = decided(case, answer, at("Tue 10:00"))

    assert decision.refusal is not None
    assert decision.refusal.no is no
    assert (decision.case, decision.facts) == (case, ())
