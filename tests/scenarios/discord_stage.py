"""The stage of the stories in Discord: people type, press and fill in as Discord's own client has them do it.

Buckstop runs as it does for a community; Discord is a fake in a process of its own, over the wire. Time is wound, and cases are looked at,
by the local workspace's API, since neither can be done in Discord.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aiohttp import ClientSession

from bot.adapters.discord.access import Access, Pace
from bot.adapters.discord.commands import tree
from bot.adapters.discord.layout import REFUSED
from bot.adapters.discord.options import BESIDE, CASES
from bot.app import Bot
from bot.clock import ManualClock
from bot.config import loads
from bot.handlers.parse import Command, parse
from bot.handlers.typed import values_of
from bot.ports import Prober
from tests.discord.client import FakeDiscord
from tests.discord.client import World as There
from tests.discord.told import Button, Message, Modal, Outcome
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import Json, World

PEOPLE = ("rita", "tom", "ana", "ben", "dana", "bruno", "eve", "cleo", "ida")
CHANNELS = ("help", "leadership")
GUILD = "northwind"


def discord_org(world: There, lines: str = "", also: Sequence[str] = ()) -> str:
    """Return the organisation of the stories as it would be written for Discord, with these channels `also`."""
    text = ORG.read_text("utf-8").replace('"local:', '"discord:')
    for person in PEOPLE:
        text = text.replace(f'id = "{person}"\n', f'id = "{person}"\ndiscord = "{world.users[person]}"\n')
    channels = ", ".join(f'{name} = "{world.channels[name]}"' for name in (*CHANNELS, *also))
    return f'{text}\n[discord]\nguilds = ["{world.guilds[GUILD]}"]\nchannels = {{ {channels} }}\nreactions = ["🎫"]\n{lines}'


def access(world: There, pace: Pace | None = None) -> Access:
    """Return how this Discord is reached; as fast as it goes, unless a test says otherwise."""
    return Access(world.api_url, world.gateway_url, world.token, pace)


@asynccontextmanager
async def northwind(address: str, **more: Any) -> AsyncIterator[There]:
    """Make a Discord with the people and channels of the stories."""
    users = [{"name": name, "global_name": name.capitalize()} for name in PEOPLE]
    channels = [*CHANNELS, *more.pop("channels", ())]
    # How busy the machine is on the day is not what the stories are about; whoever tests Discord's three seconds says so.
    more["settings"] = {"interaction_timeout": 30.0} | more.get("settings", {})
    async with FakeDiscord(address) as discord:
        there = await discord.world(users=users, guilds=[{"name": GUILD, "channels": channels}], **more)
        try:
            yield there
        finally:
            await there.close()


@asynccontextmanager
async def in_discord(bot: Bot, world: There) -> AsyncIterator[None]:
    """Register the commands, let Discord in, and wait until it is."""
    assert bot.discord is not None
    await sync(bot)
    bot.discord.connect()
    await world.until_connected()
    await bot.discord.catching_up.caught_up()
    yield


async def sync(bot: Bot) -> None:
    """Register the commands, as `buckstop discord sync` does."""
    assert bot.discord is not None
    await tree(bot.discord.rest.client).sync()


@asynccontextmanager
async def discord_world(
    database_url: str,
    address: str,
    start: datetime = MONDAY,
    lines: str = "",
    channels: Sequence[Json] = (),
    prober: Prober | None = None,
) -> AsyncIterator[World]:
    """Run Buckstop on this database in Discord, with these channels more in its configuration, and yield the world around it."""
    async with northwind(address, channels=channels) as there, ClientSession() as http:
        text = discord_org(there, lines, [channel["name"] for channel in channels])
        config = replace(loads(text, str(ORG), {}), database_url=database_url)
        made = running(config, ManualClock(start), local_too=False, discord=access(there), prober=prober)
        async with made as bot, in_discord(bot, there):
            await bot.settle()
            yield World(DiscordStage(bot, there, LocalStage(await bot.serve_local(0), http)))


@dataclass
class DiscordStage:
    """Discord, from the seats of the people in it."""

    bot: Bot
    there: There
    local: LocalStage
    _offered: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # each person's last answer, and where it is
    _sent: dict[str, str] = field(default_factory=dict)  # what each person's last form was

    async def say(self, who: str, text: str, channel: str | None, thread: str | None) -> Json:
        """Type something: a command with its options, or words. In a thread the bot is called by its name, as people do."""
        if text.startswith("/") and thread is None:
            name, options = self._as_command(text)
            if name is None:  # Discord offers no such command; what people write to Buckstop is read as one all the same
                return await self._answer(who, await self.there.say(who, text), None, said=True)
            return await self._answer(who, await self.there.command(who, name, options, channel), channel)
        words = f"@buckstop {text.removeprefix('/case ').removeprefix('/')}" if text.startswith("/") else text
        out = await self._say(who, words, channel, thread)
        return {"message": out.message} | await self._answer(who, out, channel, said=True)

    async def _say(self, who: str, words: str, channel: str | None, thread: str | None) -> Outcome:
        """Say something in a thread; where there is none yet, people answer the message that it would hang on."""
        threads = [one.id for one in await self.there.threads(channel)] if channel is not None and thread is not None else []
        if thread is None or thread in threads:
            return await self.there.say(who, words, channel, thread)
        return await self.there.say(who, words, channel, reply=thread)

    def _as_command(self, text: str) -> tuple[str | None, dict[str, Any]]:
        """Return a typed command as people fill it into Discord's options; no name if Discord has no such command."""
        name, _, rest = text.removeprefix("/").partition(" ")
        read = parse(rest if name == "case" else f"{name} {rest}")
        if not isinstance(read, Command) or read.verb not in {**CASES, **BESIDE}:
            return None, {}
        options: dict[str, Any] = {"case": f"C-{read.case}"} if read.case is not None else {}
        given = values_of(read.verb, read.words, self.bot.config.org)
        if read.verb == "away":
            given = {field: value.removeprefix("until ") for field, value in given.items()}
        options |= {_option(read.verb, field): _typed(field, value) for field, value in given.items()}
        return (read.verb if name != "case" or read.verb not in CASES else f"case {read.verb}"), options

    async def press(self, who: str, message: str, button: str, case: str | None) -> Json:
        """Press a button of a message in their direct messages, or in a channel and its threads."""
        place, said = await self._where(message)
        fitting = [one for one in said.buttons if _verb(one) == button and case in (None, _case(one))]
        # Nobody sees somebody else's direct messages: whoever presses there has forged who they are.
        whose = place.removeprefix("@") if place.startswith("@") else who
        forged = {"user.id": self.there.users[who]} if who != whose else None
        out = await self.there.press(whose, str(fitting[0].custom_id), place, message, forge=forged)
        return await self._answer(who, out, None)

    async def take(self, who: str, label: str) -> Json:
        """Press a button of the last answer."""
        message, channel = self._offered[who]
        return await self._answer(who, await self.there.press(who, label, channel, message), None)

    async def submit(self, who: str, form: str, values: Mapping[str, Any]) -> Json:
        """Fill the modal in, page by page, and send it."""
        modal, rest = await self.there.form(who), dict(values)
        if modal is None:
            # Discord's client has closed it; the same once more can only be the same form, sent anew.
            await self.there.command(who, "report", {}, "help")
            values = {name: value for name, value in values.items() if name != "title"}
            out = await self.there.submit(who, values, forge={"data.custom_id": self._sent[who]})
            return await self._answer(who, out, None)
        self._sent[who] = modal.custom_id
        if "title" in rest and "title" not in modal.fields:  # a report's first line is its title here
            rest["text"] = "\n".join(str(rest[name]) for name in ("title", "text") if rest.get(name))
            del rest["title"]
        while True:
            filled = {
                name: rest.pop(field)
                for name in modal.fields
                if (field := name.removesuffix(".other")) in rest and not _picker(modal, name)
            }
            out = await self.there.submit(who, filled)
            more = [one for message in out.ephemeral for one in message.buttons if str(one.custom_id).startswith("g:")]
            if not more or any(one.label == "Change it" for one in more):
                break
            out = await self.there.press(who, more[-1].label if rest or len(more) == 1 else more[0].label)
            if out.modal is None:
                break
            modal = out.modal
        assert not rest, f"the form does not ask for {sorted(rest)}"
        errors = _errors(modal, out) if more and more[0].label == "Change it" else {}
        return {"errors": errors} if errors else await self._answer(who, out, None)

    async def react(self, who: str, message: str, emoji: str) -> Json:
        """React to a message, wherever it is."""
        for channel in (*CHANNELS, f"@{who}"):
            if message in [one.id for one in await self.there.messages(channel)]:
                sign = {"ticket": "🎫", "x": "❌"}.get(emoji, emoji)
                return await self._answer(who, await self.there.react(who, channel, message, sign), None, said=True)
        raise AssertionError(f"there is no message {message}")

    async def messages(self, where: str) -> list[Json]:
        """Return the messages of a channel with its threads, or of direct messages; answers that only followed a question are none."""
        found = await self.there.messages(where)
        if not where.startswith("@"):
            for thread in await self.there.threads(where):
                found += await self.there.messages(thread.id)
        return [self._message(one) for one in sorted(found, key=lambda one: int(one.id)) if not self._ours(one) or _delivered(one)]

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

    async def _answer(self, who: str, out: Outcome, channel: str | None, *, said: bool = False) -> Json:
        """Return what somebody saw of what they did, once all of it is done, and everything is delivered."""
        assert out.ok, out.failure
        assert self.bot.discord is not None
        await self.bot.discord.settle()
        await self.bot.settle()
        if out.modal is not None:
            return {"reply": _form(out.modal)}
        seen = list(out.ephemeral)
        if said:
            journal = [Message.of(entry["message"]) for entry in await self.there.journal("message", since=out.since)]
            seen += [one for one in journal if self._ours(one) and not _delivered(one)]
        if seen:
            self._offered[who] = (seen[-1].id, channel)
        return {"reply": _reply(seen)} if seen else {}

    def _ours(self, message: Message) -> bool:
        return message.author == self.there.bot_user_id

    async def _where(self, id: str) -> tuple[str, Message]:
        """Return where a message is, and the message: in somebody's direct messages, a channel, or a thread."""
        async for place in self._places():
            for message in await self.there.messages(place):
                if message.id == id:
                    return place, message
        raise AssertionError(f"there is no message {id}")

    async def _places(self) -> AsyncIterator[str]:
        for person in PEOPLE:
            yield f"@{person}"
        for channel in CHANNELS:
            yield channel
            for thread in await self.there.threads(channel):
                yield thread.id

    def _message(self, message: Message) -> Json:
        users = {account: name for name, account in self.there.users.items()}
        found = [{"id": _verb(one), "label": one.label, "case": _case(one)} for one in message.buttons]
        return {
            "id": message.id,
            "from": "buckstop" if self._ours(message) else users.get(message.author, message.author),
            "text": message.shown,
            "buttons": found,
            "thread": message.channel if message.channel not in self.there.channels.values() else None,
            "case": next((one["case"] for one in found), None),
        }


def _delivered(message: Message) -> bool:
    """Tell whether a message of Buckstop's is a delivery, whose nonce is made of its key; answers have one that the library draws."""
    return message.nonce is not None and len(message.nonce) == 24


def _option(verb: str, field: str) -> str:
    match verb, field:
        case "report", "text":
            return "what"
        case ("merge", "to"):
            return "into"
        case ("away", "to"):
            return "covers"
        case ("digest" | "list", _):
            return "of"
        case ("announce", "from"):
            return "starts"
        case _:
            return field


def _typed(field: str, value: str) -> Any:
    match field:
        case "asked_before":
            return int(value)
        case "private" | "off":
            return bool(value)
        case _:
            return value


def _reply(seen: list[Message]) -> Json:
    refused = any(one.components and one.components[0].get("id") == REFUSED for one in seen)
    return {"text": "\n".join(one.shown for one in seen), "refused": refused}


def _form(modal: Modal) -> Json:
    fields = [{"name": name} for name in modal.fields if not name.endswith(".other")]
    return {"text": "", "form": {"id": modal.custom_id, "title": modal.title, "fields": fields}}


def _picker(modal: Modal, name: str) -> bool:
    """Tell whether this is where an account is picked: people write the name beside it, which always works."""
    return bool(modal.fields[name]["type"] == 5)


def _errors(modal: Modal, out: Outcome) -> dict[str, str]:
    """Return what is wrong with which field, as the message beside the form says it."""
    labels = {one["label"]: one["component"]["custom_id"] for one in modal.raw["components"] if "label" in one}
    told = "\n".join(message.shown for message in out.ephemeral)
    return {name: line.partition(": ")[2] for line in told.splitlines() for label, name in labels.items() if line.startswith(f"{label}: ")}


def _verb(button: Button) -> str:
    return str(button.custom_id).split(":")[1]


def _case(button: Button) -> str | None:
    parts = str(button.custom_id).split(":")
    return parts[2] if len(parts) > 2 and parts[2] != "-" else None
