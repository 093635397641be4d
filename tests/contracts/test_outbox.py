"""The outbox on every database: claim, fix, send, mark, whatever the platform does."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.escalation.case import Place
from bot.escalation.org import Rules
from bot.escalation.requests import Acknowledge, Withdraw
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.ports import Arrived, DigestRecord, Held, Load, Mark, Plan
from bot.store.database import Database
from bot.store.lanes import LEASE
from bot.store.outbox import want_cards
from bot.store.tables import cases
from tests.outbox.office import ANA, BEN, BRUNO, CLEO, IDA, ORG, RITA, Told, at
from tests.outbox.platform import MACHINE, Crash, Mood, PostRoom, When

pytestmark = pytest.mark.timeout(60)

PASSED = LEASE.total_seconds() + 1
HELP = Place("local", "w", "help")


@pytest.fixture
async def room(database: Database) -> PostRoom:
    return PostRoom(database)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is logged, as values: drawing a traceback takes seconds."""
    with capture_logs() as entries:
        yield entries


async def opened(room: PostRoom, number: int = 1, severity: str = "normal", *, private: bool = False) -> Told:
    """Report a case at 9 and keep it."""
    story = Told(org=ORG, id=CaseId(number))
    await room.save(story.report(at("9:00"), severity, private=private))
    return story


async def nagged(room: PostRoom, cases: int, severity: str = "normal") -> list[Told]:
    """Report cases, tell everybody, and queue the nag of 9:30 for each."""
    stories = [await opened(room, number, severity) for number in range(1, cases + 1)]
    await room.drain()
    room.platform.posts.clear()
    for story in stories:
        before = len(story.messages)
        story.wait(at("9:30"))
        assert [m.kind for m in story.messages[before:]] == [MessageKind.NAG]
    for story in stories:
        await _keep_facts(room, story)
    return stories


async def _keep_facts(room: PostRoom, story: Told) -> None:
    """Keep what the engine decided since."""
    async with room.store.read() as reading:
        known = {fact.n for fact in await reading.timeline(story.id)}
    for decision in story.decisions:
        if decision.facts and decision.facts[0].n not in known:
            await room.save(decision)


# --- each message once


async def test_a_report_is_told_to_both_and_marked(room: PostRoom) -> None:
    await opened(room)

    assert await room.drain() == 2
    assert room.platform.titles("@rita") == ["receipt C-1/1"]
    assert room.platform.titles("@ana") == ["assigned C-1/1"]
    assert await room.states() == {"C-1/1/receipt/rita": "delivered", "C-1/1/assigned/ana": "delivered"}
    row = await room.row("C-1/1/receipt/rita")
    assert (row.message, row.told_at, row.attempts, row.lane) == ("p1", at("9:00"), 1, "local:w:@rita")
    assert await room.drain() == 0


async def test_the_same_key_is_queued_once(room: PostRoom) -> None:
    await room.notice("hello", ANA, "first")
    await room.notice("hello", ANA, "second")

    assert await room.drain() == 1
    assert room.platform.titles("@ana") == ["first"]


async def test_a_lane_is_served_by_priority_then_age(room: PostRoom) -> None:
    story = await opened(room)
    await room.message(MessageKind.NEWS, RITA, story.now)
    await room.notice("n1", RITA)
    await room.message(MessageKind.CONFIRM, RITA, story.now)  # not wanted: nothing was resolved
    await room.notice("n2", RITA)

    assert await room.drain() == 5
    assert room.platform.titles("@rita") == ["receipt C-1/1", "n1", "n2", "news C-1/1"]
    assert room.platform.most_at_once["local:w:@rita"] == 1
    assert (await room.row("C-1/1/confirm/rita")).why == "the case is open and has moved on"


async def test_the_urgent_lanes_come_first_when_there_is_not_room_for_all(room: PostRoom) -> None:
    story = await opened(room)
    await room.drain()
    room.platform.posts.clear()
    await room.message(MessageKind.NEWS, ANA, story.now)
    await room.notice("later", BEN)
    await room.message(MessageKind.BRIEF, ANA, story.now)

    await room.drain(worker=room.hire(at_once=1))

    assert room.platform.keys == ["C-1/1/brief/ana", "later", "C-1/1/news/ana"]


async def test_a_digest_goes_to_its_channel(room: PostRoom) -> None:
    record = DigestRecord("local:leadership", date(2026, 3, 2), at("9:00"), at("9:00", 1), {"channel": "local:leadership"})
    async with room.store.begin() as tx:
        assert await tx.post_digest(record)

    assert await room.drain() == 1
    assert room.platform.keys == ["digest/local:leadership/2026-03-02"]
    assert room.platform.titles("leadership") == ["digest of local:leadership"]


# --- not wanted any more


async def test_nothing_is_said_that_nobody_owes_any_more(room: PostRoom) -> None:
    [story] = await nagged(room, 1)
    await room.save(story.does(Acknowledge(ANA), at("9:31")))
    await room.drain(at("9:31"))

    assert room.platform.titles("@ana") == []
    assert (await room.row("C-1/2/nag/ana")).why == "the case is acknowledged and has moved on"


async def test_a_report_that_was_never_a_case_is_spoken_of_no_more(room: PostRoom) -> None:
    story = await opened(room)
    async with room.store.begin() as tx:
        await tx.forget_report(story.id)

    assert await room.drain() == 0
    assert set((await room.states()).values()) == {"dropped"}


# --- bundles and the cap of a day


async def test_after_an_outage_one_message_per_person(room: PostRoom) -> None:
    await nagged(room, 17)
    assert await room.drain(at("9:40")) == 17

    [post] = room.platform.posts
    assert post.card.title == ("10 nags and 7 more",)
    assert post.key.startswith("nags/ana/")
    assert {(await room.row(f"C-{n}/2/nag/ana")).bundle for n in range(1, 18)} == {post.key}


async def test_the_members_of_a_bundle_are_fixed_before_it_is_sent(room: PostRoom) -> None:
    """The process dies after the platform took the bundle; another nag comes; the first bundle is looked up, not said again."""
    await nagged(room, 2)
    await _dies(room, "before_mark", at("9:40"))
    [first] = room.platform.keys
    late = Told(org=ORG, id=CaseId(3))
    await room.save(late.report(at("9:05")))
    late.wait(at("9:41"))
    await _keep_facts(room, late)
    room.machine.wind(PASSED)
    await room.drain(at("9:42"))

    assert room.platform.asked == [first]
    assert room.platform.titles("@ana") == ["2 nags and 0 more", "assigned C-3/1", "nag C-3/2"]


async def test_what_exceeds_the_day_comes_as_one_list_the_next_working_day(room: PostRoom) -> None:
    stories = await nagged(room, 3)
    await room.drain(at("9:30"))
    for time in ("10:00", "10:30"):
        for story in stories:
            story.wait(at(time))
            await _keep_facts(room, story)
        await room.drain(at(time))

    assert room.platform.titles("@ana") == ["3 nags and 0 more"] * 2  # rules.nags_per_day = 2
    assert await room.outbox.next_after(at("10:30")) == at("9:00", 1)
    assert (await room.outbox.backlog(at("10:30"))).waiting == 0
    await room.drain(at("8:59", 1))
    assert len(room.platform.titles("@ana")) == 2


async def test_a_postponed_list_goes_out_when_its_time_has_come(room: PostRoom) -> None:
    room = PostRoom(room.database, replace(ORG, rules=Rules(nags_per_day=0)))
    await nagged(room, 3)
    await room.drain(at("9:30"))
    assert room.platform.posts == []

    free = PostRoom(room.database)
    await free.drain(at("9:00", 1))
    assert free.platform.titles("@ana") == ["3 nags and 0 more"]


async def test_the_severe_are_exempt(room: PostRoom) -> None:
    room = PostRoom(room.database, replace(ORG, rules=Rules(nags_per_day=0)))
    await nagged(room, 2, severity="critical")
    await room.drain(at("9:30"))

    assert room.platform.titles("@ana") == ["2 nags and 0 more"]


async def test_nags_are_counted_by_message_and_by_day(room: PostRoom) -> None:
    await nagged(room, 3)
    await room.drain(at("9:30"))

    assert await room.outbox.nags_sent({ANA: at("9:00"), BEN: at("9:00")}) == {ANA: 1, BEN: 0}
    assert await room.outbox.nags_sent({ANA: at("9:31")}) == {ANA: 0}


# --- what the platform does


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
        await _keep_facts(room, story)
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


async def test_whom_nothing_reaches_the_admins_hear_of_once_a_day(room: PostRoom) -> None:
    room.platform.gone |= {"@ana", "desk-ana"}
    await room.notice("one", ANA)
    await room.notice("two", ANA)
    await opened(room)
    await room.drain()

    assert room.platform.titles("@ida") == ["Could not reach Ana: "]
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


# --- cards


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


# --- crashes, leases, several processes


async def claimed(room: PostRoom, token: str = "t", limit: int = 100) -> list[Load]:
    """Claim by hand."""

    return await room.outbox.claim(token, room.clock.now(), ["local"], room.worker._lane_of, limit)


async def _dies(room: PostRoom, when: When, now: datetime | None = None) -> None:
    """Let a worker of its own die at that moment."""
    with pytest.raises(Crash):
        await room.drain(now, room.hire(dies=when))


@pytest.mark.parametrize("moment", ["claimed", "before_commit", "committed", "before_mark", "marked"])
async def test_a_crash_at_any_moment_says_nothing_twice_and_loses_nothing(room: PostRoom, moment: When) -> None:
    for person in (ANA, BEN, CLEO):
        await room.notice(f"one to {person}", person)
        await room.notice(f"two to {person}", person)
    await _dies(room, moment)
    await room.drain()
    room.machine.wind(PASSED)
    await room.drain()

    assert sorted(room.platform.keys) == sorted(f"{n} to {person}" for n in ("one", "two") for person in (ANA, BEN, CLEO))
    assert set((await room.states()).values()) == {"delivered"}
    for person in (ANA, BEN, CLEO):
        assert room.platform.titles(f"@{person}") == [f"one to {person}", f"two to {person}"]


async def test_a_lease_frees_its_lane_by_machine_time_only(room: PostRoom) -> None:
    await room.notice("hello", ANA)
    await _dies(room, "committed")
    await room.drain(at("9:00", 30))
    assert room.platform.keys == []
    room.machine.wind(PASSED)
    await room.drain()

    assert (room.platform.keys, room.platform.asked) == (["hello"], ["hello"])


async def test_a_lane_is_held_by_one_at_a_time(room: PostRoom) -> None:
    await room.notice("one", ANA)
    [load] = await claimed(room, "first")

    assert await claimed(room, "second") == []
    assert await room.outbox.commit("second", [Plan(load.lane, (load.deliveries[0].id,))]) == set()
    assert (await room.row("one")).state == "waiting"


async def test_what_is_released_can_be_claimed_again_at_once(room: PostRoom) -> None:
    await room.notice("one", ANA)
    await claimed(room, "first")
    await room.outbox.release("first")

    assert [load.lane for load in await claimed(room, "second")] == ["local:w:@ana"]


async def test_what_is_in_flight_is_not_released(room: PostRoom) -> None:
    await room.notice("one", ANA)
    [load] = await claimed(room, "first")
    await room.outbox.commit("first", [Plan(load.lane, (load.deliveries[0].id,))])
    await room.outbox.release("first")

    assert await claimed(room, "second") == []


async def test_a_zombie_marks_nothing(room: PostRoom) -> None:
    """A process sleeps past its lease, wakes up, and says how its sending ended; meanwhile another one has taken over."""
    await room.notice("one", ANA)
    [load] = await claimed(room, "zombie")
    delivery = load.deliveries[0]
    await room.outbox.commit("zombie", [Plan(load.lane, (delivery.id,))])
    room.machine.wind(PASSED)
    [again] = await claimed(room, "heir")
    assert again.deliveries[0].ambiguous
    await room.outbox.commit("heir", [Plan(again.lane, (delivery.id,))])

    late = [Mark(load.lane, (delivery.id,), Arrived("from the zombie"))]
    assert await room.outbox.mark("zombie", late, at("9:01")) == 0
    assert await room.outbox.mark("zombie", [Mark(load.lane, (delivery.id,), Held("x", timedelta(9), timedelta(9)))], at("9:01")) == 0
    assert (await room.row("one")).state == "flying"
    assert await claimed(room, "third") == []

    assert await room.outbox.mark("heir", [Mark(again.lane, (delivery.id,), Arrived("from the heir"))], at("9:02")) == 1
    row = await room.row("one")
    assert (row.state, row.message) == ("delivered", "from the heir")


async def test_two_processes_never_send_the_same(room: PostRoom, database_url: str) -> None:
    people = [ANA, BEN, BRUNO, CLEO, IDA, RITA]
    for n in range(120):
        await room.notice(f"{n:03}", people[n % 6])
    other = PostRoom(await Database.open(database_url))
    other.platform, other.machine = room.platform, room.machine
    workers = [room.hire(at_once=2), other.hire(at_once=2)]
    try:
        await asyncio.gather(*(worker.drain(at("9:00")) for worker in workers))
        await room.drain()
    finally:
        await other.database.close()

    assert sorted(room.platform.keys) == [f"{n:03}" for n in range(120)]
    assert set(room.platform.most_at_once.values()) == {1}
    assert room.platform.asked == []
    for person in people:
        assert room.platform.titles(f"@{person}") == sorted(room.platform.titles(f"@{person}"))


async def test_only_the_platforms_of_this_process_are_served(room: PostRoom) -> None:
    await room.notice("one", ANA)

    assert await room.outbox.claim("t", at("9:00"), ["slack"], lambda *_: "local:w:@ana", 10) == []
    assert await room.drain() == 1


# --- the loop, and health


async def test_the_loop_delivers_when_it_is_nudged_and_stops_with_everything_marked(room: PostRoom) -> None:
    running = asyncio.create_task(room.worker.run())
    for n in range(20):
        await room.notice(f"{n}", ANA)
        room.worker.nudge()
    await room.platform.has(20)
    await room.worker.stop()
    await running

    assert set((await room.states()).values()) == {"delivered"}
    await room.notice("after the stop", ANA)
    assert await room.drain() == 0


async def test_a_database_that_fails_for_a_while_does_not_end_the_loop(room: PostRoom) -> None:
    class Flaky:
        def __init__(self) -> None:
            self.failures = 3

        def __getattr__(self, name: str) -> object:
            if name == "claim" and self.failures:
                self.failures -= 1
                room.worker.nudge()
                raise ConnectionError("no database")
            return getattr(room.outbox, name)

    flaky = Flaky()
    room.worker._outbox = flaky  # type: ignore[assignment]
    await room.notice("hello", ANA)
    running = asyncio.create_task(room.worker.run())
    await room.platform.has(1)
    await room.worker.stop()
    await running

    assert (flaky.failures, room.platform.keys) == (0, ["hello"])


async def test_the_backlog_says_what_waits_and_since_when(room: PostRoom) -> None:
    assert (await room.outbox.backlog(at("9:00"))).waiting == 0
    await room.notice("one", ANA)
    await room.notice("two", ANA)
    backlog = await room.outbox.backlog(at("9:00"))

    assert backlog.waiting == 2
    assert backlog.oldest is not None
    # Queued by the database's own clock, which is the machine's today, not the wound one of this test.
    assert backlog.oldest != MACHINE
    await room.drain()
    assert (await room.outbox.backlog(at("9:00"))).waiting == 0
