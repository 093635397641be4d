"""Deliver what is queued: claim, plan, fix, send, mark; again and again, and nothing ends it but `stop`.

Polling at most every second is the truth, a nudge only makes it sooner. Many lanes are served at once and share the cost of their
transactions; a slow one holds up nobody but itself.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.chat import Chart
from bot.clock import elapsed
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.outbox.cap import day_start
from bot.outbox.carrier import Carrier
from bot.outbox.draw import Draw
from bot.outbox.fence import Elapsed, fenced, until
from bot.outbox.now import load_as, to_as
from bot.outbox.plan import Flight, lane_of, nagged, plan
from bot.ports import LEASE, Address, Clock, GivenUp, Load, Mark, Messenger, Outbox, Places, Plan, Recipient, Routes, Store
from bot.wording.chart_png import png

log = structlog.get_logger(__name__)

POLL = timedelta(seconds=1)
_SOON = timedelta(milliseconds=10)
Lost = Callable[[PersonId, str], Awaitable[None]]


class Worker:
    """One process's share of the delivering. Several may work on one database."""

    def __init__(
        self,
        outbox: Outbox,
        store: Store,
        clock: Clock,
        draw: Draw,
        messengers: Mapping[str, Messenger],
        routes: Routes,
        places: Places,
        at_once: int = 100,
        lost: Lost | None = None,
        paint: Callable[[Chart], bytes] = png,
        lease: timedelta = LEASE,
        elapsed: Elapsed = elapsed,
        poll: timedelta = POLL,
    ) -> None:
        """Make one worker of a process.

        Args:
            lost: is told who cannot be reached by any route, so that cases stop waiting for them.
            paint: draws a chart as PNG.
            lease: how long the outbox lets us have a conversation.
            elapsed: tells how much of it has passed.
            poll: how long it rests at most; a simulation that knows when there is something nudges it instead.
        """
        self._outbox = outbox
        self._store = store
        self._clock = clock
        self._carrier = Carrier(draw, messengers, routes, paint, lease)
        self._lease, self._elapsed = lease, elapsed
        self._messengers = messengers
        self._lost = lost
        self._org: Org | None = None
        self._routes = routes
        self._places = places
        self._at_once = at_once
        self._poll = poll
        self._turn = asyncio.Lock()
        self._wake = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._landed: list[tuple[str, Mark]] = []
        self._stopping = False
        self._arrived = 0

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return the platforms that this process delivers to."""
        return tuple(self._messengers)

    def messenger(self, platform: str) -> Messenger:
        """Return a platform's messenger."""
        return self._messengers[platform]

    def nudge(self) -> None:
        """Look now: something was queued."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop`. What goes wrong is logged, and tried again at the next poll."""
        while not self._stopping:
            self._wake.clear()
            claimed = 0
            try:
                claimed = await self._step(self._clock.now())
            except Exception:
                log.exception("outbox.failed")  # a database that fails for a while must not end the loop
            if not claimed:
                await self._pause(await self._rests())

    async def drain(self, now: datetime) -> int:
        """Deliver all that can go at `now`, and return how many deliveries arrived meanwhile."""
        before = self._arrived
        while await self._step(now) or self._busy:
            await self._landing()
        return self._arrived - before

    async def stop(self, within: float | None = None) -> None:
        """Claim nothing more, finish what is in flight, and write it down.

        Args:
            within: seconds after which what is still in flight is left to whoever comes next, who looks it up; None waits for its end.
        """
        self._stopping = True
        self.nudge()
        try:
            async with asyncio.timeout(within):
                await self._land_all()
        except TimeoutError:
            log.warning("outbox.left_in_flight", messages=len(self._flying) + len(self._landed))
            flying = tuple(self._flying)
            for task in flying:
                task.cancel()
            await asyncio.gather(*flying, return_exceptions=True)

    async def _land_all(self) -> None:
        while self._busy:
            await self._landing()
            try:
                await self._step(self._clock.now())
            except Exception:
                log.exception("outbox.not_marked", waiting=len(self._landed))  # it is looked up after the restart
                if not self._flying:
                    return

    @property
    def _busy(self) -> bool:
        return bool(self._flying or self._landed)

    async def _rests(self) -> timedelta:
        """Return how long to wait: a conversation that rests a second is to be written to after that second, not at the next poll."""
        try:
            rests = await self._outbox.rests()
        except Exception:
            log.exception("outbox.failed")
            return POLL
        return self._poll if rests is None else min(self._poll, max(rests, _SOON))

    async def _pause(self, wait: timedelta) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait.total_seconds()):
                await self._wake.wait()

    async def _landing(self) -> None:
        """Wait until something lands; return at once if nothing is in the air."""
        while self._flying and not self._landed:
            self._wake.clear()
            await self._wake.wait()

    async def _step(self, now: datetime) -> int:
        """Mark what has landed, and send what can be claimed; return how many lanes were claimed."""
        async with self._turn:
            await self._mark(now)
            room = self._at_once - len(self._flying)
            return await self._claim(now, room) if room > 0 and not self._stopping else 0

    async def _mark(self, now: datetime) -> None:
        while self._landed:
            token = self._landed[0][0]
            marks = [mark for by, mark in self._landed if by == token]
            self._arrived += await self._outbox.mark(token, marks, now)
            done = {mark.lane for mark in marks}
            self._landed = [(by, mark) for by, mark in self._landed if by != token or mark.lane not in done]
            for mark in marks:
                if self._lost is not None and isinstance(mark.end, GivenUp) and mark.end.lost is not None:
                    await self._lost(mark.end.lost, mark.end.why)

    async def _claim(self, now: datetime, room: int) -> int:
        token = uuid4().hex
        # By the organisation of the last time: what it does not know yet is planned by the present one, and queued where it belongs.
        known = self._org or await self._present()
        loads = await self._outbox.claim(token, now, self.platforms, lambda to, route: self._lane_of(to, route, known), room)
        if not loads:
            return 0
        try:
            org = self._org = await self._present()
            plans = await self._plans([load_as(load, org) for load in loads], org, now)
            # Before the lease begins, so that it never seems longer than it is.
            over = until(self._elapsed(), self._lease)
            mine = await self._outbox.commit(token, [fixed for fixed, _ in plans])
        except BaseException:
            await self._let_go(token)
            raise
        for _, flight in plans:
            if flight is not None and flight.lane in mine:
                self._send(token, flight, org, now, over)
        return len(loads)

    async def _present(self) -> Org:
        async with self._store.read() as reading:
            return await reading.org()

    async def _plans(self, loads: Sequence[Load], org: Org, now: datetime) -> list[tuple[Plan, Flight | None]]:
        people = {person for person in map(nagged, loads) if person is not None}
        since = {one: day_start(org, person, now) for person in people for one in org.ids_of(person)}
        sent = Counter[PersonId]()
        for one, count in (await self._outbox.nags_sent(since) if since else {}).items():
            sent[org.who_is(one)] += count
        return [self._plan(load, org, now, sent) for load in loads]

    def _plan(self, load: Load, org: Org, now: datetime, sent: Mapping[PersonId, int]) -> tuple[Plan, Flight | None]:
        def address_of(to: Recipient, route: int) -> Address | None:
            return self._address_of(to, route, org)

        try:
            return self._limited(*plan(load, org, now, address_of, sent))
        except Exception as fault:
            # Alone and unjudged: the carrier tries it, backs off, and gives it up aloud. The others go on.
            head = load.deliveries[0]
            log.exception("delivery.cannot_be_judged", key=head.key, error=type(fault).__name__)
            return Plan(load.lane, (head.id,)), Flight(load.lane, (head,), head.key, address_of(head.to, head.route))

    def _limited(self, fixed: Plan, flight: Flight | None) -> tuple[Plan, Flight | None]:
        """Return the plan with the limits of the platform that it flies to."""
        if flight is None or flight.address is None:
            return fixed, flight
        card = flight.first.card
        limits = self._messengers[flight.address.platform].limits(flight.address, edit=card is not None and card.message is not None)
        return replace(fixed, limits=limits), flight

    async def _let_go(self, token: str) -> None:
        with suppress(Exception):  # the lease ends by itself
            await self._outbox.release(token)

    def _send(self, token: str, flight: Flight, org: Org, now: datetime, over: float) -> None:
        task = asyncio.create_task(self._fly(token, flight, org, now, over))
        self._flying.add(task)

    async def _fly(self, token: str, flight: Flight, org: Org, now: datetime, over: float) -> None:
        task = asyncio.current_task()
        try:
            with fenced(over, self._elapsed):
                end = await self._carrier.carry(flight, org, now)
            self._landed.append((token, Mark(flight.lane, tuple(d.id for d in flight.deliveries), end)))
        finally:
            if task is not None:
                self._flying.discard(task)
            self._wake.set()

    def _lane_of(self, to: Recipient, route: int, org: Org) -> str:
        return lane_of(to_as(to, org), self._address_of(to, route, org))

    def _address_of(self, to: Recipient, route: int, org: Org) -> Address | None:
        if to.place is not None:
            return Address(to.place.platform, to.place.workspace, to.place.conversation, to.place.thread)
        if to.channel is not None:
            there = self._places.address(to.channel)
            return replace(there, thread=to.thread) if there is not None and to.thread is not None else there
        addresses = self._routes.addresses(org.who_is(to.person), org, to.threads) if to.person is not None else ()
        return addresses[route] if route < len(addresses) else None
