"""How does a delivery become a message in Discord, once?

A post whose answer got lost is looked for in the history first, by its key (history.py), and posted again with the same nonce (posting.py),
so that it is there once even while Discord is still at it. An edit may be made twice; it is never made late (calls.py).
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import structlog

from bot.adapters.discord import calls
from bot.adapters.discord.access import Pace
from bot.adapters.discord.calls import code_of, ended, why
from bot.adapters.discord.direct import Direct, NoAccount
from bot.adapters.discord.history import History, Unreadable
from bot.adapters.discord.layout import called, of_card
from bot.adapters.discord.lines import Reader
from bot.adapters.discord.people import PLATFORM, People
from bot.adapters.discord.posting import put
from bot.adapters.discord.rest import NotKnownYet, Rest
from bot.adapters.discord.threads import Threads, name_of
from bot.clock import machine_time
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address, Delivered, GiveUp, Limit, LookedUpInVain, Outcome, Parcel, TryLater

log = structlog.get_logger()

_LOOKING, _AFTERWARDS = timedelta(seconds=14), timedelta(seconds=5)  # with a post, or together, less than the outbox waits
_NONCE_HOLDS = timedelta(minutes=1)  # Discord says "a few minutes"


class DiscordMessenger:
    """Discord, as the outbox sees it."""

    platform = PLATFORM

    def __init__(self, rest: Rest, people: People, threads: Threads, pace: Pace | None = None) -> None:
        """`pace` is how fast to write; None writes as fast as it can, for tests."""
        self._rest = rest
        self._people = people
        self._threads = threads
        self._pace = pace
        self._direct = Direct(rest)
        self._history = History(rest)
        self._edits: dict[str, float] = {}  # until when a conversation takes no edits

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return the bot's budgets that a post or an edit counts against, in all servers together."""
        if self._pace is None:
            return ()
        every, at_once = self._pace.edits if edit else self._pace.posts
        budget = Limit(f"{PLATFORM}::{'edits' if edit else 'posts'}", every, at_once, alone=edit)
        if edit or self._direct.is_open(address):
            return (budget,)
        return budget, Limit(f"{PLATFORM}::opened", *self._pace.opened)

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message."""
        held = self._rest.held() or self._edit_held(parcel)
        if held is not None:
            return held
        try:
            org = await self._people.acquaintance.org()
            outcome = await self._rest.calls.bounded(self._edited(parcel, org) if parcel.edit is not None else self._posted(parcel, org))
        except NotKnownYet:
            return TryLater("Discord has not said yet who we are")
        except NoAccount as nobody:
            return GiveUp(str(nobody), dead=True)
        except Exception as fault:  # noqa: BLE001 - `ended` raises what it does not know
            return self._later(parcel, ended(fault, edit=parcel.edit is not None))
        if isinstance(outcome, Delivered):
            await self._follow(parcel, outcome.message)
        return outcome

    def _edit_held(self, parcel: Parcel) -> TryLater | None:
        """Return how long a conversation's edits still wait: each that asked for itself would be refused, and counted."""
        left = self._edits.get(parcel.address.lane, 0.0) - _now()
        if parcel.edit is None or left <= 0:
            return None
        return TryLater("Discord's limit on edits", timedelta(seconds=left), alone=True)

    def _later(self, parcel: Parcel, outcome: TryLater | GiveUp) -> TryLater | GiveUp:
        """Look up what may have arrived only once Discord has had the time to show it."""
        if isinstance(outcome, GiveUp):
            return outcome
        if outcome.alone and outcome.after is not None:
            self._edits[parcel.address.lane] = _now() + outcome.after.total_seconds()
        return replace(outcome, after=self._pace.doubt) if outcome.ambiguous and self._pace is not None else outcome

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this parcel's key, looked for in the conversation since it may have been sent."""
        held = self._rest.held()
        if held is not None:
            raise LookedUpInVain(held.why) if isinstance(held, GiveUp) else calls.NoAnswer(held.why)
        try:
            found = await self._rest.calls.bounded(self._looked_for(parcel), _LOOKING)
        except NoAccount:
            return None
        except discord.HTTPException as fault:
            outcome = ended(fault)
            if isinstance(outcome, GiveUp) and outcome.mendable:
                raise LookedUpInVain(outcome.why) from fault
            if isinstance(outcome, GiveUp):
                return None  # nothing is there, and sending it again will say so
            raise
        if found is not None:
            await self._follow(parcel, found)
        return found

    async def _posted(self, parcel: Parcel, org: Org) -> Outcome:
        try:
            return await self._put(parcel, org)
        except discord.HTTPException as fault:
            if parcel.picture is None or code_of(fault) not in calls.NO_PICTURE:
                raise
            # Refused for good, so that nothing is there: the words can be read without it.
            log.warning("discord.no_picture", key=parcel.key, why=why(fault))
        return await self._put(replace(parcel, picture=None), org)

    async def _put(self, parcel: Parcel, org: Org) -> Outcome:
        view, mentions = self._drawn(parcel, org)
        message: dict[str, Any] = {"view": view, "allowed_mentions": mentions}
        if parcel.picture is not None:
            message["png"] = parcel.picture.png
        channel, thread = await self._direct.channel(parcel.address, org), parcel.address.thread
        if thread is not None:
            sent = await self._threads.post(channel, int(thread), name_of(parcel), parcel.key, message)
        else:
            sent = await put(self._rest.client, channel, parcel.key, message)
        return Delivered(str(sent.id), self._pace.rest if self._pace else timedelta())

    async def _edited(self, parcel: Parcel, org: Org) -> Outcome:
        view, mentions = self._drawn(parcel, org)
        channel, thread = await self._direct.channel(parcel.address, org), parcel.address.thread
        for place in [int(thread), channel] if thread is not None else [channel]:
            try:
                if await self._threads.edit(place, int(str(parcel.edit)), {"view": view, "allowed_mentions": mentions}):
                    return Delivered(str(parcel.edit))
            except discord.NotFound as fault:
                if code_of(fault) not in (calls.UNKNOWN_MESSAGE, calls.UNKNOWN_CHANNEL):
                    raise
        # Deleted, or locked away. People there would not see how the case stands, so it is put up again, as a post like any other.
        log.info("discord.card_gone", key=parcel.key)
        return TryLater("the card was deleted", timedelta(), vanished=True)

    async def _follow(self, parcel: Parcel, message: str) -> None:
        """Do what goes with a message that is there: it is not posted again because of that."""
        thread, standing = parcel.address.thread, parcel.person is None and parcel.card.status is not None
        work: Coroutine[Any, Any, Any]
        if thread is not None:
            work = self._threads.tags.follow(parcel.address, parcel.card)
        elif standing and parcel.edit is None and parcel.address.workspace:
            # What people write about a case has a place of its own, right under its card.
            work = self._threads.open_under(int(parcel.address.conversation), int(message), name_of(parcel))
        else:
            return
        try:
            await self._rest.calls.bounded(work, _AFTERWARDS)
        except Exception as fault:  # noqa: BLE001 - see above
            log.warning("discord.not_followed", key=parcel.key, error=type(fault).__name__, why=why(fault))

    def _drawn(self, parcel: Parcel, org: Org) -> tuple[discord.ui.LayoutView, discord.AllowedMentions]:
        def account_of(person: PersonId) -> str | None:
            return org.account(person, PLATFORM, "")

        reader = Reader(parcel.zone, parcel.at, account_of)
        # In a thread others read along: whom it is meant for is called by name.
        call = parcel.person if not parcel.address.conversation.startswith("@") else None
        users = [discord.Object(user) for user in called(parcel.card, reader, call)] if parcel.edit is None else []
        picture = parcel.picture.alt if parcel.picture is not None else None
        return of_card(parcel.card, reader, parcel.key, call, picture), discord.AllowedMentions(everyone=False, roles=False, users=users)

    async def _looked_for(self, parcel: Parcel) -> str | None:
        org = await self._people.acquaintance.org()
        channel, thread = await self._direct.channel(parcel.address, org), parcel.address.thread
        # A thread that could not be had: it was posted beside it.
        for place in [int(thread), channel] if thread is not None else [channel]:
            try:
                found = await self._history.find(place, parcel.key, parcel.since)
            except Unreadable:
                self._trust_the_nonce(parcel)
                continue
            if found is not None:
                return found
        return None

    def _trust_the_nonce(self, parcel: Parcel) -> None:
        """Let a post be repeated unseen for as long as Discord knows its nonce.

        Raises:
            LookedUpInVain: that is over.
        """
        if parcel.since is None or machine_time() - parcel.since > _NONCE_HOLDS:
            raise LookedUpInVain("Buckstop may not read back what is in the channel: it lacks Read Message History")


def _now() -> float:
    return asyncio.get_running_loop().time()
