"""How unreliably are events delivered?"""

from dataclasses import dataclass, field

from tests.slack.words import Json


@dataclass(slots=True)
class Knobs:
    """What a test has turned: copies of each event, holding them back, dropping them, delaying them."""

    copies: int = 1
    hold: bool = False
    drop: bool = False
    delay: float = 0.0
    # Which kinds of events this is about; empty is all.
    only: tuple[str, ...] = ()
    held: list[Json] = field(default_factory=list)

    def concern(self, event_type: str) -> bool:
        """Whether they are about this kind of event."""
        return not self.only or event_type in self.only
