"""Threads and forum posts: where people speak about one case.

A thread that hangs on a message has that message's id, and a forum post that of its first message. So a case's thread is known before there
is one, and is made when something has to be said in it. What cannot be had (a permission, a kind of channel that has no threads) is said
beside it instead: the case is not lost.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal

import discord
import structlog

from bot.adapters.discord import calls
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.rest import Rest
from bot.chat import Card
from bot.config import DiscordPlan
from bot.escalation.words import Outcome, Status
from bot.ports import Address

log = structlog.get_logger()

LONGEST_NAME = 100
_A_WEEK: Literal[10080] = 10080  # minutes without a word until Discord folds a thread away
_NO_THREAD = frozenset(
    {
        calls.UNKNOWN_CHANNEL, calls.UNKNOWN_MESSAGE, calls.MISSING_ACCESS, calls.MISSING_PERMISSION, calls.CLOSED_TO_US,
        50024,  # not in this kind of channel
        50035,  # the message is none of those that take a thread
        50068,  # a system message
        160005,  # locked
        160006,  # too many threads
    }
)  # fmt: skip
_MOST_TAGS = 5  # on a post
_REMEMBERED = 1000  # posts whose tag is remembered


class Threads:
    """Threads of all servers."""

    def __init__(self, rest: Rest, plan: DiscordPlan) -> None:
        self._rest = rest
        self._plan = plan
        self._forums = {found.id for name, found in plan.channels.items() if name in plan.forums}
        self._tagged: dict[int, str | None] = {}  # the tag that a post has, as far as we know

    async def post(self, channel: int, thread: int, name: str, message: Mapping[str, Any]) -> discord.Message:
        """Post into a thread, which is made if there is none yet; where there can be none, into its channel, as a reply."""
        client = self._rest.client
        try:
            return await client.get_partial_messageable(thread).send(**message)
        except discord.HTTPException as fault:
            if code_of(fault) not in _NO_THREAD or thread == channel:
                raise
            missing = code_of(fault) == calls.UNKNOWN_CHANNEL
        if missing and str(channel) not in self._forums and await self.open_under(channel, thread, name):
            return await client.get_partial_messageable(thread).send(**message)
        log.info("discord.thread_gone", channel=channel)
        under = discord.MessageReference(message_id=thread, channel_id=channel, fail_if_not_exists=False)
        return await client.get_partial_messageable(channel).send(**message, reference=under, mention_author=False)

    async def open_under(self, channel: int, message: int, name: str) -> bool:
        """Make a thread under a message; False if that cannot be. One that is there already is as good."""
        try:
            there = await self._rest.client.fetch_channel(channel)
            if not isinstance(there, discord.TextChannel):
                return False
            await there.get_partial_message(message).create_thread(name=name[:LONGEST_NAME], auto_archive_duration=_A_WEEK)
        except discord.HTTPException as fault:
            if code_of(fault) == calls.HAS_A_THREAD:
                return True
            if code_of(fault) not in _NO_THREAD:
                raise
            log.info("discord.no_thread", channel=channel, code=code_of(fault))
            return False
        return True

    async def edit(self, channel: int, message: int, what: Mapping[str, Any]) -> None:
        """Edit a message; a thread that was folded away is opened for it."""
        there = self._rest.client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await there.edit(**what)
        except discord.HTTPException as fault:
            if code_of(fault) != calls.ARCHIVED:
                raise
            await self._unfold(channel)
            await there.edit(**what)

    async def _unfold(self, thread: int) -> None:
        there = await self._rest.client.fetch_channel(thread)
        if isinstance(there, discord.Thread):
            await there.edit(archived=False)

    async def tagged(self, address: Address, card: Card) -> None:
        """Let a forum post's tag say how its case stands. It is worth a try, and no more."""
        if address.conversation not in self._forums or address.thread is None or card.status is None:
            return
        thread = int(address.thread)
        if self._tagged.get(thread, "") == card.status:
            return
        try:
            await self._tag(thread, card.status)
        except discord.HTTPException as fault:
            log.warning("discord.not_tagged", thread=thread, code=code_of(fault), status=fault.status)
            return
        if len(self._tagged) >= _REMEMBERED:
            self._tagged.clear()
        self._tagged[thread] = card.status

    async def _tag(self, thread: int, status: str) -> None:
        post = await self._rest.client.fetch_channel(thread)
        forum = await self._rest.client.fetch_channel(post.parent_id) if isinstance(post, discord.Thread) else None
        if not isinstance(post, discord.Thread) or not isinstance(forum, discord.ForumChannel):
            return
        wanted = _tag_of(self._plan, status, [tag.name for tag in forum.available_tags])
        # The library shows a post's tags only where it has the whole server in its memory, which a worker has not.
        now: set[int] = set(post._applied_tags)  # noqa: SLF001
        ours = {tag.casefold() for tag in self._plan.forum_tags.values()}
        others = [tag for tag in forum.available_tags if tag.id in now and tag.name.casefold() not in ours]
        tags = [*others[: _MOST_TAGS - 1], *(tag for tag in forum.available_tags if tag.name == wanted)]
        if wanted is not None and {tag.id for tag in tags} != now:
            await post.edit(applied_tags=tags)


def _tag_of(plan: DiscordPlan, status: str, there: Collection[str]) -> str | None:
    if status in set(Outcome):
        return plan.tag(Status.CLOSED, Outcome(status), there)
    return plan.tag(Status(status), None, there)
