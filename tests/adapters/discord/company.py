"""A company in a fake Discord: three people, a channel for help, one for leadership, a forum, and the configuration that says so."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.adapters.discord.access import Access
from bot.adapters.discord.check import look_closely, sought
from bot.adapters.discord.sync import synced
from bot.config import Config, loads
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers.night import Seen
from tests.discord.client import FakeDiscord, World

USERS = ("rita", "ana", "ben", "ida")
PEOPLE = {"ana": "ana", "ben": "ben", "ida": "ida"}  # whose account in Discord is whose
NOBODY = "998877665544332211"  # an id that nothing has
FORUM: Mapping[str, Any] = {"name": "problems", "kind": "forum", "tags": ["open", "closed"]}
CHANNELS: Sequence[str | Mapping[str, Any]] = ("help", "leadership", FORUM)


def config(
    world: World,
    people: Mapping[str, str] = PEOPLE,
    *,
    lines: Mapping[str, str] | None = None,
    channels: Mapping[str, str] | None = None,
    guilds: Sequence[str] = ("harbour",),
    discord: str = 'forums = ["problems"]',
    more: str = "",
    database_url: str = "sqlite:///none.db",
) -> str:
    """Return the configuration of the company.

    Args:
        world: where it is.
        people: their accounts, by name or id; "" for none.
        lines: what more there is to say of a person.
        channels: what the configuration calls a channel, and its name or id; all of them unless said.
        guilds: the servers, by name or id.
        discord: more of Discord's section.
        more: more sections.
        database_url: where the cases are.
    """
    there = {one: one for one in ("help", "leadership", "problems")} if channels is None else channels
    ids = [world.guilds.get(guild, guild) for guild in guilds]
    parts = [
        '[organisation]\nname = "Harbour"\nzone = "Europe/London"\nadmins = ["ida"]\n',
        f'[database]\nurl = "{database_url}"\n',
        *(_person(world, who, account, (lines or {}).get(who, "")) for who, account in people.items()),
        '[[services]]\nid = "billing"\nname = "Billing"\nowner = "ana"\nchain = "standard"\ndefault = true\n',
        '[[chains.standard.levels]]\nto = "owner"\nrespond_within = "1h"\nresolve_within = "2d"\n',
        '[[chains.standard.levels]]\nto = "ben"\nrespond_within = "1h"\nresolve_within = "2d"\n',
        f"[discord]\nguilds = {ids}\n{discord}\n[discord.channels]\n",
        *(f'{name} = "{_channel(world, channel)}"\n' for name, channel in there.items()),
        more,
    ]
    return "".join(parts)


def _channel(world: World, channel: str) -> str:
    guild, slash, name = channel.partition("/")
    if slash:
        return f"{world.guilds.get(guild, guild)}/{world.channels.get(channel, name)}"
    return world.channels.get(channel, channel)


def _person(world: World, who: str, account: str, line: str) -> str:
    given = f'discord = "{world.users.get(account, account)}"\n' if account else ""
    return f'[[people]]\nid = "{who}"\nname = "{who.capitalize()}"\n{given}{line}\n'


def loaded(world: World, **given: Any) -> Config:
    """Return the same, checked."""
    return loads(config(world, **given), "company.toml", {})


@asynccontextmanager
async def company(
    address: str, *, users: Sequence[Any] = USERS, channels: Sequence[Any] = CHANNELS, register: bool = True, **other: Any
) -> AsyncIterator[World]:
    """Make the company's world, all as it should be unless told otherwise; `other` is of its guild or its world."""
    of_guild: dict[str, Any] = {key: other.pop(key) for key in ("members", "bot", "with_bot", "roles") if key in other}
    guild = {"name": "harbour", "channels": list(channels), **of_guild}
    async with FakeDiscord(address) as discord:
        made = await discord.world(users=list(users), **({"guilds": [guild]} | other))
        if register:
            await synced(access(made))
        try:
            yield made
        finally:
            await made.close()


def access(world: World) -> Access:
    """Return the way to the company's Discord."""
    return Access(world.api_url, world.gateway_url, world.token, pace=None)


async def looked(
    way: Access, plan: Config, org: Org | None = None, also: Sequence[str] = (), *, mail: bool = False
) -> dict[str, list[Seen]]:
    """Look closely, and return what was seen by its heading."""
    assert plan.discord is not None
    asked = sought(plan.org, org or plan.org, [PersonId(one) for one in also], local=plan.local.enabled, mail=mail)
    return {heading: seen async for heading, seen in look_closely(way, plan.discord, asked)}


def named(world: World, line: str) -> str:
    """Return a line with names instead of ids, which are never the same twice."""
    known = [("bot", world.application_id), *world.channels.items(), *world.users.items(), *world.guilds.items()]
    for name, number in known:
        line = line if "/" in name else line.replace(number, f"<{name}>")
    return line
