"""The outbox when the platform is slow, refuses, loses an answer or fails."""

from collections.abc import MutableMapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, cast

import pytest
from sqlalchemy import update

from bot.escalation.requests import Resolve, Withdraw
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.outbox import carrier
from bot.ports import Address, DigestRecord, Held, Limit, Mark, Plan
from bot.store.tables import cases
from tests.outbox.office import ANA, BEN, BRUNO, CLEO, IDA, RITA, Told, at
from tests.outbox.platform import Mood, PostRoom
from tests.outbox.telling import HELP, PASSED, claimed, keep_facts, nagged, opened

pytestmark = pytest.mark.timeout(60)


async def test_a_limit_holds_up_that_lane_only_and_for_as_long_as_it_says(room: PostRoom) -> None:
    await room.notice("to ana", ANA)
    room.platform.moods.append("limited")
    await room.drain()
    await room.notice("also to ana", ANA)
    await room.notice("to ben", BEN)
    await room.drain()
    assert room.platform.keys == ["to ben"]

    room.machine.wind(19)
    await room.drain()
    assert room.platform.keys == ["to ben"]
    room.machine.wind(2)
    await room.drain()
    assert room.platform.keys == ["to ben", "to ana", "also to ana"]
    assert room.platform.asked == []


async def test_a_lost_answer_is_looked_up_and_not_said_again(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    room.platform.moods.append("lost")
    await room.drain()
    assert (await room.row("hello")).ambiguous
    room.machine.wind(2)

    assert await room.drain() == 1
    assert (room.platform.keys, room.platform.asked) == (["hello"], ["hello"])
    assert (await room.row("hello")).message == "p1"


async def test_who_never_answers_may_have_it_all_the_same(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "_ANSWER", Fraction(1, 60_000))  # of the lease, which is a minute
    room.worker = room.hire()
    await room.notice("hello", ANA)
    room.platform.moods.append("hangs")
    await room.drain()
    assert (await room.row("hello")).ambiguous
    room.machine.wind(2)

    assert await room.drain() == 1
    assert (room.platform.keys, room.platform.asked) == (["hello"], ["hello"])


async def test_what_did_not_arrive_is_sent_again(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    room.platform.moods.append("lost_before")
    await room.drain()
    room.machine.wind(2)

    assert await room.drain() == 1
    assert (room.platform.keys, room.platform.asked) == (["hello"], ["hello"])


async def test_what_cannot_be_looked_up_is_not_sent_again_blindly(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    room.platform.moods.append("lost")
    room.platform.findable = False
    for _ in range(5):
        await room.drain()
        room.machine.wind(60)
    assert room.platform.keys == ["hello"]
    assert (await room.row("hello")).state == "waiting"

    room.platform.findable = True
    assert await room.drain() == 1
    assert room.platform.keys == ["hello"]


async def test_no_second_route_while_the_first_is_ambiguous(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    room.platform.moods.append("lost")
    await room.drain()
    room.platform.gone.add("@ana")
    room.machine.wind(2)
    await room.drain()

    assert [parcel.address.conversation for parcel in room.platform.posts] == ["@ana"]


async def test_what_may_have_arrived_and_is_not_wanted_any_more_is_dropped_only_if_it_did_not(room: PostRoom) -> None:
    stories = [await opened(room, number) for number in (1, 2)]
    await room.drain()
    for story in stories:
        story.wait(at("9:30"))
        await keep_facts(room, story)
    room.platform.posts.clear()
    room.platform.moods.append("lost_before")
    await room.drain(at("9:30"))
    for story in stories:
        await room.save(story.does(Withdraw(RITA, Text("never mind")), at("9:31")))
    room.machine.wind(60)
    await room.drain(at("9:31"))

    assert [title for title in room.platform.titles("@ana") if "nag" in title] == []
    assert {key: state for key, state in (await room.states()).items() if "nag" in key} == {
        "C-1/2/nag/ana": "dropped",
        "C-2/2/nag/ana": "dropped",
    }


@pytest.mark.parametrize("mood", ["raise", "raise_after"])
async def test_a_messenger_that_raises_ends_nothing(room: PostRoom, mood: Mood) -> None:
    await room.notice("hello", ANA)
    await room.notice("to ben", BEN)
    room.platform.moods.append(mood)
    await room.drain()
    room.machine.wind(60)
    await room.drain()

    assert sorted(room.platform.keys) == ["hello", "to ben"]


async def test_the_next_route_is_taken_when_the_first_refuses(room: PostRoom) -> None:
    room.platform.gone.add("@ana")
    await room.notice("hello", ANA)

    assert await room.drain() == 1
    assert room.platform.posts[0].address.conversation == "desk-ana"
    row = await room.row("hello")
    assert (row.state, row.route, row.lane, row.why) == ("delivered", 1, "local:w:desk-ana", None)


async def test_the_thread_of_the_case_is_the_last_way_to_a_person(room: PostRoom) -> None:
    room.platform.gone |= {"@ana", "desk-ana"}
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()
    await room.message(MessageKind.NEWS, ANA, story.now)
    await room.drain()

    [news] = [parcel for parcel in room.platform.posts if parcel.key == "C-1/1/news/ana"]
    card = await room.row("card/C-1/local:w:help")
    assert (news.address, news.person) == (Address("local", "w", "help", card.message), ANA)
    assert room.lost == []
    assert "rerouted/ana/2026-03-02/ida" in await room.states()


async def test_who_cannot_be_reached_at_all_is_told_on(room: PostRoom) -> None:
    room.platform.gone |= {"@ana", "desk-ana"}
    await room.notice("hello", ANA)
    await room.notice("hello", BEN)
    room.platform.moods += ["refuse"]  # this one message, not the way there
    await room.drain()

    assert room.lost == [(ANA, "the account is gone")]


async def unasked(room: PostRoom, *, surely: bool = True, since: str = "9:10") -> bool:
    """Tell what the store says of the first case."""
    async with room.store.read() as reading:
        return await reading.unasked(CaseId(1), at(since), surely=surely)


async def said_to_be_fixed(room: PostRoom) -> Told:
    """A case that was resolved at 9:10, of which nothing has been delivered since."""
    story = await opened(room)
    await room.drain()
    await room.save(story.does(Resolve(ANA, Text("Put right."), "process"), at("9:10")))
    return story


async def in_flight(room: PostRoom) -> tuple[str, int]:
    """Send the question, and leave it in flight; return its lane and its number."""
    load = next(load for load in await claimed(room) if load.lane == "local:w:@rita")
    [question] = [delivery.id for delivery in load.deliveries if delivery.kind == "confirm"]
    await room.outbox.commit("t", [Plan(load.lane, flying=(question,))])
    return load.lane, question


async def test_it_is_known_that_nobody_has_the_question_whether_it_is_fixed(room: PostRoom) -> None:
    story = await opened(room)
    await room.drain()
    assert not await unasked(room, since="8:00")  # nobody is asked
    await room.save(story.does(Resolve(ANA, Text("Put right."), "process"), at("9:10")))
    assert await unasked(room)
    assert not await unasked(room, since="9:11")  # it was resolved once more, say

    await room.drain(at("9:15"))
    assert "confirm C-1/2" in room.platform.titles("@rita")
    assert not await unasked(room)
    assert not await unasked(room, surely=False)


async def test_a_question_that_is_sent_just_now_or_whose_answer_was_lost_may_be_there(room: PostRoom) -> None:
    await said_to_be_fixed(room)
    lane, question = await in_flight(room)
    assert (await unasked(room), await unasked(room, surely=False)) == (False, True)

    lost = Held("no answer", timedelta(minutes=5), timedelta(), ambiguous=True)
    await room.outbox.mark("t", [Mark(lane, (question,), lost)], at("9:15"))
    assert (await unasked(room), await unasked(room, surely=False)) == (False, True)


async def test_what_the_owner_was_reminded_of_before_is_not_the_question(room: PostRoom) -> None:
    story = await opened(room)
    room.clock.set(at("9:10"))
    await room.message(MessageKind.NAG, ANA, story.now)
    await room.drain(at("9:10"))
    assert (await room.row("C-1/1/nag/ana")).state == "delivered"

    await room.save(story.does(Resolve(ANA, Text("Put right."), "process"), at("9:10")))
    assert await unasked(room)
    assert await unasked(room, surely=False)


async def test_a_reminder_is_as_good_as_the_question(room: PostRoom) -> None:
    story = await said_to_be_fixed(room)
    lane, question = await in_flight(room)
    lost = Held("no answer", timedelta(days=365), timedelta(), ambiguous=True)
    await room.outbox.mark("t", [Mark(lane, (question,), lost)], at("9:15"))
    await room.outbox.release("t")

    story.wait(story.now.due or at("9:00"))
    await keep_facts(room, story)
    assert await unasked(room, surely=False)
    await room.drain(story.now.due)
    assert [(await room.row(f"C-1/{key}/rita")).state for key in ("2/confirm", "3/nag")] == ["waiting", "delivered"]
    assert not await unasked(room, surely=False)


async def test_whoever_cannot_be_asked_whether_it_is_fixed_holds_up_no_case(room: PostRoom) -> None:
    await said_to_be_fixed(room)
    room.platform.gone |= {"@rita", "desk-rita"}
    await room.drain(at("9:15"))
    assert (await room.row("C-1/2/confirm/rita")).state == "given_up"
    assert not await unasked(room, surely=False)


async def test_a_conversation_rests_as_long_as_its_platform_wants(room: PostRoom) -> None:
    room.platform.rest = timedelta(seconds=1)
    for number in range(3):
        await room.notice(f"{number} to ana", ANA)
    await room.notice("to ben", BEN)
    await room.drain()
    assert room.platform.keys == ["0 to ana", "to ben"]

    room.machine.wind(0.9)
    assert await room.drain() == 0
    room.machine.wind(0.2)
    await room.drain()
    room.machine.wind(1)
    await room.drain()
    assert room.platform.keys == ["0 to ana", "to ben", "1 to ana", "2 to ana"]


async def test_what_waits_alone_lets_its_conversation_go_on(room: PostRoom) -> None:
    await room.notice("limited", ANA)
    room.platform.moods.append("limited_alone")
    await room.drain()
    await room.notice("another", ANA)
    await room.drain()
    assert room.platform.keys == ["another"]

    room.machine.wind(21)
    await room.drain()
    assert room.platform.keys == ["another", "limited"]


async def test_a_workspace_takes_so_much_at_once_and_then_the_most_urgent_first(room: PostRoom) -> None:
    room.platform.limited = (Limit("local:w:post", timedelta(seconds=2), at_once=2),)
    for person in (BEN, BRUNO, CLEO, IDA):
        await room.notice(f"to {person}", person)
    await opened(room)
    await room.drain()
    assert sorted(room.platform.keys) == ["C-1/1/assigned/ana", "C-1/1/receipt/rita"]  # queued last, and more urgent

    gaps = []
    while len(room.platform.posts) < len(await room.states()):
        before = len(room.platform.posts)
        room.machine.wind(2)
        await room.drain()
        gaps.append(len(room.platform.posts) - before)
    assert set(gaps) == {1}
    assert sorted(room.platform.keys) == sorted(await room.states())


async def test_a_limit_that_is_used_up_changes_no_order(room: PostRoom) -> None:
    room.platform.limited = (Limit("local:w:post", timedelta(seconds=2), at_once=2),)
    people = (RITA, ANA, BEN, BRUNO, CLEO)
    for number in range(4):
        for person in people:
            await room.notice(f"{number} to {person}", person)
    for _ in range(60):
        await room.drain()
        room.machine.wind(2)

    for person in people:
        assert room.platform.titles(f"@{person}") == [f"{number} to {person}" for number in range(4)]


async def test_whoever_waits_for_something_scarcer_takes_nobodys_place(room: PostRoom) -> None:
    post, opening = Limit("local:w:post", timedelta(seconds=1)), Limit("local:w:open", timedelta(seconds=60))

    def limits(address: Address, *, edit: bool) -> tuple[Limit, ...]:
        return (post,) if address.conversation == "@ana" else (post, opening)

    room.platform.limits = limits  # type: ignore[method-assign]
    for person in (BEN, BRUNO, CLEO, IDA, RITA):
        await room.notice(f"to {person}", person)
    for number in range(3):
        await room.notice(f"{number}", ANA)
    for _ in range(4):
        await room.drain()
        room.machine.wind(1)

    assert room.platform.keys == ["to ben", "0", "1", "2"]


async def test_what_waits_for_a_limit_of_its_own_is_overtaken(room: PostRoom) -> None:
    room.platform.limited = (Limit("local:w:edit", timedelta(seconds=60), at_once=1, alone=True),)
    await room.notice("first", ANA)
    await room.notice("second", ANA)
    await room.drain()
    room.platform.limited = ()
    await room.notice("third", ANA)
    await room.drain()

    assert room.platform.keys == ["first", "third"]


async def test_how_long_the_first_conversation_rests_is_known(room: PostRoom) -> None:
    assert await room.outbox.rests() is None
    room.platform.rest = timedelta(seconds=5)
    for number in range(2):
        await room.notice(f"{number} to ana", ANA)
    await room.drain()
    room.machine.wind(2)
    assert await room.outbox.rests() == timedelta(seconds=3)

    room.machine.wind(3)
    assert await room.outbox.rests() is None
    await room.drain()
    assert await room.outbox.rests() is None  # nothing waits any more


@pytest.mark.parametrize("workspace", ["w", ""], ids=["an account in one workspace", "an account for all workspaces"])
async def test_who_is_shut_out_goes_elsewhere_and_never_into_a_thread_of_the_same_workspace(room: PostRoom, workspace: str) -> None:
    room.ways.workspace = workspace
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.show_card(story.id, HELP)
    await room.drain()
    room.platform.moods += ["shut"]
    await room.message(MessageKind.NEWS, ANA, story.now)
    await room.drain()

    row = await room.row("C-1/1/news/ana")
    assert (row.state, row.route, row.why) == ("waiting", 0, "the token was revoked")
    assert f"shut_out/local:{workspace}/2026-03-02/ida" in await room.states()
    room.machine.wind(61)
    await room.drain()
    assert [parcel.address.conversation for parcel in room.platform.posts if parcel.key == "C-1/1/news/ana"] == ["@ana"]


async def test_several_processes_share_what_a_workspace_takes(room: PostRoom) -> None:
    room.platform.limited = (Limit("local:w:post", timedelta(seconds=2), at_once=2),)
    for person in (RITA, ANA, BEN, BRUNO):
        await room.notice(f"to {person}", person)
    others = [room.hire(at_once=1) for _ in range(3)]
    for worker in others:
        await room.drain(worker=worker)

    assert len(room.platform.posts) == 2


async def test_whoever_looks_a_message_up_knows_since_when_it_may_be_there(room: PostRoom) -> None:
    stories = await nagged(room, cases=2)
    room.platform.moods.append("lost_before")
    await room.drain(at("9:30"))
    room.machine.wind(60)
    await room.drain(at("9:30"))

    [bundle] = room.platform.posts
    assert len(stories) == 2
    assert bundle.since is not None


async def test_whom_nothing_reaches_the_admins_hear_of_once_a_day(room: PostRoom) -> None:
    room.platform.gone |= {"@ana", "desk-ana"}
    await room.notice("one", ANA)
    await room.notice("two", ANA)
    await opened(room)
    await room.drain()

    assert room.platform.titles("@ida") == ["The usual way to ", "Could not reach "]
    states = await room.states()
    assert {key: states[key] for key in ("one", "two", "C-1/1/assigned/ana")} == dict.fromkeys(
        ("one", "two", "C-1/1/assigned/ana"), "given_up"
    )
    assert (await room.row("C-1/1/assigned/ana")).why == "the account is gone"
    assert states["undelivered/ana/2026-03-02/ida"] == "delivered"


async def test_a_notice_that_cannot_be_delivered_tells_nobody(room: PostRoom) -> None:
    room.platform.gone |= {"@ida", "desk-ida"}
    await room.notice("hello", IDA)
    await room.drain()

    assert await room.states() == {"hello": "given_up"}


async def test_whom_no_way_leads_to_is_given_up_aloud(room: PostRoom) -> None:
    story = await opened(room)
    await room.message(MessageKind.NEWS, PersonId("nobody"), story.now)
    record = DigestRecord("slack:leadership", date(2026, 3, 2), at("9:00"), at("9:00", 1), {"channel": "slack:leadership"})
    async with room.store.begin() as tx:
        await tx.post_digest(record)
    await room.drain()

    states = await room.states()
    assert states["C-1/1/news/nobody"] == states["digest/slack:leadership/2026-03-02"] == "given_up"
    assert {key for key in states if key.startswith("undelivered/")} == {
        "undelivered/nobody/2026-03-02/ida",
        "undelivered/slack:leadership/2026-03-02/ida",
    }


async def test_a_card_that_cannot_be_drawn_holds_up_nobody_and_is_given_up_at_last(room: PostRoom) -> None:
    story = await opened(room)
    room.pen.broken.add("assigned")
    await room.message(MessageKind.NEWS, ANA, story.now)
    await room.drain()
    assert room.platform.titles("@ana") == ["news C-1/1"]

    for _ in range(10):
        room.machine.wind(600)
        await room.drain()
    row = await room.row("C-1/1/assigned/ana")
    assert (row.state, row.why, row.attempts) == ("given_up", "it cannot be drawn: LookupError", 8)
    assert "undelivered/ana/2026-03-02/ida" in await room.states()


async def test_a_message_that_keeps_failing_lets_the_others_past(room: PostRoom) -> None:
    await room.notice("bad", ANA)
    await room.notice("good", ANA)
    for _ in range(40):
        if not room.platform.keys:
            room.platform.moods.append("lost_before")
            await room.drain()
            room.platform.moods.clear()
            room.machine.wind(31)
            if (await room.row("bad")).attempts > 7:
                break
    await room.drain()

    assert room.platform.keys == ["good"]


async def test_a_case_that_cannot_be_read_holds_up_nobody(room: PostRoom) -> None:
    await opened(room, 1)
    await opened(room, 2)
    async with room.database.begin() as conn:
        await conn.execute(update(cases).where(cases.c.id == 1).values(state="{}"))
    await room.drain()

    assert room.platform.titles("@ana") == ["assigned C-2/1"]
    assert (await room.row("C-1/1/assigned/ana")).state == "waiting"


async def test_what_is_logged_names_keys_and_never_what_was_said(room: PostRoom, logged: list[MutableMapping[str, Any]]) -> None:
    for number, mood in enumerate(("limited", "lost", "raise", "refuse", "refuse")):
        room.platform.moods.append(cast(Mood, mood))
        await room.notice(f"key {number}", ANA, "a secret")
        await room.drain()
        room.machine.wind(60)
    room.pen.broken.add("receipt")
    await opened(room)
    await room.drain()

    assert {entry["event"] for entry in logged} >= {"delivery.held", "messenger.raised", "delivery.refused", "delivery.cannot_be_drawn"}
    assert "a secret" not in str(logged)


async def test_what_was_put_off_while_the_machines_clock_was_ahead_goes_out_once_it_is_right(room: PostRoom) -> None:
    years = timedelta(days=3650)
    room.machine.now += years
    room.platform.limited = (Limit("local:w:post", timedelta(seconds=2), at_once=2),)
    room.platform.rest = timedelta(seconds=5)
    await room.notice("there", ANA)
    await room.drain()
    await room.notice("after a rest", ANA)
    room.platform.moods.append("limited")
    await room.notice("refused", BEN)
    await room.drain()
    await room.notice("with somebody who died", CLEO)
    await claimed(room)
    room.machine.now -= years
    room.platform.limited, room.platform.rest = (), timedelta()
    await room.drain()
    assert room.platform.keys == ["there"]

    await room.outbox.went_back()
    room.machine.wind(PASSED)
    await room.drain()
    assert sorted(room.platform.keys) == ["after a rest", "refused", "there", "with somebody who died"]
