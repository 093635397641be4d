"""Are the kept pictures of the digest still what is sent; and does its page read well in a real browser?"""

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from bot.wording.digest import html
from tests.browser.digest_pictures import WORDS, words
from tests.wording.digests import EMPTY, FULL, SMALL, Json, huge
from tests.wording.office import ORG

KEPT = Path(__file__).parents[2] / "docs/pictures"
PICTURES = ("digest-slack.png", "digest-discord.png", "digest-page.png")


@pytest.mark.parametrize("name", PICTURES)
def test_a_kept_picture_says_what_is_said_today(name: str) -> None:
    with Image.open(KEPT / name) as kept:
        kept.load()
        assert kept.info[WORDS] == words(), "what is said has changed: see tests/browser/digest_pictures.py, and look at the new ones"


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_for_leaders_shows_each_of_them_with_its_words(name: str) -> None:
    assert f"](pictures/{name})" in (KEPT.parent / "digest.md").read_text("utf-8")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("content", [FULL, SMALL, EMPTY, huge(20)], ids=["full", "small", "empty", "huge"])
async def test_the_page_asks_for_nothing_and_fits_a_phone(browser: Browser, content: Json) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.set_content(html(content, ORG))

    assert asked == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.locator("h1").count() == 1
    await page.close()


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_figure_leads_to_its_cases_and_they_to_what_is_told(browser: Browser) -> None:
    page = await browser.new_page(viewport={"width": 800, "height": 600})
    await page.set_content(html(FULL, ORG))
    await page.get_by_role("link", name="Fixed and confirmed: 22 cases").click()
    assert await page.evaluate("document.querySelector(':target').textContent") == "Share escalated"
    await page.locator(".behind").get_by_role("link", name="C-118", exact=True).first.click()
    assert "Meter swapped" in await page.evaluate("document.querySelector(':target').textContent")
    await page.close()
