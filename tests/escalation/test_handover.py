"""Changing the owner: it needs two, the clocks go on, and a case that goes in circles goes up."""

from dataclasses import replace
from typing import Any

import pytest

from bot.escalation.case import Offer
from bot.escalation.decision import No
from bot.escalation.facts import Escalated
from bot.escalation.requests import Accept, Acknowledge, Ask, Decline, HandOver, Request, Take, Tick
from bot.escalation.words import PersonId, Reason, ServiceId, Status, Why
from tests.escalation.world import (
    ACKED,
    ANA,
    BEN,
    BRUNO,
    CLEO,
    DANA,
    IDA,
    KENJI,
    METERING,
    OFFERED,
    OPENED,
    ORG,
    PAYROLL,
    PIA,
    RESOLVED,
    RITA,
    UP,
    WHY,
    Row,
    at,
    away,
    changed,
    clock,
    days,
    decided,
    names,
    opened,
    play,
    told,
)

TO_BEN = {
    "owner": BEN,
    "owners": (ANA, BEN),
    "offer": None,
    "handovers": 1,
    "handovers_here": 1,
}
AT_LEVEL_0 = {"accountable": BEN, "climbed": BEN}
# Two of the 17 half hours of Monday are spent at 11:00.
BENS_CLOCK = clock("2d", BEN, at("Mon 11:30"), at("Wed 10:00"), days("3/17"))

ROWS = {
    "an offer changes no owner and stops no clock": Row(
        ACKED,
        HandOver(ANA, BEN, WHY),
        at("Mon 11:00"),
        facts="handover_offered",
        told="offer ben, news rita",
        sets={"offer": Offer(BEN, ANA, WHY, at("Mon 11:00"), at("Mon 12:00")), "due": at("Mon 12:00")},
    ),
    "an offer to another service asks its owner": Row(
        ACKED,
        HandOver(ANA, None, WHY, METERING),
        at("Mon 11:00"),
        facts="handover_offered",
        told="offer ben, news rita",
        sets={"offer": Offer(BEN, ANA, WHY, at("Mon 11:00"), at("Mon 12:00"), METERING), "due": at("Mon 12:00")},
    ),
    "12: an offer lapses in the working time of the one who is asked": Row(
        ACKED,
        HandOver(ANA, KENJI, WHY),
        at("Mon 11:00"),
        facts="handover_offered",
        told="offer kenji, news rita",
        # Nine in Tokyo is midnight in London.
        sets={"offer": Offer(KENJI, ANA, WHY, at("Mon 11:00"), at("Tue 01:00"))},
    ),
    "1: accepting makes the new owner, and what is left of the clock carries over": Row(
        OFFERED,
        Accept(BEN),
        at("Mon 11:30"),
        facts="handover_accepted clock_moved",
        told="news rita, news ana",
        sets={**TO_BEN, **AT_LEVEL_0, "resolution_clock": BENS_CLOCK, "nag_at": at("Mon 15:30"), "due": at("Mon 15:30")},
    ),
    "12: at level 0 accepting acknowledges": Row(
        play(OPENED, (HandOver(ANA, BEN, WHY), at("Mon 10:30"))),
        Accept(BEN),
        at("Mon 11:00"),
        facts="handover_accepted clock_moved",
        told="news rita, news ana",
        sets={
            **TO_BEN,
            **AT_LEVEL_0,
            "status": Status.ACKNOWLEDGED,
            "response": None,
            "owner_acknowledged": True,
            "resolution_clock": clock("2d", BEN, at("Mon 11:00"), at("Wed 10:00"), days("2/17")),
            "nag_at": at("Mon 15:00"),
            "due": at("Mon 15:00"),
        },
    ),
    "12: above level 0 it does not, and the clocks stay the accountable's": Row(
        play(UP, (HandOver(ANA, BEN, WHY), at("Mon 11:10"))),
        Accept(BEN),
        at("Mon 11:30"),
        facts="handover_accepted",
        told="news rita, news ana, news bruno",
        sets={**TO_BEN, "nag_at": at("Mon 15:30")},
    ),
    "accepting for another service changes its team and budget, not its chain": Row(
        play(ACKED, (HandOver(ANA, None, WHY, METERING), at("Mon 11:00"))),
        Accept(BEN),
        at("Mon 11:30"),
        facts="handover_accepted clock_moved",
        told="news rita, news ana",
        sets={
            **TO_BEN,
            **AT_LEVEL_0,
            "service": METERING,
            "team": "metering",
            "budget": "metering",
            "resolution_clock": BENS_CLOCK,
            "nag_at": at("Mon 15:30"),
            "due": at("Mon 15:30"),
        },
    ),
    "20: for a private service it becomes private": Row(
        play(
            opened(service=METERING),
            (Acknowledge(BEN), at("Mon 10:30")),
            (HandOver(BEN, None, WHY, PAYROLL), at("Mon 11:00")),
        ),
        Accept(ANA),
        at("Mon 11:30"),
        facts="handover_accepted clock_moved",
        told="news rita, news ben",
        sets={
            "owner": ANA,
            "owners": (BEN, ANA),
            "accountable": ANA,
            "climbed": ANA,
            "offer": None,
            "handovers": 1,
            "handovers_here": 1,
            "service": PAYROLL,
            "team": "billing",
            "budget": None,
            "private": True,
            "resolution_clock": replace(BENS_CLOCK, calendar=ANA),
            "nag_at": at("Mon 15:30"),
            "due": at("Mon 15:30"),
        },
    ),
    "21: decline answers the offer": Row(
        OFFERED,
        Decline(BEN, WHY),
        at("Mon 11:30"),
        facts="handover_declined",
        told="news ana, news rita",
        sets={"offer": None, "due": at("Mon 14:30")},
    ),
    "12: an offer that nobody answers lapses as declined": Row(
        OFFERED,
        Tick(),
        at("Mon 12:00"),
        facts="handover_lapsed",
        told="news ana, news ben",
        reason=Reason.HANDOVER_LAPSED,
        sets={"offer": None, "due": at("Mon 14:30")},
    ),
    "12: a take by the team counts as a hand-over": Row(
        OPENED,
        Take(PIA),
        at("Mon 10:30"),
        facts="taken clock_moved",
        told="news rita, news ana",
        sets={
            "owner": PIA,
            "owners": (ANA, PIA),
            "accountable": PIA,
            "climbed": PIA,
            "handovers": 1,
            "handovers_here": 1,
            "status": Status.ACKNOWLEDGED,
            "response": None,
            "owner_acknowledged": True,
            "resolution_clock": clock("2d", PIA, at("Mon 10:30"), at("Wed 10:00"), days("1/17")),
            "nag_at": at("Mon 14:30"),
            "due": at("Mon 14:30"),
        },
    ),
    "12: a take by the accountable does not, and acknowledges": Row(
        UP,
        Take(BRUNO),
        at("Mon 11:30"),
        facts="taken",
        told="news rita, news ana",
        sets={
            "owner": BRUNO,
            "owners": (ANA, BRUNO),
            "status": Status.ACKNOWLEDGED,
            "response": None,
            "nag_at": at("Mon 15:30"),
            "due": at("Mon 15:30"),
        },
    ),
    "12: above level 0 a take by the team stops no response clock": Row(
        UP,
        Take(PIA),
        at("Mon 11:30"),
        facts="taken",
        told="news rita, news ana, news bruno",
        sets={"owner": PIA, "owners": (ANA, PIA), "handovers": 1, "handovers_here": 1, "nag_at": at("Mon 15:30")},
    ),
    "a take withdraws the offer, and whoever was asked hears it": Row(
        OFFERED,
        Take(PIA),
        at("Mon 11:30"),
        facts="taken clock_moved",
        told="news rita, news ana, news ben",
        sets={
            "owner": PIA,
            "owners": (ANA, PIA),
            "accountable": PIA,
            "climbed": PIA,
            "offer": None,
            "handovers": 1,
            "handovers_here": 1,
            "resolution_clock": replace(BENS_CLOCK, calendar=PIA),
            "nag_at": at("Mon 15:30"),
            "due": at("Mon 15:30"),
        },
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_handover(row: Row) -> None:
    row.check()


def passed(*people: PersonId, org: Any = ORG, start: Any = ACKED) -> Any:
    """Return the decision of the last acceptance when the case is handed to each in turn, five minutes apart."""
    case, decision, minute = start, None, 0
    for person in people:
        case = play(case, (HandOver(case.owner, person, WHY), at(f"Mon 11:{minute:02}")), org=org)
        decision = decided(case, Accept(person), at(f"Mon 11:{minute + 5:02}"), org)
        assert decision.case is not None
        case, minute = decision.case, minute + 10
    return decision


LOOPS = {
    "A, B, A: to their shared manager": ((PIA, ANA), ORG, 1, BRUNO),
    "three hand-overs": ((PIA, BEN, DANA), ORG, 1, BRUNO),
    "the shared manager took part: to who is above them all": ((PIA, BRUNO, ANA), ORG, 1, CLEO),
    "the shared manager is away: the usual target, level by level": ((PIA, ANA), away(BRUNO, "Mon 09:00", "Fri 09:00"), 2, CLEO),
    "the shared manager's deputy took part": ((PIA, ANA), away(BRUNO, "Mon 09:00", "Fri 09:00", PIA), 2, CLEO),
    "no shared manager: the usual target": ((IDA, ANA), changed(IDA, manager=None), 1, BRUNO),
}


@pytest.mark.parametrize(("people", "org", "stands", "accountable"), LOOPS.values(), ids=LOOPS.keys())
def test_12_a_loop_goes_up(people: tuple[PersonId, ...], org: Any, stands: int, accountable: PersonId) -> None:
    decision = passed(*people, org=org)
    assert decision.reason is Reason.HANDOVER_LOOP
    assert decision.facts[-1].what == Escalated(stands, accountable, 0, Why.HANDOVER_LOOP)
    assert (decision.case.level, decision.case.accountable, decision.case.owner) == (stands, accountable, people[-1])
    assert (decision.case.handovers, decision.case.handovers_here, decision.case.owners) == (len(people), 0, (people[-1],))


def test_two_hand_overs_are_no_loop() -> None:
    assert passed(PIA, BEN).reason is Reason.DONE


def test_at_the_top_a_loop_has_nowhere_to_go() -> None:
    decision = passed(PIA, ANA, start=TOP_EARLY)
    assert names(decision) == ["handover_accepted"]


# The helper hands over on Monday from eleven on, so the top is reached on the Friday before.
TOP_EARLY = play(opened("2026-02-27 10:00"), (Tick(), at("2026-02-27 11:00")), (Tick(), at("2026-02-27 13:00")))

REFUSED: dict[str, tuple[Any, Request, No]] = {
    "to its owner": (ACKED, HandOver(ANA, ANA, WHY), No.OWNS_IT),
    "to nobody known": (ACKED, HandOver(ANA, PersonId("zoe"), WHY), No.UNKNOWN_PERSON),
    "to no such service": (ACKED, HandOver(ANA, None, WHY, ServiceId("teas")), No.UNKNOWN_SERVICE),
    "a second offer": (OFFERED, HandOver(ANA, PIA, WHY), No.OFFER_OPEN),
    "of what is resolved": (RESOLVED, HandOver(ANA, BEN, WHY), No.ALREADY_RESOLVED),
    "accepting without an offer": (ACKED, Accept(BEN), No.NO_OFFER),
    "accepting another's offer": (OFFERED, Accept(PIA), No.NOT_YOURS),
    "taking one's own": (ACKED, Take(ANA), No.OWNS_IT),
    "taking from another team": (ACKED, Take(BEN), No.NOT_YOURS),
    "taking what is resolved": (RESOLVED, Take(PIA), No.ALREADY_RESOLVED),
    "20: taking a private case by the team": (opened(service=PAYROLL), Take(PIA), No.NOT_YOURS),
    "20: to whom the reporter left out": (opened(concerned=(BEN,)), HandOver(ANA, BEN, WHY), No.CANNOT_ANSWER),
    "20: taking by whom the reporter left out": (opened(concerned=(PIA,)), Take(PIA), No.NOT_YOURS),
}


@pytest.mark.parametrize(("before", "request_", "no"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(before: Any, request_: Request, no: No) -> None:
    decision = decided(before, request_, at("Mon 12:00"))
    assert decision.case == before
    assert decision.refusal is not None
    assert decision.refusal.no is no


def test_a_hand_over_needs_two() -> None:
    """To somebody away whose deputy is the old owner, it would be accepted by the one who offered it."""
    decision = decided(ACKED, HandOver(ANA, BEN, WHY), at("Mon 11:00"), away(BEN, "Mon 09:00", "Fri 09:00", ANA))
    assert decision.refusal is not None
    assert decision.refusal.no is No.CANNOT_ANSWER


def test_a_deputy_accepts_for_whoever_was_asked_and_the_name_stays() -> None:
    org = away(BEN, "Mon 09:00", "Fri 09:00", DANA)
    case = play(ACKED, (HandOver(ANA, BEN, WHY), at("Mon 11:00")), org=org)
    decision = decided(case, Accept(DANA), at("Mon 11:10"), org)
    assert decision.case is not None
    assert decision.case.owner == BEN
    assert told(decision) == {"news rita", "news ana"}


def test_an_offer_lapses_while_waiting_too() -> None:
    case = play(OFFERED, (Ask(ANA, WHY), at("Mon 11:10")), (Tick(), at("Mon 12:00")))
    assert (case.status, case.offer, case.due) == (Status.WAITING, None, at("Tue 11:10"))
    assert case.reporter == RITA
