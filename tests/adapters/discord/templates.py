"""Everything that Buckstop says (tests/wording/templates.py), drawn for somebody in Discord."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord import ui

from bot.adapters.discord import begun, modals
from bot.adapters.discord.layout import of_card, of_reply
from bot.adapters.discord.lines import Reader
from bot.chat import Card, Form, Reply
from bot.escalation.words import PersonId
from tests.discord.components import faults_in_message, faults_in_modal
from tests.discord.reading import shown
from tests.discord.words import Json
from tests.wording.office import MONDAY, ORG, ZONE
from tests.wording.templates import Neutral, Template
from tests.wording.templates import templates as everywhere

# By person; each as long as Discord's ids are.
ACCOUNTS = {person: f"8000000000000000{number:02}" for number, person in enumerate(ORG.people)}
NAMES = {account: ORG.people[PersonId(person)].name for person, account in ACCOUNTS.items()}
NOBODY = PersonId("discord.800000000000000099")  # who has no account that is known
KEY, V2 = "C-1/1/nag/ana", 1 << 15


@dataclass(frozen=True, slots=True)
class Drawn:
    """What Discord is sent: one message, or the pages of a form."""

    payloads: tuple[Json, ...]
    modal: bool = False

    @property
    def faults(self) -> list[str]:
        """What Discord would refuse."""
        judge = faults_in_modal if self.modal else faults_in_message
        return [fault for payload in self.payloads for fault in judge(payload)]

    @property
    def read(self) -> str:
        """What a person reads."""
        return "\n".join(shown(payload, NAMES) for payload in self.payloads)


def reader(now: datetime = MONDAY) -> Reader:
    return Reader(ZONE, now, ACCOUNTS.get)


def message(view: ui.LayoutView | None, mentions: Sequence[int] = ()) -> Json:
    """A message as it is sent; None is an answer that says nothing."""
    assert view is not None
    allowed: dict[str, Any] = {"parse": [], "users": [str(user) for user in mentions]}
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return {"flags": V2, "components": components, "allowed_mentions": allowed}


def pages(form: Form, custom_id: str = "f:1") -> tuple[Json, ...]:
    """All pages of a form, as they are opened one after the other."""
    here, values = begun.shown(form), begun.filled(form)
    return tuple(modals.modal(here, page, values, ACCOUNTS, custom_id).to_dict() for page in range(len(modals.pages(here))))


def in_discord(said: Neutral, now: datetime = MONDAY, call: PersonId | None = None) -> Drawn:
    """Draw something for Discord."""
    if isinstance(said, Form):
        return Drawn(pages(said), modal=True)
    if isinstance(said, Card):
        return Drawn((message(of_card(said, reader(now), KEY, call)),))
    assert isinstance(said, Reply)
    return Drawn((message(of_reply(said, reader(now))),))


def templates() -> tuple[Template, ...]:
    """Everything that is said in Discord: nobody opens a home there."""
    return tuple(template for template in everywhere() if template.name != "home")
