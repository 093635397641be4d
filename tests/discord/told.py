"""What is a test told: of a message, of a modal, of what came of something that a person did?"""

from dataclasses import dataclass, field

from tests.discord.reading import Button, Option, Select, buttons, selects, shown
from tests.discord.words import Json

__all__ = ["Button", "Message", "Modal", "Option", "Outcome", "Select", "Thread"]


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is stored now. `shown` is what a person reads, `raw` what the gateway would tell of it."""

    id: str
    channel: str
    author: str
    shown: str
    content: str
    components: list[Json]
    buttons: list[Button]
    selects: list[Select]
    type: int
    flags: int
    nonce: str | None
    # Whom it notified when it was posted, and whom it names with effect.
    notified: list[str]
    mentions: list[str]
    edited: str | None
    deleted: bool
    reactions: dict[str, list[str]]
    # The id of the thread on it, which is its own.
    thread: str | None
    ephemeral_to: str | None
    versions: list[Json]
    raw: Json

    @classmethod
    def of(cls, told: Json) -> "Message":
        """Read what the fake tells."""
        return cls(**told | {"buttons": buttons(told["raw"]), "selects": selects(told["raw"])})

    def button(self, label: str) -> Button:
        """Return the button with this label or custom id."""
        for one in self.buttons:
            if label in {one.label, one.custom_id}:
                return one
        raise AssertionError(f"no button {label!r}; there are {[one.label for one in self.buttons]}")


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal as a person has it before them."""

    raw: Json

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.raw["title"])

    @property
    def custom_id(self) -> str:
        """What the application calls it."""
        return str(self.raw["custom_id"])

    @property
    def shown(self) -> str:
        """What a person reads, fields included."""
        return shown(self.raw)

    @property
    def fields(self) -> dict[str, Json]:
        """Its fields by custom id."""
        inside = [child for one in self.raw["components"] for child in [one.get("component"), *(one.get("components") or [])]]
        return {child["custom_id"]: child for child in inside if child and "custom_id" in child}

    @property
    def labels(self) -> list[str]:
        """The labels of its fields."""
        return [one["label"] for one in self.raw["components"] if "label" in one]


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread or a post of a forum."""

    id: str
    name: str
    owner: str
    archived: bool
    locked: bool
    tags: list[str]
    members: list[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of something that a person did, up to the application's answer.

    `failure` is what Discord would show because the application did not answer; `ephemeral` and `messages` are what it showed the
    person and posted or edited meanwhile.
    """

    ok: bool
    failure: str | None = None
    took: float = 0.0
    # The number under which it was sent, for `replay`, and the journal's number before it.
    n: int | None = None
    since: int = 0
    interaction: str | None = None
    token: str | None = None
    # The type of the answer: 4 a message, 5 deferred, 6 deferred update, 7 update, 8 choices, 9 a modal.
    answer: int | None = None
    modal: Modal | None = None
    choices: list[Json] | None = None
    ephemeral: list[Message] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    # Of a message that a person wrote, a post or a thread that they began.
    channel: str | None = None
    message: str | None = None
    thread: str | None = None

    @classmethod
    def of(cls, told: Json) -> "Outcome":
        """Read what the fake tells."""
        read = {
            "ephemeral": [Message.of(one) for one in told["ephemeral"]],
            "messages": [Message.of(one) for one in told["messages"]],
            "modal": Modal(told["modal"]) if told["modal"] else None,
        }
        return cls(**told | read)

    @property
    def text(self) -> str:
        """What the person was told for their eyes only."""
        return "\n".join(message.shown for message in self.ephemeral)
