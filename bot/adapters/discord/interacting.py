"""What people press, fill in and choose: done first, then answered. Discord waits three seconds for the answer.

A form is opened before anything is written. Once something is done and kept, nothing that goes wrong may have it done once more.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import discord
import structlog

from bot.adapters.discord import inbound, modals
from bot.adapters.discord.answering import OPEN, SEND, Answers, Begun, left_out, modal_meant
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.press import Press
from bot.adapters.discord.room import Room
from bot.adapters.discord.spots import Spot
from bot.chat import Form, Line, Option, Reply, Typed
from bot.escalation.words import PersonId
from bot.handlers.parse import case_named
from bot.handlers.suggesting import Kind
from bot.wording import faults

log = structlog.get_logger()

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A slash command: its verb, the case as it was typed, the values of its form that were given, and the words of a verb without one."""

    verb: str
    case: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


class Interactions:
    """Commands, buttons, forms, and what can be chosen on a message."""

    def __init__(self, room: Room, answers: Answers) -> None:
        self._room = room
        self._answers = answers

    async def command(self, interaction: Interaction, asked: Asked) -> None:
        """A slash command. One with its values given is sent as it is; with nothing but its case it opens its form."""
        await self._answered(interaction, partial(self._command, interaction, asked))

    async def press(self, interaction: Interaction, press: Press) -> None:
        """A button of a message."""
        await self._answered(interaction, partial(self._press, interaction, press))

    async def again(self, interaction: Interaction, key: str) -> None:
        """A button that goes on with a form, or sends it as far as it is."""
        await self._answered(interaction, partial(self._again, interaction, key))

    async def submission(self, interaction: Interaction) -> None:
        """A form that was sent: perhaps only one page of it."""
        data: Mapping[str, Any] = interaction.data or {}
        meant = modal_meant(str(data.get("custom_id") or ""))
        if meant is not None:
            await self._answered(interaction, partial(self._submission, interaction, data, *meant))

    async def message_command(self, interaction: Interaction, message: discord.Message) -> None:
        """ "Report as a case" on a message."""
        await self._answered(interaction, partial(self._message_command, interaction, message))

    async def suggestions(self, interaction: Interaction, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type."""
        by = await self._room.who(interaction.user)
        if by is None or not self._room.ours(interaction.guild_id):
            return ()
        spot = await self._room.spots.of(interaction.channel, interaction.guild_id)
        return await self._room.there.desk.suggest(by, spot.place(by), kind, verb, typed, most)

    async def _answered(self, interaction: Interaction, work: Callable[[PersonId, Spot], Awaitable[None]]) -> None:
        """Find out who asked, and where; and answer them whatever happens."""
        with self._room.working():
            await self._done_and_answered(interaction, work)

    async def _done_and_answered(self, interaction: Interaction, work: Callable[[PersonId, Spot], Awaitable[None]]) -> None:
        by = None
        try:
            by = await self._room.who(interaction.user)
            if by is None:
                return
            if not self._room.ours(interaction.guild_id):
                await self._show(interaction, Reply(lines=(faults.not_set_up_here(),), refused=True), by)
                return
            await work(by, await self._room.spots.of(interaction.channel, interaction.guild_id))
        except Exception as fault:
            log.exception("discord.failed", what=interaction.type.name, error=type(fault).__name__, code=code_of(fault))
            if by is not None:
                await self._show(interaction, Reply(lines=(faults.failed(),), refused=True), by)

    async def _command(self, interaction: Interaction, asked: Asked, by: PersonId, spot: Spot) -> None:
        number = case_named(asked.case)
        if not asked.values or (asked.case and number is None):
            words = " ".join(part for part in (asked.case, asked.words) if part)
            said = inbound.commanded(inbound.key_of(interaction), by, spot.place(by), asked.verb, words)
            await self._show(interaction, await self._room.handled(said), by)
            return
        form_id = inbound.form_for(interaction, asked.verb, number)
        reply = await self._room.handled(inbound.submitted(interaction, by, spot, form_id, asked.values))
        if not reply.errors:
            await self._show(interaction, reply, by)
            return
        # Something is missing, or cannot be read: the form asks for it, with what was given filled in.
        form = await self._form(by, spot, asked.verb, asked.case)
        if form is None:
            await self._show(interaction, Reply(lines=_told(reply.errors), refused=True), by)
        elif asked.values.keys() & reply.errors.keys():
            await self._mend(interaction, by, Begun(form, _filled(form) | dict(asked.values), wrong=_given(reply.errors, asked.values)))
        else:
            await self._open(interaction, Begun(form, _filled(form) | dict(asked.values)), by)

    async def _open(self, interaction: Interaction, begun: Begun, by: PersonId) -> None:
        hidden = {field.name for field in left_out(begun.form)} & {name for name, value in begun.values.items() if value}
        if hidden:  # what the form does not show must not be lost with it
            await self._room.there.drafts.keep(str(interaction.id), by, begun.to_json())
        with self._room.unseen():
            await self._answers.open(interaction, replace(begun, form=shown(begun.form)), str(interaction.id) if hidden else None)

    async def _press(self, interaction: Interaction, press: Press, by: PersonId, spot: Spot) -> None:
        await self._show(interaction, await self._room.handled(inbound.pressed(interaction, press, by, spot)), by)

    async def _again(self, interaction: Interaction, key: str, by: PersonId, spot: Spot) -> None:
        draft = await self._room.there.drafts.find(key.removeprefix(OPEN).removeprefix(SEND), by)
        if draft is None:
            await self._show(interaction, Reply(lines=(faults.form_is_gone(),), refused=True), by)
            return
        form = None if key.startswith(SEND) else await self._form(by, spot, *verb_and_case(draft["form"]))
        if form is None:
            # It is to be sent, or it cannot be done any more: then it is refused with the reason.
            await self._send(interaction, by, spot, draft["form"], draft["values"])
            return
        begun = Begun(shown(replace(form, id=draft["form"])), dict(draft["values"]), int(draft["page"]), draft["wrong"])
        with self._room.unseen():
            await self._answers.open(interaction, begun, key.removeprefix(OPEN))

    async def _submission(
        self, interaction: Interaction, data: Mapping[str, Any], page: int, key: str | None, form_id: str, by: PersonId, spot: Spot
    ) -> None:
        draft = await self._room.there.drafts.find(key, by) if key is not None else None
        given, accounts = modals.values_of(data)
        people, wrong = await self._people_of(accounts, data)
        form = await self._form(by, spot, *verb_and_case(form_id))
        values = {
            **(draft["values"] if draft is not None else {}),
            **(modals.settled(form, given) if form is not None else given),
            **people,
        }
        whole = replace(form, id=form_id) if form is not None else None
        pages = modals.pages(shown(whole)) if whole is not None else []
        if whole is not None and wrong:
            await self._mend(interaction, by, Begun(whole, values, page, wrong))
        elif whole is not None and page + 1 < len(pages):
            needed = any(field.required for later in pages[page + 1 :] for field in later)
            line = faults.one_more_form() if needed else faults.one_more_form_if_you_like()
            await self._offer(interaction, Reply(lines=(line,)), by, Begun(whole, values, page + 1), send=not needed)
        else:
            await self._send(interaction, by, spot, form_id, values)

    async def _send(self, interaction: Interaction, by: PersonId, spot: Spot, form_id: str, values: Mapping[str, str]) -> None:
        reply = await self._room.handled(inbound.submitted(interaction, by, spot, form_id, values))
        if not reply.errors and not reply.again:
            await self._show(interaction, reply, by)
            return
        form = await self._form(by, spot, *verb_and_case(form_id))
        if form is None:
            await self._show(interaction, replace(reply, lines=(*_told(reply.errors), *reply.lines), errors={}), by)
            return
        # What was not kept stays filled in, so that it can be sent again.
        begun = Begun(replace(form, id=form_id), dict(values), wrong=dict(reply.errors))
        await self._mend(interaction, by, begun, reply.lines)

    async def _mend(self, interaction: Interaction, by: PersonId, begun: Begun, lines: tuple[Line, ...] = ()) -> None:
        wrong = begun.wrong or {}
        first = next((n for n, page in enumerate(modals.pages(shown(begun.form))) if any(field.name in wrong for field in page)), 0)
        labels = {field.name: field.label for field in begun.form.fields}
        told = _told({labels.get(name, name): text for name, text in wrong.items()})
        reply = Reply(lines=(faults.mend_the_form(), *told) if told else lines, refused=True)
        await self._offer(interaction, reply, by, replace(begun, page=first), send=not told)

    async def _offer(self, interaction: Interaction, reply: Reply, by: PersonId, begun: Begun, *, send: bool) -> None:
        with self._room.unseen():
            await self._answers.offer(interaction, reply, by, begun, send=send)

    async def _message_command(self, interaction: Interaction, message: discord.Message, by: PersonId, spot: Spot) -> None:
        found = inbound.found(message, spot)
        author = await self._room.who(message.author) if found.user else None
        text = found.in_words(await self._room.name_of(message))
        await self._show(interaction, await self._room.handled(inbound.pointed(inbound.key_of(interaction), by, found, text, author)), by)

    async def _show(self, interaction: Interaction, reply: Reply, by: PersonId) -> None:
        # What was done is kept: that its answer could not be shown must not have it done once more.
        with self._room.unseen():
            await self._answers.interaction(interaction, reply if reply.form is None else replace(reply, form=shown(reply.form)), by)

    async def _form(self, by: PersonId, spot: Spot, verb: str, case: str) -> Form | None:
        """Return a verb's form as it is now; None if it has none, or if it cannot be done any more."""
        return await self._room.there.desk.form(by, spot.place(by), verb, case_named(case))

    async def _people_of(self, accounts: Mapping[str, str], data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Return whose the accounts are that somebody picked, and which of them are nobody's."""
        told = (data.get("resolved") or {}).get("users") or {}
        found = {name: await self._room.there.people.picked(user, told.get(user)) for name, user in accounts.items()}
        errors = {name: words(faults.pick_a_person()) for name, person in found.items() if person is None}
        return {name: str(person) for name, person in found.items() if person is not None}, errors


def verb_and_case(form_id: str) -> tuple[str, str]:
    """Return what a form is for, as its id says."""
    verb, _, rest = form_id.partition(":")
    case = rest.partition(":")[0]
    return verb, "" if case == "-" else case


def shown(form: Form) -> Form:
    """Return a form as Discord shows it."""
    hidden = left_out(form)
    return replace(form, fields=tuple(field for field in form.fields if field not in hidden))


def words(line: Line) -> str:
    """Return a line of our own words as text."""
    return "".join(map(str, line))


def _filled(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.fields if field.value}


def _given(errors: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in errors.items() if name in values}


def _told(errors: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple((f"{name}: ", Typed(text)) for name, text in errors.items())
