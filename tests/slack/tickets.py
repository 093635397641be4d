"""Which of the short-lived permits that a payload hands out are still good: trigger ids and response URLs?"""

from dataclasses import dataclass


@dataclass(slots=True)
class Trigger:
    """Allows one view to be opened for a person, soon after they did something."""

    id: str
    user: str
    made: float
    used: bool = False
    # The view in which the person did it, onto which another may be pushed.
    view: str | None = None


@dataclass(slots=True)
class ResponseUrl:
    """Allows a few answers to one interaction, for half an hour."""

    secret: str
    user: str
    channel: str
    made: float
    uses: int = 0
    # The message that was acted on, which may be replaced or deleted.
    original: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None
