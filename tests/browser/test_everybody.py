"""Can everybody use the page: by keyboard, by ear, in the dark, on a narrow window?"""

from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from tests.adapters.local.office import Office
from tests.browser.conftest import Desk, Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REPORT = "/case report the bill is 9,000"

# Every text that is shown, with how far its colour is from what is behind it (WCAG 2: at least 4.5, 3 for large text).
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, style = getComputedStyle(element);
    if (!walk.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest(".unseen, .skip")) continue;
    const below = behind(element), text = over(rgba(style.color), below);
    const [a, b] = [light(text), light(below)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${walk.currentNode.data.trim().slice(0, 30)} (${element.className}): ${ratio.toFixed(2)}`);
  }
  return faint;
}"""

# What can be used, and under which name it is read out.
NAMELESS = """() => [...document.querySelectorAll("button, input, select, textarea, [role=listbox], [role=log], nav, aside, dialog")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !(element.ariaLabel || element.labels?.length
    || document.getElementById(element.getAttribute("aria-labelledby"))?.textContent
    || (element.tagName === "BUTTON" && element.textContent.trim())))
  .map((element) => element.outerHTML.slice(0, 120))"""


async def busy(sit: Sit, **options: Any) -> Desk:
    """A page with something of everything on it."""
    desk = await sit(Office(), **options)
    await desk.go("billing")
    await desk.say("good morning")
    await desk.say(REPORT)
    await desk.say("/case dance")
    await desk.wind("To the next event")
    return desk


async def test_everything_by_keyboard(sit: Sit) -> None:
    desk = await sit()
    page, keys = desk.page, desk.page.keyboard
    await page.locator("body").press("/")
    await expect(page.get_by_role("combobox", name="Message")).to_be_focused()
    await keys.type("/case rep")
    await expect(page.get_by_role("option", name="/case report Report a problem")).to_have_attribute("aria-selected", "true")
    await keys.press("Tab")
    await expect(page.get_by_role("combobox", name="Message")).to_have_value("/case report")
    await keys.press("Enter")
    form = page.get_by_role("dialog", name="Report a problem")
    await expect(form.get_by_role("combobox", name="What is it about?")).to_be_focused()
    await keys.type("Bil")
    await keys.press("Tab")
    await keys.type("the bill is 9,000")
    await keys.press("Enter")
    await expect(form).to_have_count(0)
    await expect(desk.case.get_by_role("heading", name="the bill is 9,000")).to_be_visible()

    await page.locator("#talk-title").focus()
    await keys.press("n")
    await expect(desk.case.locator(".rung.here")).to_contain_text("Bruno Weiss")
    await keys.press("p")
    await expect(page.locator("#people button").first).to_be_focused()
    for _ in range(3):
        if await page.evaluate("document.activeElement.dataset.person") == "bruno":
            break
        await keys.press("Tab")
    await keys.press("Enter")
    await expect(page.locator("#me")).to_contain_text("Bruno Weiss")
    await expect(page.locator("#talk-title")).to_be_focused()
    await tab_to(page, "Acknowledge")
    await keys.press("Enter")
    await expect(desk.case.locator(".pill")).to_have_text("acknowledged")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button with this name has the focus, and see that the focus shows."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        if (await page.evaluate("document.activeElement.textContent.trim()")) == name:
            break
    assert await page.evaluate("document.activeElement.textContent.trim()") == name
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


async def test_a_dialog_is_left_by_escape_and_gives_the_focus_back(sit: Sit) -> None:
    desk = await sit()
    await desk.say("/case report")
    await expect(desk.page.get_by_role("dialog")).to_be_visible()

    await desk.page.keyboard.press("Escape")

    await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    await expect(desk.page.get_by_role("combobox", name="Message")).to_be_focused()
    assert desk.office.store.kept == {}


async def test_the_help_lists_the_keys_and_switches_them_off(sit: Sit) -> None:
    desk = await sit()
    await desk.page.locator("body").press("?")
    help_ = desk.page.get_by_role("dialog", name="How this works")
    await expect(help_).to_contain_text("Let time pass until the next event")
    await help_.get_by_role("checkbox").uncheck()
    await desk.page.keyboard.press("Escape")
    await expect(help_).to_have_count(0)

    await desk.page.keyboard.press("h")
    await desk.page.keyboard.press("?")

    await expect(help_).to_have_count(0)
    assert desk.office.clock.time.hour == 9


async def test_everything_has_a_name_and_a_place(sit: Sit) -> None:
    desk = await busy(sit)
    page = desk.page

    assert await page.evaluate(NAMELESS) == []
    for role, name in (("main", "billing"), ("navigation", "People and conversations"), ("complementary", "the bill is 9,000")):
        await expect(page.get_by_role(role, name=name)).to_have_count(1)  # type: ignore[arg-type]  # a role is a literal
    await expect(page.get_by_role("heading", level=1)).to_have_text("Buckstop")
    await expect(desk.talk).to_have_attribute("aria-live", "polite")
    await desk.say("/case report")
    assert await page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read(sit: Sit, scheme: Literal["light", "dark"]) -> None:
    desk = await busy(sit, color_scheme=scheme)
    assert await desk.page.evaluate(CONTRAST) == []

    await desk.be("bruno")
    await expect(desk.talk.get_by_role("button", name="Acknowledge")).to_be_visible()
    await desk.page.get_by_role("combobox", name="Message").fill("/case ")
    assert await desk.page.evaluate(CONTRAST) == []
    await desk.say("/case report ")
    await desk.page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()
    await expect(desk.page.locator("[aria-invalid=true]")).to_be_visible()
    assert await desk.page.evaluate(CONTRAST) == []


async def test_the_colours_can_be_chosen_and_are_kept(sit: Sit) -> None:
    desk = await sit(color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await desk.page.evaluate(paper)
    colours = desk.page.get_by_role("button", name="Colours")
    await colours.click()
    assert await desk.page.evaluate(paper) == light
    await colours.click()
    dark = await desk.page.evaluate(paper)

    assert dark != light
    await desk.page.reload()
    assert await desk.page.evaluate(paper) == dark
    await expect(colours).to_have_accessible_name("Colours: dark")


@pytest.mark.parametrize("width", [360, 768, 1100])
async def test_a_narrow_window_shows_one_thing_after_another(sit: Sit, width: int) -> None:
    desk = await busy(sit)
    await desk.page.set_viewport_size({"width": width, "height": 740})
    for part in ("People", "Conversation", "Cases"):
        tab = desk.page.get_by_role("button", name=part, exact=True)
        if width < 980:
            await tab.click()
            await expect(tab).to_have_attribute("aria-current", "true")
            assert await desk.page.locator(".layout > :visible").count() == 1
        assert await desk.page.evaluate("document.documentElement.scrollWidth") <= width


async def test_who_wants_no_motion_gets_none(sit: Sit) -> None:
    desk = await busy(sit)

    moving = "document.getAnimations().filter((animation) => animation.playState === 'running').length"
    assert await desk.page.evaluate(moving) == 0
