"""The outbox on every database: each message once, if it is still wanted, and several nags as one."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.escalation.org import Rules
from bot.escalation.requests import Acknowledge
from bot.escalation.words import CaseId, MessageKind
from bot.ports import DigestRecord
from tests.outbox.office import ANA, BEN, ORG, RITA, Told, at
from tests.outbox.platform import MACHINE, PostRoom
from tests.outbox.telling import PASSED, dies, keep_facts, nagged, opened

pytestmark = pytest.mark.timeout(60)


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
    await dies(room, "before_mark", at("9:40"))
    [first] = room.platform.keys
    late = Told(org=ORG, id=CaseId(3))
    await room.save(late.report(at("9:05")))
    late.wait(at("9:41"))
    await keep_facts(room, late)
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
            await keep_facts(room, story)
        await room.drain(at(time))

    assert room.platform.titles("@ana") == ["3 nags and 0 more"] * 2  # rules.nags_per_day = 2
    assert (await room.store.coming(at("10:30"))).postponed == at("9:00", 1)
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
