"""Which routes are to be looked at, and what becomes of what was seen? In any number of processes, each route by one of them at a time.

Nobody looks inside a transaction: one transaction takes the turn, the look follows, another one keeps what came of it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.escalation.case import Case
from bot.escalation.org import Route
from bot.escalation.probing import Watch, begun, due, judged, next_look, report_of, wants_case
from bot.escalation.requests import RouteProbed
from bot.escalation.words import CaseId, RouteId, Status
from bot.handlers.announcing import explaining
from bot.handlers.routes import last_case
from bot.handlers.standing import home_of
from bot.handlers.turn import Deciding, LockFirst
from bot.ports import Clock, Look, NotSaved, Places, Prober, Store, Tx
from bot.wording import routes as worded

log = structlog.get_logger()

FEWEST = 2  # routes that fail together, of which it may be this machine's fault
MOST_WITNESSES = 3  # routes that worked, and are looked at besides to find out


class Rounds:
    """The rounds of one process."""

    def __init__(self, store: Store, clock: Clock, prober: Prober, places: Places | None = None) -> None:
        self._store = store
        self._clock = clock
        self._prober = prober
        self._places = places  # where the card of what was found stands

    async def next(self) -> datetime | None:
        """Return when a route is to be looked at next; None if there is none, or while everything is paused."""
        async with self._store.read() as reading:
            routes = (await reading.org()).routes
            if not routes or await reading.paused() is not None:
                return None
            watches = await reading.routes()
        now = self._clock.now()
        times = (next_look(watches.get(route.id, Watch(route.id)), route, now) for route in routes.values())
        return min((at for at in times if at is not None), default=None)

    async def step(self) -> int:
        """Look at every route that is due; return how many were looked at."""
        at = await self.next()
        if at is None or at > self._clock.now():
            return 0
        async with self._store.read() as reading:
            routes = (await reading.org()).routes
        mine = await asyncio.gather(*(self._look(route) for route in routes.values() if route.probe_every is not None))
        looked = [one for one in mine if one is not None]
        if await self._is_ours(looked, routes):
            looked = [(route, Look("unseen", "")) for route, _ in looked]
            await self._tell_once(len(looked))
        await asyncio.gather(*(self._keep(route, look) for route, look in looked))
        return len(looked)

    async def _look(self, route: Route) -> tuple[Route, Look] | None:
        """Look at a route, if it is due and nobody else does."""
        try:
            return (route, await self._prober.probe(route.address)) if await self._turn(route) else None
        except NotSaved:
            log.warning("route.not_kept", route=route.id)
        except Exception:
            # One route must not keep the others from being looked at.
            log.exception("route.failed", route=route.id)
        return None

    async def _is_ours(self, looked: Sequence[tuple[Route, Look]], routes: Mapping[RouteId, Route]) -> bool:
        """Tell whether the fault is rather this machine's own: nothing is heard from two routes or more, nor from one that worked."""
        if len(looked) < FEWEST or not all(look.silent for _, look in looked):
            return False
        async with self._store.read() as reading:
            watches = await reading.routes()
        if all(watches.get(route.id, Watch(route.id)).down for route, _ in looked):
            return False  # nothing new
        others = set(routes) - {route.id for route, _ in looked}
        up = [
            routes[other]
            for other in sorted(others)
            if routes[other].probe_every is not None and other in watches and not watches[other].down
        ]
        witnesses = await asyncio.gather(*(self._prober.probe(route.address) for route in up[:MOST_WITNESSES]))
        return all(look.silent for look in witnesses)

    async def _tell_once(self, count: int) -> None:
        async with self._store.begin() as tx:
            for admin in (await tx.org()).admins:
                await tx.notify(f"unseen//{_week(self._clock.now())}/{admin}", admin, worded.none_answers(count))

    async def _turn(self, route: Route) -> bool:
        """Take the turn to look at a route; False if it is not due, or somebody else has it."""
        async with self._store.begin() as tx:
            watch = await tx.route(route.id)
            now = self._clock.now()
            if not due(watch, route, now):
                return False
            await tx.keep_route(begun(watch, route, now))
            return True

    async def _keep(self, route: Route, look: Look) -> None:
        try:
            await self._keep_whatever_comes(route, look)
        except NotSaved:
            log.warning("route.not_kept", route=route.id)
        except Exception:
            log.exception("route.failed", route=route.id)

    async def _keep_whatever_comes(self, route: Route, look: Look) -> None:
        first: frozenset[CaseId] = frozenset()
        while True:
            try:
                async with self._store.begin() as tx:
                    await self._kept(tx, route, look, first)
                return
            except LockFirst as more:
                first |= more.cases

    async def _kept(self, tx: Tx, route: Route, look: Look, first: frozenset[CaseId]) -> None:
        deciding = Deciding(tx=tx, org=await tx.org(), now=self._clock.now())
        before = await tx.route(route.id)
        await deciding.lock(*sorted(first))
        if before.address != route.address or route.id not in deciding.org.routes:
            return  # it was corrected meanwhile: what was seen is of something else
        watch, sure = judged(before, route, look.seen, look.what, deciding.now)
        last = await last_case(deciding, watch) if sure else None
        if sure and wants_case(watch, before.down, last):
            watch = replace(watch, case=await self._report(deciding, route, look))
        elif sure and last is not None:
            await _tell_case(deciding, route, look, last, before.down, watch.down)
        if look.seen == "unseen" and look.what:
            await self._cannot_say(deciding, route, look)
        await tx.keep_route(watch)

    async def _report(self, deciding: Deciding, route: Route, look: Look) -> CaseId:
        request = report_of(route, None, None, look.what, deciding.org, deciding.now)
        planned = await explaining(deciding.tx, route.service, deciding.org, deciding.now)
        opened = replace(request, id=await deciding.tx.next_case(), announced=planned.name if planned else None)
        decision = await deciding.decide(None, opened)
        log.warning("route.down", route=route.id, case=opened.id, seen=look.what)
        assert decision.case is not None
        home = home_of(decision.case, deciding.org, self._places)
        if home is not None:
            await deciding.tx.show_card(opened.id, home)
        return opened.id

    async def _cannot_say(self, deciding: Deciding, route: Route, look: Look) -> None:
        """Tell the admins once a week: it is theirs to correct, and no fault of the route's."""
        for admin in deciding.org.admins:
            await deciding.tx.notify(f"unseen/{route.id}/{_week(deciding.now)}/{admin}", admin, worded.not_looked_at(route, look.what))


def _week(now: datetime) -> str:
    week = now.isocalendar()
    return f"{week.year}-{week.week}"


async def _tell_case(deciding: Deciding, route: Route, look: Look, case: Case, before: bool, down: bool) -> None:
    """Let the case know what changed: down is noted, or takes a fix back that was only said; up is proposed as the fix."""
    if not case.live or (before is down and not (down and case.status is Status.RESOLVED)):
        return
    seen = worded.fails(route, look.what) if down else worded.works(route, look.what)
    await deciding.decide(case, RouteProbed(not down, seen))
