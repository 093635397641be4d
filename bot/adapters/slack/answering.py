"""How does an answer reach the person who asked? Where only they see it, or as a form, or in their direct messages.

Answers are no deliveries: Slack counts what only one person sees as told to nobody, and so do we. What has to be told is in the outbox.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack import views
from bot.adapters.slack.blocks import Block, Reader, button, of_reply
from bot.adapters.slack.calls import DEAD, error_of
from bot.adapters.slack.inbound import AGAIN
from bot.adapters.slack.people import PLATFORM, People
from bot.adapters.slack.views import Origin
from bot.chat import Button, Form, Home, Reply
from bot.escalation.words import PersonId
from bot.ports import Clock
from bot.wording import faults

log = structlog.get_logger()

_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger_id"})
_NOTED = "memo"  # the sign on an answer in a thread that was noted
LONGEST_AGAIN = 2000  # what the value of a button holds


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, from where, and with which trigger a form may be opened for them: it lasts three seconds."""

    user: str
    by: PersonId
    channel: str | None = None
    thread: str | None = None
    message: str | None = None
    trigger: str | None = None
    again: str | None = None  # how a button has the same said once more, to open the same form

    @property
    def origin(self) -> Origin:
        """Return where a form that is opened now comes from."""
        return Origin("", self.channel or "", self.thread, self.message)


class Answers:
    """Answers people in one workspace."""

    def __init__(self, workspace: str, client: AsyncWebClient, people: People, clock: Clock, command: str = "case") -> None:
        """`command` is what `/case` is called there."""
        self._workspace = workspace
        self._client = client
        self._people = people
        self._clock = clock
        self._command = command

    async def reader(self, by: PersonId) -> Reader:
        """Return for whom an answer is drawn."""
        org = await self._people.acquaintance.org()

        def account_of(person: PersonId) -> str | None:
            return org.account(person, PLATFORM, self._workspace)

        return Reader(org.calendar(by).zone, self._clock.now(), account_of, self._command)

    async def form(self, reply: Reply, asked: Asked) -> bool:
        """Open the form of an answer; False if there is none, if it is too late for it, or if nothing was pressed that could open one."""
        if reply.form is None or asked.trigger is None:
            return False
        return await self._opened(asked.trigger, await self.modal(reply.form, asked))

    async def modal(self, form: Form, asked: Asked) -> Block:
        """Return a form as a modal, with the accounts of those whom it names."""
        named = views.people_in(form)
        accounts = {person: await self._people.account(self._workspace, person) for person in named}
        known = {str(person): account for person, account in accounts.items() if account is not None}
        return views.modal(form, replace(asked.origin, form=form.id), known)

    async def result(self, reply: Reply, asked: Asked) -> Block:
        """Return what came of something as a modal to be read."""
        return views.answer(reply, await self.reader(asked.by), asked.origin)

    async def show(self, reply: Reply, asked: Asked) -> bool:
        """Show an answer in a modal; False if it is too late for one."""
        return asked.trigger is not None and await self._opened(asked.trigger, await self.result(reply, asked))

    async def replace_view(self, view: str, reply: Reply, asked: Asked) -> None:
        """Show an answer, or its form, in place of what a modal showed."""
        shown = await self.result(reply, asked) if reply.form is None else await self.modal(reply.form, asked)
        await self._client.views_update(view_id=view, view=shown)

    async def acknowledgement(self, reply: Reply, asked: Asked) -> dict[str, Any]:
        """Return an answer as the acknowledgement of a command, which Slack shows to whoever gave it."""
        said = await self._said(reply, asked)
        return said | {"response_type": "ephemeral"} if said["blocks"] else {}

    async def privately(self, reply: Reply, asked: Asked) -> None:
        """Say something where it was asked, for the eyes of whoever asked; where Buckstop is not let in, directly to them."""
        said = await self._said(reply, asked)
        if not said["blocks"]:
            return
        if asked.channel is not None:
            try:
                await self._client.chat_postEphemeral(channel=asked.channel, user=asked.user, thread_ts=asked.thread, **said)
                return
            except SlackApiError as fault:
                if error_of(fault) not in {*DEAD, "user_not_in_channel"}:
                    raise
        await self._direct(asked.user, said)

    async def directly(self, reply: Reply, asked: Asked) -> None:
        """Say something in a person's direct messages, where they spoke to Buckstop."""
        said = await self._said(reply, asked)
        if said["blocks"]:
            await self._direct(asked.user, said, asked.thread)

    async def sign(self, channel: str, message: str) -> None:
        """Show by a sign that what somebody said is on record."""
        try:
            await self._client.reactions_add(channel=channel, timestamp=message, name=_NOTED)
        except SlackApiError as fault:
            log.info("slack.no_sign", why=error_of(fault))

    async def publish(self, home: Home, asked: Asked) -> None:
        """Show a person their home."""
        await self._client.views_publish(user_id=asked.user, view=views.home(home, await self.reader(asked.by)))

    async def _direct(self, user: str, said: Mapping[str, Any], thread: str | None = None) -> None:
        opened = await self._client.conversations_open(users=user)
        channel = opened["channel"]["id"]
        await self._client.chat_postMessage(channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **said)

    async def _said(self, reply: Reply, asked: Asked) -> dict[str, Any]:
        reader = await self.reader(asked.by)
        if reply.form is None:
            text, blocks = of_reply(reply, reader)
            return {"text": text, "blocks": blocks}
        # Only what somebody presses can open a form. Its button stands for the one that the handlers suggest.
        verb = reply.form.id.partition(":")[0]
        others = tuple(each for each in reply.buttons if each.id != verb)
        text, blocks = of_reply(replace(reply, lines=reply.lines or (faults.open_once_more(),), buttons=others), reader)
        return {"text": text, "blocks": [*blocks, {"type": "actions", "elements": [_opens(reply, asked)]}]}

    async def _opened(self, trigger: str, view: Block) -> bool:
        try:
            await self._client.views_open(trigger_id=trigger, view=view)
        except SlackApiError as fault:
            if error_of(fault) not in _TOO_LATE:
                raise
            log.info("slack.trigger_too_late", view=view["callback_id"])
            return False
        return True


def _opens(reply: Reply, asked: Asked) -> Block:
    """Return the button that opens a form: what was said is said once more, else its verb is pressed."""
    assert reply.form is not None
    verb, _, rest = reply.form.id.partition(":")
    _, version, _ = rest.split(":", 2)
    pressed = button(Button(verb, reply.form.title, reply.case, int(version), "primary"))
    again = asked.again is not None and len(asked.again) <= LONGEST_AGAIN
    return pressed | {"action_id": AGAIN, "value": asked.again} if again else pressed
