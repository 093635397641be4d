"""How does an answer reach the person who asked? Where only they see it, as a form, or in their direct messages.

Answers are no deliveries: what only one person sees is told to nobody. What has to be told is in the outbox.
"""

from dataclasses import dataclass, replace
from typing import Any

import discord
import structlog

from bot.adapters.discord import calls, modals
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.layout import again_button, of_reply
from bot.adapters.discord.lines import Reader
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import Room
from bot.chat import Field, Form, Reply
from bot.escalation.words import PersonId
from bot.wording import faults

log = structlog.get_logger()

NOTED = "\N{MEMO}"  # the sign on what somebody said that is on record
_NONE = discord.AllowedMentions.none()
_TOO_LATE = frozenset({calls.UNKNOWN_INTERACTION, calls.ANSWERED_ALREADY})

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A form as far as somebody has come with it: its values, what is wrong with them, and the page that is next."""

    form: Form
    values: dict[str, str]
    page: int = 0
    wrong: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"form": self.form.id, "values": self.values, "page": self.page, "wrong": self.wrong or {}}


class Answers:
    """Answers people."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def reader(self, by: PersonId) -> Reader:
        """Return for whom an answer is drawn."""
        org = await self._room.there.people.acquaintance.org()

        def account_of(person: PersonId) -> str | None:
            return org.account(person, PLATFORM, "")

        return Reader(org.calendar(by).zone, self._room.there.clock.now(), account_of)

    async def interaction(self, interaction: Interaction, reply: Reply, by: PersonId) -> None:
        """Answer a command, a press or a form. A form opens at once, except from another form, which goes on by a button."""
        if reply.form is None:
            await self.shown(interaction, reply, by)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self.offer(interaction, replace(reply, lines=reply.lines or (faults.form_below(),)), by, _as_it_is(reply.form))
        else:
            await self.open(interaction, _as_it_is(reply.form))

    async def open(self, interaction: Interaction, begun: Begun, key: str | None = None) -> None:
        """Open a page of a form; `key` is under which draft the rest of it is kept."""
        org = await self._room.there.people.acquaintance.org()
        accounts = {person: account for person in org.people if (account := org.account(person, PLATFORM, "")) is not None}
        modal = modals.modal(begun.form, begun.page, begun.values, accounts, modal_id(begun, key), begun.wrong)
        await self._respond(interaction, interaction.response.send_modal(modal))

    async def offer(self, interaction: Interaction, reply: Reply, by: PersonId, begun: Begun, *, send: bool = False) -> None:
        """Say something, with a button that goes on with a form, and one that sends it as it is."""
        key = str(interaction.id)
        await self._room.there.drafts.keep(key, by, begun.to_json())
        label = "Change it" if begun.wrong else "Go on" if begun.page else begun.form.title
        go_on = again_button(label, f"{OPEN}{key}", discord.ButtonStyle.secondary if send else discord.ButtonStyle.primary)
        await self.shown(interaction, replace(reply, form=None), by, [again_button("Send it", f"{SEND}{key}"), go_on] if send else [go_on])

    async def shown(self, interaction: Interaction, reply: Reply, by: PersonId, below: Any = ()) -> None:
        """Show an answer to whoever asked, and to nobody else; in place of the last one, if they pressed a button of that."""
        view = of_reply(reply, await self.reader(by), below)
        if view is None:
            await self._respond(interaction, interaction.response.defer())
        elif interaction.message is not None and interaction.message.flags.ephemeral:
            await self._respond(interaction, interaction.response.edit_message(view=view, allowed_mentions=_NONE))
        else:
            await self._respond(
                interaction, interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=_NONE), reply, by
            )

    async def _respond(self, interaction: Interaction, answer: Any, reply: Reply | None = None, by: PersonId | None = None) -> None:
        """Give the first answer. Past Discord's three seconds what was done is said directly: nobody may believe that it was not."""
        try:
            await answer
        except discord.HTTPException as fault:
            if code_of(fault) not in _TOO_LATE:
                raise
            log.warning("discord.too_late", code=code_of(fault))
            if code_of(fault) == calls.UNKNOWN_INTERACTION and reply is not None and by is not None:
                await self.directly(str(interaction.user.id), reply, by)

    async def directly(self, user: str, reply: Reply, by: PersonId) -> None:
        """Say something in a person's direct messages.

        Raises:
            discord.HTTPException: they take none.
        """
        message = await self._message(reply, by)
        if message is not None:
            channel = await self._room.rest.client.create_dm(discord.Object(int(user)))
            await channel.send(**message)

    async def to_a_message(self, message: discord.Message, reply: Reply, by: PersonId) -> None:
        """Answer what somebody wrote: directly to them, since in a channel everybody would read it; a sign shows that it was heard."""
        if reply.quiet or not reply.refused:
            self._room.later(self.sign(message))
        if reply.quiet:
            return
        try:
            await self.directly(str(message.author.id), reply, by)
        except discord.HTTPException as fault:
            if code_of(fault) != calls.CLOSED_TO_US:
                raise
            closed = of_reply(Reply(lines=(faults.closed_to_us(),)), await self.reader(by))
            assert closed is not None
            await self._partial(message).reply(view=closed, allowed_mentions=_NONE)

    async def sign(self, message: discord.Message) -> None:
        """Show by a sign that what somebody said is on record."""
        await self._partial(message).add_reaction(NOTED)

    def _partial(self, message: discord.Message) -> discord.PartialMessage:
        return self._room.rest.client.get_partial_messageable(message.channel.id).get_partial_message(message.id)

    async def _message(self, reply: Reply, by: PersonId) -> dict[str, Any] | None:
        below = []
        if reply.form is not None:
            # Only what somebody presses can open a form.
            key = f"{by}/{reply.form.id}"[:80]
            await self._room.there.drafts.keep(key, by, _as_it_is(reply.form).to_json())
            verb = reply.form.id.partition(":")[0]
            reply = replace(
                reply,
                lines=reply.lines or (faults.form_below(),),
                buttons=tuple(button for button in reply.buttons if button.id != verb),
            )
            assert reply.form is not None
            below = [again_button(reply.form.title, f"{OPEN}{key}")]
        view = of_reply(replace(reply, form=None), await self.reader(by), below)
        return {"view": view, "allowed_mentions": _NONE} if view is not None else None


OPEN, SEND = "o/", "s/"  # what a button of a draft does with it


def _as_it_is(form: Form) -> Begun:
    return Begun(form, {field.name: field.value for field in form.fields if field.value})


def modal_id(begun: Begun, key: str | None) -> str:
    """Return what a modal carries: the page, the draft that holds the others, and which form it is."""
    return f"m:{begun.page}:{key or '-'}:{begun.form.id}"


def modal_meant(custom_id: str) -> tuple[int, str | None, str] | None:
    """Return page, draft and form of a modal; None if it is none of ours."""
    parts = custom_id.split(":", 3)
    if len(parts) != 4 or parts[0] != "m" or not parts[1].isascii() or not parts[1].isdigit():
        return None
    return int(parts[1]), None if parts[2] == "-" else parts[2], parts[3]


def left_out(form: Form) -> tuple[Field, ...]:
    """Return the questions of a form that Discord's has not: a report is sent by one form, which takes five."""
    return tuple(field for field in form.fields if form.id.startswith("report:") and field.name == "private")
