"""How unreliably are gateway events delivered?"""

from dataclasses import dataclass, field

from tests.discord.words import Json


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, for the sessions of a guild (of none: the first shard) that have the intent.

    The content of a veiled one is only for those with the intent for message content.
    """

    type: str
    data: Json
    guild: str | None
    intent: int = 0
    veiled: bool = False


@dataclass(slots=True)
class Knobs:
    """What a test has turned: copies of each event, holding them back, dropping them, delaying them."""

    copies: int = 1
    hold: bool = False
    drop: bool = False
    delay: float = 0.0
    # Which events this is about; empty is all but interactions.
    only: tuple[str, ...] = ()
    held: list[Event] = field(default_factory=list)

    def concern(self, event: str) -> bool:
        """Whether they are about this kind of event."""
        return event in self.only if self.only else event != "INTERACTION_CREATE"
