"""How do tests make worlds, act as people in them, and look at what happened? See README.md for examples."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.discord.told import Message, Modal, Outcome, Thread
from tests.discord.words import Impossible, Json

__all__ = ["FakeDiscord", "Impossible", "Message", "Modal", "Outcome", "Thread", "World"]

Found = TypeVar("Found")
Forge = Mapping[str, Any]


class FakeDiscord:
    """A running fake Discord."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http: ClientSession | None = None

    async def __aenter__(self) -> "FakeDiscord":
        self._http = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=None))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None) -> None:
        assert self._http is not None
        await self._http.close()

    async def world(self, **asked: Any) -> "World":
        """Make a world: `users`, `guilds`, `privileged`, `shards`, `limits`, `settings`, `bot`."""
        return World(self, await self.call("POST", "worlds", asked))

    async def call(self, verb: str, path: str, args: Mapping[str, Any]) -> Json:
        """Call the control side."""
        assert self._http is not None, "use `async with FakeDiscord(address) as discord`"
        async with self._http.request(verb, f"{self.address}/control/{path}", json=args) as response:
            told: Json = await response.json()
            if response.status == 400:
                raise Impossible(told["error"])
            if response.status != 200:
                raise RuntimeError(f"the fake Discord is at fault: {told['error']}")
            return told


class World:
    """One application: its token, its guilds and people, what is said there.

    People and channels go by name or id (`help`, `northwind/help`); `channel=None` is the direct messages between that person and the
    bot, `@ana` those of ana.
    """

    def __init__(self, discord: FakeDiscord, made: Json) -> None:
        self.discord = discord
        self.key: str = made["key"]
        self.token: str = made["token"]
        self.application_id: str = made["application_id"]
        self.bot_user_id: str = made["bot_user_id"]
        self.api_url: str = made["api_url"]
        self.gateway_url: str = made["gateway_url"]
        self.users: dict[str, str] = made["users"]
        self.guilds: dict[str, str] = made["guilds"]
        self.channels: dict[str, str] = made["channels"]

    async def do(self, verb: str, /, **args: Any) -> Json:
        """Call any verb of the control side."""
        return await self.discord.call("POST", f"{self.key}/{verb}", args)

    async def _act(self, verb: str, **args: Any) -> Outcome:
        return Outcome.of(await self.do(verb, **{name: value for name, value in args.items() if value is not None}))

    async def close(self) -> None:
        """Forget the world; its token is no longer known."""
        await self.discord.call("DELETE", self.key, {})

    # --- what people do

    async def say(
        self,
        user: str,
        text: str,
        channel: str | None = None,
        thread: str | None = None,
        reply: str | None = None,
        files: Sequence[str] = (),
        wait: bool = True,
    ) -> Outcome:
        """Write a message, with files of these names; wait until every connected client has read of it."""
        place = {"channel": channel, "thread": thread, "reply": reply}
        return await self._act("say", user=user, text=text, files=list(files), wait=wait, **place)

    async def edit(self, user: str, channel: str | None, message: str, text: str, wait: bool = True) -> Outcome:
        """Change one's own message."""
        return Outcome.of(await self.do("edit", user=user, channel=channel, message=message, text=text, wait=wait))

    async def delete(self, user: str, channel: str | None, message: str, wait: bool = True) -> Outcome:
        """Delete one's own message."""
        return Outcome.of(await self.do("delete", user=user, channel=channel, message=message, wait=wait))

    async def react(self, user: str, channel: str | None, message: str, emoji: str, wait: bool = True) -> Outcome:
        """Put a reaction under a message."""
        return Outcome.of(await self.do("react", user=user, channel=channel, message=message, emoji=emoji, wait=wait))

    async def unreact(self, user: str, channel: str | None, message: str, emoji: str, wait: bool = True) -> Outcome:
        """Take one's reaction away."""
        return Outcome.of(await self.do("unreact", user=user, channel=channel, message=message, emoji=emoji, wait=wait))

    async def post(self, user: str, forum: str, title: str, text: str, tags: Sequence[str] = (), wait: bool = True) -> Outcome:
        """Begin a post in a forum."""
        return Outcome.of(await self.do("post", user=user, forum=forum, title=title, text=text, tags=list(tags), wait=wait))

    async def start_thread(self, user: str, channel: str, name: str, message: str | None = None, wait: bool = True) -> Outcome:
        """Begin a thread, on a message or by itself."""
        return await self._act("start_thread", user=user, channel=channel, name=name, message=message, wait=wait)

    async def command(
        self, user: str, name: str, options: Mapping[str, Any] | None = None, channel: str | None = None, forge: Forge | None = None
    ) -> Outcome:
        """Type a command: `case report`, with its options."""
        return await self._act("command", user=user, name=name, options=dict(options or {}), channel=channel, forge=forge)

    async def autocomplete(self, user: str, name: str, options: Mapping[str, Any], focused: str, channel: str | None = None) -> Outcome:
        """Type into an option of a command and look at what is offered (`.choices`)."""
        return await self._act("autocomplete", user=user, name=name, options=dict(options), focused=focused, channel=channel)

    async def message_command(self, user: str, name: str, channel: str | None, message: str, forge: Forge | None = None) -> Outcome:
        """Start a command from the menu of a message."""
        return await self._act("message_command", user=user, name=name, channel=channel, message=message, forge=forge)

    async def press(
        self,
        user: str,
        button: str,
        channel: str | None = None,
        message: str | None = None,
        *,
        stale: bool = False,
        forge: Forge | None = None,
    ) -> Outcome:
        """Press a button, by custom id or label: of this message, or of the newest that has it."""
        return await self._act("press", user=user, button=button, channel=channel, message=message, stale=stale, forge=forge)

    async def choose(
        self,
        user: str,
        select: str,
        values: Sequence[str],
        channel: str | None = None,
        message: str | None = None,
        *,
        stale: bool = False,
        forge: Forge | None = None,
    ) -> Outcome:
        """Pick values from a select."""
        how = {"channel": channel, "message": message, "stale": stale, "forge": forge}
        return await self._act("choose", user=user, select=select, values=list(values), **how)

    async def submit(self, user: str, values: Mapping[str, Any] | None = None, forge: Forge | None = None) -> Outcome:
        """Fill in the modal that somebody has before them, by custom id or label, and send it."""
        return await self._act("submit", user=user, values=dict(values or {}), forge=forge)

    async def close_modal(self, user: str) -> None:
        """Close the modal; the application hears nothing of it."""
        await self.do("close_modal", user=user)

    async def form(self, user: str) -> Modal | None:
        """Return the modal that a person has before them."""
        told = await self.do("form", user=user)
        return Modal(told["modal"]) if told["modal"] else None

    async def replay(self, n: int) -> None:
        """Send again the event that the journal has under this number."""
        await self.do("replay", n=n)

    async def send(self, event: str, data: Mapping[str, Any], guild: str | None = None) -> None:
        """Send any event to the sessions."""
        await self.do("send", event=event, data=dict(data), guild=guild)

    # --- what is to be seen

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

    async def until(self, look: Callable[[], Awaitable[Found]], within: float = 10.0) -> Found:
        """Look again each time something has happened, until there is something true to see; return it."""
        loop = asyncio.get_running_loop()
        end = loop.time() + within
        n: int = (await self.do("changed", since=-1))["n"]
        while not (found := await look()):
            if loop.time() > end:
                raise AssertionError(f"not within {within} seconds; last seen: {found!r}")
            n = (await self.do("changed", since=n, within=max(0.0, min(1.0, end - loop.time()))))["n"]
        return found

    async def until_said(self, channel: str, words: str, within: float = 10.0) -> Message:
        """Wait for a message in which a person reads these words; return the newest."""

        async def look() -> list[Message]:
            return [message for message in await self.messages(channel) if words in message.shown]

        return (await self.until(look, within))[-1]

    async def until_connected(self, number: int = 1, within: float = 10.0) -> None:
        """Wait until so many sessions are connected."""

        async def look() -> bool:
            told = (await self.do("sessions"))["sessions"]
            return len([one for one in told if one["connected"]]) >= number

        await self.until(look, within)

    async def settle(self) -> None:
        """Wait until every connected client has read all that was sent."""
        await self.do("settle")

    # --- what goes wrong

    async def fault(self, kind: str, route: str, channel: str | None = None, times: int = 1, **more: Any) -> "Fault":
        """Let the next calls of a route go wrong."""
        told = await self.do("fault", kind=kind, route=route, channel=channel, times=times, **more)
        return Fault(self, told["id"])

    async def clear_faults(self) -> None:
        """Let everything go well again; what hangs goes on."""
        await self.do("clear_faults")

    async def deliver_events(
        self, copies: int = 1, hold: bool = False, drop: bool = False, delay: float = 0.0, only: Sequence[str] = ()
    ) -> None:
        """Say how events are delivered from now on."""
        await self.do("deliver_events", copies=copies, hold=hold, drop=drop, delay=delay, only=list(only))

    async def release_events(self, seed: int | None = None) -> list[str]:
        """Let held events go; return which."""
        events: list[str] = (await self.do("release_events", seed=seed))["events"]
        return events

    async def set(self, **what: Any) -> None:
        """Change `limits`, `via`, `privileged`, `shards` or `settings`."""
        await self.do("set", **what)


class Fault:
    """A fault that was queued."""

    def __init__(self, world: World, id: int) -> None:
        self._world = world
        self.id = id

    async def hit(self, within: float = 10.0) -> None:
        """Wait until a call has met it."""
        told = await self._world.do("fault_hit", id=self.id, within=within)
        assert told["hit"], f"no call met the fault within {within} seconds"

    async def release(self, drop: bool = False) -> None:
        """Let go on what hangs: to its answer, or to a closed connection."""
        await self._world.do("fault_release", id=self.id, drop=drop)
