"""The stage of the stories in Slack: people type, press and fill in as Slack's own clients have them do it, in either transport.

Buckstop runs as it does for a company; Slack is a fake in a process of its own, over the wire. Time is wound, and cases are looked at, by
the local workspace's API, since neither can be done in Slack.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from aiohttp import ClientSession

from bot.adapters.slack.access import Access, Pace
from bot.adapters.slack.manifest import path
from bot.adapters.slack.tokens import Tokens
from bot.app import Bot
from bot.clock import ManualClock
from bot.config import Config, loads
from bot.handlers.times import read_time
from bot.ports import Prober
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.slack.client import FakeSlack, Workspace
from tests.slack.reading import shown
from tests.slack.told import Button, Message, Outcome, View
from tests.unhurried import running
from tests.world import Json, World

Transport = Literal["socket", "http"]
PEOPLE = ("rita", "tom", "ana", "ben", "dana", "bruno", "eve", "cleo", "ida")
CHANNELS = ("help", "leadership")


def slack_org(ws: Workspace, transport: Transport = "socket", without_accounts: Collection[str] = ()) -> str:
    """Return the organisation of the stories as it would be written for Slack; some have only their e-mail address in it."""
    text = ORG.read_text("utf-8").replace('"local:', '"slack:')
    for person in PEOPLE:
        known = f'email = "{email(person)}"' if person in without_accounts else f'slack = "{ws.users[person]}"'
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\n{known}\n')
    channels = ", ".join(f'{name} = "{ws.channels[name]}"' for name in CHANNELS)
    slack = (
        f'workspaces = ["{ws.team}"]',
        f"channels = {{ {channels} }}",
        'reactions = ["ticket"]',
        f'transport = "{transport}"',
        "port = 0",
    )
    return f"{text}\n[slack]\n" + "\n".join(slack)


def email(person: str) -> str:
    """Return a person's e-mail address."""
    return f"{person}@northwind.example"


def access(ws: Workspace, pace: Pace | None = None) -> Access:
    """Return how this workspace is reached; as fast as it goes, unless a test says otherwise."""
    return Access(ws.api_url, {ws.team: Tokens(ws.bot_token, ws.app_token, ws.signing_secret)}, pace)


@asynccontextmanager
async def workspace(address: str, **more: Any) -> AsyncIterator[Workspace]:
    """Make a workspace with the people and channels of the stories."""
    users = [{"name": name, "real_name": name.capitalize(), "tz": "Europe/London", "email": email(name)} for name in PEOPLE]
    # How busy the machine is on the day is not what the stories are about; whoever tests Slack's three seconds says so.
    more["settings"] = {"interactive_timeout": 10.0} | more.get("settings", {})
    async with FakeSlack(address) as slack:
        there = await slack.workspace(users=users, channels=list(CHANNELS), **more)
        try:
            yield there
        finally:
            await there.close()


@asynccontextmanager
async def in_slack(bot: Bot, ws: Workspace, plan: Config) -> AsyncIterator[None]:
    """Let Slack in, and wait until it is."""
    assert plan.slack is not None
    address = await bot.serve_slack(plan.slack)
    if address is None:
        await ws.until_connected()
    else:
        await ws.set(request_url=f"{address}{path(ws.team)}")
    yield


@asynccontextmanager
async def slack_world(
    database_url: str,
    address: str,
    transport: Transport,
    start: datetime = MONDAY,
    without_accounts: Collection[str] = (),
    lines: str = "",
    prober: Prober | None = None,
) -> AsyncIterator[World]:
    """Run Buckstop on this database in Slack, with these lines in the configuration's part about it, and yield the world around it."""
    more = {"transport": "http", "request_url": "http://127.0.0.1:9/none"} if transport == "http" else {}
    async with workspace(address, **more) as ws, ClientSession() as http:
        config = replace(loads(f"{slack_org(ws, transport, without_accounts)}\n{lines}", str(ORG), {}), database_url=database_url)
        made = running(config, ManualClock(start), local_too=False, slack=access(ws), prober=prober)
        async with made as bot, in_slack(bot, ws, config):
            await bot.settle()
            yield World(SlackStage(bot, ws, LocalStage(await bot.serve_local(0), http)))


@dataclass
class SlackStage:
    """Slack, from the seats of the people in it."""

    bot: Bot
    ws: Workspace
    local: LocalStage
    _offered: dict[str, tuple[Message, str | None]] = field(default_factory=dict)  # each person's last answer, and where it is
    _sent: dict[str, int] = field(default_factory=dict)  # the number of each person's last form in Slack's journal

    async def say(self, who: str, text: str, channel: str | None, thread: str | None) -> Json:
        """Type something. A command cannot be typed in a thread, so there the bot is called by its name, as people do."""
        if text.startswith("/") and thread is None:
            out = await self.ws.command(who, text, channel)
            return await self._answer(who, out, shown=channel)
        words = f"@buckstop {text.removeprefix('/case ').removeprefix('/')}" if text.startswith("/") else text
        out = await self.ws.say(who, words, channel, thread)
        return {"message": out.ts} | await self._answer(who, out, where=channel or f"@{who}")

    async def press(self, who: str, message: str, button: str, case: str | None) -> Json:
        """Press a button of a message in their direct messages, or in a channel."""
        for channel in CHANNELS:
            for said in await self.ws.messages(channel):
                if said.ts == message:
                    fits = [one for one in said.buttons if _verb(one) == button and case in (None, _case(one))]
                    return await self._answer(who, await self.ws.press(who, fits[0].action_id, channel, message), where=channel)
        whose, there = await self._direct_message(message)
        fitting = [one for one in there.buttons if _verb(one) == button and case in (None, _case(one))]
        # Nobody sees somebody else's direct messages: whoever presses there has forged who they are.
        forged = {"payload": {"user.id": self.ws.users[who]}} if who != whose else None
        out = await self.ws.press(whose, fitting[0].action_id, f"@{whose}", message, forge=forged)
        return await self._answer(who, out, where=f"@{who}")

    async def take(self, who: str, label: str) -> Json:
        """Press a button of the last answer."""
        message, where = self._offered[who]
        [button] = [one for one in message.buttons if one.label == label]
        return await self._answer(who, await self.ws.press(who, button.action_id, where, message.ts), where=where)

    async def submit(self, who: str, form: str, values: Mapping[str, Any]) -> Json:
        """Fill the modal in, as its fields have it, and send it."""
        view = await self.ws.form(who)
        if view is None:
            # Slack's client has closed it; the same once more can only be the same request again.
            again = await self.ws.do("replay", n=self._sent[who])
            return {"reply": _reply(again["body"]["view"]["blocks"])}
        out = await self.ws.submit(who, {name: value for given in values.items() for name, value in self._filled(who, view, *given)})
        self._sent[who] = out.n or 0
        if out.errors:
            return {"errors": {name.removesuffix(".other"): text for name, text in out.errors.items()}}
        answer = await self._answer(who, out)
        if out.view is not None and out.view.callback_id == "answer":
            await self.ws.close_view(who)
        return answer

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """React to a message, wherever it is."""
        for channel in (*CHANNELS, f"@{who}"):
            if message in [one.ts for one in await self.ws.messages(channel)]:
                return await self._answer(who, await self.ws.react(who, channel, message, emoji), where=channel)
        raise AssertionError(f"there is no message {message}")

    async def messages(self, where: str) -> list[Json]:
        """Return the messages of a channel or of direct messages; answers that only followed a question are none."""
        found = await self.ws.messages(where)
        return [self._message(one) for one in found if not one.bot_id or one.metadata is not None]

    async def case(self, case: str) -> Json:
        """Return a case with its timeline."""
        return await self.local.case(case)

    async def cases(self) -> list[Json]:
        """Return all cases."""
        return await self.local.cases()

    async def wind(self, how: Mapping[str, str]) -> Json:
        """Wind the clock."""
        return await self.local.wind(how)

    async def now(self) -> str:
        """Return the time."""
        return await self.local.now()

    async def _answer(self, who: str, out: Outcome, where: str | None = None, shown: str | None = None) -> Json:
        """Return what somebody saw of what they did, once all of it is done, and everything is delivered."""
        assert out.ok, (out.failure, out.body)
        assert self.bot.slack is not None
        await self.bot.slack.workspaces[self.ws.team].settle()
        await self.bot.settle()
        if out.view is not None:
            return {"reply": _modal(out.view) if out.view.callback_id == "form" else _reply(out.view.blocks)}
        seen = list(out.ephemeral)
        if where is not None:
            journal = [entry["message"] for entry in await self.ws.journal("message", since=out.since)]
            later = [Message.of(one) for one in journal if one["bot_id"] and one["metadata"] is None]
            seen += [one for one in later if one.ts not in [before.ts for before in seen]]
        if seen:
            self._offered[who] = (seen[-1], shown or where)
        return {"reply": _reply([block for message in seen for block in message.blocks])} if seen else {}

    def _filled(self, who: str, view: View, name: str, value: Any) -> list[tuple[str, Any]]:
        """Return how a person enters a value: a time is picked, and a cause that is not in the list is written beside it."""
        [element] = [block["element"] for block in view.blocks if block.get("block_id") == name] or [{}]
        if element.get("type") == "datetimepicker":
            org, now = self.bot.config.org, self.bot.clock.now()
            read = read_time(str(value), next(p.calendar for p in org.people.values() if p.id == who), now)
            return [(name, read or datetime.fromisoformat(str(value)).astimezone(UTC))]
        listed = [option["value"] for option in element.get("options", ())]
        if element.get("type") == "static_select" and value not in listed and f"{name}.other" in view.fields:
            return [(f"{name}.other", value)]
        return [(name, value)]

    async def _direct_message(self, ts: str) -> tuple[str, Message]:
        for person in PEOPLE:
            for message in await self.ws.messages(f"@{person}"):
                if message.ts == ts:
                    return person, message
        raise AssertionError(f"there is no message {ts}")

    def _message(self, message: Message) -> Json:
        users = {account: name for name, account in self.ws.users.items()}
        buttons = [{"id": _verb(one), "label": one.label, "case": _case(one)} for one in message.buttons]
        return {
            "id": message.ts,
            "from": "buckstop" if message.bot_id else users.get(message.user, message.user),
            "text": message.shown,
            "buttons": buttons,
            "thread": message.thread_ts,
            "case": next((one["case"] for one in buttons), None),
        }


def _reply(blocks: list[Json]) -> Json:
    text = shown({"blocks": [block for block in blocks if block["type"] != "actions"]})
    return {"text": text, "refused": any(block.get("block_id") == "refused" for block in blocks)}


def _modal(view: View) -> Json:
    fields = [{"name": name} for name in view.fields if not name.endswith(".other")]
    return {"text": "", "form": {"id": view.id, "title": view.title, "fields": fields}}


def _verb(button: Button) -> str:
    return button.action_id.partition(":")[0]


def _case(button: Button) -> str | None:
    name = button.action_id.partition(":")[2]
    return name if name != "-" else None
