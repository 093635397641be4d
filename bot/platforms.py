"""Which platforms does this bot speak on, how is each reached, and what does it consist of?

A platform's libraries are loaded only where it is used: Slack's cost 300 ms and 34 MB, Discord's about as much.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.adapters.discord import access as discord_access
from bot.adapters.slack import access as slack_access
from bot.chat import Form, Home, Inbound, Option, Reply
from bot.clock import machine_time
from bot.config import Config
from bot.config.environment import EnvironmentFaults
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.desk import Desk
from bot.handlers.settings import Settings
from bot.handlers.suggesting import Kind
from bot.outbox.worker import Worker
from bot.ports import Clock, Directory, Messenger, Places
from bot.store.database import Database
from bot.store.heard import SqlHeard
from bot.store.store import SqlStore

if TYPE_CHECKING:
    from bot.adapters.discord.side import Discord
    from bot.adapters.slack.side import Slack

_Plan = TypeVar("_Plan")
_Access = TypeVar("_Access")

UNFIT = (slack_access.Unfit, discord_access.Unfit)


class Side(Protocol):
    """One platform: what goes out to it, and what is done beside the work."""

    @property
    def messenger(self) -> Messenger:
        """Return what sends to it."""

    @property
    def directory(self) -> Directory:
        """Return which ways there are to people on it."""

    @property
    def places(self) -> Places:
        """Return where its channels are."""

    async def begin(self) -> None:
        """Find out who we are there."""

    def look_after(self, org: Org, day: date, *, local: bool) -> None:
        """Look once a day whether everybody and every channel can still be reached."""

    async def close(self) -> None:
        """Take nothing more, and finish what was begun."""

    async def hang_up(self) -> None:
        """Let go of the network."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How the platforms are reached; None for one that is not used."""

    slack: slack_access.Access | None = None
    discord: discord_access.Access | None = None


def ways_of(config: Config, environ: Mapping[str, str]) -> Ways:
    """Return how the configured platforms are reached, as the environment says it.

    Raises:
        EnvironmentFaults: everything that it lacks, of all platforms.
    """
    faults: list[str] = []
    ways = Ways(
        _access(config.slack, lambda plan: slack_access.access_of(plan, environ), faults),
        _access(config.discord, lambda _: discord_access.access_of(environ), faults),
    )
    if faults:
        raise EnvironmentFaults(faults)
    return ways


def _access(plan: _Plan | None, access_of: Callable[[_Plan], _Access], faults: list[str]) -> _Access | None:
    try:
        return access_of(plan) if plan is not None else None
    except EnvironmentFaults as found:
        faults += found.faults
        return None


class Front:
    """The desk's door: whatever is said there may have queued a message."""

    def __init__(self, desk: Desk, worker: Worker) -> None:
        self._desk = desk
        self._worker = worker

    async def handle(self, inbound: Inbound) -> Reply:
        """Answer, and have the outbox look."""
        reply = await self._desk.handle(inbound)
        self._worker.nudge()
        return reply

    async def home(self, by: PersonId, place: Place) -> Home:
        """Return what waits for a person."""
        return await self._desk.home(by, place)

    async def form(self, by: PersonId, place: Place, verb: str, case: CaseId | None) -> Form | None:
        """Return a verb's form as it is now."""
        return await self._desk.form(by, place, verb, case)

    async def suggest(self, by: PersonId, place: Place, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type."""
        return await self._desk.suggest(by, place, kind, verb, typed, most)


@dataclass(frozen=True, slots=True)
class Inside:
    """What every platform needs of the rest."""

    database: Database
    store: SqlStore
    clock: Clock
    desk: Front
    acquaintance: Acquaintance
    settings: Callable[[], Settings]


def slack_side(config: Config, ways: Ways, inside: Inside) -> "Slack | None":
    """Return Slack, if it is used."""
    if config.slack is None or ways.slack is None:
        return None
    from bot.adapters.slack.side import Slack

    return Slack(config.slack, ways.slack, inside.store, inside.clock, inside.desk, inside.acquaintance, inside.settings)


def discord_side(config: Config, ways: Ways, inside: Inside) -> "Discord | None":
    """Return Discord, if it is used."""
    if config.discord is None or ways.discord is None:
        return None
    from bot.adapters.discord.side import Discord

    return Discord(
        config.discord,
        ways.discord,
        inside.store,
        inside.clock,
        inside.desk,
        inside.acquaintance,
        inside.settings,
        SqlHeard(inside.database),
        machine_time,
        mail=config.slack is not None,
    )
