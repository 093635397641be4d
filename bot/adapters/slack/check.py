"""Is everything in a workspace as the configuration relies on it? `buckstop doctor` asks that, and so does the bot every night.

Looking changes nothing that anybody sees. Each thing that was looked at is a finding, the good ones too; a fault has its place and its
cure. What could not be looked at is said to be just that: it never counts as gone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.asking import NoAnswer
from bot.adapters.slack.asking import NOT_SLACK, Refused, ShutOut, ask, part
from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.people import PLATFORM, is_bot, profile_of
from bot.adapters.slack.tokens import Tokens
from bot.config import SlackPlan
from bot.config.faults import under
from bot.escalation.org import Account, Org, Person
from bot.escalation.words import PersonId
from bot.handlers.night import Seen, Sought, State

_AGAIN = "install the app again from `buckstop manifest slack` (docs/slack.md)"
_MEMBER_ID = 'their profile in Slack, ⋮, "Copy member ID"'
_TAB = "In the app's settings, App Home: switch the messages tab on, and let people write there"
_THREAD = "Until it is mended, Buckstop calls them by name in the thread of their case"

Pause = Callable[[], Awaitable[None]]


async def no_pause() -> None:
    """Go on at once: somebody is waiting for what is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted(Sought):
    """What to look for, and where."""

    plan: SlackPlan

    def where(self, person: PersonId) -> tuple[str, ...]:
        """Return the workspaces in which a person has an account or, if they have none, may be found by e-mail."""
        workspaces = self.plan.workspaces
        return tuple(w for w in workspaces if self.org.account(person, PLATFORM, w) is not None) or workspaces


def wanted(plan: SlackPlan, configured: Org, now: Org, on_live: Iterable[PersonId], *, local: bool) -> Wanted:
    """Return what to look for: the configuration's people, and those others with an account here who are on a live case."""
    others = [
        person
        for person in sorted(set(on_live) - configured.people.keys())
        if any(now.account(person, PLATFORM, workspace) is not None for workspace in plan.workspaces)
    ]
    return Wanted(PLATFORM, now, tuple(configured.people), tuple(others), local, plan=plan)


async def look(workspace: str, client: AsyncWebClient, asked: Wanted, tokens: Tokens | None = None, pause: Pause = no_pause) -> list[Seen]:
    """Look at a workspace and return what was found; with `tokens`, at the app's other secrets too. It pauses before each person."""
    there = _Look(workspace, client, asked, pause)
    try:
        ours = await there.token()
        if tokens is not None:
            await there.secrets(tokens)
        if ours:
            await there.channels()
            await there.people()
    except ShutOut as why:
        there.found.append(there.shut_out(str(why)))
    except NoAnswer as why:
        there.found.append(_stopped(str(why)))
    return there.found


async def look_everywhere(clients: Mapping[str, AsyncWebClient], asked: Wanted, tokens: Mapping[str, Tokens]) -> dict[str, list[Seen]]:
    """Look at all workspaces, and return what is to be said of each."""
    looks = await asyncio.gather(*(look(workspace, client, asked, tokens[workspace]) for workspace, client in clients.items()))
    return together(dict(zip(clients, looks, strict=True)))


def together(found: Mapping[str, Sequence[Seen]]) -> dict[str, list[Seen]]:
    """Return the findings of all workspaces without what only seems a fault: who is in one need not be in the others."""
    somewhere = {one.person for seen in found.values() for one in seen if one.account is not None}
    said: set[PersonId | None] = set(somewhere)
    result: dict[str, list[Seen]] = {}
    for workspace, seen in found.items():
        result[workspace] = [one for one in seen if one.person is None or one.account is not None or one.person not in said]
        said |= {one.person for one in result[workspace]}
    return result


class _Look:
    """One look at one workspace; `found` is what it has seen so far."""

    def __init__(self, workspace: str, client: AsyncWebClient, asked: Wanted, pause: Pause) -> None:
        self.found: list[Seen] = []
        self._pause = pause
        self._workspace = workspace
        self._client = client
        self._asked = asked
        self._ours = "Buckstop"

    # --- tokens and scopes

    async def token(self) -> bool:
        """Look at the bot token and what it may do; tell whether it is this workspace's."""
        try:
            told = await ask(self._client.auth_test)
        except ShutOut as why:
            self.found.append(self.shut_out(str(why)))
            return False
        except Refused as why:
            self.found.append(self.shut_out(f"Slack answers {why}"))
            return False
        if not told["team_id"]:
            raise NoAnswer(NOT_SLACK)
        self._ours = str(told["user"])
        if told["team_id"] != self._workspace:
            fault = f'it belongs to the workspace "{told["team"]}" ({told["team_id"]})'
            cure = f"Set the bot token of the app in {self._workspace}, or write {told['team_id']} into slack.workspaces"
            self.found.append(Seen("bot token", fault=fault, mend=cure, state=State.UNSEEN))
            return False
        self.found.append(Seen("bot token", f'@{self._ours} in "{told["team"]}", {told["url"]}'))
        self.found += _scopes({name.lower(): value for name, value in dict(told.headers).items()}.get("x-oauth-scopes"))
        return True

    def shut_out(self, why: str) -> Seen:
        """Return that the token is good for nothing."""
        cure = (
            f"Install the app in this workspace again, and set its bot token ({self._variable('SLACK_BOT_TOKEN')}); "
            "channels and people can be looked at only with a good one"
        )
        return Seen("bot token", fault=why, mend=cure, state=State.UNSEEN)

    async def secrets(self, tokens: Tokens) -> None:
        """Look at what else the transport needs."""
        if self._asked.plan.transport == "socket":
            self.found.append(await self._app_token(tokens.app))
            return
        cure = (
            "If Slack's requests come back with 401, and the log says `slack.refused`, compare it with Basic Information, "
            "Signing Secret; and look whether this machine's clock is right"
        )
        self.found.append(Seen("signing secret", "it cannot be tried from here, only Slack's requests can", mend=cure))

    async def _app_token(self, token: str) -> Seen:
        place, variable = "app-level token", self._variable("SLACK_APP_TOKEN")
        cure = f'Generate one with the scope connections:write under Basic Information, "App-Level Tokens", and set it ({variable})'
        try:
            await ask(partial(self._client.apps_connections_open, app_token=token))
        except Refused as why:
            lacks = "it lacks the scope connections:write" if why.lacks else f"Slack answers {why.error}"
            return Seen(place, fault=lacks, mend=f"{cure}; and look whether Socket Mode is switched on", state=State.UNSEEN)
        except ShutOut as why:
            return Seen(place, fault=f"Slack refuses it ({why.error})", mend=cure, state=State.UNSEEN)
        except NoAnswer as why:
            return Seen(place, fault=f"it could not be tried: {why}", mend="Ask again in a minute", state=State.UNSEEN)
        return Seen(place, "Slack lets it open sockets")

    def _variable(self, name: str) -> str:
        return name if len(self._asked.plan.workspaces) == 1 else f"{name}_{self._workspace}"

    # --- channels

    async def channels(self) -> None:
        """Look at each channel that the configuration has in this workspace."""
        here = [(name, found.id) for name, found in self._asked.plan.channels.items() if found.workspace == self._workspace]
        await self._each("slack.channels", [(name, partial(self._channel, name, there)) for name, there in here])

    async def _channel(self, name: str, id: str) -> Seen:
        place = under("slack.channels", name)
        try:
            told = part(await ask(partial(self._client.conversations_info, channel=id)), "channel")
        except Refused as no:
            if no.lacks:
                raise
            if no.error != "channel_not_found":
                return Seen(place, fault=f"{id}: {no}", state=State.GONE if no.dead else State.UNSEEN, channel=name)
            fault = f"there is no channel {id} in this workspace, or it is private and Buckstop is not in it"
            cure = f'In the channel: /invite @{self._ours}; if that does not help, compare the id with the one at the end of its "About"'
            return Seen(place, fault=fault, mend=cure, state=State.GONE, channel=name)
        known = f"#{told['name']} ({id})" if told.get("name") else id
        if told.get("is_archived"):
            cure = f"Unarchive it and /invite @{self._ours}, or name another channel in the configuration"
            return Seen(place, fault=f"{known} is archived", mend=cure, state=State.GONE, channel=name)
        if not told.get("is_member", True):
            cure = f"In the channel: /invite @{self._ours}"
            return Seen(place, fault=f"Buckstop is not in {known}", mend=cure, state=State.GONE, channel=name)
        return Seen(place, known, channel=name)

    # --- people

    async def people(self) -> None:
        """Look at everybody who should be here."""
        here = [self._asked.org.people[person] for person in self._asked.people if self._workspace in self._asked.where(person)]
        await self._each("people", [(person.name, partial(self._person, person)) for person in here])

    async def _person(self, person: Person) -> Seen:
        known = self._asked.org.account(person.id, PLATFORM, self._workspace)
        if known is None and not person.email:
            cure = f'Write their `email` as it is in Slack, or slack = "U..." ({_MEMBER_ID})'
            return self._nobody(person, "", "neither an account in Slack nor an e-mail address is known of them", cure)
        await self._pause()
        try:
            if known is not None:
                told = part(await ask(partial(self._client.users_info, user=known)), "user")
            else:
                told = part(await ask(partial(self._client.users_lookupByEmail, email=str(person.email))), "user")
        except Refused as no:
            return self._not_found(person, known, no)
        seen = self._account(person, told)
        return seen if seen.state is State.GONE or person.id not in self._asked.configured else await self._reached(person, seen)

    def _not_found(self, person: Person, known: str | None, no: Refused) -> Seen:
        if no.lacks:
            raise no
        if not no.dead:
            return Seen(self._place(person), fault=str(no), state=State.UNSEEN, person=person.id)
        if known is None:
            cure = f'Correct it, or write slack = "U..." ({_MEMBER_ID})'
            return self._nobody(person, "email", f"nobody in this workspace has the e-mail address {person.email}", cure)
        account = Account(PLATFORM, self._workspace, known)
        fault, cure = f"there is no account {known} in this workspace", f"Write the right one ({_MEMBER_ID})"
        return Seen(self._place(person, "slack"), fault=fault, mend=cure, state=State.GONE, person=person.id, account=account)

    def _nobody(self, person: Person, key: str, why: str, cure: str) -> Seen:
        gone = Seen(self._place(person, key), state=State.GONE, person=person.id)
        if self._asked.elsewhere(person.id):
            return replace(gone, seen=f"{person.name} is not in Slack, and reached elsewhere")
        return replace(gone, fault=why, mend=cure)

    def _account(self, person: Person, told: Mapping[str, Any]) -> Seen:
        """Return what Slack's word about an account comes to."""
        user = str(told["id"])
        seen = Seen(
            self._place(person, "slack" if self._asked.org.account(person.id, PLATFORM, self._workspace) else "email"),
            f"{person.name}, {user}",
            person=person.id,
            account=Account(PLATFORM, self._workspace, user),
            profile=profile_of(told, self._workspace),
        )
        if is_bot(told):
            cure = f"Write a person's account ({_MEMBER_ID})"
            return replace(seen, fault=f"the account {user} is a program's", mend=cure, state=State.GONE)
        if not told.get("deleted"):
            return seen
        if person.id not in self._asked.configured:
            cure = "An admin may confirm what they reported"
            return replace(seen, seen=f"{person.name}, {user}, has left", mend=cure, state=State.GONE)
        cure = "Give their services another owner and take them out of the configuration, or write the account that they have now"
        return replace(seen, fault=f"the account {user} was deactivated", mend=cure, state=State.GONE)

    async def _reached(self, person: Person, seen: Seen) -> Seen:
        """Return the same, having tried whether they can be written to."""
        assert seen.account is not None
        try:
            await ask(partial(self._client.conversations_open, users=seen.account.id))
        except Refused as no:
            if no.lacks:
                raise
            fault = f"Buckstop cannot write to {seen.account.id} directly: {no}"
            cure = _TAB if no.error == "messages_tab_disabled" else _THREAD
            return replace(seen, fault=fault, mend=cure, state=State.CLOSED if no.dead else State.UNSEEN)
        if person.reachable and not person.gone:
            return seen
        return replace(seen, mend="A message did not reach them before; they count as there again tonight, or once they write to Buckstop")

    def _place(self, person: Person, key: str = "") -> str:
        if person.id not in self._asked.configured:
            return f"{person.name}, who reported something"
        place = under("people", person.id)
        return f"{place}.{key}" if key else place

    # --- what could not be looked at

    async def _each(self, place: str, looks: Iterable[tuple[str, Callable[[], Awaitable[Seen]]]]) -> None:
        """Look one after the other. What a missing scope hides is one finding, with everything that it hides."""
        hidden: dict[str, list[str]] = {}
        try:
            for name, one in looks:
                try:
                    self.found.append(await one())
                except Refused as no:
                    hidden.setdefault(no.lacks, []).append(name)
        finally:
            for scope, names in hidden.items():
                fault = f"{', '.join(names)}: could not be looked at: the app lacks {scope}"
                self.found.append(Seen(place, fault=fault, mend=_AGAIN.capitalize(), state=State.UNSEEN))


def _stopped(why: str) -> Seen:
    cure = "Nothing more was looked at: see whether this machine reaches Slack, and ask again"
    return Seen("Slack", fault=why, mend=cure, state=State.UNSEEN)


def _scopes(given: str | None) -> list[Seen]:
    if given is None:
        return [Seen("scopes", "Slack does not say which ones the app has")]
    has = {scope.strip() for scope in given.split(",")}
    missing = [
        Seen(f"scope {scope}", fault=f"it is missing. {why.rstrip('.')}", mend=_AGAIN.capitalize())
        for scope, why in SCOPES.items()
        if scope not in has
    ]
    spare = sorted(has - SCOPES.keys() - {""})
    if spare:
        cure = f"To be rid of them, {_AGAIN}"
        return [*missing, Seen("scopes", f"the app has some that Buckstop does not need: {', '.join(spare)}", mend=cure)]
    return missing or [Seen("scopes", f"all {len(SCOPES)} that are needed, and no others")]
