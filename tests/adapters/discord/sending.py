"""Discord's messenger by itself, over the wire and without a gateway: what goes out, and what is to be seen of it there."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.adapters.discord.access import Pace
from bot.adapters.discord.outbound import DiscordMessenger
from bot.adapters.discord.rest import Rest
from bot.app import Bot
from bot.chat import Button, Card, Typed
from bot.clock import ManualClock, machine_time
from bot.config import loads
from bot.escalation.words import CaseId, PersonId
from bot.ports import Address, Delivered, Parcel
from tests.discord.client import Message
from tests.discord.client import World as There
from tests.scenarios.discord_stage import GUILD, access, discord_org, northwind
from tests.scenarios.stages import MONDAY, ORG
from tests.unhurried import running

CASE = CaseId(1)
STANDING = Card(
    ("C-1: ", Typed("meter swapped")), (("Billing, open.",),), (Button("ack", "Acknowledge", CASE, 1, "primary"),), case=CASE, status="open"
)
NEWS = Card(("C-1 has come to you.",), case=CASE, status="open")


@dataclass
class Office:
    """A Discord, and what writes to it."""

    bot: Bot
    there: There

    @property
    def rest(self) -> Rest:
        """Our client."""
        assert self.bot.discord is not None
        return self.bot.discord.rest

    @property
    def messenger(self) -> DiscordMessenger:
        """What is tested."""
        assert self.bot.discord is not None
        return self.bot.discord.messenger

    def address(self, channel: str = "help", thread: str | None = None) -> Address:
        """Return a channel's address, a thread's in it, or that of direct messages."""
        if channel.startswith("@"):
            return Address("discord", "", channel)
        return Address("discord", self.there.guilds[GUILD], self.there.channels.get(channel, channel), thread)

    async def post(self, parcel: Parcel) -> str:
        """Post what arrives, and return its id."""
        sent = await self.messenger.send(parcel)
        assert isinstance(sent, Delivered), sent
        return sent.message

    async def ours(self, where: str) -> list[Message]:
        """Return what is there of ours."""
        return [message for message in await self.there.messages(where) if message.author == self.there.bot_user_id]

    async def asked(self, since: int = 0) -> list[str]:
        """Return what Discord was asked to do, in order."""
        return [f"{call['method']} {call['route'].partition(' ')[2]}" for call in await self.there.calls(since=since)]

    async def mark(self) -> int:
        """Return the number of what has happened last."""
        return max((entry["n"] for entry in await self.there.calls()), default=0)


def parcel(address: Address, key: str = "card/C-1", card: Card = STANDING, **more: Any) -> Parcel:
    """Return a message, as the outbox has it."""
    return Parcel(key, address, card, "Europe/London", datetime(2026, 3, 2, 9, tzinfo=UTC), **more)


def to(person: str, address: Address, key: str = "C-1/2/brief", card: Card = NEWS, **more: Any) -> Parcel:
    """Return a message to somebody."""
    return parcel(address, f"{key}/{person}", card, person=PersonId(person), **more)


def just_now(before: timedelta = timedelta()) -> datetime:
    """Return since when something may be there."""
    return machine_time() - before


@asynccontextmanager
async def office(
    database_url: str, address: str, channels: Sequence[Mapping[str, Any]] = (), lines: str = "", pace: Pace | None = None, **more: Any
) -> AsyncIterator[Office]:
    """Have a messenger in a Discord with these channels beside #help."""
    async with northwind(address, channels=list(channels), **more) as there:
        text = discord_org(there, lines, [channel["name"] for channel in channels])
        config = replace(loads(text, str(ORG), {}), database_url=database_url)
        async with running(config, ManualClock(MONDAY), local_too=False, discord=access(there, pace)) as bot:
            yield Office(bot, there)
