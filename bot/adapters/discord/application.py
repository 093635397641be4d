"""Is the application itself set up: its intents, its settings, its gateway, its commands?"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import discord
from aiohttp import ClientError, ClientSession
from discord.http import Route

from bot.adapters.asking import NoAnswer
from bot.adapters.discord.asking import Asking
from bot.adapters.discord.calls import NOT_DISCORD
from bot.adapters.discord.manifest import PORTAL, intents
from bot.adapters.discord.registered import Commands
from bot.adapters.discord.rest import has_intent
from bot.config import DiscordPlan
from bot.handlers.night import Seen, State

SYNC = "Run `buckstop discord sync`"
_HELLO = 10  # what a gateway says first
_FEW = 5  # session starts
_SECONDS = 10.0  # for the gateway's first word


async def application(ask: Asking, plan: DiscordPlan, gateway: str) -> AsyncIterator[Seen]:
    """Look at the application of a client that is logged in; `gateway` is the address of Discord's gateway.

    Raises:
        NoAnswer, ShutOut: nothing more can be looked at.
    """
    yield _token(ask.client)
    for one in _settings(ask.client):
        yield one
    for one in _intents(ask.client, plan):
        yield one
    yield await _starts(ask, plan)
    yield await _gateway(gateway)
    yield await _commands(ask)


def _token(client: discord.Client) -> Seen:
    user, own = client.user, client.application
    if user is None or own is None:
        raise NoAnswer(NOT_DISCORD)
    return Seen("bot token", f'{user} ({user.id}) of the application "{own.name}" ({own.id})')


def _settings(client: discord.Client) -> Iterator[Seen]:
    own = client.application
    assert own is not None
    if own.interactions_endpoint_url:
        cure = f"Empty that field: {PORTAL}/{own.id}/information"
        fault = 'Discord sends commands and buttons to an "Interactions Endpoint URL" instead of Buckstop'
        yield Seen("application", fault=fault, mend=cure)
    if own.bot_require_code_grant:
        cure = f'Switch "Requires OAuth2 Code Grant" off: {PORTAL}/{own.id}/bot'
        yield Seen("application", fault="nobody can invite the bot, since Discord asks for a code that it does not give", mend=cure)
    if own.bot_public:
        cure = 'Nothing is done in servers that are not configured; but switch "Public Bot" off in the portal, under Bot'
        yield Seen("application", "whoever knows its id can invite the bot", mend=cure)


def _intents(client: discord.Client, plan: DiscordPlan) -> Iterator[Seen]:
    missing = [(name, why) for key, (name, why) in intents(plan).items() if not has_intent(client, key)]
    for name, why in missing:
        cure = f"Switch it on: {PORTAL}/{client.application_id}/bot, Privileged Gateway Intents"
        if name.startswith("Server"):
            cure += "; or set discord.members_intent = false"
        yield Seen("intents", fault=f"{name}: it is switched off. {why.rstrip('.')}", mend=cure)
    if not missing:
        yield Seen("intents", f"{' and '.join(name for name, _ in intents(plan).values())}: switched on")


async def _starts(ask: Asking, plan: DiscordPlan) -> Seen:
    # Asked as it is: the library's own way to ask hides why there is no answer.
    told = await ask(lambda: ask.client.http.request(Route("GET", "/gateway/bot")))
    try:
        shards, left = int(told["shards"]), told["session_start_limit"]
        total, remaining, again = int(left["total"]), int(left["remaining"]), round(int(left["reset_after"]) / 3_600_000)
    except (KeyError, TypeError, ValueError) as fault:
        raise NoAnswer(NOT_DISCORD) from fault
    of = plan.shards.of or 1
    wanted = len(plan.shards.ids) or of
    seen = f"{shards} recommended; {remaining} of {total} session starts are left"
    if remaining < wanted:
        cure = f"Discord lets the bot connect again in about {again} hours; look in the log why it started so often"
        return Seen("shards", fault=f"only {remaining} session starts are left, and {wanted} are needed", mend=cure)
    if of < shards:
        return Seen("shards", seen, mend=f"Buckstop opens {of}, which is fewer than that: see discord.shards")
    return Seen("shards", seen, mend="Every start of Buckstop takes one for each shard" if remaining < _FEW + wanted else None)


async def _gateway(address: str) -> Seen:
    """Try the gateway as far as that costs no session: it speaks first."""
    try:
        async with asyncio.timeout(_SECONDS), ClientSession() as session, session.ws_connect(f"{address}?v=10&encoding=json") as socket:
            first = await socket.receive_json()
    except (ClientError, OSError, TimeoutError, TypeError, ValueError) as fault:
        cure = "See whether this machine may open wss:// connections, and what DISCORD_GATEWAY_URL says"
        return Seen("gateway", fault=f"no connection to it ({type(fault).__name__})", mend=cure, state=State.UNSEEN)
    if not isinstance(first, dict) or first.get("op") != _HELLO:
        return Seen("gateway", fault=NOT_DISCORD, mend="Look what DISCORD_GATEWAY_URL says", state=State.UNSEEN)
    return Seen("gateway", "it answers")


async def _commands(ask: Asking) -> Seen:
    changes = await Commands(ask).changes()
    if not changes.any:
        return Seen("commands", f"{', '.join(changes.same)}: registered, and up to date")
    said = {
        "not registered": changes.new,
        "registered as they were in another version": changes.changed,
        "not there any more": changes.gone,
    }
    return Seen("commands", fault="; ".join(f"{', '.join(names)}: {what}" for what, names in said.items() if names), mend=SYNC)
