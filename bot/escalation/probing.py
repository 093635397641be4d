"""Does a contact route work? What probes of it amount to, and what becomes of its case.

One look may be wrong: whatever differs from what is known is looked at again, and two of three count. So neither a moment's outage opens a
case nor a moment's luck closes one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.escalation.answering import keep_pace
from bot.escalation.case import Case
from bot.escalation.climbing import go_up
from bot.escalation.closing import NOTHING_OWED, close_fixed
from bot.escalation.decision import Decision
from bot.escalation.draft import Draft
from bot.escalation.facts import Confirmed, Noted, Reopened
from bot.escalation.keys import propose
from bot.escalation.lasting import next_up
from bot.escalation.org import Org, Route
from bot.escalation.reopening import clocks_again
from bot.escalation.requests import Report, Resolve, RouteProbed
from bot.escalation.story import Stood
from bot.escalation.words import CaseId, Kind, MessageKind, Outcome, PersonId, Reason, RouteId, Status, Text, Why

AGAIN_AFTER = timedelta(minutes=1)  # until a look that differs from what is known is repeated
CAUSE = "contact route"
Seen = Literal["works", "fails", "unseen"]


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of a route: by probes whether it is down and since when, and the case about it, live or the last one."""

    route: RouteId
    address: str = ""  # the one that was looked at: another one has to be looked at anew
    down: bool = False
    since: datetime | None = None  # it went down, or came up again; None: it has never been otherwise
    seen: str = ""  # what the last look that counted saw
    looks: str = ""  # those that differ and do not count yet: "+" it works, "-" it does not
    looked_at: datetime | None = None
    next_at: datetime | None = None
    case: CaseId | None = None


def due(watch: Watch, route: Route, now: datetime) -> bool:
    """Tell whether a route is to be looked at now."""
    at = next_look(watch, route, now)
    return at is not None and at <= now


def next_look(watch: Watch, route: Route, now: datetime) -> datetime | None:
    """Return when a route is to be looked at next; None if nobody looks."""
    if route.probe_every is None:
        return None
    if watch.next_at is None or watch.address != route.address:
        return now
    # A shorter interval counts at once.
    return min(watch.next_at, (watch.looked_at or now) + route.probe_every)


def begun(watch: Watch, route: Route, now: datetime) -> Watch:
    """Return what is known once a look has begun: no other process looks meanwhile, and one that is cut short costs one round."""
    assert route.probe_every is not None
    known = watch if watch.address == route.address else replace(watch, address=route.address, looks="")
    return replace(known, looked_at=now, next_at=now + route.probe_every)


def judged(watch: Watch, route: Route, seen: Seen, what: str, now: datetime) -> tuple[Watch, bool]:
    """Return what is known after a look, and whether that is sure; what could not be seen changes nothing."""
    every = route.probe_every or AGAIN_AFTER
    if seen == "unseen":
        return replace(watch, next_at=now + every), False
    fails = seen == "fails"
    if not watch.looks and fails is watch.down:
        return replace(watch, seen=what, next_at=now + every), True
    looks = watch.looks + ("-" if fails else "+")
    if looks.count("-") < 2 and looks.count("+") < 2:
        return replace(watch, looks=looks, next_at=now + min(AGAIN_AFTER, every)), False
    down = looks.count("-") >= 2
    since = watch.since if down is watch.down else now
    return replace(watch, down=down, since=since, seen=what, looks="", next_at=now + every), True


# --- its case --------------------------------------------------------------------------------------------------------------------


def report_of(route: Route, by: PersonId | None, said: Text | None, seen: str, org: Org, now: datetime) -> Report:
    """Return the report of a dead route: by whoever found it, or (None) by a probe, for which an admin holds the key (ruling 11.17)."""
    owner = org.whose_turn(route.owner, now)
    key = by if by is not None else _admin(owner, org, now)
    if key == owner:
        key = next_up(owner, org)
    what = said or Text(
        f"{route.name} ({route.address}) does not work: {seen}" if seen else f"{route.name} ({route.address}) does not work."
    )
    return Report(
        CaseId(0),
        key,
        route.service,
        Text(f"{route.name} does not work"),
        what,
        kind=Kind.ROUTE,
        owner=owner,
        # Whoever owns it and says so themselves hears how it ends, but does not hold both keys.
        affected=(by,) if by is not None and by != key else (),
        route=route.id,
        probed=by is None,
    )


def _admin(owner: PersonId, org: Org, now: datetime) -> PersonId:
    others = [admin for admin in org.admins if admin != owner and admin in org.people]
    return next((admin for admin in others if org.can_answer(admin, now)), others[0] if others else next_up(owner, org))


def wants_case(watch: Watch, before: bool, last: Case | None) -> bool:
    """Tell whether a route that is down for certain needs a new case; `before` says whether it was known to be down.

    One that was declined or withdrawn stays so until the route has worked again: those who may have said that it is to stay dead.
    """
    if not watch.down or (last is not None and last.live):
        return False
    left = last is not None and last.outcome in (Outcome.DECLINED, Outcome.WITHDRAWN)
    return not before or not left


def route_probed(draft: Draft, request: RouteProbed) -> Decision:
    """What a probe found: that it works again is proposed as a fix, that it does not takes such a proposal back."""
    case = draft.case
    if case.kind is not Kind.ROUTE or not case.live:
        return Decision.nothing(case, Reason.ALREADY)
    resolved = case.status is Status.RESOLVED
    if not request.works:
        return _not_fixed(draft, request.seen) if resolved else _noted(draft, request.seen)
    if resolved:
        return Decision.nothing(case, Reason.ALREADY)
    propose(draft, Resolve(case.owner, request.seen, CAUSE), None)
    if draft.org.rules.probe_closes_routes and case.probed and not case.affected:
        _close(draft)
    return draft.decided()


def by_probe(case: Case) -> bool:
    """Tell whether it was a probe that said that it is fixed."""
    return case.route is not None and case.resolution is not None and case.resolution.cause == CAUSE


def _close(draft: Draft) -> None:
    case = draft.case
    draft.record(Confirmed(closes=True, self_confirmed=True), None)
    close_fixed(draft)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders)


def _noted(draft: Draft, seen: Text) -> Decision:
    draft.record(Noted(seen), None)
    return draft.decided()


def _not_fixed(draft: Draft, seen: Text) -> Decision:
    """Back to its owner; the second time, one level up, as when a reporter says so. Nobody had to make contact for it."""
    case = draft.case
    again = case.still_broken >= 1
    cleared = NOTHING_OWED | {"answered_yes": (), "resolution": None, "still_broken": case.still_broken + 1}
    draft.record(Reopened(None, case.still_broken + 1, seen), None, **cleared, status=Status.ACKNOWLEDGED, **clocks_again(draft))
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders)
    keep_pace(draft)
    if again:
        go_up(draft, Why.STILL_BROKEN, None, seen)
    return draft.decided()


# --- the digest ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Down:
    """A route that did not work during a span: its case, since when, until when (None: it still does not), and whether a probe found it."""

    route: RouteId
    case: CaseId
    since: datetime
    until: datetime | None
    probed: bool


def routes_down(cases: Sequence[Case | Stood], start: datetime, end: datetime) -> tuple[tuple[Down, ...], int]:
    """Return the routes that were down in [start, end), the longest first, and how many private ones were, which are only counted.

    A route is down from its report until the case about it is resolved for good; withdrawn, declined and merged cases are no outage.
    """
    found = [case for case in cases if case.kind is Kind.ROUTE and case.route is not None and _counts(case) and case.opened_at < end]
    during = [case for case in found if (until := _until(case)) is None or until >= start]
    open_ones = [
        Down(case.route, case.id, case.opened_at, until if (until := _until(case)) is not None and until < end else None, case.probed)
        for case in during
        if case.route is not None and not case.private
    ]
    return tuple(sorted(open_ones, key=lambda down: (down.since, down.case))), sum(case.private for case in during)


def _counts(case: Case | Stood) -> bool:
    return case.live or case.outcome in (Outcome.FIXED, Outcome.UNCONFIRMED)


def _until(case: Case | Stood) -> datetime | None:
    """Return since when it has worked: since its fix was proposed, if nobody has said otherwise."""
    if case.resolution is not None:
        return case.resolution.at
    return case.closed_at
