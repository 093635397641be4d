"""Looks at a contact route: when they count, what they open, and what they do to its case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escalation.case import Case, Resolution
from bot.escalation.facts import Confirmed, Noted, Reopened, Resolved
from bot.escalation.org import Route
from bot.escalation.probing import (
    AGAIN_AFTER,
    CAUSE,
    Down,
    Watch,
    begun,
    due,
    judged,
    next_look,
    report_of,
    routes_down,
    wants_case,
)
from bot.escalation.requests import Confirm, Decline, Resolve, RouteProbed, Withdraw
from bot.escalation.words import FixKind, Kind, Outcome, PersonId, Reason, RotationId, RouteId, Status, Text
from tests.escalation.world import (
    ACKED,
    BEN,
    BILLING,
    BRUNO,
    IDA,
    ORG,
    PAYROLL,
    RITA,
    TOM,
    WHY,
    Row,
    at,
    away,
    days,
    decided,
    play,
    ruled,
    stopped,
    told,
)

WEBSITE = RouteId("website")
ROUTE = Route(WEBSITE, "Contact form", "web", "https://northlight.example/contact", BEN, BILLING, timedelta(hours=1))
HOUR = timedelta(hours=1)
NOW = at("Mon 10:00")
SEEN = Watch(WEBSITE, ROUTE.address, looked_at=NOW, next_at=NOW + HOUR)


# --- when a look counts


def after(looks: str, watch: Watch = SEEN) -> Watch:
    """What is known after these looks, each made when it is due: "+" it works, "-" it does not, "?" nobody can say."""
    for sign in looks:
        now = next_look(watch, ROUTE, NOW)
        assert now is not None
        assert due(watch, ROUTE, now)
        watch = begun(watch, ROUTE, now)
        watch, _ = judged(watch, ROUTE, {"+": "works", "-": "fails", "?": "unseen"}[sign], sign, now)  # type: ignore[arg-type]
    return watch


LOOKS = {
    "": (False, ""),
    "+": (False, ""),
    "-": (False, "-"),
    "--": (True, ""),
    "-+": (False, "-+"),
    "-++": (False, ""),
    "-+-": (True, ""),
    "--+": (True, "+"),
    "--++": (False, ""),
    "--+-": (True, "+-"),
    "--+--": (True, ""),
    "--+-+": (False, ""),
    "-?": (False, "-"),
    "-?-": (True, ""),
    "?": (False, ""),
}


@pytest.mark.parametrize(("looks", "known"), LOOKS.items())
def test_two_of_three_count(looks: str, known: tuple[bool, str]) -> None:
    watch = after(looks)
    assert (watch.down, watch.looks) == known


def test_since_when_is_the_look_that_counted() -> None:
    down = after("--")
    assert down.since == NOW + HOUR + AGAIN_AFTER
    assert after("-", down).since == down.since
    assert after("---", down).since == down.since
    up = after("++", down)
    assert up.since is not None
    assert up.since > NOW + HOUR + AGAIN_AFTER
    assert (down.seen, up.seen) == ("-", "+")


def test_what_differs_is_looked_at_again_soon_and_what_is_known_at_its_interval() -> None:
    assert next_look(after("-"), ROUTE, NOW) == NOW + HOUR + AGAIN_AFTER
    assert next_look(after("--"), ROUTE, NOW) == NOW + 2 * HOUR + AGAIN_AFTER
    assert next_look(after("+"), ROUTE, NOW) == NOW + 2 * HOUR


def test_a_route_that_nobody_looks_at_is_never_due_and_a_new_one_at_once() -> None:
    assert next_look(Watch(WEBSITE), replace(ROUTE, probe_every=None), NOW) is None
    assert next_look(Watch(WEBSITE), ROUTE, NOW) == NOW
    assert next_look(SEEN, replace(ROUTE, address="https://northlight.example/help"), NOW) == NOW
    assert next_look(SEEN, replace(ROUTE, probe_every=timedelta(minutes=5)), NOW) == NOW + timedelta(minutes=5)
    assert not due(SEEN, ROUTE, NOW + HOUR - timedelta(microseconds=1))


def test_another_address_begins_anew_with_its_looks() -> None:
    moved = replace(ROUTE, address="https://northlight.example/help")
    watch = begun(after("-"), moved, NOW)
    assert (watch.address, watch.looks) == (moved.address, "")


@given(st.text("+-?", max_size=40))
def test_the_state_changes_only_where_two_of_three_agree(looks: str) -> None:
    watch, before = SEEN, SEEN
    for n in range(1, len(looks) + 1):
        before, watch = watch, after(looks[n - 1], watch)
        assert watch.looks in ("", "-", "+", "-+", "+-")
        if watch.down is not before.down:
            sign = "-" if watch.down else "+"
            counted = [look for look in looks[:n] if look != "?"][-3:]
            assert looks[n - 1] == sign
            assert counted.count(sign) >= 2
            assert not watch.looks


# --- whether it needs a case

DOWN, UP = replace(SEEN, down=True), SEEN


def route_case(by: PersonId | None = None) -> Case:
    request = report_of(ROUTE, by, None, "it answers 404", ORG, NOW)
    return play(None, (replace(request, id=ACKED.id), NOW))


OPEN = route_case()
REPORTED = route_case(RITA)
PROPOSED = Resolve(BEN, Text("The old address is back"), "software")
RESOLVED = play(OPEN, (PROPOSED, at("Mon 11:00")))
FIXED = play(RESOLVED, (Confirm(IDA), at("Mon 12:00")))
LEFT = play(OPEN, (Withdraw(IDA, WHY), at("Mon 11:00")))

WANTS = {
    "it went down": (DOWN, False, None, True),
    "it went down, and somebody has said so": (DOWN, False, REPORTED, False),
    "it is down, and nobody has a case": (DOWN, True, None, True),
    "it is down, and its case was closed as fixed": (DOWN, True, FIXED, True),
    "it is down, and may stay so": (DOWN, True, LEFT, False),
    "it was let go, came up, and went down": (DOWN, False, LEFT, True),
    "it is up": (UP, False, None, False),
    "it came up": (UP, True, FIXED, False),
}


@pytest.mark.parametrize(("watch", "before", "last", "wants"), WANTS.values(), ids=WANTS.keys())
def test_a_route_that_is_down_has_a_case(watch: Watch, before: bool, last: Case | None, wants: bool) -> None:
    assert wants_case(watch, before, last) is wants


def test_what_a_probe_found_is_the_owners_and_an_admin_holds_its_key() -> None:
    request = report_of(ROUTE, None, None, "it answers 404", ORG, NOW)
    assert (request.kind, request.by, request.owner, request.service) == (Kind.ROUTE, IDA, BEN, BILLING)
    assert (request.route, request.probed, request.affected) == (WEBSITE, True, ())
    assert request.title == "Contact form does not work"
    assert request.text == "Contact form (https://northlight.example/contact) does not work: it answers 404"


def test_an_admin_who_owns_the_route_or_is_away_does_not_hold_its_key() -> None:
    two = replace(ORG, admins=(IDA, TOM))
    assert report_of(replace(ROUTE, owner=IDA), None, None, "", two, NOW).by == TOM
    assert report_of(ROUTE, None, None, "", away(IDA, "Mon 09:00", "Tue 09:00", org=two), NOW).by == TOM
    assert report_of(ROUTE, None, None, "", away(IDA, "Mon 09:00", "Tue 09:00"), NOW).by == IDA  # there is no other
    assert report_of(replace(ROUTE, owner=IDA), None, None, "", ORG, NOW).by != IDA


def test_who_reports_holds_the_key_unless_it_is_their_own_route() -> None:
    theirs = report_of(ROUTE, RITA, Text("it says 404"), "", ORG, NOW)
    assert (theirs.by, theirs.owner, theirs.text, theirs.probed) == (RITA, BEN, "it says 404", False)
    own = report_of(ROUTE, BEN, None, "", ORG, NOW)
    assert (own.by, own.owner, own.affected) == (BRUNO, BEN, (BEN,))


def test_a_rotation_owns_it_by_turns_and_a_private_service_keeps_it_private() -> None:
    assert report_of(replace(ROUTE, owner=RotationId("desk")), RITA, None, "", ORG, NOW).owner == ORG.whose_turn("desk", NOW)
    private = report_of(replace(ROUTE, service=PAYROLL), RITA, None, "", ORG, NOW)
    assert play(None, (replace(private, id=ACKED.id), NOW)).private


# --- what a probe does to the case

WORKS, FAILS = RouteProbed(works=True, seen=Text("it answers 200")), RouteProbed(works=False, seen=Text("it answers 404"))
PROBED_AT = at("Mon 10:30")  # Ben has 7 hours of Monday
RESOLUTION = Resolution(Text("it answers 200"), CAUSE, FixKind.FIX, BEN, PROBED_AT, 0)


def test_works_again_is_proposed_in_the_owners_place_and_said_by_no_person() -> None:
    decision = decided(OPEN, WORKS, PROBED_AT)
    case = decision.case
    assert case is not None
    assert [(fact.what, fact.by) for fact in decision.facts] == [(Resolved(Text("it answers 200"), CAUSE, FixKind.FIX, 0), None)]
    assert told(decision) == {"confirm ida", "news ben"}
    assert (case.status, case.resolution, case.confirm_by, case.keyholders) == (Status.RESOLVED, RESOLUTION, at("Thu 10:30"), (IDA,))
    assert case.resolution_clock == stopped("2d", BEN, days("1/17"))  # half an hour of eight and a half


def test_the_second_key_closes_it() -> None:
    closed = play(OPEN, (WORKS, PROBED_AT), (Confirm(IDA), at("Mon 11:00")))
    assert (closed.status, closed.outcome, closed.rechecks) == (Status.CLOSED, Outcome.FIXED, ())


def test_where_an_admin_lets_it_a_probe_closes_what_a_probe_has_found_and_nothing_else() -> None:
    lets = ruled(probe_closes_routes=True)
    decision = decided(OPEN, WORKS, PROBED_AT, lets)
    assert decision.case is not None
    assert (decision.case.status, decision.case.outcome) == (Status.CLOSED, Outcome.FIXED)
    assert [type(fact.what) for fact in decision.facts] == [Resolved, Confirmed]
    assert all(fact.by is None for fact in decision.facts)
    for other in (REPORTED, replace(OPEN, affected=(TOM,))):
        kept = decided(other, WORKS, PROBED_AT, lets).case
        assert kept is not None
        assert kept.status is Status.RESOLVED


ROWS = {
    "what was proposed already stays as it is": Row(RESOLVED, WORKS, at("Mon 12:00"), reason=Reason.ALREADY),
    "that it still does not work is noted": Row(OPEN, FAILS, PROBED_AT, facts="noted", sets={}),
    "a case that is closed hears nothing": Row(FIXED, FAILS, at("Mon 13:00"), reason=Reason.ALREADY),
    "nor does one of another kind": Row(ACKED, FAILS, at("Mon 13:00"), reason=Reason.ALREADY),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_probe(row: Row) -> None:
    row.check()


def test_a_note_of_a_probe_is_by_nobody() -> None:
    [fact] = decided(OPEN, FAILS, PROBED_AT).facts
    assert (fact.what, fact.by) == (Noted(Text("it answers 404")), None)


def test_it_takes_a_fix_back_that_was_only_said_and_the_second_time_it_goes_up() -> None:
    decision = decided(RESOLVED, FAILS, at("Mon 12:00"))
    case = decision.case
    assert case is not None
    assert [(fact.what, fact.by) for fact in decision.facts] == [(Reopened(None, 1, Text("it answers 404")), None)]
    assert told(decision) == {"news ben", "news ida"}
    assert (case.status, case.level, case.contacts, case.still_broken, case.resolution) == (Status.ACKNOWLEDGED, 0, 1, 1, None)

    again = play(case, (PROPOSED, at("Mon 13:00")))
    up = decided(again, FAILS, at("Mon 14:00"))
    assert up.case is not None
    assert (up.case.level, up.case.accountable, up.case.contacts) == (1, BRUNO, 1)


# --- what the digest says


def test_routes_that_were_down_in_a_span() -> None:
    start, end = at("Mon 09:00"), at("Tue 09:00")
    worked = play(OPEN, (WORKS, PROBED_AT))
    assert routes_down([OPEN], start, end) == ((Down(WEBSITE, OPEN.id, NOW, None, probed=True),), 0)
    assert routes_down([worked], start, end) == ((Down(WEBSITE, OPEN.id, NOW, PROBED_AT, probed=True),), 0)
    assert routes_down([REPORTED], start, end)[0][0].probed is False
    assert routes_down([FIXED], start, end)[0][0].until == at("Mon 11:00")
    assert routes_down([OPEN], at("Tue 09:00"), at("Wed 09:00"))[0][0].until is None
    assert routes_down([OPEN], at("Fri 09:00", week=-1), NOW) == ((), 0)  # it went down after that
    assert routes_down([FIXED], at("Mon 11:30"), end) == ((), 0)  # it worked by then
    assert routes_down([LEFT, ACKED], start, end) == ((), 0)
    private = replace(OPEN, private=True)
    assert routes_down([private], start, end) == ((), 1)


def test_a_decline_is_no_outage() -> None:
    declined = play(replace(OPEN, level=1, accountable=BRUNO), (Decline(BRUNO, WHY), at("Mon 11:00")))
    assert routes_down([declined], at("Mon 09:00"), at("Tue 09:00")) == ((), 0)
