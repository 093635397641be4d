"""Threads and forum posts: where people speak about one case.

A thread that hangs on a message has that message's id, and a forum post that of its first message. So a case's thread is known before there
is one, and is made when something has to be said in it. What cannot be had (a permission, a kind of channel that has no threads) is said
beside it instead: the case is not lost.
"""

from collections.abc import Mapping
from typing import Any, Literal

import discord
import structlog

from bot.adapters.discord import calls
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.posting import put
from bot.adapters.discord.rest import Rest
from bot.adapters.discord.tags import Tags
from bot.config import DiscordPlan
from bot.escalation.words import case_name
from bot.ports import Parcel
from bot.wording.plain import plain, shortened

log = structlog.get_logger()

LONGEST_NAME = 100
_A_WEEK: Literal[10080] = 10080  # minutes without a word until Discord folds a thread away
_NO_THREAD = frozenset(
    {
        calls.UNKNOWN_CHANNEL, calls.UNKNOWN_MESSAGE, calls.MISSING_ACCESS, calls.MISSING_PERMISSION,
        calls.ARCHIVED,  # and locked, or the message would have opened it
        50024,  # not in this kind of channel
        50035,  # the message is none of those that take a thread, or the name is none that Discord takes
        50068,  # a system message
        160005,  # locked
        160006,  # too many threads
        200001,  # the server's own rules do not let the name through
    }
)  # fmt: skip
_NO_REPLY = frozenset({calls.NO_REPLY, calls.INVALID})
_REMEMBERED = 1000  # channels that have threads


class Threads:
    """Threads of all servers."""

    def __init__(self, rest: Rest, plan: DiscordPlan) -> None:
        self._rest = rest
        self.tags = Tags(rest, plan)
        self._channels: dict[int, discord.TextChannel] = {}

    async def post(self, channel: int, thread: int, name: str, key: str, message: Mapping[str, Any]) -> discord.Message:
        """Post into a thread, which is made if there is none yet; where there can be none, into its channel, as a reply."""
        try:
            return await self._post_in(channel, thread, name, key, message)
        except discord.HTTPException as fault:
            if code_of(fault) not in _NO_THREAD or thread == channel:
                raise
            log.info("discord.thread_gone", channel=channel, code=code_of(fault))
        return await self._post_beside(channel, thread, key, message)

    async def _post_in(self, channel: int, thread: int, name: str, key: str, message: Mapping[str, Any]) -> discord.Message:
        try:
            return await put(self._rest.client, thread, key, message)
        except discord.NotFound as fault:
            if code_of(fault) != calls.UNKNOWN_CHANNEL or not await self.open_under(channel, thread, name):
                raise
        return await put(self._rest.client, thread, key, message)

    async def _post_beside(self, channel: int, root: int, key: str, message: Mapping[str, Any]) -> discord.Message:
        under = discord.MessageReference(message_id=root, channel_id=channel, fail_if_not_exists=False)
        try:
            return await put(self._rest.client, channel, key, {**message, "reference": under, "mention_author": False})
        except discord.HTTPException as fault:
            if code_of(fault) not in _NO_REPLY:
                raise
        # Without the permission to read back, nothing can be answered; said it can be.
        return await put(self._rest.client, channel, key, message)

    async def open_under(self, channel: int, message: int, name: str) -> bool:
        """Make a thread under a message; False if that cannot be. One that is there already is as good."""
        try:
            there = await self._with_threads(channel)
            if there is None:
                return False
            await there.get_partial_message(message).create_thread(name=name, auto_archive_duration=_A_WEEK)
        except discord.HTTPException as fault:
            if code_of(fault) == calls.HAS_A_THREAD:
                return True
            if code_of(fault) not in _NO_THREAD:
                raise
            log.info("discord.no_thread", channel=channel, code=code_of(fault))
            return False
        return True

    async def _with_threads(self, channel: int) -> discord.TextChannel | None:
        """Return a channel, if threads can hang on its messages."""
        if channel not in self._channels:
            there = await self._rest.client.fetch_channel(channel)
            if not isinstance(there, discord.TextChannel):
                return None
            if len(self._channels) >= _REMEMBERED:
                self._channels.clear()
            self._channels[channel] = there
        return self._channels[channel]

    async def edit(self, channel: int, message: int, what: Mapping[str, Any]) -> bool:
        """Edit a message. A thread that was folded away is opened for it; False if it is locked as well."""
        there = self._rest.client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await there.edit(**what)
        except discord.HTTPException as fault:
            if code_of(fault) != calls.ARCHIVED:
                raise
            if not await self._unfold(channel):
                return False
            await there.edit(**what)
        return True

    async def _unfold(self, thread: int) -> bool:
        there = await self._rest.client.fetch_channel(thread)
        if not isinstance(there, discord.Thread):
            return False
        try:
            await there.edit(archived=False)
        except discord.HTTPException as fault:
            if code_of(fault) not in _NO_THREAD:
                raise
            return False
        return True


def name_of(parcel: Parcel) -> str:
    """Return what a thread for this message is called, if there has to be one: after its case, and what that is about."""
    case, card = parcel.card.case, parcel.card
    if case is None:
        return card.topic or "Buckstop"
    # Only the card that stands in the channel begins with what the case is about; the other messages are news of it.
    standing = parcel.person is None and card.status is not None
    return shortened(plain(card.title, parcel.zone, parcel.at), LONGEST_NAME).text if standing else case_name(case)
