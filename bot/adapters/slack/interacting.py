"""What people type after a slash, press, fill in and choose: done first, then answered, then acknowledged.

A form is opened before anything is written, while its trigger lasts. Once something is done and kept, nothing that goes wrong may have it
done once more.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.adapters.slack import inbound, views
from bot.adapters.slack.answering import Asked
from bot.adapters.slack.inbound import AGAIN, Payload
from bot.adapters.slack.people import PLATFORM
from bot.adapters.slack.room import Room, words
from bot.chat import Pressed, Reply, Said
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from bot.wording import faults

Ack = Callable[..., Awaitable[Any]]


class Interactions:
    """Commands, buttons, forms and shortcuts of one workspace."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command: its answer is the acknowledgement, which only whoever gave it sees."""
        by = await self._room.who(body["user_id"])
        if by is None:
            await ack(words(faults.only_people()))
            return
        said = inbound.commanded(body, self._room.id, by, self._room.there.plan.commands, await self._room.name_of())
        asked = Asked(body["user_id"], by, body["channel_id"], body.get("thread_ts"), None, body["trigger_id"], _said_again(said.text))
        reply = await self._room.handled(said)
        # What was done is kept from here on: whatever goes wrong now must not have it said once more.
        with self._room.unseen() as unseen:
            opened = await self._room.answers.form(reply, asked)
            answer = {} if opened else await self._room.answers.acknowledgement(reply, asked)
        await (ack(words(faults.not_shown())) if unseen else ack(**answer) if answer else ack())

    async def action(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button, in a message, a modal or the home."""
        by = await self._room.who(body["user"]["id"])
        action = body["actions"][0]
        if by is None or action.get("type") != "button":
            await ack()
            return
        asked = asked_in(body, by)
        if action["action_id"] == AGAIN:
            wanted = await self._again(action.get("value"), body, by)
            reply = await self._room.handled(wanted) if wanted is not None else Reply.say(*faults.failed(), refused=True)
        else:
            reply = await self._room.handled(inbound.pressed(body, self._room.id, by))
        with self._room.unseen() as unseen:
            await self._answer_press(reply, asked, body.get("view") or {})
        if unseen:
            self._room.later(self._room.answers.privately(Reply.say(*faults.not_shown()), asked))
        await ack()

    async def _answer_press(self, reply: Reply, asked: Asked, view: Mapping[str, Any]) -> None:
        match view.get("type"):
            case "modal":
                await self._room.answers.replace_view(str(view["id"]), reply, asked)
            case "home":
                if not await self._room.answers.form(reply, asked):
                    await self._room.answers.show(reply, asked)
                self._room.later(self._room.publish(asked))
            case _:
                if not await self._room.answers.form(reply, asked):
                    self._room.later(self._room.answers.privately(reply, asked))

    async def submission(self, ack: Ack, body: dict[str, Any]) -> None:
        """A form: faults of its fields stand beside them, else it shows what came of it."""
        by = await self._room.who(body["user"]["id"])
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
        place = inbound.where_pressed(_container(origin), self._room.id, by)
        sent = inbound.submitted(inbound.trigger_key(body, self._room.id), by, place, origin.form, values | people)
        reply = await self._room.handled(sent)
        # What was not kept stays filled in, so that it can be sent again.
        said = {"": " ".join(map(words, reply.lines))} if reply.again else {}
        if wrong := reply.errors or said:
            await ack(response_action="errors", errors=views.errors_of(wrong, view["blocks"]))
            return
        answer: dict[str, Any] = {"response_action": "clear"}
        with self._room.unseen() as unseen:
            answers = self._room.answers
            shown = await (answers.modal(reply.form, asked) if reply.form is not None else answers.result(reply, asked))
            answer = {"response_action": "update", "view": shown}
        if unseen:
            self._room.later(self._room.answers.privately(Reply.say(*faults.not_shown()), asked))
        await ack(**answer)

    async def shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """The shortcut that reports a problem."""
        by = await self._room.who(body["user"]["id"])
        if by is not None:
            asked = Asked(body["user"]["id"], by, trigger=body["trigger_id"])
            place = Place(PLATFORM, self._room.id, f"@{by}")
            reply = await self._room.handled(Pressed(inbound.trigger_key(body, self._room.id), by, place, "report", None))
            if not await self._room.answers.form(reply, asked):
                self._room.later(self._room.answers.privately(reply, asked))
        await ack()

    async def message_shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """ "Report as a case" on a message."""
        by = await self._room.who(body["user"]["id"])
        given, channel = body["message"], body["channel"]["id"]
        if by is not None:
            message = inbound.found(given, channel)
            text, author, link = await self._room.about(message)
            reply = await self._room.handled(inbound.pointed(body, self._room.id, by, message, text, author, link))
            asked = Asked(body["user"]["id"], by, channel, message.thread, message.ts, body["trigger_id"])
            self._room.later(self._room.answers.privately(reply, asked))
        await ack()

    async def _again(self, value: str | None, body: Payload, by: PersonId) -> Said | None:
        """Return what a button has said once more: a command, or what somebody wrote in the message that it names."""
        try:
            held = json.loads(value or "")
        except ValueError:
            return None
        key, place = inbound.trigger_key(body, self._room.id), inbound.where_pressed(body, self._room.id, by)
        match held:
            case {"say": str(text)}:
                return Said(key, by, replace(place, message=None), text)
            case {"read": [str(channel), str(ts)]}:
                given = await self._room.read(channel, ts)
                if given is None or given.get("user") != body["user"]["id"]:
                    return None
                message = replace(inbound.found(given, channel), direct=channel.startswith("D"))
                said = inbound.said(message, self._room.id, by, await self._room.name_of())
                # Too long for a form: nothing of it may be lost, so it is reported as it stands.
                long = len(said.text) > views.LONGEST_TEXT
                return replace(said, key=key, text=f"/report {said.text}" if long else said.text)
            case _:
                return None

    async def _people_of(self, accounts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return whose the accounts are that somebody picked, and which of them are nobody's."""
        found = {name: await self._room.who(user) for name, user in accounts.items()}
        errors = {name: words(faults.pick_a_person()) for name, person in found.items() if person is None}
        return {name: str(person) for name, person in found.items() if person is not None}, errors


def asked_in(body: Payload, by: PersonId) -> Asked:
    """Return who asked, and from where, as a payload of a button tells it."""
    origin = views.Origin.read((body.get("view") or {}).get("private_metadata") or "")
    container = body.get("container") or {}
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or origin.channel or None
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or origin.thread
    return Asked(body["user"]["id"], by, channel, thread, container.get("message_ts") or origin.message, body["trigger_id"])


def _said_again(text: str) -> str:
    return json.dumps({"say": text}, ensure_ascii=False)


def _container(origin: views.Origin) -> Payload:
    if not origin.channel:
        return {}
    return {"container": {"channel_id": origin.channel, "message_ts": origin.message, "thread_ts": origin.thread}}
