"""A real Chromium on the real page, with the small office behind it. Whatever the page logs as an error fails the test."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.adapters.local.server import make_app
from tests.adapters.local.office import Office

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
# What the browser's policy forbids is told to the page only; this hands it on to the test.
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('forbidden: ' + event.violatedDirective))"

expect.set_options(timeout=10_000)


def chromium() -> str:
    """Return where Chromium is; a machine without one skips, unless it must not."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no Chromium here: none of {', '.join(NAMES)} can be found"
        if os.environ.get("BUCKSTOP_STRICT") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a worker."""
    path = chromium()
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        await opened.close()


@dataclass
class Desk:
    """A page that somebody sits at, and the office behind it."""

    page: Page
    office: Office
    address: str
    forgiven: list[str]  # what the page may log, since the test provokes it

    async def be(self, person: str) -> None:
        """Become somebody, by their button at the left."""
        await self.page.locator(f"[data-person={person}]").click()
        await expect(self.page.locator(f"[data-person={person}]")).to_have_count(0)

    async def go(self, place: str) -> None:
        """Look at a conversation."""
        await self.page.locator(f'[data-place="{place}"]').click()
        await expect(self.page.locator(f'[data-place="{place}"]')).to_have_attribute("aria-current", "page")

    async def say(self, text: str) -> None:
        """Write a message and send it."""
        box = self.page.get_by_role("combobox", name="Message")
        await box.fill(text)
        await box.press("Enter")
        await expect(box).to_have_value("")

    async def wind(self, label: str) -> None:
        """Let time pass."""
        before = await self.page.locator("#now").get_attribute("datetime")
        await self.page.get_by_role("button", name=label, exact=True).click()
        await expect(self.page.locator("#now")).not_to_have_attribute("datetime", before or "")

    @property
    def case(self) -> Locator:
        """The part that shows the case."""
        return self.page.locator("aside")

    @property
    def talk(self) -> Locator:
        """The messages."""
        return self.page.get_by_role("log")


Sit = Callable[..., Awaitable[Desk]]


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser) -> AsyncIterator[Sit]:
    """Open the page; keywords go to the browser's context, `office` is what is behind it."""
    errors: list[str] = []
    forgiven: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_page(office: Office | None = None, **options: object) -> Desk:
            behind = office if office is not None else Office()
            page, address = await stack.enter_async_context(_opened(browser, behind, errors, options))
            return Desk(page, behind, address, forgiven)

        yield open_page
    assert [error for error in errors if not any(words in error for words in forgiven)] == []


@asynccontextmanager
async def _opened(browser: Browser, office: Office, errors: list[str], options: dict[str, object]) -> AsyncIterator[tuple[Page, str]]:
    server = TestServer(make_app(office.workspace), host="127.0.0.1")
    await server.start_server()
    address = f"http://127.0.0.1:{server.port}"
    settings: dict[str, object] = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce", **options}
    context = await browser.new_context(**settings)  # type: ignore[arg-type]  # a test names what it needs
    await context.add_init_script(WATCH)
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    await page.goto(address)
    await expect(page.locator("body[data-ready]")).to_have_count(1)
    yield page, address
    await context.close()
    await server.close()
