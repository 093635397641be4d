"""What the outbox needs of the wording: cards for what it delivers. `bot.wording.cards` is it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.chat import Card, Line
from bot.escalation.case import Case
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.words import MessageKind, PersonId
from bot.outbox.plan import Flight

AT_MOST = 10  # cases in one message; the rest is counted


class Draw(Protocol):
    """Make the sentences at the time of sending, so that they are true when they are read."""

    def message(self, kind: MessageKind, fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
        """Draw one message about one fact."""

    def nags(self, items: Sequence[tuple[Case, Fact]], org: Org, reader: PersonId, now: datetime, more: int) -> Card:
        """Draw several nags to one person as one message."""

    def standing(self, case: Case, org: Org, now: datetime) -> Card:
        """Draw the card that stands where the case was reported."""

    def echo(self, fact: Fact, case: Case, org: Org, said_in: str) -> Card:
        """Draw what was said in one thread of a case, for another."""

    def notice(self, line: Line) -> Card:
        """Draw one line."""

    def digest(self, content: Mapping[str, Any], org: Org) -> Card:
        """Draw a digest."""


def drawn(flight: Flight, draw: Draw, org: Org, now: datetime) -> Card:
    """Return the card of one message, as it is true at `now`."""
    first = flight.first
    if first.line is not None:
        return draw.notice(first.line)
    if first.digest is not None:
        return draw.digest(first.digest, org)
    if first.case is None:
        raise ValueError(f"nothing stands behind {first.key}")
    if first.kind == "card":
        return draw.standing(first.case, org, now)
    if first.fact is not None and first.said_in is not None:
        return draw.echo(first.fact, first.case, org, first.said_in)
    if first.fact is None or first.to.person is None:
        raise ValueError(f"no fact or nobody stands behind {first.key}")
    if len(flight.deliveries) > 1:
        items = [(d.case, d.fact) for d in flight.deliveries if d.case is not None and d.fact is not None]
        items.sort(key=lambda item: (-item[0].level, item[0].opened_at, item[0].id))  # what is only counted is what can wait longest
        return draw.nags(items[:AT_MOST], org, first.to.person, now, more=max(0, len(items) - AT_MOST))
    return draw.message(MessageKind(first.kind), first.fact, first.case, org, first.to.person, now)
