"""Discord as a whole: what comes in from it and what goes out to it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime

import structlog

from bot.adapters.discord.access import Access
from bot.adapters.discord.answering import Answers
from bot.adapters.discord.catching_up import CatchingUp
from bot.adapters.discord.filling import Filling
from bot.adapters.discord.gateway import Gateway
from bot.adapters.discord.hearing import Events
from bot.adapters.discord.interacting import Interactions
from bot.adapters.discord.listener import Listener
from bot.adapters.discord.moves import Moves
from bot.adapters.discord.nightly import nightly
from bot.adapters.discord.outbound import DiscordMessenger
from bot.adapters.discord.people import People
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.room import Desk, Room, Surroundings
from bot.adapters.discord.spots import Spots
from bot.adapters.discord.threads import Threads
from bot.adapters.discord.ways import DiscordDirectory, DiscordPlaces
from bot.config import DiscordPlan, Shards
from bot.escalation.org import Org
from bot.handlers.acquaintance import Acquaintance
from bot.handlers.drafts import Drafts
from bot.handlers.settings import Settings
from bot.ports import Clock, Heard, Store

log = structlog.get_logger()

_FINISHED_WITHIN = 5.0  # seconds for what was begun, when the bot stops


class Discord:
    """All servers. Made inside the event loop that they live in."""

    def __init__(
        self,
        plan: DiscordPlan,
        access: Access,
        store: Store,
        clock: Clock,
        desk: Desk,
        acquaintance: Acquaintance,
        settings: Callable[[], Settings],
        heard: Heard,
        machine_time: Callable[[], datetime],
        *,
        mail: bool = False,
    ) -> None:
        """`mail` is whether another platform finds people by their e-mail address."""
        self._mail = mail
        self._plan = plan
        self._access = access
        self.people = People(acquaintance)
        self.rest = Rest(access, members=plan.members_intent)
        self.messenger = DiscordMessenger(self.rest, self.people, Threads(self.rest, plan), access.pace)
        self.directory = DiscordDirectory(frozenset(plan.guilds))
        self.places = DiscordPlaces(plan.channels)
        there = Surroundings(desk, store, self.people, clock, plan, settings, Drafts(store), heard, machine_time)
        self.room = Room(self.rest, Spots(self.rest), there)
        answers = Answers(self.room)
        self._hands, self._ears = Interactions(self.room, Filling(self.room, answers)), Events(self.room, answers)
        self._moves = Moves(self.room, self._ears.patience)
        self.gateway = Gateway(self._listener, access.token)
        self.catching_up = CatchingUp(self.room, self._ears, lambda: self.gateway.ready)
        self._tasks: list[asyncio.Task[None]] = []

    async def _listener(self) -> Listener:
        shards = self._plan.shards if self._plan.shards.of else Shards(of=await self.rest.recommended_shards())
        return Listener(self._hands, self._ears, self._moves, self.catching_up.missed, shards=shards, members=self._plan.members_intent)

    async def begin(self) -> None:
        """Ask Discord who we are. If it does not answer, it is asked again, beside the work.

        Raises:
            Unfit: the token is refused, or an intent is switched off.
        """
        await self.rest.begin()

    def connect(self) -> None:
        """Open the connection to the gateway."""
        self.catching_up.begin()
        self.gateway.open()

    def look_after(self, org: Org, day: date, *, local: bool) -> None:
        """Look once a day, beside the work, whether everybody and every channel can still be reached."""
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(asyncio.create_task(self._night(org, day, local=local)))

    async def _night(self, org: Org, day: date, *, local: bool) -> None:
        try:
            await nightly(self.rest.client, self._plan, self.people.acquaintance, org, day, elsewhere=local, mail=self._mail)
        except Exception:
            log.exception("discord.night_failed")  # tomorrow is another night

    async def settle(self) -> None:
        """Wait until what was begun beside the work is done."""
        await self.room.settle()

    async def close(self) -> None:
        """Take nothing more, and finish what was begun."""
        await self.catching_up.close()
        await self.gateway.close()
        await self.room.settle(_FINISHED_WITHIN)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def hang_up(self) -> None:
        """Let go of the network, once nothing is delivered any more."""
        await self.rest.close()
