"""One workspace's door: Slack's requests come in, the handlers answer, and Slack is told only after that is kept.

slack-bolt checks signatures, ages and tokens. Who asked, from which workspace, and what it means stands here; what becomes of it is for
the handlers.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import inbound, texts, views
from bot.adapters.slack.answering import Answers, Asked
from bot.adapters.slack.calls import error_of
from bot.adapters.slack.inbound import AGAIN, Message, Payload
from bot.adapters.slack.people import PLATFORM, People, called
from bot.chat import Home, Inbound, Line, Pressed, Reply, Said
from bot.config import SlackPlan
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from bot.handlers.settings import Settings
from bot.ports import Clock, Store, Where
from bot.wording import faults

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
_ANY = re.compile(".*", re.DOTALL)


class Desk(Protocol):
    """Who answers."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do what is asked, once, and say what came of it."""

    async def home(self, by: PersonId, place: Place) -> Home:
        """Return what waits for a person."""


class NotKept(Exception):
    """Nothing was kept of an event: Slack is to send it again."""


@dataclass(frozen=True)
class Surroundings:
    """What a workspace's door needs of the rest. The settings are asked for each time, since a reload changes them."""

    desk: Desk
    store: Store
    people: People
    clock: Clock
    plan: SlackPlan
    settings: Callable[[], Settings]


class Workspace:
    """One workspace and its app."""

    def __init__(self, id: str, client: AsyncWebClient, signing: str, there: Surroundings) -> None:
        self.id = id
        self.client = client
        self.bot_user = ""  # known once Slack has been asked
        self.answers = Answers(id, client, there.people, there.clock)
        self._there = there
        self._tasks: set[asyncio.Task[None]] = set()
        self.app = AsyncApp(
            # Bolt's own warnings speak to whoever writes an app; what concerns an operator is in our log.
            logger=_quiet(),
            client=client,
            # Never asked for over Socket Mode; bolt would otherwise look into the environment.
            signing_secret=signing or "none",
            # Slack is acknowledged when a listener is done, not before: after a crash it sends the event again.
            process_before_response=True,
        )
        self._listen()

    async def check(self) -> str | None:
        """Ask Slack who we are; return why the token does not fit this workspace, None if it does.

        Raises:
            SlackApiError: the token is refused.
        """
        told = await self.client.auth_test()
        self.bot_user = str(told["user_id"])
        return None if told["team_id"] == self.id else f"its token belongs to the workspace {told['team_id']}"

    async def settle(self) -> None:
        """Wait until what was begun after an acknowledgement is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what bolt calls

    def _listen(self) -> None:
        app, plan = self.app, self._there.plan
        app.use(self._ours)
        app.error(self._failed)
        for command in plan.commands:
            app.command(f"/{command}")(self._command)
        app.action({"action_id": _ANY})(self._action)
        app.view(views.FORM)(self._submission)
        app.shortcut({"type": "shortcut", "callback_id": "report"})(self._shortcut)
        app.shortcut({"type": "message_action", "callback_id": "report_message"})(self._message_shortcut)
        app.event("message")(self._message)
        app.event("app_mention")(self._message)
        app.event("reaction_added")(self._reaction)
        app.event("app_home_opened")(self._home_opened)
        app.event("user_change")(self._user_changed)
        app.event("team_join")(self._user_changed)
        app.event("channel_archive")(self._archived)
        app.event("group_archive")(self._archived)
        app.event("app_uninstalled")(self._shut_out)
        app.event("tokens_revoked")(self._shut_out)

    async def _ours(self, body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> BoltResponse | None:
        team = body.get("team_id") or (body.get("team") or {}).get("id")
        if team == self.id:
            await next()
            return None
        log.warning("slack.refused", workspace=self.id, why="it is of another workspace", of=team)
        return BoltResponse(status=403, body="This is the door of another workspace.")

    async def _failed(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Log what nobody foresaw, and tell whoever waits for an answer; an event is sent again by Slack."""
        again = isinstance(error, NotKept)
        if not again:
            log.error(
                "slack.failed", workspace=self.id, what=_kind_of(body), error=type(error).__name__, why=error_of(error), exc_info=error
            )
        match _kind_of(body):
            case "command":
                return BoltResponse(status=200, body={"response_type": "ephemeral", "text": _words(faults.failed())})
            case "view_submission":
                errors = dict.fromkeys(_first_input(body), _words(faults.failed()))
                return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
            case "event":
                return BoltResponse(status=503 if again else 500, body="")
            case _:
                self._later(self._say_it_failed(body))
                return BoltResponse(status=200, body="")

    async def _command(self, ack: Ack, body: dict[str, Any]) -> None:
        by = await self._who(body["user_id"])
        if by is None:
            await ack(_words(faults.only_people()))
            return
        said = inbound.commanded(body, self.id, by, self._there.plan.commands, await self._name_of())
        asked = Asked(body["user_id"], by, body["channel_id"], body.get("thread_ts"), None, body["trigger_id"], _said_again(said.text))
        reply = await self._handled(said)
        # What was done is kept from here on: whatever goes wrong now must not have it said once more.
        with self._unseen() as unseen:
            opened = await self.answers.form(reply, asked)
            answer = {} if opened else await self.answers.acknowledgement(reply, asked)
        await (ack(_words(faults.not_shown())) if unseen else ack(**answer) if answer else ack())

    async def _action(self, ack: Ack, body: dict[str, Any]) -> None:
        by = await self._who(body["user"]["id"])
        action = body["actions"][0]
        if by is None or action.get("type") != "button":
            await ack()
            return
        asked = self._asked(body, by)
        if action["action_id"] == AGAIN:
            wanted = await self._again(action.get("value"), body, by)
            reply = await self._handled(wanted) if wanted is not None else Reply.say(*faults.failed(), refused=True)
        else:
            reply = await self._handled(inbound.pressed(body, self.id, by))
        with self._unseen() as unseen:
            await self._answer_press(reply, asked, body.get("view") or {})
        if unseen:
            self._later(self.answers.privately(Reply.say(*faults.not_shown()), asked))
        await ack()

    async def _answer_press(self, reply: Reply, asked: Asked, view: Mapping[str, Any]) -> None:
        match view.get("type"):
            case "modal":
                await self.answers.replace_view(str(view["id"]), reply, asked)
            case "home":
                if not await self.answers.form(reply, asked):
                    await self.answers.show(reply, asked)
                self._later(self._publish(asked))
            case _:
                if not await self.answers.form(reply, asked):
                    self._later(self.answers.privately(reply, asked))

    async def _submission(self, ack: Ack, body: dict[str, Any]) -> None:
        by = await self._who(body["user"]["id"])
        view = body["view"]
        origin = views.Origin.read(view.get("private_metadata") or "")
        if by is None:
            await ack(response_action="clear")
            return
        values, accounts = views.values_of(view.get("state") or {})
        people, errors = await self._people_of(accounts)
        if errors:
            await ack(response_action="errors", errors=views.errors_of(errors, view["blocks"]))
            return
        asked = Asked(body["user"]["id"], by, origin.channel or None, origin.thread, origin.message, body.get("trigger_id"))
        place = inbound.where_pressed(_container(origin), self.id, by)
        sent = inbound.submitted(inbound.trigger_key(body, self.id), by, place, origin.form, values | people)
        reply = await self._handled(sent)
        if reply.errors:
            await ack(response_action="errors", errors=views.errors_of(reply.errors, view["blocks"]))
            return
        answer: dict[str, Any] = {"response_action": "clear"}
        with self._unseen() as unseen:
            shown = await (self.answers.modal(reply.form, asked) if reply.form is not None else self.answers.result(reply, asked))
            answer = {"response_action": "update", "view": shown}
        if unseen:
            self._later(self.answers.privately(Reply.say(*faults.not_shown()), asked))
        await ack(**answer)

    async def _shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        by = await self._who(body["user"]["id"])
        if by is not None:
            asked = Asked(body["user"]["id"], by, trigger=body["trigger_id"])
            place = Place(PLATFORM, self.id, f"@{by}")
            reply = await self._handled(Pressed(inbound.trigger_key(body, self.id), by, place, "report", None))
            if not await self.answers.form(reply, asked):
                self._later(self.answers.privately(reply, asked))
        await ack()

    async def _message_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        by = await self._who(body["user"]["id"])
        given, channel = body["message"], body["channel"]["id"]
        if by is not None:
            message = _found(given, channel)
            text, author, link = await self._about(message)
            reply = await self._handled(inbound.pointed(body, self.id, by, message, text, author, link))
            asked = Asked(body["user"]["id"], by, channel, message.thread, message.ts, body["trigger_id"])
            self._later(self.answers.privately(reply, asked))
        await ack()

    async def _message(self, body: dict[str, Any]) -> None:
        message = inbound.message_in(body["event"])
        if message is None or not await self._is_for_us(message):
            return
        by = await self._who(message.user)
        if by is None:
            return
        reply = await self._handled(inbound.said(message, self.id, by, await self._name_of()))
        if reply.again:
            raise NotKept
        read_again = json.dumps({"read": [message.channel, message.ts]})
        asked = Asked(message.user, by, message.channel, message.thread, message.ts, again=read_again)
        if reply.quiet:
            self._later(self.answers.sign(message.channel, message.ts))
        elif message.direct:
            self._later(self.answers.directly(reply, asked))
        else:
            self._later(self.answers.privately(reply, asked))

    async def _is_for_us(self, message: Message) -> bool:
        """Tell whether a message is said to Buckstop, or in the thread of a case; nobody else's is looked at any closer."""
        if message.direct or (inbound.mentions(message, self.bot_user) and message.edited is None):
            return True
        root = message.thread or (message.ts if message.edited else None)
        return root is not None and await self._is_a_case(message.channel, root)

    async def _is_a_case(self, channel: str, root: str) -> bool:
        async with self._there.store.read() as reading:
            return bool(await reading.cases(Where(thread=Place(PLATFORM, self.id, channel, thread=root), limit=1)))

    async def _reaction(self, body: dict[str, Any]) -> None:
        event = body["event"]
        item, emoji = event.get("item") or {}, inbound.emoji_in(event)
        if item.get("type") != "message":
            return
        channel, ts = str(item["channel"]), str(item["ts"])
        # Most reactions mean nothing to us, and a cross on somebody's lunch is no case that is taken back.
        settings = self._there.settings()
        if not settings.reports(PLATFORM, emoji) and not (settings.undoes(emoji) and await self._is_a_case(channel, ts)):
            return
        by = await self._who(event["user"])
        given = await self._read(channel, ts) if by is not None else None
        if by is None or given is None:
            return
        message = _found(given, channel)
        text, author, link = await self._about(message)
        key = f"{PLATFORM}/{self.id}/event/{body['event_id']}"
        reply = await self._handled(inbound.reacted(event, key, self.id, by, message, text, author, link))
        if reply.again:
            raise NotKept
        self._later(self.answers.privately(reply, Asked(event["user"], by, message.channel, message.thread, message.ts)))

    async def _home_opened(self, body: dict[str, Any]) -> None:
        event = body["event"]
        if event.get("tab") == "home" and (by := await self._who(event["user"])) is not None:
            await self._publish(Asked(event["user"], by))

    async def _user_changed(self, body: dict[str, Any]) -> None:
        await self._there.people.changed(self.id, body["event"]["user"])

    async def _archived(self, body: dict[str, Any]) -> None:
        channel = str(body["event"]["channel"])
        named = [name for name, found in self._there.plan.channels.items() if (found.workspace, found.id) == (self.id, channel)]
        for name in named:
            await self._there.people.acquaintance.channel_is_dead(PLATFORM, name, "it was archived")

    async def _shut_out(self, body: dict[str, Any]) -> None:
        log.error("slack.shut_out", workspace=self.id, why=body["event"]["type"])

    # --- what they need

    async def _handled(self, wanted: Inbound) -> Reply:
        reply = await self._there.desk.handle(wanted)
        if reply.refused:
            log.info("slack.answered_no", workspace=self.id, by=wanted.by, what=type(wanted).__name__.lower(), case=reply.case)
        return reply

    async def _who(self, user: str) -> PersonId | None:
        return await self._there.people.person(self.id, user)

    async def _name_of(self) -> Callable[[str, str], str]:
        org = await self._there.people.acquaintance.org()

        def name_of(user: str, label: str) -> str:
            return texts.MENTION if user == self.bot_user else called(org, self.id, user, label)

        return name_of

    def _asked(self, body: Payload, by: PersonId) -> Asked:
        origin = views.Origin.read((body.get("view") or {}).get("private_metadata") or "")
        container = body.get("container") or {}
        channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or origin.channel or None
        thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or origin.thread
        return Asked(body["user"]["id"], by, channel, thread, container.get("message_ts") or origin.message, body["trigger_id"])

    async def _again(self, value: str | None, body: Payload, by: PersonId) -> Said | None:
        """Return what a button has said once more: a command, or what somebody wrote in the message that it names."""
        try:
            held = json.loads(value or "")
        except ValueError:
            return None
        key, place = inbound.trigger_key(body, self.id), inbound.where_pressed(body, self.id, by)
        match held:
            case {"say": str(text)}:
                return Said(key, by, replace(place, message=None), text)
            case {"read": [str(channel), str(ts)]}:
                given = await self._read(channel, ts)
                if given is None or given.get("user") != body["user"]["id"]:
                    return None
                said = inbound.said(replace(_found(given, channel), direct=channel.startswith("D")), self.id, by, await self._name_of())
                # Too long for a form: nothing of it may be lost, so it is reported as it stands.
                long = len(said.text) > views.LONGEST_TEXT
                return replace(said, key=key, text=f"/report {said.text}" if long else said.text)
            case _:
                return None

    async def _people_of(self, accounts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return whose the accounts are that somebody picked, and which of them are nobody's."""
        found = {name: await self._who(user) for name, user in accounts.items()}
        errors = {name: _words(faults.pick_a_person()) for name, person in found.items() if person is None}
        return {name: str(person) for name, person in found.items() if person is not None}, errors

    async def _about(self, message: Message) -> tuple[str, PersonId | None, str | None]:
        """Return a message in plain words, its author if it is a person, and the link to it."""
        text = inbound.with_files(texts.typed(message.text, await self._name_of()), message.files)
        author = await self._who(message.user) if message.user else None
        try:
            told = await self.client.chat_getPermalink(channel=message.channel, message_ts=message.ts)
        except SlackApiError as fault:
            log.info("slack.no_link", workspace=self.id, why=error_of(fault))  # a conversation that we are not in
            return text, author, None
        return text, author, str(told["permalink"])

    async def _read(self, channel: str, ts: str) -> Payload | None:
        """Return one message of a conversation that Buckstop is in; answers in threads stand in no history."""
        here: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        try:
            answer = await self.client.conversations_history(**here)
            if not answer["messages"]:
                answer = await self.client.conversations_replies(ts=ts, **here)
        except SlackApiError as fault:
            log.info("slack.not_readable", workspace=self.id, why=error_of(fault))
            return None
        messages: list[Payload] = answer["messages"]
        return next((message for message in messages if message.get("ts") == ts), None)

    async def _publish(self, asked: Asked) -> None:
        home = await self._there.desk.home(asked.by, Place(PLATFORM, self.id, f"@{asked.by}"))
        await self.answers.publish(home, asked)

    async def _say_it_failed(self, body: Payload) -> None:
        user = (body.get("user") or {}).get("id")
        by = await self._who(user) if user else None
        if by is not None:
            await self.answers.privately(Reply.say(*faults.failed(), refused=True), self._asked(body, by))

    @contextmanager
    def _unseen(self) -> Iterator[list[Exception]]:
        """Hold what goes wrong while an answer is shown: what it answers was done, and is kept."""
        unseen: list[Exception] = []
        try:
            yield unseen
        except Exception as fault:
            log.warning("slack.not_answered", workspace=self.id, error=type(fault).__name__, why=error_of(fault), exc_info=fault)
            unseen.append(fault)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after Slack was acknowledged: it waits three seconds for that, and no longer."""
        task = asyncio.create_task(self._logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _logged(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as fault:
            # It was done and is kept; only its answer did not get through.
            log.warning("slack.not_answered", workspace=self.id, error=type(fault).__name__, why=error_of(fault), exc_info=fault)


def _quiet() -> logging.Logger:
    logger = logging.getLogger("buckstop.slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _words(line: Line) -> str:
    return "".join(map(str, line))


def _said_again(text: str) -> str:
    return json.dumps({"say": text})


def _found(given: Payload, channel: str) -> Message:
    """Return a message as Slack shows it to us; one that a program wrote has no author."""
    files = tuple(file["permalink"] for file in given.get("files") or () if file.get("permalink"))
    user = "" if given.get("bot_id") else str(given.get("user") or "")
    ts, thread = str(given["ts"]), given.get("thread_ts")
    return Message(user, channel, ts, str(given.get("text") or ""), thread if thread != ts else None, files=files)


def _container(origin: views.Origin) -> Payload:
    if not origin.channel:
        return {}
    return {"container": {"channel_id": origin.channel, "message_ts": origin.message, "thread_ts": origin.thread}}


def _kind_of(body: Payload) -> str:
    if "command" in body:
        return "command"
    return "event" if "event" in body else str(body.get("type") or "")


def _first_input(body: Payload) -> list[str]:
    blocks = (body.get("view") or {}).get("blocks") or ()
    return [block["block_id"] for block in blocks if block.get("type") == "input"][:1]
