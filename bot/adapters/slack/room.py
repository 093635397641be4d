"""What every listener of a workspace needs: who asked, what they are called, and how they are answered after Slack was.

Nothing here decides; it is what stands between a payload and the handlers.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import inbound, texts
from bot.adapters.slack.answering import Answers, Asked
from bot.adapters.slack.calls import DEAD, NO_MESSAGE, error_of
from bot.adapters.slack.inbound import Message, Payload
from bot.adapters.slack.people import PLATFORM, People, called
from bot.chat import Home, Inbound, Line, Reply
from bot.config import SlackPlan
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from bot.handlers.finding import is_of_a_case
from bot.handlers.settings import Settings
from bot.ports import Clock, Store

log = structlog.get_logger()

_UNREADABLE = frozenset({*DEAD, *NO_MESSAGE, "missing_scope"})


class NotKept(Exception):
    """Nothing was kept of an event: Slack is to send it again."""


class Desk(Protocol):
    """Who answers."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do what is asked, once, and say what came of it."""

    async def home(self, by: PersonId, place: Place) -> Home:
        """Return what waits for a person."""


@dataclass(frozen=True)
class Surroundings:
    """What a workspace's door needs of the rest. The settings are asked for each time, since a reload changes them."""

    desk: Desk
    store: Store
    people: People
    clock: Clock
    plan: SlackPlan
    settings: Callable[[], Settings]


class Room:
    """One workspace, as its listeners see it."""

    def __init__(self, id: str, client: AsyncWebClient, there: Surroundings) -> None:
        self.id = id
        self.client = client
        self.bot_user = self.bot = ""  # its account and its id; known once Slack has been asked
        self.there = there
        self.answers = Answers(id, client, there.people, there.clock, there.plan.command)
        self._tasks: set[asyncio.Task[None]] = set()

    async def handled(self, wanted: Inbound) -> Reply:
        """Let the handlers do what is wanted, and put on record what they refused."""
        reply = await self.there.desk.handle(wanted)
        if reply.refused:
            log.info("slack.answered_no", workspace=self.id, by=wanted.by, what=type(wanted).__name__.lower(), case=reply.case)
        return reply

    async def who(self, user: str) -> PersonId | None:
        """Return who has an account; None for a program's."""
        return await self.there.people.person(self.id, user)

    async def name_of(self) -> Callable[[str, str], str]:
        """Return how to call accounts in plain words."""
        org = await self.there.people.acquaintance.org()

        def name_of(user: str, label: str) -> str:
            return texts.MENTION if user == self.bot_user else called(org, self.id, user, label)

        return name_of

    async def is_a_case(self, channel: str, root: str) -> bool:
        """Tell whether this message, or the thread under it, is a case's.

        Raises:
            NotKept: it cannot be known yet, since a card was sent there a moment ago.
        """
        found = await is_of_a_case(self.there.store, Place(PLATFORM, self.id, channel, thread=root))
        if found is None:
            raise NotKept
        return found

    async def about(self, message: Message) -> tuple[str, PersonId | None, str | None]:
        """Return a message in plain words, its author if it is a person, and the link to it."""
        text = inbound.with_files(texts.typed(message.text, await self.name_of()), message.files)
        author = await self.who(message.user) if message.user else None
        try:
            told = await self.client.chat_getPermalink(channel=message.channel, message_ts=message.ts)
        except SlackApiError as fault:
            log.info("slack.no_link", workspace=self.id, why=error_of(fault))  # a conversation that we are not in
            return text, author, None
        return text, author, str(told["permalink"])

    async def read(self, channel: str, ts: str) -> Payload | None:
        """Return one message of a conversation that Buckstop is in; answers in threads stand in no history."""
        here: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True}
        try:
            answer = await self.client.conversations_history(**here)
            if not answer["messages"]:
                answer = await self.client.conversations_replies(ts=ts, **here)
        except SlackApiError as fault:
            if error_of(fault) not in _UNREADABLE:
                raise  # a limit or a hiccup: whoever asked asks again, and nothing is lost
            log.info("slack.not_readable", workspace=self.id, why=error_of(fault))
            return None
        messages: list[Payload] = answer["messages"]
        return next((message for message in messages if message.get("ts") == ts), None)

    async def publish(self, asked: Asked) -> None:
        """Show somebody their home as it is now."""
        home = await self.there.desk.home(asked.by, Place(PLATFORM, self.id, f"@{asked.by}"))
        await self.answers.publish(home, asked)

    @contextmanager
    def unseen(self) -> Iterator[list[Exception]]:
        """Hold what goes wrong while an answer is shown: what it answers was done, and is kept."""
        unseen: list[Exception] = []
        try:
            yield unseen
        except Exception as fault:
            log.warning("slack.not_answered", workspace=self.id, error=type(fault).__name__, why=error_of(fault), exc_info=fault)
            unseen.append(fault)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after Slack was acknowledged: it waits three seconds for that, and no longer."""
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until what was begun after an acknowledgement is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as fault:
            # It was done and is kept; only its answer did not get through.
            log.warning("slack.not_answered", workspace=self.id, error=type(fault).__name__, why=error_of(fault), exc_info=fault)


def words(line: Line) -> str:
    """Return a line of our own words as text."""
    return "".join(map(str, line))
