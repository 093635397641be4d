"""What Slack tells by events: messages, reactions, who opened the home, who left, what was archived.

Only what may concern a case is looked at any closer. An event of which nothing could be kept is not acknowledged: Slack sends it again.
"""

import json
from typing import Any

import structlog

from bot.adapters.slack import inbound
from bot.adapters.slack.answering import Asked
from bot.adapters.slack.inbound import Message
from bot.adapters.slack.people import PLATFORM
from bot.adapters.slack.room import NotKept, Room

log = structlog.get_logger()


class Events:
    """The events of one workspace."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def message(self, body: dict[str, Any]) -> None:
        """Somebody wrote something, or changed it."""
        message = inbound.message_in(body["event"])
        if message is None or not await self._is_for_us(message):
            return
        by = await self._room.who(message.user)
        if by is None:
            return
        reply = await self._room.handled(inbound.said(message, self._room.id, by, await self._room.name_of()))
        if reply.again:
            raise NotKept
        # A mention comes as two events, and any event may come again: it is answered once.
        if not await self._room.there.people.acquaintance.once(f"{message.key(self._room.id)}/answered"):
            return
        read_again = json.dumps({"read": [message.channel, message.ts]})
        asked = Asked(message.user, by, message.channel, message.thread, message.ts, again=read_again)
        if reply.quiet:
            self._room.later(self._room.answers.sign(message.channel, message.ts))
        elif message.direct:
            self._room.later(self._room.answers.directly(reply, asked))
        else:
            self._room.later(self._room.answers.privately(reply, asked))

    async def _is_for_us(self, message: Message) -> bool:
        """Tell whether a message is said to Buckstop, or in the thread of a case; nobody else's is looked at any closer."""
        if message.direct or (inbound.mentions(message, self._room.bot_user) and message.edited is None):
            return True
        root = message.thread or (message.ts if message.edited else None)
        return root is not None and await self._room.is_a_case(message.channel, root)

    async def reaction(self, body: dict[str, Any]) -> None:
        """Somebody reacted to a message."""
        event = body["event"]
        item, emoji = event.get("item") or {}, inbound.emoji_in(event)
        if item.get("type") != "message" or not item.get("channel") or not item.get("ts"):
            return
        channel, ts = str(item["channel"]), str(item["ts"])
        # Most reactions mean nothing to us, and a cross on somebody's lunch is no case that is taken back.
        settings = self._room.there.settings()
        if not settings.reports(PLATFORM, emoji) and not (settings.undoes(emoji) and await self._room.is_a_case(channel, ts)):
            return
        by = await self._room.who(event["user"])
        given = await self._room.read(channel, ts) if by is not None else None
        if by is None or given is None:
            return
        message = inbound.found(given, channel)
        text, author, link = await self._room.about(message)
        key = f"{PLATFORM}/{self._room.id}/event/{body['event_id']}"
        reply = await self._room.handled(inbound.reacted(event, key, self._room.id, by, message, text, author, link))
        if reply.again:
            raise NotKept
        if not await self._room.there.people.acquaintance.once(f"{key}/answered"):
            return
        self._room.later(self._room.answers.privately(reply, Asked(event["user"], by, message.channel, message.thread, message.ts)))

    async def home_opened(self, body: dict[str, Any]) -> None:
        """Somebody opened the home tab."""
        event = body["event"]
        if event.get("tab") == "home" and (by := await self._room.who(event["user"])) is not None:
            await self._room.publish(Asked(event["user"], by))

    async def user_changed(self, body: dict[str, Any]) -> None:
        """An account changed, was deactivated, or is new."""
        await self._room.there.people.changed(self._room.id, body["event"]["user"])

    async def archived(self, body: dict[str, Any]) -> None:
        """A channel was archived."""
        channel = str(body["event"]["channel"])
        named = [name for name, found in self._room.there.plan.channels.items() if (found.workspace, found.id) == (self._room.id, channel)]
        for name in named:
            await self._room.there.people.acquaintance.channel_is_dead(PLATFORM, name, "it was archived")

    async def shut_out(self, body: dict[str, Any]) -> None:
        """The app was removed, or its tokens were revoked."""
        log.error("slack.shut_out", workspace=self._room.id, why=body["event"]["type"])
