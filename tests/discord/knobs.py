"""How unreliably are gateway events delivered?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Held:
    """An event that a test holds back."""

    type: str
    data: dict[str, Any] | Callable[..., dict[str, Any]]
    guild: str | None
    intent: int


@dataclass(slots=True)
class Knobs:
    """What a test has turned: copies of each event, holding them back, dropping them, delaying them."""

    copies: int = 1
    hold: bool = False
    drop: bool = False
    delay: float = 0.0
    # Which events this is about; empty is all but interactions.
    only: tuple[str, ...] = ()
    held: list[Held] = field(default_factory=list)

    def concern(self, event: str) -> bool:
        """Whether they are about this kind of event."""
        return event in self.only if self.only else event != "INTERACTION_CREATE"
