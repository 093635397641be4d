"""What is a message, as Slack keeps and shows it?"""

from dataclasses import dataclass, field
from typing import Any

from tests.slack.words import Json


@dataclass(slots=True)
class Message:
    """A message as it is stored now, with what it was before."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    edited: Json | None = None
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_to: str | None = None
    # What was notified when it was posted; an edit notifies nobody.
    mentions: list[str] = field(default_factory=list)
    notified: list[str] = field(default_factory=list)
    fallback_mentions: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    versions: list[Json] = field(default_factory=list)

    @property
    def reply(self) -> bool:
        """Whether it is an answer in a thread, not its beginning."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def slack(self, team: str, bot: Json | None = None) -> Json:
        """Return it as Slack's API gives it, without metadata and without counts of replies."""
        told: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team}
        optional: dict[str, Any] = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "bot_profile": bot if self.bot_id else None,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "reactions": [{"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items() if users],
        }
        return told | {name: value for name, value in optional.items() if value}

    def version(self) -> Json:
        """Return what it says now, to be kept when it changes."""
        return {
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
            "edited": self.edited,
            "links": [list(link) for link in self.links],
        }
