"""Is the picture of Buckstop in Discord what is sent, and what a person reads; and is the one that is kept still so?"""

import io
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser

from bot.adapters.discord import modals
from tests.adapters.discord.templates import ACCOUNTS, in_discord
from tests.browser.discord_picture import ASKED, TOLD, WORDS, Shot, form, joined, message, taken, words
from tests.discord.reading import buttons, shown

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEPT = Path(__file__).parents[2] / "docs/pictures/discord.png"
CARDS = ("card of a case that is acknowledged", "assigned of Reported, to Ana")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shots(browser: Browser) -> list[Shot]:
    """The parts of the picture, taken once."""
    return await taken(browser)


@pytest.mark.parametrize(("place", "heading"), list(enumerate(CARDS)), ids=CARDS)
async def test_a_card_reads_there_as_we_read_it(shots: list[Shot], place: int, heading: str) -> None:
    (sent,) = in_discord(*message(heading)).payloads
    there = shots[place].words.split("\n")

    assert [line for line in shown(sent).split("\n") if line not in there] == []
    assert [button.label for button in buttons(sent) if button.label not in there] == []


async def test_what_people_say_stands_in_the_thread(shots: list[Shot]) -> None:
    assert [said for said in (ASKED, TOLD) if said not in shots[0].words] == []


async def test_the_form_asks_what_we_ask(shots: list[Shot]) -> None:
    opened = modals.modal(form(), 0, {}, ACCOUNTS, "f:1").to_dict()
    asked = [opened["title"], *(label["label"] for label in opened["components"])]

    assert [question for question in asked if question not in shots[2].words] == []


async def test_the_kept_picture_says_what_is_said_today(shots: list[Shot]) -> None:
    made = Image.open(io.BytesIO(joined(shots)))
    with Image.open(KEPT) as kept:
        assert kept.info[WORDS] == words(shots), "what is said has changed: see tests/browser/discord_picture.py, and look at the new one"
        assert made.width == kept.width
