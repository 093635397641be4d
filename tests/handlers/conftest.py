"""A desk over a fresh SQLite database, on a clock that is wound by hand, and people who talk to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.chat import Pressed, Reacted, Reply, Said, Submitted
from bot.clock import ManualClock
from bot.config.plans import DigestPlan
from bot.escalation.case import Case, Place
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId
from bot.handlers import passing
from bot.handlers.coming import Lookout
from bot.handlers.desk import Desk
from bot.handlers.settings import Settings
from bot.ports import Address
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.wording.plain import plain
from tests.handlers.small import NOW, ORG

REACTIONS = {"local": frozenset({"ticket", "\N{TICKET}"})}


class Channels:
    """Every channel is in the local workspace."""

    def address(self, channel: str) -> Address | None:
        platform, _, name = channel.partition(":")
        return Address(platform, "local", name) if platform == "local" else None


@dataclass
class Floor:
    """Where people talk: each call is one event, with a key of its own unless it is given one."""

    store: SqlStore
    clock: ManualClock
    desk: Desk
    _keys: Any = field(default_factory=lambda: count(1))

    async def say(self, who: str, text: str, where: str = "help", thread: str | None = None, key: str | None = None) -> Reply:
        place = Place("local", "local", where, None if text.startswith("/") else f"m{next(self._keys)}", thread)
        return await self.desk.handle(Said(self._key(key), PersonId(who), place, text))

    async def press(
        self, who: str, button: str, case: int | None, message: str = "m0", version: int | None = None, key: str | None = None
    ) -> Reply:
        place = Place("local", "local", f"@{who}", message)
        return await self.desk.handle(Pressed(self._key(key), PersonId(who), place, button, CaseId(case) if case else None, version))

    async def send(self, who: str, form: str, key: str | None = None, **values: Any) -> Reply:
        return await self.desk.handle(Submitted(self._key(key), PersonId(who), Place("local", "local", f"@{who}"), form, values))

    async def react(self, who: str, emoji: str, text: str, message: str = "m77", author: str | None = None) -> Reply:
        place = Place("local", "local", "help", message)
        by = PersonId(author) if author else None
        return await self.desk.handle(Reacted(self._key(None), PersonId(who), place, emoji, text, by))

    async def report(self, who: str, text: str, where: str = "help") -> Case:
        reply = await self.say(who, f"/case report {text}", where)
        assert reply.case is not None, reply
        return await self.case(reply.case)

    async def case(self, number: int) -> Case:
        async with self.store.read() as reading:
            case = await reading.case(CaseId(number))
        assert case is not None
        return case

    async def facts(self, number: int) -> list[Fact]:
        async with self.store.read() as reading:
            return await reading.timeline(CaseId(number))

    async def names(self, number: int) -> list[str]:
        return [fact.what.name for fact in await self.facts(number)]

    def wait(self, **span: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**span))

    def text(self, reply: Reply) -> str:
        return "\n".join(plain(line, "Europe/London", self.clock.now()) for line in reply.lines)

    def _key(self, key: str | None) -> str:
        return f"event-{next(self._keys)}" if key is None else key


def floor_of(database: Database, org: Org = ORG, **settings: Any) -> Floor:
    clock = ManualClock(NOW)
    store = SqlStore(database, org, clock)
    return Floor(store, clock, Desk(store, clock, replace(Settings(reactions=REACTIONS, places=Channels()), **settings)))


def with_rules(**rules: Any) -> Org:
    return replace(ORG, rules=replace(ORG.rules, **rules))


def without_key(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


@pytest.fixture
def floor(sqlite: Database) -> Floor:
    """A desk where nothing has been reported yet."""
    return floor_of(sqlite)


async def next_event(store: SqlStore, plans: Sequence[DigestPlan], now: datetime) -> datetime | None:
    """Return when something happens next by itself."""
    return passing.following(*await Lookout(store).look(plans, now))


async def through(floor: Floor, until: datetime, plans: Sequence[DigestPlan] = ()) -> int:
    """Wind to a time, with everything on the way at its own time; return how much happened."""
    fired = 0
    while (following := await next_event(floor.store, plans, floor.clock.now())) is not None and following <= until:
        floor.clock.set(max(floor.clock.now(), following))
        fired += await passing.sweep(floor.store, floor.clock.now())
    floor.clock.set(until)
    return fired
