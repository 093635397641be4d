"""Cards: posted once, then edited in place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escalation.case import Place
from bot.escalation.requests import Acknowledge, Withdraw
from bot.escalation.words import Text
from bot.ports import Arrived, Held, Mark, Plan
from bot.store.outbox import want_cards
from tests.outbox.office import ANA, RITA, at
from tests.outbox.platform import PostRoom
from tests.outbox.telling import HELP, claimed, keep_facts, opened

pytestmark = pytest.mark.timeout(60)


async def test_a_card_is_posted_once_and_then_edited_in_place(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
        await tx.show_card(story.id, HELP)
    await room.drain()
    await room.save(story.does(Acknowledge(ANA), at("9:05")))
    await room.drain(at("9:05"))

    assert room.platform.titles("help") == ["C-1 is open"]
    [edit] = room.platform.edits
    assert (edit.key, edit.edit, edit.card.title) == ("card/C-1/local:w:help", "p3", ("C-1 is acknowledged",))
    assert await room.drain() == 0


async def test_edits_coalesce_and_follow_their_post(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.save(story.does(Acknowledge(ANA), at("9:05")))
    await room.drain(at("9:05"))
    assert room.platform.titles("help") == ["C-1 is acknowledged"]
    assert room.platform.edits == []


async def test_a_change_while_a_card_is_drawn_is_not_missed(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()
    await room.save(story.does(Acknowledge(ANA), at("9:05")))
    loads = await claimed(room)
    await room.outbox.commit("t", [Plan(load.lane, (load.deliveries[0].id,)) for load in loads])
    await room.save(story.does(Withdraw(RITA, Text("never mind")), at("9:06")))
    [card] = [load for load in loads if load.deliveries[0].kind == "card"]
    drawn = card.deliveries[0].card
    assert drawn is not None
    assert (drawn.wanted, drawn.message) == (2, "p3")
    await room.outbox.mark("t", [Mark(card.lane, (card.deliveries[0].id,), Arrived("p3", drawn=2))], at("9:06"))
    await room.outbox.mark("t", [Mark(load.lane, (load.deliveries[0].id,), Arrived("x")) for load in loads], at("9:06"))
    await room.drain(at("9:06"))

    assert [parcel.card.title[0] for parcel in room.platform.edits] == ["C-1 is closed"]


async def test_a_card_whose_posting_was_lost_is_found_and_edited(room: PostRoom) -> None:
    story = await opened(room)
    await room.drain()
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    room.platform.moods.append("lost")
    await room.drain()
    await room.save(story.does(Acknowledge(ANA), at("9:05")))
    room.machine.wind(2)
    await room.drain(at("9:05"))

    assert room.platform.titles("help") == ["C-1 is open"]
    assert [(parcel.edit, parcel.card.title[0]) for parcel in room.platform.edits] == [("p3", "C-1 is acknowledged")]


async def test_it_is_known_where_a_card_may_have_been_posted_a_moment_ago(room: PostRoom) -> None:
    async def posting(there: Place = HELP) -> bool:
        async with room.store.read() as reading:
            return await reading.posting(there)

    story = await opened(room)
    await room.drain()
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    assert not await posting()  # it waits, and is nowhere yet
    room.platform.moods.append("lost")
    await room.drain()
    assert await posting()
    assert not await posting(replace(HELP, conversation="leadership"))
    room.machine.wind(2)
    [load] = await claimed(room)
    await room.outbox.commit("t", [Plan(load.lane, flying=(load.deliveries[0].id,))])
    assert await posting()
    await room.outbox.mark("t", [Mark(load.lane, (load.deliveries[0].id,), Arrived("p3", drawn=1))], at("9:00"))
    assert not await posting()


async def test_a_card_that_cannot_be_looked_up_for_long_keeps_nobodys_words_waiting(room: PostRoom) -> None:
    story = await opened(room)
    await room.drain()
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    waits = []
    for _ in range(9):
        [load] = await claimed(room)
        card = (load.deliveries[0].id,)
        await room.outbox.commit("t", [Plan(load.lane, flying=card)])
        in_vain = Held("its history cannot be read", timedelta(seconds=1), timedelta(), ambiguous=True)
        await room.outbox.mark("t", [Mark(load.lane, card, in_vain)], at("9:00"))
        async with room.store.read() as reading:
            waits.append(await reading.posting(HELP))
        room.machine.wind(2)

    assert waits == [True] * 8 + [False]


async def test_an_edit_whose_answer_was_lost_is_simply_made_again(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()
    await room.drain()
    async with room.database.begin() as conn:
        await want_cards(conn, story.id, 2)
    room.platform.moods.append("lost")
    await room.drain()
    room.machine.wind(2)
    await room.drain()

    assert [parcel.edit for parcel in room.platform.edits] == ["p3", "p3"]
    assert room.platform.asked == []


async def test_a_private_case_never_has_a_card_in_a_channel(room: PostRoom) -> None:
    story = await opened(room, private=True)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()

    assert room.platform.titles("help") == []
    assert (await room.row("card/C-1/local:w:help")).why == "a private case has no card in a channel"


async def test_reminders_of_cases_in_different_threads_are_one_message(room: PostRoom) -> None:
    stories = [await opened(room, number) for number in (1, 2, 3)]
    for story in stories:
        async with room.store.begin() as tx:
            await tx.show_card(story.id, replace(HELP, thread=f"m{story.id}"))
    await room.drain()
    room.platform.posts.clear()
    for story in stories:
        story.wait(at("9:30"))
        await keep_facts(room, story)
    await room.drain(at("9:30"))

    assert room.platform.titles("@ana") == ["3 nags and 0 more"]


async def test_in_threads_each_case_has_its_own_reminder(room: PostRoom) -> None:
    room.platform.gone |= {"@ana", "desk-ana"}
    stories = [await opened(room, number) for number in (1, 2)]
    for story in stories:
        async with room.store.begin() as tx:
            await tx.show_card(story.id, replace(HELP, thread=f"m{story.id}"))
    await room.drain()
    for story in stories:
        story.wait(at("9:30"))
        await keep_facts(room, story)
    await room.drain(at("9:30"))

    nags = [parcel for parcel in room.platform.posts if "/nag/" in parcel.key]
    assert sorted((parcel.key, parcel.address.thread) for parcel in nags) == [("C-1/2/nag/ana", "m1"), ("C-2/2/nag/ana", "m2")]


async def test_a_card_that_vanished_is_posted_anew_and_looked_up_like_any_post(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()
    async with room.database.begin() as conn:
        await want_cards(conn, story.id, 5)
    room.platform.forget("card/C-1/local:w:help")
    room.platform.moods += ["vanished", "lost"]
    await room.drain()
    room.machine.wind(60)
    await room.drain()

    assert room.platform.titles("help") == ["C-1 is open", "C-1 is open"]
    assert room.platform.asked == ["card/C-1/local:w:help"]
    assert {parcel.edit for parcel in room.platform.edits} <= {"p4"}  # of which version it is, is not known after a look-up


async def test_a_card_that_was_given_up_is_tried_again_when_its_case_changes(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    room.platform.gone.add("help")
    await room.drain()
    assert (await room.row("card/C-1/local:w:help")).state == "given_up"

    room.platform.gone.clear()
    await room.save(story.does(Acknowledge(ANA), at("9:05")))
    await room.drain(at("9:05"))
    assert room.platform.titles("help") == ["C-1 is acknowledged"]
