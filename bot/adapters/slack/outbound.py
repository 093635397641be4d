"""How does a delivery become a message in Slack, once?

A post carries its delivery's key as message metadata, so that one whose answer got lost can be looked up in the conversation's history
before anything is sent again. Limits are Slack's: about one message a second to a conversation, a few hundred posts a minute to a
workspace, fifty edits a minute, and fifty direct messages that are opened.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import Pace
from bot.adapters.slack.blocks import Reader, of_card
from bot.adapters.slack.calls import DEAD, NO_MESSAGE, NO_THREAD, SHUT, ended, error_of
from bot.adapters.slack.people import PLATFORM, People
from bot.adapters.slack.pictures import post_with_picture
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address, Delivered, GiveUp, Limit, LookedUpInVain, Outcome, Parcel, TryLater

log = structlog.get_logger()

EVENT = "buckstop_delivery"  # the type of our metadata
_PAGE = 200
_MOST_PAGES = 50  # of a history: ten thousand messages since it may have been sent
_MADE_UP_FOR = 0.5  # of the rest, by which two messages may be closer to each other: Slack allows short bursts
_QUIET = 10.0  # seconds without an opening after which others may open direct messages
_CLOCKS_APART = timedelta(minutes=2)  # between the database's clock and Slack's


class _NoAccount(Exception):
    """Nobody in the workspace is this person."""


class SlackMessenger:
    """Slack's workspaces, as the outbox sees them."""

    platform = PLATFORM

    def __init__(self, clients: Mapping[str, AsyncWebClient], people: People, pace: Pace | None = None, command: str = "case") -> None:
        """`pace` is how fast to write; None writes as fast as it can, for tests. `command` is what `/case` is called there."""
        self._clients = clients
        self._people = people
        self._pace = pace
        self._command = command
        self._shut: set[str] = set()
        self._opened: dict[tuple[str, str], str] = {}  # direct messages by workspace and account
        self._turns: dict[str, float] = {}  # when the next message of a conversation has its turn
        self._opening = 0.0  # when one was opened last
        self._known: set[str] = set()  # conversations with people whose direct messages are open, by their lanes

    @contextmanager
    def shut(self, workspace: str) -> Iterator[None]:
        """Send nothing to a workspace meanwhile: what is for it waits."""
        self._shut.add(workspace)
        try:
            yield
        finally:
            self._shut.discard(workspace)

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return the workspace's budgets that a post or an edit counts against."""
        if self._pace is None:
            return ()
        every, at_once = self._pace.edits if edit else self._pace.posts
        method = "chat.update" if edit else "chat.postMessage"
        budget = Limit(f"{PLATFORM}:{address.workspace}:{method}", every, at_once, alone=edit)
        if edit or not address.conversation.startswith("@") or address.lane in self._known:
            return (budget,)
        # After a restart nobody's are open as far as is known: hundreds of people to be told would be hundreds of refused calls.
        return budget, Limit(f"{PLATFORM}:{address.workspace}:conversations.open", *self._pace.opened)

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message."""
        workspace = parcel.address.workspace
        if workspace not in self._clients:
            return GiveUp(f"Buckstop is not set up for the workspace {workspace}", dead=True)
        if workspace in self._shut:
            return TryLater(f"Slack has not said yet who we are in the workspace {workspace}")
        try:
            org = await self._people.acquaintance.org()
            channel = await self.channel(parcel.address)
            return await self._edit(parcel, channel, org) if parcel.edit is not None else await self._post(parcel, channel, org)
        except _NoAccount as nobody:
            return GiveUp(str(nobody), dead=True, expected=len(self._clients) > 1)
        except Exception as fault:  # noqa: BLE001 - `ended` raises what it does not know
            return self._later(ended(fault, edit=parcel.edit is not None))

    def _later(self, outcome: TryLater | GiveUp) -> TryLater | GiveUp:
        """Look up what may have arrived only once Slack has had the time to show it."""
        if isinstance(outcome, GiveUp) or not outcome.ambiguous or self._pace is None:
            return outcome
        return replace(outcome, after=self._pace.doubt)

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this parcel's key, looked for in the conversation since it may have been sent."""
        if parcel.address.workspace not in self._clients:
            return None
        try:
            channel = await self.channel(parcel.address)
        except _NoAccount:
            return None
        found = await self._found(parcel, channel, parcel.address.thread)
        # A thread whose first message was deleted: it was posted beside it.
        return found or (await self._found(parcel, channel, None) if parcel.address.thread else None)

    async def _post(self, parcel: Parcel, channel: str, org: Org) -> Outcome:
        text, blocks = self._drawn(parcel, org)
        message: dict[str, Any] = {
            "channel": channel,
            "text": text,
            "blocks": blocks,
            "metadata": {"event_type": EVENT, "event_payload": {"key": parcel.key}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        client = self._clients[parcel.address.workspace]
        if parcel.picture is not None:
            shown = await post_with_picture(client, message, parcel.picture, parcel.address.thread, parcel.key, wait=self._pace is not None)
            if shown is not None:
                return self._delivered(shown["ts"], parcel.address.lane, _now())
        began = _now()
        try:
            answer = await client.chat_postMessage(**message, thread_ts=parcel.address.thread)
        except SlackApiError as fault:
            if parcel.address.thread is None or error_of(fault) not in NO_THREAD:
                raise
            # Its thread went with the message that was deleted. The case is not lost: it stands in the channel itself.
            log.info("slack.thread_gone", key=parcel.key)
            answer = await client.chat_postMessage(**message)
        return self._delivered(answer["ts"], parcel.address.lane, began)

    def _delivered(self, ts: Any, lane: str, began: float) -> Delivered:
        """Let the conversation rest until a second after this message's turn. A turn that came a little late is made up for.

        Counted from the answer instead, Slack's quarter of a second and our own work would be added to each second.
        """
        if self._pace is None:
            return Delivered(str(ts))
        rest = self._pace.rest.total_seconds()
        following = max(self._turns.get(lane, 0.0), began - rest * _MADE_UP_FOR) + rest
        self._turns[lane] = following
        return Delivered(str(ts), timedelta(seconds=max(following - _now(), 0.0)))

    async def _edit(self, parcel: Parcel, channel: str, org: Org) -> Outcome:
        text, blocks = self._drawn(parcel, org)
        client = self._clients[parcel.address.workspace]
        try:
            await client.chat_update(channel=channel, ts=str(parcel.edit), text=text, blocks=blocks)
        except SlackApiError as fault:
            if error_of(fault) not in NO_MESSAGE:
                raise
            # Somebody deleted the card. People there would not see how it stands, so it is put up again, as a post like any other.
            log.info("slack.card_gone", key=parcel.key)
            return TryLater("the card was deleted", timedelta(), vanished=True)
        return Delivered(str(parcel.edit))

    def _drawn(self, parcel: Parcel, org: Org) -> tuple[str, list[dict[str, Any]]]:
        workspace = parcel.address.workspace

        def account_of(person: PersonId) -> str | None:
            return org.account(person, PLATFORM, workspace)

        # In a thread others read along: whom it is meant for is called by name.
        call = parcel.person if not parcel.address.conversation.startswith("@") else None
        return of_card(parcel.card, Reader(parcel.zone, parcel.at, account_of, self._command), call)

    async def channel(self, address: Address) -> str:
        """Return the id of a conversation; a person's direct messages are opened first."""
        if not address.conversation.startswith("@"):
            return address.conversation
        person = PersonId(address.conversation.removeprefix("@"))
        user = await self._people.account(address.workspace, person)
        if user is None:
            raise _NoAccount(f"there is no account in the workspace {address.workspace} that is known to be theirs")
        channel = await self.direct(address.workspace, user)
        self._known.add(address.lane)
        return channel

    async def direct(self, workspace: str, user: str) -> str:
        """Return the id of the direct messages with an account."""
        known = self._opened.get((workspace, user))
        if known is None:
            self._opening = _now()
            answer = await self._clients[workspace].conversations_open(users=user)
            known = self._opened[workspace, user] = str(answer["channel"]["id"])
        return known

    async def between_openings(self) -> None:
        """Wait until whoever only looks whether people can be written to may open their direct messages: it is nobody's turn."""
        if self._pace is not None:
            await asyncio.sleep(2 * self._pace.opened[0].total_seconds())
            while (left := self._opening + _QUIET - _now()) > 0:  # noqa: ASYNC110 - every further opening puts it off
                await asyncio.sleep(left)

    async def _found(self, parcel: Parcel, channel: str, thread: str | None) -> str | None:
        client, cursor = self._clients[parcel.address.workspace], None
        oldest = _seconds(parcel.since - _CLOCKS_APART) if parcel.since else None
        for _ in range(_MOST_PAGES):
            page: dict[str, Any] = {"channel": channel, "limit": _PAGE, "include_all_metadata": True, "cursor": cursor, "oldest": oldest}
            try:
                answer = await (client.conversations_replies(ts=thread, **page) if thread else client.conversations_history(**page))
            except SlackApiError as fault:
                if error_of(fault) in DEAD or error_of(fault) in NO_MESSAGE:
                    return None  # nothing is there, and sending it again will say so
                if error_of(fault) in SHUT:
                    raise LookedUpInVain(SHUT[error_of(fault)]) from fault
                raise
            for message in answer["messages"]:
                if _key_of(message) == parcel.key:
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise LookupError("the conversation's history is too long to be looked through")


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}).get("key") if metadata.get("event_type") == EVENT else None


def _now() -> float:
    """Return the event loop's time, by which it is measured how long a call took."""
    return asyncio.get_running_loop().time()


def _seconds(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
