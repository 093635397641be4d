"""How does one message get to its place, and what is written down about it?

Every end is a value: nothing that a platform, a drawing or a network does can end the worker. What may have arrived is looked up before it
is sent again, and takes no second route until that is known.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import structlog

from bot.chat import Chart, Line
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.outbox.backoff import held, retry_delay
from bot.outbox.cap import zone_of
from bot.outbox.draw import Draw, drawn
from bot.outbox.fence import LeaseOver, check
from bot.outbox.plan import Flight
from bot.outbox.wanted import unwanted
from bot.ports import (
    LEASE,
    Address,
    Arrived,
    Delivered,
    Delivery,
    GivenUp,
    GiveUp,
    Held,
    LookedUpInVain,
    Messenger,
    NextRoute,
    Outcome,
    Parcel,
    Picture,
    Routes,
    TryLater,
)
from bot.wording.chart_png import png
from bot.wording.undelivered import rerouted, shut_out, unreached

log = structlog.get_logger(__name__)

# Parts of a lease, together shorter than it: whoever still waits for an answer when the lease ends would send beside its successor.
_ANSWER, _FOUND, _PAINTED = Fraction(30, 60), Fraction(20, 60), Fraction(8, 60)
UNTIL_MENDED = timedelta(minutes=1)  # between two looks whether a platform that shut us out lets us in again
_DRAW_AT_MOST = 8  # attempts at a card that cannot be drawn

End = Arrived | Held | NextRoute | GivenUp


class Carrier:
    """Sends single messages by the messengers that this process has."""

    def __init__(
        self,
        draw: Draw,
        messengers: Mapping[str, Messenger],
        routes: Routes,
        paint: Callable[[Chart], bytes] = png,
        lease: timedelta = LEASE,
    ) -> None:
        """`paint` draws a chart as PNG, in a thread of its own. `lease` is how long the conversations are ours."""
        self._answer, self._find, self._picture = (lease.total_seconds() * float(part) for part in (_ANSWER, _FOUND, _PAINTED))
        self._draw = draw
        self._paint = paint
        self._messengers = messengers
        self._routes = routes

    async def carry(self, flight: Flight, org: Org, now: datetime) -> End:
        """Draw a message, send it, and return how that ended."""
        if flight.address is None:
            return self._refused(flight, "there is no way to them", org, now)
        if self._has_left(flight, flight.address, org):
            return NextRoute("their account there is deactivated")
        try:
            parcel = self._parcel(flight, flight.address, org, now)
        except Exception as fault:  # noqa: BLE001 - a card that cannot be drawn must not stop the other ones
            return self._undrawn(flight, fault, org, now)
        messenger = self._messengers[flight.address.platform]
        if flight.first.ambiguous and parcel.edit is None:  # an edit may safely be made twice
            end = await self._looked_up(flight, messenger, parcel, org, now)
            if end is not None:
                return end
        picture = await self._painted(parcel)
        return self._end(flight, await self._sent(messenger, replace(parcel, picture=picture) if picture else parcel), org, now)

    async def _sent(self, messenger: Messenger, parcel: Parcel) -> Outcome:
        try:
            async with asyncio.timeout(self._answer):
                check()
                return await messenger.send(parcel)
        except LeaseOver as late:
            # The successor has it, and our mark will be refused with our token.
            return TryLater(str(late), ambiguous=True)
        except TimeoutError:
            return TryLater("no answer came", ambiguous=True)
        except Exception as fault:
            # A messenger that breaks its promise must not end the loop either.
            log.exception("messenger.raised", key=parcel.key, platform=messenger.platform)
            return TryLater(f"the messenger failed: {type(fault).__name__}", ambiguous=True)

    async def _painted(self, parcel: Parcel) -> Picture | None:
        """Return the picture of a card's chart; None if it has none, or none came of it: the message goes without."""
        chart = parcel.card.chart
        if chart is None or parcel.edit is not None:
            return None
        try:
            async with asyncio.timeout(self._picture):
                # Beside the loop: the first picture alone takes a second.
                return Picture(await asyncio.to_thread(self._paint, chart), chart.alt)
        except Exception as fault:  # noqa: BLE001 - whatever is wrong with a picture, the words can be read
            log.warning("delivery.no_picture", key=parcel.key, error=type(fault).__name__, why=str(fault))
            return None

    def _parcel(self, flight: Flight, address: Address, org: Org, now: datetime) -> Parcel:
        first = flight.first
        edit = first.card.message if first.card else None
        card, zone = drawn(flight, self._draw, org, now), zone_of(org, first.to.person)
        return Parcel(flight.key, address, card, zone, now, edit, first.to.person, _first_tried(flight))

    async def _looked_up(self, flight: Flight, messenger: Messenger, parcel: Parcel, org: Org, now: datetime) -> End | None:
        """Return how it ended if it got there the time before, or is not wanted any more; None if it must be sent again."""
        try:
            async with asyncio.timeout(self._find):
                found = await messenger.find(parcel)
        except LookedUpInVain as why:
            return self._shut_out(flight, str(why), org, now, ambiguous=True)
        except Exception as fault:  # noqa: BLE001 - whatever went wrong, it is still not known
            log.warning("delivery.not_found_out", key=parcel.key, error=type(fault).__name__)
            return held(flight.key, flight.first.attempts + 1, TryLater(f"could not look it up: {type(fault).__name__}", ambiguous=True))
        if found is not None:
            return Arrived(found, 0 if flight.first.card else None)
        if all(unwanted(delivery, org, now) for delivery in flight.deliveries):
            return Held("it did not arrive", timedelta(), timedelta())  # planned anew, and dropped then
        return None

    def _end(self, flight: Flight, outcome: Outcome, org: Org, now: datetime) -> End:
        match outcome:
            case Delivered(message, rest):
                return Arrived(message, _shown(flight.first), rest)
            case TryLater(why, after, ambiguous):
                log.info("delivery.held", key=flight.key, lane=flight.lane, why=why, ambiguous=ambiguous, after=after)
                return held(flight.key, flight.first.attempts + 1, outcome)
            case GiveUp(why, mendable=True):
                return self._shut_out(flight, why, org, now)
            case GiveUp(why, dead, expected=expected):
                return self._refused(flight, why, org, now, dead=dead, expected=expected)

    def _shut_out(self, flight: Flight, why: str, org: Org, now: datetime, *, ambiguous: bool = False) -> End:
        """Go by another platform or workspace, if there is a way; else wait. Not into a thread of the same one: others read along there."""
        further = None if ambiguous else self._elsewhere(flight, org)
        if further is not None:
            log.warning("delivery.refused", key=flight.key, lane=flight.lane, why=why, next=flight.first.route + further)
            return NextRoute(why, _shut_out_notices(flight, why, org, now), further)
        log.error("delivery.shut_out", key=flight.key, lane=flight.lane, why=why)
        return Held(why, UNTIL_MENDED, UNTIL_MENDED, ambiguous, _shut_out_notices(flight, why, org, now))

    def _elsewhere(self, flight: Flight, org: Org) -> int | None:
        to, route = flight.first.to, flight.first.route
        ways = self._routes.addresses(to.person, org, to.threads) if to.person is not None else ()
        platform, workspace, _ = flight.lane.split(":", 2)

        def shut(way: Address) -> bool:
            # An account that is the same in all workspaces ("") is shut out of all of them.
            return way.platform == platform and (way.workspace == workspace or "" in (way.workspace, workspace))

        return next((n for n, way in enumerate(ways[route + 1 :], start=1) if not shut(way)), None)

    def _undrawn(self, flight: Flight, fault: Exception, org: Org, now: datetime) -> End:
        log.error("delivery.cannot_be_drawn", key=flight.key, kind=str(flight.first.kind), error=type(fault).__name__, exc_info=fault)
        attempts = flight.first.attempts + 1
        why = f"it cannot be drawn: {type(fault).__name__}"
        if attempts >= _DRAW_AT_MOST:
            return _given_up(flight, why, org, now)
        # Its lane is free at once: the fault is this message's own.
        return Held(why, retry_delay(flight.key, attempts), timedelta(), flight.first.ambiguous)

    def _refused(self, flight: Flight, why: str, org: Org, now: datetime, *, dead: bool = False, expected: bool = False) -> End:
        """Return the next route of the person, or the end of all routes."""
        first = flight.first
        if first.to.person is not None and self._another_way(flight, org):
            if expected:
                return NextRoute(why)
            log.warning("delivery.refused", key=flight.key, lane=flight.lane, why=why, next=first.route + 1)
            line = rerouted(org.name_of(first.to.person), why)
            return NextRoute(why, _notices(flight, "rerouted", line, org, now) if dead else ())
        return _given_up(flight, why, org, now, lost=first.to.person if dead else None)

    def _has_left(self, flight: Flight, address: Address, org: Org) -> bool:
        """Tell whether there is no use in trying: a deactivated account, of somebody who can be reached by another."""
        person = flight.first.to.person
        if person is None or flight.first.ambiguous or not address.conversation.startswith("@"):
            return False
        return org.has_left(person, address.platform, address.workspace) and self._another_way(flight, org)

    def _another_way(self, flight: Flight, org: Org) -> bool:
        first = flight.first
        return first.to.person is not None and first.route + 1 < len(self._routes.addresses(first.to.person, org, first.to.threads))


def _shown(delivery: Delivery) -> int | None:
    """Return the version that a card shows now. Never less than was wanted when it was drawn: that would draw it for ever."""
    if delivery.card is None:
        return None
    return max(delivery.card.wanted, delivery.case.version if delivery.case else 0)


def _first_tried(flight: Flight) -> datetime | None:
    """Return since when the message may be there: a bundle, since the first of its members could have gone."""
    times = [delivery.since for delivery in flight.deliveries]
    return min(time for time in times if time is not None) if times and None not in times else None


def _given_up(flight: Flight, why: str, org: Org, now: datetime, *, lost: PersonId | None = None) -> GivenUp:
    log.error("delivery.given_up", key=flight.key, lane=flight.lane, why=why)
    return GivenUp(why, _notices(flight, "undelivered", unreached(_whom(flight, org), why), org, now), lost)


def _shut_out_notices(flight: Flight, why: str, org: Org, now: datetime) -> tuple[tuple[str, PersonId, Line], ...]:
    return _notices(flight, "shut_out", shut_out(flight.lane, why), org, now, about=flight.lane.rpartition(":")[0])


def _notices(
    flight: Flight, what: str, line: Line, org: Org, now: datetime, about: str | None = None
) -> tuple[tuple[str, PersonId, Line], ...]:
    """Tell the admins, once a day for each person or place; a notice that cannot be delivered itself tells nobody."""
    first = flight.first
    if first.kind == "notice":
        return ()
    day = now.astimezone(ZoneInfo(org.zone)).date().isoformat()
    whom = about or first.to.person or _whom(flight, org)
    return tuple((f"{what}/{whom}/{day}/{admin}", admin, line) for admin in org.admins)


def _whom(flight: Flight, org: Org) -> str:
    to = flight.first.to
    if to.person is not None:
        return org.name_of(to.person)
    return to.channel or (to.place.conversation if to.place else flight.first.key)
