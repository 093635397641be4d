"""What people press, fill in and choose: done first, then answered. Discord waits three seconds for the answer.

A form is opened before anything is written. Once something is done and kept, nothing that goes wrong may have it done once more.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
import structlog

from bot.adapters.discord import inbound
from bot.adapters.discord.answering import NOBODY
from bot.adapters.discord.begun import custom_id_of, modal_meant
from bot.adapters.discord.calls import code_of
from bot.adapters.discord.filling import Filling, told
from bot.adapters.discord.options import Asked
from bot.adapters.discord.press import Press
from bot.adapters.discord.room import Room
from bot.adapters.discord.spots import Spot
from bot.chat import Line, Option, Reply
from bot.escalation.words import PersonId
from bot.handlers.parse import case_named
from bot.handlers.suggesting import Kind
from bot.wording import faults

log = structlog.get_logger()

Interaction = discord.Interaction[Any]
Work = Callable[[PersonId, Spot], Awaitable[None]]


class Interactions:
    """Commands, buttons, forms, and what can be chosen on a message."""

    def __init__(self, room: Room, filling: Filling) -> None:
        self._room = room
        self._filling = filling

    async def command(self, interaction: Interaction, asked: Asked) -> None:
        """A slash command. One with its values given is sent as it is; with nothing but its case it opens its form."""
        await self._answered(interaction, partial(self._command, interaction, asked))

    async def press(self, interaction: Interaction, press: Press) -> None:
        """A button of a message."""
        await self._answered(interaction, partial(self._press, interaction, press))

    async def again(self, interaction: Interaction, key: str) -> None:
        """A button that goes on with a form, or sends it as far as it is."""
        await self._answered(interaction, partial(self._filling.again, interaction, key))

    async def submission(self, interaction: Interaction) -> None:
        """A form that was sent: perhaps only one page of it."""
        meant = modal_meant(custom_id_of(interaction))
        if meant is None:
            await self.refused(interaction, faults.not_ours_any_more())
        else:
            await self._answered(interaction, partial(self._filling.submission, interaction, *meant))

    async def message_command(self, interaction: Interaction, message: discord.Message) -> None:
        """ "Report as a case" on a message."""
        await self._answered(interaction, partial(self._message_command, interaction, message))

    async def strange(self, interaction: Interaction) -> None:
        """A button or a list that is none of ours any more."""
        await self.refused(interaction, faults.not_ours_any_more())

    async def outdated(self, interaction: Interaction) -> None:
        """A command as Discord had it registered by another version."""
        await self.refused(interaction, faults.outdated())

    async def suggestions(self, interaction: Interaction, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type. Nothing is written: nobody gets acquainted with by typing."""
        if not self._room.ours(interaction.guild_id):
            return ()
        by = await self._room.taken_for(interaction.user, direct=interaction.guild_id is None)
        if by is None:
            return ()
        spot = await self._room.spots.of(interaction.channel, interaction.guild_id)
        return await self._room.there.desk.suggest(by, spot.place(by), kind, verb, typed, most)

    async def refused(self, interaction: Interaction, why: Line) -> None:
        """Say why nothing was done, whoever it is."""
        with self._room.working():
            await self._filling.show(interaction, Reply(lines=(why,), refused=True), NOBODY)

    async def _answered(self, interaction: Interaction, work: Work) -> None:
        """Find out who asked, and where; and answer them whatever happens."""
        if not self._room.ours(interaction.guild_id):
            await self.refused(interaction, faults.not_set_up_here())
            return
        with self._room.working():
            try:
                await self._done_and_answered(interaction, work)
            except Exception as fault:
                log.exception("discord.failed", what=interaction.type.name, error=type(fault).__name__, code=code_of(fault))
                await self.refused(interaction, faults.failed())

    async def _done_and_answered(self, interaction: Interaction, work: Work) -> None:
        by = await self._room.who(interaction.user, direct=interaction.guild_id is None)
        if by is None:
            await self.refused(interaction, faults.not_a_member())
        else:
            await work(by, await self._room.spots.of(interaction.channel, interaction.guild_id))

    async def _command(self, interaction: Interaction, asked: Asked, by: PersonId, spot: Spot) -> None:
        number = case_named(asked.case)
        if asked.case and number is None:
            # Without it, the command would be about whichever case is the likeliest.
            await self._filling.show(interaction, Reply(lines=(faults.not_a_case(asked.case),), refused=True), by)
        elif asked.values:
            await self._with_values(interaction, asked, by, spot)
        else:
            words = " ".join(part for part in (asked.case, asked.words) if part)
            said = inbound.commanded(inbound.key_of(interaction), by, spot.place(by), asked.verb, words)
            await self._filling.show(interaction, await self._room.handled(said), by)

    async def _with_values(self, interaction: Interaction, asked: Asked, by: PersonId, spot: Spot) -> None:
        form_id = inbound.form_for(interaction, asked.verb, case_named(asked.case))
        reply = await self._room.handled(inbound.submitted(interaction, by, spot, form_id, asked.values))
        form = await self._filling.form(by, spot, asked.verb, asked.case) if reply.errors else None
        if form is not None:
            await self._filling.given(interaction, by, form, asked.values, reply.errors)
        else:
            await self._filling.show(interaction, Reply(lines=told(reply.errors), refused=True) if reply.errors else reply, by)

    async def _press(self, interaction: Interaction, press: Press, by: PersonId, spot: Spot) -> None:
        await self._filling.show(interaction, await self._room.handled(inbound.pressed(interaction, press, by, spot)), by)

    async def _message_command(self, interaction: Interaction, message: discord.Message, by: PersonId, spot: Spot) -> None:
        found = inbound.found(message, spot)
        author = await self._room.who(message.author) if found.user else None
        text = found.in_words(await self._room.name_of(message))
        pointed = inbound.pointed(inbound.key_of(interaction), by, found, text, author)
        await self._filling.show(interaction, await self._room.handled(pointed), by)
