"""What is there in Discord: people, guilds with roles and members, channels, threads, messages?

Data only; what happens to it stands in the other modules, what payloads say of it in `shapes.py`.
"""

from dataclasses import dataclass, field

from tests.discord.words import Json

TEXT, DM, VOICE, CATEGORY, NEWS, THREAD, FORUM = 0, 1, 2, 4, 5, 11, 15
KINDS = {"text": TEXT, "voice": VOICE, "category": CATEGORY, "news": NEWS, "forum": FORUM}

# Flags of a message.
HAS_THREAD, EPHEMERAL, LOADING, SILENT, V2 = 1 << 5, 1 << 6, 1 << 7, 1 << 12, 1 << 15
# Types of a message.
DEFAULT, JOINED, THREAD_CREATED, REPLY, COMMAND, STARTER, CONTEXT = 0, 7, 18, 19, 20, 21, 23
# What somebody wrote, rather than Discord itself.
WRITTEN = {DEFAULT, REPLY, COMMAND, CONTEXT}


@dataclass(slots=True)
class User:
    """Somebody with an account, or a bot."""

    id: str
    name: str
    global_name: str | None = None
    bot: bool = False
    deleted: bool = False
    # Whether direct messages from bots are refused.
    dm_closed: bool = False


@dataclass(slots=True)
class Role:
    """A role; the one with the guild's own id is everyone's."""

    id: str
    name: str
    permissions: int
    managed: bool = False


@dataclass(slots=True)
class Member:
    """Somebody in a guild."""

    user: str
    nick: str | None = None
    roles: list[str] = field(default_factory=list)
    joined: float = 0.0


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies a role (type 0) or a member (type 1)."""

    type: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Guild:
    """A server."""

    id: str
    name: str
    owner: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)


@dataclass(slots=True)
class Tag:
    """A tag of a forum."""

    id: str
    name: str
    moderated: bool = False


@dataclass(slots=True)
class Message:
    """A message; what is edited or deleted leaves its earlier versions."""

    id: str
    channel: str
    author: str
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = DEFAULT
    nonce: str | None = None
    edited: float | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reference: Json | None = None
    # Of an answer to an interaction.
    interaction: Json | None = None
    webhook: str | None = None
    ephemeral_to: str | None = None
    # Whom it names and may notify, and whom it did notify when it was posted.
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    notified: list[str] = field(default_factory=list)
    deleted: bool = False
    versions: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Channel:
    """A place: a channel of a guild, a thread, or the direct messages of somebody with the bot."""

    id: str
    type: int
    name: str = ""
    guild: str | None = None
    parent: str | None = None
    # Of direct messages: with whom.
    recipient: str | None = None
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    needs_tag: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    # Of a thread.
    owner: str = ""
    applied: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    archived_at: float = 0.0
    sent: int = 0

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a post of a forum."""
        return self.type == THREAD

    def living(self) -> list[Message]:
        """Return its messages, oldest first, without those that are deleted."""
        return [message for message in self.messages.values() if not message.deleted]
