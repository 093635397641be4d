"""What is a modal or a Home tab that is open at somebody's?"""

import secrets
from dataclasses import dataclass, field

from tests.slack.wall import wall
from tests.slack.words import Json

# What an app may send, beside the blocks; `id`, `hash` and so on are Slack's to give.
SENT = ("title", "submit", "close", "callback_id", "private_metadata", "external_id", "clear_on_close", "notify_on_close")


def new_hash() -> str:
    """Return a name for one state of a view."""
    return f"{wall():.6f}.{secrets.token_hex(4)}"


@dataclass(slots=True)
class View:
    """A view as Slack keeps it."""

    id: str
    user: str
    type: str
    sent: Json
    root: str
    previous: str | None = None
    hash: str = field(default_factory=new_hash)
    # What the person has entered, by block and action; it stays when the app updates the view and keeps the ids.
    typed: dict[tuple[str, str], Json] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.sent["blocks"]
        return blocks

    def slack(self, team: str, app: str, bot: str, values: Json) -> Json:
        """Return it as payloads and answers give it, with these values entered."""
        told = {name: self.sent.get(name) for name in ("title", "submit", "close")}
        return told | {
            "id": self.id,
            "team_id": team,
            "type": self.type,
            "blocks": self.blocks,
            "private_metadata": self.sent.get("private_metadata", ""),
            "callback_id": self.sent.get("callback_id", ""),
            "external_id": self.sent.get("external_id", ""),
            "clear_on_close": bool(self.sent.get("clear_on_close")),
            "notify_on_close": bool(self.sent.get("notify_on_close")),
            "state": {"values": values},
            "hash": self.hash,
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": app,
            "app_installed_team_id": team,
            "bot_id": bot,
        }
