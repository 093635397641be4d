"""What of a lane's load flies, and what is dropped, postponed or queued elsewhere?"""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.requests import Withdraw
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.outbox.plan import Flight, lane_of, plan
from bot.ports import Address, Delivery, Load, Plan, Recipient
from tests.outbox.office import ANA, BEN, ORG, RITA, Told, at

WAY = Address("local", "w", "@ana")
HALF_PAST, NOW = at("9:30"), at("9:40")


def ways(to: Recipient, route: int) -> Address | None:
    routes = (WAY, Address("local", "w", "desk")) if to.person == ANA else ()
    return routes[route] if route < len(routes) else None


def nag(case: int, severity: str = "normal", until: datetime = HALF_PAST) -> Delivery:
    """Return the nag of 9:30 about a case of its own, numbered like it."""
    story = Told(id=CaseId(case))
    story.report(at("9:00"), severity)
    story.wait(until)
    message, fact = story.last(MessageKind.NAG, ANA)
    return Delivery(case, message.key, MessageKind.NAG, Recipient(person=ANA), WAY.lane, case=story.now, fact=fact)


def closed(delivery: Delivery) -> Delivery:
    """Return the delivery with its case withdrawn."""
    story = Told(case=delivery.case)
    story.does(Withdraw(RITA, Text("never mind")), at("9:31"))
    return replace(delivery, case=story.case)


def planned(*deliveries: Delivery, lane: str = WAY.lane, sent: int = 0, org: Org = ORG, now: datetime = NOW) -> tuple[Plan, Flight | None]:
    return plan(Load(lane, deliveries), org, now, ways, {ANA: sent})


def test_one_nag_flies_under_its_own_key() -> None:
    one = nag(1)

    assert planned(one) == (Plan(WAY.lane, (1,)), Flight(WAY.lane, (one,), "C-1/2/nag/ana", WAY))


def test_several_nags_are_one_message_whose_key_they_make() -> None:
    fixed, flight = planned(nag(1), nag(2), nag(3))
    assert flight is not None

    assert fixed == Plan(WAY.lane, (1, 2, 3), bundle=flight.key)
    assert flight.key.startswith("nags/ana/")
    again, other = planned(nag(1), nag(3), nag(2))[1], planned(nag(1), nag(2))[1]
    assert again is not None
    assert other is not None
    assert again.key == flight.key != other.key


def test_what_is_not_wanted_any_more_is_dropped_with_its_reason() -> None:
    fixed, flight = planned(closed(nag(1)), nag(2), closed(nag(3)))
    why = "the case is closed and has moved on"

    assert fixed == Plan(WAY.lane, (2,), dropped={1: why, 3: why})
    assert flight == Flight(WAY.lane, (nag(2),), "C-2/2/nag/ana", WAY)


def test_a_lane_with_nothing_wanted_sends_nothing() -> None:
    assert planned(closed(nag(1))) == (Plan(WAY.lane, dropped={1: "the case is closed and has moved on"}), None)


def test_reminders_of_one_case_that_piled_up_are_one() -> None:
    earlier, later = nag(1), replace(nag(1, until=at("10:00")), id=7)
    fixed, flight = planned(replace(earlier, case=later.case), later, now=at("10:01"))

    assert fixed == Plan(WAY.lane, (7,), dropped={1: "a later reminder of the same case says it"})
    assert flight == Flight(WAY.lane, (later,), later.key, WAY)


def test_the_nags_of_two_people_in_one_channel_stay_apart() -> None:
    bens = replace(nag(2), to=Recipient(person=BEN))
    fixed, _ = planned(nag(1), bens)

    assert fixed == Plan(WAY.lane, (1,))


def test_too_many_for_a_day_wait_for_the_next_working_day() -> None:
    fixed, flight = planned(nag(1), nag(2), sent=2)

    assert fixed == Plan(WAY.lane, postponed={1: at("9:00", 1), 2: at("9:00", 1)})
    assert flight is None


def test_the_last_nag_of_a_day_still_goes() -> None:
    assert planned(nag(1), sent=1)[0] == Plan(WAY.lane, (1,))


def test_the_severe_are_exempt_from_the_cap() -> None:
    fixed, flight = planned(nag(1), nag(2, "critical"), sent=2)

    assert fixed == Plan(WAY.lane, (2,), postponed={1: at("9:00", 1)})
    assert flight == Flight(WAY.lane, (nag(2, "critical"),), "C-2/2/nag/ana", WAY)


def test_the_cap_holds_for_nags_only() -> None:
    story = Told()
    story.report(at("9:00"))
    message, fact = story.last(MessageKind.ASSIGNED, ANA)
    assigned = Delivery(1, message.key, MessageKind.ASSIGNED, Recipient(person=ANA), WAY.lane, case=story.now, fact=fact)

    assert planned(assigned, sent=99) == (Plan(WAY.lane, (1,)), Flight(WAY.lane, (assigned,), message.key, WAY))


def test_after_an_ambiguous_sending_exactly_the_same_are_looked_up() -> None:
    """Not those who came since, not under another key, whatever the cap says, and whoever is not wanted is sorted out afterwards."""
    first, second = (replace(d, ambiguous=True, bundle="nags/ana/abc") for d in (closed(nag(1)), nag(2)))
    fixed, flight = planned(first, second, nag(3), sent=99)

    assert fixed == Plan(WAY.lane, (1, 2), bundle="nags/ana/abc")
    assert flight == Flight(WAY.lane, (first, second), "nags/ana/abc", WAY)


def test_an_ambiguous_sending_joins_no_other() -> None:
    lost = replace(nag(2), ambiguous=True)

    assert planned(nag(1), lost)[0] == Plan(WAY.lane, (1,))
    assert planned(lost, nag(1)) == (Plan(WAY.lane, (2,)), Flight(WAY.lane, (lost,), lost.key, WAY))


def test_what_must_go_another_way_now_is_queued_there() -> None:
    one, two = (replace(d, lane="local:w:@old") for d in (nag(1), nag(2)))

    assert planned(one, two, lane="local:w:@old") == (Plan("local:w:@old", rerouted=(1, 2)), None)


def test_what_may_have_arrived_is_looked_up_where_it_went() -> None:
    lost = replace(nag(1), lane="local:w:@old", ambiguous=True)
    _, flight = planned(lost, lane="local:w:@old")

    assert flight == Flight("local:w:@old", (lost,), lost.key, Address("local", "w", "@old"))


@pytest.mark.parametrize(("conversation", "thread"), [("help", "t1"), ("elsewhere", None)])
def test_what_may_have_arrived_in_a_thread_is_looked_up_there(conversation: str, thread: str | None) -> None:
    lane = f"local:w:{conversation}"
    to = replace(nag(1).to, threads=(Place("local", "w", "help", thread="t1"),))
    lost = replace(nag(1), to=to, lane=lane, ambiguous=True)
    _, flight = planned(lost, lane=lane)

    assert flight == Flight(lane, (lost,), lost.key, Address("local", "w", conversation, thread))


def test_whom_no_way_leads_to_has_a_lane_of_their_own() -> None:
    nobody = Recipient(person=PersonId("nobody"))
    lost = replace(nag(1), kind=MessageKind.NEWS, to=nobody, lane="nowhere::nobody")

    assert lane_of(nobody, None) == "nowhere::nobody"
    assert planned(lost, lane="nowhere::nobody") == (Plan("nowhere::nobody", (1,)), Flight("nowhere::nobody", (lost,), lost.key, None))
