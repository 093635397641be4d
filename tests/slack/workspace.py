"""What does one Slack workspace with one installed app hold?

Data and look-ups only; what happens to it stands in the other modules. Ids are made from names, so that two workspaces whose people
have the same names also have the same ids: a client that mixes them up is found out.
"""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.slack.faults import Faults
from tests.slack.journal import Journal
from tests.slack.knobs import Knobs
from tests.slack.limits import Limits
from tests.slack.messages import Message
from tests.slack.settings import DEFAULT_SCOPES, Settings
from tests.slack.sockets import Sockets
from tests.slack.tickets import ResponseUrl, Trigger
from tests.slack.views import View
from tests.slack.wall import wall
from tests.slack.words import ApiError, Impossible, Json

PREFIXES = {"channel": "C", "group": "G", "im": "D", "mpim": "G"}


@dataclass(slots=True)
class User:
    """Somebody with an account, or a bot."""

    id: str
    name: str
    real_name: str
    email: str | None
    tz: str
    is_bot: bool = False
    deleted: bool = False
    # The error that a direct message from the app meets; empty if it is welcome.
    dm_closed: str = ""

    def slack(self, team: str, with_email: bool) -> Json:
        """Return it as `users.info` gives it."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": team}
        if with_email and self.email and not self.deleted:
            profile["email"] = self.email
        told = {"id": self.id, "team_id": team, "name": self.name, "deleted": self.deleted, "profile": profile, "is_bot": self.is_bot}
        if self.deleted:
            # A deactivated account has lost its zone and its role.
            return told | {"is_app_user": False, "updated": int(wall())}
        return told | {"real_name": self.real_name, "tz": self.tz, "is_app_user": False, "is_admin": False, "updated": int(wall())}


@dataclass(slots=True)
class Channel:
    """A place for messages: `channel`, private `group`, `im` with the bot, or `mpim`."""

    id: str
    name: str
    kind: str
    members: list[str] = field(default_factory=list)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def called(self) -> str:
        """What payloads call it."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)

    def living(self) -> list[Message]:
        """Return its messages, oldest first, without those that are deleted."""
        return [message for message in self.messages.values() if not message.deleted]


@dataclass(slots=True)
class Workspace:
    """A workspace, its people, its channels, and the app installed in it."""

    key: str
    team: str
    domain: str
    bot_user: str
    bot_id: str
    app_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    address: str
    transport: str = "socket"
    request_url: str = ""
    scopes: list[str] = field(default_factory=lambda: list(DEFAULT_SCOPES))
    # Which events the app has subscribed to, named as in a manifest (`message.channels`); None is all.
    subscribed: list[str] | None = None
    settings: Settings = field(default_factory=Settings)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)  # `webapi_files.File` by id
    journal: Journal = field(default_factory=Journal)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    knobs: Knobs = field(default_factory=Knobs)
    sockets: Sockets = field(default_factory=Sockets)
    token_state: str = "good"
    verification: str = field(default_factory=lambda: secrets.token_hex(12))
    last_ts: int = 0
    numbers: int = 0
    # Deliveries on their way; kept, since the loop itself forgets tasks.
    running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def bot(self) -> User:
        """The bot's own account."""
        return self.users[self.bot_user]

    @property
    def bot_profile(self) -> Json:
        """How messages of the bot describe it."""
        return {"id": self.bot_id, "app_id": self.app_id, "name": self.bot.name, "deleted": False, "team_id": self.team}

    def ts(self) -> str:
        """Return a new message id: the time now, and never the same twice."""
        self.last_ts = max(self.last_ts + 1, int(wall() * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """Return a new id for an event, a view and so on."""
        self.numbers += 1
        return f"{prefix}{self.numbers:05d}{secrets.token_hex(3).upper()}"

    def user(self, ref: str) -> User:
        """Return the user with this id or name; for tests, which may write `ana` or `@ana`."""
        bare = ref.removeprefix("@")
        found = self.users.get(bare) or next((user for user in self.users.values() if user.name == bare), None)
        if found is None:
            raise Impossible(f"there is no user {ref!r} in this workspace")
        return found

    def channel(self, ref: str) -> Channel:
        """Return the channel with this id or name, or the direct messages of `@somebody`; for tests."""
        if ref.startswith("@") or ref in self.users:
            return self.im(self.user(ref).id)
        bare = ref.removeprefix("#")
        found = self.channels.get(bare) or next((channel for channel in self.channels.values() if channel.name == bare), None)
        if found is None:
            raise Impossible(f"there is no channel {ref!r} in this workspace")
        return found

    def im(self, user: str) -> Channel:
        """Return the direct messages between the bot and somebody; they begin to exist when first asked for."""
        id_ = "D" + user[1:]
        if id_ not in self.channels:
            self.channels[id_] = Channel(id_, user, "im", [user, self.bot_user])
        return self.channels[id_]

    def visible(self, ref: str) -> Channel:
        """Return the channel that an API call names by id, as far as the bot may know of it."""
        channel = self.channels.get(ref)
        if channel is None and ref.startswith("#"):
            channel = next((one for one in self.channels.values() if one.kind == "channel" and one.name == ref[1:]), None)
        if channel is None or (channel.kind != "channel" and self.bot_user not in channel.members):
            raise ApiError("channel_not_found")
        return channel

    def names(self) -> dict[str, str]:
        """Return what a person reads instead of each id."""
        people = {user.id: user.name for user in self.users.values()}
        return people | {channel.id: channel.name for channel in self.channels.values() if channel.kind in {"channel", "group"}}


def id_for(prefix: str, name: str) -> str:
    """Return the id that a user or channel of this name gets."""
    return f"{prefix}0{re.sub(r'[^A-Z0-9]', '', name.upper()) or secrets.token_hex(4).upper()}"
