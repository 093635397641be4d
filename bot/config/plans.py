"""What a configuration comes to once it is checked: values that the rest of the bot relies on without looking again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from bot.escalation.org import Org
from bot.escalation.words import Outcome, ServiceId, Status

# Whatever may become of a case, and which tag a forum's post gets for it: by default the one that is called so.
FORUM_TAGS: Mapping[str, str] = {str(word): str(word) for word in (*Status, *Outcome)}


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
class DiscordChannel:
    """Where a channel of Discord's is."""

    guild: str
    id: str


@dataclass(frozen=True, slots=True)
class Shards:
    """How many connections to Discord's gateway there are (0: one), and which of them this process has (none named: all)."""

    of: int = 0
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DiscordPlan:
    """Discord's servers, its channels by the names that the file gives them, the reactions that report, and how Discord is connected to."""

    guilds: tuple[str, ...]
    channels: Mapping[str, DiscordChannel] = field(default_factory=dict)
    reactions: tuple[str, ...] = ("🆘",)
    forums: frozenset[str] = frozenset()  # names of channels: whose posts become cases
    forum_tags: Mapping[str, str] = field(default_factory=lambda: dict(FORUM_TAGS))  # status or outcome: its tag, "" for none
    shards: Shards = Shards()
    members_intent: bool = True  # whether Discord is asked to tell who comes and leaves

    def tag(self, status: Status, outcome: Outcome | None, there: Collection[str]) -> str | None:
        """Return which of a forum's tags a post gets: the outcome's, else the status's, whatever their capitals; None if it has neither."""
        spelled = {tag.casefold(): tag for tag in there}
        wanted = (self.forum_tags[word].casefold() for word in (outcome, status) if word is not None)
        return next((spelled[tag] for tag in wanted if tag in spelled), None)


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """Where health and metrics are served, how much is logged, and how long a process may take to send."""

    host: str
    port: int
    log_level: str
    lease: timedelta


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
