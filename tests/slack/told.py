"""What is a test told: of a message, of a view, of what came of something that a person did?"""

from dataclasses import dataclass, field
from typing import Any

from tests.slack.noticing import notice
from tests.slack.reading import buttons, shown
from tests.slack.words import Json


@dataclass(frozen=True, slots=True)
class Button:
    """A button that a person could press."""

    action_id: str
    label: str
    value: str | None
    style: str | None
    block_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is stored now. `shown` is what a person reads, `text` what was sent besides blocks."""

    channel: str
    ts: str
    user: str
    shown: str
    text: str
    blocks: list[Json]
    attachments: list[Json]
    buttons: list[Button]
    bot_id: str | None
    subtype: str | None
    thread_ts: str | None
    metadata: Json | None
    edited: Json | None
    deleted: bool
    reactions: dict[str, list[str]]
    ephemeral_to: str | None
    # Who and what is named (`U1`, `S1`, `!here`), and which people that notified when it was posted.
    mentions: list[str]
    notified: list[str]
    fallback_mentions: list[str]
    # (address, what is shown of it)
    links: list[tuple[str, str]]
    versions: list[Json]

    @classmethod
    def of(cls, told: Json) -> "Message":
        """Read what the fake tells."""
        links = [(url, label) for url, label in told["links"]]
        return cls(**told | {"buttons": [Button(**one) for one in told["buttons"]], "links": links})

    def button(self, label: str) -> Button:
        """Return the button with this label or action id."""
        for one in self.buttons:
            if label in {one.label, one.action_id}:
                return one
        raise AssertionError(f"no button {label!r}; there are {[one.label for one in self.buttons]}")


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab as a person has it before them."""

    raw: Json

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.raw["id"])

    @property
    def callback_id(self) -> str:
        """What the app calls it."""
        return str(self.raw["callback_id"])

    @property
    def private_metadata(self) -> str:
        """What the app keeps in it."""
        return str(self.raw["private_metadata"])

    @property
    def title(self) -> str:
        """Its title; a Home tab has none."""
        return str(self.raw["title"]["text"]) if self.raw.get("title") else ""

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        blocks: list[Json] = self.raw["blocks"]
        return blocks

    @property
    def shown(self) -> str:
        """What a person reads, fields included."""
        return shown(self.raw)

    @property
    def buttons(self) -> list[Button]:
        """The buttons in it."""
        return [Button(**one) for one in buttons(self.blocks)]

    @property
    def links(self) -> list[tuple[str, str]]:
        """The links in it: (address, what is shown of it)."""
        return notice("", self.blocks, []).links

    @property
    def mentions(self) -> list[str]:
        """Who is named in it; a view notifies nobody."""
        return notice("", self.blocks, []).mentions

    @property
    def fields(self) -> list[str]:
        """The block ids of its input fields."""
        return [block["block_id"] for block in self.blocks if block["type"] == "input"]

    @property
    def values(self) -> Json:
        """What is entered, as `state.values` has it."""
        values: Json = self.raw["state"]["values"]
        return values


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of something that a person did, up to the app's acknowledgement.

    `failure` is what Slack would show because the app failed; `ephemeral`, `views` and `messages` are what the app showed the person
    and posted meanwhile, `errors` those at the fields of a modal.
    """

    ok: bool
    failure: str | None = None
    status: int | None = None
    body: Any = None
    why: str = ""
    took: float = 0.0
    # The number under which it was sent, for `replay`, and the journal's number before it.
    n: int | None = None
    since: int = 0
    ephemeral: list[Message] = field(default_factory=list)
    views: list[tuple[str, View]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    # Whether a modal was sent at all, or held back by Slack's client.
    sent: bool = True
    events: list[Json] = field(default_factory=list)
    # Of a message that a person wrote.
    channel: str | None = None
    ts: str | None = None

    @classmethod
    def of(cls, told: Json) -> "Outcome":
        """Read what the fake tells."""
        read = {
            "ephemeral": [Message.of(one) for one in told["ephemeral"]],
            "messages": [Message.of(one) for one in told["messages"]],
            "views": [(one["how"], View(one["view"])) for one in told["views"]],
        }
        return cls(**told | read)

    @property
    def text(self) -> str:
        """What the person was told for their eyes only."""
        return "\n".join(message.shown for message in self.ephemeral)

    @property
    def view(self) -> View | None:
        """The view that was shown last."""
        return self.views[-1][1] if self.views else None
