"""How do tests make workspaces, act as people in them, and look at what happened? See README.md for examples."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.patience import PATIENT
from tests.slack.told import Button, Message, Outcome, View
from tests.slack.words import Impossible, Json

__all__ = ["Button", "FakeSlack", "Impossible", "Message", "Outcome", "View", "Workspace"]

Found = TypeVar("Found")
Forge = Mapping[str, Any]


class FakeSlack:
    """A running fake Slack."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._http: ClientSession | None = None

    async def __aenter__(self) -> "FakeSlack":
        self._http = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=None))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, why: BaseException | None, trace: TracebackType | None) -> None:
        assert self._http is not None
        await self._http.close()

    async def workspace(self, **asked: Any) -> "Workspace":
        """Make a workspace: `users`, `channels`, `scopes`, `transport`, `request_url`, `limits`, `settings`, `team`, `bot`."""
        return Workspace(self, await self.call("POST", "workspaces", asked))

    async def call(self, verb: str, path: str, args: Mapping[str, Any]) -> Json:
        """Call the control side."""
        assert self._http is not None, "use `async with FakeSlack(address) as slack`"
        async with self._http.request(verb, f"{self.address}/control/{path}", json=args) as response:
            told: Json = await response.json()
            if response.status == 400:
                raise Impossible(told["error"])
            if response.status != 200:
                raise RuntimeError(f"the fake Slack is at fault: {told['error']}")
            return told


class Workspace:
    """One workspace: its tokens, its people, what is said there.

    People and channels go by name or id; `channel=None` is the direct messages between that person and the bot, `@ana` those of ana.
    """

    def __init__(self, slack: FakeSlack, made: Json) -> None:
        self.slack = slack
        self.key: str = made["key"]
        self.team: str = made["team"]
        self.domain: str = made["domain"]
        self.bot_token: str = made["bot_token"]
        self.app_token: str = made["app_token"]
        self.signing_secret: str = made["signing_secret"]
        self.bot_user_id: str = made["bot_user_id"]
        self.bot_id: str = made["bot_id"]
        self.app_id: str = made["app_id"]
        self.api_url: str = made["api_url"]
        self.users: dict[str, str] = made["users"]
        self.channels: dict[str, str] = made["channels"]

    async def do(self, verb: str, /, **args: Any) -> Json:
        """Call any verb of the control side."""
        return await self.slack.call("POST", f"{self.key}/{verb}", args)

    async def _act(self, verb: str, **args: Any) -> Outcome:
        return Outcome.of(await self.do(verb, **{name: value for name, value in args.items() if value is not None}))

    async def close(self) -> None:
        """Forget the workspace; its tokens are no longer known."""
        await self.slack.call("DELETE", self.key, {})

    # --- what people do

    async def say(self, user: str, text: str, channel: str | None = None, thread: str | None = None, wait: bool = True) -> Outcome:
        """Write a message; wait until the app has acknowledged the events of it."""
        return await self._act("say", user=user, text=text, channel=channel, thread=thread, wait=wait)

    async def edit(self, user: str, channel: str | None, ts: str, text: str, wait: bool = True) -> Outcome:
        """Change one's own message."""
        return Outcome.of(await self.do("edit", user=user, channel=channel, ts=ts, text=text, wait=wait))

    async def delete(self, user: str, channel: str | None, ts: str, wait: bool = True) -> Outcome:
        """Delete one's own message."""
        return Outcome.of(await self.do("delete", user=user, channel=channel, ts=ts, wait=wait))

    async def react(self, user: str, channel: str | None, ts: str, emoji: str, wait: bool = True) -> Outcome:
        """Put a reaction under a message."""
        return Outcome.of(await self.do("react", user=user, channel=channel, ts=ts, emoji=emoji, wait=wait))

    async def unreact(self, user: str, channel: str | None, ts: str, emoji: str, wait: bool = True) -> Outcome:
        """Take one's reaction away."""
        return Outcome.of(await self.do("unreact", user=user, channel=channel, ts=ts, emoji=emoji, wait=wait))

    async def command(self, user: str, text: str, channel: str | None = None, forge: Forge | None = None) -> Outcome:
        """Type a slash command: `/case report ...`."""
        return await self._act("command", user=user, text=text, channel=channel, forge=forge)

    async def press(
        self,
        user: str,
        action_id: str,
        channel: str | None = None,
        ts: str | None = None,
        *,
        home: bool = False,
        view: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        confirm: bool = True,
        stale: bool = False,
        forge: Forge | None = None,
    ) -> Outcome:
        """Press a button or pick a value: in a message, with `home` in the Home tab, else in the modal on top."""
        place = {"channel": channel, "ts": ts, "home": home, "view": view, "block_id": block_id}
        how = {"value": _plain(value), "confirm": confirm, "stale": stale, "forge": forge}
        return await self._act("press", user=user, action_id=action_id, **place, **how)

    async def submit(
        self, user: str, values: Mapping[str, Any] | None = None, view: str | None = None, forge: Forge | None = None
    ) -> Outcome:
        """Enter values, by block id, into the modal on top and send it."""
        entered = {name: _plain(value) for name, value in (values or {}).items()}
        return await self._act("submit", user=user, values=entered, view=view, forge=forge)

    async def close_view(self, user: str, all: bool = False) -> Outcome:
        """Close the modal on top, or all."""
        return await self._act("close_view", user=user, all=all)

    async def open_home(self, user: str, tab: str = "home", wait: bool = True) -> Outcome:
        """Open the Home tab."""
        return await self._act("open_home", user=user, tab=tab, wait=wait)

    async def shortcut(self, user: str, callback_id: str, forge: Forge | None = None) -> Outcome:
        """Start a global shortcut."""
        return await self._act("shortcut", user=user, callback_id=callback_id, forge=forge)

    async def message_shortcut(self, user: str, channel: str | None, ts: str, callback_id: str, forge: Forge | None = None) -> Outcome:
        """Start a shortcut on a message."""
        return Outcome.of(await self.do("message_shortcut", user=user, channel=channel, ts=ts, callback_id=callback_id, forge=forge))

    # --- what is to be seen

    async def messages(self, channel: str, deleted: bool = False) -> list[Message]:
        """Return the messages of a channel, or of `@somebody`'s direct messages, oldest first, without ephemeral ones."""
        told = await self.do("messages", channel=channel, deleted=deleted)
        return [Message.of(one) for one in told["messages"]]

    async def ephemeral(self, channel: str, user: str | None = None) -> list[Message]:
        """Return the ephemeral messages in a channel, of one person or of all."""
        told = await self.do("messages", channel=channel)
        who = self.users.get(user, user) if user else None
        return [Message.of(one) for one in told["ephemeral"] if who in {None, one["ephemeral_to"]}]

    async def form(self, user: str) -> View | None:
        """Return the modal that a person sees."""
        told = await self.do("form", user=user)
        return View(told["view"]) if told["view"] else None

    async def home(self, user: str) -> View | None:
        """Return a person's Home tab."""
        told = await self.do("home", user=user)
        return View(told["view"]) if told["view"] else None

    async def journal(self, kind: str | None = None, since: int = 0, **like: Any) -> list[Json]:
        """Return what happened: `call`, `message`, `view`, `sent`, `response_url`, `socket`, `reaction`, `dropped`, `app_error`."""
        entries: list[Json] = (await self.do("journal", kind=kind, since=since, like=like))["entries"]
        return entries

    async def calls(self, method: str | None = None, since: int = 0, **like: Any) -> list[Json]:
        """Return the calls of the Web API."""
        return await self.journal("call", since, **like, **({"method": method} if method else {}))

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
        """Wait until the app has this many sockets open."""

        async def look() -> bool:
            return len((await self.do("sockets"))["open"]) >= number

        await self.until(look, within)

    # --- what goes wrong

    async def fault(self, kind: str, method: str, channel: str | None = None, times: int = 1, **more: float) -> "Fault":
        """Let the next calls of a method go wrong."""
        told = await self.do("fault", kind=kind, method=method, channel=channel, times=times, **more)
        return Fault(self, told["id"])

    async def clear_faults(self) -> None:
        """Let everything go well again; what hangs goes on."""
        await self.do("clear_faults")

    async def deliver_events(
        self, copies: int = 1, hold: bool = False, drop: bool = False, delay: float = 0.0, only: Sequence[str] = ()
    ) -> None:
        """Say how events are delivered from now on."""
        await self.do("deliver_events", copies=copies, hold=hold, drop=drop, delay=delay, only=list(only))

    async def release_events(self, seed: int | None = None, together: bool = False) -> list[Json]:
        """Let held events go and wait until they are acknowledged."""
        events: list[Json] = (await self.do("release_events", seed=seed, together=together))["events"]
        return events

    async def set(self, **what: Any) -> None:
        """Change `transport`, `request_url`, `limits`, `exact_limits`, `scopes` or `settings`."""
        await self.do("set", **what)


class Fault:
    """A fault that was queued."""

    def __init__(self, ws: Workspace, id: int) -> None:
        self._ws = ws
        self.id = id

    async def hit(self, within: float = PATIENT) -> None:
        """Wait until a call has met it."""
        told = await self._ws.do("fault_hit", id=self.id, within=within)
        assert told["hit"], f"no call met the fault within {within} seconds"

    async def release(self, drop: bool = False) -> None:
        """Let go on what hangs: to its answer, or to a closed connection."""
        await self._ws.do("fault_release", id=self.id, drop=drop)


def _plain(value: Any) -> Any:
    """Return what JSON can carry: dates and times as ISO texts."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
