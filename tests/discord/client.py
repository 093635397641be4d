"""How do tests make worlds, act as people in them, and look at what happened? See README.md for examples."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.discord.client_steering import Fault, Steering
from tests.discord.told import Message, Modal, Outcome, Thread
from tests.discord.words import Impossible, Json

__all__ = ["FakeDiscord", "Fault", "Impossible", "Message", "Modal", "Outcome", "Thread", "World"]

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


class World(Steering):
    """One application: its token, its guilds and people, what is said there.

    People and channels go by name or id (`help`, `northwind/help`); `channel=None` is the direct messages between that person and the
    bot, `@ana` those of ana.
    """

    def __init__(self, discord: FakeDiscord, made: Json) -> None:
        super().__init__(discord, made)
        self.token: str = made["token"]
        self.application_id: str = made["application_id"]
        self.bot_user_id: str = made["bot_user_id"]
        self.api_url: str = made["api_url"]
        self.gateway_url: str = made["gateway_url"]
        self.guilds: dict[str, str] = made["guilds"]
        self.channels: dict[str, str] = made["channels"]

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
