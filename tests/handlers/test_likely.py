"""What is offered to somebody who reports what has been reported already, and to whom nothing may be offered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Reply
from bot.escalation.words import CaseId, ServiceId
from bot.handlers.likely import alike
from bot.store.database import Database
from bot.wording.plain import LONGEST_TITLE
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import BEN, ORG

# --- which texts are alike

SAME = {
    "the same words": ("The meter is gone!", "the METER is gone"),
    "the same nouns in another order": ("The bill is 9,000 after the meter was swapped!", "meter swapped, bill is 9000"),
    "a number that only one knows": ("meter swapped, bill is 9,000", "bill too high after meter swap"),
    "other endings": ("Printer on floor 3 jams", "the printer on floor 3 is jammed again"),
    "other common words": ("heating in room 12 is off", "There is no heating in room 12, please help"),
    "a hyphen": ("the link in the invoice e-mail is dead", "link in invoice email does not work"),
    "misspelt": ("direct debit taken twice in March", "March: dirrect debit was taken two times"),
    "one says more": ("gas meter shows nothing, display is blank", "blank display on the gas meter"),
    "one word that says it all": ("VPN is down", "the vpn does not work"),
    "without spaces": ("電気代の請求書が高すぎます", "電気代の請求書が高すぎる"),
    "how often they asked": ("paid twice for March", "March was paid twice, asked 6 times"),
}
DIFFERENT = {
    "another fault of the same thing": ("bill too high after meter swap", "bill was sent to the old address"),
    "one noun in common": ("bill is 9,000", "the bill has the wrong name on it"),
    "another room": ("heating in room 12 is off", "heating in room 14 is off"),
    "another meter": ("meter 4411 shows nothing", "meter 4412 shows nothing"),
    "another month": ("refund for March not received", "refund for June not received"),
    "another thing of the same fault": ("the link in the invoice e-mail is dead", "the phone number on the invoice is dead"),
    "the same service": ("VPN drops every few minutes", "VPN client cannot be installed"),
    "too little": ("bill", "bill too high after meter swap"),
    "only what everybody says": ("it does not work", "it does not work"),
    "nothing in common": ("the tap drips", "the lift is stuck"),
    "no words": ("🔥🔥", "🔥🔥"),
}


def found(text: str, *others: str) -> list[int]:
    numbered = {CaseId(number): other for number, other in enumerate(others, start=1)}
    return list(alike(CaseId(99), {**numbered, CaseId(99): text}))


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME.keys())
def test_the_same_in_other_words_is_alike(one: str, other: str) -> None:
    assert (found(one, other), found(other, one)) == ([1], [1])


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_different_problems_of_one_service_are_not(one: str, other: str) -> None:
    assert (found(one, other), found(other, one)) == ([], [])


def test_the_likeliest_comes_first_then_the_oldest() -> None:
    assert found("meter gone in room 12", "meter gone", "gone: meter in room 12", "room 12, meter gone", "meter gone, room 14") == [2, 3, 1]


@given(st.lists(st.text() | st.text("ab1 ", max_size=6), min_size=1))
def test_any_texts_give_each_other_once_at_most(texts: list[str]) -> None:
    numbered = {CaseId(number): text for number, text in enumerate(texts)}

    likely = alike(CaseId(0), numbered)

    assert len(likely) == len(set(likely))
    assert set(likely) <= numbered.keys() - {0}


@given(st.text())
def test_which_is_likely_can_be_said_either_way(text: str) -> None:
    other = f"{text} meter swapped"

    assert found(text, other) == found(other, text)


# --- what is offered


def offers(reply: Reply) -> list[tuple[str, str, int | None]]:
    return [(button.id, button.label, button.case) for button in reply.buttons]


async def test_what_looks_the_same_is_offered_after_the_receipt(floor: Floor) -> None:
    await floor.report("rita", "billing: bill too high after meter swap")
    floor.wait(days=1)
    reply = await floor.say("cleo", "/case report billing: meter swapped, bill is 9,000")

    receipt, _, offer = floor.text(reply).split("\n")
    assert receipt == "C-2 is in, and you will hear of every change."
    assert offer == (
        "C-1 looks like the same: “bill too high after meter swap”, reported yesterday 10:07. If it is, press Me too: C-1 and withdraw C-2."
    )
    assert (reply.case, reply.refused, offers(reply)) == (2, False, [("metoo", "Me too: C-1", 1)])


async def test_pressing_it_joins_and_the_other_can_go(floor: Floor) -> None:
    await floor.report("rita", "billing: bill too high after meter swap")
    (offer,) = (await floor.say("ben", "/case report billing: meter swapped, bill is 9,000")).buttons
    joined = await floor.press("ben", offer.id, offer.case, version=offer.version)
    await floor.say("ben", "/case withdraw C-2 it is C-1")

    assert not joined.refused
    assert (await floor.case(1)).affected == (BEN,)
    assert not (await floor.case(2)).live


async def test_the_same_event_again_offers_the_same(floor: Floor) -> None:
    await floor.report("rita", "the meter is gone")
    first, again = [await floor.say("cleo", "/case report the meter is gone", key="once") for _ in range(2)]

    assert first == again
    assert offers(first) == [("metoo", "Me too: C-1", 1)]


async def test_a_reaction_and_a_form_are_offered_it_too(floor: Floor) -> None:
    await floor.report("rita", "the meter is gone")
    form = (await floor.say("cleo", "/case report")).form
    assert form is not None

    sent = await floor.send("cleo", form.id, title="Meter", text="it is gone", service="metering")
    reacted = await floor.react("bruno", "ticket", "the meter is gone!")
    assert [case for *_, case in offers(sent)] == [1]
    assert [case for *_, case in offers(reacted)] == [1, 2]


async def test_three_at_most_and_only_the_likeliest(floor: Floor) -> None:
    for text in ("meter gone, cellar", "meter gone from the cellar", "the meter is gone", "meter: gone", "meter reading wrong"):
        await floor.report("rita", f"metering: {text}")

    reply = await floor.say("cleo", "/case report metering: meter gone")
    assert [case for *_, case in offers(reply)] == [3, 4, 1]
    assert len(reply.lines) == 2 + 3


NOTHING = {
    "of another service": ("billing: the meter is gone", "metering: the meter is gone"),
    "that is private": ("private metering: the meter is gone", "metering: the meter is gone"),
    "to a private report": ("metering: the meter is gone", "private metering: the meter is gone"),
    "that concerns somebody": ("metering concerning ana: the meter is gone", "metering: the meter is gone"),
    "that is different": ("metering: the meter is gone", "metering: the reading of the meter is wrong"),
}


@pytest.mark.parametrize(("there", "new"), NOTHING.values(), ids=NOTHING.keys())
async def test_nothing_is_offered(floor: Floor, there: str, new: str) -> None:
    await floor.report("rita", there)
    reply = await floor.say("cleo", f"/case report {new}")

    assert reply.case == 2
    assert "C-1" not in floor.text(reply)
    assert reply.buttons == ()


async def test_nothing_of_a_private_service_is_offered(sqlite: Database) -> None:
    private = replace(ORG.services[ServiceId("desk")], private=True)
    floor = floor_of(sqlite, replace(ORG, services={**ORG.services, private.id: private}))
    await floor.report("rita", "my pay is wrong")

    assert (await floor.say("cleo", "/case report my pay is wrong")).buttons == ()


async def test_what_was_withdrawn_is_not_offered(floor: Floor) -> None:
    await floor.report("rita", "the meter is gone")
    await floor.say("rita", "/case withdraw C-1 found it")

    assert (await floor.say("cleo", "/case report the meter is gone")).buttons == ()


@pytest.mark.parametrize("who", ["rita", "ben", "bruno"])
async def test_nobody_is_offered_what_they_are_on(floor: Floor, who: str) -> None:
    await floor.report("rita", "the meter is gone")
    await floor.say("bruno", "/case metoo C-1")

    assert (await floor.say(who, "/case report the meter is gone")).buttons == ()
    assert offers(await floor.say("cleo", "/case report the meter is gone")) != []


async def test_a_long_title_that_calls_everybody_is_quoted_harmlessly(floor: Floor) -> None:
    await floor.report("rita", f"metering: @everyone the meter is gone {'x' * 10_000}"[:9_000])
    reply = await floor.say("cleo", f"/case report metering: the meter is gone, everyone {'x' * 8_000}")

    said = floor.text(reply).split("\n")[-1]
    assert "@everyone" not in said
    assert "@\u200beveryone" in said
    assert len(said) < LONGEST_TITLE + 150
