"""Is Buckstop in each server, and may it do in each channel there what it has to?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import discord

from bot.adapters.discord.asking import Asking, Refused
from bot.adapters.discord.manifest import invite, needed_in
from bot.config import DiscordPlan
from bot.config.faults import listed, under
from bot.handlers.night import Seen, State

_MOST_NAMED = 5  # servers that are not ours
_NO_SERVER = frozenset({10004, 50001})
_WITHOUT = {True: {"view_channel", "send_messages_in_threads"}, False: {"view_channel", "send_messages"}}  # nothing is said there


@dataclass(frozen=True, slots=True)
class Server:
    """One server: what was seen in it; `guild` is None where Buckstop is not in it."""

    id: str
    guild: discord.Guild | None
    findings: tuple[Seen, ...] = ()

    @property
    def heading(self) -> str:
        """Return what this part of a report is called."""
        return f"Discord, server {self.id}" + (f' "{self.guild.name}"' if self.guild else "")


async def server(ask: Asking, guild: str, plan: DiscordPlan) -> Server:
    """Look at a server and the channels that the configuration has there.

    Raises:
        NoAnswer, ShutOut: nothing more can be looked at.
    """
    try:
        there = await ask(lambda: ask.client.fetch_guild(int(guild), with_counts=False))
        me = await ask(lambda: there.fetch_member(_own(ask)))
        channels = {str(channel.id): channel for channel in await ask(there.fetch_channels)}
    except Refused as no:
        return Server(guild, None, tuple(_not_in(ask, guild, plan, no)))
    seen = [_channel(name, found.id, channels.get(found.id), me, plan) for name, found in plan.channels.items() if found.guild == guild]
    return Server(guild, there, (_in_it(me), *seen))


def _in_it(me: discord.Member) -> Seen:
    if not me.is_timed_out():
        return Seen("server", f"Buckstop is in it, as {me.display_name}")
    cure = 'Click it with the right button, "Remove Timeout"'
    return Seen("server", fault=f"Buckstop is timed out until {me.timed_out_until:%Y-%m-%d %H:%M} UTC, and may only read", mend=cure)


async def other_servers(ask: Asking, plan: DiscordPlan) -> list[Seen]:
    """Return in which servers Buckstop is that the configuration does not have."""

    async def asked() -> list[discord.Guild]:
        return [guild async for guild in ask.client.fetch_guilds(with_counts=False)]

    others = [guild.name for guild in await ask(asked) if str(guild.id) not in plan.guilds]
    if not others:
        return []
    named = ", ".join(others[:_MOST_NAMED]) + (f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else "")
    cure = "It does nothing there: add their ids to discord.guilds, or remove it from them"
    return [Seen("servers", f"Buckstop is also in {named}", mend=cure)]


def _own(ask: Asking) -> int:
    assert ask.client.user is not None  # logging in has told it
    return ask.client.user.id


def _not_in(ask: Asking, guild: str, plan: DiscordPlan, no: Refused) -> Iterator[Seen]:
    if no.code not in _NO_SERVER:
        yield Seen("server", fault=str(no), state=State.UNSEEN)
        return
    cure = f"Invite it: {invite(plan, str(ask.client.application_id))}"
    yield Seen("server", fault="Buckstop is not in this server, or there is none with this id", mend=cure, state=State.GONE)
    for name, found in plan.channels.items():
        if found.guild == guild:
            yield Seen(under("discord.channels", name), fault="Buckstop is not in its server", state=State.GONE, channel=name)


def _channel(name: str, id: str, there: discord.abc.GuildChannel | None, me: discord.Member, plan: DiscordPlan) -> Seen:
    place, forum = under("discord.channels", name), name in plan.forums
    if there is None:
        cure = 'Compare the id with the one that "Copy Channel ID" gives. A thread does not do: name the channel it is in'
        return Seen(place, fault=f"there is no channel {id} in this server", mend=cure, state=State.GONE, channel=name)
    known = f"#{there.name} ({id})"
    wrong = _wrong_kind(there, forum=forum)
    if wrong is not None:
        return Seen(place, fault=f"{known} {wrong[0]}", mend=wrong[1], state=State.GONE, channel=name)
    lacks = _lacks(there, me, forum=forum)
    if lacks:
        state = State.GONE if lacks.keys() & _WITHOUT[forum] else State.THERE
        return _lacking(Seen(place, state=state, channel=name), known, list(lacks.values()))
    return _tags(place, name, known, there, plan) if isinstance(there, discord.ForumChannel) else Seen(place, known, channel=name)


def _lacking(seen: Seen, known: str, lacks: list[tuple[str, str]]) -> Seen:
    named = "; ".join(f"{called} ({why.rstrip('.')})" for called, why in lacks)
    cure = f"In Edit Channel, Permissions: add Buckstop, and allow it {listed(called for called, _ in lacks)}"
    return replace(seen, fault=f"in {known} Buckstop lacks {named}", mend=cure)


def _wrong_kind(there: discord.abc.GuildChannel, *, forum: bool) -> tuple[str, str] | None:
    """Return what is wrong with a channel's kind, and the cure."""
    is_forum = isinstance(there, discord.ForumChannel)
    if is_forum and not forum:
        return "is a forum", "Add its name to discord.forums, so that its posts become cases; or name a text channel"
    if forum and not is_forum:
        return "is no forum", "Take its name out of discord.forums, or name a forum"
    if not is_forum and not isinstance(there, discord.TextChannel):
        return f"is a {str(there.type).replace('_', ' ')} channel", "Name a text channel or an announcement channel"
    return None


def _lacks(there: discord.abc.GuildChannel, me: discord.Member, *, forum: bool) -> dict[str, tuple[str, str]]:
    may = there.permissions_for(me)
    wanted = needed_in(forum=forum)
    if not may.view_channel:
        # Of a channel that it does not see, Discord gives it nothing at all: what else is missing cannot be known.
        return {"view_channel": wanted["view_channel"]}
    return {key: told for key, told in wanted.items() if not getattr(may, key)}


def _tags(place: str, name: str, known: str, forum: discord.ForumChannel, plan: DiscordPlan) -> Seen:
    """Look which status has a tag in a forum. One that the configuration gives a name of its own should be there."""
    there = {tag.name.casefold() for tag in forum.available_tags}
    lost = [f'"{tag}" (for {word})' for word, tag in plan.forum_tags.items() if tag and tag != word and tag.casefold() not in there]
    if lost:
        cure = "Make them in the forum's settings under Tags, or correct discord.forum_tags"
        return Seen(place, fault=f"{known} has no tag {', '.join(lost)}", mend=cure, channel=name)
    shown = [word for word, tag in plan.forum_tags.items() if tag.casefold() in there]
    if not shown:
        cure = (
            "Make some in its settings under Tags, such as open, acknowledged, waiting, resolved and closed, and posts show how they stand"
        )
        return Seen(place, f"{known}, a forum without tags of ours", mend=cure, channel=name)
    return Seen(place, f"{known}, a forum with tags for {', '.join(shown)}", channel=name)
