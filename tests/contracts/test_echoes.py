"""What was said in one thread of a case, said in its other threads: once, in order, and never where everybody has read it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.case import Place
from bot.escalation.requests import Note, Withdraw
from bot.escalation.words import Text
from bot.outbox.worker import Worker
from bot.store.outbox import want_cards
from tests.outbox.office import ANA, RITA, Told, at
from tests.outbox.platform import Platform, PostRoom, When
from tests.outbox.telling import HELP, PASSED, dies, opened

pytestmark = pytest.mark.timeout(60)
HERE, THERE = HELP, Place("local", "w", "desk", thread="m7")


async def with_cards(room: PostRoom, *places: Place) -> Told:
    """Report a case that has a card in each of these places."""
    story = await opened(room)
    async with room.store.begin() as tx:
        for place in places:
            await tx.show_card(story.id, place)
    await room.drain()
    room.platform.posts.clear()
    return story


async def said(room: PostRoom, story: Told, words: str, where: Place, minutes: int = 1) -> None:
    """Let Ana say something in a thread."""
    decision = story.does(Note(ANA, Text(words)), at("9:00") + timedelta(minutes=minutes))
    async with room.store.begin() as tx:
        await tx.save(decision)
        await tx.echo(story.id, decision.facts[0].n, where)


def heard(room: PostRoom, conversation: str) -> list[str]:
    return room.platform.titles(conversation)


async def test_a_note_is_said_in_every_other_thread_and_not_where_it_was_said(room: PostRoom) -> None:
    third = replace(THERE, conversation="board")
    story = await with_cards(room, HERE, THERE, third)
    root = replace(HERE, thread="p3")  # what its card was called when it was posted

    await said(room, story, "the meter is back", replace(THERE, message="m8"))
    await said(room, story, "read it", replace(root, message="m9"), minutes=2)
    await room.drain(at("9:05"))

    back, read = "ana in local: the meter is back", "ana in local: read it"
    assert [heard(room, where) for where in ("help", "desk", "board")] == [[back], [read], [back, read]]
    there = {(parcel.address.conversation, parcel.address.thread) for parcel in room.platform.posts if "/echo/" in parcel.key}
    assert there == {("help", "p3"), ("desk", "m7"), ("board", "m7")}
    assert await room.drain() == 0


async def test_an_echo_waits_for_the_card_whose_thread_it_is_said_in(room: PostRoom) -> None:
    story = await with_cards(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HERE)
    room.platform.moods.append("limited_alone")
    await room.drain()
    await said(room, story, "the meter is back", THERE)
    await room.drain(at("9:01"))
    assert heard(room, "help") == []

    room.machine.wind(60)
    await room.drain(at("9:01"))
    assert heard(room, "help") == ["C-1 is open", "ana in local: the meter is back"]
    assert room.platform.posts[-1].address.thread == room.platform.message("card/C-1/local:w:help")


async def test_an_echo_ends_with_a_card_that_can_be_posted_nowhere(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HERE)
    room.platform.gone.add("help")
    await room.drain()

    await said(room, story, "the meter is back", THERE)
    room.platform.gone.clear()
    # The next change puts the card up again, and what is said from then on is heard.
    await room.drain(at("9:01"))
    assert heard(room, "help") == ["C-1 is open", "ana in local: the meter is back"]


async def test_an_echo_of_a_dead_card_is_let_go_and_says_why(room: PostRoom) -> None:
    story = await with_cards(room, THERE)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HERE)
    room.platform.gone.add("help")
    await said(room, story, "the meter is back", THERE)

    await room.drain(at("9:01"))

    row = await room.row("C-1/2/echo/local:w:help")
    assert (row.state, row.why) == ("dropped", "its card could be posted nowhere, so it has no thread")


@pytest.mark.parametrize("moment", ["claimed", "before_commit", "committed", "before_mark", "marked"])
async def test_an_echo_is_heard_once_whenever_the_process_dies(room: PostRoom, moment: When) -> None:
    story = await with_cards(room, HERE, THERE)
    await said(room, story, "the meter is back", THERE)
    await room.drain(at("9:01"), room.worker)
    room.platform.posts.clear()
    await said(room, story, "read it", THERE, minutes=2)

    await dies(room, moment, at("9:02"))
    room.machine.wind(PASSED)
    await room.drain(at("9:02"))

    assert heard(room, "help") == ["ana in local: read it"]


async def test_what_is_said_twice_in_the_database_is_heard_once(room: PostRoom) -> None:
    story = await with_cards(room, HERE, THERE)
    await said(room, story, "the meter is back", THERE)
    async with room.store.begin() as tx:
        await tx.echo(story.id, 2, THERE)
    await room.drain(at("9:01"))

    assert heard(room, "help") == ["ana in local: the meter is back"]


async def test_a_card_that_was_put_up_again_has_a_new_thread(room: PostRoom) -> None:
    story = await with_cards(room, HERE)
    before = room.platform.message("card/C-1/local:w:help")
    async with room.database.begin() as conn:
        await want_cards(conn, story.id, 5)
    room.platform.forget("card/C-1/local:w:help")
    room.platform.moods.append("vanished")
    await room.drain()
    await said(room, story, "the meter is back", THERE, minutes=2)
    await room.drain(at("9:02"))

    [echo] = [parcel for parcel in room.platform.posts if "/echo/" in parcel.key]
    assert echo.address.thread == room.platform.message("card/C-1/local:w:help") != before


async def test_a_private_case_is_spoken_of_in_no_channel(room: PostRoom) -> None:
    story = await opened(room, private=True)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HERE)
        await tx.show_card(story.id, THERE)
    await said(room, story, "not for all", THERE)
    await room.drain(at("9:01"))

    assert (heard(room, "help"), heard(room, "desk")) == ([], [])


async def test_what_was_said_is_said_after_the_case_has_closed(room: PostRoom) -> None:
    story = await with_cards(room, HERE, THERE)
    await said(room, story, "the meter is back", THERE)
    await room.save(story.does(Withdraw(RITA, Text("good")), at("9:02")))
    await room.drain(at("9:02"))

    assert heard(room, "help") == ["ana in local: the meter is back"]


async def test_each_platform_has_its_own_card_and_its_own_thread(room: PostRoom) -> None:
    discord = Platform()
    discord.platform = "discord"
    both = Worker(
        room.outbox, room.store, room.clock, room.pen, {"local": room.platform, "discord": discord}, room.ways, room.ways, lost=room._lose
    )
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HERE)
        await tx.show_card(story.id, Place("discord", "g", "desk"))
    await both.drain(room.clock.now())

    await said(room, story, "the meter is back", Place("discord", "g", "desk", "m9", "p1"))
    await said(room, story, "read it", replace(HERE, thread="p3"), minutes=2)
    room.clock.set(at("9:05"))
    await both.drain(room.clock.now())

    assert heard(room, "help") == ["C-1 is open", "ana in discord: the meter is back"]
    assert discord.titles("desk") == ["C-1 is open", "ana in local: read it"]
    assert discord.edits
