"""Is everything in Discord as the configuration relies on it? `buckstop doctor` asks that, and so does the bot every night.

Looking changes nothing that anybody sees. Each thing that was looked at is a finding, the good ones too; a fault has its place and its
cure. What could not be looked at is said to be just that: it never counts as gone.
"""

from collections.abc import AsyncIterator, Iterable

import discord

from bot.adapters.asking import NoAnswer
from bot.adapters.discord.access import Access
from bot.adapters.discord.application import application
from bot.adapters.discord.asking import Asking, ShutOut, logged_in
from bot.adapters.discord.calls import Calls
from bot.adapters.discord.members import members
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.servers import Server, other_servers, server
from bot.config import DiscordPlan
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers.night import Seen, Sought, State

Part = tuple[str, list[Seen]]  # a heading, and what was seen under it
PEOPLE = "Discord, people"


def sought(configured: Org, now: Org, on_live: Iterable[PersonId], *, local: bool, mail: bool) -> Sought:
    """Return whom to look for: the configuration's people, and those others with an account here who are on a live case.

    Args:
        configured: the organisation as the configuration has it.
        now: as it is now, with the accounts that were linked, and the newcomers.
        on_live: everybody who is on a live case.
        local: everybody can be reached in the local workspace as well.
        mail: on another platform people are found by their e-mail address.
    """
    others = [
        person
        for person in sorted(set(on_live) - configured.people.keys())
        # Who was taken out of the configuration may still be on a case, and is nobody any more.
        if person in now.people and any(account.platform == PLATFORM for account in now.people[person].accounts)
    ]
    return Sought(PLATFORM, now, tuple(configured.people), tuple(others), local, mail)


async def look(client: discord.Client, calls: Calls, plan: DiscordPlan, asked: Sought) -> AsyncIterator[Part]:
    """Look at every server and at everybody; `client` is logged in."""
    try:
        async for part in _looked(Asking(client, calls), plan, asked):
            yield part
    except (NoAnswer, ShutOut) as why:
        yield "Discord", [stopped(why)]


async def _looked(ask: Asking, plan: DiscordPlan, asked: Sought) -> AsyncIterator[Part]:
    seen: list[Server] = []
    for guild in plan.guilds:
        found = await server(ask, guild, plan)
        seen.append(found)
        yield found.heading, list(found.findings)
    yield PEOPLE, [one async for one in members(ask, seen, asked)]


async def look_closely(access: Access, plan: DiscordPlan, asked: Sought) -> AsyncIterator[Part]:
    """Look at the application too: its token, its intents, its commands and the gateway. Each part is told as soon as it is seen."""
    try:
        async with logged_in(access) as ask:
            yield "Discord", [*[one async for one in application(ask, plan, access.gateway_url)], *await other_servers(ask, plan)]
            async for part in _looked(ask, plan, asked):
                yield part
    except (NoAnswer, ShutOut) as why:
        yield "Discord", [stopped(why)]


def stopped(why: Exception) -> Seen:
    """Return that nothing more could be looked at."""
    cure = "Nothing more was looked at: see whether this machine reaches Discord, and ask again"
    if isinstance(why, ShutOut):
        cure = 'Set a token that is valid (DISCORD_TOKEN): "Reset Token" in the developer portal, under Bot, shows a new one'
    return Seen("Discord", fault=str(why), mend=cure, state=State.UNSEEN)
