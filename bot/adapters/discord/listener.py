"""What comes in: discord.py's client with a gateway, and where its events go.

It remembers neither messages nor members: what Buckstop knows stands in its database, and whatever else is needed is asked for.
"""

import sys
from collections.abc import Callable
from typing import Any

import discord
import structlog

from bot.adapters.discord.begun import custom_id_of
from bot.adapters.discord.commands import tree
from bot.adapters.discord.connections import Connections
from bot.adapters.discord.hearing import Events
from bot.adapters.discord.interacting import Interactions
from bot.adapters.discord.moves import Moves
from bot.adapters.discord.options import Asked
from bot.adapters.discord.press import Again, Press
from bot.chat import Option
from bot.config import Shards
from bot.handlers.suggesting import Kind

log = structlog.get_logger()

Interaction = discord.Interaction[Any]


def intents(*, members: bool) -> discord.Intents:
    """Return what Discord is to tell: servers, messages with their content, reactions, and who comes and leaves."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = wanted.message_content = True
    wanted.guild_reactions = wanted.dm_reactions = True
    wanted.members = members
    return wanted


class Listener(discord.AutoShardedClient):
    """One life of the connection to the gateway."""

    def __init__(
        self, hands: Interactions, ears: Events, moves: Moves, missed: Callable[[], None], *, shards: Shards, members: bool
    ) -> None:
        """`missed` is called whenever events may have been missed: at the start, and when a session could not be resumed."""
        ids = list(shards.ids or range(shards.of or 1))
        super().__init__(
            intents=intents(members=members),
            shard_count=shards.of or 1,
            shard_ids=ids,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.05,  # nothing of ours waits for the servers to be told
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
        )
        self.connections = Connections(ids)
        self._hands = hands
        self._ears = ears
        self._moves = moves
        self._missed = missed
        self.tree = tree(self)
        self.tree.error(self._failed)
        self.add_dynamic_items(Press, Again)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what nobody foresaw in an event."""
        log.error("discord.failed", what=event_method, exc_info=sys.exc_info())

    async def on_shard_ready(self, shard_id: int) -> None:
        """A new session has begun: whatever happened before it was not told."""
        log.info("discord.connected", shard=shard_id, of=self.shard_count)
        self._missed()
        self.connections.up(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A session goes on: Discord has told what happened meanwhile."""
        log.info("discord.resumed", shard=shard_id)
        self.connections.up(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """The connection broke; the library makes a new one."""
        log.info("discord.disconnected", shard=shard_id)
        self.connections.down(shard_id)

    # --- what people do

    async def commanded(self, interaction: Interaction, asked: Asked) -> None:
        """Answer a slash command."""
        await self._hands.command(interaction, asked)

    async def pointed(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer "Report as a case"."""
        await self._hands.message_command(interaction, message)

    async def suggested(self, interaction: Interaction, kind: Kind, verb: str, typed: str, most: int) -> tuple[Option, ...]:
        """Return what may be meant by what somebody has begun to type."""
        return await self._hands.suggestions(interaction, kind, verb, typed, most)

    async def pressed(self, interaction: Interaction, press: Press) -> None:
        """Answer a button of ours."""
        await self._hands.press(interaction, press)

    async def again(self, interaction: Interaction, key: str) -> None:
        """Go on with a form that was begun."""
        await self._hands.again(interaction, key)

    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that was sent, or a button, as far as the library lets them fall: it knows only forms that it opened in this life."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._hands.submission(interaction)
        elif interaction.type is discord.InteractionType.component and not _handed_on(interaction):
            await self._fallen(interaction)

    async def _fallen(self, interaction: Interaction) -> None:
        """Answer a button that an edit took away while it was pressed, or that is none of ours any more."""
        custom_id = custom_id_of(interaction)
        button: discord.ui.Button[Any] = discord.ui.Button(custom_id=custom_id or "-")
        if _matches(Press, custom_id):
            await self._hands.press(interaction, Press(button))
        elif _matches(Again, custom_id):
            await self._hands.again(interaction, Again(button).key)
        else:
            await self._hands.strange(interaction)

    async def _failed(self, interaction: Interaction, error: discord.app_commands.AppCommandError) -> None:
        """A command that is not as it is registered with Discord: there is another version of Buckstop now."""
        log.error("discord.failed", what="command", error=type(error).__name__, exc_info=error)
        if interaction.type is not discord.InteractionType.autocomplete:  # who only types is offered nothing
            await self._hands.outdated(interaction)

    # --- what people say

    def _or_missed(self, kept: bool) -> None:
        if not kept:
            self._missed()

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        self._or_missed(await self._ears.message(message))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed something, or Discord added a preview to it."""
        self._or_missed(await self._ears.message(payload.message, changed=True))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Somebody reacted to a message."""
        self._or_missed(await self._ears.reaction(payload))

    # --- what becomes of people and places

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left a server."""
        await self._moves.left(payload.user, payload.guild_id)

    async def on_member_join(self, member: discord.Member) -> None:
        """Somebody came into a server."""
        await self._moves.came(member, member.guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        await self._moves.deleted(channel.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Buckstop was removed from a server."""
        await self._moves.shut_out(guild.id)


def _handed_on(interaction: Interaction) -> bool:
    """Tell whether the library hands a button on: it is one of ours, and in its message."""
    custom_id = custom_id_of(interaction)
    there = interaction.message.components if interaction.message is not None else []
    return (_matches(Press, custom_id) or _matches(Again, custom_id)) and any(_carries(component, custom_id) for component in there)


def _carries(component: Any, custom_id: str) -> bool:
    inside = [*getattr(component, "children", ()), getattr(component, "accessory", None)]
    return getattr(component, "custom_id", None) == custom_id or any(_carries(one, custom_id) for one in inside if one is not None)


def _matches(item: type[Press | Again], custom_id: str) -> bool:
    # Where the library keeps the template of a class; it shows that of an item only.
    return item.__discord_ui_compiled_template__.fullmatch(custom_id) is not None
