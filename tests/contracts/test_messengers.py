"""What every platform's messenger does: once, in its place, found again by its key, edited in place, refused as a value."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.chat import Button, Card, Typed
from bot.clock import ManualClock
from bot.config import load, loads
from bot.escalation.words import CaseId
from bot.ports import Address, Delivered, GiveUp, Messenger, Parcel
from tests.scenarios.discord_stage import access as discord_access
from tests.scenarios.discord_stage import discord_org, northwind
from tests.scenarios.slack_stage import access as slack_access
from tests.scenarios.slack_stage import slack_org, workspace
from tests.scenarios.stages import MONDAY, ORG
from tests.unhurried import running

CARD = Card(
    ("C-1: ", Typed("<!channel> *meter* swapped")),
    (("Ana owns it.",),),
    (Button("ack", "Acknowledge", CaseId(1), 1, "primary"), Button("show", "Show", CaseId(1), 1)),
    case=CaseId(1),
)


@dataclass
class Office:
    """A platform with Ana and #help, its messenger, and what is to be read there."""

    messenger: Messenger
    ana: Address
    help: Address
    nowhere: Address
    unknown: str | None  # why somebody without an account there is not written to; None where everybody has one
    read: Callable[[Address], Awaitable[list[tuple[str, list[str]]]]]  # texts and the labels of their buttons


@pytest.fixture(params=["local", "slack", "discord"])
async def office(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Office]:
    """Each platform in turn."""
    async with AsyncExitStack() as stack:
        if request.param == "local":
            config = replace(load(ORG, {}), database_url=sqlite_url)
            bot = await stack.enter_async_context(running(config, ManualClock(MONDAY)))

            async def letters(address: Address) -> list[tuple[str, list[str]]]:
                found = await bot.workspace.mailbox.letters(address.conversation)
                return [(letter.text, [button.label for button in letter.buttons]) for letter in found]

            ana, channel = Address("local", "local", "@ana"), Address("local", "local", "help")
            yield Office(bot.worker.messenger("local"), ana, channel, replace(channel, thread="99"), None, letters)
        elif request.param == "slack":
            yield await in_slack(stack, request.getfixturevalue("slack_address"), sqlite_url)
        else:
            yield await in_discord(stack, request.getfixturevalue("discord_address"), sqlite_url)


async def in_slack(stack: AsyncExitStack, address: str, database_url: str) -> Office:
    ws = await stack.enter_async_context(workspace(address))
    config = replace(loads(slack_org(ws), str(ORG), {}), database_url=database_url)
    bot = await stack.enter_async_context(running(config, ManualClock(MONDAY), slack=slack_access(ws)))

    async def messages(address: Address) -> list[tuple[str, list[str]]]:
        where = address.conversation if address.conversation.startswith("@") else "help"
        return [(message.shown, [button.label for button in message.buttons]) for message in await ws.messages(where)]

    ana, channel = Address("slack", ws.team, "@ana"), Address("slack", ws.team, ws.channels["help"])
    unknown = f"there is no account in the workspace {ws.team} that is known to be theirs"
    return Office(bot.worker.messenger("slack"), ana, channel, replace(channel, conversation="C0NOWHERE"), unknown, messages)


async def in_discord(stack: AsyncExitStack, address: str, database_url: str) -> Office:
    there = await stack.enter_async_context(northwind(address))
    config = replace(loads(discord_org(there), str(ORG), {}), database_url=database_url)
    bot = await stack.enter_async_context(running(config, ManualClock(MONDAY), discord=discord_access(there)))

    async def messages(address: Address) -> list[tuple[str, list[str]]]:
        direct = address.conversation.startswith("@")
        threads = [] if direct else [thread.id for thread in await there.threads("help")]
        where = [address.conversation if direct else "help", *threads]
        found = [message for place in where for message in await there.messages(place)]
        return [(message.shown, [button.label for button in message.buttons]) for message in found]

    ana, channel = Address("discord", "", "@ana"), Address("discord", there.guilds["northwind"], there.channels["help"])
    unknown = "there is no account in Discord that is known to be theirs"
    return Office(bot.worker.messenger("discord"), ana, channel, replace(channel, conversation="1"), unknown, messages)


def parcel(address: Address, key: str = "C-1/1/assigned/ana") -> Parcel:
    return Parcel(key, address, CARD, "Europe/London", datetime(2026, 3, 2, 9, tzinfo=UTC))


async def test_a_message_is_there_with_its_words_and_its_buttons(office: Office) -> None:
    for address in (office.ana, office.help):
        assert isinstance(await office.messenger.send(parcel(address, f"key/{address.conversation}")), Delivered)

        [(text, buttons)] = await office.read(address)
        assert "C-1: <" in text
        assert "channel> *meter* swapped\nAna owns it." in text
        assert buttons == ["Acknowledge", "Show"]


async def test_what_is_there_is_found_by_its_key_and_nothing_else_is(office: Office) -> None:
    sent = await office.messenger.send(parcel(office.ana))
    assert isinstance(sent, Delivered)

    assert await office.messenger.find(parcel(office.ana)) == sent.message
    assert await office.messenger.find(parcel(office.ana, "C-1/2/nag/ana")) is None
    assert await office.messenger.find(parcel(office.help, "C-1/2/nag/ana")) is None


async def test_an_edit_replaces_it_in_place(office: Office) -> None:
    sent = await office.messenger.send(parcel(office.help))
    assert isinstance(sent, Delivered)
    after = replace(parcel(office.help), card=Card(("C-1 is closed",)), edit=sent.message)

    assert await office.messenger.send(after) == Delivered(sent.message)
    assert await office.messenger.send(after) == Delivered(sent.message)
    assert await office.read(office.help) == [("C-1 is closed", [])]


async def test_a_thread_hangs_under_its_message(office: Office) -> None:
    root = await office.messenger.send(parcel(office.help))
    assert isinstance(root, Delivered)
    reply = replace(parcel(office.help, "reply"), address=replace(office.help, thread=root.message))

    sent = await office.messenger.send(reply)

    assert isinstance(sent, Delivered)
    assert await office.messenger.find(reply) == sent.message
    assert len(await office.read(office.help)) == 2


async def test_what_it_counts_against_is_named_by_platform_and_workspace(office: Office) -> None:
    for edit in (True, False):
        for limit in office.messenger.limits(office.ana, edit=edit):
            assert limit.name.startswith(f"{office.ana.platform}:{office.ana.workspace}:")
            assert limit.at_once >= 1


async def test_where_nothing_is_an_edit_or_a_post_ends_as_a_value(office: Office) -> None:
    if office.unknown is not None:
        assert isinstance(await office.messenger.send(parcel(office.nowhere)), GiveUp)
        assert await office.messenger.find(parcel(office.nowhere)) is None
        stranger = replace(office.ana, conversation="@nobody")
        assert await office.messenger.send(parcel(stranger)) == GiveUp(office.unknown, dead=True)
        assert await office.messenger.find(parcel(stranger)) is None
    else:
        assert isinstance(await office.messenger.send(replace(parcel(office.help), edit="99")), GiveUp)
