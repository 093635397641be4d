"""How somebody fills in a form, in as many of Discord's as it takes: five questions each, and none opens another.

Between two of them stands a button, and what was filled in is kept as a draft meanwhile. What is wrong is said, and nothing has to be
written twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord

from bot.adapters.discord import inbound, modals
from bot.adapters.discord.answering import Answers
from bot.adapters.discord.begun import OPEN, SEND, Begun, filled, shown
from bot.adapters.discord.room import Room
from bot.adapters.discord.spots import Spot
from bot.chat import Form, Line, Reply, Typed
from bot.escalation.words import PersonId
from bot.handlers.parse import case_named
from bot.wording import faults

Interaction = discord.Interaction[Any]


class Filling:
    """Forms that are opened, go on, are sent, and have to be changed."""

    def __init__(self, room: Room, answers: Answers) -> None:
        self._room = room
        self._answers = answers

    async def form(self, by: PersonId, spot: Spot, verb: str, case: str) -> Form | None:
        """Return a verb's form as it is now; None if it has none, or if it cannot be done any more."""
        return await self._room.there.desk.form(by, spot.place(by), verb, case_named(case))

    async def given(self, interaction: Interaction, by: PersonId, form: Form, values: Mapping[str, str], errors: Mapping[str, str]) -> None:
        """Ask for what a command lacks, with what was given filled in; say what is wrong with that."""
        begun = Begun(form, filled(form) | dict(values), wrong={name: text for name, text in errors.items() if name in values})
        if begun.wrong:
            await self._mend(interaction, by, begun)
        else:
            await self._open(interaction, begun, by, None)

    async def _open(self, interaction: Interaction, begun: Begun, by: PersonId, key: str | None) -> None:
        with self._room.unseen():
            await self._answers.open(interaction, replace(begun, form=shown(begun.form)), by, key)

    async def again(self, interaction: Interaction, key: str, by: PersonId, spot: Spot) -> None:
        """Go on with a draft, or send it as it is, as the button says."""
        name = key.removeprefix(OPEN).removeprefix(SEND)
        draft = await self._room.there.drafts.find(name, by)
        if draft is None:
            await self.show(interaction, Reply(lines=(faults.form_is_gone(),), refused=True), by)
            return
        form = None if key.startswith(SEND) else await self.form(by, spot, *verb_and_case(draft["form"]))
        if form is None:
            # It is to be sent, or it cannot be done any more: then it is refused with the reason.
            await self._send(interaction, by, spot, draft["form"], draft["values"])
            return
        page = min(int(draft["page"]), len(modals.pages(shown(form))) - 1)  # a form may have become shorter meanwhile
        begun = Begun(replace(form, id=draft["form"]), dict(draft["values"]), page, draft["wrong"])
        await self._open(interaction, begun, by, name)

    async def submission(self, interaction: Interaction, page: int, key: str | None, form_id: str, by: PersonId, spot: Spot) -> None:
        """Take a page of a form that somebody sent, and go on to the next one, or send it."""
        data: Mapping[str, Any] = interaction.data or {}
        draft = await self._room.there.drafts.find(key, by) if key is not None else None
        given, accounts = modals.values_of(data)
        people, wrong = await self._people_of(accounts, data)
        form = await self.form(by, spot, *verb_and_case(form_id))
        before = draft["values"] if draft is not None else {}
        values = {**before, **(modals.settled(form, given) if form is not None else given), **people}
        if form is None:
            await self._send(interaction, by, spot, form_id, values)
            return
        form = replace(form, id=form_id)
        later = [field for fields in modals.pages(shown(form))[page + 1 :] for field in fields]
        if wrong:
            await self._mend(interaction, by, Begun(form, values, page, wrong))
        elif later:
            await self._next(interaction, by, Begun(form, values, page + 1), needed=any(field.required for field in later))
        else:
            await self._send(interaction, by, spot, form_id, values)

    async def _next(self, interaction: Interaction, by: PersonId, begun: Begun, *, needed: bool) -> None:
        line = faults.one_more_form() if needed else faults.one_more_form_if_you_like()
        await self._offer(interaction, Reply(lines=(line,)), by, begun, send=not needed)

    async def _send(self, interaction: Interaction, by: PersonId, spot: Spot, form_id: str, values: Mapping[str, str]) -> None:
        reply = await self._room.handled(inbound.submitted(interaction, by, spot, form_id, values))
        if not reply.errors and not reply.again:
            await self.show(interaction, reply, by)
            return
        form = await self.form(by, spot, *verb_and_case(form_id))
        if form is None:
            await self.show(interaction, replace(reply, lines=(*told(reply.errors), *reply.lines), errors={}), by)
            return
        # What was not kept stays filled in, so that it can be sent again.
        begun = Begun(replace(form, id=form_id), dict(values), wrong=dict(reply.errors))
        await self._mend(interaction, by, begun, reply.lines)

    async def _mend(self, interaction: Interaction, by: PersonId, begun: Begun, lines: tuple[Line, ...] = ()) -> None:
        wrong = begun.wrong or {}
        first = next((n for n, page in enumerate(modals.pages(shown(begun.form))) if any(field.name in wrong for field in page)), 0)
        labels = {field.name: field.label for field in begun.form.fields}
        faulty = told({labels.get(name, name): text for name, text in wrong.items()})
        reply = Reply(lines=(faults.mend_the_form(), *faulty) if faulty else lines, refused=True)
        await self._offer(interaction, reply, by, replace(begun, page=first), send=not faulty)

    async def _offer(self, interaction: Interaction, reply: Reply, by: PersonId, begun: Begun, *, send: bool) -> None:
        with self._room.unseen():
            await self._answers.offer(interaction, reply, by, begun, send=send)

    async def show(self, interaction: Interaction, reply: Reply, by: PersonId) -> None:
        """Show an answer. What it answers is kept: that it could not be shown must not have it done once more."""
        with self._room.unseen():
            await self._answers.interaction(interaction, reply if reply.form is None else replace(reply, form=shown(reply.form)), by)

    async def _people_of(self, accounts: Mapping[str, str], data: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Return whose the accounts are that somebody picked, and which of them are nobody's."""
        users = _users(data)
        found = {name: await self._room.there.people.picked(user, users.get(user)) for name, user in accounts.items()}
        errors = {name: words(faults.pick_a_person()) for name, person in found.items() if person is None}
        return {name: str(person) for name, person in found.items() if person is not None}, errors


def verb_and_case(form_id: str) -> tuple[str, str]:
    """Return what a form is for, as its id says."""
    verb, _, rest = form_id.partition(":")
    case = rest.partition(":")[0]
    return verb, "" if case == "-" else case


def words(line: Line) -> str:
    """Return a line of our own words as text."""
    return "".join(map(str, line))


def told(errors: Mapping[str, str]) -> tuple[Line, ...]:
    """Return what is wrong with which field, a line each."""
    return tuple((f"{name}: ", Typed(text)) for name, text in errors.items())


def _users(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Discord tells of the accounts that somebody picked."""
    resolved = data.get("resolved")
    users = resolved.get("users") if isinstance(resolved, Mapping) else None
    return {account: user for account, user in users.items() if isinstance(user, Mapping)} if isinstance(users, Mapping) else {}
