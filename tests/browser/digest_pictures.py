"""How does the digest look in Slack, in Discord, and as a page? Remakes the pictures of docs/digest.md:

    .venv/bin/python -m tests.browser.digest_pictures docs/pictures

What is drawn is what is sent, of the example that has everything (tests/wording/digests.py). Discord's client is imitated by simcord's
preview, Slack's by a page of our own that sets Block Kit roughly as Slack does; the page is the page.
"""

import asyncio
import base64
import io
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

import discord
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import Browser, async_playwright

from bot.adapters.discord.layout import PICTURE, of_card
from bot.adapters.slack import blocks
from bot.chat import Card
from bot.wording.chart_png import png
from bot.wording.digest import html, message, split, text
from bot.wording.plain import text_of
from tests.adapters.discord.templates import reader as in_discord
from tests.adapters.slack.templates import reader as in_slack
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.simulated import simulated
from tests.slack.words import Json
from tests.wording.digests import END, FULL
from tests.wording.office import ORG, ZONE

SHARP = 1.25  # pixels for each of the page's
WORDS = "words"  # under this name they are kept in the picture
WIDE, COLOURS = 720, 64  # as many colours as the pictures need, so that the repository stays small
KEY = "digest/local:leadership/2026-11-25"


def card(number: int) -> Card:
    """Return one message of the example."""
    return message(split(FULL, ORG)[number], ORG)


def chart() -> bytes:
    """Return the picture of the first message."""
    drawn = card(0).chart
    assert drawn is not None
    return png(drawn)


# --- Slack


def slack_page() -> str:
    """Return a page that shows the first message, and the first one of its thread, as Slack sets them."""
    shown = card(0).chart
    assert shown is not None
    _, first = blocks.of_card(card(0), in_slack(END))
    _, second = blocks.of_card(card(1), in_slack(END))
    first = blocks.with_picture(first, "F1", shown.alt)
    said = "".join(_slack_message(drawn) for drawn in (first, second))
    return f"<!doctype html><meta charset='utf-8'><style>{_SLACK}</style><main>{said}</main>"


def _slack_message(drawn: Iterable[Json]) -> str:
    body = "".join(_slack_block(block) for block in drawn)
    return f"<article><b class='who'>Buckstop</b> <span class='app'>APP</span> <time>9:00</time>{body}</article>"


def _slack_block(block: Json) -> str:
    match block["type"]:
        case "rich_text":
            return f"<p>{''.join(_slack_text(element) for part in block['elements'] for element in part['elements'])}</p>"
        case "image":
            return f"<img src='data:image/png;base64,{base64.b64encode(chart()).decode()}' alt='{escape(block['alt_text'])}'>"
        case _:
            return f"<div>{''.join(_slack_button(element) for element in block['elements'])}</div>"


def _slack_text(element: Json) -> str:
    words = escape(element["text"]).replace("\n", "<br>")
    return f"<b>{words}</b>" if element.get("style", {}).get("bold") else words


def _slack_button(element: Json) -> str:
    return f"<button class='{element.get('style', '')}'>{escape(element['text']['text'])}</button>"


_SLACK = """
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46 Lato, 'DejaVu Sans', sans-serif; }
main { padding: 16px 20px; } article + article { margin: 18px 0 0 26px; padding-left: 18px; border-left: 3px solid #ddd; }
.app { font-size: 10px; background: #e8e8e8; border-radius: 2px; padding: 1px 3px; } time { color: #616061; font-size: 12px; }
p { margin: 2px 0 8px; } img { display: block; width: 360px; border-radius: 8px; border: 1px solid #ddd; margin: 8px 0; }
button { font: 700 13px/1.4 inherit; color: #1d1c1d; background: #fff; border: 1px solid #bbb; border-radius: 4px; }
button { padding: 4px 10px; margin: 0 8px 8px 0; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
"""


async def slack_shot(browser: Browser) -> bytes:
    """Take the picture of Slack."""
    page = await browser.new_page(viewport={"width": WIDE, "height": 600}, device_scale_factor=SHARP)
    await page.set_content(slack_page())
    return await page.screenshot(full_page=True)


# --- Discord


async def discord_shot(browser: Browser) -> bytes:
    """Take the picture of Discord: the first message, and the first one of its thread below it."""
    shown = card(0).chart
    assert shown is not None
    bot = discord.Client(intents=discord.Intents.all())
    async with simulated(bot) as env:
        assert bot.user is not None
        await bot.user.edit(username="Buckstop")
        guild = env.create_guild(name="Northlight")
        cleo = guild.add_member(env.create_user("cleo", global_name="Cleo"))
        channel = guild.create_text_channel("leadership")
        await env.advance_time((END - env.now()).total_seconds())
        there = bot.get_channel(int(channel.id))
        assert isinstance(there, discord.TextChannel)
        view = of_card(card(0), in_discord(END), KEY, picture=shown.alt)
        await there.send(view=view, file=discord.File(io.BytesIO(chart()), PICTURE))
        preview = env.preview(channel, viewers=[cleo], layout="channel", display="fixed", width=WIDE, height=2100, locale="en-GB")
        async with preview:
            page = await browser.new_page(viewport={"width": 1600, "height": 2200}, device_scale_factor=SHARP)
            await page.goto(preview.url)
            await page.locator("#preview-app[aria-busy=false] .channel-message").first.wait_for()
            return await page.locator(".channel-message").last.screenshot(animations="disabled")


# --- the page


async def page_shot(browser: Browser) -> bytes:
    """Take the picture of the page's beginning, by day and by night."""
    shots = []
    for scheme in ("light", "dark"):
        page = await browser.new_page(viewport={"width": WIDE // 2 + 140, "height": 1100}, device_scale_factor=SHARP, color_scheme=scheme)
        await page.set_content(html(FULL, ORG))
        shots.append(Image.open(io.BytesIO(await page.screenshot())).convert("RGB"))
    day, night = shots
    both = Image.new("RGB", (day.width + night.width, day.height))
    both.paste(day, (0, 0))
    both.paste(night, (day.width, 0))
    drawn = io.BytesIO()
    both.save(drawn, "PNG")
    return drawn.getvalue()


def small(shot: bytes) -> bytes:
    """Return a picture in few colours."""
    drawn, kept = io.BytesIO(), PngInfo()
    kept.add_itxt(WORDS, words())
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS).save(drawn, "PNG", optimize=True, pnginfo=kept)
    return drawn.getvalue()


def words() -> str:
    """Return what can be read in the pictures: it is kept in each, and tells whether that is still how it looks."""
    return " ".join(text_of(card(number), ZONE, END) for number in (0, 1)) + text(FULL, ORG)


async def pictures() -> dict[str, bytes]:
    """Return all pictures by their names."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        taken = {
            "digest-slack.png": await slack_shot(browser),
            "digest-discord.png": await discord_shot(browser),
            "digest-page.png": await page_shot(browser),
        }
        await browser.close()
    return {name: small(shot) for name, shot in taken.items()}


if __name__ == "__main__":
    for name, shot in asyncio.run(pictures()).items():
        (Path(sys.argv[1]) / name).write_bytes(shot)
