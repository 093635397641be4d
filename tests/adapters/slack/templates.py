"""Everything that Buckstop says (tests/wording/templates.py), drawn for somebody in Slack."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.adapters.slack import views
from bot.adapters.slack.blocks import Block, Reader, of_card, of_reply
from bot.adapters.slack.views import Origin
from bot.chat import Card, Form, Reply
from bot.escalation.words import PersonId
from tests.wording.office import MONDAY, ORG, ZONE
from tests.wording.templates import Neutral

ACCOUNTS = {str(person): f"U0{person.upper()}" for person in ORG.people}
ORIGIN = Origin("", "C0HELP", "1764064800.000100", "1764064801.000100")
NOBODY = PersonId("slack.T0NORTH1.U0EVE")  # who has no account that is known


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Slack is sent: a message's text and blocks, or a view."""

    text: str
    blocks: list[Block]
    view: Block | None = None


def reader(now: datetime = MONDAY) -> Reader:
    return Reader(ZONE, now, ACCOUNTS.get)


def in_slack(said: Neutral, now: datetime = MONDAY) -> Drawn:
    """Draw something for Slack."""
    if isinstance(said, Card):
        return Drawn(*of_card(said, reader(now)))
    if isinstance(said, Reply):
        return Drawn(*of_reply(said, reader(now)))
    view = views.modal(said, replace(ORIGIN, form=said.id), ACCOUNTS) if isinstance(said, Form) else views.home(said, reader(now))
    return Drawn("", view["blocks"], view)
