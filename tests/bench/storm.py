"""How much of what Slack allows is used in a storm, and how much of what is asked for does Slack refuse?

Buckstop keeps its own pace, and the fake Slack the limits that Slack tells of itself. What is used is counted once the bursts are spent:
what got there, of what could have got there in that time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import time

from bot.adapters.slack.access import Access, Pace
from bot.adapters.slack.tokens import Tokens
from bot.app import Bot, running
from bot.clock import RealClock
from bot.config import load
from bot.escalation.words import PersonId
from bot.ports import Address
from tests.bench import company
from tests.bench.company import PEOPLE, REPORTERS, InSlack
from tests.bench.databases import Place
from tests.bench.figures import Table, duration, thousands
from tests.bench.scale import Scale
from tests.ports import free_port
from tests.slack.client import FakeSlack, Workspace
from tests.slack.limits import REAL

LEAST_USED, MOST_REFUSED = 0.95, 0.001
_SPEND = 5.0  # seconds in which the bursts are spent
_AT_ONCE = 50  # messages of one transaction


@dataclass(frozen=True, slots=True)
class Storm:
    """Messages that are all due at once, and what Slack allows of them."""

    what: str
    people: int
    a_second: float  # allowed, once the burst is spent
    method: str = "chat.postMessage"
    known: float = 1.0  # the share of direct messages that are open already


STORMS = (
    Storm("posts into 400 conversations", REPORTERS, REAL["posts"].rate),
    Storm("posts into one conversation", 1, REAL["chat.postMessage"].rate),
    Storm("direct messages that have to be opened", REPORTERS, REAL["conversations.open"].rate, "conversations.open", known=0.0),
    Storm("posts into 400 conversations, half of them to be opened", REPORTERS, REAL["posts"].rate, known=0.5),
)


@dataclass(frozen=True, slots=True)
class Weathered:
    """What came of one storm."""

    storm: Storm
    seconds: float  # of the steady state
    used: float  # share of what is allowed
    calls: int
    refused: int

    @property
    def fit(self) -> bool:
        """Whether it is as good as it must be."""
        return self.used >= LEAST_USED and self.refused <= MOST_REFUSED * self.calls


async def measure(there: Place, slack: FakeSlack, scale: Scale) -> list[Weathered]:
    """Let each storm go for so many seconds."""
    return [await _weathered(there, slack, storm, scale) for storm in STORMS]


async def _weathered(there: Place, slack: FakeSlack, storm: Storm, scale: Scale) -> Weathered:
    async with _northwind(there, slack) as (bot, ws):
        assert bot.slack is not None
        staff = [person for person, _, _ in PEOPLE if person.startswith("staff-")][: storm.people]
        for person in staff[: int(storm.known * len(staff))]:
            await bot.slack.messenger.channel(Address("slack", ws.team, f"@{person}"))
        await ws.set(limits=True)
        # As many into those that are open already: what waits for its opening leaves them the rest of what is allowed.
        number = int(((scale.storm_seconds + 2 * _SPEND) * max(storm.a_second, 1) + 60) / (storm.known or 1))
        await _queue(bot, staff, max(number, len(staff)))
        since = (await ws.do("changed", since=-1))["n"]
        began = time()
        bot.run_by_itself()
        await asyncio.sleep(min(_SPEND, scale.storm_seconds) + scale.storm_seconds)
        calls = await ws.calls(storm.method, since=since)
    return _counted(storm, calls, began + min(_SPEND, scale.storm_seconds), scale.storm_seconds)


def _counted(storm: Storm, calls: Sequence[dict[str, object]], start: float, seconds: float) -> Weathered:
    steady = [call for call in calls if start <= float(str(call["wall"])) < start + seconds]
    refused = sum(call["status"] == 429 for call in steady)
    used = sum(bool(call["ok"]) for call in steady) / (storm.a_second * seconds)
    return Weathered(storm, seconds, used, len(steady), refused)


async def _queue(bot: Bot, people: Sequence[str], number: int) -> None:
    for some in range(0, number, _AT_ONCE):
        async with bot.store.begin() as tx:
            for n in range(some, min(some + _AT_ONCE, number)):
                await tx.notify(f"storm/{n}", PersonId(people[n % len(people)]), (f"Message {n} of {number}, all due at once.",))


@asynccontextmanager
async def _northwind(there: Place, slack: FakeSlack) -> AsyncIterator[tuple[Bot, Workspace]]:
    staff = [person for person, _, _ in PEOPLE]
    ws, url = await slack.workspace(users=staff, channels=[]), there.new()
    file = there.folder / "storm.toml"
    company.write(file, free_port(), slack=InSlack(ws.team, free_port(), ws.users))
    access = Access(ws.api_url, {ws.team: Tokens(ws.bot_token, ws.app_token, ws.signing_secret)}, Pace())
    try:
        config = replace(load(file, {}), database_url=url)
        async with running(config, RealClock(), local_too=False, slack=access) as bot:
            yield bot, ws
    finally:
        there.drop(url)
        await ws.close()


def table() -> Table:
    """Return the table without rows."""
    return Table(
        "Storms in Slack",
        ("database", "all due at once", "steady for", "allowed", "used", "requests", "refused", "at least 95 %, at most 0.1 % refused"),
        "Buckstop at its own pace within the limits that Slack tells of itself. Counted once the bursts are spent.",
    )


def add_rows(to: Table, kind: str, found: Sequence[Weathered]) -> None:
    """Put what came of the storms into the table."""
    for one in found:
        allowed = f"{60 * one.storm.a_second:.0f} a minute"
        fits = "yes" if one.fit else "**no**"
        to.rows.append(
            (kind, one.storm.what, duration(one.seconds), allowed, f"{one.used:.1%}", thousands(one.calls), one.refused, fits),
        )
