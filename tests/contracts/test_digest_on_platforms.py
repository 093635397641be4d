"""A digest on every platform, however long it is: each of its messages is taken as it is, nothing of it is cut off, and its picture is seen
or left out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from bot.chat import Card
from bot.clock import ManualClock
from bot.config import load
from bot.ports import Address, Delivered, Parcel, Picture
from bot.wording.chart_png import png
from bot.wording.digest import message, split
from tests.contracts.test_messengers import Office, in_discord, in_slack
from tests.scenarios.stages import MONDAY, ORG
from tests.unhurried import running
from tests.wording.digests import END, FULL, SMALL, huge
from tests.wording.office import ORG as OFFICE
from tests.wording.office import ZONE

pytestmark = pytest.mark.timeout(110)


@pytest.fixture(params=["local", "slack", "discord"])
async def office(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Office]:
    """Each platform in turn."""
    async with AsyncExitStack() as stack:
        if request.param == "slack":
            yield await in_slack(stack, request.getfixturevalue("slack_address"), sqlite_url)
        elif request.param == "discord":
            yield await in_discord(stack, request.getfixturevalue("discord_address"), sqlite_url)
        else:
            bot = await stack.enter_async_context(running(replace(load(ORG, {}), database_url=sqlite_url), ManualClock(MONDAY)))

            async def letters(address: Address) -> list[tuple[str, list[str]]]:
                found = await bot.workspace.mailbox.letters(address.conversation)
                return [(letter.text, [button.label for button in letter.buttons]) for letter in found]

            help_ = Address("local", "local", "help")
            yield Office(bot.worker.messenger("local"), help_, help_, help_, None, letters)


def cards(content: dict[str, Any]) -> list[Card]:
    """Return the messages of a digest."""
    return [message(body, OFFICE) for body in split(content, OFFICE)]


def parcel(office: Office, card: Card, number: int, thread: str | None = None, *, picture: bool = False) -> Parcel:
    """Return one message, ready to be sent."""
    seen = Picture(png(card.chart), card.chart.alt) if picture and card.chart else None
    return Parcel(f"digest/x/1/{number}", replace(office.help, thread=thread), card, ZONE, END, picture=seen)


async def sent(office: Office, content: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Send all messages of a digest; return what is to be read then."""
    root = None
    for number, card in enumerate(cards(content)):
        outcome = await office.messenger.send(parcel(office, card, number, root))
        assert isinstance(outcome, Delivered), outcome
        root = root or outcome.message
    return await office.read(office.help)


@pytest.mark.parametrize("content", [FULL, SMALL, huge(60)], ids=["full", "small", "huge"])
async def test_each_message_is_taken_and_nothing_is_cut_off(office: Office, content: dict[str, Any]) -> None:
    read = await sent(office, content)

    assert len(read) == len(cards(content))
    assert [labels for _, labels in read] == [[button.label for button in card.buttons] for card in cards(content)]
    for words in ("more line", "more character", "more button"):
        assert [text for text, _ in read if words in text] == []
    whole = "\n".join(text for text, _ in read)
    assert [entry["case"] for entry in content["escalated_fixes"] if f"{entry['case']}:" not in whole] == []


async def test_it_is_found_again_in_its_thread(office: Office) -> None:
    first, second = (parcel(office, card, number) for number, card in enumerate(cards(FULL)[:2]))
    root = await office.messenger.send(first)
    assert isinstance(root, Delivered)
    second = replace(second, address=replace(second.address, thread=root.message))
    there = await office.messenger.send(second)

    assert isinstance(there, Delivered)
    assert await office.messenger.find(second) == there.message
    assert await office.messenger.find(first) == root.message


async def test_a_message_with_a_picture_is_there_once_and_found_again(office: Office) -> None:
    shown = parcel(office, cards(FULL)[0], 0, picture=True)
    outcome = await office.messenger.send(shown)

    assert isinstance(outcome, Delivered)
    assert await office.messenger.find(shown) == outcome.message
    assert len(await office.read(office.help)) == 1
