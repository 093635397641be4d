"""How does an answer reach the person who asked? Where only they see it, as a form, or in their direct messages.

Answers are no deliveries: what only one person sees is told to nobody. What has to be told is in the outbox.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import discord
import structlog
from aiohttp import ClientError
from discord import ui

from bot.adapters.discord import calls, modals
from bot.adapters.discord.begun import OPEN, SEND, Begun, as_it_is, modal_id
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.layout import again_button, of_reply
from bot.adapters.discord.lines import Reader
from bot.adapters.discord.people import PLATFORM
from bot.adapters.discord.room import Room
from bot.chat import Form, Reply
from bot.escalation.words import PersonId
from bot.wording import faults

log = structlog.get_logger()

# The signs under what somebody said: it is on record, and the answer is in their direct messages.
NOTED, ANSWERED = "\N{MEMO}", "\N{OPEN MAILBOX WITH RAISED FLAG}"
NOBODY = PersonId("")
_NONE = discord.AllowedMentions.none()
_TRIES = 2  # of a first answer whose fate is unknown
_SERVER_FAULT = 500

Interaction = discord.Interaction[Any]
Buttons = Sequence[ui.Button[Any]]


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
            await self.offer(interaction, replace(reply, lines=reply.lines or (faults.form_below(),)), by, as_it_is(reply.form))
        else:
            await self.open(interaction, as_it_is(reply.form), by)

    async def open(self, interaction: Interaction, begun: Begun, by: PersonId, key: str | None = None) -> None:
        """Open a page of a form; `key` is under which draft the rest of it is kept. Too late for that, a button opens it."""
        org = await self._room.there.people.acquaintance.org()
        accounts = {person: account for person in org.people if (account := org.account(person, PLATFORM, "")) is not None}
        modal = modals.modal(begun.form, begun.page, begun.values, accounts, modal_id(begun, key), begun.wrong)

        async def later() -> None:
            kept = key or await self._kept(interaction, begun, by)
            await self.directly(interaction.user.id, Reply(lines=(faults.open_once_more(),)), by, [_opening(begun.form, kept)])

        await self._respond(lambda: interaction.response.send_modal(modal), later)

    async def offer(self, interaction: Interaction, reply: Reply, by: PersonId, begun: Begun, *, send: bool = False) -> None:
        """Show an answer with a button that goes on with a form, and one that sends it as it is."""
        key = await self._kept(interaction, begun, by)
        label = "Change it" if begun.wrong else "Go on" if begun.page else begun.form.title
        go_on = again_button(label, f"{OPEN}{key}", discord.ButtonStyle.secondary if send else discord.ButtonStyle.primary)
        await self.shown(interaction, replace(reply, form=None), by, [again_button("Send it", f"{SEND}{key}"), go_on] if send else [go_on])

    async def _kept(self, interaction: Interaction, begun: Begun, by: PersonId) -> str:
        key = str(interaction.id)
        await self._room.there.drafts.keep(key, by, begun.to_json())
        return key

    async def shown(self, interaction: Interaction, reply: Reply, by: PersonId, below: Buttons = ()) -> None:
        """Show an answer to whoever asked, and to nobody else; in place of the last one, if they pressed a button of that."""
        reader, response = await self.reader(by), interaction.response

        async def answer() -> Any:
            view = of_reply(reply, reader, below)
            if view is None:
                return await response.defer()
            if interaction.message is not None and interaction.message.flags.ephemeral:
                return await response.edit_message(view=view, allowed_mentions=_NONE)
            return await response.send_message(view=view, ephemeral=True, allowed_mentions=_NONE)

        await self._respond(answer, lambda: self.directly(interaction.user.id, reply, by, below))

    async def _respond(self, answer: Callable[[], Awaitable[Any]], otherwise: Callable[[], Awaitable[None]]) -> None:
        """Give the first answer. If it does not get there in Discord's three seconds, it is said directly: what was done is done."""
        for _ in range(_TRIES):
            try:
                await answer()
            except discord.HTTPException as fault:
                if code_of(fault) == calls.ANSWERED_ALREADY:
                    return  # only its answer to us was lost; or another process, which heard the same, was faster
                if code_of(fault) != calls.UNKNOWN_INTERACTION and fault.status < _SERVER_FAULT:
                    raise
                break
            except (ClientError, OSError, TimeoutError) as fault:
                log.info("discord.answered_again", error=type(fault).__name__)
            else:
                return
        log.warning("discord.too_late")
        await otherwise()

    async def directly(self, user: int, reply: Reply, by: PersonId, below: Buttons = ()) -> None:
        """Say something in a person's direct messages.

        Raises:
            discord.HTTPException: they take none.
        """
        if reply.form is not None:
            reply, below = await self._with_a_button(reply, by)
        view = of_reply(reply, await self.reader(by), below)
        if view is not None:
            channel = await self._room.rest.client.create_dm(discord.Object(user))
            await channel.send(view=view, allowed_mentions=_NONE)

    async def _with_a_button(self, reply: Reply, by: PersonId) -> tuple[Reply, Buttons]:
        """Return an answer and the button that opens its form, which only what somebody presses can."""
        assert reply.form is not None
        key = _key_of(by, reply.form)
        await self._room.there.drafts.keep(key, by, as_it_is(reply.form).to_json())
        verb = reply.form.id.partition(":")[0]
        others = tuple(button for button in reply.buttons if button.id != verb)
        return replace(reply, form=None, lines=reply.lines or (faults.form_below(),), buttons=others), [_opening(reply.form, key)]

    async def to_a_message(self, message: discord.Message, reply: Reply, by: PersonId) -> None:
        """Answer what somebody wrote: directly to them, since in a channel everybody would read it. A sign under it says which way."""
        if reply.quiet or (reply.told and not await self._is_told_elsewhere(by)):
            await self.sign(message, NOTED)
            return
        try:
            await self.directly(message.author.id, reply, by)
        except discord.HTTPException as fault:
            if code_of(fault) != calls.CLOSED_TO_US:
                raise
            await self._closed(message, by, refused=reply.refused)
        else:
            if message.guild is not None:
                await self.sign(message, ANSWERED)

    async def _is_told_elsewhere(self, by: PersonId) -> bool:
        """Tell whether somebody is written to on another platform first."""
        routes = self._room.there.settings().routes
        ways = routes.addresses(by, await self._room.there.people.acquaintance.org(), ()) if routes is not None else ()
        return not ways or ways[0].platform != PLATFORM

    async def _closed(self, message: discord.Message, by: PersonId, *, refused: bool) -> None:
        view = of_reply(Reply(lines=(faults.closed_to_us(refused=refused),), refused=refused), await self.reader(by))
        assert view is not None
        await self._partial(message).reply(view=view, allowed_mentions=_NONE)

    async def to_a_reaction(self, user: int, reply: Reply, by: PersonId) -> None:
        """Answer a reaction, of which there is nothing that others could read."""
        if not reply.told or await self._is_told_elsewhere(by):
            await self.directly(user, reply, by)

    async def to_a_stranger(self, message: discord.Message) -> None:
        """Say to somebody who is in none of our servers why nothing comes of what they wrote."""
        view = of_reply(Reply(lines=(faults.not_a_member(),), refused=True), await self.reader(NOBODY))
        assert view is not None
        await message.channel.send(view=view, allowed_mentions=_NONE)

    async def sign(self, message: discord.Message, sign: str) -> None:
        """Put a sign under what somebody said."""
        await self._partial(message).add_reaction(sign)

    def _partial(self, message: discord.Message) -> discord.PartialMessage:
        return self._room.rest.client.get_partial_messageable(message.channel.id).get_partial_message(message.id)


def _key_of(by: PersonId, form: Form) -> str:
    """Return under which key a form is kept that was asked for in words: the same for the same words, so that they have one draft."""
    return blake2b(f"{by}/{form.id}".encode(), digest_size=16).hexdigest()


def _opening(form: Form, key: str) -> ui.Button[Any]:
    return again_button(form.title, f"{OPEN}{key}")
