"""How does a test look at what is there, and wait for what is to come?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from tests.discord.told import Message, Outcome, Thread
from tests.discord.words import Json
from tests.patience import PATIENT

Found = TypeVar("Found")


class Control(Protocol):
    """Whoever carries a call to the control side."""

    async def call(self, verb: str, path: str, args: Mapping[str, Any]) -> Json:
        """Call it."""
        ...


class Looking:
    """What is to be seen of a world."""

    def __init__(self, discord: Control, made: Json) -> None:
        self.discord = discord
        self.key: str = made["key"]
        self.users: dict[str, str] = made["users"]

    async def do(self, verb: str, /, **args: Any) -> Json:
        """Call any verb of the control side."""
        return await self.discord.call("POST", f"{self.key}/{verb}", args)

    async def messages(self, channel: str, deleted: bool = False, system: bool = False) -> list[Message]:
        """Return the messages of a channel, a thread, or `@somebody`'s direct messages, oldest first; without ephemeral ones.

        Discord's own (a thread was begun, what it was begun on) only come with `system`.
        """
        told = await self.do("messages", channel=channel, deleted=deleted, system=system)
        return [Message.of(one) for one in told["messages"]]

    async def ephemeral(self, channel: str, user: str | None = None) -> list[Message]:
        """Return the ephemeral messages in a channel, of one person or of all."""
        told = await self.do("messages", channel=channel)
        who = self.users.get(user, user) if user else None
        return [Message.of(one) for one in told["ephemeral"] if who in {None, one["ephemeral_to"]}]

    async def answers(self, outcome: Outcome) -> list[Message]:
        """Return the messages with which the application has answered by now, those that came after the outcome too."""
        told = await self.do("answers", token=outcome.token)
        return [Message.of(one) for one in told["messages"]]

    async def threads(self, channel: str) -> list[Thread]:
        """Return the threads of a channel or the posts of a forum, oldest first."""
        return [Thread(**one) for one in (await self.do("threads", channel=channel))["threads"]]

    async def commands(self, guild: str | None = None) -> list[Json]:
        """Return the commands that are registered, everywhere or in a guild."""
        commands: list[Json] = (await self.do("commands", guild=guild))["commands"]
        return commands

    async def journal(self, kind: str | None = None, since: int = 0, **like: Any) -> list[Json]:
        """Return what happened: `call`, `event`, `gateway`, `message`, `reaction`, `thread`, `modal`, `commands`."""
        entries: list[Json] = (await self.do("journal", kind=kind, since=since, like=like))["entries"]
        return entries

    async def calls(self, route: str = "*", since: int = 0, **like: Any) -> list[Json]:
        """Return the calls of the API whose route (`POST /channels/{channel_id}/messages`) is like this (`POST */messages`)."""
        return [one for one in await self.journal("call", since, **like) if fnmatchcase(one["route"], route)]

    async def refused(self) -> int:
        """Return how many calls were refused in a way that Discord counts towards a ban."""
        return int((await self.do("refused"))["refused"])

    async def until(self, look: Callable[[], Awaitable[Found]], within: float = PATIENT) -> Found:
        """Look again each time something has happened, until there is something true to see; return it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        n: int = (await self.do("changed", since=-1))["n"]
        while not (found := await look()):
            if loop.time() > end:
                raise AssertionError(f"not within {within} seconds; last seen: {found!r}")
            n = (await self.do("changed", since=n, within=max(0.0, min(1.0, end - loop.time()))))["n"]
        return found

    async def until_said(self, channel: str, words: str, within: float = PATIENT) -> Message:
        """Wait for a message in which a person reads these words; return the newest."""

        async def look() -> list[Message]:
            return [message for message in await self.messages(channel) if words in message.shown]

        return (await self.until(look, within))[-1]

    async def until_connected(self, number: int = 1, within: float = PATIENT) -> None:
        """Wait until so many sessions are connected."""

        async def look() -> bool:
            told = (await self.do("sessions"))["sessions"]
            return len([one for one in told if one["connected"]]) >= number

        await self.until(look, within)

    async def settle(self) -> None:
        """Wait until every connected client has read all that was sent."""
        await self.do("settle")
