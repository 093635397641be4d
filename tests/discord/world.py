"""What does one application with its bot, its guilds and people hold?

Data and look-ups only; what happens to it stands in the other modules.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.discord import permissions
from tests.discord.entities import DM, Channel, Guild, Message, User
from tests.discord.faults import Faults
from tests.discord.knobs import Knobs
from tests.discord.limits import Limits
from tests.discord.settings import Settings
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import ApiError, Impossible, Json
from tests.slack.journal import Journal

if TYPE_CHECKING:
    from tests.discord.interactions import Interaction
    from tests.discord.sessions import Session


@dataclass(slots=True)
class World:
    """One application and all that it can see."""

    key: str
    token: str
    application: str
    bot: str
    address: str
    # The privileged intents that are switched on: `members`, `message_content`, `presences`.
    privileged: list[str] = field(default_factory=list)
    shards: int = 1
    settings: Settings = field(default_factory=Settings)
    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    # Threads and direct messages too.
    channels: dict[str, Channel] = field(default_factory=dict)
    # Application commands by where they are registered: a guild, or "" for everywhere.
    commands: dict[str, list[Json]] = field(default_factory=dict)
    interactions: dict[str, "Interaction"] = field(default_factory=dict)
    # The modal that each person has before them.
    modals: dict[str, "Interaction"] = field(default_factory=dict)
    sessions: dict[str, "Session"] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    knobs: Knobs = field(default_factory=Knobs)
    # (author, channel, nonce) -> the message, and until when.
    nonces: dict[tuple[str, str, str], tuple[str, float]] = field(default_factory=dict)
    old_edits: dict[str, list[float]] = field(default_factory=dict)
    # When calls were refused in a way that Discord counts towards a ban.
    refusals: deque[float] = field(default_factory=deque)
    revoked: bool = False
    refusing: bool = False
    acknowledging: bool = True
    identifies: int = 0
    identified_at: dict[int, float] = field(default_factory=dict)
    # Deliveries on their way; kept, since the loop itself forgets tasks.
    running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def gateway_url(self) -> str:
        """The gateway's address for this world."""
        return f"{self.address.replace('http', 'ws', 1)}/gateway/{self.key}/"

    def banned(self, now: float) -> bool:
        """Whether so many calls were refused of late that nothing gets through any more."""
        while self.refusals and self.refusals[0] < now - self.settings.ban_window:
            self.refusals.popleft()
        return len(self.refusals) >= self.settings.ban_after

    # --- for tests, which name things as they like

    def user(self, ref: str) -> User:
        """Return the user with this id or name; a test may write `ana` or `@ana`."""
        bare = ref.removeprefix("@")
        found = self.users.get(bare) or next((user for user in self.users.values() if user.name == bare), None)
        if found is None:
            raise Impossible(f"there is no user {ref!r}")
        return found

    def guild(self, ref: str | None) -> Guild:
        """Return the guild with this id or name; None is the first."""
        if ref is None and self.guilds:
            return next(iter(self.guilds.values()))
        found = self.guilds.get(ref or "") or next((guild for guild in self.guilds.values() if guild.name == ref), None)
        if found is None:
            raise Impossible(f"there is no guild {ref!r}")
        return found

    def channel(self, ref: str) -> Channel:
        """Return the channel with this id or name (`help`, `northwind/help`), or the direct messages of `@somebody`."""
        if ref in self.channels:
            return self.channels[ref]
        if ref.startswith("@") or ref in self.users:
            return self.direct(self.user(ref).id)
        guild, _, name = ref.removeprefix("#").rpartition("/")
        for channel in self.channels.values():
            if channel.guild and channel.name == name and (not guild or self.guilds[channel.guild].name == guild):
                return channel
        raise Impossible(f"there is no channel {ref!r}")

    def direct(self, user: str) -> Channel:
        """Return the direct messages between the bot and somebody; they begin to exist when first asked for."""
        for channel in self.channels.values():
            if channel.type == DM and channel.recipient == user:
                return channel
        made = Channel(SNOWFLAKES.now(), DM, recipient=user)
        self.channels[made.id] = made
        return made

    # --- for calls of the API, which name things by id

    def seen(self, id: str) -> Channel:
        """Return a channel that the bot may see."""
        channel = self.channels.get(id)
        if channel is None or (channel.guild and self.bot not in self.guilds[channel.guild].members):
            raise ApiError(50001 if channel else 10003)
        if not self.may(self.bot, channel, "view_channel"):
            raise ApiError(50001)
        return channel

    def message(self, channel: Channel, id: str) -> Message:
        """Return a message that is there for the API: not deleted, not ephemeral."""
        found = channel.messages.get(id)
        if found is None or found.deleted:
            raise ApiError(10008)
        return found

    # --- permissions

    def permissions(self, user: str, channel: Channel) -> int:
        """Return what somebody may do in a channel."""
        if channel.guild is None:
            return permissions.DIRECT
        guild = self.guilds[channel.guild]
        home = self.channels[channel.parent] if channel.is_thread and channel.parent in self.channels else channel
        member = guild.members.get(user)
        if member is None:
            return 0
        total = guild.roles[guild.id].permissions
        for role in member.roles:
            total |= guild.roles[role].permissions
        if user == guild.owner or total & permissions.bits(["administrator"]):
            return permissions.ALL
        return _overwritten(total, home, guild.id, member.roles, user)

    def may(self, user: str, channel: Channel, permission: str) -> bool:
        """Whether somebody may do this in a channel. Who cannot see it may do nothing there."""
        has = self.permissions(user, channel)
        wanted = permissions.bits(["view_channel", permission])
        return has & wanted == wanted if channel.guild else True

    def need(self, channel: Channel, *names: str) -> None:
        """Refuse when the bot lacks a permission."""
        if not all(self.may(self.bot, channel, name) for name in names):
            raise ApiError(50013)

    def threads(self, parent: str) -> list[Channel]:
        """Return the threads of a channel, oldest first."""
        return [channel for channel in self.channels.values() if channel.is_thread and channel.parent == parent]


def _overwritten(total: int, channel: Channel, everyone: str, roles: list[str], user: str) -> int:
    overwrites = channel.overwrites
    if everyone in overwrites:
        total = total & ~overwrites[everyone].deny | overwrites[everyone].allow
    allow = deny = 0
    for role in roles:
        if role in overwrites:
            allow, deny = allow | overwrites[role].allow, deny | overwrites[role].deny
    total = total & ~deny | allow
    if user in overwrites:
        total = total & ~overwrites[user].deny | overwrites[user].allow
    return total
