"""Many cases at once, text that nobody expected, things done twice, and the digest."""

import pytest

from tests.world import World

# More stages than each database needs would only take a while longer.
BUSY = [pytest.param("slack-http-postgresql", marks=pytest.mark.postgres), "discord-sqlite"]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("world", BUSY, indirect=True)
async def test_two_hundred_cases_at_once_and_nobody_gets_two_hundred_messages(world: World) -> None:
    for number in range(200):
        await world.say("rita" if number % 2 else "tom", f"/case report billing: problem number {number}")
    before = len(await world.told("cleo"))

    await world.until("2026-03-03T17:30:00Z")

    cases = [await world.case(f"C-{number}") for number in (1, 100, 200)]
    assert [(case["level"], case["accountable"]) for case in cases] == [(2, "cleo")] * 3
    briefs = [text for text in await world.told("cleo") if "has come to you" in text]
    assert len(briefs) == len(set(briefs)) == 200
    nags = len(await world.told("cleo")) - before - len(briefs)
    assert 1 <= nags <= 8 * 2  # bundled, and capped by the day


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 5_900, id="as long as a command takes everywhere"),
        pytest.param("🔥🧯 brennt 🔥", id="emoji"),
        pytest.param("الفاتورة خاطئة تماما", id="right to left"),
        pytest.param("@everyone look at this", id="everyone"),
        pytest.param("<!channel> look at this", id="channel"),
        pytest.param("quotes \" ' ` and \\ and %s {0} {name}", id="quotes"),
        pytest.param("<script>alert(1)</script>", id="markup"),
    ],
)
async def test_whatever_people_type_is_kept_as_it_is_and_notifies_nobody(world: World, text: str) -> None:
    case = await world.report("rita", f"billing: {text}")

    assert (await world.case(case))["text"] == text
    for where in ("ana", "rita"):
        for message in await world.told(where):
            assert "@everyone" not in message
            assert "<!channel>" not in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/case show C-99", "There is no case C-99"),
        ("/case frobnicate", "frobnicate"),
        ("/case promise", "C-"),
        ("/case handover C-1 nobody-we-know: please", "nobody-we-know"),
        ("/case promise C-1 yesterday", "past"),
        ("/case promise C-1 wibble", "wibble"),
    ],
)
async def test_what_cannot_be_done_is_answered_in_a_sentence(world: World, text: str, says: str) -> None:
    case = await world.report("rita", "billing: one to talk about")
    before = await world.case(case)
    answer = await world.say("ana", text)
    assert says.casefold() in (answer.text + str(answer.form or "")).casefold()
    assert await world.case(case) == before


async def test_a_button_pressed_twice_and_a_form_sent_twice_count_once(world: World) -> None:
    case = await world.report("rita", "billing: press it twice")
    await world.press("rita", "chase", case)
    await world.press("rita", "chase", case)
    assert (await world.case(case))["contacts"] == 2

    await world.press("ana", "ack", case)
    again = await world.press("ana", "ack", case)
    assert again.text
    assert len(await world.facts(case, "acknowledged")) == 1

    opened = await world.say("rita", "/case report")
    assert opened.form is not None
    values = {"service": "billing", "title": "sent twice", "text": "the same form", "asked_before": "0"}
    first = await world.fill("rita", **values)
    second = await world.fill("rita", **values)
    assert first.case == second.case == "C-2"


async def test_somebody_elses_button_is_refused_with_who_may(world: World) -> None:
    case = await world.report("rita", "billing: whose button")
    message = next(m for m in await world.stage.messages("@ana") if any(b["id"] == "ack" for b in m["buttons"]))
    answer = await world.stage.press("tom", message["id"], "ack", None)
    assert "Ana" in answer["reply"]["text"]
    assert await world.facts(case, "acknowledged") == []


async def test_the_digest_names_what_only_got_fixed_because_it_was_escalated(world: World) -> None:
    escalated = await world.report("rita", "billing: the one that needed a letter to the top asked 5 times")
    plain = await world.report("tom", "metering: fixed by its owner")
    await world.press("ben", "ack")
    await world.say("ben", f"/case resolve {plain} fix part: new display")
    await world.press("tom", "confirm", plain)
    await world.wait("3h")
    await world.say("cleo", f"/case resolve {escalated} fix process: bill reissued")
    await world.press("rita", "confirm", escalated)

    await world.until("2026-03-03T09:00:00Z")

    digests = await world.digests()
    assert len(digests) == 1
    assert escalated in digests[0]
    assert plain not in digests[0]

    await world.until("2026-03-04T09:00:00Z")
    quiet = (await world.digests())[-1]
    assert escalated not in quiet.partition("\n")[0]
    assert len(await world.digests()) == 2


async def test_a_thread_reply_is_a_note_and_a_reaction_is_a_report(world: World) -> None:
    said = await world.say("tom", "the website has been down since Friday")
    assert said.message is not None
    answer = await world.react("rita", said.message)
    shown = await world.case("C-1")
    assert shown["reporter"] == "rita"
    assert "tom" in shown["affected"]
    assert "website has been down" in shown["text"]
    assert answer.text == "" or "C-1" in answer.text

    await world.press("tom", "key", "C-1")  # he wrote it, so he takes the second key in one tap
    await world.say("ana", "/case resolve C-1 fix server: restarted")
    assert (await world.say("rita", "/case confirm C-1")).refused
    await world.say("tom", "/case reopen C-1 still down")

    await world.say("rita", "it works again for some people", thread=said.message)
    assert [fact for _, fact in await world.facts("C-1", "noted")] == ["noted"]
