"""A platform in memory that can be told to fail in each way, and what else a worker needs around it."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select

from bot.chat import Card, Chart, Line
from bot.clock import ManualClock
from bot.escalation.case import Case, Place
from bot.escalation.decision import Decision, Message
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import CaseId, MessageKind, PersonId, case_name
from bot.outbox.worker import Worker
from bot.ports import Address, Delivered, GiveUp, LaneOf, Limit, Load, Mark, Outcome, Parcel, Plan, TryLater
from bot.store.database import Database
from bot.store.deliveries import SqlOutbox
from bot.store.delivery_tables import deliveries
from bot.store.outbox import enqueue, enqueue_notice
from bot.store.store import SqlStore
from bot.wording.chart_png import png
from tests.outbox.office import ORG, at

Mood = Literal["ok", "refuse", "limited", "limited_alone", "shut", "vanished", "lost", "lost_before", "hangs", "raise", "raise_after"]
MACHINE = datetime(2026, 7, 1, tzinfo=UTC)  # far from the time of the cases, so that one taken for the other is seen


class Platform:
    """Keeps what it is sent. The next sendings go as its moods say, in order; then all is well."""

    platform = "local"

    def __init__(self) -> None:
        self.posts: list[Parcel] = []
        self.edits: list[Parcel] = []
        self.asked: list[str] = []  # keys that were looked up
        self.moods: deque[Mood] = deque()
        self.gone: set[str] = set()  # conversations that refuse everything
        self.most_at_once: Counter[str] = Counter()
        self.findable = True
        self.limited: tuple[Limit, ...] = ()
        self.rest = timedelta()
        self._busy: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._ids: dict[str, str] = {}

    @property
    def keys(self) -> list[str]:
        """The keys of what was posted, in order."""
        return [parcel.key for parcel in self.posts]

    def titles(self, conversation: str) -> list[str]:
        """Return what was posted in a conversation, in order."""
        return [str(parcel.card.title[0]) for parcel in self.posts if parcel.address.conversation == conversation]

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return what a test set."""
        return self.limited

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message, in the mood that is next."""
        lane = parcel.address.lane
        self._busy[lane] += 1
        self.most_at_once[lane] = max(self.most_at_once[lane], self._busy[lane])
        try:
            mood = self.moods.popleft() if self.moods else "ok"
            outcome = self._answer(parcel, mood)
            if mood == "hangs":
                await asyncio.Event().wait()
            return outcome
        finally:
            self._busy[lane] -= 1

    def _answer(self, parcel: Parcel, mood: Mood) -> Outcome:
        if mood in ("ok", "lost", "hangs", "raise_after") and parcel.address.conversation not in self.gone:
            self._keep(parcel)
        match mood:
            case _ if parcel.address.conversation in self.gone:
                return GiveUp("the account is gone", dead=True)
            case "ok":
                return Delivered(self._ids.get(parcel.key, parcel.edit or "?"), self.rest)
            case "refuse":
                return GiveUp("this one is refused")
            case "limited" | "limited_alone":
                return TryLater("slow down", after=timedelta(seconds=20), alone=mood == "limited_alone")
            case "shut":
                return GiveUp("the token was revoked", mendable=True)
            case "vanished":
                return TryLater("the card was deleted", timedelta(), vanished=True)
            case "lost" | "lost_before" | "hangs":
                return TryLater("no answer came", ambiguous=True)
            case _:
                raise ConnectionError("the line was cut")

    def _keep(self, parcel: Parcel) -> None:
        if parcel.edit is not None:
            self.edits.append(parcel)
            return
        self.posts.append(parcel)
        self._news.set()
        self._ids.setdefault(parcel.key, f"p{len(self.posts)}")

    def message(self, key: str) -> str:
        """Return the id of the message with this key."""
        return self._ids[key]

    def forget(self, key: str) -> None:
        """Let somebody delete a message."""
        del self._ids[key]

    async def has(self, posts: int) -> None:
        """Wait until so many messages were posted."""
        while len(self.posts) < posts:
            self._news.clear()
            await self._news.wait()

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this key."""
        self.asked.append(parcel.key)
        if not self.findable:
            raise ConnectionError("the line was cut")
        return self._ids.get(parcel.key)


class Ways:
    """Everybody is reached directly, if that is refused at their desk, and then in the case's thread; channels are called what they are."""

    def __init__(self, desks: bool = True) -> None:
        self.desks = desks
        self.workspace = "w"  # of direct messages
        self.also: dict[PersonId, Address] = {}  # who else is reached, and where

    def addresses(self, person: PersonId, org: Org, threads: Sequence[Place]) -> tuple[Address, ...]:
        """Return the routes to a person."""
        if person not in ORG.people:
            return (self.also[person],) if person in self.also else ()
        desk = (Address("local", "w", f"desk-{person}"),) if self.desks else ()
        there = (Address("local", thread.workspace, thread.conversation, thread.thread) for thread in threads)
        return (Address("local", self.workspace, f"@{person}"), *desk, *there)

    def address(self, channel: str) -> Address | None:
        """Return the address of a channel."""
        platform, _, name = channel.partition(":")
        return Address("local", "w", name) if platform == "local" else None


class Pen:
    """Draws just enough to tell messages apart."""

    def __init__(self) -> None:
        self.broken: set[str] = set()  # kinds that cannot be drawn
        self.chart: Chart | None = None  # of digests

    def message(self, kind: MessageKind, fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
        if kind in self.broken:
            raise LookupError("no words for it")
        return Card((f"{kind} {case_name(case.id)}/{fact.n}",), case=case.id)

    def nags(self, items: Sequence[tuple[Case, Fact]], org: Org, reader: PersonId, now: datetime, more: int) -> Card:
        return Card((f"{len(items)} nags and {more} more",), cases=tuple(case.id for case, _ in items))

    def standing(self, case: Case, org: Org, now: datetime) -> Card:
        return Card((f"{case_name(case.id)} is {case.status}",), case=case.id)

    def echo(self, fact: Fact, case: Case, org: Org, said_in: str) -> Card:
        return Card((f"{fact.by} in {said_in}: {getattr(fact.what, 'text', '')}",), case=case.id)

    def notice(self, line: Line) -> Card:
        return Card((str(line[0]),), lines=(line,))

    def digest(self, content: Mapping[str, Any], org: Org) -> Card:
        part = f", {content['part']} of {content['of']}" if "part" in content else ""
        return Card((f"digest of {content['channel']}{part}",), chart=self.chart)


class Crash(BaseException):
    """The process ends here."""


When = Literal["claimed", "before_commit", "committed", "before_mark", "marked"]


class Mortal(SqlOutbox):
    """An outbox whose process dies at a chosen moment, once, and does nothing more after that."""

    def __init__(self, database: Database, machine: "Machine", dies: When | None = None) -> None:
        super().__init__(database, machine)
        self._dies = dies
        self._dead = False

    def _maybe(self, moment: When) -> None:
        self._dead = self._dead or self._dies == moment
        if self._dead:
            raise Crash

    async def claim(self, token: str, now: datetime, platforms: Any, lane_of: LaneOf, limit: int) -> list[Load]:
        loads = await super().claim(token, now, platforms, lane_of, limit)
        if loads:
            self._maybe("claimed")
        return loads

    async def commit(self, token: str, plans: Sequence[Plan]) -> set[str]:
        self._maybe("before_commit")
        held = await super().commit(token, plans)
        self._maybe("committed")
        return held

    async def mark(self, token: str, marks: Sequence[Mark], now: datetime) -> int:
        self._maybe("before_mark")
        count = await super().mark(token, marks, now)
        self._maybe("marked")
        return count

    async def release(self, token: str) -> None:
        if not self._dead:
            await super().release(token)


class Machine:
    """Machine time, wound by hand."""

    def __init__(self) -> None:
        self.now = MACHINE

    def __call__(self) -> datetime:
        return self.now

    def wind(self, seconds: float) -> None:
        """Let machine time pass."""
        self.now += timedelta(seconds=seconds)


class PostRoom:
    """A database, a platform and machine time, with workers on them."""

    def __init__(self, database: Database, org: Org = ORG) -> None:
        self.database = database
        self.clock = ManualClock(at("9:00"))
        self.store = SqlStore(database, org, self.clock)
        self.platform = Platform()
        self.machine = Machine()
        self.ways = Ways()
        self.pen = Pen()
        self.outbox = SqlOutbox(database, self.machine)
        self.lost: list[tuple[PersonId, str]] = []
        self.paint: Callable[[Chart], bytes] = png
        self.worker = self.hire()

    def hire(self, dies: When | None = None, at_once: int = 100) -> Worker:
        """Return one more worker, who may be going to die."""
        outbox = Mortal(self.database, self.machine, dies)
        return Worker(
            outbox,
            self.store,
            self.clock,
            self.pen,
            {"local": self.platform},
            self.ways,
            self.ways,
            at_once,
            self._lose,
            self._paint,
        )

    async def _lose(self, person: PersonId, why: str) -> None:
        self.lost.append((person, why))

    def _paint(self, chart: Chart) -> bytes:
        return self.paint(chart)

    async def drain(self, now: datetime | None = None, worker: Worker | None = None) -> int:
        """Deliver all that can go at a time of the cases, which the clock of the cases is set to."""
        if now is not None and now > self.clock.now():
            self.clock.set(now)
        return await (worker or self.worker).drain(self.clock.now())

    async def save(self, *decisions: Decision) -> None:
        """Keep decisions with their deliveries."""
        for decision in decisions:
            async with self.store.begin() as tx:
                await tx.save(decision)

    async def notice(self, key: str, to: PersonId, text: str | None = None) -> None:
        """Queue a notice."""
        async with self.database.begin() as conn:
            await enqueue_notice(conn, key, to, (text or key,), self.clock.now())

    async def message(self, kind: MessageKind, to: PersonId, case: Case, fact: int = 1) -> None:
        """Queue one message about a fact that is kept already."""
        async with self.database.begin() as conn:
            await enqueue(conn, [Message(kind, to, CaseId(case.id), fact)], case, self.clock.now())

    async def states(self) -> dict[str, str]:
        """Return the state of every delivery by key."""
        async with self.database.read() as conn:
            return {row.key: row.state for row in await conn.execute(select(deliveries.c.key, deliveries.c.state))}

    async def rows(self) -> list[Any]:
        """Return all deliveries, in the order in which they were queued."""
        async with self.database.read() as conn:
            return list(await conn.execute(select(deliveries).order_by(deliveries.c.id)))

    async def row(self, key: str) -> Any:
        """Return the whole row of a delivery."""
        async with self.database.read() as conn:
            return (await conn.execute(select(deliveries).where(deliveries.c.key == key))).one()
