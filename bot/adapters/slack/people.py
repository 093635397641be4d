"""Whose account is that, and which account has a person? Slack is asked once; what it says is kept with the other people.

Accounts are the configuration's, or were found by their e-mail address, or belong to somebody new who spoke to Buckstop.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.calls import error_of
from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.names import leading, people_by_name, person_named, services_by_name

PLATFORM = "slack"
_ASK_AGAIN_AFTER = 600.0  # seconds until an address that was nobody's is asked for again
_SLACKBOT = "USLACKBOT"
_NOBODY = frozenset({"user_not_found", "users_not_found", "user_not_visible"})


class People:
    """Accounts of all workspaces, and the people behind them."""

    def __init__(self, acquaintance: Acquaintance, clients: Mapping[str, AsyncWebClient]) -> None:
        self.acquaintance = acquaintance
        self._clients = clients
        self._nobody: dict[tuple[str, str], float] = {}  # until when an address counts as nobody's in a workspace

    async def person(self, workspace: str, user: str) -> PersonId | None:
        """Return who has this account, getting acquainted with them if need be; None for a bot, or an account that is not there."""
        account = Account(PLATFORM, workspace, user)
        known = await self.acquaintance.known(account)
        if known is not None:
            return known
        told = await self._told(workspace, user)
        return await self.acquaintance.met(account, profile_of(told, workspace)) if told is not None and not is_bot(told) else None

    async def account(self, workspace: str, person: PersonId) -> str | None:
        """Return a person's account in a workspace, asking Slack by their e-mail address if none is known."""
        org = await self.acquaintance.org()
        known = org.account(person, PLATFORM, workspace)
        if known is not None:
            return known
        email = org.people[person].email if person in org.people else None
        return await self._by_email(workspace, person, email) if email else None

    async def changed(self, workspace: str, told: Mapping[str, Any]) -> None:
        """Keep what Slack says has changed about an account."""
        await self.acquaintance.changed(Account(PLATFORM, workspace, str(told["id"])), profile_of(told, workspace))

    async def _by_email(self, workspace: str, person: PersonId, email: str) -> str | None:
        # Somebody with accounts elsewhere only would otherwise be asked for with each message.
        now = asyncio.get_running_loop().time()
        if self._nobody.get((workspace, email), 0.0) > now:
            return None
        found = await self._found(workspace, person, email)
        if found is None:
            self._nobody[workspace, email] = now + _ASK_AGAIN_AFTER
        return found

    async def _found(self, workspace: str, person: PersonId, email: str) -> str | None:
        try:
            answer = await self._clients[workspace].users_lookupByEmail(email=email)
        except SlackApiError as fault:
            if error_of(fault) in _NOBODY:
                return None
            raise
        told: Mapping[str, Any] = answer["user"]
        if told.get("deleted") or is_bot(told):
            return None
        await self.acquaintance.has_account(person, Account(PLATFORM, workspace, str(told["id"])), email)
        return str(told["id"])

    async def _told(self, workspace: str, user: str) -> Mapping[str, Any] | None:
        try:
            answer = await self._clients[workspace].users_info(user=user)
        except SlackApiError as fault:
            if error_of(fault) in _NOBODY:
                return None
            raise
        told: Mapping[str, Any] = answer["user"]
        return told


def is_bot(told: Mapping[str, Any]) -> bool:
    """Tell whether an account is a program's."""
    return bool(told.get("is_bot")) or told.get("id") == _SLACKBOT


def profile_of(told: Mapping[str, Any], workspace: str) -> Profile:
    """Return what Slack says about an account, as far as it matters here."""
    given = told.get("profile")
    profile: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    names = (profile.get("real_name"), told.get("real_name"), profile.get("display_name"), told.get("name"), told.get("id"))
    name = next((str(name).strip() for name in names if name and str(name).strip()), "somebody")
    # Somebody of another company, in a channel that is shared with it: what address they gave themselves proves nothing here.
    stranger = bool(told.get("is_stranger")) or told.get("team_id") not in (None, workspace)
    email = None if stranger else profile.get("email") or told.get("email")
    return Profile(name, told.get("tz"), email, gone=bool(told.get("deleted")))


def called(org: Org, workspace: str, user: str, label: str) -> str:
    """Return what to call an account in plain words, so that a command with it in still names the person, and nobody else."""
    person = org.holder(Account(PLATFORM, workspace, user))
    if person is None:
        # Whatever strangers call themselves, it must not be read as somebody who is known: "ana.lee" begins with a name.
        means = leading(label, {**services_by_name(org), **people_by_name(org)})
        return f"@{label}" if label and means is None else f"@{user}"
    name = org.name_of(person)
    return f"@{name}" if person_named(name, org) == person else f"@{person}"
