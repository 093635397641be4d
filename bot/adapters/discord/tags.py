"""The tag of a forum post says how its case stands. It is worth a try, and no more: what is said in the post counts."""

from collections.abc import Collection

import discord
import structlog

from bot.adapters.discord.calls import code_of
from bot.adapters.discord.rest import Rest
from bot.chat import Card
from bot.config import DiscordPlan
from bot.escalation.words import Outcome, Status
from bot.ports import Address

log = structlog.get_logger()

_MOST_TAGS = 5  # on a post
_REMEMBERED = 1000  # posts whose tag is remembered


class Tags:
    """Tags of all forums."""

    def __init__(self, rest: Rest, plan: DiscordPlan) -> None:
        self._rest = rest
        self._plan = plan
        self._forums = {found.id for name, found in plan.channels.items() if name in plan.forums}
        self._known: dict[int, str | None] = {}  # what a post's tag says, as far as we know

    async def follow(self, address: Address, card: Card) -> None:
        """Let a post's tag say how its case stands."""
        if address.conversation not in self._forums or address.thread is None or card.status is None:
            return
        thread = int(address.thread)
        if self._known.get(thread) == card.status:
            return
        try:
            await self._tag(thread, card.status)
        except discord.HTTPException as fault:
            log.warning("discord.not_tagged", thread=thread, code=code_of(fault), status=fault.status)
            return
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[thread] = card.status

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
