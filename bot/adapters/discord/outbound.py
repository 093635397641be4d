"""How does a delivery become a message in Discord, once?

A post carries a nonce made of its delivery's key: for some minutes Discord answers the same nonce with the message that is there already.
After that, the key is looked for in the history, where every message of ours carries it in the ids of its components.
"""

from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import discord
import structlog

from bot.adapters.discord import calls
from bot.adapters.discord.access import Pace
from bot.adapters.discord.calls import code_of, ended
from bot.adapters.discord.layout import called, carries, of_card
from bot.adapters.discord.lines import Reader
from bot.adapters.discord.people import PLATFORM, People
from bot.adapters.discord.rest import NotKnownYet, Rest
from bot.adapters.discord.threads import Threads
from bot.escalation.org import Org
from bot.escalation.words import PersonId, case_name
from bot.ports import Address, Delivered, GiveUp, Limit, LookedUpInVain, Outcome, Parcel, TryLater

log = structlog.get_logger()

_MOST_LOOKED_THROUGH = 10_000  # messages of a history since it may have been sent
_CLOCKS_APART = timedelta(minutes=2)  # between the database's clock and Discord's


class _NoAccount(Exception):
    """Nobody in Discord is this person."""


class DiscordMessenger:
    """Discord, as the outbox sees it."""

    platform = PLATFORM

    def __init__(self, rest: Rest, people: People, threads: Threads, pace: Pace | None = None) -> None:
        """`pace` is how fast to write; None writes as fast as it can, for tests."""
        self._rest = rest
        self._people = people
        self._threads = threads
        self._pace = pace
        self._opened: dict[str, int] = {}  # direct messages by account

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return the bot's budget that every post and edit counts against, in all servers together."""
        if self._pace is None:
            return ()
        every, at_once = self._pace.edits if edit else self._pace.posts
        return (Limit(f"{PLATFORM}:{'edits' if edit else 'posts'}", every, at_once, alone=edit),)

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message."""
        held = self._rest.held()
        if held is not None:
            return held
        try:
            org = await self._people.acquaintance.org()
            return await self._rest.calls.bounded(self._edited(parcel, org) if parcel.edit is not None else self._posted(parcel, org))
        except NotKnownYet:
            return TryLater("Discord has not said yet who we are")
        except _NoAccount as nobody:
            return GiveUp(str(nobody), dead=True)
        except Exception as fault:  # noqa: BLE001 - `ended` raises what it does not know
            return self._later(ended(fault, edit=parcel.edit is not None))

    def _later(self, outcome: TryLater | GiveUp) -> TryLater | GiveUp:
        """Look up what may have arrived only once Discord has had the time to show it."""
        if isinstance(outcome, GiveUp) or not outcome.ambiguous or self._pace is None:
            return outcome
        return replace(outcome, after=self._pace.doubt)

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this parcel's key, looked for in the conversation since it may have been sent."""
        try:
            return await self._rest.calls.bounded(self._looked_for(parcel))
        except _NoAccount:
            return None
        except discord.HTTPException as fault:
            outcome = ended(fault)
            if isinstance(outcome, GiveUp) and outcome.mendable:
                raise LookedUpInVain(outcome.why) from fault
            if isinstance(outcome, GiveUp):
                return None  # nothing is there, and sending it again will say so
            raise

    async def _posted(self, parcel: Parcel, org: Org) -> Outcome:
        view, mentions = self._drawn(parcel, org)
        channel = await self._channel(parcel.address)
        thread = parcel.address.thread
        message: dict[str, Any] = {"view": view, "nonce": nonce_of(parcel.key), "allowed_mentions": mentions}
        if thread is not None:
            sent = await self._threads.post(channel, int(thread), _name(parcel), message)
        else:
            sent = await self._rest.client.get_partial_messageable(channel).send(**message)
        if parcel.person is None and parcel.card.case is not None and thread is None:
            # What people write about a case has a place of its own, right under its card.
            await self._threads.open_under(channel, sent.id, _name(parcel))
        if thread is not None:
            await self._threads.tagged(parcel.address, parcel.card)
        return Delivered(str(sent.id), self._pace.rest if self._pace else timedelta())

    async def _edited(self, parcel: Parcel, org: Org) -> Outcome:
        view, mentions = self._drawn(parcel, org)
        channel, thread, message = await self._channel(parcel.address), parcel.address.thread, int(str(parcel.edit))
        there = [int(thread), channel] if thread is not None else [channel]
        for place in there:
            try:
                await self._threads.edit(place, message, {"view": view, "allowed_mentions": mentions})
            except discord.NotFound as fault:
                if code_of(fault) not in (calls.UNKNOWN_MESSAGE, calls.UNKNOWN_CHANNEL):
                    raise
                continue
            if thread is not None:
                await self._threads.tagged(parcel.address, parcel.card)
            return Delivered(str(parcel.edit))
        # Somebody deleted the card. People there would not see how it stands, so it is put up again, as a post like any other.
        log.info("discord.card_gone", key=parcel.key)
        return TryLater("the card was deleted", timedelta(), vanished=True)

    def _drawn(self, parcel: Parcel, org: Org) -> tuple[discord.ui.LayoutView, discord.AllowedMentions]:
        def account_of(person: PersonId) -> str | None:
            return org.account(person, PLATFORM, "")

        reader = Reader(parcel.zone, parcel.at, account_of)
        # In a thread others read along: whom it is meant for is called by name.
        call = parcel.person if not parcel.address.conversation.startswith("@") else None
        users = [discord.Object(user) for user in called(parcel.card, reader, call)] if parcel.edit is None else []
        return of_card(parcel.card, reader, parcel.key, call), discord.AllowedMentions(everyone=False, roles=False, users=users)

    async def _channel(self, address: Address) -> int:
        """Return the id of a conversation; a person's direct messages are opened first."""
        if not address.conversation.startswith("@"):
            return int(address.conversation)
        org = await self._people.acquaintance.org()
        user = org.account(PersonId(address.conversation.removeprefix("@")), PLATFORM, "")
        if user is None:
            raise _NoAccount("there is no account in Discord that is known to be theirs")
        return await self.direct(user)

    async def direct(self, user: str) -> int:
        """Return the id of the direct messages with an account."""
        known = self._opened.get(user)
        if known is None:
            known = self._opened[user] = (await self._rest.client.create_dm(discord.Object(int(user)))).id
        return known

    async def _looked_for(self, parcel: Parcel) -> str | None:
        channel, thread = await self._channel(parcel.address), parcel.address.thread
        # A thread that could not be had: it was posted beside it.
        for place in [int(thread), channel] if thread is not None else [channel]:
            found = await self._in_history(place, parcel)
            if found is not None:
                return found
        return None

    async def _in_history(self, channel: int, parcel: Parcel) -> str | None:
        since = parcel.since - _CLOCKS_APART if parcel.since else None
        history = self._rest.client.get_partial_messageable(channel).history(
            limit=_MOST_LOOKED_THROUGH, after=since, oldest_first=since is not None
        )
        seen = 0
        try:
            async for message in history:
                seen += 1
                if message.author.id == self._rest.me and carries(message, parcel.key):
                    return str(message.id)
        except discord.NotFound:
            return None
        if seen >= _MOST_LOOKED_THROUGH:
            raise LookupError("the conversation's history is too long to be looked through")
        return None


def nonce_of(key: str) -> str:
    """Return the nonce of a delivery: at most 25 characters, the same each time for the same key."""
    return blake2b(key.encode(), digest_size=12).hexdigest()


def _name(parcel: Parcel) -> str:
    """Return what a thread for this message is called, if there has to be one."""
    return case_name(parcel.card.case) if parcel.card.case is not None else "Buckstop"
