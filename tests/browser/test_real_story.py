"""The story that "Play the story" plays, in the page, with everything behind it: it ends fixed, and in the digest."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.clock import ManualClock
from bot.config import load
from tests.adapters.local.office import MONDAY
from tests.unhurried import running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest_asyncio.fixture(loop_scope="session")
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The page of a whole Buckstop."""
    config = replace(load(EXAMPLE, {}), database_url=f"sqlite:///{tmp_path / 'buckstop.db'}")
    async with running(config, ManualClock(MONDAY)) as bot:
        await bot.settle()
        yield await bot.serve_local(0)


async def test_the_whole_story(browser: Browser, address: str) -> None:
    page = await browser.new_page(reduced_motion="reduce")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    await page.goto(address)
    await expect(page.locator("#me")).to_contain_text("Rita")
    await expect(page.locator("#talk-title")).to_have_text("help")

    await page.get_by_role("button", name="Play the story").click()
    story = page.get_by_role("region", name="The story")
    progress = story.get_by_role("progressbar")
    steps = int(await progress.get_attribute("aria-valuemax") or 0)
    while (done := int(await progress.get_attribute("aria-valuenow") or 0)) < steps:
        await story.get_by_role("button", name="One step").click()
        await expect(progress).to_have_attribute("aria-valuenow", str(done + 1))
    await expect(story).to_contain_text("That is the story.")

    await expect(page.locator("aside .pill")).to_have_text("fixed")
    await expect(page.locator("#talk-title")).to_have_text("leadership")
    await expect(page.get_by_role("log")).to_contain_text("C-1")
    assert errors == []
    await page.close()
