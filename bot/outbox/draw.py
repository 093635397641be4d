"""What the outbox needs of the wording: cards for what it delivers. `bot.wording.cards` is it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.chat import Card, Line
from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import MessageKind, PersonId

AT_MOST = 10  # cases in one message; the rest is counted


class Draw(Protocol):
    """Make the sentences at the time of sending, so that they are true when they are read."""

    def message(self, kind: MessageKind, fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
        """Draw one message about one fact."""

    def nags(self, items: Sequence[tuple[Case, Fact]], org: Org, reader: PersonId, now: datetime, more: int) -> Card:
        """Draw several nags to one person as one message."""

    def standing(self, case: Case, org: Org, now: datetime) -> Card:
        """Draw the card that stands where the case was reported."""

    def notice(self, line: Line) -> Card:
        """Draw one line."""

    def digest(self, content: Mapping[str, Any], org: Org) -> Card:
        """Draw a digest."""
