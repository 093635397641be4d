"""What will change is told before it does; what breaks in its window is put down to it, and what nobody announced is counted."""

from tests.world import World

METERS = "/case announce billing today 18:00 to tomorrow 06:00: the meters are read anew"


async def test_whoever_has_an_open_case_and_the_channel_hear_of_it_at_once_and_an_hour_before(world: World) -> None:
    case = await world.report("rita", "billing: wrong bill")
    other = await world.report("tom", "metering: dark display")

    said = await world.say("ana", METERS)
    assert "A-1" in said.text
    assert "Monday 2 March 2026, 18:00 (Europe/London)" in said.text
    assert "Tuesday 3 March 2026, 06:00 (Europe/London)" in said.text
    assert "the meters are read anew" in (await world.told("rita"))[-1]
    assert "the meters are read anew" in (await world.posted("help"))[-1]
    assert not any("meters are read" in text for text in await world.told("tom"))
    assert not any("meters are read" in text for text in await world.told("ana"))  # she knows

    before = len([text for text in await world.told("rita") if "meters are read" in text])
    await world.until("2026-03-02T16:29:00Z")
    assert len([text for text in await world.told("rita") if "meters are read" in text]) == before
    await world.until("2026-03-02T16:30:00Z")  # an hour of Ana's working day is left
    assert len([text for text in await world.told("rita") if "meters are read" in text]) == before + 1
    assert [text for text in await world.told("rita") if "meters are read" in text][-1].startswith("Soon")
    await world.wait("1d")
    assert len([text for text in await world.told("rita") if "meters are read" in text]) == before + 1
    assert case != other


async def test_a_case_in_the_window_is_shown_it_and_linked_and_others_are_not(world: World) -> None:
    await world.say("ana", METERS)
    early = await world.say("rita", "/case report billing: my bill is odd")
    assert "announced" not in early.text

    await world.until("2026-03-03T09:00:00Z")  # after its end, and not long after it
    inside = await world.say("rita", "/case report billing: the meter reading is nonsense")
    assert "the meters are read anew" in inside.text
    assert "the meters are read anew" in (await world.say("ana", f"/case show {inside.case}")).text
    assert "the meters are read anew" not in (await world.say("rita", "/case report metering: dark display")).text

    await world.until("2026-03-04T06:00:00Z")  # a day later it explains nothing any more
    late = await world.say("rita", "/case report billing: another odd bill")
    assert "the meters are read anew" not in late.text


async def test_it_can_be_moved_and_called_off_and_everybody_is_told_again(world: World) -> None:
    await world.report("rita", "billing: wrong bill")
    await world.say("ana", METERS)

    moved = await world.say("ana", "/case announce A-1 Wednesday 18:00 to Thursday 06:00")
    assert "Wednesday 4 March 2026, 18:00 (Europe/London)" in moved.text
    assert (await world.told("rita"))[-1].startswith("Moved")
    await world.until("2026-03-02T17:00:00Z")
    assert not any(text.startswith("Soon") for text in await world.told("rita"))

    listed = await world.say("rita", "/case announced")
    assert "A-1" in listed.text
    await world.say("bruno", "/case announced")
    await world.take("bruno", "Call A-1 off")  # billing's cases go up to him
    assert (await world.told("rita"))[-1].startswith("Called off")
    assert "A-1" not in (await world.say("rita", "/case announced")).text
    await world.until("2026-03-05T09:00:00Z")
    assert not any(text.startswith("Soon") for text in await world.told("rita"))
    assert "read anew" not in (await world.say("rita", "/case report billing: strange bill")).text


async def test_only_those_answerable_for_a_service_announce_for_it(world: World) -> None:
    for somebody in ("rita", "ben"):
        answer = await world.say(somebody, METERS)
        assert answer.refused
        assert "Ana" in answer.text
    for somebody in ("ana", "bruno", "cleo", "ida"):
        assert not (await world.say(somebody, METERS)).refused


async def test_what_is_missing_is_asked_for_and_what_cannot_be_is_said(world: World) -> None:
    answer = await world.say("ana", "/case announce billing")
    assert answer.form is not None
    done = await world.fill(
        "ana", service="billing", **{"from": "2026-03-02T18:00:00Z", "until": "2026-03-03T06:00:00Z"}, text="the meters are read anew"
    )
    assert "A-1" in done.text

    assert (await world.say("ana", "/case announce billing 2026-03-06 18:00 to 2026-03-06 17:00: backwards")).refused
    assert (await world.say("ana", "/case announce billing yesterday 18:00 to today 18:00: late")).refused
    assert (await world.say("ana", "/case announce A-9 off")).refused


async def test_nobody_hears_of_a_private_case_by_it(world: World) -> None:
    case = await world.report("rita", "private billing: my own bill", channel=None)
    await world.say("ana", METERS)
    assert "the meters are read anew" in (await world.told("rita"))[-1]
    assert not any(case in text for text in await world.posted("help"))
    await world.until("2026-03-02T18:30:00Z")
    inside = await world.say("rita", "/case report private people: my manager reads my letters", channel=None)
    assert "read anew" not in inside.text


async def test_the_digest_tells_of_what_a_change_broke_that_nobody_announced(world: World) -> None:
    surprise = await world.report("rita", "billing: the new form loses my meter number")
    await world.say("ana", f"/case resolve {surprise} fix change: the old form is back")
    await world.press("rita", "confirm", surprise)
    await world.say("ana", "/case announce billing now to 18:00: the form moves")
    expected = await world.report("rita", "billing: the form is gone")
    await world.say("ana", f"/case resolve {expected} fix change: it is there again")
    await world.press("rita", "confirm", expected)
    dead = (await world.say("rita", "/case list")).text  # nothing else is open
    assert "no cases" in dead

    await world.until("2026-03-03T09:00:00Z")
    digest = "\n".join(await world.posted("leadership"))
    told = digest.partition("nobody announced")[2]
    assert surprise in told
    assert expected not in told
