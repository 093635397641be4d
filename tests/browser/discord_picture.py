"""How does Buckstop look in Discord? Remakes the picture of a card in its thread, a direct message and a form:

    .venv/bin/python -m tests.browser.discord_picture docs/pictures/discord.png

What is drawn is what is sent (bot/adapters/discord); it is shown by simcord's preview, which imitates Discord's client offline, fonts
included. Whoever presses the button in it gets the form as the bot opens it.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import discord
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import Browser, Page, async_playwright
from simcord import ChannelHandle, MemberActor, UserHandle
from simcord.env import Env

from bot.adapters.discord import begun, modals
from bot.adapters.discord.layout import of_card
from bot.chat import Card, Form
from bot.wording import forms
from tests.adapters.discord.templates import ACCOUNTS, KEY, reader
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.simulated import simulated
from tests.wording import screens
from tests.wording.office import MONDAY, ORG
from tests.wording.screens import CASE, Scene
from tests.wording.stories import ANA

SHARP = 1.5  # pixels for each of the page's
WORDS = "words"  # under this name they are kept in the picture
GAP, GROUND = 36, "#1a1a1e"
WIDE, THREAD, DIRECT, FORM = 660, 480, 480, 1100  # how large each part is, in the page's pixels
SAID = "The meter was swapped on Tuesday, and now the bill is 9,000 pounds."
ASKED, TOLD = "Any news? It is due on Friday.", "The metering team looks up the reading, I have it by noon."


@dataclass(frozen=True, slots=True)
class Shot:
    """One part of the picture: what it looks like, and the words in it."""

    png: bytes
    words: str


class Buckstop(discord.Client):
    """Answers every press with the form that says that a case is fixed."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        await interaction.response.send_modal(modals.modal(form(), 0, {}, ACCOUNTS, "f:1"))


def scene(of: Sequence[Scene], heading: str) -> Scene:
    """Return the scene that a reviewer knows by this heading."""
    return next(each for each in of if each.heading.startswith(heading))


def form() -> Form:
    """Return the form of a fix at level 0, as Discord shows it."""
    said = forms.form("resolve", CASE, ORG, ANA, MONDAY, "resolve:1:7:a1b2c3", {})
    assert said is not None
    return begun.shown(said)


def message(heading: str) -> tuple[Card, datetime]:
    """Return a card, and when it is sent."""
    found = scene(list(screens.messages()), heading)
    assert isinstance(found.said, Card)
    return found.said, found.now


async def taken(browser: Browser) -> list[Shot]:
    """Return the thread with its card, the direct message, and the form that it opens."""
    bot = Buckstop(intents=discord.Intents.all())
    async with simulated(bot) as env:
        assert bot.user is not None
        await bot.user.edit(username="Buckstop")
        guild = env.create_guild(name="Northlight")
        owner = env.create_user("ana", global_name="Ana")
        rita, ana = guild.add_member(env.create_user("rita", global_name="Rita")), guild.add_member(owner)
        direct = await _direct(env, bot, owner)
        thread = await _thread(env, bot, guild.create_text_channel("billing"), rita, ana)
        shots = [await _shot(env, browser, thread, ana, THREAD), await _shot(env, browser, direct, owner, DIRECT)]
        return [*shots, await _shot(env, browser, direct, owner, FORM, "It is fixed")]


async def _at(env: Env, now: datetime) -> None:
    await env.advance_time((now - env.now()).total_seconds())


async def _thread(env: Env, bot: discord.Client, channel: ChannelHandle, rita: MemberActor, ana: MemberActor) -> ChannelHandle:
    card, now = message("card of a case that is acknowledged")
    await _at(env, now)
    said = await rita.send(channel, SAID)
    there = bot.get_channel(int(channel.id))
    assert isinstance(there, discord.TextChannel)
    thread = await there.get_partial_message(said.id).create_thread(name="C-1: Meter swapped, bill is 9,000")
    await thread.send(view=of_card(card, reader(now), KEY))
    (shown,) = channel.threads
    await rita.send(shown, ASKED)
    await ana.send(shown, TOLD)
    return shown


async def _direct(env: Env, bot: discord.Client, owner: UserHandle) -> ChannelHandle:
    card, now = message("assigned of Reported, to Ana")
    await _at(env, now)
    there = await bot.fetch_user(int(owner.id))
    await there.send(view=of_card(card, reader(now), KEY))
    return owner.dm_channel


async def _shot(env: Env, browser: Browser, channel: ChannelHandle, viewer: MemberActor | UserHandle, height: int, press: str = "") -> Shot:
    preview = env.preview(channel, viewers=[viewer], layout="channel", display="fixed", width=WIDE, height=height, locale="en-GB")
    async with preview, _page(browser, preview.url) as page:
        part = page.locator("#preview-app")
        await page.locator("#preview-app[aria-busy=false] .channel-message").first.wait_for()
        if press:
            await page.get_by_role("button", name=press, exact=True).click()
            part = page.locator(".modal-dialog")
            await part.wait_for()
            # The client scrolls what is higher than this; in a picture nobody can.
            await part.evaluate("dialog => { dialog.style.maxHeight = 'none' }")
        return Shot(await part.screenshot(animations="disabled"), await part.inner_text())


@asynccontextmanager
async def _page(browser: Browser, url: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1600, "height": 1200}, device_scale_factor=SHARP, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(url)
    yield page
    await context.close()


def joined(shots: Sequence[Shot]) -> bytes:
    """Return one picture: the thread above the direct message at the left, the form at the right."""
    thread, direct, form_ = (Image.open(io.BytesIO(shot.png)).convert("RGB") for shot in shots)
    left = thread.height + GAP + direct.height
    whole = Image.new("RGB", (thread.width + form_.width + 3 * GAP, max(left, form_.height) + 2 * GAP), GROUND)
    whole.paste(thread, (GAP, GAP))
    whole.paste(direct, (GAP, 2 * GAP + thread.height))
    whole.paste(form_, (2 * GAP + thread.width, GAP + (whole.height - 2 * GAP - form_.height) // 2))
    drawn = io.BytesIO()
    kept = PngInfo()
    kept.add_text(WORDS, words(shots))
    whole.save(drawn, "PNG", optimize=True, pnginfo=kept)
    return drawn.getvalue()


def words(shots: Sequence[Shot]) -> str:
    """Return what can be read in the picture, in one line: it is kept in the picture too, and tells whether that is still how it looks."""
    return " ".join(" ".join(shot.words for shot in shots).split())


async def _picture() -> bytes:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        drawn = joined(await taken(browser))
        await browser.close()
        return drawn


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(asyncio.run(_picture()))
