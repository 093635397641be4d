"""The ways in which people reach us: which there are, how they stand, and what becomes of it when somebody says that one is dead.

One live case for a route, however many report it: its row is what everybody takes turns at.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat import Reply
from bot.escalation.case import Case
from bot.escalation.org import Org, Route
from bot.escalation.probing import Watch, report_of
from bot.escalation.requests import MeToo, Note, Reopen, Request
from bot.escalation.roles import holds_key, on_it
from bot.escalation.words import CaseId, RouteId, Status, Text
from bot.handlers.acting import answer, faulty
from bot.handlers.announcing import explaining
from bot.handlers.finding import may_see
from bot.handlers.names import leading, nearest
from bot.handlers.reporting import show_card, thread_on, too_many
from bot.handlers.turn import Deciding, Scene, Turn
from bot.handlers.typed import routes_by_name, values_of
from bot.handlers.understanding import Wish, direct
from bot.handlers.values import Values
from bot.handlers.verbs import Faults
from bot.wording import routes as worded
from bot.wording.announcing import explains


async def dead(turn: Turn, wish: Wish) -> Reply:
    """Report a route that does not work, or join those who did."""
    if not turn.org.routes:
        return Reply(lines=(worded.none_configured(),), refused=True)
    given = wish.given or values_of("dead", wish.words, turn.org)
    values = Values(given, turn.by, turn.org, turn.now)
    route, why = route_named(given, turn.org), values.words("why")
    if route is None and (raw := values.raw("route")):
        known = routes_by_name(turn.org)
        near = nearest(raw, known)
        return Reply(lines=(worded.unknown(raw, (near,) if near else tuple(turn.org.routes)),), refused=True)
    if route is None or values.errors:
        return faulty(turn, wish, None, given, Faults(values.errors, ("route",) if route is None else ()))
    return await _reported(turn, wish, route, why)


def route_named(given: Mapping[str, Any], org: Org) -> Route | None:
    """Return the route that is meant, by its id or its name."""
    found = leading(str(given.get("route") or "").strip(), routes_by_name(org))
    return org.routes[found[0]] if found is not None and not found[1] else None


async def _reported(turn: Turn, wish: Wish, route: Route, why: Text | None) -> Reply:
    watch = await turn.tx.route(route.id)
    case = await live_case(turn, watch)
    if case is None:
        return await _open(turn, wish, route, watch, why)
    if case.private and not on_it(turn.by, case, turn.org, turn.now):
        return Reply(lines=(worded.known_already(route),))
    request = _again(turn, case, why)
    decision = await turn.decide(case, request)
    if isinstance(request, MeToo) and why is not None and decision.case is not None and decision.facts:
        await turn.decide(decision.case, Note(turn.by, why))
    return answer(turn, wish, request, decision)


def _again(turn: Turn, case: Case, why: Text | None) -> Request:
    """What saying it again amounts to: the key turned back, one more who is affected, or a note of somebody who is."""
    if case.status is Status.RESOLVED and holds_key(turn.by, case):
        return Reopen(turn.by, why or worded.not_working())
    known = turn.by in case.affected or holds_key(turn.by, case)
    return Note(turn.by, why) if known and why is not None else MeToo(turn.by)


async def _open(turn: Turn, wish: Wish, route: Route, watch: Watch, why: Text | None) -> Reply:
    limited = await too_many(turn)
    if limited is not None:
        return limited
    request = report_of(route, turn.by, why, "", turn.org, turn.now)
    place = None if turn.org.services[route.service].private or direct(turn.place) else thread_on(turn.place)
    planned = await explaining(turn.tx, route.service, turn.org, turn.now)
    opened = replace(request, id=await turn.tx.next_case(), place=place, announced=planned.name if planned else None)
    decision = await turn.decide(None, opened)
    receipt = answer(turn, wish, opened, decision)
    if decision.case is None or decision.refusal is not None:
        return receipt
    await turn.tx.keep_route(replace(watch, case=decision.case.id))
    await show_card(turn, decision.case)
    return replace(receipt, lines=(*receipt.lines, explains(planned, turn.org, turn.now))) if planned is not None else receipt


async def live_case(deciding: Deciding, watch: Watch) -> Case | None:
    """Return the live case about a route, locked; of one that was merged, the one that goes on."""
    case = await last_case(deciding, watch)
    return case if case is not None and case.live else None


async def last_case(deciding: Deciding, watch: Watch) -> Case | None:
    """Return the latest case about a route, locked, live or not."""
    number: CaseId | None = watch.case
    case: Case | None = None
    while number is not None:
        (case,) = await deciding.lock(number)
        number = case.merged_into if case is not None and not case.live else None
    return case


# --- looking ---------------------------------------------------------------------------------------------------------------------


async def show_routes(scene: Scene) -> Reply:
    """List the routes, how they stand, and a button for each that reports it."""
    standings = await standing_routes(scene)
    pressed = tuple(worded.button(standing.route) for standing in standings[: worded.MOST])
    return Reply(lines=worded.listing(standings, scene.org, scene.now), buttons=pressed)


async def standing_routes(scene: Scene) -> list[worded.Standing]:
    """Return every route with what is known of it; a private case is no more than known to be there."""
    watches = await scene.reading.routes() if scene.org.routes else {}
    return [await _standing(scene, route, watches.get(route.id, Watch(RouteId(route.id)))) for route in scene.org.routes.values()]


async def _standing(scene: Scene, route: Route, watch: Watch) -> worded.Standing:
    case = await scene.reading.case(watch.case) if watch.case is not None else None
    while case is not None and case.merged_into is not None and not case.live:
        case = await scene.reading.case(case.merged_into)
    live = case if case is not None and case.live else None
    seen = live is None or may_see(live, scene.by, scene.org, scene.now)
    return worded.Standing(route, watch, live if seen else None, hidden=not seen)
