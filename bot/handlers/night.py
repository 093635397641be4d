"""What becomes of what was seen in a nightly look at a platform: who counts as gone, who as there again, what do the admins learn?

Platforms tell of these things by events, and events can be missed. What is found here is treated as the event would have been. What could
not be looked at (the network, a limit, a dead token, a missing permission) changes nothing.
"""

from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import structlog

from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.wording.findings import Finding
from bot.wording.people import unknown_account
from bot.wording.undelivered import rerouted

log = structlog.get_logger()


class State(StrEnum):
    """What is known of a person or a channel."""

    THERE = "there"
    CLOSED = "closed"  # the account is there, and takes no direct messages
    GONE = "gone"  # nothing gets there
    UNSEEN = "unseen"  # it could not be looked at


@dataclass(frozen=True, slots=True)
class Seen(Finding):
    """A finding about a platform, with what it means for a person or a channel of the configuration."""

    state: State = State.THERE
    person: PersonId | None = None
    channel: str | None = None
    account: Account | None = None  # the person's, if one is known or was found
    profile: Profile | None = None  # what the platform says of it


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a platform is searched for."""

    platform: str
    org: Org  # as it is now: with the accounts that were found, and the newcomers
    configured: Collection[PersonId]
    newcomers: tuple[PersonId, ...] = ()
    local: bool = False  # everybody can be reached in the local workspace as well
    mail: bool = False  # on another platform people are found by their e-mail address

    @property
    def people(self) -> tuple[PersonId, ...]:
        """Return everybody to look for."""
        return (*self.configured, *self.newcomers)

    def elsewhere(self, person: PersonId) -> bool:
        """Tell whether there is a way to a person that does not lead through this platform."""
        known = self.org.people[person]
        by_mail = self.mail and person in self.configured and known.email is not None
        return self.local or by_mail or any(account.platform != self.platform for account in known.accounts)


class Night:
    """What becomes of the people and channels of one platform, one after the other."""

    def __init__(self, sought: Sought, acquaintance: Acquaintance, day: date) -> None:
        self._sought = sought
        self._acquaintance = acquaintance
        self._day = day

    async def note(self, workspace: str, one: Seen) -> None:
        """Write a fault into the log, and tell the admins of a channel that takes nothing any more."""
        platform = self._sought.platform
        if one.channel is not None and one.state is State.GONE:
            await self._acquaintance.channel_is_dead(platform, one.channel, one.fault or one.seen)
        elif one.fault is not None:
            # Whose account it is stands in the place; more about a person does not belong into a log.
            what = one.fault if one.person is None else one.state.value
            log.warning("night.fault", platform=platform, workspace=workspace, place=one.place, what=what)

    async def judge(self, person: PersonId, mine: Mapping[str, Seen], where: Collection[str]) -> None:
        """Let a person count as what was seen of them, in all workspaces (`where`) that they may be in together."""
        for one in mine.values():
            await self._keep(person, one)
        now = (await self._acquaintance.org()).people[person]
        there = [one for one in mine.values() if one.state is State.THERE]
        closed = [one for one in mine.values() if one.state is State.CLOSED]
        if now.gone:
            return
        if there:
            if not now.reachable:
                await self._acquaintance.found(person)
        elif closed:
            # A thread may still reach them. The outbox finds out, message by message; here the admins learn it before it matters.
            key = f"closed/{self._sought.platform}/{person}"
            await self._acquaintance.tell_admins(key, rerouted(now.name, closed[0].fault or ""))
        elif now.reachable and self._is_lost(person, mine, where):
            await self._lost(person, now.name, next(iter(mine.values())).fault or "their account was deactivated")

    async def _lost(self, person: PersonId, name: str, why: str) -> None:
        platform = self._sought.platform
        if person in self._sought.configured:  # of anybody else there is nothing to correct
            key = f"lost/{platform}/{person}/{self._day.isoformat()}"
            await self._acquaintance.tell_admins(key, unknown_account(name, platform, why))
        await self._acquaintance.lost(person, why)

    async def _keep(self, person: PersonId, one: Seen) -> None:
        """Keep an account that was found by e-mail, and one that was deactivated or is there again, as its event would."""
        if one.account is None or one.profile is None:
            return
        known = self._sought.org.people[person]
        if one.account not in known.accounts and one.state is not State.GONE:
            await self._acquaintance.has_account(person, one.account, known.email)
        if one.profile.gone or known.gone or one.account in known.closed:
            await self._acquaintance.changed(one.account, one.profile)

    def _is_lost(self, person: PersonId, mine: Mapping[str, Seen], where: Collection[str]) -> bool:
        """Tell whether nothing gets to a person: seen so wherever they may be, with no way beside this platform."""
        gone = all(workspace in mine and mine[workspace].state is State.GONE for workspace in where)
        return bool(where) and gone and not self._sought.elsewhere(person)


async def alone(work: Coroutine[Any, Any, None], what: str) -> None:
    """Do one thing. Its trouble, such as a database that was busy, must not keep the others from being done."""
    try:
        await work
    except Exception:
        log.exception("night.failed", what=what)
