"""Once a night: have people left, or channels been archived, while nobody told us? The same look as `buckstop doctor`'s.

Slack tells of these things by events, and events can be missed. What is found here is treated as the event would have been. What could
not be looked at (the network, a limit, a dead token, a missing scope) changes nothing.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from datetime import date
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.check import Seen, State, Wanted, look, wanted
from bot.adapters.slack.people import PLATFORM
from bot.config import SlackPlan
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance
from bot.wording.people import unknown_account
from bot.wording.undelivered import rerouted

log = structlog.get_logger()


async def nightly(
    clients: Mapping[str, AsyncWebClient], plan: SlackPlan, acquaintance: Acquaintance, org: Org, day: date, *, local: bool
) -> bool:
    """Look at every workspace, once a day over all processes; return whether it was this call that did.

    Args:
        clients: each workspace's.
        plan: Slack's part of the configuration.
        acquaintance: where what is found goes.
        org: the organisation as it is configured.
        day: today, where the organisation is.
        local: everybody can be reached in the local workspace as well.
    """
    if not await acquaintance.once(f"{PLATFORM}/nightly/{day.isoformat()}"):
        return False
    asked = wanted(plan, org, await acquaintance.org(), await acquaintance.on_live(), local=local)
    looks = await asyncio.gather(*(_look(workspace, client, asked) for workspace, client in clients.items()))
    found = dict(zip(clients, looks, strict=True))
    night = _Night(asked, acquaintance, day)
    for workspace, seen in found.items():
        for one in seen:
            await _alone(night.note(workspace, one), one.place)
    for person in asked.people:
        mine = {workspace: one for workspace, seen in found.items() for one in seen if one.person == person}
        await _alone(night.judge(person, mine), person)
    log.info("slack.night", day=day.isoformat(), people=len(asked.people))
    return True


async def _look(workspace: str, client: AsyncWebClient, asked: Wanted) -> list[Seen]:
    try:
        return await look(workspace, client, asked)
    except Exception:
        log.exception("slack.night_failed", workspace=workspace)
        return []


async def _alone(work: Coroutine[Any, Any, None], what: str) -> None:
    """Do one thing. Its trouble, such as a database that was busy, must not keep the others from being done."""
    try:
        await work
    except Exception:
        log.exception("slack.night_failed", what=what)


class _Night:
    """What becomes of the people, one after the other."""

    def __init__(self, asked: Wanted, acquaintance: Acquaintance, day: date) -> None:
        self._asked = asked
        self._acquaintance = acquaintance
        self._day = day

    async def note(self, workspace: str, one: Seen) -> None:
        """Write a fault into the log, and tell the admins of a channel that takes nothing any more."""
        if one.channel is not None and one.state is State.GONE:
            await self._acquaintance.channel_is_dead(PLATFORM, one.channel, one.fault or one.seen)
        elif one.fault is not None:
            # Whose account it is stands in the place; more about a person does not belong into a log.
            what = one.fault if one.person is None else one.state.value
            log.warning("slack.night_fault", workspace=workspace, place=one.place, what=what)

    async def judge(self, person: PersonId, mine: Mapping[str, Seen]) -> None:
        """Let a person count as what was seen of them, in all workspaces together."""
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
            why = closed[0].fault or ""
            await self._acquaintance.tell_admins(f"closed/{PLATFORM}/{person}", rerouted(now.name, why))
        elif now.reachable and self._is_lost(person, mine):
            why = next(iter(mine.values())).fault or "their account was deactivated"
            if person in self._asked.configured:  # of anybody else there is nothing to correct
                key = f"lost/{PLATFORM}/{person}/{self._day.isoformat()}"
                await self._acquaintance.tell_admins(key, unknown_account(now.name, PLATFORM, why))
            await self._acquaintance.lost(person, why)

    async def _keep(self, person: PersonId, one: Seen) -> None:
        """Keep an account that was found by e-mail, and one that was deactivated or is there again, as its event would."""
        if one.account is None or one.profile is None:
            return
        known = self._asked.org.people[person]
        if one.account not in known.accounts and one.state is not State.GONE:
            await self._acquaintance.has_account(person, one.account, known.email)
        if one.profile.gone or known.gone or one.account in known.closed:
            await self._acquaintance.changed(one.account, one.profile)

    def _is_lost(self, person: PersonId, mine: Mapping[str, Seen]) -> bool:
        """Tell whether nothing gets to a person: seen so wherever they may be, with no way beside Slack."""
        where = self._asked.where(person)
        gone = all(workspace in mine and mine[workspace].state is State.GONE for workspace in where)
        return bool(where) and gone and not self._asked.elsewhere(person)
