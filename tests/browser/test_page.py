"""The page, as the people who try Buckstop use it: report, be somebody else, let time pass, press, fill in."""

import pytest
from playwright.async_api import expect

from bot.adapters.local.events import Events
from bot.chat import Button, Reply
from bot.escalation.words import CaseId
from bot.ports import Letter
from tests.adapters.local.office import MONDAY, Office
from tests.adapters.local.office import REPORT as REPORT_FORM
from tests.browser.conftest import Sit

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REPORT = "/case report the bill is 9,000"
STORY = (
    {"caption": "Rita reports it.", "call": "messages", "body": {"as": "rita", "channel": "billing", "text": REPORT}},
    {"caption": "Nobody answers.", "call": "clock", "body": {"advance": "2h"}},
    {"caption": "Bruno answers.", "call": "actions", "body": {"as": "bruno", "button": "ack"}},
    {"caption": "Ana wants to give a date.", "call": "actions", "body": {"as": "ana", "button": "promise"}},
    {"caption": "She does.", "call": "forms", "body": {"as": "ana", "form": "{form}", "values": {"until": "Friday 15:00"}}},
    {"caption": "Ana resolves it.", "call": "actions", "body": {"as": "ana", "button": "resolve"}},
    {"caption": "Rita confirms.", "call": "actions", "body": {"as": "rita", "button": "confirm"}},
    {"caption": "Rita says so.", "call": "messages", "body": {"as": "rita", "text": "{case} is fixed"}},
)


async def test_it_opens_with_who_where_and_when(sit: Sit) -> None:
    desk = await sit()

    await expect(desk.page.locator("#me")).to_contain_text("Rita Lund")
    await expect(desk.page.locator("#now")).to_have_text("Monday, 2 March 2026, 09:00 · London")
    await expect(desk.page.locator("#places button")).to_have_text(["Buckstop", "billing", "leadership"])
    await expect(desk.page.locator("#people button")).to_have_count(4)
    await expect(desk.case).to_contain_text("No cases yet.")
    assert "Buckstop" in await desk.page.title()


async def test_a_report_in_one_line_is_a_case_with_a_name_and_a_next_time(sit: Sit) -> None:
    desk = await sit()
    await desk.go("billing")
    await desk.say(REPORT)

    await expect(desk.talk).to_contain_text("Only you see this")
    await expect(desk.talk).to_contain_text("Thank you. It is C-1.")
    await expect(desk.case.get_by_role("heading", name="the bill is 9,000")).to_be_visible()
    await expect(desk.case.locator(".fate")).to_contain_text("Ana Díaz owns it")
    await expect(desk.case.locator(".rung.here")).to_contain_text("Ana Díaz")
    await expect(desk.case.locator(".rung.here")).to_have_attribute("aria-current", "step")


async def test_a_report_through_the_form(sit: Sit) -> None:
    desk = await sit()
    await desk.say("/case report")
    form = desk.page.get_by_role("dialog", name="Report a problem")

    await form.get_by_role("button", name="Send", exact=True).click()
    wrong = form.get_by_role("textbox", name="What is wrong?")
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_accessible_description("Say in a few words what is wrong.")

    await form.get_by_role("combobox", name="What is it about?").select_option("Meters")
    await wrong.fill("the meter runs backwards")
    await form.get_by_role("checkbox", name="Only for those on it").check()
    await form.get_by_role("button", name="Send", exact=True).click()

    await expect(form).to_have_count(0)
    await expect(desk.case.get_by_role("heading", name="the meter runs backwards")).to_be_visible()
    await expect(desk.case).to_contain_text("private")
    case = desk.office.store.kept[CaseId(1)]
    assert (case.service, case.private, case.reporter) == ("meters", True, "rita")


async def test_silence_takes_it_up_the_ladder(sit: Sit) -> None:
    desk = await sit()
    await desk.say(REPORT)
    await expect(desk.case.locator(".rung.ahead").last).to_contain_text("Goes here today 10:00 unless it is answered")

    await desk.wind("To the next event")

    await expect(desk.page.locator("#now")).to_contain_text("10:00")
    await expect(desk.page.get_by_role("status")).to_contain_text("It is 10:00 now. One thing happened on the way.")
    await expect(desk.case.locator(".rung.here")).to_contain_text("Bruno Weiss")
    await expect(desk.case.locator(".rung.past")).to_contain_text("Ana Díaz")
    await expect(desk.case.locator(".fact.escalated")).to_have_count(1)
    await expect(desk.page.locator("[data-person=bruno] .count")).to_contain_text("1 unread message")


async def test_who_is_told_can_press(sit: Sit) -> None:
    desk = await sit()
    await desk.say(REPORT)
    await desk.be("ana")
    await desk.talk.get_by_role("button", name="Acknowledge").click()

    await expect(desk.talk).to_contain_text("Done.")
    await expect(desk.case.locator(".pill")).to_have_text("acknowledged")
    await desk.talk.get_by_role("button", name="Promise").click()
    form = desk.page.get_by_role("dialog")
    await form.get_by_role("textbox").fill("soon")
    await form.get_by_role("button", name="Send", exact=True).click()
    await expect(form).to_contain_text("I cannot read that as a time")
    await form.get_by_role("textbox").fill("Friday 15:00")
    await form.get_by_role("button", name="Send", exact=True).click()
    await expect(desk.case.locator(".fate")).to_contain_text("promised")


async def test_a_refusal_is_said_and_changes_nothing(sit: Sit) -> None:
    desk = await sit()
    await desk.say("/case dance")

    await expect(desk.talk.locator(".note.refused")).to_contain_text("I do not know /case dance")


async def test_unread_messages_are_counted_until_they_are_looked_at(sit: Sit) -> None:
    desk = await sit()
    await desk.go("billing")
    await desk.say(REPORT)

    await expect(desk.page.locator('[data-place="@rita"] .count')).to_contain_text("1 unread message")
    await expect(desk.page.locator("[data-person=ana] .count")).to_contain_text("1 unread message")
    await desk.go("@rita")
    await expect(desk.page.locator('[data-place="@rita"] .count')).to_be_hidden()
    await desk.page.reload()
    await expect(desk.page.locator('[data-place="@rita"] .count')).to_be_hidden()
    await expect(desk.page.locator("[data-person=ana] .count")).to_contain_text("1 unread message")


async def test_an_answer_hangs_in_its_thread(sit: Sit) -> None:
    desk = await sit()
    await desk.go("billing")
    await desk.say("does anybody know?")
    await desk.talk.get_by_role("button", name="Answer Rita Lund in a thread").click()
    await desk.say("nobody does")

    await expect(desk.page.get_by_role("list", name="1 answer")).to_contain_text("nobody does")
    assert [letter.thread for letter in desk.office.letters.kept.values()] == [None, "m1"]


async def test_a_form_that_is_only_offered_waits_to_be_opened(sit: Sit) -> None:
    office = Office()
    office.reply = lambda _: Reply(lines=(("That sounds like a problem.",),), form=REPORT_FORM, buttons=(Button("report", "Report it"),))
    desk = await sit(office)
    await desk.say("my bill is wrong and nobody helps")

    await expect(desk.page.get_by_role("dialog")).to_have_count(0)
    await desk.talk.get_by_role("button", name="Report it").click()
    await expect(desk.page.get_by_role("dialog", name="Report a problem")).to_be_visible()


async def test_what_happens_elsewhere_appears_by_itself(sit: Sit) -> None:
    desk = await sit()
    await desk.go("billing")
    elsewhere = await desk.page.context.new_page()
    await elsewhere.goto(desk.address)
    await elsewhere.locator('[data-place="billing"]').click()
    await elsewhere.get_by_role("combobox", name="Message").fill("hello from the other side")
    await elsewhere.get_by_role("button", name="Send").click()

    await expect(desk.talk).to_contain_text("hello from the other side")


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1) &lt;b&gt; \" ' ` ${1}",
    "@everyone <!channel> *bold* [x](http://evil.example)",
    "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c 👩‍👩‍👧‍👦 C-0",
)


async def test_what_people_type_is_shown_and_does_nothing(sit: Sit) -> None:
    desk = await sit()
    await desk.go("billing")
    for text in HOSTILE:
        await desk.say(text)

    said = desk.talk.locator(".said .text")
    await expect(said).to_have_count(len(HOSTILE))
    assert [await said.nth(i).text_content() for i in range(len(HOSTILE))] == list(HOSTILE)
    assert await desk.page.locator("main script, main [onerror], main a").count() == 0


async def test_a_very_long_text_is_folded(sit: Sit) -> None:
    desk = await sit()
    await desk.say("wrong " * 1600)
    more = desk.talk.get_by_role("button", name="Show all of it")
    folded = await desk.talk.locator(".text.long").bounding_box()
    await more.click()
    opened = await desk.talk.locator(".text.long").bounding_box()

    assert folded is not None
    assert opened is not None
    assert folded["height"] < 300 < opened["height"]


async def test_a_bundle_has_its_buttons_case_by_case(sit: Sit) -> None:
    office = Office()
    buttons = tuple(Button("ack", "Acknowledge", CaseId(n)) for n in (1, 2))
    letter = Letter(
        "",
        "bundle",
        MONDAY,
        "buckstop",
        "@rita",
        "Two are waiting\nC-1 the bill\nC-2 the meter",
        cases=(CaseId(1), CaseId(2)),
        buttons=buttons,
    )
    await office.letters.post(letter)
    desk = await sit(office)
    await desk.go("@rita")

    await desk.talk.get_by_role("group", name="Actions for C-2").get_by_role("button").wait_for()
    await expect(desk.talk.get_by_role("group", name="Actions for C-1")).to_be_visible()
    await expect(desk.talk.get_by_role("button", name="Show case C-2")).to_be_visible()


async def test_an_error_keeps_what_was_typed(sit: Sit) -> None:
    desk = await sit()
    box = desk.page.get_by_role("combobox", name="Message")
    desk.forgiven.append("413")
    await box.fill("x" * 10_001)
    await box.press("Enter")

    await expect(desk.page.get_by_role("status")).to_contain_text("at most 10,000 fit")
    await expect(box).to_have_value("x" * 10_001)


async def test_only_a_manual_clock_can_be_wound(sit: Sit) -> None:
    office = Office()
    office.clock.kind = "real"
    desk = await sit(office)

    await expect(desk.page.get_by_role("button", name="To the next event")).to_be_hidden()


async def test_the_story_plays_step_by_step(sit: Sit) -> None:
    desk = await sit(Office(story=STORY, events=Events()))
    await desk.page.get_by_role("button", name="Play the story").click()
    story = desk.page.get_by_role("region", name="The story")
    for number in range(1, len(STORY) + 1):
        if await story.get_by_text(f"{number} of {len(STORY)}").count() == 0:
            await story.get_by_role("button", name="One step").click()
        await expect(story).to_contain_text(f"{number} of {len(STORY)}")
        await expect(story.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(number))

    await expect(story).to_contain_text("That is the story.")
    await expect(desk.case.locator(".pill")).to_have_text("fixed")
    await expect(desk.talk).to_contain_text("C-1 is fixed")
    await story.get_by_role("button", name="Stop the story").click()
    await expect(story).to_be_hidden()
