"""Whose account is that? Accounts are the configuration's, or were linked, or belong to somebody new who spoke to Buckstop."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.names import leading, people_by_name, person_named, services_by_name

PLATFORM = "discord"


class People:
    """Discord's accounts, and the people behind them. An account is the same in every server."""

    def __init__(self, acquaintance: Acquaintance) -> None:
        self.acquaintance = acquaintance

    async def person(self, user: discord.abc.User) -> PersonId | None:
        """Return who has this account, getting acquainted with them if need be; None for a program's."""
        if is_program(user):
            return None
        known = await self.acquaintance.known(account_of(user.id))
        return known if known is not None else await self.acquaintance.met(account_of(user.id), Profile(user.display_name))

    async def picked(self, user: str, told: Mapping[str, Any] | None) -> PersonId | None:
        """Return who has the account that somebody picked, of which Discord tells this; None for a program's."""
        known = await self.acquaintance.known(account_of(user))
        if known is not None:
            return known
        if told is None or told.get("bot") or str(told.get("id")) != user:
            return None
        name = told.get("global_name") or told.get("username") or user
        return await self.acquaintance.met(account_of(user), Profile(str(name)))

    async def gone(self, user: discord.abc.User) -> None:
        """Keep that an account is in none of our servers any more."""
        await self.acquaintance.changed(account_of(user.id), Profile(user.display_name, gone=True))

    async def there(self, user: discord.abc.User) -> None:
        """Keep that an account is there, and what it is called now."""
        if not is_program(user):
            await self.acquaintance.changed(account_of(user.id), Profile(user.display_name))


def account_of(user: int | str) -> Account:
    """Return the account of this id."""
    return Account(PLATFORM, "", str(user))


def is_program(user: discord.abc.User) -> bool:
    """Tell whether an account is a program's, or Discord's own."""
    return bool(user.bot or getattr(user, "system", False))


def called(org: Org, user: str, label: str) -> str:
    """Return what to call an account in plain words, so that a command with it in still names the person, and nobody else."""
    person = org.holder(account_of(user))
    if person is None:
        # Whatever strangers call themselves, it must not be read as somebody who is known: "ana.lee" begins with a name.
        means = leading(label, {**services_by_name(org), **people_by_name(org)})
        return f"@{label}" if label and means is None else f"@{user}"
    name = org.name_of(person)
    return f"@{name}" if person_named(name, org) == person else f"@{person}"
