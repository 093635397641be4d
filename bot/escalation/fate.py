"""What will happen to a case next, by itself: the data behind the standing fate line."""

from dataclasses import dataclass
from datetime import datetime

from bot.escalation.words import NagFor, PersonId, Status, Why


@dataclass(frozen=True, slots=True)
class Fate:
    """Who has it, and what comes when if nobody does anything."""

    status: Status
    owner: PersonId
    level: int
    accountable: PersonId
    answering: PersonId | None  # the deputy who acts for whoever owes the move, if it is not they themselves
    nag_at: datetime | None
    nag_to: tuple[PersonId, ...]
    nag_for: NagFor | None
    goes_at: datetime | None  # when it moves up, and to whom and why; None at the top
    goes_to: PersonId | None
    goes_why: Why | None
    at_top: bool
    promise_until: datetime | None
    offered_to: PersonId | None
    offer_lapses_at: datetime | None
    waits_until: datetime | None  # `waiting`: when it goes on without the answer
    confirm_by: datetime | None  # `resolved`: when it closes as unconfirmed
    recheck_at: datetime | None
