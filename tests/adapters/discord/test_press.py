"""Does a button come back as what it was made for, whatever the library has forgotten meanwhile, and is a forged one harmless?"""

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.layout import again_button, of_card, of_reply
from bot.adapters.discord.press import Again, Press, again_id, press_id
from bot.chat import Button, Card, Reply
from bot.escalation.words import CaseId
from bot.wording.buttons import LABELS
from bot.wording.helping import COMMANDS
from tests.adapters.discord.templates import KEY, V2, message, reader
from tests.discord.forms import numbered
from tests.discord.words import Json

WRITTEN: dict[str, tuple[Button, int, str]] = {
    "a verb of a case": (Button("ack", "Acknowledge", CaseId(42), 7), 1, "b:ack:C-42:7"),
    "of no case": (Button("report", "Report"), 1, "b:report:-:-"),
    "of no version": (Button("show", "Show", CaseId(42)), 1, "b:show:C-42:-"),
    "there twice": (Button("ack", "Acknowledge", CaseId(42), 7), 2, "b:ack:C-42:7:2"),
    "version 0": (Button("ack", "Acknowledge", CaseId(1), 0), 1, "b:ack:C-1:0"),
}


@pytest.mark.parametrize(("button", "number", "written"), WRITTEN.values(), ids=WRITTEN.keys())
def test_what_a_button_carries(button: Button, number: int, written: str) -> None:
    assert press_id(button, number) == written


VERBS = st.sampled_from(sorted({*LABELS, *COMMANDS, "report", "help"}))


@given(VERBS, st.none() | st.integers(1, 2**59), st.none() | st.integers(0, 2**59), st.integers(1, 31))
def test_it_fits_and_is_read_as_it_was_written(verb: str, case: int | None, version: int | None, number: int) -> None:
    written = press_id(Button(verb, "x", CaseId(case) if case else None, version), number)
    press = Press(discord.ui.Button(custom_id=written))

    assert len(written) <= 100
    assert (press.verb, press.case, press.version) == (verb, case, version)


# --- through the library, from what the gateway tells


class Client(discord.Client):
    """A client that has been started anew, and notes what is pressed."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.add_dynamic_items(Press, Again)
        self.heard: list[object] = []

    async def pressed(self, interaction: discord.Interaction[Any], press: Press) -> None:
        self.heard.append((press.verb, press.case, press.version, interaction.user.id))

    async def again(self, interaction: discord.Interaction[Any], key: str) -> None:
        self.heard.append((key, interaction.user.id))


USER = {"id": "5", "username": "rita", "discriminator": "0", "avatar": None, "global_name": None}


def told(custom_id: str, components: list[Json]) -> Any:
    """What the gateway tells when somebody presses a button of a message that has these components."""
    under: Json = {
        "id": "1", "channel_id": "2", "content": "", "attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "type": 0,
        "mention_everyone": False, "pinned": False, "tts": False, "timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None,
        "components": numbered(components), "flags": V2, "author": USER | {"bot": True},
    }  # fmt: skip
    return {
        "id": "9", "application_id": "8", "type": 3, "token": "t", "version": 1, "user": USER, "message": under, "channel_id": "2",
        "channel": {"id": "2", "type": 1, "last_message_id": None, "recipients": [USER]}, "attachment_size_limit": 1, "entitlements": [],
        "authorizing_integration_owners": {}, "data": {"component_type": 2, "custom_id": custom_id},
    }  # fmt: skip


async def heard(custom_id: str, components: list[Json]) -> list[object]:
    client = Client()
    client._connection.parse_interaction_create(told(custom_id, components))
    for task in list(client._connection._view_store._ViewStore__tasks):  # type: ignore[attr-defined]
        await task
    return client.heard


CARD = Card(
    ("x",), (), (Button("ack", "Acknowledge", CaseId(42), 7), Button("ack", "Acknowledge", CaseId(42), 7), Button("report", "Report"))
)


async def test_a_press_finds_its_way_after_a_restart() -> None:
    there = message(of_card(CARD, reader(), KEY))["components"]

    assert await heard("b:ack:C-42:7", there) == [("ack", 42, 7, 5)]
    assert await heard("b:ack:C-42:7:2", there) == [("ack", 42, 7, 5)]
    assert await heard("b:report:-:-", there) == [("report", None, None, 5)]


async def test_a_form_that_was_begun_goes_on_after_a_restart() -> None:
    key = "o/person/handover:1:7:a1b2"
    view = of_reply(Reply.say("One more page."), reader(), [again_button("Go on", key)])

    assert await heard(again_id(key), message(view)["components"]) == [(key, 5)]


@pytest.mark.parametrize(
    "custom_id",
    ["", "b:", "b:ack", "b:ack:C-0:1", "b:ack:C-042:1", "b:ack:C-1:-1", "b:ack:C-1:1:", "b:ack:c-1:1", "b:ACK:C-1:1", "b:ack:C-1:1\n",
     "b:ack:C-٣:1", f"b:ack:C-{'9' * 19}:1", f"b:ack:C-1:{'9' * 19}", "g:", "g:a\nb", "x:ack:C-1:1", "b:a b:C-1:1"],
)  # fmt: skip
async def test_what_is_none_of_ours_is_not_heard(custom_id: str) -> None:
    button = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}

    assert await heard(custom_id, [{"type": 1, "components": [button]}]) == []
