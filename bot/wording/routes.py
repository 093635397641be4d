"""What is said of contact routes: how they stand, and what becomes of a report that one is dead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat import Button, Card, Line, Moment, Section, Typed
from bot.escalation.case import Case
from bot.escalation.org import Org, Route
from bot.escalation.probing import Watch
from bot.escalation.words import RouteId, Status, Text, case_name
from bot.wording.plain import counted, say, shortened, who
from bot.wording.reasons import service_name

MOST = 20  # routes in a list with their buttons
_KINDS: Mapping[str, str] = {"web": "web address", "mail": "mailbox", "phone": "phone number", "channel": "channel"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A route, what probes know of it, and its live case, if whoever looks may know of that."""

    route: Route
    watch: Watch
    case: Case | None
    hidden: bool = False  # there is a case, and it is private


def button(route: Route) -> Button:
    """Return the button by which anybody reports that a route is dead."""
    return Button(f"dead-{route.id}", f"{shortened(route.name, 40).text}: the link does not work" if route.kind == "web" else _label(route))


def _label(route: Route) -> str:
    return f"{shortened(route.name, 40).text}: it does not work"


def listing(standings: Sequence[Standing], org: Org, now: datetime) -> tuple[Line, ...]:
    """Return the routes, a line each, and how to report one."""
    if not standings:
        return (("No contact routes are configured; an admin names them as [[routes]] in the configuration.",),)
    down = sum(is_down(standing) for standing in standings)
    dead = f", {down} of them down" if down else ", none of them known to be down"
    first: Line = (f"{counted(len(standings), 'contact route')}{dead}. Press the button of one that does not work for you.",)
    return (first, *(row(standing, org, now) for standing in standings))


def is_down(standing: Standing) -> bool:
    """Tell whether a route counts as down: somebody, or a probe, says so, and it has not been put right."""
    return standing.hidden or standing.watch.down or (standing.case is not None and standing.case.status is not Status.RESOLVED)


def row(standing: Standing, org: Org, now: datetime) -> Line:
    """Return one route: what it is, where, whose, and how it stands."""
    route = standing.route
    return say(
        "{name} ({kind}): {address}. {service}, {owner}. {state}",
        name=Typed(route.name),
        kind=_KINDS[route.kind],
        address=Typed(route.address),
        service=service_name(route.service, org),
        owner=_owner(route, org, now),
        state=state(standing, org),
    )


def _owner(route: Route, org: Org, now: datetime) -> Line:
    return ("owned by ", who(org.whose_turn(route.owner, now), org))


def state(standing: Standing, org: Org) -> Line:
    """Return how a route stands."""
    watch, case = standing.watch, standing.case
    if case is not None and case.status is Status.RESOLVED:
        return say("{case} says that it works again; that is still to be confirmed.", case=case_name(case.id))
    if case is not None:
        return say("Down since {at}: {case}, {who} has it.", at=Moment(case.opened_at), case=case_name(case.id), who=_has(case, org))
    if standing.hidden or watch.down:
        return say("Down since {at}.", at=Moment(watch.since)) if watch.since else ("Down; somebody sees to it.",)
    if watch.looked_at is not None and standing.route.probe_every is not None:
        return say("Up, looked at {at}.", at=Moment(watch.looked_at))
    return ("Nobody has said that it does not work.",)


def _has(case: Case, org: Org) -> Line:
    return (who(case.owner, org),) if case.level == 0 else say("{who} (level {n})", who=who(case.accountable, org), n=str(case.level))


def home_section(standings: Sequence[Standing], org: Org, now: datetime) -> Section:
    """Return the part of a person's home that shows the routes, each with the button that reports it."""
    shown = standings[:MOST]
    cards = tuple(Card((Typed(each.route.name),), (row(each, org, now),), (button(each.route),)) for each in shown)
    return Section("Contact routes", cards, len(standings) - len(shown))


def known_already(route: Route) -> Line:
    """Answer somebody who reports what is known, in a case that they cannot see."""
    return say("Thank you: it is known that {route} does not work, and somebody sees to it.", route=Typed(route.name))


def unknown(text: str, known: Sequence[str]) -> Line:
    """No route is called so."""
    there = f"choose from {', '.join(known)}, or " if known else ""
    return say("There is no contact route “{text}”; {there}report it with /case report.", text=shortened(text, 60), there=there)


def none_configured() -> Line:
    """There is nothing to report as dead."""
    return ("No contact routes are configured; say it with /case report instead.",)


def not_working() -> Text:
    """What is noted where somebody says no more than that."""
    return Text("It does not work.")


def not_looked_at(route: Route, why: str) -> Line:
    """Tell the admins that a probe cannot judge a route."""
    return say(
        "Nothing can be said of the contact route {route} ({address}): {why}. If that lasts, correct its address, or write "
        'probe_every = "never".',
        route=Typed(route.name),
        address=Typed(route.address),
        why=why,
    )


def none_answers(count: int) -> Line:
    """Tell the admins that every route failed at once, which says more of this machine than of the routes."""
    looked = f"{counted(count, 'contact route')} were looked at, and nothing was heard from any."
    ours = "The network of the machine that looks may be away, so no case was opened; report with /case dead what does not work."
    return (f"{looked} {ours}",)


def fails(route: Route, what: str) -> Text:
    """Say what probes saw of a route that is down."""
    return Text(f"Looked at twice and more, {route.address} does not work: {what}.")


def works(route: Route, what: str) -> Text:
    """Say what probes saw of a route that is up again."""
    return Text(f"Looked at twice and more, {route.address} works again: {what}.")


# --- its case --------------------------------------------------------------------------------------------------------------------

KEY = "You hold the second key, since nobody reported it: once it works again, you are asked whether that is so."


def found(title: Text, by: Line, owner: Line) -> Line:
    """Say on the timeline that a probe found it."""
    return say("A probe found it; {owner} owns it, and {by} says when it works: {title}", owner=owner, by=by, title=Typed(title))


def why_yours(route: RouteId, org: Org) -> Line:
    """Say why somebody owns it."""
    known = org.routes.get(route)
    return say("You own it, because the contact route {name} is yours.", name=Typed(known.name if known else str(route)))
