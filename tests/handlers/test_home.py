"""Whose move it is, seen from a person's home: each case once, what waits for them first, the soonest at the top."""

from bot.chat import Home
from bot.escalation.case import Place
from bot.escalation.words import PersonId
from tests.handlers.conftest import Floor


async def home(floor: Floor, who: str) -> Home:
    return await floor.desk.home(PersonId(who), Place("local", "local", f"@{who}"))


def cases(shown: Home) -> dict[str, list[int | None]]:
    return {section.title: [card.case for card in section.cards] for section in shown.sections if section.title != "Contact routes"}


async def test_nothing_waits_for_whoever_has_nothing(floor: Floor) -> None:
    shown = await home(floor, "rita")

    assert shown.greeting == ("Nothing waits for you.",)
    assert cases(shown) == {"Your move": [], "Reported by you": [], "At your level": []}
    assert [button.id for button in shown.buttons] == ["report", "help"]


async def test_it_follows_the_case_from_hand_to_hand(floor: Floor) -> None:
    case = await floor.report("rita", "billing: meter swapped")
    owner = case.owner
    assert cases(await home(floor, owner))["Your move"] == [case.id]
    assert cases(await home(floor, "rita"))["Reported by you"] == [case.id]

    await floor.say(owner, f"/case resolve C-{case.id} fix process: corrected")
    assert cases(await home(floor, owner)) == {"Your move": [], "Reported by you": [], "At your level": []}
    rita = await home(floor, "rita")
    assert cases(rita)["Your move"] == [case.id]
    assert rita.greeting == ("1 case waits for you.",)
    assert [button.id for button in rita.sections[0].cards[0].buttons][:2] == ["confirm", "reopen"]

    await floor.press("rita", "confirm", case.id)
    assert cases(await home(floor, "rita")) == {"Your move": [], "Reported by you": [], "At your level": []}


async def test_what_came_up_and_is_being_fixed_stands_at_their_level(floor: Floor) -> None:
    case = await floor.report("rita", "billing: meter swapped")
    await floor.say(case.owner, f"/case escalate C-{case.id} more than I may decide")
    above = (await floor.case(case.id)).accountable
    assert cases(await home(floor, above))["Your move"] == [case.id]

    await floor.say(above, f"/case ack C-{case.id}")
    assert cases(await home(floor, above))["At your level"] == [case.id]
    assert cases(await home(floor, case.owner))["Your move"] == [case.id]


async def test_ten_stand_there_and_the_rest_is_counted(floor: Floor) -> None:
    first = await floor.report("rita", "billing: number 1")
    for number in range(2, 13):
        floor.wait(minutes=1)
        await floor.report("rita", f"billing: number {number}")

    shown = await home(floor, first.owner)
    assert shown.greeting == ("12 cases wait for you.",)
    assert (cases(shown)["Your move"], shown.sections[0].more) == (list(range(1, 11)), 2)
