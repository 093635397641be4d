"""How the outbox gets a message into the workspace: by key, once; an edit in place."""

from dataclasses import replace

from bot.adapters.local.messenger import LocalDirectory, LocalMessenger, LocalPlaces
from bot.chat import Button, Card, Typed
from bot.escalation.words import CaseId, PersonId
from bot.ports import Address, Delivered, GiveUp, Parcel
from bot.wording.plain import text_of
from tests.adapters.local.office import MONDAY, MemoryMailbox
from tests.outbox.office import ORG

BUTTON = Button("ack", "Acknowledge", CaseId(1))
CARD = Card(("C-1 ", Typed("@everyone <b>")), (("Ana owns it.",),), (BUTTON,), CaseId(1))
PARCEL = Parcel("C-1/2/nag/ana", Address("local", "local", "@ana", "m7"), CARD, "Europe/London", MONDAY)


async def test_a_parcel_becomes_a_letter_once() -> None:
    mailbox = MemoryMailbox()
    messenger = LocalMessenger(mailbox)

    assert [await messenger.send(PARCEL) for _ in range(2)] == [Delivered("m1"), Delivered("m1")]

    [letter] = mailbox.kept.values()
    assert (letter.sender, letter.to, letter.thread, letter.at) == ("buckstop", "@ana", "m7", MONDAY)
    assert letter.text == text_of(CARD, "Europe/London", MONDAY)
    assert "@everyone" not in letter.text
    assert (letter.case, letter.buttons) == (CaseId(1), (BUTTON,))


async def test_what_is_there_is_found_by_its_key() -> None:
    messenger = LocalMessenger(MemoryMailbox())
    assert await messenger.find(PARCEL) is None
    await messenger.send(PARCEL)

    assert await messenger.find(PARCEL) == "m1"


async def test_an_edit_replaces_text_and_buttons() -> None:
    mailbox = MemoryMailbox()
    messenger = LocalMessenger(mailbox)
    await messenger.send(PARCEL)

    same = await messenger.send(replace(PARCEL, key="edit", edit="m1"))
    assert (same, mailbox.kept["m1"].edited) == (Delivered("m1"), None)
    await messenger.send(replace(PARCEL, key="edit", edit="m1", card=Card(("C-1 fixed",), case=CaseId(1))))

    letter = mailbox.kept["m1"]
    assert (letter.text, letter.buttons, letter.edited, letter.key) == ("C-1 fixed", (), MONDAY, PARCEL.key)


async def test_a_message_that_is_gone_cannot_be_edited() -> None:
    assert isinstance(await LocalMessenger(MemoryMailbox()).send(replace(PARCEL, edit="m9")), GiveUp)


def test_everybody_has_direct_messages() -> None:
    assert LocalDirectory().addresses(PersonId("ana"), ORG, None) == (Address("local", "local", "@ana"),)


def test_only_this_workspaces_channels_are_here() -> None:
    places = LocalPlaces(["leadership"])

    assert places.address("local:leadership") == Address("local", "local", "leadership")
    assert [places.address(c) for c in ("slack:leadership", "local:nowhere", "leadership")] == [None, None, None]
