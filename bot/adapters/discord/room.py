"""What every listener needs: who asked, what they are called, where it was, and how the handlers are asked.

Nothing here decides; it is what stands between Discord's events and the handlers.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import discord
import structlog

from bot.adapters.discord import texts
from bot.adapters.discord.calls import code_of, why
from bot.adapters.discord.patience import NotKept
from bot.adapters.discord.people import PLATFORM, People, account_of, called, is_program
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.spots import Spot, Spots
from bot.chat import Form, Inbound, Option, Reply
from bot.config import DiscordPlan
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from bot.handlers.acquaintance import newcomer
from bot.handlers.drafts import Drafts
from bot.handlers.finding import is_of_a_case
from bot.handlers.settings import Settings
from bot.handlers.suggesting import Kind
from bot.ports import Clock, Heard, Store

log = structlog.get_logger()

WROTE = f"{PLATFORM}.direct"  # under which it is kept who has written directly
_NOT_THERE = (403, 404)


class Desk(Protocol):
    """Who answers."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do what is asked, once, and say what came of it."""

    async def form(self, by: PersonId, place: Place, verb: str, case: CaseId | None) -> Form | None:
        """Return a verb's form as it is now; None if it has none, or if there is no case that it could be for."""

    async def suggest(self, by: PersonId, place: Place, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type."""


@dataclass(frozen=True)
class Surroundings:
    """What the listeners need of the rest. The settings are asked for each time, since a reload changes them."""

    desk: Desk
    store: Store
    people: People
    clock: Clock
    plan: DiscordPlan
    settings: Callable[[], Settings]
    drafts: Drafts
    heard: Heard
    machine_time: Callable[[], datetime]


class Room:
    """All servers, as their listeners see them."""

    def __init__(self, rest: Rest, spots: Spots, there: Surroundings) -> None:
        self.rest = rest
        self.spots = spots
        self.there = there
        self._guilds = frozenset(there.plan.guilds)
        self._forums = frozenset(found.id for name, found in there.plan.channels.items() if name in there.plan.forums)
        self._going: dict[asyncio.Future[None], asyncio.Task[Any]] = {}
        self._wrote: set[int] = set()

    async def handled(self, wanted: Inbound) -> Reply:
        """Let the handlers do what is wanted, and put on record what they refused."""
        reply = await self.there.desk.handle(wanted)
        if reply.refused:
            log.info("discord.answered_no", by=wanted.by, what=type(wanted).__name__.lower(), case=reply.case)
        return reply

    def ours(self, guild: int | None) -> bool:
        """Tell whether something comes from a server that Buckstop is set up for, or from direct messages."""
        return guild is None or str(guild) in self._guilds

    def is_forum(self, channel: str) -> bool:
        """Tell whether the posts of this channel become cases."""
        return channel in self._forums

    async def who(self, user: discord.abc.User, *, direct: bool = False) -> PersonId | None:
        """Return who has an account; None for a program's.

        Nor is anybody known who is in none of our servers: whoever invites the bot into their own could write to it directly (`direct`),
        and read what is not for them.
        """
        if direct and not await self._belongs(user):
            return None
        return await self.there.people.person(user)

    async def _belongs(self, user: discord.abc.User) -> bool:
        org = await self.there.people.acquaintance.org()
        person = org.holder(account_of(user.id))
        if person is not None and not org.has_left(person, PLATFORM, ""):
            return True
        return await self.is_member(user.id)

    async def is_member(self, user: int, besides: str | None = None) -> bool:
        """Tell whether an account is in one of our servers, `besides` one of them."""
        return any([await self._is_in(int(guild), user) for guild in self.there.plan.guilds if guild != besides])

    async def _is_in(self, guild: int, user: int) -> bool:
        try:
            await self.rest.client.http.get_member(guild, user)
        except discord.HTTPException as fault:
            if fault.status in _NOT_THERE:
                return False
            raise
        return True

    async def known(self, user: discord.abc.User) -> PersonId | None:
        """Return who has an account, if that is known; nobody gets acquainted with."""
        return await self.there.people.acquaintance.known(account_of(user.id))

    async def taken_for(self, user: discord.abc.User, *, direct: bool = False) -> PersonId | None:
        """Return who has an account, or who they would be if they did something; None for whom nothing is done."""
        if is_program(user) or (direct and not await self._belongs(user)):
            return None
        org = await self.there.people.acquaintance.org()
        return org.holder(account_of(user.id)) or newcomer(account_of(user.id))

    async def wrote_directly(self, user: int) -> None:
        """Keep that somebody writes to Buckstop directly: what they write while nobody listens has to be asked for."""
        if user not in self._wrote:
            await self.there.heard.keep(f"{WROTE}/{user}", self.there.machine_time())
            self._wrote.add(user)

    async def name_of(self, message: discord.Message | None = None) -> Callable[[str], str]:
        """Return how to call accounts in plain words; those that a message mentions, also by what they call themselves."""
        org = await self.there.people.acquaintance.org()
        labels = {str(user.id): user.display_name for user in (message.mentions if message is not None else ())}
        me = str(self.rest.me)

        def name_of(user: str) -> str:
            return texts.MENTION if user == me else called(org, user, labels.get(user, ""))

        return name_of

    async def is_a_case(self, spot: Spot, root: int) -> bool:
        """Tell whether a message, or the thread under it, is a case's.

        Raises:
            NotKept: it cannot be known yet, since a card was sent there a moment ago.
        """
        found = await is_of_a_case(self.there.store, Place(PLATFORM, spot.guild, spot.channel, thread=str(root)))
        if found is None:
            raise NotKept
        return found

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Let go of what goes wrong while an answer is shown: what it answers was done, and is kept."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - see above
            log.warning("discord.not_answered", error=type(fault).__name__, code=code_of(fault), why=why(fault))

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside what is waited for."""
        task = asyncio.create_task(self._logged(work))
        self._going[task] = task
        task.add_done_callback(lambda _: self._going.pop(task))

    @contextmanager
    def working(self) -> Iterator[None]:
        """Be waited for by whoever stops the bot, while this is done: not for the whole task, which may go on to something else."""
        task, end = asyncio.current_task(), asyncio.get_running_loop().create_future()
        assert task is not None
        self._going[end] = task
        try:
            yield
        finally:
            del self._going[end]
            end.set_result(None)

    async def settle(self, within: float = 30.0) -> None:
        """Wait until what was begun is done, and let go of what takes longer than so many seconds.

        What was said is found again by the next process, since nobody has noted that it was heard; who pressed something is told by Discord
        that nothing answered.
        """
        await asyncio.sleep(0)  # what was just heard begins now
        end = asyncio.get_running_loop().time() + within
        while self._going:
            left = end - asyncio.get_running_loop().time()
            _done, going = await asyncio.wait(self._going, timeout=max(0.0, left))
            if going and left <= 0:
                for task in [self._going[one] for one in going if one in self._going]:
                    task.cancel()

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        with self.unseen():
            await work
