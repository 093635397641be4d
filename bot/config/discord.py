"""Do Discord's channels and forums lie in its servers, and what does its section come to?"""

from collections.abc import Iterator

from bot.config import shapes
from bot.config.faults import did_you_mean, listed, shown
from bot.config.meeting import Homes, belongs_to_one, has_one_name, lies_in
from bot.config.names import in_full
from bot.config.plans import FORUM_TAGS, DiscordChannel, DiscordPlan
from bot.config.reading import Sheet
from bot.escalation.org import Account


def check(sheet: Sheet) -> None:
    """Tell every fault in which Discord's section meets itself, the people and the digests."""
    belongs_to_one(sheet, "discord", ((person.id, given) for _, person in sheet.each(shapes.Person) for given in person.discord), [])
    discord = sheet.table(shapes.Discord)
    if discord is None:
        return
    placed = ((f"discord.channels.{name}", given) for name, given in discord.channels.items())
    lies_in(sheet, placed, Homes("discord.guilds", "server", discord.guilds))
    has_one_name(sheet, "discord", discord.channels, discord.guilds)
    _forums(sheet, discord)


def plan(discord: shapes.Discord) -> DiscordPlan:
    """Return what Discord's section comes to."""
    return DiscordPlan(
        guilds=tuple(discord.guilds),
        channels={name: DiscordChannel(given.home or discord.guilds[0], given.id) for name, given in discord.channels.items()},
        reactions=tuple(discord.reactions),
        forums=frozenset(discord.forums),
        forum_tags={**FORUM_TAGS, **discord.forum_tags},
        shards=discord.shards,
        members_intent=discord.members_intent,
    )


def accounts(person: shapes.Person) -> tuple[Account, ...]:
    """Return a person's accounts in Discord; they are the same in every server."""
    return tuple(dict.fromkeys(Account("discord", "", given.id) for given in person.discord))


def _forums(sheet: Sheet, discord: shapes.Discord) -> None:
    if "channels" in sheet.stood["discord"][1] and "channels" not in discord.model_fields_set:
        return  # they cannot be read, so every forum would only seem to be missing
    for n, forum in enumerate(discord.forums):
        if forum not in discord.channels:
            cure = did_you_mean(forum, discord.channels, _otherwise(discord))
            sheet.faults.add(f"discord.forums[{n}]", f"{shown(forum)} is none of discord.channels; {cure}")
    forums = {f"discord:{forum}" for forum in discord.forums if forum in discord.channels}
    for place, channel in _told(sheet):
        if in_full(channel, sheet) in forums:
            sheet.faults.add(
                place, f"{shown(channel)} is a forum, where people begin what there is to read; name one of the other channels"
            )


def _otherwise(discord: shapes.Discord) -> str:
    return f"choose from {listed(discord.channels)}, or add it there" if discord.channels else "add it there, with its id"


def _told(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Yield each place that names a channel which Buckstop posts to by itself, with the channel."""
    for place, digest in sheet.each(shapes.Digest):
        yield from ((f"{place}.to[{n}]", channel) for n, channel in enumerate(digest.to))
    yield from ((f"{place}.channel", service.channel) for place, service in sheet.each(shapes.Service) if service.channel)
