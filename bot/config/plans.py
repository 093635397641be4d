"""What a configuration comes to once it is checked: values that the rest of the bot relies on without looking again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.escalation.org import Org
from bot.escalation.words import ServiceId


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When a digest goes to which channels, and about what."""

    to: tuple[str, ...]  # "local:leadership"
    cron: str  # for cronsim, in the zone's wall time
    zone: str
    services: tuple[ServiceId, ...] = ()  # none named: all of them
    names: Literal["teams", "people"] = "teams"


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """The local workspace: whether `run` starts it, and what it has."""

    enabled: bool
    host: str
    port: int
    channels: tuple[str, ...]
    reactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """Where a channel of Slack's is."""

    workspace: str
    id: str


@dataclass(frozen=True, slots=True)
class SlackPlan:
    """Slack's workspaces, its channels by the names that the file gives them, the reactions that report, and how Slack is spoken with."""

    workspaces: tuple[str, ...]
    channels: Mapping[str, SlackChannel] = field(default_factory=dict)
    reactions: tuple[str, ...] = ("sos",)
    transport: Literal["socket", "http"] = "socket"
    sockets: int = 1  # of each workspace
    host: str = "127.0.0.1"  # of the door that Slack's requests come through, with transport "http"
    port: int = 3000
    commands: Mapping[str, str] = field(default_factory=lambda: {"case": "", "report": "report"})  # slash command: its verb

    @property
    def command(self) -> str:
        """Return what `/case` is called in these workspaces, without the slash."""
        return next(name for name, verb in self.commands.items() if not verb)


@dataclass(frozen=True, slots=True)
class DiscordPlan:
    """Discord's servers, its channels by the names that the file gives them, and the reactions that report."""

    guilds: tuple[str, ...]
    channels: Mapping[str, str]
    reactions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """Where health and metrics are served, and how much is logged."""

    host: str
    port: int
    log_level: str


@dataclass(frozen=True, slots=True)
class Config:
    """One checked configuration."""

    file: str
    org: Org
    database_url: str
    digests: tuple[DigestPlan, ...]
    local: LocalPlan
    slack: SlackPlan | None
    discord: DiscordPlan | None
    operation: OperationPlan
    source: str = ""  # what the organisation was read from, as `organisation_again` reads it
