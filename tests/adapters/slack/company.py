"""A company in a fake Slack: three people, two channels, and the configuration that says so."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiohttp import ClientSession

from bot.adapters.slack.calls import ANSWER_WITHIN, client
from bot.adapters.slack.check import Wanted, look, look_everywhere, wanted
from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.tokens import Tokens
from bot.config import Config, loads
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers.night import Seen
from tests.slack.client import FakeSlack, Workspace

TEAM, OTHER = "T0123456", "T7654321"
USERS = ("rita", "ana", "ben", "ida")
# By account; Ben only by his e-mail address.
PEOPLE = {"ana": 'slack = "U0ANA"', "ben": 'email = "ben@example.com"', "ida": 'slack = "U0IDA"'}
CHANNELS = {"help": "C0HELP", "leadership": "C0LEADERSHIP"}


def config(
    people: Mapping[str, str] = PEOPLE,
    channels: Mapping[str, str] = CHANNELS,
    *,
    workspaces: Sequence[str] = (TEAM,),
    slack: str = "",
    more: str = "",
    database_url: str = "sqlite:///none.db",
) -> str:
    """Return the configuration of the company."""
    parts = [
        '[organisation]\nname = "Harbour"\nzone = "Europe/London"\nadmins = ["ida"]\n',
        f'[database]\nurl = "{database_url}"\n',
        *(f'[[people]]\nid = "{who}"\nname = "{who.capitalize()}"\n{line}\n' for who, line in people.items()),
        '[[services]]\nid = "billing"\nname = "Billing"\nowner = "ana"\nchain = "standard"\ndefault = true\n',
        '[[chains.standard.levels]]\nto = "owner"\nrespond_within = "1h"\nresolve_within = "2d"\n',
        '[[chains.standard.levels]]\nto = "ben"\nrespond_within = "1h"\nresolve_within = "2d"\n',
        f"[slack]\nworkspaces = {list(workspaces)}\n{slack}\n[slack.channels]\n",
        *(f'{name} = "{there}"\n' for name, there in channels.items()),
        more,
    ]
    return "".join(parts)


def loaded(**given: Any) -> Config:
    """Return the same, checked."""
    return loads(config(**given), "company.toml", {})


@asynccontextmanager
async def company(address: str, **other: Any) -> AsyncIterator[Workspace]:
    """Make the company's workspace, all as it should be unless told otherwise."""
    usual = {"users": list(USERS), "channels": list(CHANNELS), "team": TEAM, "scopes": list(SCOPES)}
    async with FakeSlack(address) as slack:
        made = await slack.workspace(**usual | other)
        try:
            yield made
        finally:
            await made.close()


class Reached(Protocol):
    """Where Slack is thought to be, and with which token."""

    api_url: str
    bot_token: str


async def looked(ws: Reached, plan: Config, tokens: Tokens | None = None, org: Org | None = None, also: Sequence[str] = ()) -> list[Seen]:
    """Look at the workspace."""
    async with ClientSession(timeout=ANSWER_WITHIN) as session:
        return await look(TEAM, client(ws.api_url, ws.bot_token, session), _wanted(plan, org, also), tokens)


async def looked_everywhere(plan: Config, *all: Workspace) -> dict[str, list[Seen]]:
    """Look at several workspaces."""
    async with ClientSession(timeout=ANSWER_WITHIN) as session:
        clients = {ws.team: client(ws.api_url, ws.bot_token, session) for ws in all}
        return await look_everywhere(clients, _wanted(plan), {ws.team: tokens_of(ws) for ws in all})


def tokens_of(ws: Workspace) -> Tokens:
    """Return the app's secrets."""
    return Tokens(ws.bot_token, ws.app_token, ws.signing_secret)


def _wanted(plan: Config, org: Org | None = None, also: Sequence[str] = ()) -> Wanted:
    assert plan.slack is not None
    return wanted(plan.slack, plan.org, org or plan.org, [PersonId(one) for one in also], local=plan.local.enabled)
